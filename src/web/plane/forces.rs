//! Force arrows on the plane, and the bar that says what their lengths mean.

use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::{context, fit, set_dashes};
use crate::{
    picture::{
        arrows::{Arrow, ArrowScale},
        chart::text_width,
        view::View,
    },
    web::{page, style::PlaneStyle},
};

/// Dashes of the arrows of the four losses, in the order of `gan::loss::four`, in CSS pixels;
/// the style sheet draws the same ones in the legend.
pub const GHOST_DASHES: [&[f64]; 4] = [&[2.0, 3.0], &[7.0, 3.0], &[], &[7.0, 3.0, 2.0, 3.0]];

/// The width of an arrow's strokes, in CSS pixels.
const WIDTH: f64 = 1.3;

/// The forces on some samples under one loss.
pub struct Forces<'a> {
    /// The samples as x0, y0, x1, y1, …
    pub points: &'a [f32],
    /// The force on each.
    pub forces: &'a [f32],
    /// Draws every so-manieth only, where all would hide one another.
    pub every: usize,
    /// One sample that is drawn in any case.
    pub always: Option<usize>,
    /// What their lengths mean.
    pub scale: ArrowScale,
    /// How far the arrows stand aside of their samples, in CSS pixels: the forces of all losses lie
    /// along one line, the gradient's, and would hide each other.
    pub lane: f32,
    /// How thick they are: 1 in a crowd, more where there are few.
    pub weight: f32,
    /// Their colour, as CSS writes it.
    pub color: &'a str,
    /// Dashes of their shafts, in CSS pixels.
    pub dashes: &'a [f64],
}

impl<'a> Forces<'a> {
    /// An arrow for each sample, of one kind alone.
    pub fn of_all(points: &'a [f32], forces: &'a [f32], scale: ArrowScale, color: &'a str) -> Self {
        Self {
            points,
            forces,
            every: 1,
            always: None,
            scale,
            lane: 0.0,
            weight: 1.0,
            color,
            dashes: &[],
        }
    }

    /// Draws the arrows.
    ///
    /// # Errors
    /// What the browser says if it cannot draw.
    pub(super) fn draw(
        &self,
        context: &CanvasRenderingContext2d,
        view: &View,
        style: &PlaneStyle,
    ) -> Result<(), JsValue> {
        let arrows = self.arrows(view, (style.em / 16.0) as f32);
        stroke(
            context,
            &arrows,
            self.color,
            self.dashes,
            self.weight,
            style,
        )
    }

    /// The arrows' strokes where they lie in a view; `unit` is a sixteenth of the letters' size.
    pub fn arrows(&self, view: &View, unit: f32) -> Vec<Arrow> {
        self.points
            .chunks_exact(2)
            .zip(self.forces.chunks_exact(2))
            .enumerate()
            .filter(|(index, _)| index % self.every == 0 || self.always == Some(*index))
            .filter_map(|(_, (point, force))| {
                let [x, y] = view.to_pixel([point[0], point[1]]);
                let [aside_x, aside_y] = aside([force[0], force[1]]);
                let from = [x + self.lane * aside_x, y + self.lane * aside_y];
                self.scale
                    .arrow(from, [force[0], force[1]], 4.0 * self.weight * unit)
            })
            .collect()
    }
}

/// The direction across a force, in pixels: the same for a force and its opposite.
fn aside([x, y]: [f32; 2]) -> [f32; 2] {
    let length = x.hypot(y);
    if !(length > 0.0 && length.is_finite()) {
        return [0.0, 0.0];
    }
    let sign = if x > 0.0 || (x == 0.0 && y > 0.0) {
        1.0
    } else {
        -1.0
    };
    // The plane's y goes up, the pixels' down.
    [sign * y / length, sign * x / length]
}

/// More arrows than these are drawn as hairlines without a halo: where no graphics card draws, a line
/// of one pixel of the screen takes a twentieth of the time of a wider one.
const MANY: usize = 200;

/// Strokes arrows: a few with a halo, their shafts with dashes and their heads without; many plainly.
pub(super) fn stroke(
    context: &CanvasRenderingContext2d,
    arrows: &[Arrow],
    color: &str,
    dashes: &[f64],
    weight: f32,
    style: &PlaneStyle,
) -> Result<(), JsValue> {
    let unit = style.em / 16.0;
    let thick = f64::from(weight) * unit;
    let trace = |line: &[[f32; 2]]| {
        for (index, [x, y]) in line.iter().enumerate() {
            if index == 0 {
                context.move_to((*x).into(), (*y).into());
            } else {
                context.line_to((*x).into(), (*y).into());
            }
        }
    };
    let heads = |arrow: &Arrow| {
        trace(&arrow.head);
        if let Some(second) = &arrow.second_head {
            trace(second);
        }
    };
    context.begin_path();
    for arrow in arrows {
        trace(&arrow.shaft);
        heads(arrow);
    }
    if arrows.len() > MANY {
        let ratio = page::window().device_pixel_ratio();
        let width = (WIDTH * unit * ratio).round().max(1.0) / ratio;
        context.set_stroke_style_str(color);
        context.set_line_width(width);
        context.stroke();
        // Twice: a slanting hairline is pale.
        context.stroke();
        return Ok(());
    }
    context.set_stroke_style_str(&style.outline);
    context.set_global_alpha(0.6);
    context.set_line_width(1.5 * unit + WIDTH * thick);
    context.stroke();
    context.set_global_alpha(1.0);
    context.set_stroke_style_str(color);
    context.set_line_width(WIDTH * thick);
    if dashes.is_empty() {
        // The same path once more: half the work of two.
        context.stroke();
    } else {
        let pattern: Vec<_> = dashes.iter().map(|length| length * unit).collect();
        set_dashes(context, &pattern)?;
        context.begin_path();
        arrows.iter().for_each(|arrow| trace(&arrow.shaft));
        context.stroke();
        set_dashes(context, &[])?;
        context.begin_path();
        arrows.iter().for_each(heads);
        context.stroke();
    }
    Ok(())
}

/// Draws a scale's legend: for each mark an arrow as long as such a force is drawn, then its number.
///
/// # Errors
/// What the browser says if it cannot draw.
pub fn legend(
    canvas: &HtmlCanvasElement,
    scale: &ArrowScale,
    style: &PlaneStyle,
) -> Result<(), JsValue> {
    let context = context(canvas)?;
    let [width, height] = fit(canvas, &context)?;
    context.clear_rect(0.0, 0.0, width.into(), height.into());
    let unit = (style.em / 16.0) as f32;
    let baseline = 0.5 * height;
    context.set_font(&format!("{}px {}", 0.8125 * style.em, style.font));
    context.set_text_baseline("middle");
    let gap = 4.0 * unit;
    let mut left = 2.0 * unit;
    for mark in scale.marks() {
        let tip = left + mark.pixels;
        let label = style.numerals.write(&mark.label);
        let text_width = (text_width(&label) * 0.8125 * style.em) as f32;
        let end = tip + gap + text_width;
        // Shorter ones say nothing, and what has no room is left out.
        if mark.pixels < 4.0 * unit || end > width {
            continue;
        }
        let arrow = Arrow::new([left, baseline], [tip, baseline], 4.0 * unit);
        stroke(&context, &[arrow], &style.force, &[], 1.0, style)?;
        context.set_fill_style_str(&style.ink);
        context.fill_text(&label, (tip + gap).into(), baseline.into())?;
        left = end + 3.0 * gap;
    }
    Ok(())
}
