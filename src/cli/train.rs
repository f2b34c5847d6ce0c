//! `train`: one run, from its first step or from a checkpoint.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use lsgan_lab::{
    session::{Command, Reply, Session},
    train::{Backend, Losses, Part, checkpoint_file::SavedRun},
};
use serde_json::json;

use super::{Failure, backend, check_folder, configuration::Configuration, progress};

/// What can be set, beside clap's own help.
pub const HELP: &str = "\
The configuration is JSON; a field left out takes its default. Fields for --set:
  seed                       0 to 4294967295
  target.kind                ring | grid | two_gaussians | line | moons | spiral | checkerboard |
                             mixture | points
  target.<field>             ring: modes, radius, sigma; grid: side, spacing, sigma;
                             two_gaussians: distance, sigma; line: length, sigma; moons: sigma;
                             spiral: turns, sigma; checkerboard: side, width;
                             mixture: means, sigma; points: points, sigma; both lists of places as JSON,
                             [[0,1],[0.5,-0.2]], or as a link says them
  latent.kind, latent.dim    normal | uniform; 1 to 256
  generator.hidden           widths of 1 to 4 layers, such as 64,64 (discriminator.* likewise)
  generator.activation       leaky_relu | relu | tanh | sigmoid; generator.slope for leaky_relu
  generator.initializer      kaiming | xavier | orthogonal; generator.gain
  loss.kind                  lsgan | non_saturating | minimax
  loss.a, .b, .c, .sigmoid   lsgan's labels (0, 1, 1; Pearson coding -1, 1, 0) and sigmoid switch
  optimizer.generator.kind   adam | sgd | rmsprop; .lr, .beta1, .beta2, .epsilon, .alpha
                             (optimizer.discriminator.* likewise)
  batch, steps_d, steps_g    8 to 1024; 1 to 10; 1 to 10
  update                     alternating | simultaneous

Examples:
  lsgan-lab train --steps 2000
  lsgan-lab train --steps 2000 --set loss.kind=minimax --set seed=7 --json
  lsgan-lab train --steps 2000 --checkpoint run.safetensors
  lsgan-lab train --steps 1000 --resume run.safetensors --checkpoint run.safetensors";

#[derive(clap::Args)]
pub struct Arguments {
    /// Steps to make; one step updates the discriminator, then the generator
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    steps: u64,
    #[command(flatten)]
    configuration: Configuration,
    /// File to write in the end, from which `forces` and `--resume` read: safetensors
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Go on from a file that --checkpoint wrote, under its configuration
    #[arg(long, value_name = "FILE", conflicts_with_all = ["config", "set"])]
    resume: Option<PathBuf>,
    /// What computes: cpu (the processor's vectors), flex (burn on the CPU) or webgpu
    #[arg(long, value_name = "NAME", default_value = "cpu")]
    backend: Backend,
    /// Print one JSON object: step, loss_d, loss_g, backend, ms_per_step, config
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(path) = &arguments.checkpoint {
        check_folder(path)?;
    }
    let mut session = begin(arguments)?;
    let (losses, ms_per_step) = train(arguments, &mut session)?;
    print(arguments, &session, losses, ms_per_step);
    match &arguments.checkpoint {
        Some(path) => save(&mut session, path),
        None => Ok(()),
    }
}

/// A run at its first step, or where a file left it.
fn begin(arguments: &Arguments) -> Result<Session, Failure> {
    let Some(path) = &arguments.resume else {
        let config = arguments.configuration.read()?;
        let compute = backend::open(arguments.backend)?;
        return Ok(Session::new(config, compute));
    };
    let SavedRun { config, checkpoint } = SavedRun::read(path)
        .map_err(|error| Failure::Input(format!("{} {error}", path.display())))?;
    let compute = backend::open(arguments.backend)?;
    Ok(Session::resume(config, compute, &checkpoint))
}

/// Makes the steps; says the losses of the last and the mean time of each.
fn train(arguments: &Arguments, session: &mut Session) -> Result<(Losses, f64), Failure> {
    let before = session.steps_done();
    let end = before + arguments.steps;
    let bar = progress::bar(arguments.steps);
    let start = Instant::now();
    // Waiting for the losses now and then keeps a GPU's queue short; bars need no finer steps.
    let mut losses = Losses {
        discriminator: f32::NAN,
        generator: f32::NAN,
    };
    while session.steps_done() < end {
        let count = 20.min(end - session.steps_done());
        session.advance(count, Part::Both);
        losses = pollster::block_on(session.losses())
            .map_err(|error| Failure::Run(error.to_string()))?;
        bar.set_position(session.steps_done() - before);
        bar.set_message(format!(
            "loss D {:.4}  G {:.4}",
            losses.discriminator, losses.generator
        ));
    }
    let ms_per_step = start.elapsed().as_secs_f64() * 1000.0 / arguments.steps as f64;
    bar.finish_and_clear();
    Ok((losses, ms_per_step))
}

fn save(session: &mut Session, path: &Path) -> Result<(), Failure> {
    let reply = pollster::block_on(session.obey(Command::Checkpoint))
        .map_err(|error| Failure::Run(error.to_string()))?;
    let Reply::Checkpoint(checkpoint) = reply else {
        unreachable!("a checkpoint was asked for");
    };
    let saved = SavedRun {
        config: session.config().clone(),
        checkpoint: *checkpoint,
    };
    saved
        .write(path)
        .map_err(|error| Failure::Run(format!("{} was not written: it {error}", path.display())))
}

fn print(arguments: &Arguments, session: &Session, losses: Losses, ms_per_step: f64) {
    if arguments.json {
        // JSON has no NaN: a run that diverged has null losses.
        let object = json!({
            "step": session.steps_done(),
            "loss_d": losses.discriminator,
            "loss_g": losses.generator,
            "backend": arguments.backend.name(),
            "ms_per_step": ms_per_step,
            "config": session.config(),
        });
        println!("{object}");
    } else {
        println!(
            "step {}: loss of D {:.6}, loss of G {:.6}; {:.3} ms a step on {}",
            session.steps_done(),
            losses.discriminator,
            losses.generator,
            ms_per_step,
            arguments.backend.name()
        );
    }
}
