//! How many seeds of each loss cover all modes, over the steps.

use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::WallView;
use crate::{
    config::TrainingConfig,
    export::csv,
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
    pub(super) fn draw_chart(
        &self,
        words: &Words,
        style: &ChartStyle,
        scale: f64,
    ) -> Result<(), JsValue> {
        let Some(area) = page::hook::<Element>("chart", "wall") else {
            return Ok(());
        };
        // Several losses are told apart by the bars above, which have the same lines.
        let named = |hung: &super::Hung| hung.wall.losses().len() == 1;
        let named = self.hung.as_ref().is_some_and(named);
        let drawn =
            charts::room(&area, scale).and_then(|size| self.chart(words, style, size, named));
        drawn.map_or(Ok(()), |svg| charts::put(&area, &svg))
    }

    /// The chart, once a wall has hung; with the losses' names, or without.
    pub(in crate::web::app) fn chart(
        &self,
        words: &Words,
        style: &ChartStyle,
        size: (u32, u32),
        named: bool,
    ) -> Option<String> {
        let hung = self.hung.as_ref()?;
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
                    name: if named { name } else { "" },
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
        Some(chart::metric(&shown, style, size))
    }

    /// What hangs: the first run, how many there are, and the step that all have made.
    pub(in crate::web::app) fn extent(&self) -> Option<(TrainingConfig, usize, u64)> {
        let wall = &self.hung.as_ref()?.wall;
        Some((wall.config(0), wall.members(), self.step))
    }

    /// What a file of the wall is called.
    pub(in crate::web::app) fn file_name(&self, ending: &str) -> String {
        let (seed, step) = self
            .extent()
            .map_or((0, 0), |(config, _, step)| (config.seed, step));
        format!("wall_seed{seed}_step{step}_{ending}")
    }

    /// How each run stands, as a table.
    pub(in crate::web::app) fn table(&self) -> Option<String> {
        let wall = &self.hung.as_ref()?.wall;
        let members = self.standing.iter().enumerate();
        let members = members.map(|(index, standing)| csv::Member {
            loss: wall.loss(index),
            seed: wall.seed(index),
            modes: standing.modes,
            lost: standing.lost,
        });
        Some(csv::wall(self.counted.unwrap_or(self.step), members))
    }
}
