//! Outputs of a network that is looked at: forward only, for rows of any number.
//!
//! Nearly all that a picture of a run asks for is the decision surface, whose points stand in rows. Along
//! these the sums of the second layer are straight lines with a few bends where there are rectifiers, and
//! following them takes far less than the product does. Other points, other nonlinearities and the layers
//! behind go the way that a batch goes.

use lsgan_kernels::{Activation, Rows, bends};

use super::{Network, Pass};
use crate::train::cpu::{BLOCK, blocks};

/// A row of so many points is followed, as many as a small surface has. What comes before its first point
/// costs as much as the products for about 5 points in wasm, for about 45 with sixteen lanes.
const ROW: usize = 32;

impl Network {
    /// The outputs for rows, `width` wide, handed over block by block.
    pub fn outputs(&self, rows: &[f32], width: usize) -> Vec<f32> {
        let mut out = Vec::new();
        self.append_outputs(rows, width, &mut self.pass(BLOCK), &mut out);
        out
    }

    /// The outputs at points of the plane, x0, y0, x1, y1, … Where one stands beside others, in the order
    /// of x, they differ from [`Network::outputs`] by rounding.
    pub fn over_plane(&self, points: &[f32]) -> Vec<f32> {
        let Some(below) = self.slope_below_zero().filter(|_| self.layers.len() > 1) else {
            return self.outputs(points, 2);
        };
        let runs: Vec<_> = points
            .as_chunks::<2>()
            .0
            .chunk_by(|[x, y], [next_x, next_y]| y == next_y && x <= next_x)
            .flat_map(|run| run.chunks(BLOCK))
            .collect();
        let mut pass = self.pass(BLOCK);
        let (mut out, mut found) = (Vec::new(), Vec::new());
        // Neighbours too short to be followed go through the layers together.
        for some in runs.chunk_by(|a, b| a.len().max(b.len()) < ROW) {
            match some {
                [row] if row.len() >= ROW => self
                    .follow(row, below, &mut found, &mut pass)
                    .append_to(&mut out),
                _ => self.append_outputs(some.concat().as_flattened(), 2, &mut pass, &mut out),
            }
        }
        out
    }

    fn append_outputs(&self, rows: &[f32], width: usize, pass: &mut Pass, out: &mut Vec<f32>) {
        for block in blocks(rows, width) {
            self.forward(block, pass).append_to(out);
        }
    }

    /// What [`Network::forward`] returns, but for rounding, at points in a row. The first layer's outputs
    /// are not in `pass` then.
    fn follow<'a>(
        &self,
        row: &[[f32; 2]],
        below: f32,
        found: &mut Vec<bends::Bend>,
        pass: &'a mut Pass,
    ) -> Rows<'a> {
        let (first, second) = (&self.layers[0], &self.layers[1]);
        let weights = [0, 1, 2].map(|of| &first.weights[of * first.stride..][..first.outputs]);
        bends::find(weights, below, row, found);
        let (weights, biases) = second.affine();
        let out = &mut pass.outputs[1][..row.len() * second.stride];
        (self.kernels.follow)(found, weights, biases, row, out);
        self.activate(1, out);
        self.forward_from(2, row.len(), pass)
    }

    /// Of the nonlinearity, if it is a rectifier.
    fn slope_below_zero(&self) -> Option<f32> {
        match self.nonlinearity.kind {
            Activation::Relu => Some(0.0),
            Activation::LeakyRelu => Some(self.nonlinearity.slope),
            Activation::Tanh | Activation::Sigmoid => None,
        }
    }
}
