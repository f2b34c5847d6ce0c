//! The density p_d(x) where it is known in closed form: Gaussian mixtures, the blurred line and the
//! checkerboard.

use std::f32::consts::{SQRT_2, TAU};

use super::{mixture, mixture::Mixture};
use crate::config::Target;

/// p_d at a point, per unit of area; `None` where no closed form is known (moons, spiral).
pub fn density(target: &Target, point: [f32; 2]) -> Option<f32> {
    if let Some(Mixture { modes, sigma }) = mixture(target) {
        let sum: f32 = modes
            .iter()
            .map(|mode| gaussian(point[0] - mode[0], sigma) * gaussian(point[1] - mode[1], sigma))
            .sum();
        return Some(sum / modes.len() as f32);
    }
    match *target {
        Target::Line { length, sigma } => {
            // A uniform segment blurred along itself: the difference of two normal distributions.
            let (half, sigma) = (0.5 * length as f32, sigma as f32);
            let below = |edge: f32| 0.5 * libm::erfcf((edge - point[0]) / (SQRT_2 * sigma));
            let along = (below(-half) - below(half)) / (2.0 * half);
            Some(along * gaussian(point[1], sigma))
        }
        Target::Checkerboard { side, width } => {
            let scale = width as f32 / side as f32;
            let cell = point.map(|x| libm::floorf((x + 0.5 * width as f32) / scale));
            let inside = cell.iter().all(|index| (0.0..side as f32).contains(index));
            let dark = inside && (cell[0] as usize + cell[1] as usize).is_multiple_of(2);
            Some(if dark {
                1.0 / (super::checkerboard_cells(side) as f32 * scale * scale)
            } else {
                0.0
            })
        }
        _ => None,
    }
}

/// The normal density with mean 0.
fn gaussian(x: f32, sigma: f32) -> f32 {
    libm::expf(-0.5 * (x / sigma) * (x / sigma)) / (sigma * libm::sqrtf(TAU))
}
