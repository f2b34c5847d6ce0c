//! The discriminator D: a point of the plane -> its output y, before any sigmoid.

use burn::{
    module::Module,
    tensor::{Device, Tensor},
};

use super::{Mlp, Weights};
use crate::{
    config::{Network, TrainingConfig},
    random::Stream,
};

/// The discriminator.
#[derive(Module, Debug)]
pub struct Discriminator {
    /// Its layers.
    pub network: Mlp,
}

impl Discriminator {
    /// The weights that a run starts from.
    pub fn initial_weights(config: &TrainingConfig) -> Weights {
        Weights::initial(
            &config.discriminator,
            2,
            1,
            config.seed,
            Stream::DiscriminatorWeights,
        )
    }

    /// A discriminator with given weights.
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

    /// Points \[batch, 2\] -> outputs \[batch\].
    pub fn forward(&self, points: Tensor<2>) -> Tensor<1> {
        self.network.forward(points).squeeze_dim(1)
    }
}
