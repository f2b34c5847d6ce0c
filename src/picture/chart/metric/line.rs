//! A metric's points as lines: held within the axis, as stairs, and with a band around them.
//!
//! A line is a list of `(step, value)` with rising steps, NaN where there is no value. Nothing here
//! knows plotters, pixels or colours.

use crate::picture::metric_history::MetricPoint;

/// `(step, mean)` with the mean held within the range, and NaN where it is not finite.
pub fn line(points: &[MetricPoint], range: [f64; 2]) -> Vec<(f64, f64)> {
    let held = |value: f64| {
        if value.is_finite() {
            value.clamp(range[0], range[1])
        } else {
            f64::NAN
        }
    };
    points
        .iter()
        .map(|point| (point.step as f64, held(point.mean)))
        .collect()
}

/// A line that keeps its value until the next one is measured.
pub fn stairs(line: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut stairs: Vec<(f64, f64)> = Vec::with_capacity(2 * line.len());
    for (step, value) in line {
        if let Some((_, before)) = stairs.last().filter(|(_, before)| before != value)
            && !(before.is_nan() || value.is_nan())
        {
            stairs.push((*step, *before));
        }
        stairs.push((*step, *value));
    }
    stairs
}

/// The edges, upper and lower, of the band a deviation to either side of the mean, for each run of
/// points without a gap. None where no point has a deviation.
pub fn bands(points: &[MetricPoint], range: [f64; 2]) -> Vec<[Vec<(f64, f64)>; 2]> {
    let is_known = |point: &MetricPoint| point.mean.is_finite() && point.deviation.is_finite();
    points
        .split(|point| !is_known(point))
        .filter(|run| run.len() > 1 && run.iter().any(|point| point.deviation > 0.0))
        .map(|run| {
            [1.0, -1.0].map(|side| {
                let edge = run.iter().map(|point| {
                    let value = point.mean + side * point.deviation;
                    (point.step as f64, value.clamp(range[0], range[1]))
                });
                edge.collect()
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[(f64, f64)]) -> Vec<MetricPoint> {
        let point = |(&(mean, deviation), step)| MetricPoint {
            step,
            mean,
            deviation,
        };
        values.iter().zip(0..).map(point).collect()
    }

    #[test]
    fn values_are_held_within_the_axis_and_missing_where_they_are_not_finite() {
        let values = [(0.5, 0.0), (9.0, 0.0), (-1.0, 0.0), (f64::INFINITY, 0.0)];
        let found = line(&points(&values), [0.0, 1.0]);
        assert_eq!(found[..3], [(0.0, 0.5), (1.0, 1.0), (2.0, 0.0)]);
        assert!(found[3].1.is_nan());
    }

    #[test]
    fn stairs_rise_where_the_next_value_was_measured_and_not_across_gaps() {
        let nan = f64::NAN;
        let line = [
            (0.0, 1.0),
            (2.0, 3.0),
            (5.0, 3.0),
            (6.0, nan),
            (8.0, 2.0),
            (9.0, 1.0),
        ];
        let found = stairs(&line);
        assert_eq!(found[..4], [(0.0, 1.0), (2.0, 1.0), (2.0, 3.0), (5.0, 3.0)]);
        assert!(found[4].0 == 6.0 && found[4].1.is_nan());
        assert_eq!(found[5..], [(8.0, 2.0), (9.0, 2.0), (9.0, 1.0)]);
        assert!(stairs(&[]).is_empty());
    }

    #[test]
    fn bands_are_a_deviation_to_either_side_and_stop_at_gaps() {
        let run = points(&[
            (0.5, 0.25),
            (0.5, 0.0),
            (f64::NAN, 0.1),
            (0.25, 0.5),
            (0.0, 0.125),
        ]);
        let found = bands(&run, [0.0, 1.0]);
        assert_eq!(
            found,
            [
                [vec![(0.0, 0.75), (1.0, 0.5)], vec![(0.0, 0.25), (1.0, 0.5)]],
                [
                    vec![(3.0, 0.75), (4.0, 0.125)],
                    vec![(3.0, 0.0), (4.0, 0.0)]
                ],
            ]
        );
        assert!(bands(&points(&[(0.5, 0.0), (0.25, 0.0)]), [0.0, 1.0]).is_empty());
    }
}
