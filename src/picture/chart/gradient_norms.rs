//! The norm of the gradient of each layer over the steps of a run, on a logarithmic axis: the
//! discriminator's layers above, the generator's below, as in the chapter's figure 2-6.
//!
//! Both plots have the same axes, so that two stories can be told apart: norms that fall from one
//! layer to the next towards the input (a deep network of sigmoids), and norms of the generator that
//! are small throughout while the discriminator's are not (figure 2-7).
//!
//! Layers are numbered from the input side, 1, 2, …, at the right ends of their lines, and differ in
//! pattern as well as in shade. A norm of 0 runs along the lower edge; one that is no number leaves
//! a gap.

mod lines;

use super::ends::{End, LEAD, draw_ends};
use super::legend::EDGE;
use super::letters::{LINE, draw_text};
use super::plot::{
    BELOW, Chart, Place, draw_line, draw_mark, plot, room_on_the_left, room_on_the_right,
    size_in_em,
};
use super::strokes::Dash;
use super::svg::render;
use super::ticked::Ticked;
use super::{Area, ChartStyle, Drawn, rgb};
use crate::picture::norm_history::{NormHistory, NormPoint};
use lines::{line, norm_range};
use plotters::prelude::*;

/// The texts of the chart, in the page's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GradientNormLabels<'a> {
    /// What a screen reader calls the chart.
    pub name: &'a str,
    /// Above the discriminator's plot: what is drawn, and that layer 1 is the input side's.
    pub discriminator: &'a str,
    /// Above the generator's plot.
    pub generator: &'a str,
    /// The horizontal axis.
    pub step: &'a str,
}

/// The gradient norms over the steps of a run, as an SVG element of `size` CSS pixels (width,
/// height; taken as at least 240 x 200) with a `viewBox`, so that CSS can scale it.
pub fn gradient_norms(
    history: &NormHistory,
    style: &ChartStyle,
    labels: &GradientNormLabels,
    size: (u32, u32),
) -> String {
    let size = (size.0.max(240), size.1.max(200));
    let points: Vec<NormPoint> = history.points().collect();
    // Writing into a string cannot fail; were it to, no chart would be better than no page.
    render(size, labels.name, |backend| {
        let root = backend.into_drawing_area();
        draw_norms(&root, &points, style, labels)?;
        root.present()
    })
    .unwrap_or_default()
}

/// The room that each decade needs, in em.
const EM_PER_TICK: f64 = 1.7;

/// The room between the two frames, in em: a line for the name of the lower one, clear of the labels
/// of both axes.
const BETWEEN: f64 = 1.6 * LINE;

/// The room for the number of a layer, in em.
const NUMBER: f64 = 1.4;

/// How much of the colour of texts the last layer takes on; the first takes none.
const SHADED: f64 = 0.6;

fn draw_norms(
    root: &Area,
    points: &[NormPoint],
    style: &ChartStyle,
    labels: &GradientNormLabels,
) -> Drawn {
    let [width, height] = size_in_em(root, style);
    let steps = Ticked::steps(points.last().map_or(0, |point| point.step), width);
    let top = 1.4 * LINE;
    let each = ((height - top - BETWEEN - BELOW) / 2.0).max(1.0);
    let range = norm_range(points);
    let norms = Ticked::logarithmic(range, ((each / EM_PER_TICK) as usize).clamp(2, 7));

    let upper = Place {
        left: room_on_the_left([&norms]),
        right: room_on_the_right(&steps).max(LEAD + NUMBER),
        top,
        bottom: height - top - each,
    };
    let lower = Place {
        top: top + each + BETWEEN,
        bottom: BELOW,
        ..upper
    };
    draw_text(root, labels.discriminator, [EDGE, 0.5 * LINE], style)?;
    draw_text(
        root,
        labels.generator,
        [EDGE, top + each + 0.5 * BETWEEN],
        style,
    )?;
    let upper = plot(root, upper, [steps.clone(), norms.clone()], None, style)?;
    let lower = plot(root, lower, [steps, norms], Some(labels.step), style)?;
    let discriminator = layers(points, |point| point.discriminator, range);
    let generator = layers(points, |point| point.generator, range);
    draw_layers(
        root,
        &upper,
        &discriminator,
        rgb(style.discriminator),
        style,
    )?;
    draw_layers(root, &lower, &generator, rgb(style.generator), style)?;
    draw_mark(root, &upper, style)?;
    draw_mark(root, &lower, style)
}

/// The lines of a network's layers, input side first: as many as its newest norms have.
fn layers<'a>(
    points: &[NormPoint<'a>],
    norms: fn(&NormPoint<'a>) -> &'a [f32],
    range: [f64; 2],
) -> Vec<Vec<(f64, f64)>> {
    let count = points.last().map_or(0, |point| norms(point).len());
    let layers = 0..count;
    layers
        .map(|layer| line(points, layer, norms, range))
        .collect()
}

/// One network's lines and their numbers.
fn draw_layers(
    root: &Area,
    chart: &Chart,
    layers: &[Vec<(f64, f64)>],
    color: RGBColor,
    style: &ChartStyle,
) -> Drawn {
    let color = |layer: usize| {
        let part = layer as f64 / (layers.len() - 1).max(1) as f64;
        blend(color, rgb(style.text), SHADED * part)
    };
    for (layer, line) in layers.iter().enumerate() {
        let dash = Dash::ALL[layer % Dash::ALL.len()];
        draw_line(root, chart, line, color(layer).mix(1.0), dash)?;
    }
    draw_numbers(root, chart, layers, color, style)
}

/// The colour a part of the way from one to another.
fn blend(RGBColor(r, g, b): RGBColor, RGBColor(u, v, w): RGBColor, part: f64) -> RGBColor {
    let mix = |from: u8, to: u8| (f64::from(from) + part * (f64::from(to) - f64::from(from))) as u8;
    RGBColor(mix(r, u), mix(g, v), mix(b, w))
}

/// The numbers of the layers at the ends of their lines.
fn draw_numbers(
    root: &Area,
    chart: &Chart,
    layers: &[Vec<(f64, f64)>],
    color: impl Fn(usize) -> RGBColor,
    style: &ChartStyle,
) -> Drawn {
    let numbers: Vec<String> = (1..=layers.len())
        .map(|number| number.to_string())
        .collect();
    let end = |(layer, line): (usize, &Vec<(f64, f64)>)| {
        let last = line.iter().rev().find(|(_, norm)| !norm.is_nan())?;
        Some(End {
            at: chart.plotting_area().map_coordinate(last),
            name: &numbers[layer],
            color: color(layer),
        })
    };
    let ends: Vec<End> = layers.iter().enumerate().filter_map(end).collect();
    draw_ends(root, chart, &ends, style)
}

#[cfg(test)]
mod tests;
