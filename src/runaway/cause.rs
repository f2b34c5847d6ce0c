//! What probably made a run's numbers run away: the setting that is farthest beyond the usual, as far as it
//! counts for the size of a step.
//!
//! A judgement by the configuration alone, no proof: tests/runaway.rs holds it against runs, which go well once
//! the suspect is set back to the usual.

use crate::{
    config::{Activation, Loss, Network, Optimizer, TrainingConfig},
    target::extent,
};

/// A setting that is suspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspect {
    /// The generator's learning rate.
    GeneratorRate,
    /// The discriminator's learning rate.
    DiscriminatorRate,
    /// The width of the widest layer.
    Width,
    /// How far the data reach.
    Reach,
    /// The largest label of the least-squares loss.
    Labels,
    /// The gain of the initial weights.
    Gain,
}

/// A suspect, where it stands, and where it usually does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cause {
    /// The setting.
    pub suspect: Suspect,
    /// Its value.
    pub value: f64,
    /// The value of the defaults.
    pub usual: f64,
}

/// Hidden layers of the defaults, and how wide they are.
const USUAL_LAYERS: f64 = 2.0;
const USUAL_WIDTH: f64 = 64.0;

impl Cause {
    /// What probably did it; none where no setting is beyond the usual.
    pub fn of(config: &TrainingConfig) -> Option<Self> {
        let networks = [&config.generator, &config.discriminator];
        let rules = [config.optimizer.generator, config.optimizer.discriminator];
        let rate = |suspect, rule: Optimizer| {
            let cause = Self::new(suspect, rule.lr(), usual_rate(rule));
            (cause, cause.times_usual())
        };
        let mut causes = vec![
            rate(Suspect::GeneratorRate, rules[0]),
            rate(Suspect::DiscriminatorRate, rules[1]),
        ];
        // Adam and RMSprop divide a gradient by its size; with SGD all that makes it larger makes the step larger.
        if rules
            .iter()
            .any(|rule| matches!(rule, Optimizer::Sgd { .. }))
        {
            causes.extend(networks.into_iter().flat_map(by_network));
            causes.extend(by_data(config));
        }
        let beyond = causes.into_iter().filter(|(_, weight)| *weight > 1.5);
        let worst = beyond.max_by(|(_, one), (_, other)| one.total_cmp(other));
        worst.map(|(cause, _)| cause)
    }

    fn new(suspect: Suspect, value: f64, usual: f64) -> Self {
        Self {
            suspect,
            value,
            usual,
        }
    }

    fn times_usual(&self) -> f64 {
        self.value / self.usual
    }
}

/// A cause, and by how much it makes a step of SGD larger, roughly.
type Weighed = (Cause, f64);

/// Outputs grow with the gain of each layer, and their gradients with the number of weights.
fn by_network(network: &Network) -> [Weighed; 2] {
    let layers = network.hidden.len() as f64;
    let widest = network.hidden.iter().copied().max().unwrap_or_default() as f64;
    let width = Cause::new(Suspect::Width, widest, USUAL_WIDTH);
    let usual = match network.activation {
        Activation::Relu | Activation::LeakyRelu => std::f64::consts::SQRT_2,
        Activation::Tanh => 5.0 / 3.0,
        Activation::Sigmoid => 1.0,
    };
    let gain = Cause::new(Suspect::Gain, network.gain.unwrap_or(usual), usual);
    [
        (width, width.times_usual() * layers / USUAL_LAYERS),
        (gain, gain.times_usual().powf(2.0 * layers)),
    ]
}

/// Outputs grow with the data; so do, under least squares, their distance to the labels and its square.
fn by_data(config: &TrainingConfig) -> Vec<Weighed> {
    let usual = f64::from(extent(&TrainingConfig::default().target));
    let reach = Cause::new(Suspect::Reach, extent(&config.target).into(), usual);
    let mut causes = vec![(reach, reach.times_usual().powi(2))];
    if let Loss::Lsgan {
        a,
        b,
        c,
        sigmoid: false,
    } = config.loss
    {
        let largest = [a, b, c].into_iter().map(f64::abs).fold(0.0, f64::max);
        let labels = Cause::new(Suspect::Labels, largest, 1.0);
        causes.push((labels, labels.times_usual()));
    }
    causes
}

fn usual_rate(rule: Optimizer) -> f64 {
    match rule {
        Optimizer::Adam { .. } => 0.001,
        Optimizer::Sgd { .. } => 0.01,
        Optimizer::Rmsprop { .. } => 0.0005,
    }
}
