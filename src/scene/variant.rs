//! The named changes that a twin run makes to the run beside it.
//!
//! A variant changes one thing, the loss or the hidden activations, so that whatever two panes show
//! differently comes from that.

use serde::Serialize;

use crate::config::{Activation, Loss, TrainingConfig};

/// What a twin changes of the run that it stands beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// Least squares with a = 0, b = c = 1.
    Lsgan01,
    /// Least squares with a = -1, b = 1, c = 0.
    LsganPearson,
    /// Least squares on a sigmoid, with a = 0, b = c = 1.
    LsganSigmoid,
    /// Cross-entropy; the generator minimises -log s.
    NonSaturating,
    /// Cross-entropy; the generator minimises log(1 - s).
    Minimax,
    /// ReLU in the hidden layers of both networks.
    Relu,
    /// Leaky ReLU in the hidden layers of both networks, with the slopes that the run has.
    LeakyRelu,
    /// tanh in the hidden layers of both networks.
    Tanh,
    /// Sigmoid in the hidden layers of both networks.
    Sigmoid,
}

/// Every variant by its name in links, files and locale keys.
pub const VARIANTS: [(&str, Variant); 9] = [
    ("lsgan01", Variant::Lsgan01),
    ("lsgan_pearson", Variant::LsganPearson),
    ("lsgan_sigmoid", Variant::LsganSigmoid),
    ("non_saturating", Variant::NonSaturating),
    ("minimax", Variant::Minimax),
    ("relu", Variant::Relu),
    ("leaky_relu", Variant::LeakyRelu),
    ("tanh", Variant::Tanh),
    ("sigmoid", Variant::Sigmoid),
];

impl Variant {
    /// The name in links, files and locale keys.
    pub fn name(self) -> &'static str {
        VARIANTS
            .iter()
            .find(|(_, variant)| *variant == self)
            .map_or("", |(name, _)| name)
    }

    /// The variant of that name.
    pub fn named(name: &str) -> Option<Self> {
        VARIANTS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, variant)| *variant)
    }

    /// `config` with this change made. Any configuration takes any variant.
    pub fn over(self, config: &TrainingConfig) -> TrainingConfig {
        let mut config = config.clone();
        let least_squares = |a, b, c, sigmoid| Loss::Lsgan { a, b, c, sigmoid };
        match self {
            Self::Lsgan01 => config.loss = least_squares(0.0, 1.0, 1.0, false),
            Self::LsganPearson => config.loss = least_squares(-1.0, 1.0, 0.0, false),
            Self::LsganSigmoid => config.loss = least_squares(0.0, 1.0, 1.0, true),
            Self::NonSaturating => config.loss = Loss::NonSaturating,
            Self::Minimax => config.loss = Loss::Minimax,
            Self::Relu => activate(&mut config, Activation::Relu),
            Self::LeakyRelu => activate(&mut config, Activation::LeakyRelu),
            Self::Tanh => activate(&mut config, Activation::Tanh),
            Self::Sigmoid => activate(&mut config, Activation::Sigmoid),
        }
        config
    }
}

fn activate(config: &mut TrainingConfig, activation: Activation) {
    config.generator.activation = activation;
    config.discriminator.activation = activation;
}
