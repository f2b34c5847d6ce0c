//! A discriminator held fixed: its output and its gradient by the input, on the host in f64.
//!
//! The forces on samples are -l'(y) grad_x y(x). Here both factors come without a device and without
//! a tape, so that a page can follow a few samples at every frame and a terminal can print numbers
//! that are exact. Nothing here trains, and nothing here knows a loss.

use serde::{Deserialize, Serialize};

use super::{Layer, Weights};
use crate::config::{Activation, Network};

/// Points that go through the layers side by side, so that each weight is loaded once for all of them
/// and the compiler has lanes to fill.
const LANES: usize = 8;

/// What a discriminator says at one point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// Its output y, before any sigmoid.
    pub output: f64,
    /// grad_x y: how the output changes along each axis of the plane.
    pub gradient: [f64; 2],
}

impl Response {
    /// How far away, in the plane, the output is `level`: |y - level| / |grad_x y|. Exact where the
    /// discriminator is linear, to first order elsewhere; infinite where it is flat at another level.
    pub fn distance_to(&self, level: f64) -> f64 {
        if self.output == level {
            return 0.0;
        }
        (self.output - level).abs() / self.gradient[0].hypot(self.gradient[1])
    }
}

/// A discriminator whose weights no longer move.
#[derive(Clone, Debug, PartialEq)]
pub struct FixedDiscriminator {
    hidden: Vec<Affine>,
    last: Affine,
    activation: Activation,
    slope: f64,
}

/// One affine layer, laid out for both directions.
#[derive(Clone, Debug, PartialEq)]
struct Affine {
    inputs: usize,
    outputs: usize,
    /// \[outputs\]\[inputs\]: a row for each output, as the forward pass reads them.
    forward: Vec<f64>,
    /// \[inputs\]\[outputs\]: a row for each input, as the backward pass reads them.
    backward: Vec<f64>,
    /// \[outputs\].
    bias: Vec<f64>,
}

impl FixedDiscriminator {
    /// D(x) = weight . x + bias.
    pub fn linear(weight: [f64; 2], bias: f64) -> Self {
        Self {
            hidden: Vec::new(),
            last: Affine::new(2, 1, weight.to_vec(), vec![bias]),
            activation: Activation::Relu,
            slope: 0.0,
        }
    }

    /// The discriminator of a run, or one layer alone: `weights` lead from the plane to one output.
    pub fn new(network: &Network, weights: &Weights) -> Self {
        let mut layers: Vec<_> = weights.layers.iter().map(Affine::of).collect();
        Self {
            last: layers.pop().expect("a network has an output layer"),
            hidden: layers,
            activation: network.activation,
            slope: network.slope,
        }
    }

    /// What it says at one point.
    pub fn at(&self, point: [f64; 2]) -> Response {
        let [response] = self.pass([point]);
        response
    }

    /// What it says at each of many points: the same numbers as [`FixedDiscriminator::at`], sooner.
    pub fn at_each(&self, points: &[[f64; 2]]) -> Vec<Response> {
        let mut responses = Vec::with_capacity(points.len().next_multiple_of(LANES));
        for chunk in points.chunks(LANES) {
            let mut lanes = [[0.0; 2]; LANES];
            lanes[..chunk.len()].copy_from_slice(chunk);
            responses.extend(self.pass(lanes));
        }
        responses.truncate(points.len());
        responses
    }

    /// Forward to the outputs, then back to the inputs.
    fn pass<const N: usize>(&self, points: [[f64; 2]; N]) -> [Response; N] {
        let mut signals = vec![points.map(|[x, _]| x), points.map(|[_, y]| y)];
        let mut slopes = Vec::with_capacity(self.hidden.len());
        for layer in &self.hidden {
            let mut derivatives = layer.forward(&signals);
            signals.clear();
            for sums in &mut derivatives {
                let activated = sums.map(|sum| self.activate(sum));
                signals.push(activated.map(|(value, _)| value));
                *sums = activated.map(|(_, slope)| slope);
            }
            slopes.push(derivatives);
        }
        let outputs = self.last.forward(&signals)[0];
        let mut gradients = self.last.backward(&[[1.0; N]]);
        for (layer, slopes) in self.hidden.iter().zip(&slopes).rev() {
            for (gradients, slopes) in gradients.iter_mut().zip(slopes) {
                for (gradient, slope) in gradients.iter_mut().zip(slopes) {
                    *gradient *= slope;
                }
            }
            gradients = layer.backward(&gradients);
        }
        std::array::from_fn(|lane| Response {
            output: outputs[lane],
            gradient: [gradients[0][lane], gradients[1][lane]],
        })
    }

    /// The activation and its slope. At a rectifier's corner the slope is that of its left side, as
    /// burn has it; the curves' slopes keep their tails, where 1 - tanh^2 would round to zero.
    fn activate(&self, x: f64) -> (f64, f64) {
        let rectified = |slope: f64| {
            if x > 0.0 {
                (x, 1.0)
            } else {
                (slope * x, slope)
            }
        };
        match self.activation {
            Activation::Relu => rectified(0.0),
            Activation::LeakyRelu => rectified(self.slope),
            Activation::Tanh => {
                let tail = (-2.0 * x.abs()).exp();
                let value = (1.0 - tail) / (1.0 + tail);
                (value.copysign(x), 4.0 * tail / (1.0 + tail).powi(2))
            }
            Activation::Sigmoid => {
                let tail = (-x.abs()).exp();
                let value = if x > 0.0 { 1.0 } else { tail } / (1.0 + tail);
                (value, tail / (1.0 + tail).powi(2))
            }
        }
    }
}

impl Affine {
    /// `backward` is \[inputs\]\[outputs\], as a [`Layer`] has it.
    fn new(inputs: usize, outputs: usize, backward: Vec<f64>, bias: Vec<f64>) -> Self {
        let forward = (0..inputs * outputs)
            .map(|at| backward[at % inputs * outputs + at / inputs])
            .collect();
        Self {
            inputs,
            outputs,
            forward,
            backward,
            bias,
        }
    }

    fn of(layer: &Layer) -> Self {
        let wide = |numbers: &[f32]| numbers.iter().copied().map(f64::from).collect();
        Self::new(
            layer.inputs,
            layer.outputs,
            wide(&layer.weight),
            wide(&layer.bias),
        )
    }

    /// \[inputs\] -> \[outputs\], in every lane.
    fn forward<const N: usize>(&self, signals: &[[f64; N]]) -> Vec<[f64; N]> {
        let rows = self.forward.chunks_exact(self.inputs).zip(&self.bias);
        rows.map(|(weights, bias)| weighted_sum([*bias; N], weights, signals))
            .collect()
    }

    /// Gradients by the outputs \[outputs\] -> gradients by the inputs \[inputs\], in every lane.
    fn backward<const N: usize>(&self, gradients: &[[f64; N]]) -> Vec<[f64; N]> {
        let rows = self.backward.chunks_exact(self.outputs);
        rows.map(|weights| weighted_sum([0.0; N], weights, gradients))
            .collect()
    }
}

fn weighted_sum<const N: usize>(
    mut sums: [f64; N],
    weights: &[f64],
    terms: &[[f64; N]],
) -> [f64; N] {
    for (weight, term) in weights.iter().zip(terms) {
        for lane in 0..N {
            sums[lane] += weight * term[lane];
        }
    }
    sums
}

#[cfg(test)]
mod tests;
