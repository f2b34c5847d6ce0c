//! Targets that are sums of equal isotropic Gaussians, with known means.

use std::f32::consts::TAU;

use crate::config::Target;

/// Equally weighted Gaussians of one spread.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    /// The means.
    pub modes: Vec<[f32; 2]>,
    /// Standard deviation in each coordinate.
    pub sigma: f32,
}

/// The target as a mixture, if it is one whose modes can be told apart: points of one's own are none.
pub fn mixture(target: &Target) -> Option<Mixture> {
    match target {
        Target::Points { .. } => None,
        _ => gaussians(target),
    }
}

/// The target as equal Gaussians, however many they are and however narrow: single points have a sigma
/// of 0.
pub fn gaussians(target: &Target) -> Option<Mixture> {
    let placed = |means: &[[f64; 2]], sigma: f64| {
        Some(Mixture {
            modes: means
                .iter()
                .map(|mean| mean.map(|part| part as f32))
                .collect(),
            sigma: sigma as f32,
        })
    };
    match *target {
        Target::Mixture { ref means, sigma } => placed(means, sigma),
        Target::Points { ref points, sigma } => placed(points, sigma),
        Target::Ring {
            modes,
            radius,
            sigma,
        } => {
            let mode = |index: usize| {
                let angle = TAU * index as f32 / modes as f32;
                [
                    radius as f32 * libm::cosf(angle),
                    radius as f32 * libm::sinf(angle),
                ]
            };
            Some(Mixture {
                modes: (0..modes).map(mode).collect(),
                sigma: sigma as f32,
            })
        }
        Target::Grid {
            side,
            spacing,
            sigma,
        } => {
            let place = |index: usize| (index as f32 - 0.5 * (side - 1) as f32) * spacing as f32;
            let modes = (0..side * side)
                .map(|index| [place(index % side), place(index / side)])
                .collect();
            Some(Mixture {
                modes,
                sigma: sigma as f32,
            })
        }
        Target::TwoGaussians { distance, sigma } => {
            let half = 0.5 * distance as f32;
            Some(Mixture {
                modes: vec![[-half, 0.0], [half, 0.0]],
                sigma: sigma as f32,
            })
        }
        Target::Line { .. }
        | Target::Moons { .. }
        | Target::Spiral { .. }
        | Target::Checkerboard { .. } => None,
    }
}
