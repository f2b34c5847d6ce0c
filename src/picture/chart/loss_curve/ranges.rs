//! Which outputs and which values the axes of the loss curves cover.
//!
//! Least squares grows with the square of the output and cross-entropy with the output, so an axis
//! that held all of both would flatten one of them. The axes therefore follow cross-entropy and the
//! run's own samples; a parabola leaves the frame where it leaves them behind.

use super::function::sampled;
use crate::config::Loss;
use crate::gan::loss::{labels, slope, value};
use crate::picture::axis::widened;

/// The range of outputs to show: the part where the losses bend (-8 to 8 for those that read a
/// logit; the labels a, b and c and as much again on both sides for LSGAN) and all but the
/// farthest hundredth of the `outputs` at either end.
///
/// It follows the outputs of the moment; a caller that redraws keeps an old range as long as it
/// will do.
pub fn output_range(losses: &[Loss], outputs: &[f32]) -> [f64; 2] {
    let mut range = losses
        .iter()
        .map(|loss| bend(*loss))
        .reduce(union)
        .unwrap_or(LOGITS);
    if let Some(bulk) = bulk(outputs.iter().copied().map(f64::from), 0.01) {
        let room = 0.02 * (bulk[1] - bulk[0]);
        range = union(range, [bulk[0] - room, bulk[1] + room]);
    }
    widened(range, 9)
}

/// Where a sigmoid's slope has not all but vanished.
const LOGITS: [f64; 2] = [-8.0, 8.0];

fn bend(loss: Loss) -> [f64; 2] {
    match labels(loss) {
        None => LOGITS,
        Some(labels) => {
            let [low, high] = [
                labels.into_iter().fold(f64::INFINITY, f64::min),
                labels.into_iter().fold(f64::NEG_INFINITY, f64::max),
            ];
            let room = (high - low).max(1.0);
            [low - room, high + room]
        }
    }
}

/// The range of l(y) to show for the losses over these outputs, ending on ticks. `own` are the
/// values at the samples of the run.
pub fn value_range(losses: &[Loss], outputs: [f64; 2], own: &[f64], tick_count: usize) -> [f64; 2] {
    let others = losses.iter().filter(|loss| parabola(**loss).is_none());
    let others = others.map(|loss| extremes(|y| value(*loss, y), outputs)[1]);
    let highest = others.reduce(f64::max).map(|high| high.max(LOWEST_CUT));
    let shown = losses.iter().map(|loss| {
        let [low, high] = extremes(|y| value(*loss, y), outputs);
        match parabola(*loss) {
            // As high as the others, or else as a loss that grows like the output gets.
            Some(c) => {
                let growth = low + farthest(c, outputs);
                [low, high.min(highest.unwrap_or(growth).max(low))]
            }
            None => [low, high],
        }
    });
    around(shown, own, tick_count)
}

/// Beside other losses, a parabola is shown at least up to this value,
const LOWEST_CUT: f64 = 2.0;

/// and for slopes up to this one: twice as steep as cross-entropy ever gets.
const STEEPEST: f64 = 2.0;

/// The range of l'(y) to show, likewise.
pub fn slope_range(losses: &[Loss], outputs: [f64; 2], own: &[f64], tick_count: usize) -> [f64; 2] {
    let alone = losses.iter().all(|loss| parabola(*loss).is_some());
    let shown = losses.iter().map(|loss| {
        let range = extremes(|y| slope(*loss, y), outputs);
        if alone || parabola(*loss).is_none() {
            range
        } else {
            range.map(|slope| slope.clamp(-STEEPEST, STEEPEST))
        }
    });
    around(shown, own, tick_count)
}

/// c, if l(y) is (y - c)^2 / 2.
fn parabola(loss: Loss) -> Option<f64> {
    labels(loss).map(|[_, _, c]| c)
}

fn farthest(c: f64, outputs: [f64; 2]) -> f64 {
    (outputs[0] - c).abs().max((outputs[1] - c).abs())
}

/// The part of a range that may be cut off at either end: log(1 + exp(10)) is 10.00005, and no
/// reason for an axis up to 20.
const SPARE: f64 = 2e-3;

fn around(ranges: impl Iterator<Item = [f64; 2]>, own: &[f64], tick_count: usize) -> [f64; 2] {
    let range = ranges.chain(bulk(own.iter().copied(), 0.05)).reduce(union);
    match range {
        Some([low, high]) if low < high => {
            let spare = SPARE * (high - low);
            widened([low + spare, high - spare], tick_count)
        }
        // One value only: it stands in the middle.
        Some([low, _]) if low.is_finite() => {
            let room = 0.5_f64.max(0.1 * low.abs());
            widened([low - room, low + room], tick_count)
        }
        _ => [0.0, 1.0],
    }
}

fn union([a, b]: [f64; 2], [c, d]: [f64; 2]) -> [f64; 2] {
    [a.min(c), b.max(d)]
}

/// The least and the greatest of the finite numbers, less the given part of them at either end.
fn bulk(numbers: impl Iterator<Item = f64>, tail: f64) -> Option<[f64; 2]> {
    let mut sorted: Vec<f64> = numbers.filter(|number| number.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let tail = (tail * last as f64) as usize;
    Some([sorted[tail], sorted[last - tail]])
}

fn extremes(function: impl Fn(f64) -> f64, range: [f64; 2]) -> [f64; 2] {
    let values = sampled(function, range, 128)
        .into_iter()
        .map(|(_, value)| [value; 2]);
    values.reduce(union).unwrap_or([0.0, 1.0])
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
    const ON_SIGMOID: Loss = Loss::Lsgan {
        a: 0.0,
        b: 1.0,
        c: 1.0,
        sigmoid: true,
    };
    const ALL: [Loss; 4] = [Loss::Minimax, Loss::NonSaturating, ZERO_ONE, ON_SIGMOID];

    #[test]
    fn outputs_are_shown_where_the_losses_bend() {
        assert_eq!(output_range(&[Loss::Minimax], &[]), [-8.0, 8.0]);
        assert_eq!(output_range(&[ON_SIGMOID], &[]), [-8.0, 8.0]);
        assert_eq!(output_range(&[ZERO_ONE], &[]), [-1.0, 2.0]);
        assert_eq!(output_range(&ALL, &[]), [-8.0, 8.0]);
        assert_eq!(output_range(&[], &[]), [-8.0, 8.0]);
    }

    #[test]
    fn outputs_are_shown_where_the_samples_are_but_for_a_few() {
        let mut outputs = vec![19.0; 300];
        outputs[7] = 1e9;
        outputs[9] = f32::NAN;
        assert_eq!(output_range(&[Loss::Minimax], &outputs), [-10.0, 20.0]);
        assert_eq!(output_range(&[ZERO_ONE], &[-3.0; 9]), [-3.0, 2.0]);
    }

    #[test]
    fn cross_entropy_fills_the_axes_and_a_parabola_leaves_them() {
        let range = value_range(&ALL, [-8.0, 8.0], &[], 6);
        // log(1 - s) goes down to -8, -log s up to 8; a parabola up to 40.5.
        assert_eq!(range, [-10.0, 10.0]);
        assert_eq!(slope_range(&ALL, [-8.0, 8.0], &[], 6), [-2.0, 2.0]);
        assert_eq!(
            slope_range(&[Loss::Minimax], [-8.0, 8.0], &[], 6),
            [-1.0, 0.0]
        );
        // Near its labels a parabola alone is shown whole: 2 at y = -1, slopes from -2 to 1.
        assert_eq!(value_range(&[ZERO_ONE], [-1.0, 2.0], &[], 5), [0.0, 2.0]);
        assert_eq!(slope_range(&[ZERO_ONE], [-1.0, 2.0], &[], 4), [-2.0, 1.0]);
    }

    #[test]
    fn the_samples_of_the_run_widen_the_axes_but_for_a_few() {
        let mut own = vec![30.0; 100];
        own[0] = 1e12;
        assert_eq!(value_range(&ALL, [-8.0, 8.0], &own, 6), [-10.0, 30.0]);
        assert_eq!(slope_range(&ALL, [-8.0, 8.0], &[-7.0; 9], 6), [-8.0, 2.0]);
    }

    #[test]
    fn odd_numbers_still_give_ranges() {
        let far = Loss::Lsgan {
            a: 0.0,
            b: 1.0,
            c: 1e6,
            sigmoid: false,
        };
        for losses in [&[][..], &[far], &[Loss::Minimax, far]] {
            for outputs in [[-1.0, 1.0], [-1e9, 1e9], [0.0, 0.0]] {
                for own in [&[][..], &[f64::NAN], &[1e77], &[0.0]] {
                    for range in [
                        value_range(losses, outputs, own, 5),
                        slope_range(losses, outputs, own, 5),
                    ] {
                        assert!(
                            range[0] < range[1],
                            "{losses:?} {outputs:?} {own:?} {range:?}"
                        );
                    }
                }
            }
        }
    }
}
