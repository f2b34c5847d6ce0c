//! The level lines of the surface, and the scale of its colours: both follow the loss.

use wasm_bindgen::prelude::*;
use web_sys::CanvasRenderingContext2d;

use super::set_dashes;
use crate::{
    config::Loss,
    gan::loss,
    measure::Surface,
    picture::{contour_lines, surface::Scale, view::View},
    web::style::PlaneStyle,
};

/// A level line: its name in the page's hooks, its level, its dashes in CSS pixels.
pub struct Level {
    /// `boundary`, `a`, `b` or `c`.
    pub name: &'static str,
    /// The output of D on the line.
    pub value: f64,
}

/// The level lines of a loss, the boundary first. Labels that are no level of y have none.
pub fn levels(loss: Loss) -> Vec<Level> {
    let mut levels = vec![Level {
        name: "boundary",
        value: loss::boundary(loss),
    }];
    if let Some(labels) = loss::labels(loss) {
        let named = ["a", "b", "c"].into_iter().zip(labels);
        levels.extend(named.map(|(name, value)| Level { name, value }));
    }
    levels
}

/// The scale of the colours: fixed by the loss, so that a colour means the same all through a run.
pub fn scale(loss: Loss) -> Scale {
    match loss::labels(loss) {
        Some(labels) => Scale::around(
            loss::boundary(loss) as f32,
            &labels.map(|label| label as f32),
        ),
        None => Scale {
            centre: loss::boundary(loss) as f32,
            ..Scale::LOGIT
        },
    }
}

/// Draws the level lines of a loss.
///
/// # Errors
/// What the browser says if it cannot draw.
pub(super) fn draw(
    context: &CanvasRenderingContext2d,
    surface: &Surface,
    view: &View,
    loss: Loss,
    style: &PlaneStyle,
) -> Result<(), JsValue> {
    let unit = style.em / 16.0;
    context.set_line_join("round");
    let levels = levels(loss);
    for (index, level) in levels.iter().enumerate() {
        // Levels that coincide are drawn once, as the first of them.
        if levels[..index]
            .iter()
            .any(|earlier| earlier.value == level.value)
        {
            continue;
        }
        let is_boundary = level.name == "boundary";
        context.begin_path();
        for line in contour_lines::lines(surface, level.value as f32) {
            for (index, point) in line.into_iter().enumerate() {
                let [x, y] = view.to_pixel(point).map(f64::from);
                if index == 0 {
                    context.move_to(x, y)
                } else {
                    context.line_to(x, y)
                }
            }
        }
        let (width, color) = if is_boundary {
            (2.2, &style.boundary)
        } else {
            (1.4, &style.level)
        };
        set_dashes(context, &[])?;
        context.set_stroke_style_str(&style.outline);
        context.set_global_alpha(0.6);
        context.set_line_width((width + 2.0) * unit);
        context.stroke();
        let pattern: Vec<_> = dashes(level.name)
            .iter()
            .map(|length| length * unit)
            .collect();
        set_dashes(context, &pattern)?;
        context.set_global_alpha(1.0);
        context.set_stroke_style_str(color);
        context.set_line_width(width * unit);
        context.stroke();
    }
    set_dashes(context, &[])
}

/// Dashes of a level line in CSS pixels, by its name; the style sheet draws the same ones in the legend.
pub fn dashes(name: &str) -> &'static [f64] {
    match name {
        "a" => &[2.0, 5.0],
        "b" => &[8.0, 3.0],
        "c" => &[8.0, 3.0, 2.0, 3.0],
        _ => &[],
    }
}
