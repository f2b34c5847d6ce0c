//! The chosen metric over the steps: of one run, or of all panes side by side.

use super::{State, metrics::percent, pane::Pane};
use crate::{
    config::Loss,
    gan::loss,
    measure::{Band, NoiseFloor, perfect_hq},
    picture::{
        chart::{self, Dash, Floor, Level, MetricChart, MetricCurve, ValueAxis},
        metric_history::Metric as Measure,
    },
    scene::Metric,
    web::style,
};

/// The colours of several panes' curves in the style sheet, in the panes' order.
const PANE_COLORS: [&str; 4] = [
    "--chart-d",
    "--chart-g",
    "--loss-minimax",
    "--loss-lsgan-sigmoid",
];

impl State {
    /// The chart of the chosen metric.
    pub(super) fn metric_chart(&self, size: (u32, u32)) -> Option<String> {
        let pane = self.focused()?;
        let snapshot = pane.snapshot.as_ref()?;
        let metrics = &snapshot.metrics;
        let modes = metrics.quality.as_ref().and_then(|quality| quality.modes);
        let words = &self.words;
        let floor = |band: fn(&NoiseFloor) -> Band| metrics.floor.as_ref().map(band);
        let zero_to = |high: f64| ValueAxis::Linear([0.0, high]);

        // What is drawn, the name of its values, its axis, a perfect sampler's band and levels.
        let (measures, value, axis, band): (&[(Measure, &str)], _, _, _) =
            match self.scene.look.metric {
                Metric::Modes => {
                    let of = modes.map_or(1, |modes| modes.of);
                    (
                        &[(Measure::Modes, "metric.modes")],
                        "metric.modes",
                        ValueAxis::Counts(of),
                        None,
                    )
                }
                Metric::Hq => (
                    &[(Measure::HighQuality, "metric.hq")],
                    "metric.hq_percent",
                    zero_to(100.0),
                    None,
                ),
                Metric::ReverseKl => (
                    &[(Measure::ReverseKl, "metric.reverse_kl")],
                    "metric.reverse_kl",
                    zero_to(0.1),
                    None,
                ),
                Metric::SlicedW1 => (
                    &[(Measure::SlicedW1, "metric.sliced_w1")],
                    "metric.sliced_w1",
                    ValueAxis::Logarithmic,
                    floor(|floor| floor.sliced_w1),
                ),
                Metric::Energy => (
                    &[(Measure::Energy, "metric.energy")],
                    "metric.energy",
                    ValueAxis::Logarithmic,
                    floor(|floor| floor.energy),
                ),
                Metric::Divergence => (
                    &[
                        (Measure::ChiSquared, "metric.chi_squared"),
                        (Measure::TwoC, "metric.two_c"),
                    ],
                    "metric.divergence",
                    zero_to(2.0),
                    metrics.floor.as_ref().and_then(|floor| floor.chi_squared),
                ),
                Metric::Outputs => (
                    &[
                        (Measure::OutputReal, "metric.output_real"),
                        (Measure::OutputFake, "metric.output_fake"),
                    ],
                    "metric.outputs",
                    ValueAxis::Linear(label_range(pane.config.loss)),
                    None,
                ),
            };
        let levels = self.metric_levels(pane.config.loss);
        let levels: Vec<_> = levels
            .iter()
            .map(|(value, name)| Level {
                value: *value,
                name,
            })
            .collect();
        let floor_name = words.get("metric.floor");
        let names = self.curve_names(measures);
        Some(chart::metric(
            &MetricChart {
                name: &words.get("metrics.chart"),
                value: &words.get(value),
                step: &words.get("chart.step"),
                axis,
                curves: &self.metric_curves(measures, &names),
                floor: band.map(|band| Floor {
                    band,
                    name: &floor_name,
                }),
                levels: &levels,
            },
            &self.chart_style(),
            size,
        ))
    }

    /// The panes whose curves are drawn: all, unless each would need a band of its own.
    fn charted(&self) -> Vec<&Pane> {
        if self.scene.look.metric == Metric::Outputs {
            self.focused().into_iter().collect()
        } else {
            self.panes.iter().collect()
        }
    }

    /// Names for the legend: of the panes, or of the metrics where there are two; one curve needs none.
    fn curve_names(&self, measures: &[(Measure, &str)]) -> Vec<String> {
        match (self.charted().len(), measures) {
            (1, [_]) => vec![String::new()],
            (1, measures) => measures
                .iter()
                .map(|(_, key)| self.words.get(key))
                .collect(),
            _ => self.panes.iter().map(|pane| self.pane_name(pane)).collect(),
        }
    }

    fn metric_curves<'a>(
        &self,
        measures: &[(Measure, &str)],
        names: &'a [String],
    ) -> Vec<MetricCurve<'a>> {
        let charted = self.charted();
        let drawn: Vec<_> = if charted.len() == 1 {
            measures
                .iter()
                .map(|(measure, _)| (charted[0], *measure))
                .collect()
        } else {
            charted
                .into_iter()
                .map(|pane| (pane, measures[0].0))
                .collect()
        };
        drawn
            .into_iter()
            .zip(names)
            .enumerate()
            .map(|(index, ((pane, measure), name))| MetricCurve {
                name,
                color: style::rgb(PANE_COLORS[index % PANE_COLORS.len()]),
                dash: Dash::ALL[index % Dash::ALL.len()],
                points: pane.metrics.points(measure).collect(),
            })
            .collect()
    }

    /// Values worth knowing beside the curve.
    fn metric_levels(&self, loss: Loss) -> Vec<(f64, String)> {
        let number = |value: f64| self.words.significant(value);
        match self.scene.look.metric {
            Metric::Hq => vec![(100.0 * perfect_hq(), percent(perfect_hq(), &self.words))],
            Metric::Divergence => vec![
                (0.0, self.words.get("metric.equal")),
                (2.0, self.words.get("metric.disjoint")),
            ],
            Metric::Outputs => match loss::labels(loss) {
                Some([a, b, _]) => vec![
                    (a, format!("a = {}", number(a))),
                    (b, format!("b = {}", number(b))),
                ],
                None => vec![(0.0, number(0.0))],
            },
            _ => Vec::new(),
        }
    }
}

/// The outputs that an axis holds at least.
fn label_range(loss: Loss) -> [f64; 2] {
    match loss::labels(loss) {
        Some([a, b, _]) => [a.min(b), a.max(b)],
        None => [-1.0, 1.0],
    }
}
