//! Force arrows on the plane, and the bar that says what their lengths mean.

use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::{context, fit, set_dashes};
use crate::{
    picture::{
        arrows::{Arrow, ArrowScale},
        view::View,
    },
    web::style::PlaneStyle,
};

/// Dashes of the arrows of the four losses, in the order of `gan::loss::four`, in CSS pixels;
/// the style sheet draws the same ones in the legend.
pub const GHOST_DASHES: [&[f64]; 4] = [&[2.0, 3.0], &[7.0, 3.0], &[], &[7.0, 3.0, 2.0, 3.0]];

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
    /// Their colour, as CSS writes it.
    pub color: &'a str,
    /// Dashes of their shafts, in CSS pixels.
    pub dashes: &'a [f64],
}

impl Forces<'_> {
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
        let unit = (style.em / 16.0) as f32;
        let arrows: Vec<Arrow> = self
            .points
            .chunks_exact(2)
            .zip(self.forces.chunks_exact(2))
            .enumerate()
            .filter(|(index, _)| index % self.every == 0 || self.always == Some(*index))
            .filter_map(|(_, (point, force))| {
                let from = view.to_pixel([point[0], point[1]]);
                self.scale.arrow(from, [force[0], force[1]], 4.0 * unit)
            })
            .collect();
        stroke(context, &arrows, self.color, self.dashes, style)
    }
}

/// Strokes arrows with a halo: their shafts with dashes, their heads without.
fn stroke(
    context: &CanvasRenderingContext2d,
    arrows: &[Arrow],
    color: &str,
    dashes: &[f64],
    style: &PlaneStyle,
) -> Result<(), JsValue> {
    let unit = style.em / 16.0;
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
    context.set_line_cap("round");
    context.begin_path();
    for arrow in arrows {
        trace(&arrow.shaft);
        heads(arrow);
    }
    context.set_stroke_style_str(&style.outline);
    context.set_global_alpha(0.6);
    context.set_line_width(2.8 * unit);
    context.stroke();
    context.set_global_alpha(1.0);
    context.set_stroke_style_str(color);
    context.set_line_width(1.3 * unit);
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
    context.set_line_cap("butt");
    Ok(())
}

/// Draws a scale's legend: for each mark an arrow as long as such a force is drawn, its number above.
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
    let marks = scale.marks();
    let Some(longest) = marks.last().map(|mark| mark.pixels) else {
        return Ok(());
    };
    let middle = height - 6.0 * unit;
    let left = 2.0 * unit;
    let arrow = Arrow::new([left, middle], [left + longest, middle], 5.0 * unit);
    stroke(&context, &[arrow], &style.force, &[], style)?;
    context.set_fill_style_str(&style.ink);
    context.set_font(&format!("{}px {}", 0.75 * style.em, style.font));
    context.set_text_baseline("bottom");
    context.set_stroke_style_str(&style.ink);
    context.set_line_width(unit.into());
    let several = marks.len() > 1;
    context.set_text_align(if several { "center" } else { "start" });
    for mark in &marks {
        let at = left + mark.pixels;
        if several {
            context.begin_path();
            context.move_to(at.into(), (middle - 4.0 * unit).into());
            context.line_to(at.into(), (middle + 4.0 * unit).into());
            context.stroke();
            context.fill_text(&mark.label, at.into(), (middle - 5.0 * unit).into())?;
        } else {
            context.fill_text(&mark.label, left.into(), (middle - 5.0 * unit).into())?;
        }
    }
    Ok(())
}
