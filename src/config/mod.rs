//! The one configuration of a run, spoken by the page's link, the JavaScript API and the command
//! line alike.
//!
//! A [`TrainingConfig`] that came through [`TrainingConfig::from_json`] or [`TrainingConfig::merged`]
//! is valid: every number was checked where it was read. This module does not know what a field
//! *does*; that is for the modules that take the parts. How a run is looked at, and the link that
//! opens it, belong to [`crate::scene`].

mod error;
pub(crate) mod fields;
pub(crate) mod places;
pub(crate) mod read;

#[cfg(all(target_arch = "wasm32", not(feature = "worker-only")))]
pub(crate) use error::fill;
pub use error::{ConfigError, Problem};
pub use places::on_lattice;
pub use read::{FARTHEST_MEAN, FARTHEST_POINT, MAX_BYTES, MOST_MEANS, MOST_POINTS};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Everything that decides a run: the same configuration on the same engine gives the same numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct TrainingConfig {
    /// Seed of every random number of the run.
    pub seed: u32,
    /// The distribution of the real samples, p_d.
    pub target: Target,
    /// The distribution of the generator's input.
    pub latent: Latent,
    /// Hidden layers of the generator, latent -> plane.
    pub generator: Network,
    /// Hidden layers of the discriminator, plane -> one output.
    pub discriminator: Network,
    /// What the two networks minimise.
    pub loss: Loss,
    /// How each network's weights move.
    pub optimizer: Optimizers,
    /// Samples in a batch, real and generated alike; 8 to 1024.
    pub batch: usize,
    /// Discriminator updates in a step; 1 to 10.
    pub steps_d: usize,
    /// Generator updates in a step; 1 to 10.
    pub steps_g: usize,
    /// Whether the generator sees the discriminator before or after it moved.
    pub update: Update,
}

/// A distribution over the plane. Lengths are in the plane's own units.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Target {
    /// `modes` equal Gaussians on a circle, the first at angle 0.
    Ring {
        /// Number of Gaussians, 1 to 64.
        modes: usize,
        /// Radius of the circle.
        radius: f64,
        /// Standard deviation of each Gaussian, in each coordinate.
        sigma: f64,
    },
    /// `side` x `side` equal Gaussians on a square lattice around the origin.
    Grid {
        /// Gaussians along one side, 1 to 10.
        side: usize,
        /// Distance between neighbours.
        spacing: f64,
        /// Standard deviation of each Gaussian, in each coordinate.
        sigma: f64,
    },
    /// Two equal Gaussians on the horizontal axis.
    TwoGaussians {
        /// Distance between the two means.
        distance: f64,
        /// Standard deviation of each Gaussian, in each coordinate.
        sigma: f64,
    },
    /// A horizontal segment through the origin, blurred by a Gaussian.
    Line {
        /// Length of the segment.
        length: f64,
        /// Standard deviation of the blur, in each coordinate.
        sigma: f64,
    },
    /// Two interleaved half circles, blurred by a Gaussian.
    Moons {
        /// Standard deviation of the blur, in each coordinate.
        sigma: f64,
    },
    /// An Archimedean spiral from the origin to radius 1, blurred by a Gaussian.
    Spiral {
        /// Number of turns.
        turns: f64,
        /// Standard deviation of the blur, in each coordinate.
        sigma: f64,
    },
    /// Uniform over the dark cells of a checkerboard around the origin.
    Checkerboard {
        /// Cells along one side, 2 to 10.
        side: usize,
        /// Length of one side of the board.
        width: f64,
    },
    /// Equal Gaussians anywhere.
    Mixture {
        /// Their means, 1 to [`MOST_MEANS`], to a thousandth.
        means: Vec<[f64; 2]>,
        /// Standard deviation of each Gaussian, in each coordinate.
        sigma: f64,
    },
    /// Points that somebody drew or loaded, each as likely as any other, blurred by a Gaussian.
    Points {
        /// The points, 1 to [`MOST_POINTS`], to a thousandth.
        points: Vec<[f64; 2]>,
        /// Standard deviation of the blur, in each coordinate; may be 0.
        sigma: f64,
    },
}

impl Target {
    /// Whether a run on this target can go on, from where it is, on `other`: points of one's own that
    /// changed, or modes of a mixture that were moved or taken out of a formula.
    pub fn may_become(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Points { .. }, Self::Points { .. }) => true,
            (
                Self::Mixture { .. }
                | Self::Ring { .. }
                | Self::Grid { .. }
                | Self::TwoGaussians { .. },
                Self::Mixture { .. },
            ) => true,
            _ => self == other,
        }
    }
}

/// The generator's input distribution.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Latent {
    /// Shape of each coordinate.
    pub kind: LatentKind,
    /// Number of coordinates, 1 to 256.
    pub dim: usize,
}

/// Distribution of one latent coordinate; the coordinates are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LatentKind {
    /// Standard normal.
    Normal,
    /// Uniform on (-1, 1).
    Uniform,
}

/// The hidden layers of one network; its output layer is always linear.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Network {
    /// Width of each hidden layer: 1 to 4 layers, each 1 to 256 wide.
    pub hidden: Vec<usize>,
    /// The nonlinearity between the layers.
    pub activation: Activation,
    /// Slope of `leaky_relu` for negative inputs; unused by the others.
    pub slope: f64,
    /// How the initial weights are drawn.
    pub initializer: Initializer,
    /// Factor on the initial weights of the hidden layers; by the activation where left out.
    pub gain: Option<f64>,
}

/// The nonlinearity of the hidden layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// max(x, 0).
    Relu,
    /// x for x > 0, slope * x otherwise.
    LeakyRelu,
    /// Hyperbolic tangent.
    Tanh,
    /// 1 / (1 + exp(-x)).
    Sigmoid,
}

/// How the initial weights are drawn; biases start at zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Initializer {
    /// Normal, standard deviation gain / sqrt(fan in) (He et al. 2015).
    Kaiming,
    /// Normal, standard deviation gain * sqrt(2 / (fan in + fan out)) (Glorot and Bengio 2010).
    Xavier,
    /// Orthonormal rows or columns, times the gain (Saxe et al. 2014).
    Orthogonal,
}

/// What the two networks minimise; formulas in [`crate::gan::loss`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Loss {
    /// Least squares: the discriminator pulls generated samples to `a` and real ones to `b`, the
    /// generator pulls its samples to `c`.
    Lsgan {
        /// The discriminator's label of generated samples.
        a: f64,
        /// The discriminator's label of real samples.
        b: f64,
        /// The value that the generator wants the discriminator to give its samples.
        c: f64,
        /// Put a sigmoid on the discriminator's output first. The published LSGAN does not.
        sigmoid: bool,
    },
    /// Cross-entropy; the generator minimises -log s.
    NonSaturating,
    /// Cross-entropy; the generator minimises log(1 - s).
    Minimax,
}

impl Loss {
    /// Reads a loss from JSON text, as it stands in a configuration; fields left out take their
    /// defaults.
    ///
    /// # Errors
    /// As [`TrainingConfig::from_json`].
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        let loss = read::json(text).map_err(|error| ConfigError {
            path: "loss".to_owned(),
            ..error
        })?;
        let value = json!({ "loss": loss });
        Ok(TrainingConfig::from_value(&value)?.loss)
    }
}

/// One optimizer for each network.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Optimizers {
    /// Moves the generator.
    pub generator: Optimizer,
    /// Moves the discriminator.
    pub discriminator: Optimizer,
}

/// The rule that turns a gradient into a change of the weights.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Optimizer {
    /// Adam with bias correction, epsilon outside the root (Kingma and Ba 2015).
    Adam {
        /// Learning rate.
        lr: f64,
        /// Decay of the mean gradient, in [0, 1).
        beta1: f64,
        /// Decay of the mean squared gradient, in [0, 1).
        beta2: f64,
        /// Added to the root of the mean squared gradient.
        epsilon: f64,
    },
    /// Plain stochastic gradient descent, no momentum.
    Sgd {
        /// Learning rate.
        lr: f64,
    },
    /// RMSprop without momentum, epsilon outside the root.
    Rmsprop {
        /// Learning rate.
        lr: f64,
        /// Decay of the mean squared gradient, in [0, 1).
        alpha: f64,
        /// Added to the root of the mean squared gradient.
        epsilon: f64,
    },
}

impl Optimizer {
    /// The learning rate, whatever the kind.
    pub fn lr(&self) -> f64 {
        match *self {
            Self::Adam { lr, .. } | Self::Sgd { lr } | Self::Rmsprop { lr, .. } => lr,
        }
    }

    /// The same rule with another learning rate.
    pub fn with_lr(mut self, new: f64) -> Self {
        match &mut self {
            Self::Adam { lr, .. } | Self::Sgd { lr } | Self::Rmsprop { lr, .. } => *lr = new,
        }
        self
    }
}

/// The order of the updates in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Update {
    /// The discriminator moves first; the generator's gradient goes through the moved one.
    Alternating,
    /// Both gradients come from one pass, before either network moves.
    Simultaneous,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self::from_value(&Value::Object(Default::default()))
            .expect("every field has a default that is allowed (tested)")
    }
}

impl TryFrom<Value> for TrainingConfig {
    type Error = ConfigError;

    fn try_from(value: Value) -> Result<Self, ConfigError> {
        Self::from_value(&value)
    }
}

impl TrainingConfig {
    /// Reads a configuration from JSON text; fields left out take their defaults.
    ///
    /// # Errors
    /// [`ConfigError`] names the field and what is allowed there; text longer than [`MAX_BYTES`] or
    /// broken JSON is refused as a whole.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        Self::from_value(&read::json(text)?)
    }

    /// Reads a configuration from a JSON value; fields left out take their defaults.
    ///
    /// # Errors
    /// As [`TrainingConfig::from_json`].
    pub fn from_value(value: &Value) -> Result<Self, ConfigError> {
        read::config(value)
    }

    /// This configuration with the fields of `partial` put over it. Where `partial` names another
    /// `kind`, the fields of the old kind go and those left out take the new kind's defaults.
    ///
    /// # Errors
    /// As [`TrainingConfig::from_json`]; `self` is left as it was.
    pub fn merged(&self, partial: &Value) -> Result<Self, ConfigError> {
        let mut value = self.to_value();
        read::merge(&mut value, partial);
        Self::from_value(&value)
    }

    /// This configuration with one field set, as in `loss.kind=minimax` or `generator.hidden=64,64`.
    ///
    /// # Errors
    /// As [`TrainingConfig::from_json`]; also where `assignment` has no `=`.
    pub fn with_assignment(&self, assignment: &str) -> Result<Self, ConfigError> {
        let (path, text) = read::assignment(assignment)?;
        self.merged(&read::partial(&self.to_value(), path, text))
    }

    /// The whole configuration as a JSON value, no field left out.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("a configuration has string keys and finite numbers only")
    }

    /// Whether a run under `self` can go on under `other` without a new start: they differ in
    /// learning rates alone.
    pub fn differs_in_learning_rates_only(&self, other: &Self) -> bool {
        let mut moved = self.clone();
        for (mine, theirs) in [
            (&mut moved.optimizer.generator, &other.optimizer.generator),
            (
                &mut moved.optimizer.discriminator,
                &other.optimizer.discriminator,
            ),
        ] {
            *mine = mine.with_lr(theirs.lr());
        }
        moved == *other
    }

    /// Whether a run under `self` can go on under `other` without a new start: they differ at most in
    /// learning rates and in where the target's own points or modes are.
    pub fn goes_on_under(&self, other: &Self) -> bool {
        let moved = Self {
            target: other.target.clone(),
            ..self.clone()
        };
        self.target.may_become(&other.target) && moved.differs_in_learning_rates_only(other)
    }

    /// Whether runs under both can be members of one fleet: they differ at most in seed, loss and
    /// learning rates.
    pub fn is_of_one_fleet_with(&self, other: &Self) -> bool {
        let alike = Self {
            seed: other.seed,
            loss: other.loss,
            ..self.clone()
        };
        alike.differs_in_learning_rates_only(other)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod tests;
