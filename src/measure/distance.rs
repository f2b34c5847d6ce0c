//! Two distances between samples of the plane, from the same sorted projections: sliced Wasserstein-1
//! (Rabin, Peyré, Delon and Bernot, *Wasserstein Barycenter and Its Application to Texture Mixing*,
//! 2011) and the energy distance (Székely and Rizzo, *Energy statistics*, 2013).
//!
//! Both are 0 only between equal distributions. Between two finite samples of one distribution they
//! are not 0 but at their noise floor, which belongs beside them: [`super::NoiseFloor`].

use std::f64::consts::{FRAC_PI_2, PI};

use serde::{Deserialize, Serialize};

/// Directions on which samples are projected, evenly over the half circle. The mean of |cos| over so
/// many is 2 / pi to within 2e-4 whichever way a sample lies.
const DIRECTIONS: usize = 64;

/// Samples projected on each direction and sorted there.
#[derive(Clone, Debug)]
pub struct Projections {
    /// \[directions\]\[samples\], each row ascending.
    sorted: Vec<f32>,
    count: usize,
}

/// How far two samples are apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distances {
    /// Mean over all directions of the Wasserstein-1 distance of the projections, in the plane's units.
    pub sliced_w1: f64,
    /// 2 E|x - y| - E|x - x'| - E|y - y'|, in the plane's units.
    pub energy: f64,
}

impl Projections {
    /// Projects samples x0, y0, x1, y1, …
    pub fn new(samples: &[f32]) -> Self {
        let count = samples.len() / 2;
        let mut sorted = Vec::with_capacity(DIRECTIONS * count);
        for index in 0..DIRECTIONS {
            let (sin, cos) = libm::sincosf(((index as f64 + 0.5) * PI / DIRECTIONS as f64) as f32);
            let start = sorted.len();
            sorted.extend(
                samples
                    .chunks_exact(2)
                    .map(|point| cos * point[0] + sin * point[1]),
            );
            sorted[start..].sort_unstable_by(f32::total_cmp);
        }
        Self { sorted, count }
    }

    /// The distances to as many other samples; NaN if any sample is not finite or the numbers differ.
    pub fn distances(&self, other: &Self) -> Distances {
        if self.count != other.count || self.count == 0 {
            return Distances {
                sliced_w1: f64::NAN,
                energy: f64::NAN,
            };
        }
        let pairs = || {
            let rows = self.sorted.chunks_exact(self.count);
            rows.zip(other.sorted.chunks_exact(self.count))
        };
        let mean = |sum: f64| sum / DIRECTIONS as f64;
        Distances {
            sliced_w1: mean(
                pairs()
                    .map(|(mine, theirs)| wasserstein_1(mine, theirs))
                    .sum(),
            ),
            // |v| is pi / 2 times the mean of |v . direction| over all directions of the plane, so the
            // energy distance is that mean of the one-dimensional ones: no pairs of samples are needed.
            energy: FRAC_PI_2 * mean(pairs().map(|(mine, theirs)| energy(mine, theirs)).sum()),
        }
    }
}

/// Between as many sorted numbers: the smallest total is reached in order.
fn wasserstein_1(a: &[f32], b: &[f32]) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| f64::from((a - b).abs())).sum();
    sum / a.len() as f64
}

/// On a line, the energy distance is twice the integral of the squared difference of the distribution
/// functions (Székely and Rizzo 2013).
fn energy(a: &[f32], b: &[f32]) -> f64 {
    let (mut i, mut j, mut integral) = (0, 0, 0.0);
    let mut at = f64::from(a[0].min(b[0]));
    while i < a.len() || j < b.len() {
        // The next step of either distribution function; past one's end the other's.
        let next_is_a = j == b.len() || i < a.len() && a[i] <= b[j];
        let next = f64::from(if next_is_a { a[i] } else { b[j] });
        let difference = i as f64 - j as f64;
        integral += difference * difference * (next - at);
        at = next;
        if next_is_a {
            i += 1;
        } else {
            j += 1;
        }
    }
    2.0 * integral / (a.len() * a.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Draws, Stream};

    fn normals(stream: Stream, count: usize) -> Vec<f32> {
        Draws::new(7, stream, 0, 0).normals(2 * count)
    }

    fn shifted(samples: &[f32], by: [f32; 2]) -> Vec<f32> {
        samples
            .chunks_exact(2)
            .flat_map(|point| [point[0] + by[0], point[1] + by[1]])
            .collect()
    }

    fn distances(a: &[f32], b: &[f32]) -> Distances {
        Projections::new(a).distances(&Projections::new(b))
    }

    #[test]
    fn a_shift_by_t_is_2_t_over_pi_away() {
        // Every projection moves by t |cos|, whose mean over directions is 2 / pi.
        let samples = normals(Stream::Real, 500);
        for by in [[0.5_f32, 0.0], [0.0, -2.0], [3.0, 4.0]] {
            let length = f64::from(by[0].hypot(by[1]));
            let found = distances(&samples, &shifted(&samples, by)).sliced_w1;
            assert!(
                (found / (2.0 * length / PI) - 1.0).abs() < 3e-4,
                "{by:?}: {found}"
            );
        }
    }

    #[test]
    fn the_energy_distance_is_that_of_all_pairs() {
        let (a, b) = (normals(Stream::Real, 80), normals(Stream::FloorReal, 80));
        let b = shifted(&b, [0.7, -0.3]);
        let mean_distance = |a: &[f32], b: &[f32]| {
            let between = |p: &[f32], q: &[f32]| f64::from((p[0] - q[0]).hypot(p[1] - q[1]));
            let sum: f64 = a
                .chunks_exact(2)
                .flat_map(|p| b.chunks_exact(2).map(move |q| between(p, q)))
                .sum();
            sum / (80.0 * 80.0)
        };
        let of_pairs = 2.0 * mean_distance(&a, &b) - mean_distance(&a, &a) - mean_distance(&b, &b);
        let found = distances(&a, &b).energy;
        assert!((found / of_pairs - 1.0).abs() < 1e-3, "{found} {of_pairs}");
    }

    #[test]
    fn two_points_are_as_far_apart_as_worked_out_by_hand() {
        // All samples at (0, 0) against all at (3, 4): W1 is 2 . 5 / pi, the energy distance 2 . 5.
        let found = distances(&[0.0; 10], &[3.0, 4.0].repeat(5));
        assert!((found.sliced_w1 - 10.0 / PI).abs() < 1e-3);
        assert!((found.energy - 10.0).abs() < 3e-3);
        assert_eq!(
            distances(&[1.0, 2.0], &[1.0, 2.0]),
            Distances {
                sliced_w1: 0.0,
                energy: 0.0
            }
        );
    }

    #[test]
    fn samples_that_are_no_numbers_are_at_no_distance() {
        for bad in [f32::NAN, f32::INFINITY] {
            let found = distances(&[0.0, 0.0, 1.0, 1.0], &[0.0, bad, 1.0, 1.0]);
            assert!(!found.sliced_w1.is_finite() && !found.energy.is_finite());
        }
        assert!(distances(&[], &[]).sliced_w1.is_nan());
    }
}
