//! `sweep`: many runs on all cores, into a CSV.

mod report;
mod sheet;

use std::{
    num::NonZeroUsize,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use lsgan_lab::{
    sweep::{Plan, Progress, Seeds, Shard, Sweep, SweepError},
    train::Backend,
};

use super::{Failure, backend, configuration::Configuration, progress, say};

pub const HELP: &str = "\
Each combination of variant and seed is trained on one thread; on a GPU up to 64 that differ in seed, loss
or learning rates at once. The CSV has a row for each at step 0,
then every --every steps, and at the last: variant, seed, step, modes, hq, reverse_kl, sliced_w1,
energy, loss_d, loss_g, status. Killed and started again, the sweep goes on where it was; started again
with more seeds or variants, it trains what is missing. FILE.json beside the CSV says how it was made.

Examples:
  lsgan-lab sweep --vary loss=lsgan01,lsgan_pearson,non_saturating,minimax \\
    --seeds 1..=20 --steps 4000 --every 500 --csv losses.csv
  lsgan-lab sweep --vary optimizer.generator.lr=0.001,0.0005 --vary 'generator.hidden=32,32|64,64' \\
    --seeds 1..=10 --steps 2000 --csv widths.csv";

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    configuration: Configuration,
    #[command(flatten)]
    training: Option<Training>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print what came out of a sweep, and draw it.
    #[command(after_help = report::HELP)]
    Report(report::Arguments),
    /// Draw the samples of each variant at a few steps.
    #[command(after_help = sheet::HELP)]
    Sheet(sheet::Arguments),
}

#[derive(clap::Args)]
struct Training {
    /// What is compared: loss=NAMES, activation=NAMES or a field with its values; may be repeated, and
    /// every combination is trained. Values that hold commas are separated by |
    #[arg(long, value_name = "KEY=VALUES")]
    vary: Vec<String>,
    /// Seeds: 1..=20, 1..20 or 1,4,7
    #[arg(long)]
    seeds: Seeds,
    /// Steps of each run
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    steps: u64,
    /// Steps from one row to the next [default: --steps]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    every: Option<u64>,
    /// File for the rows
    #[arg(long, value_name = "FILE")]
    csv: PathBuf,
    /// Train only the I-th of N parts, each into a CSV of its own
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// What trains: cpu (the processor's vectors), flex (burn on the CPU) or webgpu
    #[arg(long, value_name = "NAME", default_value = "cpu")]
    backend: Backend,
    /// Threads, each with a run of its own [default: as many as there are cores]; a GPU has one
    #[arg(long)]
    jobs: Option<NonZeroUsize>,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match (&arguments.command, &arguments.training) {
        (Some(Command::Report(arguments)), _) => report::run(arguments),
        (Some(Command::Sheet(arguments)), _) => sheet::run(arguments),
        (None, Some(training)) => train(&arguments.configuration, training),
        (None, None) => unreachable!("clap asks for what is required"),
    }
}

fn train(configuration: &Configuration, arguments: &Training) -> Result<(), Failure> {
    let plan = Plan::new(
        configuration.read()?,
        arguments.vary.clone(),
        arguments.seeds.clone(),
        arguments.steps,
        arguments.every.unwrap_or(arguments.steps),
        arguments.shard,
    )
    .map_err(failure)?
    .on(arguments.backend);
    let compute = backend::open(arguments.backend)?;
    let sweep = Sweep::open(plan, &arguments.csv).map_err(failure)?;
    let jobs = arguments
        .jobs
        .or_else(|| thread::available_parallelism().ok());
    let bar = progress::bar(sweep.steps_left());
    bar.set_message(format!("runs left: {}", sweep.runs_left()));
    let runs = AtomicUsize::new(sweep.runs_left());
    let progress = |progress: Progress| {
        bar.inc(progress.steps);
        if progress.runs > 0 {
            let left = runs.fetch_sub(progress.runs, Ordering::Relaxed) - progress.runs;
            bar.set_message(format!("runs left: {left}"));
        }
    };
    let summary = sweep.train(&compute, jobs.map_or(1, NonZeroUsize::get), &progress);
    bar.finish_and_clear();
    let summary = summary.map_err(failure)?;
    say(&format!(
        "{} runs, {} rows in {}; {} diverged",
        summary.runs,
        summary.rows,
        arguments.csv.display(),
        summary.diverged
    ));
    Ok(())
}

fn failure(error: SweepError) -> Failure {
    match error {
        SweepError::Refused(_) | SweepError::Config(_) => Failure::Input(error.to_string()),
        _ => Failure::Run(error.to_string()),
    }
}
