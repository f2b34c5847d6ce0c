//! `cargo xtask test`: every check in order, each timed, with a summary at the end.
//!
//! A failed step does not stop the others, except those that need what it was to make. The last
//! line counts the steps in the form that continuous integration reads.

use crate::bundle::Bundle;
use crate::progress::{clock, say};
use crate::steps::Step;
use crate::workspace::Workspace;
use anyhow::Result;
use clap::ValueEnum;
use std::process::exit;
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub struct Options {
    /// Leave this step out (may be given again)
    #[arg(long, value_name = "STEP")]
    skip: Vec<Step>,
    /// Run only this step (may be given again)
    #[arg(
        long,
        value_name = "STEP",
        conflicts_with = "skip",
        hide_possible_values = true
    )]
    only: Vec<Step>,
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

#[derive(Debug)]
struct Report {
    step: Step,
    outcome: Outcome,
    time: Duration,
}

pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if !Bundle::Cpu.served(workspace).exists() {
        say("the first run compiles everything: about 40 minutes on two cores, later ones a few");
    }
    let mut reports: Vec<Report> = Vec::new();
    for &step in Step::value_variants() {
        let start = Instant::now();
        let reason = reason_to_skip(step, options, &reports).or_else(|| step.missing(workspace));
        let outcome = match reason {
            Some(reason) => Outcome::Skipped(reason),
            None => {
                say(&format!("-- {} --", step.name()));
                match step.run(workspace) {
                    Ok(()) => Outcome::Passed,
                    Err(error) => Outcome::Failed(format!("{error:#}")),
                }
            }
        };
        if let Outcome::Failed(reason) = &outcome {
            say(&format!("{} failed: {reason}", step.name()));
        }
        reports.push(Report {
            step,
            outcome,
            time: start.elapsed(),
        });
    }
    println!("{}", summary(&reports));
    if reports
        .iter()
        .any(|report| matches!(report.outcome, Outcome::Failed(_)))
    {
        // Not an error to print: the count must stay the last line.
        exit(1);
    }
    Ok(())
}

fn reason_to_skip(step: Step, options: &Options, reports: &[Report]) -> Option<String> {
    let asked = options.only.contains(&step);
    if options.skip.contains(&step) || !(options.only.is_empty() || asked) {
        return Some("not asked for".to_owned());
    }
    if step.only_if_asked() && !asked {
        return Some(format!("takes long: --only {}", step.name()));
    }
    let broken = |report: &&Report| {
        step.needs().contains(&report.step) && matches!(report.outcome, Outcome::Failed(_))
    };
    let needed = reports.iter().find(broken)?;
    Some(format!("needs {}", needed.step.name()))
}

/// A line for each step, then the count alone on the last.
fn summary(reports: &[Report]) -> String {
    let mut text = String::new();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for Report {
        step,
        outcome,
        time,
    } in reports
    {
        let (word, note) = match outcome {
            Outcome::Passed => (count(&mut passed, "ok"), clock(*time)),
            Outcome::Failed(_) => (count(&mut failed, "FAILED"), clock(*time)),
            Outcome::Skipped(reason) => (count(&mut skipped, "skipped"), reason.clone()),
        };
        text += &format!("  {:<13}{word:<9}{note}\n", step.name());
    }
    format!("\n{text}\n{passed} passed, {failed} failed, {skipped} skipped")
}

fn count<'a>(counter: &mut usize, word: &'a str) -> &'a str {
    *counter += 1;
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(skip: &[Step], only: &[Step]) -> Options {
        Options {
            skip: skip.to_vec(),
            only: only.to_vec(),
        }
    }

    fn report(step: Step, outcome: Outcome) -> Report {
        Report {
            step,
            outcome,
            time: Duration::from_millis(1_500),
        }
    }

    #[test]
    fn the_summary_ends_with_the_count_alone_on_its_line() {
        let text = summary(&[
            report(Step::Setup, Outcome::Passed),
            report(Step::Native, Outcome::Failed("broken".to_owned())),
            report(Step::Firefox, Outcome::Skipped("no Firefox".to_owned())),
        ]);
        assert!(text.contains("setup        ok       1.5 s"), "{text}");
        assert!(text.contains("native       FAILED"), "{text}");
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed, 1 skipped"));
    }

    #[test]
    fn skip_and_only_choose_the_steps() {
        assert_eq!(reason_to_skip(Step::Native, &options(&[], &[]), &[]), None);
        assert!(reason_to_skip(Step::Native, &options(&[Step::Native], &[]), &[]).is_some());
        assert!(reason_to_skip(Step::Native, &options(&[], &[Step::Docs]), &[]).is_some());
        assert_eq!(
            reason_to_skip(Step::Docs, &options(&[], &[Step::Docs]), &[]),
            None
        );
        assert_eq!(
            reason_to_skip(Step::Burn, &options(&[], &[]), &[]),
            Some("takes long: --only burn".to_owned())
        );
        assert_eq!(
            reason_to_skip(Step::Burn, &options(&[], &[Step::Burn]), &[]),
            None
        );
    }

    #[test]
    fn a_step_is_skipped_if_one_that_it_needs_failed() {
        let failed = [report(
            Step::Setup,
            Outcome::Failed("no network".to_owned()),
        )];
        let everything = options(&[], &[]);
        assert_eq!(
            reason_to_skip(Step::E2e, &everything, &failed),
            Some("needs setup".to_owned())
        );
        assert_eq!(reason_to_skip(Step::Native, &everything, &failed), None);
        let left_out = [report(
            Step::Setup,
            Outcome::Skipped("not asked for".to_owned()),
        )];
        assert_eq!(reason_to_skip(Step::E2e, &everything, &left_out), None);
    }
}
