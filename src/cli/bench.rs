//! `bench`: how long a step takes on this machine, engine by engine.
//!
//! Compares only the engines of this program; `cargo xtask bench` calls it, and has other programs take
//! turns with it.

mod curves;
mod timing;

use lsgan_lab::{
    config::TrainingConfig,
    train::{Backend, Losses, flops_per_step, next_seeds},
};
use serde_json::{Value, json};

use super::{Failure, backend, configuration::Configuration, progress, say};

pub const HELP: &str = "\
The backends take turns, a turn of --steps steps in each round. Every turn begins a run anew and makes two
steps before the clock is started. With --gans, further runs have the seeds after the first one's: a GPU
trains them all at once, a CPU on as many threads as there are cores. ms_per_step is the time for one step
of one GAN: of all of them, divided by their number.

gflops counts the matrix products of a step (--work prints how many) and nothing else. --roofline adds how many a loop of multiply-adds does on the same threads, with nothing to load or to store.

Examples:
  lsgan-lab bench --steps 500
  lsgan-lab bench --backend cpu --gans 16 --steps 200 --json
  lsgan-lab bench --set batch=512 --set generator.hidden=128,128 --work";

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    configuration: Configuration,
    /// What computes: cpu, flex or webgpu; may be repeated
    #[arg(long, value_name = "NAME", default_value = "cpu")]
    backend: Vec<Backend>,
    /// GANs to train at once
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1024))]
    gans: u32,
    /// Steps that every GAN makes in a turn
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    steps: u64,
    /// Rounds in which every backend has a turn
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
    /// Measure the most that the backend's instructions can do in every round, too
    #[arg(long)]
    roofline: bool,
    /// Measure what a snapshot of the first GAN costs in every round, too: the surface, 128 by 128, 1,000
    /// samples, half of them generated and with their forces, and the losses
    #[arg(long)]
    snapshot: bool,
    /// Print how many floating-point operations a step has, and measure nothing
    #[arg(long)]
    work: bool,
    /// Print one JSON object: flops_per_step and rows
    #[arg(long)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Draw the curves that a JSON file holds, as `cargo xtask bench` has them.
    Curves(curves::Arguments),
}

/// What was found of one backend.
struct Row {
    backend: Backend,
    threads: usize,
    /// Milliseconds a step of one GAN, a turn each.
    times: Vec<f64>,
    /// Thousands of millions of operations a second at most, a turn each, where that is measured.
    peaks: Vec<f64>,
    /// Milliseconds for a snapshot, a turn each, where that is measured.
    snapshots: Vec<f64>,
    /// The first GAN's, after the last step of a turn.
    losses: Losses,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(Command::Curves(arguments)) = &arguments.command {
        return curves::run(arguments);
    }
    let config = arguments.configuration.read()?;
    let work = flops_per_step(&config);
    let rows = if arguments.work {
        Vec::new()
    } else {
        measure(arguments, &config)?
    };
    if arguments.json {
        let rows: Vec<_> = rows.iter().map(|row| row.json(arguments, work)).collect();
        say(&json!({"flops_per_step": work, "rows": rows}).to_string());
        return Ok(());
    }
    if arguments.work {
        say(&format!(
            "{work} floating-point operations in the matrix products of a step"
        ));
    }
    for row in rows {
        say(&row.line(work));
    }
    Ok(())
}

/// Has the backends take turns.
fn measure(arguments: &Arguments, config: &TrainingConfig) -> Result<Vec<Row>, Failure> {
    let Arguments {
        backend,
        gans,
        steps,
        rounds,
        ..
    } = arguments;
    let configs = next_seeds(config, *gans);
    let mut rows: Vec<Row> = Vec::new();
    let computes = backend::open_all(backend)?;
    let opened: Vec<_> = backend.iter().zip(computes).collect();
    let bar = progress::bar(u64::from(*rounds) * opened.len() as u64 * steps);
    for round in 0..*rounds {
        for (index, (backend, compute)) in opened.iter().enumerate() {
            let turn = timing::turn(compute, &configs, *steps)?;
            bar.inc(*steps);
            if round == 0 {
                rows.push(Row {
                    backend: **backend,
                    threads: turn.threads,
                    times: Vec::new(),
                    peaks: Vec::new(),
                    snapshots: Vec::new(),
                    losses: turn.losses,
                });
            }
            rows[index].times.push(turn.ms_per_step);
            let row = &mut rows[index];
            if arguments.roofline {
                row.peaks.extend(timing::peak(compute, turn.threads)?);
            }
            if arguments.snapshot {
                row.snapshots.push(timing::snapshot(compute, config)?);
            }
        }
    }
    bar.finish_and_clear();
    Ok(rows)
}

impl Row {
    fn min(&self) -> f64 {
        self.times.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn median(&self) -> f64 {
        timing::median(&self.times)
    }

    /// The roofline, by the median.
    fn peak(&self) -> Option<f64> {
        (!self.peaks.is_empty()).then(|| timing::median(&self.peaks))
    }

    /// Milliseconds for a snapshot, by the median.
    fn snapshot(&self) -> Option<f64> {
        (!self.snapshots.is_empty()).then(|| timing::median(&self.snapshots))
    }

    /// Thousands of millions of operations a second, by the median.
    fn gflops(&self, work: u64) -> f64 {
        work as f64 / self.median() / 1e6
    }

    fn json(&self, arguments: &Arguments, work: u64) -> Value {
        json!({
            "backend": self.backend.name(),
            "gans": arguments.gans,
            "threads": self.threads,
            "steps": arguments.steps,
            "rounds": arguments.rounds,
            "ms_per_step_min": self.min(),
            "ms_per_step_median": self.median(),
            "gflops": self.gflops(work),
            "gflops_peak": self.peak(),
            "ms_per_snapshot": self.snapshot(),
            "loss_d": self.losses.discriminator,
            "loss_g": self.losses.generator,
        })
    }

    fn line(&self, work: u64) -> String {
        let threads = match self.threads {
            1 => String::new(),
            threads => format!(" on {threads} threads"),
        };
        let peak = self
            .peak()
            .map_or_else(String::new, |peak| format!(" of {peak:.1}"));
        let snapshot = self
            .snapshot()
            .map_or_else(String::new, |ms| format!("; {ms:.2} ms a snapshot"));
        format!(
            "{:<16}{:>10.4} ms at least, {:.4} at the median; {:.1}{peak} GFLOP/s{threads}{snapshot}",
            self.backend.name(),
            self.min(),
            self.median(),
            self.gflops(work)
        )
    }
}
