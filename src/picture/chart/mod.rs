//! Charts as SVG text, drawn by plotters: [`losses`], [`gradient_norms()`] and any [`metric()`] over
//! the steps of a run, [`loss_curves`] over the discriminator's output, and [`panels()`] for what many
//! runs came to.
//!
//! Texts come from the page's language and colours from its theme; the chart adds the ticks.
//! [`svg`] is where plotters ends and the page begins. Inside, `ticked` gives plotters the ticks of
//! [`axis`](super::axis), `plot` is a frame with its axes, `letters` and `strokes` are what stands in
//! it, `curve` holds the arithmetic of a run's curves, and `legend` and `ends` name them.
//!
//! A chart answers no pointer and holds no state; each call draws afresh. Nothing here measures
//! text in a document, so a chart can be drawn in a worker and tested natively.

mod curve;
mod ends;
#[cfg(test)]
mod gallery;
mod gradient_norms;
mod legend;
mod letters;
mod loss_chart;
mod loss_curve;
mod metric;
mod panels;
mod plot;
#[cfg(test)]
pub(crate) mod reading;
#[cfg(not(target_arch = "wasm32"))]
mod sheet;
mod strokes;
pub mod svg;
mod ticked;

pub use gradient_norms::{GradientNormLabels, gradient_norms};
pub use letters::text_width;
pub use loss_chart::losses;
pub use loss_curve::{
    LossCurve, LossCurveChart, LossCurveLabels, LossCurves, OutputAxis, loss_curves, output_range,
};
pub use metric::{Floor, Level, MetricChart, MetricCurve, ValueAxis, metric};
pub use panels::{Panel, PanelKey, PanelPoint, Scale, panels};
#[cfg(not(target_arch = "wasm32"))]
pub use sheet::{SheetRow, Shot, sheet};
pub use strokes::Dash;

use crate::picture::numerals::Numerals;
use plotters::coord::Shift;
use plotters::prelude::*;
use svg::UNITS_PER_PIXEL;

/// The colours of a chart, sRGB, the size of its letters, and where it points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartStyle {
    /// The page behind the chart, which itself is transparent; it parts markers from curves.
    pub background: [u8; 3],
    /// All texts.
    pub text: [u8; 3],
    /// The two axes and their tick marks.
    pub axis: [u8; 3],
    /// The lines behind the curves.
    pub grid: [u8; 3],
    /// The discriminator's curve.
    pub discriminator: [u8; 3],
    /// The generator's curve.
    pub generator: [u8; 3],
    /// The size of the letters in CSS pixels.
    pub em: f64,
    /// The step that charts over the steps point out, by a line from top to bottom.
    pub mark: Option<u64>,
    /// How the numbers of the axes are written.
    pub numerals: Numerals,
}

impl ChartStyle {
    /// For a light page. Both curve colours are of the set that Okabe and Ito chose for
    /// colour-blind readers (2008, <https://jfly.uni-koeln.de/color/>).
    pub const LIGHT: Self = Self {
        background: [255, 255, 255],
        text: [51, 51, 51],
        axis: [119, 119, 119],
        grid: [230, 230, 230],
        discriminator: [0, 114, 178],
        generator: [213, 94, 0],
        em: 12.0,
        mark: None,
        numerals: Numerals::PLAIN,
    };

    /// For a dark page, from the same set.
    pub const DARK: Self = Self {
        background: [22, 22, 26],
        text: [221, 221, 221],
        axis: [140, 140, 140],
        grid: [52, 52, 58],
        discriminator: [86, 180, 233],
        generator: [230, 159, 0],
        em: 12.0,
        mark: None,
        numerals: Numerals::PLAIN,
    };
}

/// The texts of a chart, in the page's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChartLabels<'a> {
    /// What a screen reader calls the chart.
    pub name: &'a str,
    /// The discriminator's curve in the legend.
    pub discriminator: &'a str,
    /// The generator's curve in the legend.
    pub generator: &'a str,
    /// The horizontal axis.
    pub step: &'a str,
    /// The vertical axis.
    pub loss: &'a str,
}

/// The width of curves and of axes in CSS pixels.
const CURVE: f64 = 1.5;
const HAIRLINE: f64 = 1.0;

/// Half the width of a sample's mark in CSS pixels.
const MARK: f64 = 3.5;

/// The whole picture, in the backend's units.
type Area<'a> = DrawingArea<svg::PageSvg<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::convert::Infallible>>;

/// CSS pixels in the backend's whole units.
fn pixels(pixels: f64) -> i32 {
    (pixels * f64::from(UNITS_PER_PIXEL)).round() as i32
}

/// Widths of the style's letters (em) in the backend's whole units.
fn units(style: &ChartStyle, em: f64) -> i32 {
    pixels(style.em * em)
}

fn rgb([red, green, blue]: [u8; 3]) -> RGBColor {
    RGBColor(red, green, blue)
}

fn stroke(color: impl Color, width: f64) -> ShapeStyle {
    color.stroke_width(pixels(width).unsigned_abs())
}
