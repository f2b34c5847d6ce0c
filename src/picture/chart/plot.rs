//! One plot of a chart: a frame with ticks, grid and labels, where it stands in the picture, and the
//! lines in it.

use super::letters::{LINE, font};
use super::strokes::{Dash, Stroke};
use super::svg::{PageSvg, UNITS_PER_PIXEL};
use super::ticked::Ticked;
use super::{Area, CURVE, ChartStyle, Drawn, HAIRLINE, pixels, rgb, stroke, units};
use plotters::coord::ranged1d::ValueFormatter;
use plotters::prelude::*;
use std::convert::Infallible;

/// A frame and its two axes.
pub type Chart<'a, 'b> = ChartContext<'a, PageSvg<'b>, Cartesian2d<Ticked, Ticked>>;

/// The room around a plot's frame, in em from the edges of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

/// The height of the horizontal axis's labels and its name, in em.
pub const BELOW: f64 = 2.1 * LINE;

/// The widest tick label with its tick, in em: the room on the left of the frames of `axes`.
pub fn room_on_the_left<'a>(axes: impl IntoIterator<Item = &'a Ticked>) -> f64 {
    let widest = axes.into_iter().map(Ticked::widest_label);
    widest.fold(2.4, f64::max) + 1.5
}

/// The room on the right of a frame, in em, for half of the last label.
pub fn room_on_the_right(axis: &Ticked) -> f64 {
    (0.5 * axis.last_label() + 0.2).max(1.0)
}

/// The picture's width and height in em.
pub fn size_in_em(root: &Area, style: &ChartStyle) -> [f64; 2] {
    let (width, height) = root.dim_in_pixel();
    [width, height].map(|units| f64::from(units) / f64::from(UNITS_PER_PIXEL) / style.em)
}

/// Draws the frame with its grid and labels. `name` is the horizontal axis's, written with its
/// labels into the room below the frame; without a name that axis has neither, as in a plot that
/// stands on another one with the same axis.
pub fn plot<'a, 'b>(
    root: &'a Area<'b>,
    place: Place,
    [horizontal, vertical]: [Ticked; 2],
    name: Option<&str>,
    style: &ChartStyle,
) -> Result<Chart<'a, 'b>, DrawingAreaErrorKind<Infallible>> {
    let [columns, rows] = [&horizontal, &vertical].map(Clone::clone);
    let below = if name.is_some() { BELOW } else { 0.0 };
    let mut chart = ChartBuilder::on(root)
        .margin_top(units(style, place.top))
        .margin_right(units(style, place.right))
        .margin_bottom(units(style, place.bottom - below))
        .x_label_area_size(units(style, below))
        .y_label_area_size(units(style, place.left))
        .build_cartesian_2d(horizontal, vertical)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(stroke(rgb(style.grid), HAIRLINE))
        .axis_style(stroke(rgb(style.axis), HAIRLINE))
        .set_all_tick_mark_size(units(style, 0.3))
        .label_style(font(style))
        .x_label_formatter(&|value| style.numerals.write(&columns.format_ext(value)))
        .y_label_formatter(&|value| style.numerals.write(&rows.format_ext(value)))
        .x_desc(name.unwrap_or_default())
        .draw()?;
    if name.is_none() {
        draw_floor(root, &chart, style)?;
    }
    Ok(chart)
}

/// The horizontal axis's line, which plotters draws only with its labels.
fn draw_floor(root: &Area, chart: &Chart, style: &ChartStyle) -> Drawn {
    let (columns, rows) = chart.plotting_area().get_pixel_range();
    let floor = vec![(columns.start, rows.end), (columns.end, rows.end)];
    root.draw(&PathElement::new(floor, stroke(rgb(style.axis), HAIRLINE)))
}

/// Draws the line at the step that the style points out, over a horizontal axis of steps.
pub fn draw_mark(root: &Area, chart: &Chart, style: &ChartStyle) -> Drawn {
    let Some(step) = style.mark else {
        return Ok(());
    };
    let steps = chart.x_range();
    let at = (step as f64).clamp(steps.start, steps.end);
    let (column, _) = chart
        .plotting_area()
        .map_coordinate(&(at, chart.y_range().end));
    let (_, rows) = chart.plotting_area().get_pixel_range();
    root.draw(&Stroke {
        points: vec![(column, rows.start), (column, rows.end)],
        color: rgb(style.text).mix(1.0),
        width: CURVE,
        dash: Dash::Solid,
    })
}

/// Draws a line, a stroke for each run without a gap (NaN); a lone point becomes a dot.
pub fn draw_line(
    root: &Area,
    chart: &Chart,
    line: &[(f64, f64)],
    color: RGBAColor,
    dash: Dash,
) -> Drawn {
    let place = |at: &(f64, f64)| chart.plotting_area().map_coordinate(at);
    for run in line.split(|(_, value)| value.is_nan()) {
        match run {
            [] => {}
            [only] => root.draw(&Circle::new(place(only), pixels(CURVE), color.filled()))?,
            _ => root.draw(&Stroke {
                points: run.iter().map(place).collect(),
                color,
                width: CURVE,
                dash,
            })?,
        }
    }
    Ok(())
}
