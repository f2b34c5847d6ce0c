//! `export`: the run as a program in another framework, or its weights.

use std::{fs, path::PathBuf};

use clap::ValueEnum;
use lsgan_lab::{
    export::{program, weights},
    session::{Command, Reply, Session},
    train::{Backend, Part, checkpoint_file::SavedRun},
};

use super::{Failure, backend, check_folder, configuration::Configuration, progress, say};

/// What can be had, beside clap's own help.
pub const HELP: &str = "\
The programs draw the same initial weights and the same batches and make the same updates, so their losses are
those of `train` to about four digits in the first tens of steps. Each says at its head how to run it.

`train --help` lists the fields for --set. Examples:
  lsgan-lab export pytorch --steps 2000 --out lsgan.py && python3 lsgan.py
  lsgan-lab export burn --set loss.kind=minimax --steps 500 --out main.rs
  lsgan-lab export safetensors --steps 2000 --out run.safetensors";

#[derive(clap::Args)]
pub struct Arguments {
    /// What to write
    #[arg(value_name = "WHAT")]
    what: What,
    #[command(flatten)]
    configuration: Configuration,
    /// Steps of the run; weights are those after the last of them
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    steps: u64,
    /// File to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What trains, for weights: cpu (the processor's vectors), flex (burn on the CPU) or webgpu
    #[arg(long, value_name = "NAME", default_value = "cpu")]
    backend: Backend,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum What {
    /// The run as a PyTorch script
    Pytorch,
    /// The run as a burn program: its main.rs
    Burn,
    /// The weights after the last step, with the optimizers' memory: a checkpoint
    Safetensors,
    /// The weights after the last step, as lists of numbers
    Json,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let out = &arguments.out;
    check_folder(out)?;
    let config = arguments.configuration.read()?;
    let bytes = match arguments.what {
        What::Pytorch => program::fill(program::PYTORCH, &config, arguments.steps).into_bytes(),
        What::Burn => program::fill(program::BURN, &config, arguments.steps).into_bytes(),
        What::Safetensors | What::Json => {
            let mut session = Session::new(config, backend::open(arguments.backend)?);
            trained(&mut session, arguments)?
        }
    };
    fs::write(out, &bytes)
        .map_err(|error| Failure::Run(format!("{} was not written: {error}", out.display())))?;
    say(&format!("{}: {} bytes", out.display(), bytes.len()));
    Ok(())
}

/// The weights after the last step.
fn trained(session: &mut Session, arguments: &Arguments) -> Result<Vec<u8>, Failure> {
    let failed = |error: lsgan_lab::train::EngineError| Failure::Run(error.to_string());
    let bar = progress::bar(arguments.steps);
    while session.steps_done() < arguments.steps {
        session.advance(20.min(arguments.steps - session.steps_done()), Part::Both);
        // Waiting now and then keeps a GPU's queue short.
        pollster::block_on(session.losses()).map_err(failed)?;
        bar.set_position(session.steps_done());
    }
    bar.finish_and_clear();
    let reply = pollster::block_on(session.obey(Command::Checkpoint)).map_err(failed)?;
    let Reply::Checkpoint(checkpoint) = reply else {
        unreachable!("a checkpoint was asked for");
    };
    let config = session.config().clone();
    Ok(match arguments.what {
        What::Json => weights::json(&config, &checkpoint).into_bytes(),
        _ => {
            let checkpoint = *checkpoint;
            let content = SavedRun { config, checkpoint }.to_bytes();
            content.map_err(|error| Failure::Run(error.to_string()))?
        }
    })
}
