//! The density p_d(x) where it is known in closed form: Gaussian mixtures, blurred points, the blurred
//! line and the checkerboard; as it is, or blurred by a Gaussian kernel.
//!
//! Blurring is what a kernel density estimate does to its samples' density, so an estimate is to be
//! compared with p_d blurred alike. Variances of Gaussians add up; an edge becomes a normal
//! distribution function.

use std::f64::consts::{SQRT_2, TAU};

use super::{Mixture, checkerboard_cells, mixture};
use crate::config::Target;

/// Beyond so many variances a squared distance adds nothing that counts: exp(-40) is 4e-18.
const FAR: f64 = 80.0;

/// p_d at a point, per unit of area; `None` where no closed form is known (moons, spiral) or there is
/// none (points without a blur).
pub fn density(target: &Target, point: [f32; 2]) -> Option<f32> {
    blurred_density(target, point.map(f64::from), 0.0).map(|density| density as f32)
}

/// The convolution of p_d with an isotropic Gaussian of standard deviation `bandwidth` (at least 0),
/// at a point, per unit of area; `None` as in [`density`].
pub fn blurred_density(target: &Target, [x, y]: [f64; 2], bandwidth: f64) -> Option<f64> {
    let at = ([x, y], bandwidth);
    match target {
        Target::Mixture {
            means: places,
            sigma,
        }
        | Target::Points {
            points: places,
            sigma,
        } => {
            return sum(places.iter().copied(), *sigma, at);
        }
        _ => {}
    }
    if let Some(Mixture { modes, sigma }) = mixture(target) {
        let modes = modes.iter().map(|mode| mode.map(f64::from));
        return sum(modes, sigma.into(), at);
    }
    match *target {
        Target::Line { length, sigma } => {
            let spread = sigma.hypot(bandwidth);
            let across = libm::exp(-0.5 * (y / spread).powi(2)) / (spread * TAU.sqrt());
            Some(uniform(x, [-0.5 * length, 0.5 * length], spread) * across)
        }
        Target::Checkerboard { side, width } => {
            // A cell is dark if its column and its row are both even or both odd; columns and rows
            // lie alike.
            let scale = width / side as f64;
            let edge = |index: usize| index as f64 * scale - 0.5 * width;
            let every_other = |coordinate: f64, first: usize| -> f64 {
                (first..side)
                    .step_by(2)
                    .map(|index| uniform(coordinate, [edge(index), edge(index + 1)], bandwidth))
                    .sum()
            };
            let sum = every_other(x, 0) * every_other(y, 0) + every_other(x, 1) * every_other(y, 1);
            Some(sum / checkerboard_cells(side) as f64)
        }
        _ => None,
    }
}

/// The density of equal Gaussians; none where they have no width at all.
fn sum(
    means: impl ExactSizeIterator<Item = [f64; 2]>,
    sigma: f64,
    ([x, y], bandwidth): ([f64; 2], f64),
) -> Option<f64> {
    let variance = sigma.powi(2) + bandwidth.powi(2);
    let count = means.len() as f64;
    let sum: f64 = means
        .map(|[mean_x, mean_y]| (x - mean_x).powi(2) + (y - mean_y).powi(2))
        .filter(|squared| *squared < FAR * variance)
        .map(|squared| (-0.5 * squared / variance).exp())
        .sum();
    (variance > 0.0).then(|| sum / (TAU * variance * count))
}

/// The density of a number uniform between two edges, blurred by a normal number of standard
/// deviation `spread`.
fn uniform(x: f64, [low, high]: [f64; 2], spread: f64) -> f64 {
    (normal_below(x - low, spread) - normal_below(x - high, spread)) / (high - low)
}

/// The probability that a normal number with mean 0 lies at or below `x`.
fn normal_below(x: f64, spread: f64) -> f64 {
    if spread > 0.0 {
        0.5 * libm::erfc(-x / (SQRT_2 * spread))
    } else {
        f64::from(x >= 0.0)
    }
}
