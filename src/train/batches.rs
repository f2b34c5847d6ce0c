//! The batches of a run as plain numbers: a function of the seed and the step, the same for every
//! engine.

use crate::{
    config::{Latent, LatentKind, Target, TrainingConfig},
    random::{Draws, Stream},
    target,
};

/// Draws the batches of one run.
#[derive(Clone, Debug)]
pub struct Batches {
    seed: u32,
    target: Target,
    latent: Latent,
    batch: usize,
}

impl Batches {
    /// The batches of a configuration.
    pub fn new(config: &TrainingConfig) -> Self {
        Self {
            seed: config.seed,
            target: config.target.clone(),
            latent: config.latent.clone(),
            batch: config.batch,
        }
    }

    /// Real samples of the `update`-th discriminator update of a step: \[batch\]\[2\].
    pub fn real(&self, step: u64, update: usize) -> Vec<f32> {
        target::samples(
            &self.target,
            &Draws::new(self.seed, Stream::Real, step, update as u32),
            self.batch,
        )
    }

    /// Latents of the `update`-th discriminator update of a step: \[batch\]\[dim\].
    pub fn discriminator_latents(&self, step: u64, update: usize) -> Vec<f32> {
        self.latents(Stream::DiscriminatorLatent, step, update, self.batch)
    }

    /// Latents of the `update`-th generator update of a step: \[batch\]\[dim\].
    pub fn generator_latents(&self, step: u64, update: usize) -> Vec<f32> {
        self.latents(Stream::GeneratorLatent, step, update, self.batch)
    }

    /// `count` real samples to show, the same at every step: \[count\]\[2\].
    pub fn shown_real(&self, count: usize) -> Vec<f32> {
        target::samples(
            &self.target,
            &Draws::new(self.seed, Stream::ShownReal, 0, 0),
            count,
        )
    }

    /// `count` latents whose images are shown, the same at every step: \[count\]\[dim\].
    pub fn shown_latents(&self, count: usize) -> Vec<f32> {
        self.latents(Stream::ShownLatent, 0, 0, count)
    }

    fn latents(&self, stream: Stream, step: u64, update: usize, count: usize) -> Vec<f32> {
        let draws = Draws::new(self.seed, stream, step, update as u32);
        match self.latent.kind {
            LatentKind::Normal => draws.normals(count * self.latent.dim),
            LatentKind::Uniform => draws.signed_uniforms(count * self.latent.dim),
        }
    }
}
