//! The distributions p_d of the real samples: a sampler for each, and the density where it is known
//! in closed form.
//!
//! A sample is made from one block of random words, so sample `i` of an update never depends on how
//! many others are drawn.

mod density;
mod mixture;

pub use density::{blurred_density, density};
pub use mixture::{Mixture, gaussians, mixture};

use std::f32::consts::{PI, TAU};

use crate::{
    config::Target,
    random::{Draws, SIDE_BY_SIDE, normal_pairs, uniform},
};

/// Draws the samples of one target.
#[derive(Clone, Debug)]
pub struct Sampler {
    target: Target,
    gaussians: Option<Mixture>,
}

impl Sampler {
    /// Of a target.
    pub fn new(target: &Target) -> Self {
        Self {
            gaussians: gaussians(target),
            target: target.clone(),
        }
    }

    /// So many real samples as x0, y0, x1, y1, …
    pub fn samples(&self, draws: &Draws, count: usize) -> Vec<f32> {
        let mut samples = vec![0.0; 2 * count];
        self.fill(draws, &mut samples);
        samples
    }

    /// [`Sampler::samples`] into numbers that are there already.
    pub fn fill(&self, draws: &Draws, samples: &mut [f32]) {
        let blocks = (0..).step_by(SIDE_BY_SIDE);
        for (first, some) in blocks.zip(samples.chunks_mut(2 * SIDE_BY_SIDE)) {
            let words = draws.transposed_words(first);
            let [x, y] = normal_pairs(words[2], words[3]);
            for (lane, to) in some.chunks_exact_mut(2).enumerate() {
                let words = words.map(|words| words[lane]);
                to.copy_from_slice(&self.sample(words, [x[lane], y[lane]]));
            }
        }
    }

    /// One sample: words 0 and 1 say where on the shape, the normal numbers of words 2 and 3 blur it.
    fn sample(&self, words: [u32; 4], normals: [f32; 2]) -> [f32; 2] {
        let blurred = |point: [f32; 2], sigma: f32| {
            [point[0] + sigma * normals[0], point[1] + sigma * normals[1]]
        };
        if let Some(Mixture { modes, sigma }) = &self.gaussians {
            return blurred(modes[choose(words[0], modes.len())], *sigma);
        }
        let along = uniform(words[0]);
        match self.target {
            Target::Line { length, sigma } => {
                blurred([(along - 0.5) * length as f32, 0.0], sigma as f32)
            }
            Target::Moons { sigma } => {
                // Two half circles of radius 1, the lower one shifted by (1, -1/2); centred and halved.
                let (sin, cos) = (libm::sinf(PI * along), libm::cosf(PI * along));
                let [x, y] = if choose(words[1], 2) == 0 {
                    [cos, sin]
                } else {
                    [1.0 - cos, 0.5 - sin]
                };
                blurred([0.5 * x - 0.25, 0.5 * y - 0.125], sigma as f32)
            }
            Target::Spiral { turns, sigma } => {
                // The square root spreads the samples about evenly along the curve.
                let radius = libm::sqrtf(along);
                let angle = TAU * turns as f32 * radius;
                blurred(
                    [radius * libm::cosf(angle), radius * libm::sinf(angle)],
                    sigma as f32,
                )
            }
            Target::Checkerboard { side, width } => {
                let cell = checkerboard_cell(side, choose(words[0], checkerboard_cells(side)));
                let scale = width as f32 / side as f32;
                let place = |index: usize, word| {
                    (index as f32 + uniform(word)) * scale - 0.5 * width as f32
                };
                [place(cell[0], words[2]), place(cell[1], words[3])]
            }
            Target::Ring { .. }
            | Target::Grid { .. }
            | Target::TwoGaussians { .. }
            | Target::Mixture { .. }
            | Target::Points { .. } => {
                unreachable!("these are Gaussians, sampled above")
            }
        }
    }
}

/// One of `count` things, all equally likely to within 2^-32.
fn choose(word: u32, count: usize) -> usize {
    ((u64::from(word) * count as u64) >> 32) as usize
}

/// Number of dark cells; the cell at the lower left is dark.
fn checkerboard_cells(side: usize) -> usize {
    (side * side).div_ceil(2)
}

/// Column and row of the n-th dark cell, counted row by row.
fn checkerboard_cell(side: usize, n: usize) -> [usize; 2] {
    // Two rows together hold `side` dark cells, the even row the larger half.
    let (pair, rest) = (n / side, n % side);
    let in_even_row = side.div_ceil(2);
    if rest < in_even_row {
        [2 * rest, 2 * pair]
    } else {
        [2 * (rest - in_even_row) + 1, 2 * pair + 1]
    }
}

/// Half the side of the square, centred on the origin, that shows the target with room around it for
/// generated samples that have strayed.
pub fn extent(target: &Target) -> f32 {
    let reach = match *target {
        Target::Ring { radius, sigma, .. } => radius + 3.0 * sigma,
        Target::Grid {
            side,
            spacing,
            sigma,
        } => 0.5 * (side - 1) as f64 * spacing + 3.0 * sigma,
        Target::TwoGaussians { distance, sigma } => 0.5 * distance + 3.0 * sigma,
        Target::Line { length, sigma } => 0.5 * length + 3.0 * sigma,
        Target::Moons { sigma } => 0.75 + 3.0 * sigma,
        Target::Spiral { sigma, .. } => 1.0 + 3.0 * sigma,
        Target::Checkerboard { width, .. } => 0.5 * width,
        Target::Mixture { ref means, sigma } => return free_extent(means, sigma),
        Target::Points { ref points, sigma } => return free_extent(points, sigma),
    };
    1.5 * reach as f32
}

/// The same for places that a hand moves: a square that stays the same while they do, twice as large
/// only once one of them leaves its inner four fifths.
fn free_extent(places: &[[f64; 2]], sigma: f64) -> f32 {
    let farthest = places
        .iter()
        .flatten()
        .fold(0.0, |far: f64, part| far.max(part.abs()));
    let mut half_side = 2.0;
    while farthest + 3.0 * sigma > 0.8 * half_side {
        half_side *= 2.0;
    }
    half_side as f32
}

#[cfg(test)]
mod tests;
