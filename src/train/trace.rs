//! A run written down update by update, so that an outsider can make it again and compare.
//!
//! | what | tensors, all f32 |
//! |---|---|
//! | weights before the first step | `init.generator.{i}.weight` \[inputs, outputs\] and `.bias`, the input side first; `init.discriminator.{i}.…` likewise |
//! | batches of step t, from 0 | for each discriminator update k, from 0, `step.{t}.d{k}.real` \[batch, 2\] and `.d{k}.latent` \[batch, dim\]; for each generator update `step.{t}.g{k}.latent` |
//! | losses of step t | `step.{t}.loss_d` and `step.{t}.loss_g` \[1\]: of the last update of each network in the step, before it moved the weights |
//! | weights after the last step | `final.…` as `init.…` |
//!
//! Metadata: `config`, as JSON, and `steps`. Under simultaneous updates a step has one pass, `d0`, whose
//! latents are the generator's as well, and no `g`. A run that diverges is written as it went, NaN and
//! all.
//!
//! The batches are those that the step's number gives, whatever the engine, and be it that a GPU draws its
//! own: one that trained on others has other losses. A trace knows nothing of optimizers: what it does not
//! hold is for the outsider to compute (tests/oracle/replay.py does).

use std::{io, path::Path};

use super::{
    Batches, Compute, Engine, EngineError, Part,
    tensor_file::{self, NamedTensors},
};
use crate::{
    config::{TrainingConfig, Update},
    gan::{Discriminator, Generator, Weights},
};

/// A run from its first step.
#[derive(Debug)]
pub struct Trace {
    config: TrainingConfig,
    steps: u64,
    tensors: NamedTensors,
}

impl Trace {
    /// Makes the steps and writes them down; `made` is told after each how many there are.
    ///
    /// # Errors
    /// [`EngineError`] if the device failed.
    pub fn record(
        config: &TrainingConfig,
        compute: &Compute,
        steps: u64,
        mut made: impl FnMut(u64),
    ) -> Result<Self, EngineError> {
        let mut engine = compute.start(config);
        let batches = Batches::new(config);
        let mut tensors = NamedTensors::default();
        add_networks(&mut tensors, "init", &*engine)?;
        for step in 0..steps {
            add_batches(&mut tensors, step, config, &batches);
            engine.advance(1, Part::Both);
            let losses = pollster::block_on(engine.losses())?;
            for (name, loss) in [("d", losses.discriminator), ("g", losses.generator)] {
                tensors.add(format!("step.{step}.loss_{name}"), &[1], &[loss]);
            }
            made(step + 1);
        }
        add_networks(&mut tensors, "final", &*engine)?;
        Ok(Self {
            config: config.clone(),
            steps,
            tensors,
        })
    }

    /// Length in bytes of the numbers of a trace that is not made yet.
    pub fn length_of(config: &TrainingConfig, steps: u64) -> u64 {
        let (updates_d, updates_g) = updates(config);
        let columns = updates_d * (2 + config.latent.dim) + updates_g * config.latent.dim;
        let step = (config.batch * columns + 2) as u64;
        let count = |weights: Weights| -> usize {
            let layers = weights.layers.iter();
            layers.map(|it| it.weight.len() + it.bias.len()).sum()
        };
        let networks = count(Generator::initial_weights(config))
            + count(Discriminator::initial_weights(config));
        size_of::<f32>() as u64 * (2 * networks as u64 + steps * step)
    }

    /// Length of its numbers in bytes.
    pub fn length(&self) -> u64 {
        self.tensors.length()
    }

    /// Number of its tensors.
    pub fn tensors(&self) -> usize {
        self.tensors.count()
    }

    /// Writes a safetensors file; an older one of that name is replaced once the new one is complete.
    ///
    /// # Errors
    /// As the file system has it.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let metadata = [
            ("config", self.config.to_value().to_string()),
            ("steps", self.steps.to_string()),
        ];
        let bytes = self.tensors.to_bytes(&metadata).map_err(io::Error::other)?;
        tensor_file::replace(path, &bytes)
    }
}

fn add_networks(
    tensors: &mut NamedTensors,
    when: &str,
    engine: &dyn Engine,
) -> Result<(), EngineError> {
    let now = pollster::block_on(engine.checkpoint())?;
    tensors.add_layers(&format!("{when}.generator"), &now.generator.weights);
    tensors.add_layers(&format!("{when}.discriminator"), &now.discriminator.weights);
    Ok(())
}

/// Updates of the discriminator and of the generator that have batches of their own in a step.
fn updates(config: &TrainingConfig) -> (usize, usize) {
    match config.update {
        Update::Alternating => (config.steps_d, config.steps_g),
        Update::Simultaneous => (1, 0),
    }
}

fn add_batches(tensors: &mut NamedTensors, step: u64, config: &TrainingConfig, batches: &Batches) {
    let mut add = |name: String, width, numbers: Vec<f32>| {
        tensors.add(
            format!("step.{step}.{name}"),
            &[config.batch, width],
            &numbers,
        );
    };
    let dim = config.latent.dim;
    let (updates_d, updates_g) = updates(config);
    for update in 0..updates_d {
        add(format!("d{update}.real"), 2, batches.real(step, update));
        let latents = batches.discriminator_latents(step, update);
        add(format!("d{update}.latent"), dim, latents);
    }
    for update in 0..updates_g {
        let latents = batches.generator_latents(step, update);
        add(format!("g{update}.latent"), dim, latents);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_known_before_the_trace_is_made() {
        for fields in [
            &[][..],
            &["update=simultaneous"],
            &[
                "steps_d=2",
                "steps_g=3",
                "latent.dim=5",
                "generator.hidden=7",
            ],
        ] {
            let config = fields
                .iter()
                .fold(TrainingConfig::default(), |config, field| {
                    config.with_assignment(field).unwrap()
                });
            let trace = Trace::record(&config, &Compute::cpu(), 3, |_| ()).unwrap();
            assert_eq!(Trace::length_of(&config, 3), trace.length(), "{fields:?}");
        }
    }

    #[test]
    fn progress_is_told_after_every_step() {
        let config = TrainingConfig::default();
        let mut told = Vec::new();
        Trace::record(&config, &Compute::cpu(), 3, |made| told.push(made)).unwrap();
        assert_eq!(told, [1, 2, 3]);
    }
}
