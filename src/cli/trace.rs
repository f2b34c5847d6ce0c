//! `trace`: a run written down update by update.

use std::path::PathBuf;

use lsgan_lab::train::{Backend, trace::Trace};

use super::{Failure, backend, check_folder, configuration::Configuration, progress, say};

/// Longest file that is written, by its numbers: it is put together in memory.
const MOST_BYTES: u64 = 1 << 30;

/// What is written, in which order it happened.
pub const HELP: &str = "\
The file is safetensors, f32, and holds everything that is needed to make the training again:
  init.generator.{i}.weight  [inputs, outputs], and .bias; init.discriminator.{i}.… likewise
  step.{t}.d{k}.real         [batch, 2], and .latent [batch, dim]: discriminator update k of step t
  step.{t}.g{k}.latent       [batch, dim]: generator update k of step t
  step.{t}.loss_d, .loss_g   [1]: of the last update of each in the step, before it moves the weights
  final.…                    like init.…
and as metadata config (JSON, no field left out) and steps.

A step is steps_d discriminator updates, d0, d1, …, each on fresh real samples and fresh latents with G
held, then steps_g generator updates, g0, g1, …, each on fresh latents through the updated D. Under
update=simultaneous a step is one pass over d0, and there is no g: D's gradient, and G's from the same
latents through the same D, are both known before either moves.

`train --help` lists the fields for --set. To make a trace again in Python:
  lsgan-lab trace --steps 20 --out run.safetensors
  python3 tests/oracle/replay.py run.safetensors";

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    configuration: Configuration,
    /// Steps to make, from the first
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    steps: u64,
    /// File to write: safetensors
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What trains: cpu (the processor's vectors), flex (burn on the CPU) or webgpu
    #[arg(long, value_name = "NAME", default_value = "cpu")]
    backend: Backend,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments {
        configuration,
        steps,
        out,
        backend,
    } = arguments;
    check_folder(out)?;
    let config = configuration.read()?;
    let length = Trace::length_of(&config, *steps);
    if length > MOST_BYTES {
        return Err(Failure::Input(format!(
            "{steps} steps of this configuration are {:.1} GiB; at most {} are written: take fewer \
             steps, a smaller batch or a smaller latent.dim",
            length as f64 / f64::from(1 << 30),
            MOST_BYTES >> 30,
        )));
    }
    let compute = backend::open(*backend)?;
    let bar = progress::bar(*steps);
    let trace = Trace::record(&config, &compute, *steps, |made| bar.set_position(made))
        .map_err(|error| Failure::Run(error.to_string()))?;
    bar.finish_and_clear();
    trace
        .write(out)
        .map_err(|error| Failure::Run(format!("{} was not written: {error}", out.display())))?;
    say(&format!(
        "{}: {steps} steps, {} tensors, {:.2} MB",
        out.display(),
        trace.tensors(),
        trace.length() as f64 / 1e6
    ));
    Ok(())
}
