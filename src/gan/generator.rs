//! The generator G: latent -> a point of the plane.

use burn::{
    module::Module,
    tensor::{Device, Tensor},
};

use super::{Mlp, Weights};
use crate::{
    config::{Network, TrainingConfig},
    random::Stream,
};

/// The generator.
#[derive(Module, Debug)]
pub struct Generator {
    /// Its layers.
    pub network: Mlp,
}

impl Generator {
    /// The weights that a run starts from.
    pub fn initial_weights(config: &TrainingConfig) -> Weights {
        Weights::initial(
            &config.generator,
            config.latent.dim,
            2,
            config.seed,
            Stream::GeneratorWeights,
        )
    }

    /// A generator with given weights.
    pub fn new(network: &Network, weights: &Weights, device: &Device) -> Self {
        Self {
            network: Mlp::new(network, weights, device),
        }
    }

    /// The same weights as constants: nothing done with them is recorded for a gradient.
    pub fn frozen(&self) -> Self {
        Self {
            network: self.network.frozen(),
        }
    }

    /// Latents \[batch, dim\] -> samples \[batch, 2\].
    pub fn forward(&self, latents: Tensor<2>) -> Tensor<2> {
        self.network.forward(latents)
    }
}
