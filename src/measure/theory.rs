//! What the theory says about a run: the optimal discriminator for the generator as it is, and the
//! divergence between p_d and p_g; on a grid, for targets whose density is known.
//!
//! Sources: Mao et al., *Least Squares Generative Adversarial Networks*, ICCV 2017 (arXiv
//! 1611.04076), section 3.2; Goodfellow et al., *Generative Adversarial Networks*, 2014 (arXiv
//! 1406.2661), section 4.1.
//!
//! | | |
//! |---|---|
//! | LSGAN's optimal discriminator | D\* = (b p_d + a p_g) / (p_d + p_g) |
//! | the generator's loss C(G) with it | 2 C(G) = ∫ ((b - c)(p_d + p_g) - (b - a) p_g)² / (p_d + p_g) |
//! | if b - c = 1 and b - a = 2 | 2 C(G) = χ² = ∫ (p_d - p_g)² / (p_d + p_g) |
//! | with any labels | 2 C(G) = (b - a)² χ² / 4 + 2 (c - (a + b) / 2)² |
//!
//! The last row follows from (u p_d + v p_g)² = (u² p_d + v² p_g)(p_d + p_g) - (u - v)² p_d p_g: every
//! coding has the same divergence at heart, on another scale, and above another least value. With the
//! labels 0, 1, 1, for one, 2 C(G) = χ²/4 + 1/2.
//!
//! C(G) holds the term E_real\[(D\* - c)²\] / 2, which the theorem adds. χ² is 0 for equal densities and
//! 2 for disjoint ones, however far apart these are. No generator's step goes down C(G): a step holds
//! the discriminator fixed, and that discriminator is not the optimal one.
//!
//! p_g is a Gaussian kernel density estimate, so p_d is blurred by the same kernel: equal densities
//! then give 0, and the grid resolves whatever is put on it. Blurring both densities alike makes no
//! such divergence larger (the data-processing inequality), nor does taking all that lies outside the
//! square together, as is done here; so χ² is at most that of p_d and p_g themselves, but for the error
//! of a finite sample (see `bandwidth`).

mod density;

pub use density::Density;

use std::{f64::consts::TAU, iter};

use serde::{Deserialize, Serialize};

use super::{EVALUATED_SAMPLES, SURFACE_SIDE, Surface, snapshot::cell_middles};
use crate::{
    config::{Loss, Target},
    gan::loss::{labels, logistic},
    target::{blurred_density, extent},
};

/// How far from 0 the optimal output goes where a sigmoid follows it, which would have it at infinity
/// wherever one density is 0: 2,500 samples cannot tell odds beyond 2,500 to 1, about e^8.
pub const OUTPUT_LIMIT: f64 = 8.0;

/// The least p_d + p_g for which the optimal discriminator is told, as a share of the peak of one
/// sample's kernel: what a lone sample gives three bandwidths away, exp(-9/2). Below it a batch has
/// nothing to train a discriminator on, and D\* would be a quotient of tails.
const LEAST_SHARE: f64 = 0.011;

/// The narrowest kernel, in cells: χ² is then off by less than 0.001 through the grid, wherever on it
/// two modes lie (at one cell, by up to 0.007).
const LEAST_BANDWIDTH: f64 = 1.5;

/// How far p_g is from p_d.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Divergence {
    /// Standard deviation of the kernel that both densities are blurred by.
    pub bandwidth: f64,
    /// Integral of (p_d - p_g)² / (p_d + p_g), from 0 (equal) to 2 (disjoint); NaN if a sample was not
    /// finite.
    pub chi_squared: f64,
    /// 2 C(G) with the loss's a, b and c; `None` for all but LSGAN without a sigmoid.
    pub two_c: Option<f64>,
    /// Whether the labels are those with which 2 C(G) is χ², by [`pearson_case`].
    pub pearson: bool,
}

/// A target's blurred density over the square that shows it, ready for comparison.
#[derive(Clone, Debug)]
pub struct Theory {
    half_side: f32,
    bandwidth: f64,
    p_d: Density,
}

impl Theory {
    /// The theory of a target; `None` where its density is not known (moons, spiral).
    pub fn new(target: &Target) -> Option<Self> {
        let half_side = extent(target);
        let cell = side_of_cell(half_side);
        let bandwidth = bandwidth(target, cell)?;
        let cells: Option<_> = cell_middles(half_side, SURFACE_SIDE)
            .chunks_exact(2)
            .map(|point| blurred_density(target, [point[0], point[1]].map(f64::from), bandwidth))
            .map(|density| Some(density? * cell * cell))
            .collect();
        Some(Self {
            half_side,
            bandwidth,
            p_d: Density::new(cells?),
        })
    }

    /// p_g, estimated from [`EVALUATED_SAMPLES`] generated samples, x0, y0, x1, y1, … They may lie
    /// anywhere; one that is not finite turns all that is told of p_g into NaN.
    pub fn estimate(&self, fake: &[f32]) -> Density {
        Density::estimate(fake, f64::from(self.half_side), self.bandwidth)
    }

    /// How far p_g is from the target.
    pub fn divergence(&self, loss: Loss, p_g: &Density) -> Divergence {
        let labels = labels(loss);
        Divergence {
            bandwidth: self.bandwidth,
            chi_squared: self.integral(p_g, |p_d, p_g| (p_d - p_g).powi(2) / (p_d + p_g)),
            two_c: labels.map(|[a, b, c]| {
                self.integral(p_g, |p_d, p_g| {
                    ((b - c) * (p_d + p_g) - (b - a) * p_g).powi(2) / (p_d + p_g)
                })
            }),
            pearson: labels.is_some_and(|[a, b, c]| pearson_case(a, b, c)),
        }
    }

    /// The optimal discriminator's output y over the square; NaN where p_d and p_g are both too small
    /// to speak of.
    pub fn optimal_discriminator(&self, loss: Loss, p_g: &Density) -> Surface {
        let kernel_peak = (side_of_cell(self.half_side) / self.bandwidth).powi(2) / TAU;
        let least = LEAST_SHARE * kernel_peak / EVALUATED_SAMPLES as f64;
        let edges = [-self.half_side, self.half_side];
        Surface {
            width: SURFACE_SIDE,
            height: SURFACE_SIDE,
            x: edges,
            y: edges,
            values: iter::zip(&self.p_d.cells, &p_g.cells)
                .map(|(p_d, p_g)| {
                    if p_d + p_g >= least {
                        optimal_output(loss, *p_d, *p_g) as f32
                    } else {
                        f32::NAN
                    }
                })
                .collect(),
        }
    }

    /// The integral over the plane of a function of p_d and p_g that doubles when both double, so that
    /// masses do for densities. All that lies outside the square is one cell more; where p_d has
    /// nothing there, that is exact.
    fn integral(&self, p_g: &Density, integrand: impl Fn(f64, f64) -> f64) -> f64 {
        let outside = (&self.p_d.outside, &p_g.outside);
        iter::zip(&self.p_d.cells, &p_g.cells)
            .chain(iter::once(outside))
            .filter(|(p_d, p_g)| *p_d + *p_g != 0.0)
            .map(|(p_d, p_g)| integrand(*p_d, *p_g))
            .sum()
    }
}

/// Whether 2 C(G) is χ² by the theorem: b - c = 1 and b - a = 2, to within 1e-12. (By the general
/// formula above the mirrored labels, b - c = -1 and b - a = -2, give the same number.)
pub fn pearson_case(a: f64, b: f64, c: f64) -> bool {
    (b - c - 1.0).abs() <= 1e-12 && (b - a - 2.0).abs() <= 1e-12
}

/// The side of a cell of the grid over the square of ±`half_side`.
fn side_of_cell(half_side: f32) -> f64 {
    2.0 * f64::from(half_side) / SURFACE_SIDE as f64
}

/// Standard deviation h of the kernel: the target's own sigma, so that modes stay apart however far
/// they are spread (rules that start from the deviation of all samples would smear a ring), but at
/// least [`LEAST_BANDWIDTH`]. A checkerboard has no sigma.
///
/// A smaller h would show more, and more of what is not there. To first order n samples of the target
/// itself score ∫ Var(p_g) / (2 p_d), both blurred, and Var(p_g) = (p * K² - (p * K)²) / n, where K² =
/// N(h²/2) / (4 π h²). For M modes well apart this comes to (M ((sigma² + h²) / h²)² - 1) / 2n: 0.006
/// for a ring of 8 modes and 2,500 samples at h = sigma, but 0.04 at half of that. For a density even
/// over a large area it is (area / (4 π h²) - 1) / 2n.
fn bandwidth(target: &Target, cell: f64) -> Option<f64> {
    let sigma = match *target {
        Target::Ring { sigma, .. }
        | Target::Grid { sigma, .. }
        | Target::TwoGaussians { sigma, .. }
        | Target::Mixture { sigma, .. }
        | Target::Points { sigma, .. }
        | Target::Line { sigma, .. } => sigma,
        Target::Checkerboard { .. } => 0.0,
        Target::Moons { .. } | Target::Spiral { .. } => return None,
    };
    Some(sigma.max(LEAST_BANDWIDTH * cell))
}

/// The output y at which the discriminator's loss is least where the densities are (or are as) `p_d`
/// and `p_g`, not both 0.
///
/// p_d (D - b)²/2 + p_g (D - a)²/2 is least at D = (b p_d + a p_g) / (p_d + p_g), and -p_d log s -
/// p_g log(1 - s) at s = p_d / (p_d + p_g), the same with a = 0 and b = 1. A sigmoid gets no further
/// than 0 or 1 towards labels beyond; the loss is convex in s, so it is least at the end that is
/// nearer. y is then log(s / (1 - s)), kept within [`OUTPUT_LIMIT`].
fn optimal_output(loss: Loss, p_d: f64, p_g: f64) -> f64 {
    let between = |a, b| (b * p_d + a * p_g) / (p_d + p_g);
    let before_sigmoid = |s: f64| {
        let s = s.clamp(logistic(-OUTPUT_LIMIT), logistic(OUTPUT_LIMIT));
        (s / (1.0 - s)).ln()
    };
    match loss {
        Loss::Lsgan {
            a,
            b,
            sigmoid: false,
            ..
        } => between(a, b),
        Loss::Lsgan {
            a,
            b,
            sigmoid: true,
            ..
        } => before_sigmoid(between(a, b)),
        Loss::NonSaturating | Loss::Minimax => before_sigmoid(between(0.0, 1.0)),
    }
}

#[cfg(test)]
mod tests;
