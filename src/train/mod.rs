//! Training: the engines that move the weights, behind one trait.
//!
//! [`Autodiff`] is the textbook: start reading there. Every engine takes its batches from [`Batches`]
//! and its initial weights from [`crate::gan`], so that engines can be compared number by number. An
//! engine knows no clock and no picture; it is asked to step, to be observed and to be saved.

mod autodiff;
mod backend;
mod batches;
pub mod checkpoint_file;
mod compute;
pub mod cpu;
mod fleet;
#[cfg(feature = "webgpu")]
pub mod fused;
mod optimizer;
mod roofline;
mod tensor_file;
#[cfg(not(target_arch = "wasm32"))]
pub mod trace;
#[cfg(not(target_arch = "wasm32"))]
mod work;

pub use autodiff::Autodiff;
pub use backend::Backend;
pub use batches::Batches;
pub use compute::Compute;
pub use fleet::{Fleet, next_seeds};
pub use optimizer::Optimizer;
pub use roofline::roofline;
#[cfg(not(target_arch = "wasm32"))]
pub use work::flops_per_step;

use std::pin::Pin;

use serde::{Deserialize, Serialize};

use crate::{
    config::{Optimizers, Target, TrainingConfig},
    gan::{Discriminator, Generator, Weights},
};

/// Which networks a step moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Both, as the configuration says.
    Both,
    /// The discriminator's updates only.
    Discriminator,
    /// The generator's updates only.
    Generator,
}

/// What an engine owes to whoever asks: ready at once on the CPU, after a readback on a GPU.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, EngineError>> + 'a>>;

/// The device failed; the run can go on from its last checkpoint on another one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the device failed: {0}")]
pub struct EngineError(pub String);

/// Something that trains one GAN.
pub trait Engine {
    /// Makes `count` steps; the batches of each are those of its number, [`Engine::steps_done`] before
    /// it. A GPU may still be at them when this returns: [`Engine::losses`] waits.
    fn advance(&mut self, count: u64, part: Part);

    /// Number of steps made since the initial weights.
    fn steps_done(&self) -> u64;

    /// Takes new learning rates; the optimizers keep their memory.
    fn set_learning_rates(&mut self, optimizers: &Optimizers);

    /// Draws real samples from another target from here on; the networks stay as they are.
    fn set_target(&mut self, target: &Target);

    /// The losses of the last step; waits until the device has done all steps asked for.
    fn losses(&self) -> Pending<'_, Losses>;

    /// Looks at the networks as they are, with one readback.
    fn observe<'a>(&'a self, probe: &'a Probe) -> Pending<'a, Observation>;

    /// The generator's image of latents, row by row \[samples\]\[dim\], as x0, y0, x1, y1, …
    fn generate<'a>(&'a self, latents: &'a [f32]) -> Pending<'a, Vec<f32>>;

    /// Everything that is needed to go on from here, on any engine.
    fn checkpoint(&self) -> Pending<'_, Checkpoint>;
}

/// The losses of the last update of each network in the last step, before it moved the weights; NaN
/// before the first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Losses {
    /// The discriminator's.
    pub discriminator: f32,
    /// The generator's.
    pub generator: f32,
}

/// What to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// Points of the plane at which the discriminator is asked, as x0, y0, x1, y1, …; any will do, and those
    /// of a grid, row by row with x growing, cost the CPU least.
    pub points: Vec<f32>,
    /// Latents to send through the generator and then through the discriminator, row by row:
    /// \[samples\]\[dim\].
    pub latents: Vec<f32>,
    /// Further latents, of which the generator's image alone is wanted.
    pub carried: Vec<f32>,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The losses of the last step.
    pub losses: Losses,
    /// The discriminator's output at each point of the probe.
    pub outputs: Vec<f32>,
    /// The generator's image of each latent of the probe, as x0, y0, x1, y1, …
    pub fake: Vec<f32>,
    /// The discriminator's output y on each of them.
    pub fake_outputs: Vec<f32>,
    /// The gradient of that output by the sample, grad_x y, as x0, y0, x1, y1, … Whatever the loss,
    /// the force is -l'(y) times it.
    pub fake_gradients: Vec<f32>,
    /// The generator's image of the further latents, as x0, y0, x1, y1, …
    pub carried: Vec<f32>,
    /// Norms of the gradients of the last update.
    pub gradient_norms: GradientNorms,
}

/// Euclidean norm of the gradient of each layer (weights and biases together), input side first;
/// empty before the first update of that network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GradientNorms {
    /// The generator's layers.
    pub generator: Vec<f32>,
    /// The discriminator's layers.
    pub discriminator: Vec<f32>,
}

/// A run at one moment, as plain data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Steps made.
    pub step: u64,
    /// The generator.
    pub generator: NetworkState,
    /// The discriminator.
    pub discriminator: NetworkState,
}

impl Checkpoint {
    /// A run of this configuration before its first step.
    pub fn initial(config: &TrainingConfig) -> Self {
        Self {
            step: 0,
            generator: NetworkState::initial(Generator::initial_weights(config)),
            discriminator: NetworkState::initial(Discriminator::initial_weights(config)),
        }
    }

    /// Whether a run of this configuration can go on from it: the generator's layers are the configuration's,
    /// the discriminator's, which may be others ([`Checkpoint::with_discriminator`]), lead from the plane to one
    /// output, and whatever the optimizers remember is as large as what they move.
    pub fn fits(&self, config: &TrainingConfig) -> bool {
        let widths = config.generator.hidden.iter().copied().chain([2]);
        self.generator.is_whole(config.latent.dim, 2)
            && self.generator.weights.widths().eq(widths)
            && self.discriminator.is_whole(2, 1)
    }

    /// Whether every number in it is finite: the weights, and what the optimizers remember.
    pub fn is_finite(&self) -> bool {
        [&self.generator, &self.discriminator]
            .into_iter()
            .flat_map(NetworkState::all)
            .all(Weights::is_finite)
    }

    /// The same run with another discriminator, whose optimizer remembers nothing: for a generator
    /// that is to learn against one held fixed, by [`Part::Generator`] alone. Its layers need not be
    /// as many or as wide as the configuration says; one affine layer alone is linear.
    pub fn with_discriminator(self, weights: Weights) -> Self {
        Self {
            discriminator: NetworkState::initial(weights),
            ..self
        }
    }
}

/// One network and its optimizer's memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkState {
    /// The weights.
    pub weights: Weights,
    /// Updates made by the optimizer.
    pub updates: u64,
    /// The optimizer's mean gradient, if it keeps one.
    pub first_moment: Option<Weights>,
    /// The optimizer's mean squared gradient, if it keeps one.
    pub second_moment: Option<Weights>,
}

impl NetworkState {
    /// The weights, and the optimizer's memory of the same shape.
    fn all(&self) -> impl Iterator<Item = &Weights> {
        let moments = [&self.first_moment, &self.second_moment];
        [&self.weights]
            .into_iter()
            .chain(moments.into_iter().flatten())
    }

    fn is_whole(&self, inputs: usize, outputs: usize) -> bool {
        self.all()
            .all(|one| one.lead(inputs, outputs) && one.widths().eq(self.weights.widths()))
    }

    /// A network before its first update.
    pub fn initial(weights: Weights) -> Self {
        Self {
            weights,
            updates: 0,
            first_moment: None,
            second_moment: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_finite_if_all_of_its_numbers_are() {
        let mut whole = Checkpoint::initial(&TrainingConfig::default());
        whole.generator.second_moment = Some(whole.generator.weights.clone());
        assert!(whole.is_finite());
        let spoil: [fn(&mut Checkpoint); 3] = [
            |it| it.generator.weights.layers[1].weight[7] = f32::NAN,
            |it| it.discriminator.weights.layers[2].bias[0] = f32::INFINITY,
            |it| {
                let memory = it.generator.second_moment.as_mut().unwrap();
                memory.layers[0].weight[0] = f32::NEG_INFINITY;
            },
        ];
        for (number, spoil) in spoil.into_iter().enumerate() {
            let mut checkpoint = whole.clone();
            spoil(&mut checkpoint);
            assert!(!checkpoint.is_finite(), "{number}");
        }
    }

    #[test]
    fn a_checkpoint_of_another_shape_does_not_fit() {
        let set = |assignment| TrainingConfig::default().with_assignment(assignment);
        let config = TrainingConfig::default();
        let whole = Checkpoint::initial(&config);
        assert!(whole.fits(&config));
        assert!(whole.fits(&set("discriminator.hidden=3").unwrap()));
        for other in [
            "generator.hidden=64",
            "generator.hidden=64,65",
            "latent.dim=3",
        ] {
            assert!(!whole.fits(&set(other).unwrap()), "{other}");
        }
        let linear = Weights::linear([1.0, 0.0], 0.0);
        assert!(
            whole
                .clone()
                .with_discriminator(linear.clone())
                .fits(&config)
        );
        let broken: [fn(&mut Checkpoint); 7] = [
            |it| it.generator.weights.layers.clear(),
            |it| drop(it.generator.weights.layers.pop()),
            |it| it.generator.weights.layers[1].weight.truncate(9),
            |it| it.discriminator.weights.layers[0].bias.push(0.0),
            |it| it.discriminator.weights.layers[1].inputs = 63,
            |it| it.discriminator.weights.layers[0].outputs = usize::MAX,
            |it| it.discriminator.second_moment = Some(Weights::linear([0.0; 2], 0.0)),
        ];
        for (number, spoil) in broken.into_iter().enumerate() {
            let mut checkpoint = whole.clone();
            spoil(&mut checkpoint);
            assert!(!checkpoint.fits(&config), "{number}");
        }
    }
}
