//! A network as the kernels want it, and its two passes over a block of samples.
//!
//! Weights lie as in a checkpoint, \[inputs\]\[outputs\], with the biases as one row more and every row
//! padded to whole vectors. The way back needs them transposed as well; that copy is made anew after each
//! update. Padding is zero, stays zero under every rule, and so adds nothing to any sum.

mod looking;

use lsgan_kernels::{Kernels, Nonlinearity, Rows, Rule};

use crate::{
    config::{self, Activation, Optimizer},
    gan::{self, Weights},
    train::NetworkState,
};

/// A network, what its optimizer remembers, and the gradients of its last update.
pub struct Network {
    kernels: &'static Kernels,
    layers: Vec<Layer>,
    nonlinearity: Nonlinearity,
    optimizer: Optimizer,
    updates: u64,
    /// Whether there was an update since the run was begun or taken up.
    moved: bool,
}

/// One affine layer. All but `transposed` are \[inputs + 1\]\[stride\], biases in the last row.
struct Layer {
    inputs: usize,
    outputs: usize,
    stride: usize,
    weights: Vec<f32>,
    gradients: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
    /// \[outputs\]\[back_stride\], without the biases.
    transposed: Vec<f32>,
    back_stride: usize,
}

/// What a pass over a block of samples leaves behind: one row for each sample.
pub struct Pass {
    /// Of each layer, \[rows\]\[its stride\].
    outputs: Vec<Vec<f32>>,
    /// The gradient by the outputs of the layer that the way back has reached, and by its inputs.
    upstream: Vec<f32>,
    downstream: Vec<f32>,
}

impl Network {
    /// A network as a checkpoint has it; the layers are those of its weights.
    pub fn new(
        kernels: &'static Kernels,
        network: &config::Network,
        optimizer: Optimizer,
        state: &NetworkState,
    ) -> Self {
        let layers = state
            .weights
            .layers
            .iter()
            .enumerate()
            .map(|(index, layer)| {
                let moment = |moment: &Option<Weights>| {
                    let layer = moment.as_ref().map(|weights| &weights.layers[index]);
                    layer.map(|layer| padded(layer, kernels.lanes))
                };
                let weights = padded(layer, kernels.lanes);
                let zeros = vec![0.0; weights.len()];
                let back_stride = layer.inputs.next_multiple_of(kernels.lanes);
                let mut layer = Layer {
                    inputs: layer.inputs,
                    outputs: layer.outputs,
                    stride: layer.outputs.next_multiple_of(kernels.lanes),
                    weights,
                    first: moment(&state.first_moment).unwrap_or_else(|| zeros.clone()),
                    second: moment(&state.second_moment).unwrap_or_else(|| zeros.clone()),
                    gradients: zeros,
                    transposed: vec![0.0; layer.outputs * back_stride],
                    back_stride,
                };
                layer.transpose();
                layer
            });
        Self {
            layers: layers.collect(),
            kernels,
            nonlinearity: Nonlinearity {
                kind: match network.activation {
                    Activation::Relu => lsgan_kernels::Activation::Relu,
                    Activation::LeakyRelu => lsgan_kernels::Activation::LeakyRelu,
                    Activation::Tanh => lsgan_kernels::Activation::Tanh,
                    Activation::Sigmoid => lsgan_kernels::Activation::Sigmoid,
                },
                slope: network.slope as f32,
            },
            optimizer,
            updates: state.updates,
            moved: false,
        }
    }

    /// Takes another learning rate.
    pub fn set_learning_rate(&mut self, lr: f64) {
        self.optimizer = self.optimizer.with_lr(lr);
    }

    /// Room for passes over up to so many samples.
    pub fn pass(&self, rows: usize) -> Pass {
        let widest = |width: fn(&Layer) -> usize| self.layers.iter().map(width).max().unwrap_or(0);
        let widest = widest(|layer| layer.stride).max(widest(|layer| layer.back_stride));
        Pass {
            outputs: self
                .layers
                .iter()
                .map(|layer| vec![0.0; rows * layer.stride])
                .collect(),
            upstream: vec![0.0; rows * widest],
            downstream: vec![0.0; rows * widest],
        }
    }

    /// Carries the rows of `input` through the layers; returns the outputs of the last.
    pub fn forward<'a>(&self, input: Rows, pass: &'a mut Pass) -> Rows<'a> {
        self.through(0, input, &mut pass.outputs[0]);
        self.forward_from(1, input.numbers.len() / input.stride, pass)
    }

    /// From what the layer before the layer `first` left for so many rows to the outputs of the last.
    fn forward_from<'a>(&self, first: usize, rows: usize, pass: &'a mut Pass) -> Rows<'a> {
        for index in first..self.layers.len() {
            let (before, after) = pass.outputs.split_at_mut(index);
            let from = self.layers[index - 1].rows(&before[index - 1], rows);
            self.through(index, from, &mut after[0]);
        }
        self.outputs_of(pass, rows)
    }

    /// Carries rows through one layer and, if it is not the last, the nonlinearity behind it.
    fn through(&self, index: usize, from: Rows, out: &mut [f32]) {
        let layer = &self.layers[index];
        let out = &mut out[..from.numbers.len() / from.stride * layer.stride];
        let (weights, biases) = layer.affine();
        (self.kernels.product)(from, weights, Some(biases), out, layer.stride);
        self.activate(index, out);
    }

    /// Puts what comes out of a layer through the nonlinearity, if there is one.
    fn activate(&self, index: usize, out: &mut [f32]) {
        if index + 1 < self.layers.len() {
            (self.kernels.activate)(self.nonlinearity, out);
        }
    }

    /// What the last [`Network::forward`] returned for so many rows.
    pub fn outputs_of<'a>(&self, pass: &'a Pass, rows: usize) -> Rows<'a> {
        let last = self.layers.len() - 1;
        self.layers[last].rows(&pass.outputs[last], rows)
    }

    /// The way back from the gradient by the outputs, `upstream`, to the gradient by the inputs, with
    /// nothing kept of the layers.
    pub fn input_gradient<'a>(&self, upstream: Rows, pass: &'a mut Pass) -> Rows<'a> {
        let rows = start_back(upstream, &self.layers, pass);
        for index in (0..self.layers.len()).rev() {
            self.back(index, rows, pass);
        }
        let first = &self.layers[0];
        Rows {
            numbers: &pass.upstream[..rows * first.back_stride],
            stride: first.back_stride,
            width: first.inputs,
        }
    }

    /// The way back from the gradient by the outputs of the last [`Network::forward`] from the same
    /// `input`: adds to the gradients of all layers.
    pub fn backward(&mut self, input: Rows, upstream: Rows, pass: &mut Pass) {
        let rows = start_back(upstream, &self.layers, pass);
        for index in (0..self.layers.len()).rev() {
            let from = match index {
                0 => input,
                _ => self.layers[index - 1].rows(&pass.outputs[index - 1], rows),
            };
            let layer = &mut self.layers[index];
            let upstream = Rows {
                numbers: &pass.upstream[..rows * layer.stride],
                stride: layer.stride,
                width: layer.outputs,
            };
            (self.kernels.accumulate)(from, upstream, &mut layer.gradients);
            if index > 0 {
                self.back(index, rows, pass);
            }
        }
    }

    /// From the gradient by the outputs of a layer to that by what came into it before the nonlinearity.
    fn back(&self, index: usize, rows: usize, pass: &mut Pass) {
        let layer = &self.layers[index];
        let upstream = layer.rows(&pass.upstream, rows);
        let transposed = Rows {
            numbers: &layer.transposed,
            stride: layer.back_stride,
            width: layer.inputs,
        };
        let out = &mut pass.downstream[..rows * layer.back_stride];
        (self.kernels.product)(upstream, transposed, None, out, layer.back_stride);
        if index > 0 {
            let outputs = &pass.outputs[index - 1][..out.len()];
            (self.kernels.times_slope)(self.nonlinearity, outputs, out);
        }
        std::mem::swap(&mut pass.upstream, &mut pass.downstream);
    }

    /// Forgets the gradients: an update begins.
    pub fn clear_gradients(&mut self) {
        for layer in &mut self.layers {
            layer.gradients.fill(0.0);
        }
    }

    /// Moves the weights against the gradients.
    pub fn update(&mut self) {
        self.updates += 1;
        self.moved = true;
        let updates = self.updates as f64;
        let rule = match self.optimizer {
            Optimizer::Sgd { lr } => Rule::Sgd { rate: lr as f32 },
            Optimizer::Rmsprop { lr, alpha, epsilon } => Rule::Rmsprop {
                rate: lr as f32,
                alpha: alpha as f32,
                epsilon: epsilon as f32,
            },
            Optimizer::Adam {
                lr,
                beta1,
                beta2,
                epsilon,
            } => Rule::Adam {
                rate: (lr / (1.0 - libm::pow(beta1, updates))) as f32,
                beta1: beta1 as f32,
                beta2: beta2 as f32,
                epsilon: epsilon as f32,
                correction: (1.0 - libm::pow(beta2, updates)).sqrt().recip() as f32,
            },
        };
        for layer in &mut self.layers {
            (self.kernels.update)(
                rule,
                &layer.gradients,
                &mut layer.weights,
                &mut layer.first,
                &mut layer.second,
            );
            layer.transpose();
        }
    }

    /// The Euclidean norm of each layer's gradient in the last update, weights and biases together; none
    /// before the first.
    pub fn gradient_norms(&self) -> Vec<f32> {
        let norm = |layer: &Layer| {
            let squares = layer.gradients.iter().map(|g| f64::from(*g).powi(2));
            squares.sum::<f64>().sqrt() as f32
        };
        self.layers
            .iter()
            .filter(|_| self.moved)
            .map(norm)
            .collect()
    }

    /// The network as a checkpoint has it.
    pub fn state(&self) -> NetworkState {
        let weights = |numbers: fn(&Layer) -> &[f32]| Weights {
            layers: self
                .layers
                .iter()
                .map(|layer| layer.unpadded(numbers(layer)))
                .collect(),
        };
        let (keeps_first, keeps_second) = match self.optimizer {
            Optimizer::Sgd { .. } => (false, false),
            Optimizer::Rmsprop { .. } => (false, true),
            Optimizer::Adam { .. } => (true, true),
        };
        let moved = self.updates > 0;
        NetworkState {
            weights: weights(|layer| &layer.weights),
            updates: self.updates,
            first_moment: (moved && keeps_first).then(|| weights(|layer| &layer.first)),
            second_moment: (moved && keeps_second).then(|| weights(|layer| &layer.second)),
        }
    }
}

/// Puts the gradient by the outputs where the way back begins; says how many rows there are.
fn start_back(upstream: Rows, layers: &[Layer], pass: &mut Pass) -> usize {
    debug_assert_eq!(
        Some(upstream.stride),
        layers.last().map(|layer| layer.stride),
        "gradients lie as the outputs do"
    );
    pass.upstream[..upstream.numbers.len()].copy_from_slice(upstream.numbers);
    upstream.numbers.len() / upstream.stride
}

impl Layer {
    /// Rows as wide as this layer's outputs.
    fn rows<'a>(&self, numbers: &'a [f32], rows: usize) -> Rows<'a> {
        Rows {
            numbers: &numbers[..rows * self.stride],
            stride: self.stride,
            width: self.outputs,
        }
    }

    /// The weights, and the biases.
    fn affine(&self) -> (Rows<'_>, &[f32]) {
        let (weights, biases) = self.weights.split_at(self.inputs * self.stride);
        (self.rows(weights, self.inputs), biases)
    }

    fn transpose(&mut self) {
        for (i, row) in self.weights.chunks_exact(self.stride).enumerate() {
            if i < self.inputs {
                let column = self.transposed[i..].iter_mut().step_by(self.back_stride);
                column.zip(row).for_each(|(to, from)| *to = *from);
            }
        }
    }

    fn unpadded(&self, numbers: &[f32]) -> gan::Layer {
        let mut rows = numbers
            .chunks_exact(self.stride)
            .map(|row| &row[..self.outputs]);
        gan::Layer {
            inputs: self.inputs,
            outputs: self.outputs,
            weight: rows.by_ref().take(self.inputs).flatten().copied().collect(),
            bias: rows.flatten().copied().collect(),
        }
    }
}

/// Weights and biases with every row padded to whole vectors.
fn padded(layer: &gan::Layer, lanes: usize) -> Vec<f32> {
    let stride = layer.outputs.next_multiple_of(lanes);
    let mut numbers = vec![0.0; (layer.inputs + 1) * stride];
    let rows = layer
        .weight
        .chunks_exact(layer.outputs)
        .chain([layer.bias.as_slice()]);
    for (to, from) in numbers.chunks_exact_mut(stride).zip(rows) {
        to[..layer.outputs].copy_from_slice(from);
    }
    numbers
}
