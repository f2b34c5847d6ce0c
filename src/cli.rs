//! What `main` does natively: reads the arguments, trains, prints.
//!
//! Bad input ends with exit code 2 and one sentence that names the field; a device that fails, with
//! exit code 1.

use std::{
    io::IsTerminal,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use burn::tensor::Device;
use clap::{Parser, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lsgan_lab::{
    config::{MAX_BYTES, TrainingConfig},
    session::Session,
    train::{Losses, Part},
};
use serde_json::json;

/// Trains small two-dimensional GANs, the same ones as the page.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train one run and print how it stands in the end.
    #[command(after_help = CONFIGURATION_HELP)]
    Train(TrainArguments),
}

/// What can be set, beside clap's own help.
const CONFIGURATION_HELP: &str = "\
The configuration is JSON; a field left out takes its default. Fields for --set:
  seed                       0 to 4294967295
  target.kind                ring | grid | two_gaussians | line | moons | spiral | checkerboard
  target.<field>             ring: modes, radius, sigma; grid: side, spacing, sigma;
                             two_gaussians: distance, sigma; line: length, sigma; moons: sigma;
                             spiral: turns, sigma; checkerboard: side, width
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
  lsgan-lab train --steps 2000 --set loss.kind=minimax --set seed=7 --json";

#[derive(clap::Args)]
struct TrainArguments {
    /// Steps to make; one step updates the discriminator, then the generator
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    steps: u64,
    /// File with a configuration in JSON
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Set one field, after the file is read; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Device that computes
    #[arg(long, value_enum, default_value_t = Backend::Cpu)]
    backend: Backend,
    /// Print one JSON object: step, loss_d, loss_g, backend, ms_per_step, config
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Backend {
    /// burn flex
    Cpu,
    /// burn on wgpu: Vulkan, Metal or DirectX
    Wgpu,
}

impl Backend {
    fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Wgpu => "wgpu",
        }
    }
}

/// Why the program ends early, and with which exit code.
enum Failure {
    Input(String),
    Device(String),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let Command::Train(arguments) = Arguments::parse().command;
    let (code, message) = match train(&arguments) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Input(message)) => (2, message),
        Err(Failure::Device(message)) => (1, message),
    };
    eprintln!("error: {message}");
    ExitCode::from(code)
}

fn train(arguments: &TrainArguments) -> Result<(), Failure> {
    let config = configuration(arguments)?;
    let device = open(arguments.backend)?;
    let mut session = Session::new(config, device);
    let bar = progress_bar(arguments.steps);
    let start = Instant::now();
    // Waiting for the losses now and then keeps a GPU's queue short; bars need no finer steps.
    let mut losses = Losses {
        discriminator: f32::NAN,
        generator: f32::NAN,
    };
    while session.steps_done() < arguments.steps {
        let count = 20.min(arguments.steps - session.steps_done());
        session.advance(count, Part::Both);
        losses = pollster::block_on(session.losses())
            .map_err(|error| Failure::Device(error.to_string()))?;
        bar.set_position(session.steps_done());
        bar.set_message(format!(
            "loss D {:.4}  G {:.4}",
            losses.discriminator, losses.generator
        ));
    }
    let ms_per_step = start.elapsed().as_secs_f64() * 1000.0 / arguments.steps as f64;
    bar.finish_and_clear();
    print(arguments, &session, losses, ms_per_step);
    Ok(())
}

fn print(arguments: &TrainArguments, session: &Session, losses: Losses, ms_per_step: f64) {
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

fn configuration(arguments: &TrainArguments) -> Result<TrainingConfig, Failure> {
    let mut config = match &arguments.config {
        None => TrainingConfig::default(),
        Some(path) => {
            let unreadable =
                |error: std::io::Error| Failure::Input(format!("{}: {error}", path.display()));
            let size = std::fs::metadata(path).map_err(unreadable)?.len();
            // Refused before it is read, however large it is.
            if size > MAX_BYTES as u64 {
                let message = format!(
                    "{} is {size} bytes long; at most {MAX_BYTES} are allowed",
                    path.display()
                );
                return Err(Failure::Input(message));
            }
            let text = std::fs::read_to_string(path).map_err(unreadable)?;
            TrainingConfig::from_json(&text).map_err(|error| Failure::Input(error.to_string()))?
        }
    };
    for assignment in &arguments.set {
        config = config
            .with_assignment(assignment)
            .map_err(|error| Failure::Input(error.to_string()))?;
    }
    Ok(config)
}

fn open(backend: Backend) -> Result<Device, Failure> {
    match backend {
        Backend::Cpu => Ok(Device::flex()),
        #[cfg(feature = "webgpu")]
        Backend::Wgpu => Device::wgpu_options()
            .tasks_max(64)
            .init()
            .map_err(|error| Failure::Device(format!("no GPU could be opened: {error}"))),
        #[cfg(not(feature = "webgpu"))]
        Backend::Wgpu => Err(Failure::Input(
            "backend wgpu is not in this build; build with the feature webgpu, or take cpu"
                .to_owned(),
        )),
    }
}

fn progress_bar(steps: u64) -> ProgressBar {
    let bar = ProgressBar::new(steps);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} steps  {eta} left  {msg}")
        .expect("the template is well formed");
    bar.set_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
