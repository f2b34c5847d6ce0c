//! The batches of a run as plain numbers: a function of the seed and the step, the same for every
//! engine.

use crate::{
    config::{Latent, LatentKind, Target, TrainingConfig},
    random::{Draws, Stream},
    target::Sampler,
};

/// Draws the batches of one run.
#[derive(Clone, Debug)]
pub struct Batches {
    seed: u32,
    target: Sampler,
    latent: Latent,
    batch: usize,
}

impl Batches {
    /// The batches of a configuration.
    pub fn new(config: &TrainingConfig) -> Self {
        Self {
            seed: config.seed,
            target: Sampler::new(&config.target),
            latent: config.latent.clone(),
            batch: config.batch,
        }
    }

    /// Draws real samples from another target from here on.
    pub fn set_target(&mut self, target: &Target) {
        self.target = Sampler::new(target);
    }

    /// Real samples of the `update`-th discriminator update of a step: \[batch\]\[2\].
    pub fn real(&self, step: u64, update: usize) -> Vec<f32> {
        self.reals(Stream::Real, step, update, self.batch)
    }

    /// Latents of the `update`-th discriminator update of a step: \[batch\]\[dim\].
    pub fn discriminator_latents(&self, step: u64, update: usize) -> Vec<f32> {
        self.latents(Stream::DiscriminatorLatent, step, update, self.batch)
    }

    /// Latents of the `update`-th generator update of a step: \[batch\]\[dim\].
    pub fn generator_latents(&self, step: u64, update: usize) -> Vec<f32> {
        self.latents(Stream::GeneratorLatent, step, update, self.batch)
    }

    /// [`Batches::real`] into numbers that are there already.
    pub fn fill_real(&self, step: u64, update: usize, samples: &mut [f32]) {
        self.target
            .fill(&self.draws(Stream::Real, step, update), samples);
    }

    /// [`Batches::discriminator_latents`] into numbers that are there already.
    pub fn fill_discriminator_latents(&self, step: u64, update: usize, latents: &mut [f32]) {
        self.fill_latents(Stream::DiscriminatorLatent, step, update, latents);
    }

    /// [`Batches::generator_latents`] into numbers that are there already.
    pub fn fill_generator_latents(&self, step: u64, update: usize, latents: &mut [f32]) {
        self.fill_latents(Stream::GeneratorLatent, step, update, latents);
    }

    /// `count` real samples to show, the same at every step: \[count\]\[2\].
    pub fn shown_real(&self, count: usize) -> Vec<f32> {
        self.reals(Stream::ShownReal, 0, 0, count)
    }

    /// `count` latents whose images are shown, the same at every step: \[count\]\[dim\].
    pub fn shown_latents(&self, count: usize) -> Vec<f32> {
        self.latents(Stream::ShownLatent, 0, 0, count)
    }

    /// `count` real samples to measure generated ones against, the same at every step: \[count\]\[2\].
    pub fn evaluated_real(&self, count: usize) -> Vec<f32> {
        self.reals(Stream::EvaluatedReal, 0, 0, count)
    }

    /// `count` latents whose images are measured, the same at every step: \[count\]\[dim\].
    pub fn evaluated_latents(&self, count: usize) -> Vec<f32> {
        self.latents(Stream::EvaluatedLatent, 0, 0, count)
    }

    /// `count` further real samples for the `pair`-th measurement of the noise floor: \[count\]\[2\].
    pub fn floor_real(&self, pair: u64, count: usize) -> Vec<f32> {
        self.reals(Stream::FloorReal, pair, 0, count)
    }

    fn reals(&self, stream: Stream, step: u64, update: usize, count: usize) -> Vec<f32> {
        let draws = self.draws(stream, step, update);
        self.target.samples(&draws, count)
    }

    fn latents(&self, stream: Stream, step: u64, update: usize, count: usize) -> Vec<f32> {
        let mut latents = vec![0.0; count * self.latent.dim];
        self.fill_latents(stream, step, update, &mut latents);
        latents
    }

    fn fill_latents(&self, stream: Stream, step: u64, update: usize, latents: &mut [f32]) {
        let draws = self.draws(stream, step, update);
        match self.latent.kind {
            LatentKind::Normal => draws.fill_normals(latents),
            LatentKind::Uniform => draws.fill_signed_uniforms(latents),
        }
    }

    fn draws(&self, stream: Stream, step: u64, update: usize) -> Draws {
        Draws::new(self.seed, stream, step, update as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Draw = fn(&Batches, u64, usize) -> Vec<f32>;

    #[test]
    fn every_update_of_every_step_gets_fresh_samples_and_the_same_again_when_asked_again() {
        let batches = Batches::new(&TrainingConfig::default());
        let kinds: [Draw; 3] = [
            Batches::real,
            Batches::discriminator_latents,
            Batches::generator_latents,
        ];
        let mut seen: Vec<Vec<f32>> = Vec::new();
        for draw in kinds {
            for (step, update) in [(0, 0), (0, 1), (1, 0), (2, 0)] {
                let batch = draw(&batches, step, update);
                assert_eq!(batch.len(), 2 * 256);
                assert!(batch == draw(&batches, step, update));
                assert!(!seen.contains(&batch), "step {step}, update {update}");
                seen.push(batch);
            }
        }
        seen.push(batches.shown_latents(256));
        assert!(
            !seen[..12].contains(&seen[12]),
            "what is shown was trained on"
        );
    }

    #[test]
    fn uniform_latents_lie_between_minus_one_and_one() {
        let config = TrainingConfig::default();
        let config = config
            .with_assignment("latent.kind=uniform")
            .expect("an allowed kind");
        let latents = Batches::new(&config).generator_latents(0, 0);
        assert!(latents.iter().all(|x| x.abs() < 1.0));
        assert!(latents.iter().any(|x| *x < -0.9) && latents.iter().any(|x| *x > 0.9));
    }
}
