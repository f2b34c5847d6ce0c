//! The fast engine on the CPU: a step's gradients derived by hand, over loops that fill the processor's
//! vectors and stay in its nearest caches.
//!
//! A batch goes through in blocks of samples: forward, the loss's slope on each sample, and back, before the
//! next block comes; only the gradients of the weights outlast a block. Nothing is allocated in a step. It
//! does what [`super::Autodiff`] does, update by update, and is tested against it: read that one first.

mod network;

pub use lsgan_kernels::InstructionSet;

use std::future::ready;

use lsgan_kernels::Rows;

use self::network::{Network, Pass};
use super::{
    Batches, Checkpoint, Engine, GradientNorms, Losses, Observation, Part, Pending, Probe,
};
use crate::{
    config::{Loss, Optimizers, Target, TrainingConfig, Update},
    gan::loss,
};

/// Samples that go through the networks together: their activations, 64 wide, fit into the first cache.
const BLOCK: usize = 64;

/// Trains one GAN in the thread that asks.
pub struct Cpu {
    config: TrainingConfig,
    batches: Batches,
    generator: Network,
    discriminator: Network,
    step: u64,
    losses: Losses,
    scratch: Scratch,
}

/// Room for a batch, and for a block on its way through the networks.
struct Scratch {
    /// \[batch\]\[2\].
    real: Vec<f32>,
    /// \[batch\]\[dim\].
    latents: Vec<f32>,
    generator: Pass,
    discriminator: Pass,
    slopes: Slopes,
}

/// Makes at least so many multiply-adds of single numbers with nothing else to do, and says how many: who
/// times it knows the most that this core can do with these instructions.
///
/// # Panics
/// If this processor does not have the instructions.
pub fn multiply_adds(set: InstructionSet, least: usize) -> usize {
    let (run, in_round) = set.kernels().multiply_adds;
    let rounds = least.div_ceil(in_round);
    std::hint::black_box(run(std::hint::black_box(rounds)));
    rounds * in_round
}

impl Cpu {
    /// A run that goes on from a checkpoint of the same configuration.
    ///
    /// # Panics
    /// If this processor does not have the instructions.
    pub fn resume(config: &TrainingConfig, set: InstructionSet, from: &Checkpoint) -> Self {
        let kernels = set.kernels();
        let (g, d) = (&config.optimizer.generator, &config.optimizer.discriminator);
        let generator = Network::new(kernels, &config.generator, *g, &from.generator);
        let discriminator = Network::new(kernels, &config.discriminator, *d, &from.discriminator);
        Self {
            batches: Batches::new(config),
            scratch: Scratch {
                real: vec![0.0; config.batch * 2],
                latents: vec![0.0; config.batch * config.latent.dim],
                generator: generator.pass(BLOCK),
                discriminator: discriminator.pass(BLOCK),
                slopes: Slopes::new(kernels.lanes),
            },
            generator,
            discriminator,
            step: from.step,
            losses: Losses {
                discriminator: f32::NAN,
                generator: f32::NAN,
            },
            config: config.clone(),
        }
    }

    fn one_step(&mut self, part: Part) {
        if self.config.update == Update::Simultaneous && part == Part::Both {
            self.draw_discriminator_batch(0);
            self.update_both();
        } else {
            if part != Part::Generator {
                for update in 0..self.config.steps_d {
                    self.draw_discriminator_batch(update);
                    self.update_discriminator();
                }
            }
            if part != Part::Discriminator {
                for update in 0..self.config.steps_g {
                    let latents = &mut self.scratch.latents;
                    self.batches
                        .fill_generator_latents(self.step, update, latents);
                    self.update_generator();
                }
            }
        }
        self.step += 1;
    }

    fn draw_discriminator_batch(&mut self, update: usize) {
        let Scratch { real, latents, .. } = &mut self.scratch;
        self.batches.fill_real(self.step, update, real);
        self.batches
            .fill_discriminator_latents(self.step, update, latents);
    }

    /// One discriminator update on the batch that was drawn, the generator held.
    fn update_discriminator(&mut self) {
        let (batch, dim) = (self.config.batch, self.config.latent.dim);
        let scratch = &mut self.scratch;
        let (pass, slopes) = (&mut scratch.discriminator, &mut scratch.slopes);
        let mut total = 0.0;
        self.discriminator.clear_gradients();
        for (real, latents) in blocks(&scratch.real, 2).zip(blocks(&scratch.latents, dim)) {
            let fake = self.generator.forward(latents, &mut scratch.generator);
            let by = (self.config.loss, batch);
            total += learn_to_discriminate(&mut self.discriminator, by, [real, fake], pass, slopes);
        }
        self.discriminator.update();
        self.losses.discriminator = total as f32;
    }

    /// One generator update on the latents that were drawn, the discriminator held.
    fn update_generator(&mut self) {
        let (batch, dim) = (self.config.batch, self.config.latent.dim);
        let scratch = &mut self.scratch;
        let (pass, slopes) = (&mut scratch.discriminator, &mut scratch.slopes);
        let mut total = 0.0;
        self.generator.clear_gradients();
        for latents in blocks(&scratch.latents, dim) {
            let fake = self.generator.forward(latents, &mut scratch.generator);
            let on_fake = self.discriminator.forward(fake, pass);
            total += slopes.take(on_fake, batch, |y| loss::on_generated(self.config.loss, y));
            // Through the discriminator to the samples, but not to its weights.
            let by_fake = self.discriminator.input_gradient(slopes.rows(), pass);
            self.generator
                .backward(latents, by_fake, &mut scratch.generator);
        }
        self.generator.update();
        self.losses.generator = total as f32;
    }

    /// Both updates from one pass over the same samples, before either network moves.
    fn update_both(&mut self) {
        let (batch, dim) = (self.config.batch, self.config.latent.dim);
        let scratch = &mut self.scratch;
        let (pass, slopes) = (&mut scratch.discriminator, &mut scratch.slopes);
        let (mut total_d, mut total_g) = (0.0, 0.0);
        self.discriminator.clear_gradients();
        self.generator.clear_gradients();
        for (real, latents) in blocks(&scratch.real, 2).zip(blocks(&scratch.latents, dim)) {
            let fake = self.generator.forward(latents, &mut scratch.generator);
            let by = (self.config.loss, batch);
            total_d +=
                learn_to_discriminate(&mut self.discriminator, by, [real, fake], pass, slopes);

            // The discriminator has just been through the fakes: its outputs on them are still there.
            let on_fake = self.discriminator.outputs_of(pass, slopes.count);
            total_g += slopes.take(on_fake, batch, |y| loss::on_generated(self.config.loss, y));
            let by_fake = self.discriminator.input_gradient(slopes.rows(), pass);
            self.generator
                .backward(latents, by_fake, &mut scratch.generator);
        }
        self.discriminator.update();
        self.generator.update();
        self.losses = Losses {
            discriminator: total_d as f32,
            generator: total_g as f32,
        };
    }
}

/// Adds to a discriminator's gradients what a block of real samples and one of generated samples teach it
/// under a loss, as parts of a mean over `batch`; returns their part of the loss.
fn learn_to_discriminate(
    discriminator: &mut Network,
    (loss, batch): (Loss, usize),
    [real, fake]: [Rows; 2],
    pass: &mut Pass,
    slopes: &mut Slopes,
) -> f64 {
    let on_real = discriminator.forward(real, pass);
    let of_real = slopes.take(on_real, batch, |y| loss::on_real(loss, y));
    discriminator.backward(real, slopes.rows(), pass);

    let on_fake = discriminator.forward(fake, pass);
    let of_fake = slopes.take(on_fake, batch, |y| loss::on_fake(loss, y));
    discriminator.backward(fake, slopes.rows(), pass);
    of_real + of_fake
}

/// Rows, `width` wide, in blocks.
fn blocks(numbers: &[f32], width: usize) -> impl Iterator<Item = Rows<'_>> {
    numbers.chunks(BLOCK * width).map(move |numbers| Rows {
        numbers,
        stride: width,
        width,
    })
}

/// The slopes of a loss on a block of samples: the gradient by D's outputs.
struct Slopes {
    /// One row for each sample, of which the first number counts.
    numbers: Vec<f32>,
    lanes: usize,
    count: usize,
}

impl Slopes {
    fn new(lanes: usize) -> Self {
        Self {
            numbers: vec![0.0; BLOCK * lanes],
            lanes,
            count: 0,
        }
    }

    /// Takes the slopes of `loss`, a value and a slope for each output, as parts of a mean over `batch`
    /// samples; returns the part of these in the mean of the values.
    fn take(&mut self, outputs: Rows, batch: usize, loss: impl Fn(f64) -> [f64; 2]) -> f64 {
        let share = 1.0 / batch as f64;
        let mut total = 0.0;
        self.count = outputs.numbers.len() / outputs.stride;
        let rows = outputs.numbers.chunks_exact(outputs.stride);
        for (row, to) in rows.zip(self.numbers.chunks_exact_mut(self.lanes)) {
            let [value, slope] = loss(f64::from(row[0]));
            total += value;
            to[0] = (slope * share) as f32;
        }
        total * share
    }

    fn rows(&self) -> Rows<'_> {
        Rows {
            numbers: &self.numbers[..self.count * self.lanes],
            stride: self.lanes,
            width: 1,
        }
    }
}

impl Engine for Cpu {
    fn advance(&mut self, count: u64, part: Part) {
        for _ in 0..count {
            self.one_step(part);
        }
    }

    fn steps_done(&self) -> u64 {
        self.step
    }

    fn set_target(&mut self, target: &Target) {
        self.config.target = target.clone();
        self.batches.set_target(target);
    }

    fn set_learning_rates(&mut self, optimizers: &Optimizers) {
        self.generator.set_learning_rate(optimizers.generator.lr());
        self.discriminator
            .set_learning_rate(optimizers.discriminator.lr());
    }

    fn losses(&self) -> Pending<'_, Losses> {
        Box::pin(ready(Ok(self.losses)))
    }

    fn observe<'a>(&'a self, probe: &'a Probe) -> Pending<'a, Observation> {
        let dim = self.config.latent.dim;
        let fake = self.generator.outputs(&probe.latents, dim);
        let (mut fake_outputs, mut fake_gradients) = (Vec::new(), Vec::new());
        let mut pass = self.discriminator.pass(BLOCK);
        let mut slopes = Slopes::new(self.scratch.slopes.lanes);
        for block in blocks(&fake, 2) {
            let outputs = self.discriminator.forward(block, &mut pass);
            outputs.append_to(&mut fake_outputs);
            slopes.take(outputs, 1, |y| [y, 1.0]);
            self.discriminator
                .input_gradient(slopes.rows(), &mut pass)
                .append_to(&mut fake_gradients);
        }
        Box::pin(ready(Ok(Observation {
            losses: self.losses,
            outputs: self.discriminator.over_plane(&probe.points),
            fake,
            fake_outputs,
            fake_gradients,
            carried: self.generator.outputs(&probe.carried, dim),
            gradient_norms: GradientNorms {
                generator: self.generator.gradient_norms(),
                discriminator: self.discriminator.gradient_norms(),
            },
        })))
    }

    fn generate<'a>(&'a self, latents: &'a [f32]) -> Pending<'a, Vec<f32>> {
        let dim = self.config.latent.dim;
        Box::pin(ready(Ok(self.generator.outputs(latents, dim))))
    }

    fn checkpoint(&self) -> Pending<'_, Checkpoint> {
        Box::pin(ready(Ok(Checkpoint {
            step: self.step,
            generator: self.generator.state(),
            discriminator: self.discriminator.state(),
        })))
    }
}
