//! A metric over the steps of one run or of several: one small chart for any of them.
//!
//! What a number means stands beside it: the noise floor as a shaded band, levels worth knowing as
//! dashed lines with their names to the right of the frame. One curve or two may carry bands of their
//! own, a standard deviation to either side. A gap is left where a number is none, and what lies beyond
//! the axis runs along the frame's edge.
//!
//! Curves are drawn in their order, the last on top: where they coincide, a dashed one lets a solid one
//! show through. They are drawn as measured, never smoothed: covering a mode and losing it again is
//! what such a chart is there to show.

mod axis;
mod line;

pub use axis::ValueAxis;

use super::ends::{End, LEAD, draw_ends};
use super::legend::{EDGE, Sign, draw_entry, legend, row_count};
use super::letters::{LINE, draw_text, text_width};
use super::plot::{
    BELOW, Chart, Place, draw_line, draw_mark, plot, room_on_the_left, room_on_the_right,
    size_in_em,
};
use super::strokes::{Dash, Stroke};
use super::svg::render;
use super::ticked::Ticked;
use super::{Area, CURVE, ChartStyle, Drawn, HAIRLINE, rgb};
use crate::measure::Band;
use crate::picture::metric_history::MetricPoint;
use axis::vertical_axis;
use line::{bands, line, stairs};
use plotters::prelude::*;

/// One curve and how it looks.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricCurve<'a> {
    /// Its name in the legend; an empty one has no entry there.
    pub name: &'a str,
    /// Its colour, sRGB.
    pub color: [u8; 3],
    /// Its pattern, so that colour is not its only sign.
    pub dash: Dash,
    /// Its points, rising in their steps.
    pub points: Vec<MetricPoint>,
}

/// A value worth knowing, drawn across the chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level<'a> {
    /// The value.
    pub value: f64,
    /// Its name beside the frame, or none: a few letters, since they take the frame's room.
    pub name: &'a str,
}

/// What a perfect sampler would score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floor<'a> {
    /// Its mean and the interval around it.
    pub band: Band,
    /// Its name in the legend; an empty one has no entry there.
    pub name: &'a str,
}

/// What the chart shows, its texts in the page's language.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetricChart<'a> {
    /// What a screen reader calls the chart.
    pub name: &'a str,
    /// What the vertical axis counts, above it.
    pub value: &'a str,
    /// The horizontal axis.
    pub step: &'a str,
    /// The vertical axis.
    pub axis: ValueAxis,
    /// The curves, the last on top.
    pub curves: &'a [MetricCurve<'a>],
    /// The noise floor, where there is one.
    pub floor: Option<Floor<'a>>,
    /// The levels; a linear axis holds them all.
    pub levels: &'a [Level<'a>],
}

/// More curves than this would hide each other's bands.
const MOST_BANDS: usize = 2;

impl<'a> MetricChart<'a> {
    /// The curves that have their bands.
    fn banded(&self) -> &'a [MetricCurve<'a>] {
        if self.curves.len() <= MOST_BANDS {
            self.curves
        } else {
            &[]
        }
    }
}

/// A metric over the steps of a run, as an SVG element of `size` CSS pixels (width, height; taken as at
/// least 200 x 120) with a `viewBox`, so that CSS can scale it.
pub fn metric(shown: &MetricChart, style: &ChartStyle, size: (u32, u32)) -> String {
    let size = (size.0.max(200), size.1.max(120));
    // Writing into a string cannot fail; were it to, no chart would be better than no page.
    render(size, shown.name, |backend| {
        let root = backend.into_drawing_area();
        draw_metric(&root, shown, style)?;
        root.present()
    })
    .unwrap_or_default()
}

/// The room that each tick of the vertical axis needs, in em, and for how many there is room.
const EM_PER_TICK: f64 = 1.5;
const FEWEST_TICKS: f64 = 3.0;
const MOST_TICKS: f64 = 7.0;

/// The opacity of the noise floor, of the inside of a curve's band, and of its edges.
const FLOOR: f64 = 0.28;
const SPREAD: f64 = 0.13;
const SPREAD_EDGE: f64 = 0.6;

fn draw_metric(root: &Area, shown: &MetricChart, style: &ChartStyle) -> Drawn {
    let [width, height] = size_in_em(root, style);
    let entries = named(shown, style);
    let entries = legend(entries, EDGE + text_width(shown.value) + 1.2, width);
    let top = LINE * (row_count(&entries).max(1) as f64 + 0.4);
    let tick_count = ((height - top - BELOW) / EM_PER_TICK).clamp(FEWEST_TICKS, MOST_TICKS);
    let values = vertical_axis(shown, tick_count as usize);
    let newest = shown.curves.iter().filter_map(|curve| curve.points.last());
    let newest = newest.map(|point| point.step).max().unwrap_or(0);

    let left = room_on_the_left([&values]);
    let names = shown.levels.iter().map(|level| text_width(level.name));
    let beside = match names.fold(0.0, f64::max) {
        0.0 => 0.0,
        widest => LEAD + widest + EDGE,
    };
    let steps = Ticked::steps(newest, width - beside);
    let place = Place {
        left,
        right: room_on_the_right(&steps).max(beside),
        top,
        bottom: BELOW,
    };
    let chart = plot(root, place, [steps, values], Some(shown.step), style)?;
    entries
        .iter()
        .try_for_each(|entry| draw_entry(root, entry, style))?;
    draw_text(root, shown.value, [EDGE, 0.6 * LINE], style)?;

    if let Some(floor) = &shown.floor {
        draw_floor(root, &chart, floor.band, style)?;
    }
    draw_levels(root, &chart, shown.levels, style)?;
    draw_curves(root, &chart, shown)?;
    draw_mark(root, &chart, style)
}

/// The legend: the curves, then the noise floor.
fn named<'a>(shown: &MetricChart<'a>, style: &ChartStyle) -> Vec<(Sign, &'a str)> {
    let curves = shown.curves.iter().map(|curve| {
        let sign = Sign::Line {
            color: rgb(curve.color),
            width: CURVE,
            dash: curve.dash,
        };
        (sign, curve.name)
    });
    let floor = shown.floor.iter().map(|floor| {
        let sign = Sign::Halved(rgb(style.axis).mix(FLOOR), rgb(style.axis));
        (sign, floor.name)
    });
    curves.chain(floor).collect()
}

/// The range of a chart's values.
fn range(chart: &Chart) -> [f64; 2] {
    let range = chart.y_range();
    [range.start, range.end]
}

/// The height of a value, which is held within the frame, in the backend's units.
fn row(chart: &Chart, value: f64) -> i32 {
    let [low, high] = range(chart);
    let at = (chart.x_range().start, value.clamp(low, high));
    chart.plotting_area().map_coordinate(&at).1
}

fn draw_floor(root: &Area, chart: &Chart, band: Band, style: &ChartStyle) -> Drawn {
    if ![band.low, band.mean, band.high]
        .iter()
        .all(|value| value.is_finite())
    {
        return Ok(());
    }
    let (columns, _) = chart.plotting_area().get_pixel_range();
    let [low, mean, high] = [band.low, band.mean, band.high].map(|value| row(chart, value));
    let corners = [(columns.start, high), (columns.end, low)];
    let shade = rgb(style.axis).mix(FLOOR);
    root.draw(&Rectangle::new(corners, shade.filled()))?;
    root.draw(&Stroke {
        points: vec![(columns.start, mean), (columns.end, mean)],
        color: rgb(style.axis).mix(1.0),
        width: HAIRLINE,
        dash: Dash::Solid,
    })
}

/// The levels within the frame, with their names beside it.
fn draw_levels(root: &Area, chart: &Chart, levels: &[Level], style: &ChartStyle) -> Drawn {
    let (columns, _) = chart.plotting_area().get_pixel_range();
    let [low, high] = range(chart);
    let mut ends = Vec::new();
    for level in levels {
        if !(low..=high).contains(&level.value) {
            continue;
        }
        let at = (columns.end, row(chart, level.value));
        root.draw(&Stroke {
            points: vec![(columns.start, at.1), at],
            color: rgb(style.text).mix(1.0),
            width: HAIRLINE,
            dash: Dash::Dashed,
        })?;
        if !level.name.is_empty() {
            ends.push(End {
                at,
                name: level.name,
                color: rgb(style.text),
            });
        }
    }
    draw_ends(root, chart, &ends, style)
}

/// All bands below all curves.
fn draw_curves(root: &Area, chart: &Chart, shown: &MetricChart) -> Drawn {
    let range = range(chart);
    for curve in shown.banded() {
        for band in bands(&curve.points, range) {
            draw_band(root, chart, &band, curve)?;
        }
    }
    for curve in shown.curves {
        let mut line = line(&curve.points, range);
        if let ValueAxis::Counts(_) = shown.axis {
            line = stairs(&line);
        }
        draw_line(root, chart, &line, rgb(curve.color).mix(1.0), curve.dash)?;
    }
    Ok(())
}

/// The band of a curve, its edges in the curve's pattern.
fn draw_band(
    root: &Area,
    chart: &Chart,
    [upper, lower]: &[Vec<(f64, f64)>; 2],
    curve: &MetricCurve,
) -> Drawn {
    let place = |at: &(f64, f64)| chart.plotting_area().map_coordinate(at);
    let around = upper.iter().chain(lower.iter().rev()).map(place);
    let inside = rgb(curve.color).mix(SPREAD);
    root.draw(&Polygon::new(around.collect::<Vec<_>>(), inside.filled()))?;
    for edge in [upper, lower] {
        root.draw(&Stroke {
            points: edge.iter().map(place).collect(),
            color: rgb(curve.color).mix(SPREAD_EDGE),
            width: HAIRLINE,
            dash: curve.dash,
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
