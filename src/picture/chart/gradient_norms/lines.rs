//! The numbers behind the gradient norms: the range of their axis, and each layer as a line.

use super::super::curve::running_mean;
use crate::picture::norm_history::NormPoint;

/// The axis holds at least this many decades and at most that many.
const FEWEST_DECADES: f64 = 2.0;
const MOST_DECADES: f64 = 14.0;

/// The part of a decade that may be cut off at either end: 0.01 in 32 bits is a little less.
const SPARE: f64 = 0.01;

/// The range for all norms of both networks, from a power of ten to another: all but the lowest
/// hundredth of those above 0. Where some are 0, one decade more, so that a line of zeros along the
/// lower edge is not taken for the smallest norm.
pub fn norm_range(points: &[NormPoint]) -> [f64; 2] {
    let all = points
        .iter()
        .flat_map(|point| point.discriminator.iter().chain(point.generator));
    let all = all.copied().map(f64::from);
    let any_zero = all.clone().any(|norm| norm == 0.0);
    let mut norms: Vec<f64> = all.filter(|norm| *norm > 0.0 && norm.is_finite()).collect();
    norms.sort_by(f64::total_cmp);
    let Some(greatest) = norms.last() else {
        return [1e-3, 1.0];
    };
    let high = (greatest.log10() - SPARE).ceil();
    let least = (norms[norms.len() / 100].log10() + SPARE).floor();
    let low = least.min(high - FEWEST_DECADES).max(high - MOST_DECADES);
    [low - f64::from(u8::from(any_zero)), high].map(|exponent| 10_f64.powf(exponent))
}

/// A layer as `(step, norm)`: the mean of the logarithms of neighbouring points, because the norms
/// of single minibatches jump about. Norms outside the range are held at its ends, zeros among them; a
/// norm that is no number, or of a layer that was not there, leaves a gap.
pub fn line<'a>(
    points: &[NormPoint<'a>],
    layer: usize,
    layers: fn(&NormPoint<'a>) -> &'a [f32],
    [low, high]: [f64; 2],
) -> Vec<(f64, f64)> {
    let logarithm = |point: &NormPoint<'a>| {
        let norm = layers(point)
            .get(layer)
            .copied()
            .map_or(f64::NAN, f64::from);
        if norm.is_finite() {
            norm.clamp(low, high).ln()
        } else {
            f64::NAN
        }
    };
    let measured: Vec<(f64, f64)> = points
        .iter()
        .map(|point| (point.step as f64, logarithm(point)))
        .collect();
    let mean = running_mean(&measured, points.len() / POINTS_PER_MEAN / 2).into_iter();
    mean.map(|(step, logarithm)| (step, logarithm.exp()))
        .collect()
}

/// What part of the run's points a mean covers.
const POINTS_PER_MEAN: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    fn point<'a>(step: u64, discriminator: &'a [f32], generator: &'a [f32]) -> NormPoint<'a> {
        NormPoint {
            step,
            discriminator,
            generator,
        }
    }

    #[track_caller]
    fn assert_range(points: &[NormPoint], expected: [f64; 2]) {
        let found = norm_range(points);
        for (found, expected) in found.into_iter().zip(expected) {
            assert!(
                (found / expected - 1.0).abs() < 1e-9,
                "{found}, not {expected}"
            );
        }
    }

    #[test]
    fn the_range_holds_both_networks_between_powers_of_ten() {
        assert_range(&[point(1, &[0.3, 4.0], &[0.002])], [1e-3, 10.0]);
        assert_range(&[point(1, &[0.5], &[0.5])], [1e-2, 1.0]);
        assert_range(&[], [1e-3, 1.0]);
        let strange = [f32::NAN, f32::INFINITY, -1.0];
        assert_range(&[point(1, &strange, &[])], [1e-3, 1.0]);
    }

    #[test]
    fn zeros_have_a_decade_of_their_own() {
        assert_range(&[point(1, &[0.3, 0.002], &[0.0])], [1e-4, 1.0]);
    }

    #[test]
    fn what_underflows_does_not_squeeze_the_others() {
        assert_range(&[point(1, &[0.3], &[1e-37])], [1e-14, 1.0]);
        let mut norms = vec![0.05; 400];
        norms[7] = 1e-12;
        assert_range(&[point(1, &norms, &[])], [1e-3, 0.1]);
    }

    #[test]
    fn a_line_follows_its_layer_and_is_held_within_the_range() {
        let points = [
            point(1, &[9.0, 0.1], &[]),
            point(5, &[9.0, 0.0], &[]),
            point(7, &[9.0, f32::NAN], &[]),
            point(8, &[9.0], &[]),
            point(9, &[9.0, 1e9], &[]),
        ];
        let found = line(&points, 1, |point| point.discriminator, [1e-3, 10.0]);
        let close = |index: usize, expected: f64| (found[index].1 / expected - 1.0).abs() < 1e-6;
        assert!(
            close(0, 0.1) && close(1, 1e-3) && close(4, 10.0),
            "{found:?}"
        );
        assert!(found[2].1.is_nan() && found[3].1.is_nan());
        let steps: Vec<f64> = found.iter().map(|(step, _)| *step).collect();
        assert_eq!(steps, [1.0, 5.0, 7.0, 8.0, 9.0]);
    }

    #[test]
    fn a_long_line_is_the_mean_of_its_neighbours_logarithms() {
        // A norm of 1 and of 0.01 in turn: over three of 150 points 10^(-2/3) or 10^(-4/3).
        let points: Vec<NormPoint> = (0..150)
            .map(|step| point(step, if step % 2 == 0 { &[1.0] } else { &[0.01] }, &[]))
            .collect();
        let found = line(&points, 0, |point| point.discriminator, [1e-3, 1.0]);
        assert!(
            (found[50].1 - 10_f64.powf(-4.0 / 3.0)).abs() < 1e-6,
            "{:?}",
            found[50]
        );
        assert!((found[51].1 - 10_f64.powf(-2.0 / 3.0)).abs() < 1e-6);
    }
}
