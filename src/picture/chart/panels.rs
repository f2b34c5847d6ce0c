//! Several plots over the same steps, or over the same sizes of something, one above the other: curves with bands, each with the same colour
//! and the same dashes in every plot, told apart by a legend above them.
//!
//! What the curves mean, and in which units, is for whoever calls.

use super::legend::{EDGE, Sign, draw_entry, legend, row_count};
use super::letters::{LINE, draw_text};
use super::plot::{BELOW, Chart, Place, plot, room_on_the_left, room_on_the_right, size_in_em};
use super::strokes::{Dash, Stroke};
use super::svg::render;
use super::ticked::Ticked;
use super::{Area, CURVE, ChartStyle, Drawn, HAIRLINE, pixels, rgb};
use plotters::prelude::*;

/// How something is drawn and called, in the legend and in all plots.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelKey {
    /// Its name in the legend.
    pub name: String,
    /// Its colour, sRGB.
    pub color: [u8; 3],
    /// How its lines are broken up.
    pub dash: Dash,
}

/// How an axis counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// By differences.
    Linear,
    /// By ratios: only what is more than 0 has a place there.
    Logarithmic,
}

/// A plot: a curve for each key, in the order of the keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What stands above it: what is drawn, in which unit.
    pub title: String,
    /// The vertical axis; what lies beyond is held at its end.
    pub range: [f64; 2],
    /// How the vertical axis counts.
    pub scale: Scale,
    /// The curves.
    pub curves: Vec<Vec<PanelPoint>>,
    /// A value with a line of its own from end to end.
    pub level: Option<f64>,
}

/// A point of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PanelPoint {
    /// Where on the horizontal axis.
    pub step: u64,
    /// The value.
    pub value: f64,
    /// The band around it, if it has one, from the lower end to the upper.
    pub band: Option<[f64; 2]>,
}

/// The width of a curve in CSS pixels: a piece of it in the legend shows its dashes.
const WIDE: f64 = 1.2 * CURVE;

/// The most ticks of a logarithmic horizontal axis.
const MOST_TICKS: usize = 10;

/// The height of a frame in em.
const FRAME: f64 = 13.0;

/// The room above a frame, in em: its title, clear of what stands above.
const TITLE: f64 = 1.9 * LINE;

/// How opaque a band is.
const BAND: f64 = 0.13;

/// Up to so many points a curve has a disc on each; more would touch.
const MOST_DISCS: usize = 30;

/// The radius of a disc in CSS pixels.
const DISC: f64 = 2.5;

/// The plots on the style's background as an SVG element, `width` CSS pixels wide (taken as at least
/// 320) and as high as they need; `name` is what a screen reader says, `across` the horizontal axis's
/// name. That axis starts at 0 where it is linear, else at the first point.
pub fn panels(
    panels: &[Panel],
    keys: &[PanelKey],
    style: &ChartStyle,
    [name, across]: [&str; 2],
    scale: Scale,
    width: u32,
) -> String {
    let width = width.max(320);
    let signs = keys.iter().map(|key| {
        let (color, width, dash) = (rgb(key.color), WIDE, key.dash);
        (Sign::Line { color, width, dash }, key.name.as_str())
    });
    let entries = legend(signs, EDGE, f64::from(width) / style.em);
    let top = LINE * (row_count(&entries) as f64 + 0.3);
    let height = top + panels.len() as f64 * (TITLE + FRAME) + BELOW;
    // Writing into a string cannot fail; were it to, no chart would be better than no page.
    render(
        (width, (height * style.em).ceil() as u32),
        name,
        |backend| {
            let root = backend.into_drawing_area();
            root.fill(&rgb(style.background))?;
            for entry in &entries {
                draw_entry(&root, entry, style)?;
            }
            draw_panels(&root, panels, keys, style, (across, scale), top)?;
            root.present()
        },
    )
    .unwrap_or_default()
}

fn draw_panels(
    root: &Area,
    panels: &[Panel],
    keys: &[PanelKey],
    style: &ChartStyle,
    (across, scale): (&str, Scale),
    top: f64,
) -> Drawn {
    let [width, height] = size_in_em(root, style);
    let points = panels
        .iter()
        .flat_map(|panel| panel.curves.iter().flatten());
    let places = points.map(|point| point.step);
    let last = places.clone().max().unwrap_or(0);
    let steps = match scale {
        Scale::Linear => Ticked::steps(last, width),
        Scale::Logarithmic => {
            let first = places.min().unwrap_or(0).max(1);
            Ticked::logarithmic([first as f64, last.max(first + 1) as f64], MOST_TICKS)
        }
    };
    let axes: Vec<_> = panels
        .iter()
        .map(|panel| match panel.scale {
            Scale::Linear => Ticked::new(panel.range, 6),
            Scale::Logarithmic => Ticked::logarithmic(panel.range, 6),
        })
        .collect();
    let (left, right) = (room_on_the_left(&axes), room_on_the_right(&steps));
    for (index, (panel, axis)) in panels.iter().zip(&axes).enumerate() {
        let frame = top + TITLE + index as f64 * (TITLE + FRAME);
        draw_text(root, &panel.title, [EDGE, frame - 0.6 * LINE], style)?;
        let place = Place {
            left,
            right,
            top: frame,
            bottom: height - frame - FRAME,
        };
        let last = index + 1 == panels.len();
        let chart = plot(
            root,
            place,
            [steps.clone(), axis.clone()],
            last.then_some(across),
            style,
        )?;
        draw_panel(root, &chart, panel, keys, style)?;
    }
    Ok(())
}

fn draw_panel(
    root: &Area,
    chart: &Chart,
    panel: &Panel,
    keys: &[PanelKey],
    style: &ChartStyle,
) -> Drawn {
    let [low, high] = panel.range;
    let at = |step: u64, value: f64| {
        let value = value.clamp(low, high);
        chart.plotting_area().map_coordinate(&(step as f64, value))
    };
    if let Some(level) = panel.level {
        let (columns, _) = chart.plotting_area().get_pixel_range();
        let (_, row) = at(1, level);
        root.draw(&Stroke {
            points: vec![(columns.start, row), (columns.end, row)],
            color: rgb(style.axis).mix(1.0),
            width: HAIRLINE,
            dash: Dash::Dashed,
        })?;
    }
    // All bands first, so that none veils a curve.
    for (curve, key) in panel.curves.iter().zip(keys) {
        let end = |point: &PanelPoint, end: usize| Some(at(point.step, point.band?[end]));
        let lower = curve.iter().filter_map(|point| end(point, 0));
        let upper = curve.iter().rev().filter_map(|point| end(point, 1));
        let around = lower.chain(upper).collect::<Vec<_>>();
        if around.len() > 2 {
            root.draw(&Polygon::new(around, rgb(key.color).mix(BAND).filled()))?;
        }
    }
    for (curve, key) in panel.curves.iter().zip(keys) {
        let points: Vec<_> = curve
            .iter()
            .map(|point| at(point.step, point.value))
            .collect();
        if points.len() <= MOST_DISCS {
            for point in &points {
                root.draw(&Circle::new(*point, pixels(DISC), rgb(key.color).filled()))?;
            }
        }
        root.draw(&Stroke {
            points,
            color: rgb(key.color).mix(1.0),
            width: WIDE,
            dash: key.dash,
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::reading;
    use super::*;

    fn panel(title: &str, level: Option<f64>) -> Panel {
        let point = |step: u64, value: f64| PanelPoint {
            step,
            value,
            band: Some([value - 5.0, value + 5.0]),
        };
        Panel {
            title: title.to_owned(),
            range: [0.0, 100.0],
            scale: Scale::Linear,
            curves: vec![
                vec![point(0, 10.0), point(35_000, 90.0)],
                vec![point(0, 50.0)],
            ],
            level,
        }
    }

    fn keys() -> Vec<PanelKey> {
        let key = |name: &str, dash| PanelKey {
            name: name.to_owned(),
            color: [0, 114, 178],
            dash,
        };
        vec![
            key("lsgan01", Dash::Solid),
            key("non_saturating+generator.hidden=32x32", Dash::Dashed),
        ]
    }

    fn drawn(width: u32) -> String {
        let shown = [
            panel("Seeds with all modes, %", None),
            panel("High quality, %", Some(98.89)),
        ];
        panels(
            &shown,
            &keys(),
            &ChartStyle::LIGHT,
            ["A sweep", "step"],
            Scale::Linear,
            width,
        )
    }

    #[test]
    fn every_width_is_legible() {
        for width in [320, 480, 760, 1400] {
            let svg = drawn(width);
            reading::assert_well_formed(&svg);
            reading::assert_legible(&svg, "panels");
        }
    }

    #[test]
    fn each_panel_has_its_bands_curves_and_level() {
        let svg = drawn(760);
        // A band needs two points.
        assert_eq!(svg.matches("<polygon").count(), 2);
        // Three of a kind: one in the legend, one in each panel; the level is dashed as well.
        assert_eq!(svg.matches("stroke-dasharray").count(), 3 + 1);
        assert_eq!(svg.matches("<circle").count(), 2 * 3);
        for text in [
            "Seeds with all modes, %",
            "High quality, %",
            "lsgan01",
            "35000",
            "step",
        ] {
            assert!(svg.contains(&format!("\n{text}\n")), "{text} is missing");
        }
    }

    #[test]
    fn without_anything_to_draw_there_is_a_picture_still() {
        for scale in [Scale::Linear, Scale::Logarithmic] {
            let texts = ["", "step"];
            reading::assert_well_formed(&panels(&[], &[], &ChartStyle::LIGHT, texts, scale, 500));
        }
        let empty = Panel {
            curves: vec![Vec::new()],
            ..panel("nothing", None)
        };
        reading::assert_well_formed(&panels(
            &[empty],
            &keys(),
            &ChartStyle::LIGHT,
            ["", "step"],
            Scale::Linear,
            500,
        ));
    }

    #[test]
    fn on_logarithmic_axes_equal_ratios_lie_equally_far_apart() {
        let point = |step: u64, value: f64| PanelPoint {
            step,
            value,
            band: None,
        };
        let costs = Panel {
            title: "ms".to_owned(),
            range: [0.1, 10.0],
            scale: Scale::Logarithmic,
            curves: vec![vec![point(1, 0.1), point(8, 1.0), point(64, 10.0)]],
            level: None,
        };
        let texts = ["Costs", "GANs"];
        let key = &keys()[..1];
        let svg = panels(
            &[costs],
            key,
            &ChartStyle::LIGHT,
            texts,
            Scale::Logarithmic,
            640,
        );
        reading::assert_legible(&svg, "costs");
        let attribute = |circle: &str, name: &str| -> f64 {
            let value = circle.split(&format!("{name}=\"")).nth(1).unwrap();
            value.split('"').next().unwrap().parse().unwrap()
        };
        let discs: Vec<_> = svg
            .split("<circle")
            .skip(1)
            .map(|circle| [attribute(circle, "cx"), attribute(circle, "cy")])
            .collect();
        for axis in [0, 1] {
            let [first, middle, last] = [0, 1, 2].map(|disc| discs[disc][axis]);
            assert!((first + last - 2.0 * middle).abs() <= 2.0, "{discs:?}");
        }
    }
}
