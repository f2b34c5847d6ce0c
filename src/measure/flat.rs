//! Where a loss is flat, and how many samples lie there: the outputs y at which |l'(y)| is below a
//! threshold, so that the loss hardly moves a sample whatever the discriminator's gradient.
//!
//! Only l'(y) counts here. A small grad_x y leaves a sample without a force, too, but for every
//! loss alike.

use crate::config::Loss;
use crate::gan::loss::{boundary, slope};
use serde::{Deserialize, Serialize};

/// What part of the samples lies where the loss is flat, each number from 0 to 1 and NaN without
/// samples to count.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Of all samples.
    pub all: f64,
    /// Of those above the boundary, which the discriminator takes for real (the chapter's triangles).
    pub above: f64,
    /// Of those on or below the boundary (the diamonds).
    pub below: f64,
}

/// The share of `outputs` at which |l'(y)| < `threshold`. Outputs that are not finite do not count.
pub fn share_in_flat_region(loss: Loss, threshold: f64, outputs: &[f32]) -> Share {
    let outputs = outputs.iter().copied().map(f64::from);
    shares(loss, outputs.map(|y| (y, slope(loss, y).abs() < threshold)))
}

/// The shares of samples that are flat, given each one's output and whether it is.
fn shares(loss: Loss, samples: impl Iterator<Item = (f64, bool)>) -> Share {
    let level = boundary(loss);
    // Samples and flat ones among them: below the boundary, above it.
    let mut counts = [[0_u32; 2]; 2];
    for (y, is_flat) in samples.filter(|(y, _)| y.is_finite()) {
        let side = &mut counts[usize::from(y > level)];
        side[0] += 1;
        side[1] += u32::from(is_flat);
    }
    let part = |[count, flat]: [u32; 2]| f64::from(flat) / f64::from(count);
    let [below, above] = counts;
    Share {
        all: part([below[0] + above[0], below[1] + above[1]]),
        above: part(above),
        below: part(below),
    }
}

/// The share of samples on which the force is below `threshold`, whichever of its factors is small;
/// `forces` as x0, y0, x1, y1, … beside the `outputs`. Outputs that are not finite do not count.
pub fn share_of_weak_forces(loss: Loss, threshold: f64, outputs: &[f32], forces: &[f32]) -> Share {
    let forces = forces
        .chunks_exact(2)
        .map(|force| f64::from(force[0]).hypot(f64::from(force[1])));
    let samples = outputs.iter().copied().map(f64::from).zip(forces);
    shares(loss, samples.map(|(y, force)| (y, force < threshold)))
}

/// The intervals of y in which |l'(y)| < `threshold`, in rising order and apart from each other;
/// an end may be infinite.
pub fn flat_regions(loss: Loss, threshold: f64) -> Vec<[f64; 2]> {
    let mut regions: Vec<[f64; 2]> = Vec::new();
    let mut from = -BEYOND;
    for to in turning_points(loss).into_iter().chain([BEYOND]) {
        if let Some([low, high]) = flat_part(loss, threshold, [from, to]) {
            match regions.last_mut() {
                Some(last) if last[1] >= low => last[1] = high,
                _ => regions.push([low, high]),
            }
        }
        from = to;
    }
    let outwards = |end: f64| {
        if end.abs() < BEYOND {
            end
        } else {
            end * f64::INFINITY
        }
    };
    regions.into_iter().map(|ends| ends.map(outwards)).collect()
}

/// Stands for infinity: no slope changes any more where exp(-y) is below the smallest number.
const BEYOND: f64 = 1e9;

/// Where l' turns round, in rising order: between these it rises or falls throughout.
fn turning_points(loss: Loss) -> Vec<f64> {
    match loss {
        // (s - c) s (1 - s) has its extremes where 3 s^2 - 2 (1 + c) s + c = 0.
        Loss::Lsgan {
            c, sigmoid: true, ..
        } => {
            let root = (1.0 - c + c * c).sqrt();
            [(1.0 + c - root) / 3.0, (1.0 + c + root) / 3.0]
                .into_iter()
                .filter(|s| 0.0 < *s && *s < 1.0)
                .map(|s| (s / (1.0 - s)).ln())
                .collect()
        }
        Loss::Lsgan { sigmoid: false, .. } | Loss::NonSaturating | Loss::Minimax => Vec::new(),
    }
}

/// The part of an interval without turning points in which |l'| < `threshold`: an interval, too.
fn flat_part(loss: Loss, threshold: f64, [from, to]: [f64; 2]) -> Option<[f64; 2]> {
    let rises = slope(loss, to) > slope(loss, from);
    // l' as it rises, or its mirror image.
    let rising = |y: f64| {
        if rises {
            slope(loss, y)
        } else {
            -slope(loss, y)
        }
    };
    let low = first_where([from, to], |y| rising(y) > -threshold)?;
    let high = first_where([from, to], |y| rising(y) >= threshold).unwrap_or(to);
    (low < high).then_some([low, high])
}

/// The first y of an interval at which something holds that goes on holding from there on.
fn first_where([from, to]: [f64; 2], holds: impl Fn(f64) -> bool) -> Option<f64> {
    if holds(from) {
        return Some(from);
    }
    if !holds(to) {
        return None;
    }
    let (mut before, mut after) = (from, to);
    // 1e9 halved 90 times is below the spacing of numbers around 1e-9.
    for _ in 0..90 {
        let middle = 0.5 * (before + after);
        if holds(middle) {
            after = middle;
        } else {
            before = middle;
        }
    }
    Some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO_ONE: Loss = Loss::Lsgan {
        a: 0.0,
        b: 1.0,
        c: 1.0,
        sigmoid: false,
    };

    fn on_sigmoid(c: f64) -> Loss {
        Loss::Lsgan {
            a: 0.0,
            b: 1.0,
            c,
            sigmoid: true,
        }
    }

    #[track_caller]
    fn assert_close(found: &[[f64; 2]], expected: &[[f64; 2]]) {
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.as_flattened().iter().zip(expected.as_flattened()) {
            let close = found == expected || (found - expected).abs() < 1e-7;
            assert!(close, "{found}, not {expected}");
        }
    }

    #[test]
    fn a_force_is_weak_also_where_only_the_discriminator_is_flat() {
        // Slopes of about -1/2 on both sides; forces 1e-3, 5, 0 and, uncounted, one without output.
        let outputs = [0.1, 0.2, -0.1, f32::NAN];
        let forces = [6e-4, 8e-4, 3.0, 4.0, 0.0, 0.0, 0.0, 0.0];
        let share = share_of_weak_forces(Loss::Minimax, 0.01, &outputs, &forces);
        assert_eq!((share.above, share.below), (0.5, 1.0));
        assert!((share.all - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn regions_are_those_worked_by_hand() {
        // s < 0.01 below ln(0.01 / 0.99), 1 - s < 0.01 above its negative.
        let end = 99_f64.ln();
        let infinite = f64::INFINITY;
        assert_close(&flat_regions(Loss::Minimax, 0.01), &[[-infinite, -end]]);
        assert_close(&flat_regions(Loss::NonSaturating, 0.01), &[[end, infinite]]);
        assert_close(&flat_regions(ZERO_ONE, 0.01), &[[0.99, 1.01]]);
        // No slope of a cross-entropy loss exceeds 1, so nothing is steep.
        assert_close(&flat_regions(Loss::Minimax, 1.5), &[[-infinite, infinite]]);
        assert_close(&flat_regions(ZERO_ONE, 0.0), &[]);
    }

    #[test]
    fn least_squares_on_a_sigmoid_is_flat_at_both_ends_and_at_its_target() {
        let s = |s: f64| (s / (1.0 - s)).ln();
        let regions = flat_regions(on_sigmoid(0.5), 0.01);
        assert_eq!(regions.len(), 3);
        assert_eq!(
            (regions[0][0], regions[2][1]),
            (f64::NEG_INFINITY, f64::INFINITY)
        );
        // (s - 1/2) s (1 - s) = 0.01 at s = 0.540262 and s = 0.978653.
        assert!((regions[1][1] - s(0.540_262)).abs() < 1e-5, "{regions:?}");
        assert!((regions[2][0] - s(0.978_653)).abs() < 1e-4, "{regions:?}");
        // With c = 1 the target is one of the ends.
        let regions = flat_regions(on_sigmoid(1.0), 0.01);
        assert_eq!(regions.len(), 2, "{regions:?}");
        // Its steepest slope is 4/27 at s = 1/3.
        assert_eq!(flat_regions(on_sigmoid(1.0), 0.149).len(), 1);
        assert_eq!(flat_regions(on_sigmoid(1.0), 0.147).len(), 2);
    }

    #[test]
    fn regions_hold_just_the_flat_outputs() {
        let losses = [Loss::Minimax, Loss::NonSaturating, ZERO_ONE];
        let sigmoids = [-1.0, 0.0, 0.2, 0.5, 0.9, 1.0, 3.0].map(on_sigmoid);
        for loss in losses.into_iter().chain(sigmoids) {
            for threshold in [1e-9, 1e-4, 0.01, 0.1, 0.3, 2.0] {
                let regions = flat_regions(loss, threshold);
                for k in -3000..3000 {
                    let y = 0.01 * f64::from(k) + 0.003;
                    let inside = regions.iter().any(|[low, high]| *low < y && y < *high);
                    assert_eq!(
                        inside,
                        slope(loss, y).abs() < threshold,
                        "{loss:?} below {threshold} at {y}: {regions:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn shares_are_counted_side_by_side() {
        // l' = s - 1 under -log s: flat from y = 4.6 on, so only triangles lie there.
        let outputs = [
            -9.0,
            -6.0,
            0.5,
            3.0,
            5.0,
            8.0,
            60.0,
            f32::NAN,
            f32::INFINITY,
        ];
        let share = share_in_flat_region(Loss::NonSaturating, 0.01, &outputs);
        assert_eq!((share.below, share.above), (0.0, 3.0 / 5.0));
        assert_eq!(share.all, 3.0 / 7.0);
        // log(1 - s) is flat on the other side.
        let share = share_in_flat_region(Loss::Minimax, 0.01, &outputs);
        assert_eq!((share.below, share.above), (1.0, 0.0));
        // And least squares only at its target.
        let share = share_in_flat_region(ZERO_ONE, 0.01, &outputs);
        assert_eq!(share.all, 0.0);
    }

    #[test]
    fn the_boundary_between_the_sides_is_the_losss_own() {
        // Under the 0-1 coding y = 0.4 is below the boundary of 1/2.
        let share = share_in_flat_region(ZERO_ONE, 10.0, &[0.4]);
        assert!(share.below == 1.0 && share.above.is_nan());
        let share = share_in_flat_region(Loss::Minimax, 10.0, &[0.4]);
        assert!(share.above == 1.0 && share.below.is_nan());
        assert!(share_in_flat_region(ZERO_ONE, 1.0, &[]).all.is_nan());
    }
}
