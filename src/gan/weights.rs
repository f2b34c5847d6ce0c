//! The weights of a network as plain data, and how the initial ones are drawn.
//!
//! They are drawn on the host from counter-based random numbers, so that a run starts from the same
//! weights on every device.

use serde::{Deserialize, Serialize};

use super::floats;
use crate::{
    config::{Activation, Initializer, Network},
    random::{Draws, Stream},
};

/// One affine layer, y = x W + b.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// Width of x.
    pub inputs: usize,
    /// Width of y.
    pub outputs: usize,
    /// W, row by row: \[inputs\]\[outputs\].
    #[serde(with = "floats")]
    pub weight: Vec<f32>,
    /// b: \[outputs\].
    #[serde(with = "floats")]
    pub bias: Vec<f32>,
}

/// All layers of a network, input side first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// The layers; neighbours fit.
    pub layers: Vec<Layer>,
}

impl Weights {
    /// Draws the initial weights of a network with `inputs` inputs and `outputs` outputs: by its
    /// initializer and gain in the hidden layers, with gain 1 in the linear output layer; biases 0.
    pub fn initial(
        network: &Network,
        inputs: usize,
        outputs: usize,
        seed: u32,
        stream: Stream,
    ) -> Self {
        let mut widths = vec![inputs];
        widths.extend(&network.hidden);
        widths.push(outputs);
        let hidden_gain = network.gain.unwrap_or_else(|| gain(network)) as f32;
        let layers = widths.windows(2).enumerate().map(|(index, pair)| {
            let gain = if index < network.hidden.len() {
                hidden_gain
            } else {
                1.0
            };
            let draws = Draws::new(seed, stream, index as u64, 0);
            let weight = match network.initializer {
                Initializer::Kaiming => normal(&draws, pair, gain / libm::sqrtf(pair[0] as f32)),
                Initializer::Xavier => normal(
                    &draws,
                    pair,
                    gain * libm::sqrtf(2.0 / (pair[0] + pair[1]) as f32),
                ),
                Initializer::Orthogonal => orthogonal(&draws, pair, gain),
            };
            Layer {
                inputs: pair[0],
                outputs: pair[1],
                weight,
                bias: vec![0.0; pair[1]],
            }
        });
        Self {
            layers: layers.collect(),
        }
    }

    /// Whether the layers lead from so many inputs to so many outputs: each fits the next, and has all of its
    /// numbers.
    pub fn lead(&self, inputs: usize, outputs: usize) -> bool {
        let end = self.layers.iter().try_fold(inputs, |width, layer| {
            let is_whole = layer.inputs == width
                && layer.outputs > 0
                && layer.bias.len() == layer.outputs
                && layer.weight.len() == width * layer.outputs;
            is_whole.then_some(layer.outputs)
        });
        !self.layers.is_empty() && end == Some(outputs)
    }

    /// Whether every number is finite.
    pub fn is_finite(&self) -> bool {
        let numbers = self.layers.iter();
        let mut numbers = numbers.flat_map(|layer| layer.weight.iter().chain(&layer.bias));
        numbers.all(|number| number.is_finite())
    }

    /// The width of each layer's output.
    pub fn widths(&self) -> impl Iterator<Item = usize> {
        self.layers.iter().map(|layer| layer.outputs)
    }

    /// One affine layer alone, from the plane to one output: D(x) = weight . x + bias.
    pub fn linear(weight: [f64; 2], bias: f64) -> Self {
        Self {
            layers: vec![Layer {
                inputs: 2,
                outputs: 1,
                weight: weight.map(|entry| entry as f32).to_vec(),
                bias: vec![bias as f32],
            }],
        }
    }
}

/// The gain that keeps the size of signals from layer to layer: sqrt(2 / (1 + slope^2)) for the
/// rectifiers (He et al. 2015); 5/3 for tanh and 1 for the sigmoid, as PyTorch's `calculate_gain`.
fn gain(network: &Network) -> f64 {
    match network.activation {
        Activation::Relu => std::f64::consts::SQRT_2,
        Activation::LeakyRelu => (2.0 / (1.0 + network.slope * network.slope)).sqrt(),
        Activation::Tanh => 5.0 / 3.0,
        Activation::Sigmoid => 1.0,
    }
}

fn normal(draws: &Draws, shape: &[usize], deviation: f32) -> Vec<f32> {
    draws
        .normals(shape[0] * shape[1])
        .into_iter()
        .map(|number| number * deviation)
        .collect()
}

/// A matrix with orthonormal rows or columns, whichever are fewer, times the gain: normal vectors
/// orthogonalised one after the other (modified Gram-Schmidt, in f64), uniform over all such matrices.
fn orthogonal(draws: &Draws, shape: &[usize], gain: f32) -> Vec<f32> {
    let (count, length) = (shape[0].min(shape[1]), shape[0].max(shape[1]));
    let numbers = draws.normals(count * length);
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for start in numbers.chunks(length) {
        let mut vector: Vec<f64> = start.iter().map(|number| f64::from(*number)).collect();
        // Twice is enough (Giraud et al. 2005): the second pass removes the first one's rounding.
        for _ in 0..2 {
            for earlier in &basis {
                let overlap: f64 = vector.iter().zip(earlier).map(|(x, e)| x * e).sum();
                vector
                    .iter_mut()
                    .zip(earlier)
                    .for_each(|(x, e)| *x -= overlap * e);
            }
        }
        let norm = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
        basis.push(vector.into_iter().map(|x| x / norm).collect());
    }
    let entry = |row: usize, column: usize| {
        if shape[0] <= shape[1] {
            basis[row][column]
        } else {
            basis[column][row]
        }
    };
    (0..shape[0] * shape[1])
        .map(|at| gain * entry(at / shape[1], at % shape[1]) as f32)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TrainingConfig;

    fn drawn(assignments: &[&str], inputs: usize, outputs: usize) -> Weights {
        let network = assignments
            .iter()
            .fold(TrainingConfig::default(), |config, assignment| {
                config.with_assignment(assignment).unwrap()
            })
            .generator;
        Weights::initial(&network, inputs, outputs, 3, Stream::GeneratorWeights)
    }

    fn deviation(layer: &Layer) -> f64 {
        let squares: f64 = layer.weight.iter().map(|w| f64::from(*w).powi(2)).sum();
        (squares / layer.weight.len() as f64).sqrt()
    }

    #[test]
    fn shapes_follow_the_configuration_and_biases_start_at_zero() {
        let weights = drawn(&["generator.hidden=5,7"], 3, 2);
        let shapes: Vec<_> = weights
            .layers
            .iter()
            .map(|layer| (layer.inputs, layer.outputs))
            .collect();
        assert_eq!(shapes, [(3, 5), (5, 7), (7, 2)]);
        for layer in &weights.layers {
            assert_eq!(layer.weight.len(), layer.inputs * layer.outputs);
            assert_eq!(layer.bias, vec![0.0; layer.outputs]);
        }
    }

    #[test]
    fn kaiming_and_xavier_have_the_published_spread() {
        // By hand: sqrt(2 / 1.04) / sqrt(128) = 0.12257; (5/3) sqrt(2 / 328) = 0.13015.
        let kaiming = drawn(&["generator.hidden=128,200"], 2, 2);
        assert!((deviation(&kaiming.layers[1]) - 0.12257).abs() < 0.003);
        let xavier = drawn(
            &[
                "generator.hidden=128,200",
                "generator.activation=tanh",
                "generator.initializer=xavier",
            ],
            2,
            2,
        );
        assert!((deviation(&xavier.layers[1]) - 0.13015).abs() < 0.003);
        // The output layer is linear: 1 / sqrt(200) = 0.0707.
        assert!((deviation(&kaiming.layers[2]) - 0.0707).abs() < 0.01);
    }

    #[test]
    fn orthogonal_weights_are_orthonormal_times_the_gain() {
        let weights = drawn(
            &[
                "generator.hidden=24,16",
                "generator.initializer=orthogonal",
                "generator.gain=1.4",
            ],
            2,
            2,
        );
        let layer = &weights.layers[1];
        for left in 0..layer.outputs {
            for right in 0..layer.outputs {
                let product: f32 = (0..layer.inputs)
                    .map(|row| {
                        layer.weight[row * layer.outputs + left]
                            * layer.weight[row * layer.outputs + right]
                    })
                    .sum();
                let expected = if left == right { 1.96 } else { 0.0 };
                assert!(
                    (product - expected).abs() < 1e-5,
                    "columns {left} and {right}: {product}"
                );
            }
        }
        let first = &weights.layers[0];
        let row = |index: usize| &first.weight[index * first.outputs..(index + 1) * first.outputs];
        let product: f32 = row(0).iter().zip(row(1)).map(|(x, y)| x * y).sum();
        assert!(product.abs() < 1e-5);
    }

    #[test]
    fn the_two_networks_do_not_share_their_numbers() {
        let network = TrainingConfig::default().generator;
        let one = Weights::initial(&network, 2, 2, 3, Stream::GeneratorWeights);
        let other = Weights::initial(&network, 2, 2, 3, Stream::DiscriminatorWeights);
        assert_ne!(one, other);
    }
}
