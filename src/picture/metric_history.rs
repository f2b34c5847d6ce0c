//! The metrics of a run, however long: a [`Series`] of each.
//!
//! Metrics are measured at their own steps, some with every snapshot and some less often, so each has
//! points of its own. A metric that the run does not have, such as modes where the target is no mixture,
//! has none; one that is no number, as after a run diverged, has a point that is NaN.

use super::series::Series;
use crate::measure::{Metrics, Quality};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Number of modes covered.
    Modes,
    /// Share of samples of high quality, in percent.
    HighQuality,
    /// Reverse Kullback-Leibler divergence over the modes, in nats.
    ReverseKl,
    /// Sliced Wasserstein-1 distance.
    SlicedW1,
    /// Energy distance.
    Energy,
    /// Pearson chi-squared of p_d + p_g and 2 p_g, from 0 to 2.
    ChiSquared,
    /// Twice the loss that the optimal discriminator leaves the generator.
    TwoC,
    /// The discriminator's output on real samples, with its standard deviation.
    OutputReal,
    /// The discriminator's output on generated samples, with its standard deviation.
    OutputFake,
}

impl Metric {
    const COUNT: usize = Self::OutputFake as usize + 1;
}

/// A metric at one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetricPoint {
    /// The step after which it was measured.
    pub step: u64,
    /// The number, or the mean of many; NaN if it is none.
    pub mean: f64,
    /// The standard deviation of many; 0 for a single number.
    pub deviation: f64,
}

/// Metrics over steps, oldest first, at most [`MetricHistory::CAPACITY`] points each.
#[derive(Debug, Clone, Default)]
pub struct MetricHistory {
    /// Means and deviations.
    series: [Series<[f32; 2], { Self::CAPACITY }>; Metric::COUNT],
}

impl MetricHistory {
    /// The most points of a metric. Fewer than of losses: there are seven charts of them, some with
    /// bands around their curves.
    pub const CAPACITY: usize = 240;

    /// An empty history.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what a snapshot at `step` says. What it says again, at a step that is not later than the
    /// newest, is ignored; a run that starts again calls [`MetricHistory::clear`].
    pub fn push(&mut self, step: u64, metrics: &Metrics) {
        for (metric, spread) in [
            (Metric::OutputReal, metrics.output_real),
            (Metric::OutputFake, metrics.output_fake),
        ] {
            self.series[metric as usize].push(step, [spread.mean, spread.deviation]);
        }
        if let Some(quality) = &metrics.quality {
            self.push_quality(quality);
        }
    }

    fn push_quality(&mut self, quality: &Quality) {
        let step = quality.step;
        if let Some(modes) = quality.modes {
            self.push_number(Metric::Modes, step, modes.covered as f64);
            self.push_number(Metric::HighQuality, step, 100.0 * modes.hq);
            self.push_number(Metric::ReverseKl, step, modes.reverse_kl);
        }
        self.push_number(Metric::SlicedW1, step, quality.distances.sliced_w1);
        self.push_number(Metric::Energy, step, quality.distances.energy);
        if let Some(theory) = quality.theory {
            self.push_number(Metric::ChiSquared, step, theory.chi_squared);
            if let Some(two_c) = theory.two_c {
                self.push_number(Metric::TwoC, step, two_c);
            }
        }
    }

    fn push_number(&mut self, metric: Metric, step: u64, number: f64) {
        self.series[metric as usize].push(step, [number as f32, 0.0]);
    }

    /// Forgets what came after a step: the run goes on from there.
    pub fn forget_after(&mut self, step: u64) {
        let series = self.series.iter_mut();
        series.for_each(|series| series.forget_after(step));
    }

    /// Forgets everything: the run starts again.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The points of a metric, oldest first, ending with the newest one.
    pub fn points(&self, metric: Metric) -> impl Iterator<Item = MetricPoint> + '_ {
        self.series[metric as usize].points().map(point)
    }

    /// The point of a metric that was added last.
    pub fn newest(&self, metric: Metric) -> Option<MetricPoint> {
        self.series[metric as usize].newest().map(point)
    }
}

fn point((step, &[mean, deviation]): (u64, &[f32; 2])) -> MetricPoint {
    MetricPoint {
        step,
        mean: f64::from(mean),
        deviation: f64::from(deviation),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Distances, Divergence, ModeQuality, Spread};

    /// The metrics of a snapshot whose quality was measured at `measured`.
    fn metrics(measured: Option<u64>, modes: Option<ModeQuality>, sliced_w1: f64) -> Metrics {
        let spread = |mean, deviation| Spread { mean, deviation };
        Metrics {
            fake_mean: [0.0; 2],
            fake_deviation: [0.0; 2],
            output_real: spread(0.75, 0.25),
            output_fake: spread(0.5, 0.125),
            quality: measured.map(|step| Quality {
                step,
                modes,
                distances: Distances {
                    sliced_w1,
                    energy: 0.25,
                },
                theory: None,
            }),
            floor: None,
        }
    }

    const MODES: ModeQuality = ModeQuality {
        covered: 5,
        of: 8,
        hq: 0.875,
        reverse_kl: 0.5,
    };

    fn theory(two_c: Option<f64>) -> Divergence {
        Divergence {
            bandwidth: 0.05,
            chi_squared: 1.5,
            two_c,
            pearson: false,
        }
    }

    fn points(history: &MetricHistory, metric: Metric) -> Vec<(u64, f64, f64)> {
        let points = history.points(metric);
        points
            .map(|point| (point.step, point.mean, point.deviation))
            .collect()
    }

    #[test]
    fn numbers_stay_with_their_metrics_and_the_steps_at_which_they_were_measured() {
        let mut history = MetricHistory::new();
        let mut metrics = metrics(Some(4), Some(MODES), 0.125);
        metrics.quality.as_mut().unwrap().theory = Some(theory(Some(0.375)));
        history.push(7, &metrics);
        for (metric, expected) in [
            (Metric::Modes, (4, 5.0, 0.0)),
            (Metric::HighQuality, (4, 87.5, 0.0)),
            (Metric::ReverseKl, (4, 0.5, 0.0)),
            (Metric::SlicedW1, (4, 0.125, 0.0)),
            (Metric::Energy, (4, 0.25, 0.0)),
            (Metric::ChiSquared, (4, 1.5, 0.0)),
            (Metric::TwoC, (4, 0.375, 0.0)),
            (Metric::OutputReal, (7, 0.75, 0.25)),
            (Metric::OutputFake, (7, 0.5, 0.125)),
        ] {
            assert_eq!(points(&history, metric), [expected], "{metric:?}");
            assert_eq!(history.newest(metric).unwrap().mean, expected.1);
        }
        history.clear();
        assert!(history.newest(Metric::Energy).is_none());
    }

    #[test]
    fn a_measurement_that_later_snapshots_repeat_counts_once() {
        let mut history = MetricHistory::new();
        for (step, measured) in [(3, Some(3)), (5, Some(3)), (8, Some(8)), (9, None)] {
            history.push(step, &metrics(measured, None, 0.5));
        }
        assert_eq!(
            points(&history, Metric::SlicedW1),
            [(3, 0.5, 0.0), (8, 0.5, 0.0)]
        );
        assert_eq!(points(&history, Metric::OutputReal).len(), 4);
    }

    #[test]
    fn a_metric_that_the_run_lacks_has_no_points_and_one_that_is_no_number_is_kept() {
        let mut history = MetricHistory::new();
        let mut metrics = metrics(Some(1), None, f64::NAN);
        metrics.quality.as_mut().unwrap().theory = Some(theory(None));
        history.push(1, &metrics);
        for missing in [
            Metric::Modes,
            Metric::HighQuality,
            Metric::ReverseKl,
            Metric::TwoC,
        ] {
            assert!(history.points(missing).next().is_none(), "{missing:?}");
        }
        assert!(history.newest(Metric::SlicedW1).unwrap().mean.is_nan());
        assert!(history.newest(Metric::ChiSquared).is_some());
    }

    #[test]
    fn a_long_run_stays_bounded_and_whole() {
        let mut history = MetricHistory::new();
        for step in 0..100_000 {
            history.push(step, &metrics(Some(step), Some(MODES), step as f64));
        }
        for metric in [Metric::Modes, Metric::SlicedW1, Metric::OutputFake] {
            let found = points(&history, metric);
            let bounds = MetricHistory::CAPACITY / 2..=MetricHistory::CAPACITY;
            assert!(bounds.contains(&found.len()), "{}", found.len());
            assert_eq!([found[0].0, found[found.len() - 1].0], [0, 99_999]);
        }
    }
}
