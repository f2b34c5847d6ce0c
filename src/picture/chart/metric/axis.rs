//! Which values the axis of a metric covers.

use super::{MetricChart, MetricCurve};
use crate::picture::axis::logarithmic::widened;
use crate::picture::chart::curve::{axis_range, bulk};
use crate::picture::chart::ticked::Ticked;

/// The vertical axis of a metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueAxis {
    /// Whole numbers from 0 to this one; curves are stairs.
    Counts(usize),
    /// At least from the first of these values to the second, and on to where the curves with their bands,
    /// the noise floor and the levels reach, but for a few extremes of the curves.
    Linear([f64; 2]),
    /// From the least to the greatest value of the curves and the noise floor, but for a few extremes,
    /// each power of ten taking the same room. A value that is not above 0 runs along the lower edge.
    Logarithmic,
}

/// The most decades of a logarithmic axis; more, as when a run diverges, are cut off above.
const MOST_DECADES: f64 = 8.0;

/// A linear axis ends where a tick would be if there were at most so many: the same values in a small
/// chart as in a large one.
const FINEST: usize = 7;

/// The axis with at most `tick_count` ticks, 3 or more.
pub fn vertical_axis(shown: &MetricChart, tick_count: usize) -> Ticked {
    match shown.axis {
        ValueAxis::Counts(most) => {
            let most = most.max(1);
            Ticked::new([0.0, most as f64], tick_count.min(most + 1))
        }
        ValueAxis::Linear(least) => {
            let levels = shown.levels.iter().map(|level| level.value);
            let fixed = spanned(least.into_iter().chain(levels).chain(floor(shown)));
            let lines = shown.curves.iter().flat_map(|curve| extent(curve, 0.0));
            let bands = shown.banded().iter().flat_map(|curve| extent(curve, 1.0));
            let curves = bulk(lines.chain(bands));
            let range = fixed.into_iter().chain(curves).reduce(union);
            Ticked::new(axis_range(range, FINEST), tick_count)
        }
        ValueAxis::Logarithmic => Ticked::logarithmic(logarithmic_range(shown), tick_count),
    }
}

fn logarithmic_range(shown: &MetricChart) -> [f64; 2] {
    let points = shown.curves.iter().flat_map(|curve| &curve.points);
    let values = points
        .map(|point| point.mean)
        .filter(|value| value.is_finite());
    let (above, others): (Vec<f64>, Vec<f64>) = values.partition(|value| *value > 0.0);
    // The bulk of the logarithms, in which the curves are drawn.
    let curves = bulk(above.into_iter().map(f64::ln)).map(|range| range.map(f64::exp));
    let floor = spanned(floor(shown).filter(|value| *value > 0.0));
    let Some([low, high]) = floor.into_iter().chain(curves).reduce(union) else {
        return [0.01, 1.0];
    };
    // One decade more, so that zeros along the lower edge are not taken for the least value.
    let low = if others.is_empty() { low } else { low / 10.0 };
    widened([low, high.min(low * 10_f64.powf(MOST_DECADES))])
}

fn floor(shown: &MetricChart) -> impl Iterator<Item = f64> {
    let bands = shown.floor.into_iter().map(|floor| floor.band);
    bands.flat_map(|band| [band.low, band.mean, band.high])
}

/// The values so many deviations to either side of a curve.
fn extent(curve: &MetricCurve, deviations: f64) -> impl Iterator<Item = f64> {
    curve.points.iter().flat_map(move |point| {
        let aside = deviations * point.deviation;
        [point.mean - aside, point.mean + aside]
    })
}

/// From the least to the greatest of the finite values.
fn spanned(values: impl Iterator<Item = f64>) -> Option<[f64; 2]> {
    let finite = values.filter(|value| value.is_finite());
    finite.map(|value| [value; 2]).reduce(union)
}

fn union([a, b]: [f64; 2], [c, d]: [f64; 2]) -> [f64; 2] {
    [a.min(c), b.max(d)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Band;
    use crate::picture::chart::{Dash, Floor, Level};
    use crate::picture::metric_history::MetricPoint;
    use plotters::coord::ranged1d::Ranged;

    fn curve(values: impl IntoIterator<Item = (f64, f64)>) -> MetricCurve<'static> {
        let point = |((mean, deviation), step)| MetricPoint {
            step,
            mean,
            deviation,
        };
        MetricCurve {
            name: "",
            color: [0; 3],
            dash: Dash::Solid,
            points: values.into_iter().zip(0..).map(point).collect(),
        }
    }

    fn chart<'a>(axis: ValueAxis, curves: &'a [MetricCurve<'a>]) -> MetricChart<'a> {
        MetricChart {
            name: "",
            value: "",
            step: "",
            axis,
            curves,
            floor: None,
            levels: &[],
        }
    }

    fn floor(low: f64, mean: f64, high: f64) -> Option<Floor<'static>> {
        let band = Band { mean, low, high };
        Some(Floor { band, name: "" })
    }

    #[track_caller]
    fn assert_range(chart: &MetricChart, expected: [f64; 2]) {
        for tick_count in [3, 4, 7] {
            let range = vertical_axis(chart, tick_count).range();
            assert_eq!([range.start, range.end], expected);
        }
    }

    fn labels(chart: &MetricChart, tick_count: usize) -> Vec<String> {
        let axis = vertical_axis(chart, tick_count);
        axis.ticks().iter().map(|tick| tick.label.clone()).collect()
    }

    #[test]
    fn counts_have_whole_numbers_only_from_none_to_all() {
        for most in 0..40 {
            let chart = chart(ValueAxis::Counts(most), &[]);
            assert_range(&chart, [0.0, most.max(1) as f64]);
            for tick_count in 3..8 {
                let labels = labels(&chart, tick_count);
                assert!(labels.len() >= 2 && labels[0] == "0", "{most}: {labels:?}");
                assert!(labels.iter().all(|label| label.parse::<usize>().is_ok()));
            }
        }
        assert_eq!(
            labels(&chart(ValueAxis::Counts(2), &[]), 7),
            ["0", "1", "2"]
        );
    }

    #[test]
    fn a_linear_axis_holds_its_own_range_and_whatever_lies_beyond() {
        let axis = ValueAxis::Linear([0.0, 2.0]);
        let within = [curve([(0.25, 0.0), (1.5, 0.0), (f64::NAN, 0.0)])];
        assert_range(&chart(axis, &within), [0.0, 2.0]);
        let beyond = [curve([(2.75, 0.0)])];
        assert_range(&chart(axis, &beyond), [0.0, 3.0]);
        let level = Level {
            value: -1.0,
            name: "",
        };
        let with_level = MetricChart {
            levels: &[level],
            floor: floor(0.5, 3.5, 4.0),
            ..chart(axis, &within)
        };
        assert_range(&with_level, [-1.0, 4.0]);
    }

    #[test]
    fn bands_widen_a_linear_axis_where_they_are_drawn() {
        let axis = ValueAxis::Linear([0.0, 1.0]);
        let banded = || curve([(0.5, 1.0), (0.5, f64::NAN)]);
        assert_range(&chart(axis, &[banded(), banded()]), [-0.5, 1.5]);
        assert_range(&chart(axis, &[banded(), banded(), banded()]), [0.0, 1.0]);
    }

    #[test]
    fn a_few_extremes_do_not_flatten_the_rest() {
        let spiked = |k: usize| {
            if k % 150 == 7 {
                1e20
            } else {
                0.01 * (k % 100) as f64
            }
        };
        let curves = [curve((0..300).map(|k| (spiked(k), 0.0)))];
        assert_range(&chart(ValueAxis::Linear([0.0, 1.0]), &curves), [0.0, 2.0]);
        let curves = [curve((0..300).map(|k| (1.0 + spiked(k), 0.0)))];
        assert_range(&chart(ValueAxis::Logarithmic, &curves), [1.0, 10.0]);
    }

    #[test]
    fn a_logarithmic_axis_reaches_from_the_least_value_or_the_floor_to_the_greatest() {
        let curves = [curve([(1.3, 0.0), (0.06, 0.0)])];
        let alone = chart(ValueAxis::Logarithmic, &curves);
        assert_range(&alone, [0.05, 2.0]);
        let with_floor = MetricChart {
            floor: floor(0.012, 0.015, 0.02),
            ..alone
        };
        assert_range(&with_floor, [0.01, 2.0]);
        assert_eq!(labels(&with_floor, 4), ["0.01", "0.1", "1"]);
        assert_range(&chart(ValueAxis::Logarithmic, &[]), [0.01, 1.0]);
    }

    #[test]
    fn zeros_have_a_decade_of_their_own_and_what_diverges_is_cut_off() {
        let curves = [curve([(0.5, 0.0), (0.02, 0.0), (0.0, 0.0), (-1.0, 0.0)])];
        assert_range(&chart(ValueAxis::Logarithmic, &curves), [0.002, 0.5]);
        let curves = [curve([(0.5, 0.0), (0.1, 0.0), (1e30, 0.0)])];
        assert_range(&chart(ValueAxis::Logarithmic, &curves), [0.1, 1e7]);
        let curves = [curve([(0.0, 0.0), (f64::NAN, 0.0)])];
        assert_range(&chart(ValueAxis::Logarithmic, &curves), [0.01, 1.0]);
    }
}
