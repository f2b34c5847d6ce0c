//! The rail's charts and their numbers: the losses over the steps, the loss over y with the samples
//! on it, the gradient norms. Only the one in view is drawn.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Element, PointerEvent};

use super::{App, State, pane::Pane, selection::short_name};
use crate::{
    config::Loss,
    gan::loss,
    measure::{Snapshot, share_in_flat_region, share_of_weak_forces},
    picture::chart::{
        self, ChartLabels, ChartStyle, Dash, GradientNormLabels, LossCurve, LossCurveLabels,
        LossCurves,
    },
    scene::{Curves, Panel},
    web::{page, style, text::Sentence},
};

/// How near a pointer must come to a sample's mark in a chart, in CSS pixels.
const REACH: f64 = 16.0;
/// The usual size of type, in CSS pixels.
const EM: f64 = 16.0;

/// A chart of this height, in CSS pixels, has room for all of its legend.
const ROOMY: u32 = 320;

/// The look of a loss's curve: its colour in the style sheet, its pattern.
pub(super) fn look(loss: Loss) -> (&'static str, Dash) {
    match loss {
        Loss::Minimax => ("--loss-minimax", Dash::Dotted),
        Loss::NonSaturating => ("--loss-non-saturating", Dash::Dashed),
        Loss::Lsgan { sigmoid: false, .. } => ("--loss-lsgan", Dash::Solid),
        Loss::Lsgan { sigmoid: true, .. } => ("--loss-lsgan-sigmoid", Dash::DashDotted),
    }
}

/// Width and height of a chart's place in the chart's own pixels, each so many of the page's; where there is
/// enough of both.
pub(super) fn room(area: &Element, scale: f64) -> Option<(u32, u32)> {
    let side = |pixels: i32| (f64::from(pixels.max(0)) / scale) as u32;
    let size = (side(area.client_width()), side(area.client_height()));
    (size.0 >= 40 && size.1 >= 40).then_some(size)
}

/// Puts a drawing into its place.
///
/// # Errors
/// What the browser says if it does not take it.
pub(super) fn put(area: &Element, svg: &str) -> Result<(), JsValue> {
    let parsed =
        web_sys::DomParser::new()?.parse_from_string(svg, web_sys::SupportedType::ImageSvgXml)?;
    let drawing = parsed.document_element().ok_or("the chart is empty")?;
    area.replace_children_with_node_1(&page::document().import_node_with_deep(&drawing, true)?);
    Ok(())
}

impl App {
    /// The chart of the loss was clicked or tapped: the sample whose mark is there gets selected.
    pub fn choose_in_chart(self: &Rc<Self>, chart: &Element, event: &PointerEvent) {
        let pixel = f64::from(event.client_x()) - chart.get_bounding_client_rect().x();
        let found = {
            let state = self.state.borrow();
            let snapshot = state.focused().and_then(|pane| pane.snapshot.as_ref());
            let axis = state.output_axis;
            let pixel = pixel / state.chart_scale();
            axis.zip(snapshot)
                .and_then(|(axis, snapshot)| axis.nearest(&snapshot.outputs, pixel, REACH))
        };
        self.choose(found);
    }
}

impl State {
    /// Draws the chart in view.
    pub(super) fn draw_chart(&mut self) -> Result<(), JsValue> {
        let name = match self.scene.look.panel {
            Panel::History => "loss",
            Panel::Curve => "curve",
            Panel::Gradients => "gradients",
            Panel::Metrics => "metric",
            Panel::Sample => return Ok(()),
        };
        let Some(area) = page::hook::<Element>("chart", name) else {
            return Ok(());
        };
        let Some(size) = room(&area, self.chart_scale()) else {
            return Ok(());
        };
        let Some(svg) = (match self.scene.look.panel {
            Panel::Curve => self.curve_chart(size),
            Panel::Gradients => self.gradient_chart(size),
            Panel::Metrics => self.metric_chart(size),
            Panel::History | Panel::Sample => self.loss_chart(size),
        }) else {
            return Ok(());
        };
        put(&area, &svg)
    }

    /// Charts are drawn for a page of the usual type and enlarged with it, lest their lines grow thin on a
    /// large screen.
    pub(super) fn chart_scale(&self) -> f64 {
        self.style.em / EM
    }

    pub(super) fn chart_style(&self) -> ChartStyle {
        ChartStyle {
            background: style::rgb("--chart-paper"),
            text: style::rgb("--chart-ink"),
            axis: style::rgb("--chart-ink"),
            grid: style::rgb("--chart-grid"),
            discriminator: style::rgb("--chart-d"),
            generator: style::rgb("--chart-g"),
            em: 0.75 * EM,
            mark: self.marked_step(),
            numerals: self.words.numerals(),
        }
    }

    pub(super) fn loss_chart(&self, size: (u32, u32)) -> Option<String> {
        let labels = ChartLabels {
            name: &self.words.get("chart.loss_title"),
            discriminator: &self.words.get("chart.loss_d"),
            generator: &self.words.get("chart.loss_g"),
            step: &self.words.get("chart.step"),
            loss: &self.words.get("chart.loss"),
        };
        let pane = self.focused()?;
        Some(chart::losses(
            &pane.history,
            &self.chart_style(),
            &labels,
            size,
        ))
    }

    pub(super) fn gradient_chart(&self, size: (u32, u32)) -> Option<String> {
        let pane = self.focused()?;
        self.show_weak_forces(pane);
        let labels = GradientNormLabels {
            name: &self.words.get("chart.gradients_title"),
            discriminator: &self.words.get("chart.norms_d"),
            generator: &self.words.get("chart.norms_g"),
            step: &self.words.get("chart.step"),
        };
        let style = self.chart_style();
        Some(chart::gradient_norms(&pane.norms, &style, &labels, size))
    }

    /// The share of samples whose force is next to nothing, by side.
    fn show_weak_forces(&self, pane: &Pane) {
        let Some(snapshot) = &pane.snapshot else {
            return;
        };
        let (outputs, forces) = (&snapshot.outputs, &snapshot.forces);
        let threshold = self.scene.look.threshold;
        let share = share_of_weak_forces(pane.config.loss, threshold, outputs, forces);
        page::show("flat_above", &self.words.percent(share.above));
        page::show("flat_below", &self.words.percent(share.below));
    }

    pub(super) fn curve_chart(&mut self, size: (u32, u32)) -> Option<String> {
        let pane = self.panes.get(self.focus)?;
        let snapshot = pane.snapshot.as_ref()?;
        let losses = self.compared_losses(pane.config.loss);
        let names: Vec<_> = losses.iter().map(|loss| self.curve_name(*loss)).collect();
        let curves: Vec<_> = losses
            .iter()
            .zip(&names)
            .map(|(loss, name)| {
                let (color, dash) = look(*loss);
                LossCurve {
                    name,
                    loss: *loss,
                    color: style::rgb(color),
                    dash,
                }
            })
            .collect();
        let range = steady_range(self.output_axis.map(|axis| axis.range), &losses, snapshot);
        let threshold = self.scene.look.threshold;
        let shown = LossCurves {
            curves: &curves,
            outputs: &snapshot.outputs,
            selected: self.pointed.sample(),
            threshold,
            range,
        };
        let limit = Sentence::new("chart.flat", [("limit", self.words.significant(threshold))]);
        let labels = LossCurveLabels {
            name: &self.words.get("chart.curve_title"),
            output: &self.words.get("chart.output"),
            value: &self.words.get("chart.value"),
            slope: &self.words.get("chart.slope"),
            flat: &self.words.say(&limit),
            // Where there is little room, the picture's own legend has to do.
            above: &if size.1 < ROOMY {
                String::new()
            } else {
                self.words.get("chart.above")
            },
            below: &if size.1 < ROOMY {
                String::new()
            } else {
                self.words.get("chart.below")
            },
        };
        let drawn = chart::loss_curves(&shown, &self.chart_style(), &labels, size);
        let share = share_in_flat_region(pane.config.loss, threshold, &snapshot.outputs);
        page::show("flat_share", &self.words.percent(share.all));
        self.output_axis = Some(drawn.outputs);
        Some(drawn.svg)
    }

    /// The losses whose curves are drawn, this pane's first: all four, or those of the panes.
    fn compared_losses(&self, own: Loss) -> Vec<Loss> {
        let others = match self.scene.look.curves {
            Curves::All => loss::four(own).to_vec(),
            Curves::Own => self.panes.iter().map(|pane| pane.config.loss).collect(),
        };
        let mut losses = vec![own];
        for loss in others {
            if !losses.contains(&loss) {
                losses.push(loss);
            }
        }
        losses
    }

    fn curve_name(&self, loss: Loss) -> String {
        let name = self.words.get(&format!("loss.short.{}", short_name(loss)));
        match loss {
            Loss::Lsgan { c, .. } => format!("{name}, c = {c}"),
            Loss::NonSaturating | Loss::Minimax => name,
        }
    }
}

/// The range of outputs to show: the one before as long as it will do, so that the chart holds still.
fn steady_range(before: Option<[f64; 2]>, losses: &[Loss], snapshot: &Snapshot) -> [f64; 2] {
    let wanted = chart::output_range(losses, &snapshot.outputs);
    let width = wanted[1] - wanted[0];
    match before {
        Some([low, high]) if low <= wanted[0] && high >= wanted[1] && high - low <= 1.6 * width => {
            [low, high]
        }
        // A little more than is needed now, so that it will do for a while.
        _ => [wanted[0] - 0.1 * width, wanted[1] + 0.1 * width],
    }
}
