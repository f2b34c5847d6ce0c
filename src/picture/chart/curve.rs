//! What charts over steps draw, as numbers: which range an axis covers, and the loss chart's curves
//! within it, their running means, and the points that carry a marker.
//!
//! A curve is a list of `(step, loss)` with rising steps, NaN where there is no loss to show.
//! Nothing here knows plotters, pixels or colours.

use crate::picture::axis::widened;
use crate::picture::history::LossPoint;

/// `(step, loss)` with the loss held within `range`, and NaN where it is not finite.
pub fn series(
    points: &[LossPoint],
    range: [f64; 2],
    loss: impl Fn(&LossPoint) -> f32,
) -> Vec<(f64, f64)> {
    points
        .iter()
        .map(|point| {
            let loss = f64::from(loss(point));
            let shown = if loss.is_finite() {
                loss.clamp(range[0], range[1])
            } else {
                f64::NAN
            };
            (point.step as f64, shown)
        })
        .collect()
}

/// The mean of each point and its neighbours up to `half` places to either side, as far as the
/// gaps on both sides leave them. It averages what is drawn: a spike counts up to the frame's edge.
pub fn running_mean(curve: &[(f64, f64)], half: usize) -> Vec<(f64, f64)> {
    let mut mean = Vec::with_capacity(curve.len());
    for run in curve.split_inclusive(|(_, loss)| loss.is_nan()) {
        let gap = run.last().is_some_and(|(_, loss)| loss.is_nan());
        let (losses, rest) = run.split_at(run.len() - usize::from(gap));
        mean.extend(losses.iter().enumerate().map(|(index, (step, _))| {
            let near = &losses[index.saturating_sub(half)..(index + half + 1).min(losses.len())];
            (
                *step,
                near.iter().map(|(_, loss)| loss).sum::<f64>() / near.len() as f64,
            )
        }));
        mean.extend(rest);
    }
    mean
}

/// The points of a curve that carry a marker: the first one at or after each of the `places`
/// (rising), and the last.
pub fn marked(curve: &[(f64, f64)], places: &[f64]) -> Vec<(f64, f64)> {
    let mut marked: Vec<(f64, f64)> = places
        .iter()
        .filter_map(|place| curve.get(curve.partition_point(|(step, _)| step < place)))
        .chain(curve.last())
        .filter(|(_, loss)| !loss.is_nan())
        .copied()
        .collect();
    marked.dedup();
    marked
}

/// How far beyond the bulk of the numbers an axis reaches at most, in spans of the bulk.
const REACH: f64 = 1.0;

/// The range of the finite numbers, or, where a hundredth at either end lies far out, of the bulk and
/// some room around it; none if none is finite.
pub fn bulk(numbers: impl IntoIterator<Item = f64>) -> Option<[f64; 2]> {
    let mut sorted: Vec<f64> = numbers.into_iter().filter(|x| x.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let [&lowest, &highest] = [sorted.first()?, sorted.last()?];
    let tail = sorted.len() / 100;
    let (low, high) = (sorted[tail], sorted[sorted.len() - 1 - tail]);
    let reach = if high > low {
        REACH * (high - low)
    } else {
        f64::INFINITY
    };
    Some([lowest.max(low - reach), highest.min(high + reach)])
}

/// The range of an axis, ending on ticks, that shows `range`: a single value in the middle, and 0 to 1
/// where there is nothing to show.
pub fn axis_range(range: Option<[f64; 2]>, tick_count: usize) -> [f64; 2] {
    match range {
        None => [0.0, 1.0],
        Some([low, high]) if low < high => widened([low, high], tick_count),
        Some([value, _]) => {
            let room = 0.5_f64.max(0.1 * value.abs());
            widened([value - room, value + room], tick_count)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss_range(points: &[LossPoint], tick_count: usize) -> [f64; 2] {
        let losses = points.iter().flat_map(|point| [point.loss_d, point.loss_g]);
        axis_range(bulk(losses.map(f64::from)), tick_count)
    }

    fn points(losses: impl IntoIterator<Item = (f32, f32)>) -> Vec<LossPoint> {
        let point = |((loss_d, loss_g), step)| LossPoint {
            step,
            loss_d,
            loss_g,
        };
        losses.into_iter().zip(0..).map(point).collect()
    }

    #[test]
    fn running_means_are_those_worked_by_hand_and_stop_at_gaps() {
        let curve: Vec<(f64, f64)> = [2.0, 4.0, 9.0, f64::NAN, 1.0, 5.0]
            .into_iter()
            .enumerate()
            .map(|(step, loss)| (step as f64, loss))
            .collect();
        let mean = running_mean(&curve, 1);
        assert_eq!(
            mean.iter().map(|(step, _)| *step).collect::<Vec<_>>(),
            [0., 1., 2., 3., 4., 5.]
        );
        let losses: Vec<f64> = mean.iter().map(|(_, loss)| *loss).collect();
        assert_eq!(losses[..3], [3.0, 5.0, 6.5]);
        assert!(losses[3].is_nan());
        assert_eq!(losses[4..], [3.0, 3.0]);
        assert_eq!(running_mean(&curve[..3], 0), curve[..3]);
    }

    #[test]
    fn a_few_extreme_losses_do_not_flatten_the_others() {
        let spiked = |k: usize| {
            if k % 300 == 7 {
                1e20
            } else {
                0.1 + 0.001 * (k % 100) as f32
            }
        };
        let calm = points((0..1500).map(|k| (spiked(k), 0.15)));
        let range = loss_range(&calm, 6);
        assert!(range[0] >= 0.0 && range[1] <= 0.4, "{range:?}");
        // The spikes themselves run along the upper edge.
        let held = series(&calm, range, |point| point.loss_d);
        assert_eq!(held[7].1, range[1]);
    }

    #[test]
    fn without_extremes_every_loss_is_in_range_and_the_ends_are_ticks() {
        let run = points((0..300).map(|k| (0.003 * k as f32, -0.2)));
        let range = loss_range(&run, 6);
        assert_eq!(range, [-0.5, 1.0]);
        assert_eq!(loss_range(&[], 6), [0.0, 1.0]);
        assert_eq!(loss_range(&points([(0.5, 0.5)]), 6), [0.0, 1.0]);
    }

    #[test]
    fn a_lone_loss_of_any_size_stands_inside_its_range() {
        for loss in [0.0, -3.0, 1e20, f32::MAX] {
            let [low, high] = loss_range(&points([(loss, f32::NAN)]), 6);
            assert!(
                low < f64::from(loss) && f64::from(loss) < high,
                "{low} {loss} {high}"
            );
        }
    }

    #[test]
    fn losses_that_are_not_finite_are_missing() {
        let run = points([
            (f32::NAN, 0.1),
            (f32::INFINITY, 0.2),
            (f32::NEG_INFINITY, 0.3),
        ]);
        assert!(
            series(&run, [0.0, 1.0], |point| point.loss_d)
                .iter()
                .all(|(_, loss)| loss.is_nan())
        );
        let [low, high] = loss_range(&run, 6);
        assert!(
            low <= 0.1 && 0.3 <= high && high - low < 0.3,
            "{low} {high}"
        );
    }

    #[test]
    fn markers_stand_at_the_first_points_from_the_ticks_on_and_at_the_end() {
        let curve = [
            (0.0, 1.0),
            (3.0, 2.0),
            (6.0, f64::NAN),
            (9.0, 4.0),
            (11.0, 5.0),
        ];
        assert_eq!(
            marked(&curve, &[0.0, 1.0, 2.0, 5.0, 8.0, 50.0]),
            [(0.0, 1.0), (3.0, 2.0), (9.0, 4.0), (11.0, 5.0)]
        );
        assert!(marked(&[], &[0.0]).is_empty());
    }
}
