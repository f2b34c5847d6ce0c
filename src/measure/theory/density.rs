//! A density as the masses of the cells of a grid, and the kernel density estimate of one from
//! samples.
//!
//! It does not choose the bandwidth, nor does it know what is compared with what: that is
//! [`super::Theory`].

use crate::measure::SURFACE_SIDE;

/// Bandwidths from a sample beyond which its kernel is cut off. A kernel so cut has lost 1e-6 of its
/// mass, which then counts as lying outside the square.
const REACH: f64 = 5.0;

/// The mass of a density in each of [`SURFACE_SIDE`] x [`SURFACE_SIDE`] cells of a square and in all
/// the plane outside of it; together 1. All NaN where there is no telling.
#[derive(Clone, Debug, PartialEq)]
pub struct Density {
    /// Density at the middle of each cell times the cell's area, row by row from the upper edge down.
    pub(super) cells: Vec<f64>,
    /// Mass outside the square.
    pub(super) outside: f64,
}

impl Density {
    /// A density known at the middles of the cells. What the cells lack of 1 lies outside. The sum is
    /// a quadrature, so it may pass 1 by a rounding: then it is scaled back to 1.
    pub(super) fn new(mut cells: Vec<f64>) -> Self {
        let inside: f64 = cells.iter().sum();
        if inside > 1.0 {
            cells.iter_mut().for_each(|mass| *mass /= inside);
        }
        Self {
            cells,
            // `clamp` keeps a NaN.
            outside: (1.0 - inside).clamp(0.0, 1.0),
        }
    }

    /// The mean of Gaussian kernels of standard deviation `bandwidth` around samples x0, y0, x1, y1, …
    /// over the square of ±`half_side`. All NaN where a coordinate is not finite or nothing is given.
    pub(super) fn estimate(samples: &[f32], half_side: f64, bandwidth: f64) -> Self {
        let cell = 2.0 * half_side / SURFACE_SIDE as f64;
        let mut cells = vec![0.0; SURFACE_SIDE * SURFACE_SIDE];
        let (mut across, mut down) = (Vec::new(), Vec::new());
        for sample in samples.chunks_exact(2) {
            let [x, y] = [sample[0], sample[1]].map(f64::from);
            if !(x.is_finite() && y.is_finite()) {
                cells.fill(f64::NAN);
                break;
            }
            // Positions in cells, the middle of the first one at 0.
            let left = kernel(&mut across, (half_side + x) / cell - 0.5, bandwidth / cell);
            let top = kernel(&mut down, (half_side - y) / cell - 0.5, bandwidth / cell);
            for (row, weight) in (top..).zip(&down) {
                let touched = &mut cells[row * SURFACE_SIDE + left..][..across.len()];
                for (mass, share) in touched.iter_mut().zip(&across) {
                    *mass += weight * share;
                }
            }
        }
        let count = (samples.len() / 2) as f64;
        cells.iter_mut().for_each(|mass| *mass /= count);
        Self::new(cells)
    }
}

/// Fills `weights` with a normal density of standard deviation `spread` around `position`, in cells,
/// at the middles of the cells that it reaches, and returns the first of these.
fn kernel(weights: &mut Vec<f64>, position: f64, spread: f64) -> usize {
    let bound = |index: f64| index.clamp(0.0, SURFACE_SIDE as f64) as usize;
    let first = bound((position - REACH * spread).ceil());
    let end = bound((position + REACH * spread).floor() + 1.0);
    let peak = 1.0 / (spread * std::f64::consts::TAU.sqrt());
    weights.clear();
    weights.extend((first..end).map(|index| {
        let distance = (index as f64 - position) / spread;
        peak * (-0.5 * distance * distance).exp()
    }));
    first
}
