//! The frame of the plane with its ticks.

use wasm_bindgen::prelude::*;
use web_sys::CanvasRenderingContext2d;

use crate::{
    measure::Surface,
    picture::{axis, view::View},
    web::style::PlaneStyle,
};

/// Draws frame, ticks and their numbers.
///
/// # Errors
/// What the browser says if it cannot draw.
pub(super) fn draw(
    context: &CanvasRenderingContext2d,
    surface: &Surface,
    view: &View,
    style: &PlaneStyle,
) -> Result<(), JsValue> {
    let frame = view.frame();
    let (left, bottom) = (f64::from(frame.left), f64::from(frame.top + frame.height));
    context.set_stroke_style_str(&style.ink);
    context.set_fill_style_str(&style.ink);
    let unit = style.em / 16.0;
    context.set_line_width(unit);
    context.stroke_rect(
        left,
        frame.top.into(),
        frame.width.into(),
        frame.height.into(),
    );
    context.set_font(&format!("{}px {}", 0.75 * style.em, style.font));
    context.begin_path();
    // Labels of a small plane would run into each other.
    let most = (f64::from(frame.width) / (2.0 * style.em)) as usize;
    let ticks = |edges: [f32; 2]| axis::ticks(edges.map(f64::from), most.clamp(3, 7));
    context.set_text_align("center");
    context.set_text_baseline("top");
    for tick in ticks(surface.x) {
        let x = f64::from(view.to_pixel([tick.value as f32, 0.0])[0]);
        context.move_to(x, bottom);
        context.line_to(x, bottom + 4.0 * unit);
        context.fill_text(&style.numerals.write(&tick.label), x, bottom + 6.0 * unit)?;
    }
    context.set_text_align("right");
    context.set_text_baseline("middle");
    for tick in ticks(surface.y) {
        let y = f64::from(view.to_pixel([0.0, tick.value as f32])[1]);
        context.move_to(left - 4.0 * unit, y);
        context.line_to(left, y);
        context.fill_text(&style.numerals.write(&tick.label), left - 7.0 * unit, y)?;
    }
    context.stroke();
    Ok(())
}
