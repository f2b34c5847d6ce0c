//! `sweep report`: what came out, as a table, as JSON and as a figure.

use std::path::PathBuf;

use lsgan_lab::{
    measure::NoiseFloor,
    sweep::{Mean, Report, Standing, figure::figure},
};
use serde_json::json;

use super::{
    super::{Failure, say},
    failure,
};

pub const HELP: &str = "\
For each variant, at its last step: the seeds, how many of them have all modes, with the Wilson 95 %
interval of that share, and the means over the seeds with their standard errors. A seed that diverged
counts as one without modes and without samples of high quality; it has no distances.

Examples:
  lsgan-lab sweep report losses.csv --svg losses.svg
  lsgan-lab sweep report shard-*.csv --step 2000 --json";

#[derive(clap::Args)]
pub struct Arguments {
    /// CSVs of a sweep, or of its shards
    #[arg(required = true, value_name = "FILE")]
    csvs: Vec<PathBuf>,
    /// Look at another step than each variant's last
    #[arg(long, value_name = "S")]
    step: Option<u64>,
    /// Modes of the target, where no FILE.json beside a CSV says it
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=1000))]
    modes: Option<u32>,
    /// Draw the figure, over all steps, into a file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print one JSON object: step, floor, variants
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let modes = arguments.modes.map(|modes| modes as usize);
    let Report { outcomes, floor } = Report::read(&arguments.csvs, modes).map_err(failure)?;
    let standings = match arguments.step {
        None => outcomes.last(),
        Some(step) if outcomes.steps().any(|measured| measured == step) => outcomes.at(step),
        Some(step) => {
            let steps: Vec<_> = outcomes.steps().map(|step| step.to_string()).collect();
            let message = format!(
                "no run was measured at step {step}, but at {}",
                steps.join(", ")
            );
            return Err(Failure::Input(message));
        }
    };
    if standings.is_empty() {
        return Err(Failure::Input("there are no rows yet".to_owned()));
    }
    if let Some(path) = &arguments.svg {
        std::fs::write(path, figure(&outcomes, floor.as_ref()))
            .map_err(|error| Failure::Run(format!("{}: {error}", path.display())))?;
    }
    say(&if arguments.json {
        json!({ "step": common_step(&standings), "floor": floor, "variants": standings })
            .to_string()
    } else {
        table(&standings, floor.as_ref())
    });
    Ok(())
}

/// The step at which all stand, if there is one.
fn common_step(standings: &[Standing]) -> Option<u64> {
    let first = standings.first()?.step;
    standings
        .iter()
        .all(|standing| standing.step == first)
        .then_some(first)
}

fn table(standings: &[Standing], floor: Option<&NoiseFloor>) -> String {
    let common = common_step(standings);
    let heads = [
        "variant",
        "step",
        "seeds",
        "diverged",
        "all modes",
        "share, 95 % interval",
        "modes",
        "HQ %",
        "sliced W1",
        "energy",
    ];
    let mut lines = vec![heads.map(str::to_owned)];
    for standing in standings {
        let share = standing.all_modes.map(|share| {
            (
                format!("{}/{}", share.count, share.of),
                format!(
                    "{:.1} % ({:.1} to {:.1})",
                    100.0 * share.share,
                    100.0 * share.low,
                    100.0 * share.high
                ),
            )
        });
        let (count, share) = share.unwrap_or_default();
        lines.push([
            standing.variant.clone(),
            common.map_or_else(|| standing.step.to_string(), |_| String::new()),
            standing.seeds.to_string(),
            standing.diverged.to_string(),
            count,
            share,
            mean(standing.modes, 1.0, 2),
            mean(standing.hq, 100.0, 1),
            mean(standing.sliced_w1, 1.0, 4),
            mean(standing.energy, 1.0, 5),
        ]);
    }
    let width = |column: usize| {
        lines
            .iter()
            .map(|line| line[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<_> = (0..heads.len()).map(width).collect();
    // A target without modes has no columns for them.
    let shown = |column: &usize| lines[1..].iter().any(|line| !line[*column].is_empty());
    let columns: Vec<_> = (0..heads.len()).filter(shown).collect();
    let row = |line: &[String; 10]| {
        let cells = columns.iter().map(|&column| match column {
            0 => format!("{:<1$}", line[0], widths[0]),
            _ => format!("{:>1$}", line[column], widths[column]),
        });
        cells.collect::<Vec<_>>().join("  ") + "\n"
    };
    let at = common.map_or_else(
        || "Each at its last step".to_owned(),
        |step| format!("Step {step}"),
    );
    let mut text = format!("{at}; ± is one standard error of a mean over seeds\n\n");
    text.extend(lines.iter().map(row));
    let under_way: usize = standings.iter().map(|standing| standing.under_way).sum();
    if under_way > 0 {
        text += &format!("\nRuns that have not come so far, and are not counted: {under_way}\n");
    }
    if let Some(NoiseFloor {
        sliced_w1, energy, ..
    }) = floor
    {
        text += &format!(
            "\nReal samples in the generators' place: sliced W1 {:.4} ({:.4} to {:.4}), energy {:.5} ({:.5} to {:.5})\n",
            sliced_w1.mean, sliced_w1.low, sliced_w1.high, energy.mean, energy.low, energy.high
        );
    }
    text
}

fn mean(mean: Option<Mean>, factor: f64, digits: usize) -> String {
    let Some(Mean {
        mean,
        standard_error,
    }) = mean
    else {
        return String::new();
    };
    let error = standard_error.map(|error| format!(" ± {:.digits$}", factor * error));
    format!("{:.digits$}{}", factor * mean, error.unwrap_or_default())
}
