//! Where one GAN's numbers lie in the two buffers, and how weights go in and out of them.
//!
//! The state holds, for each network, weights, mean gradient, mean square and gradient, one after the
//! other, then the parts of the last losses. Rows and columns of the weights are padded with zeros to
//! 4 or a multiple of 8, so that every tile is whole; padding stays zero through every update.

use super::operation::{LayerPlace, Matrix};
use crate::gan::{Layer, Weights};

/// Copies of a network's parameters in the state: weights, mean gradient, mean square, gradient.
const COPIES: u32 = 4;

/// The place of one network in the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkPlace {
    /// Its layers, input side first.
    pub layers: Vec<LayerPlace>,
    /// Where its weights begin.
    pub at: u32,
    /// Vectors from one copy of the parameters to the next.
    pub count4: u32,
}

/// The place of one GAN in the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatePlace {
    /// The generator.
    pub generator: NetworkPlace,
    /// The discriminator.
    pub discriminator: NetworkPlace,
    /// Parts of the discriminator's last loss, one vector for each thread of a workgroup; the
    /// generator's follow.
    pub losses: u32,
    /// Vectors of one GAN.
    pub size: u32,
}

/// Vectors of four that hold so many rows or columns: one, or an even number.
pub fn padded4(count: u32) -> u32 {
    if count <= 4 { 1 } else { count.div_ceil(8) * 2 }
}

/// Vectors of four that hold so many samples: whole tiles.
pub fn columns4(samples: u32) -> u32 {
    samples.div_ceil(16) * 4
}

impl NetworkPlace {
    fn new(widths: &[usize], at: u32) -> Self {
        let mut next = at;
        let mut layers: Vec<_> = widths
            .windows(2)
            .map(|pair| {
                let [inputs, outputs] = [pair[0] as u32, pair[1] as u32];
                let (inputs4, outputs4) = (padded4(inputs), padded4(outputs));
                let weight = next;
                let bias = weight + 4 * inputs4 * outputs4;
                next = bias + outputs4;
                LayerPlace {
                    inputs,
                    outputs,
                    inputs4,
                    outputs4,
                    weight,
                    bias,
                    to_gradient: 0,
                }
            })
            .collect();
        let count4 = next - at;
        for layer in &mut layers {
            layer.to_gradient = (COPIES - 1) * count4;
        }
        Self { layers, at, count4 }
    }

    fn end(&self) -> u32 {
        self.at + COPIES * self.count4
    }

    /// Writes weights into the copy of that number, of one GAN's state as numbers.
    pub fn put(&self, state: &mut [f32], copy: u32, weights: &Weights) {
        let copy = copy * self.count4;
        for (place, layer) in self.layers.iter().zip(&weights.layers) {
            let stride = 4 * place.outputs4 as usize;
            let at = 4 * (place.weight + copy) as usize;
            for (row, numbers) in layer.weight.chunks(layer.outputs).enumerate() {
                let to = at + row * stride;
                state[to..to + numbers.len()].copy_from_slice(numbers);
            }
            let to = 4 * (place.bias + copy) as usize;
            state[to..to + layer.bias.len()].copy_from_slice(&layer.bias);
        }
    }

    /// Reads them back.
    pub fn take(&self, state: &[f32], copy: u32) -> Weights {
        let copy = copy * self.count4;
        let layer = |place: &LayerPlace| {
            let (inputs, outputs) = (place.inputs as usize, place.outputs as usize);
            let row = |row: usize| {
                let from = 4 * (place.weight + copy + row as u32 * place.outputs4) as usize;
                &state[from..from + outputs]
            };
            let bias = 4 * (place.bias + copy) as usize;
            Layer {
                inputs,
                outputs,
                weight: (0..inputs).flat_map(row).copied().collect(),
                bias: state[bias..bias + outputs].to_vec(),
            }
        };
        Weights {
            layers: self.layers.iter().map(layer).collect(),
        }
    }
}

impl StatePlace {
    /// For networks of these widths, input and output included, and so many threads in a workgroup.
    pub fn new(generator: &[usize], discriminator: &[usize], threads: u32) -> Self {
        let generator = NetworkPlace::new(generator, 0);
        let discriminator = NetworkPlace::new(discriminator, generator.end());
        let losses = discriminator.end();
        Self {
            generator,
            discriminator,
            losses,
            size: losses + 2 * threads,
        }
    }
}

/// Widths of a network from input to output, both included.
pub fn widths(weights: &Weights) -> Vec<usize> {
    let inputs = weights.layers.first().map(|layer| layer.inputs);
    inputs
        .into_iter()
        .chain(weights.layers.iter().map(|layer| layer.outputs))
        .collect()
}

/// Lays out matrices in the work buffer, one after the other.
#[derive(Clone, Debug, Default)]
pub struct WorkPlace {
    /// Vectors taken so far.
    pub size: u32,
}

impl WorkPlace {
    /// So many vectors of any use.
    pub fn vectors(&mut self, count: u32) -> u32 {
        let at = self.size;
        self.size += count;
        at
    }

    /// A matrix of so many rows, padded, and columns.
    pub fn matrix(&mut self, rows: u32, columns4: u32) -> Matrix {
        // A further line of the cache, lest rows whose length is a power of two fall onto each other.
        let stride = columns4 + 4;
        Matrix {
            at: self.vectors(4 * padded4(rows) * stride),
            stride,
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn counted(widths: &[usize]) -> Weights {
        let mut next = 0.0;
        let mut numbers = |count: usize| -> Vec<f32> {
            (0..count)
                .map(|_| {
                    next += 1.0;
                    next
                })
                .collect()
        };
        let layers = widths.windows(2).map(|pair| Layer {
            inputs: pair[0],
            outputs: pair[1],
            weight: numbers(pair[0] * pair[1]),
            bias: numbers(pair[1]),
        });
        Weights {
            layers: layers.collect(),
        }
    }

    #[test]
    fn weights_come_out_as_they_went_in_and_fill_nothing_else() {
        let (g, d) = ([3, 5, 37, 2], [2, 12, 1]);
        let place = StatePlace::new(&g, &d, 8);
        let mut state = vec![0.0; 4 * place.size as usize];
        place.generator.put(&mut state, 0, &counted(&g));
        place.generator.put(&mut state, 2, &counted(&g));
        place.discriminator.put(&mut state, 1, &counted(&d));
        assert_eq!(place.generator.take(&state, 0), counted(&g));
        assert_eq!(place.generator.take(&state, 2), counted(&g));
        assert_eq!(place.discriminator.take(&state, 1), counted(&d));
        let written = state.iter().filter(|number| **number != 0.0).count();
        let count = |widths: &[usize]| -> usize {
            widths.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
        };
        assert_eq!(written, 2 * count(&g) + count(&d));
    }

    #[test]
    fn rows_are_padded_to_whole_tiles() {
        assert_eq!([1, 4, 5, 8, 9, 256].map(padded4), [1, 1, 2, 2, 4, 64]);
        assert_eq!([8, 16, 17, 1024].map(columns4), [4, 4, 8, 256]);
    }
}
