//! How many seeds of each loss cover all modes, over the steps.

use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::WallView;
use crate::{
    picture::{
        chart::{self, ChartStyle, MetricChart, MetricCurve, ValueAxis},
        metric_history::MetricPoint,
        series::Series,
    },
    web::{
        app::{charts, panes::loss_name},
        page, style,
        text::Words,
    },
};

/// The share of a loss over the steps, 0 to 100.
pub(super) type Shares = Series<f32, 240>;

impl WallView {
    /// Notes the shares of the step at which the modes were counted.
    pub(super) fn note_shares(&mut self) {
        let Some(tally) = self.tally() else { return };
        self.shares.resize_with(tally.len(), Shares::default);
        for (series, share) in self.shares.iter_mut().zip(tally) {
            if share.of > 0 {
                series.push(self.step, 100.0 * share.share as f32);
            }
        }
    }

    /// Draws them, where there is room and something to draw.
    pub(super) fn draw_chart(&self, words: &Words, style: &ChartStyle) -> Result<(), JsValue> {
        let (Some(hung), Some(area)) = (&self.hung, page::hook::<Element>("chart", "wall")) else {
            return Ok(());
        };
        let Some(size) = charts::room(&area) else {
            return Ok(());
        };
        let losses = hung.wall.losses();
        let names: Vec<_> = losses
            .iter()
            .map(|loss| words.get(loss_name(*loss)))
            .collect();
        let curves = losses.iter().zip(&names).zip(&self.shares);
        let curves: Vec<_> = curves
            .map(|((loss, name), series)| {
                let (color, dash) = charts::look(*loss);
                let point = |(step, share): (u64, &f32)| MetricPoint {
                    step,
                    mean: f64::from(*share),
                    deviation: 0.0,
                };
                MetricCurve {
                    // Told apart by the bars above, which have the same lines.
                    name: if losses.len() > 1 { "" } else { name },
                    color: style::rgb(color),
                    dash,
                    points: series.points().map(point).collect(),
                }
            })
            .collect();
        let shown = MetricChart {
            name: &words.get("wall.chart"),
            value: &words.get("wall.chart_value"),
            step: &words.get("chart.step"),
            axis: ValueAxis::Linear([0.0, 100.0]),
            curves: &curves,
            floor: None,
            levels: &[],
        };
        charts::put(&area, &chart::metric(&shown, style, size))
    }
}
