//! The operations that the shader knows, and how they are written down for it: sixteen words each.
//!
//! Offsets count vectors of four numbers from the beginning of a GAN's part of a buffer: weights, their
//! gradients and moments lie in the `state`, batches, activations and deltas in the `work`. Rows and
//! columns that a tile covers are counted in fours as well.

use crate::config::Activation;

/// A matrix in the work buffer, or a part of its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matrix {
    /// Where it begins.
    pub at: u32,
    /// From one row to the next.
    pub stride: u32,
}

impl Matrix {
    /// The same rows from a later column on.
    pub fn at_column(self, column4: u32) -> Self {
        Self {
            at: self.at + column4,
            ..self
        }
    }
}

/// One affine layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerPlace {
    /// Inputs.
    pub inputs: u32,
    /// Outputs.
    pub outputs: u32,
    /// Rows of the padded weights, in fours.
    pub inputs4: u32,
    /// Columns of the padded weights, in fours.
    pub outputs4: u32,
    /// Where the weights lie in the state, \[inputs\]\[outputs\].
    pub weight: u32,
    /// Where the biases lie.
    pub bias: u32,
    /// From the weights to their gradients.
    pub to_gradient: u32,
}

/// What follows an affine layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nonlinearity {
    kind: Activation,
    slope: f32,
}

impl Nonlinearity {
    /// Nothing.
    pub const NONE: Self = Self {
        kind: Activation::LeakyRelu,
        slope: 1.0,
    };

    /// The nonlinearity of a network's hidden layers.
    pub fn new(kind: Activation, slope: f64) -> Self {
        let slope = if kind == Activation::LeakyRelu {
            slope as f32
        } else {
            0.0
        };
        Self { kind, slope }
    }

    /// max(x, first * x), and over it, unless the second is 0, third * sigmoid(second * x) + fourth.
    fn forward(self) -> [f32; 4] {
        match self.kind {
            Activation::Relu | Activation::LeakyRelu => [self.slope, 0.0, 0.0, 0.0],
            Activation::Tanh => [1.0, 2.0, 2.0, -1.0],
            Activation::Sigmoid => [1.0, 1.0, 1.0, 0.0],
        }
    }

    /// The slope below zero; or, by the value h, second + third h + fourth h^2.
    fn backward(self) -> [f32; 4] {
        match self.kind {
            Activation::Relu | Activation::LeakyRelu => [self.slope, 0.0, 0.0, 0.0],
            Activation::Tanh => [0.0, 1.0, 0.0, -1.0],
            Activation::Sigmoid => [0.0, 0.0, 1.0, -1.0],
        }
    }
}

/// Which rule moves the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Rule {
    Sgd = 0,
    Rmsprop = 1,
    Adam = 2,
}

/// One thing for the shader to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operation {
    /// Draws real samples: rows x and y.
    Real {
        to: Matrix,
        columns4: u32,
        stream: u32,
        update: u32,
        /// 0 modes, 1 line, 2 moons, 3 spiral, 4 checkerboard.
        shape: u32,
        /// sigma; length, turns or width.
        lengths: [f32; 2],
        /// Number of modes; or cells along a side.
        count: u32,
    },
    /// Draws latents: a row for each coordinate.
    Latents {
        to: Matrix,
        columns4: u32,
        stream: u32,
        update: u32,
        dim: u32,
        uniform: bool,
    },
    /// y = act(W x + b).
    Forward {
        x: Matrix,
        y: Matrix,
        layer: LayerPlace,
        columns4: u32,
        nonlinearity: Nonlinearity,
    },
    /// The gradient by a layer's input x = act(before), by what stands before the nonlinearity.
    Backward {
        delta: Matrix,
        to: Matrix,
        layer: LayerPlace,
        columns4: u32,
        x: Matrix,
        nonlinearity: Nonlinearity,
    },
    /// The gradient by weights and biases.
    Weights {
        x: Matrix,
        delta: Matrix,
        layer: LayerPlace,
        columns4: u32,
    },
    /// Loss and its slopes by the outputs y, for `segments` runs of `columns4` each, the first of them
    /// under the member's criterion `criterion`.
    Loss {
        y: Matrix,
        delta: Matrix,
        columns4: u32,
        batch: u32,
        segments: u32,
        criterion: u32,
        to: u32,
    },
    /// One update of a network by its gradients.
    Update {
        parameters: u32,
        count4: u32,
        rule: Rule,
        network: u32,
        /// Updates of this network in a step, and which of them this is.
        updates: u32,
        update: u32,
        /// Decay of the mean gradient and of the mean square.
        decays: [f64; 2],
        epsilon: f64,
    },
    /// Sums of squares of a range of the state, one for each lane.
    Squares { from: u32, count4: u32, to: u32 },
}

impl Operation {
    /// The words for the shader; `wait`: all threads wait behind it; `table`: where the list holds the
    /// target's modes.
    pub fn words(&self, wait: bool, table: u32) -> [u32; 16] {
        let barrier = u32::from(wait);
        let float = f32::to_bits;
        let floats = |numbers: [f32; 4]| numbers.map(float);
        let words = |head: [u32; 4], a: [u32; 4], b: [u32; 4], c: [u32; 4]| {
            let mut words = [0; 16];
            for (place, part) in words.chunks_mut(4).zip([head, a, b, c]) {
                place.copy_from_slice(&part);
            }
            words
        };
        match *self {
            Self::Real {
                to,
                columns4,
                stream,
                update,
                shape,
                lengths,
                count,
            } => words(
                [0, barrier, stream, update],
                [to.at, to.stride, columns4, shape],
                floats([lengths[0], lengths[1], 0.0, 0.0]),
                [table, count, 0, 0],
            ),
            Self::Latents {
                to,
                columns4,
                stream,
                update,
                dim,
                uniform,
            } => {
                // Where four coordinates fill a block of random words, threads share the rows.
                let (parts, blocks) = if dim % 4 == 0 { (dim / 4, 4) } else { (1, dim) };
                words(
                    [1, barrier, stream, update],
                    [to.at, to.stride, dim, columns4],
                    [parts, blocks, u32::from(uniform), 0],
                    [0; 4],
                )
            }
            Self::Forward {
                x,
                y,
                layer,
                columns4,
                nonlinearity,
            } => words(
                [2, barrier, x.at, x.stride],
                [y.at, y.stride, layer.weight, layer.bias],
                [layer.inputs, layer.outputs4, columns4, layer.outputs],
                floats(nonlinearity.forward()),
            ),
            Self::Backward {
                delta,
                to,
                layer,
                columns4,
                x,
                nonlinearity,
            } => words(
                [3, barrier, delta.at, delta.stride],
                [to.at, to.stride, layer.weight, layer.outputs4],
                [x.at, layer.inputs4, columns4, x.stride],
                floats(nonlinearity.backward()),
            ),
            Self::Weights {
                x,
                delta,
                layer,
                columns4,
            } => words(
                [4, barrier, x.at, x.stride],
                [
                    delta.at,
                    delta.stride,
                    layer.weight + layer.to_gradient,
                    layer.bias + layer.to_gradient,
                ],
                [layer.inputs4, layer.outputs4, columns4, 0],
                [0; 4],
            ),
            Self::Loss {
                y,
                delta,
                columns4,
                batch,
                segments,
                criterion,
                to,
            } => words(
                [5, barrier, to, segments],
                [y.at, delta.at, columns4, batch],
                [criterion, 0, 0, 0],
                [0; 4],
            ),
            Self::Update {
                parameters,
                count4,
                rule,
                network,
                updates,
                update,
                decays,
                epsilon,
            } => {
                let [first, second] = decays;
                words(
                    [6, barrier, updates, update],
                    [parameters, count4, rule as u32, network],
                    floats([first, 1.0 - first, second, 1.0 - second].map(|x| x as f32)),
                    // ln 0 would be infinite; exp(-1e4) is 0 as well.
                    floats(
                        [epsilon, first.ln().max(-1e4), second.ln().max(-1e4), 0.0]
                            .map(|x| x as f32),
                    ),
                )
            }
            Self::Squares { from, count4, to } => {
                words([7, barrier, 0, 0], [from, count4, to, 0], [0; 4], [0; 4])
            }
        }
    }

    /// Tiles of work that threads can share, about.
    pub fn width(&self) -> u32 {
        let tiles = |rows4: u32, columns4: u32| rows4.div_ceil(2) * columns4.div_ceil(2);
        match *self {
            Self::Real { columns4, .. } => columns4,
            Self::Latents { columns4, dim, .. } => {
                columns4 * if dim % 4 == 0 { dim / 4 } else { 1 }
            }
            Self::Forward {
                layer, columns4, ..
            } => tiles(layer.outputs4, columns4),
            Self::Backward {
                layer, columns4, ..
            } => tiles(layer.inputs4, columns4),
            Self::Weights { layer, .. } => tiles(layer.inputs4, layer.outputs4),
            Self::Update { count4, .. } => count4,
            Self::Loss { .. } | Self::Squares { .. } => 1,
        }
    }

    /// Turns that loops take in one thread of so many, about and rather too many.
    pub fn turns(&self, threads: u32) -> u64 {
        let each = match *self {
            Self::Real { .. } => 50,
            Self::Latents { dim, .. } => 15 * if dim % 4 == 0 { 4 } else { dim },
            Self::Forward { layer, .. } => layer.inputs + 8,
            Self::Backward { layer, .. } => layer.outputs4,
            Self::Weights { columns4, .. } => columns4,
            Self::Update { .. } => 1,
            Self::Loss {
                columns4, segments, ..
            } => segments * columns4.div_ceil(threads),
            Self::Squares { count4, .. } => count4.div_ceil(threads),
        };
        // Thin tiles are narrower than `width` has it.
        2 + 2 * u64::from(self.width().div_ceil(threads)) * u64::from(each + 1)
    }
}
