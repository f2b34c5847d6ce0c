//! What lies over the plane while the target is edited: its points, or its modes as rings that a hand
//! takes, the eraser, and the cursor of the keyboard.

use std::f64::consts::TAU;

use wasm_bindgen::prelude::*;
use web_sys::CanvasRenderingContext2d;

use crate::{picture::view::View, web::style::PlaneStyle};

/// Places under a hand, and what is about to happen to them.
pub struct Handles<'a> {
    /// Points or means.
    pub places: &'a [[f64; 2]],
    /// Whether they are modes, each a ring to be taken.
    pub are_modes: bool,
    /// The selected mode.
    pub selected: Option<usize>,
    /// Middle and radius of the eraser.
    pub brush: Option<([f64; 2], f64)>,
    /// Where keys put points.
    pub cursor: Option<[f64; 2]>,
}

impl Handles<'_> {
    /// Draws them.
    ///
    /// # Errors
    /// What the browser says if it cannot draw.
    pub fn draw(
        &self,
        context: &CanvasRenderingContext2d,
        view: &View,
        style: &PlaneStyle,
    ) -> Result<(), JsValue> {
        let unit = style.em / 16.0;
        let pixel = |place: [f64; 2]| view.to_pixel(place.map(|part| part as f32)).map(f64::from);
        let circles = |radius: f64| {
            context.begin_path();
            for place in self.places {
                let [x, y] = pixel(*place);
                context.move_to(x + radius, y);
                context.arc(x, y, radius, 0.0, TAU)?;
            }
            Ok::<_, JsValue>(())
        };
        let outlined = |width: f64| {
            for (width, color) in [(width + 2.5, &style.outline), (width, &style.selected)] {
                context.set_line_width(width * unit);
                context.set_stroke_style_str(color);
                context.stroke();
            }
        };
        if self.are_modes {
            circles(8.0 * unit)?;
            outlined(2.5);
        } else {
            circles(3.0 * unit)?;
            outlined(1.5);
        }
        if let Some([x, y]) = self
            .selected
            .and_then(|index| self.places.get(index))
            .map(|at| pixel(*at))
        {
            context.begin_path();
            context.arc(x, y, 13.0 * unit, 0.0, TAU)?;
            outlined(2.5);
            context.begin_path();
            context.arc(x, y, 4.0 * unit, 0.0, TAU)?;
            context.set_fill_style_str(&style.selected);
            context.fill();
        }
        if let Some((at, radius)) = self.brush {
            let [x, y] = pixel(at);
            context.begin_path();
            context.arc(x, y, radius * f64::from(view.pixels_per_unit()), 0.0, TAU)?;
            outlined(1.5);
        }
        if let Some([x, y]) = self.cursor.map(pixel) {
            context.begin_path();
            for [dx, dy] in [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]] {
                context.move_to(x + 4.0 * unit * dx, y + 4.0 * unit * dy);
                context.line_to(x + 13.0 * unit * dx, y + 13.0 * unit * dy);
            }
            outlined(2.5);
        }
        Ok(())
    }
}
