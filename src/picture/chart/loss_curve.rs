//! The generator's losses over the discriminator's output y, with the samples on them: l(y) above
//! and l'(y) below, over one axis of y, as in the chapter's figures 2-10 and 2-11.
//!
//! The first curve is the run's own. Its samples stand on it where they are now: triangles where the
//! discriminator takes them for real (y above the boundary), diamonds where it does not. Where
//! |l'(y)| is below a threshold the plots are shaded: there the loss hardly moves a sample,
//! whatever the discriminator's gradient. What lies beyond a frame is drawn on its edge.
//!
//! The chart chooses its vertical axes; the range of y is the caller's, who knows whether an old
//! one will still do (see [`output_range`]).

mod function;
mod output_axis;
mod ranges;
mod samples;

pub use output_axis::OutputAxis;
pub use ranges::output_range;

use super::legend::{Entry, Sign, draw_entry, legend, row_count};
use super::letters::{LINE, draw_text, text_width};
use super::plot::{BELOW, Chart, Place, plot, room_on_the_left, room_on_the_right, size_in_em};
use super::strokes::{Dash, Shape, Stroke};
use super::svg::{UNITS_PER_PIXEL, render};
use super::ticked::Ticked;
use super::{Area, CURVE, ChartStyle, Drawn, HAIRLINE, pixels, rgb, stroke};
use crate::config::Loss;
use crate::gan::loss::{boundary, slope, value};
use crate::measure::flat_regions;
use function::{cut, sampled, simplified};
use plotters::prelude::*;
use ranges::{slope_range, value_range};
use samples::{draw_ring, draw_samples};
use std::convert::Infallible;

/// One loss and how its curve looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossCurve<'a> {
    /// Its name in the legend.
    pub name: &'a str,
    /// The loss.
    pub loss: Loss,
    /// Its colour, sRGB.
    pub color: [u8; 3],
    /// Its pattern, so that colour is not its only sign.
    pub dash: Dash,
}

/// What the chart shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossCurves<'a> {
    /// The losses; the first is the run's own, which carries the samples.
    pub curves: &'a [LossCurve<'a>],
    /// The discriminator's output on each generated sample.
    pub outputs: &'a [f32],
    /// The sample to point out, as an index into `outputs`.
    pub selected: Option<usize>,
    /// The run's own loss is flat where |l'(y)| is below this.
    pub threshold: f64,
    /// The outputs from the left edge to the right, rising.
    pub range: [f64; 2],
}

/// The texts of the chart, in the page's language. An entry of the legend whose text is empty is
/// left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LossCurveLabels<'a> {
    /// What a screen reader calls the chart.
    pub name: &'a str,
    /// The horizontal axis.
    pub output: &'a str,
    /// The upper plot.
    pub value: &'a str,
    /// The lower plot.
    pub slope: &'a str,
    /// The flat region, in the legend.
    pub flat: &'a str,
    /// Samples above the boundary, in the legend.
    pub above: &'a str,
    /// Samples on or below the boundary, in the legend.
    pub below: &'a str,
}

/// A drawn chart, and where its outputs are.
#[derive(Debug, Clone, PartialEq)]
pub struct LossCurveChart {
    /// The SVG element.
    pub svg: String,
    /// The horizontal axis, for pointers.
    pub outputs: OutputAxis,
}

/// The losses over the discriminator's output, as an SVG element of `size` CSS pixels (width,
/// height; taken as at least 240 x 200) with a `viewBox`, so that CSS can scale it.
pub fn loss_curves(
    shown: &LossCurves,
    style: &ChartStyle,
    labels: &LossCurveLabels,
    size: (u32, u32),
) -> LossCurveChart {
    let size = (size.0.max(240), size.1.max(200));
    let mut outputs = OutputAxis {
        pixels: [0.0, f64::from(size.0)],
        range: shown.range,
    };
    // Writing into a string cannot fail; were it to, no chart would be better than no page.
    let svg = render(size, labels.name, |backend| {
        let root = backend.into_drawing_area();
        outputs.pixels = draw_loss_curves(&root, shown, style, labels)?;
        root.present()
    })
    .unwrap_or_default();
    LossCurveChart { svg, outputs }
}

/// The width of the run's own curve in CSS pixels.
const OWN: f64 = 2.5;

/// The opacity of the flat region, and the least width at which it still shows, in CSS pixels.
const SHADE: f64 = 0.22;
const NARROWEST: f64 = 2.0;

/// The room between the two frames, in em: a line for the name of the lower one.
const BETWEEN: f64 = 1.1 * LINE;

/// The room that each tick needs, in em, along the axis of outputs and across it.
const EM_PER_OUTPUT: f64 = 4.0;
const EM_PER_TICK: f64 = 2.0;

/// The most ticks of a vertical axis.
const MOST_TICKS: usize = 6;

/// How far from a curve its drawing may be, in units.
const TOLERANCE: f64 = 0.7;

/// Draws everything and returns the left and the right edge of the frames in CSS pixels.
fn draw_loss_curves(
    root: &Area,
    shown: &LossCurves,
    style: &ChartStyle,
    labels: &LossCurveLabels,
) -> Result<[f64; 2], DrawingAreaErrorKind<Infallible>> {
    let [width, height] = size_in_em(root, style);
    // The number of ticks decides how wide their labels are, and the legend how many there may be:
    // the room for labels is taken as if there were many.
    let left = room_on_the_left(&vertical_axes(shown, MOST_TICKS));
    let entries = named(shown, style, labels, [left, width]);
    let top = LINE * (row_count(&entries).max(1) as f64 + 0.4);
    let each = ((height - top - BETWEEN - BELOW) / 2.0).max(1.0);
    let output_count = (width / EM_PER_OUTPUT).clamp(3.0, 11.0) as usize;
    let outputs = Ticked::new(shown.range, output_count);
    let axes = vertical_axes(shown, ((each / EM_PER_TICK) as usize).clamp(3, MOST_TICKS));

    let upper = Place {
        left,
        right: room_on_the_right(&outputs),
        top,
        bottom: height - top - each,
    };
    let lower = Place {
        top: top + each + BETWEEN,
        bottom: BELOW,
        ..upper
    };
    let [values, slopes] = axes;
    let upper = plot(root, upper, [outputs.clone(), values], None, style)?;
    let lower = plot(root, lower, [outputs, slopes], Some(labels.output), style)?;
    draw_text(root, labels.value, [left, 0.6 * LINE], style)?;
    draw_text(
        root,
        labels.slope,
        [left, top + each + 0.44 * BETWEEN],
        style,
    )?;
    entries
        .iter()
        .try_for_each(|entry| draw_entry(root, entry, style))?;

    draw_plot(root, &upper, shown, style, value)?;
    draw_zero(root, &lower, style)?;
    draw_plot(root, &lower, shown, style, slope)?;
    let (columns, _) = upper.plotting_area().get_pixel_range();
    Ok([columns.start, columns.end].map(|units| f64::from(units) / f64::from(UNITS_PER_PIXEL)))
}

/// The legend: the losses, what is shaded, and the two sides.
fn named<'a>(
    shown: &LossCurves<'a>,
    style: &ChartStyle,
    labels: &LossCurveLabels<'a>,
    [left, width]: [f64; 2],
) -> Vec<Entry<'a>> {
    let curves = shown.curves.iter().enumerate().map(|(index, curve)| {
        let sign = Sign::Line {
            color: rgb(curve.color),
            width: if index == 0 { OWN } else { CURVE },
            dash: curve.dash,
        };
        (sign, curve.name)
    });
    let others = [
        (Sign::Band(shade(style)), labels.flat),
        (
            Sign::Mark(Shape::Triangle, rgb(style.generator)),
            labels.above,
        ),
        (
            Sign::Mark(Shape::Diamond, rgb(style.generator)),
            labels.below,
        ),
    ];
    let after_the_name = left + text_width(labels.value) + 1.2;
    legend(curves.chain(others), after_the_name, width)
}

/// The axes of l(y) and of l'(y).
fn vertical_axes(shown: &LossCurves, tick_count: usize) -> [Ticked; 2] {
    let losses: Vec<Loss> = shown.curves.iter().map(|curve| curve.loss).collect();
    let at_samples = |function: fn(Loss, f64) -> f64| -> Vec<f64> {
        let own = losses.first();
        let outputs = shown.outputs.iter().map(|y| f64::from(*y));
        own.map_or_else(Vec::new, |own| outputs.map(|y| function(*own, y)).collect())
    };
    let values = value_range(&losses, shown.range, &at_samples(value), tick_count);
    let slopes = slope_range(&losses, shown.range, &at_samples(slope), tick_count);
    [values, slopes].map(|range| Ticked::new(range, tick_count))
}

fn shade(style: &ChartStyle) -> RGBAColor {
    rgb(style.axis).mix(SHADE)
}

/// The line of slope 0, where it lies inside the frame.
fn draw_zero(root: &Area, chart: &Chart, style: &ChartStyle) -> Drawn {
    let (outputs, slopes) = (chart.x_range(), chart.y_range());
    if !(slopes.start..=slopes.end).contains(&0.0) {
        return Ok(());
    }
    let ends =
        [outputs.start, outputs.end].map(|y| chart.plotting_area().map_coordinate(&(y, 0.0)));
    let line = stroke(rgb(style.axis), HAIRLINE);
    root.draw(&PathElement::new(ends.to_vec(), line))
}

/// One of the two plots: `function` is l or l'.
fn draw_plot(
    root: &Area,
    chart: &Chart,
    shown: &LossCurves,
    style: &ChartStyle,
    function: fn(Loss, f64) -> f64,
) -> Drawn {
    let Some(own) = shown.curves.first() else {
        return Ok(());
    };
    draw_flat_regions(root, chart, flat_regions(own.loss, shown.threshold), style)?;
    if let Some(y) = selected(shown) {
        draw_selected_line(root, chart, y, style)?;
    }
    for (index, curve) in shown.curves.iter().enumerate().rev() {
        let width = if index == 0 { OWN } else { CURVE };
        draw_curve(root, chart, curve, width, function)?;
    }
    let place = |y: f64| held(chart, y, function(own.loss, y));
    draw_samples(root, shown.outputs, boundary(own.loss), style, place)?;
    match selected(shown) {
        Some(y) => draw_ring(root, place(y), style),
        None => Ok(()),
    }
}

/// The output of the selected sample, where there is one.
fn selected(shown: &LossCurves) -> Option<f64> {
    let y = f64::from(*shown.outputs.get(shown.selected?)?);
    y.is_finite().then_some(y)
}

/// The place of a value in the frame, or on its edge.
fn held(chart: &Chart, y: f64, value: f64) -> (i32, i32) {
    let (outputs, values) = (chart.x_range(), chart.y_range());
    let inside = (
        y.clamp(outputs.start, outputs.end),
        value.clamp(values.start, values.end),
    );
    chart.plotting_area().map_coordinate(&inside)
}

fn draw_flat_regions(
    root: &Area,
    chart: &Chart,
    regions: Vec<[f64; 2]>,
    style: &ChartStyle,
) -> Drawn {
    let (columns, rows) = chart.plotting_area().get_pixel_range();
    let outputs = chart.x_range();
    for [low, high] in regions {
        if high < outputs.start || low > outputs.end {
            continue;
        }
        let [from, to] = [low, high].map(|y| held(chart, y, 0.0).0);
        // A region narrower than a line is drawn as one.
        let more = ((pixels(NARROWEST) - (to - from)) / 2).max(0);
        let corners = [
            ((from - more).max(columns.start), rows.start),
            ((to + more).min(columns.end), rows.end),
        ];
        root.draw(&Rectangle::new(corners, shade(style).filled()))?;
    }
    Ok(())
}

fn draw_selected_line(root: &Area, chart: &Chart, y: f64, style: &ChartStyle) -> Drawn {
    let (_, rows) = chart.plotting_area().get_pixel_range();
    let (column, _) = held(chart, y, 0.0);
    let line = stroke(rgb(style.text), HAIRLINE);
    root.draw(&PathElement::new(
        vec![(column, rows.start), (column, rows.end)],
        line,
    ))
}

fn draw_curve(
    root: &Area,
    chart: &Chart,
    curve: &LossCurve,
    width: f64,
    function: fn(Loss, f64) -> f64,
) -> Drawn {
    let (columns, _) = chart.plotting_area().get_pixel_range();
    let (outputs, values) = (chart.x_range(), chart.y_range());
    let steps = (columns.len() / UNITS_PER_PIXEL as usize).max(2);
    let whole = sampled(
        |y| function(curve.loss, y),
        [outputs.start, outputs.end],
        steps,
    );
    for part in cut(&whole, [values.start, values.end]) {
        let points: Vec<(i32, i32)> = part
            .iter()
            .map(|at| chart.plotting_area().map_coordinate(at))
            .collect();
        root.draw(&Stroke {
            points: simplified(&points, TOLERANCE),
            color: rgb(curve.color).mix(1.0),
            width,
            dash: curve.dash,
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
