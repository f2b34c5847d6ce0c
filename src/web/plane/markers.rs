//! The markers of the samples, each painted once and then stamped.

use std::f64::consts::TAU;

use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::context;
use crate::web::{page, style::PlaneStyle};

/// One canvas for each kind of sample.
pub struct Markers {
    /// A filled circle with a halo.
    pub real: HtmlCanvasElement,
    /// A cross with a halo.
    pub fake: HtmlCanvasElement,
    /// What they were painted with.
    painted: String,
}

impl Markers {
    /// Markers that are yet to be painted.
    ///
    /// # Errors
    /// If the browser gives no canvas.
    pub fn new() -> Result<Self, JsValue> {
        Ok(Self {
            real: page::canvas()?,
            fake: page::canvas()?,
            painted: String::new(),
        })
    }

    /// Paints both, if their size or the style changed; `size` is half a marker's width in CSS pixels.
    ///
    /// # Errors
    /// What the browser says if it cannot draw.
    pub fn paint(&mut self, size: f64, style: &PlaneStyle) -> Result<(), JsValue> {
        let ratio = page::window().device_pixel_ratio();
        let key = format!(
            "{size} {ratio} {} {} {}",
            style.real, style.fake, style.outline
        );
        if key == self.painted {
            return Ok(());
        }
        let side = (2.0 * (2.0 * size + 2.0) * ratio).ceil();
        for marker in [&self.real, &self.fake] {
            marker.set_width(side as u32);
            marker.set_height(side as u32);
            let context = context(marker)?;
            context.translate(0.5 * side, 0.5 * side)?;
            context.scale(ratio, ratio)?;
        }
        let (real, fake) = (context(&self.real)?, context(&self.fake)?);
        for (radius, color) in [
            (0.75 * size + 1.0, &style.outline),
            (0.75 * size, &style.real),
        ] {
            real.begin_path();
            real.arc(0.0, 0.0, radius, 0.0, TAU)?;
            real.set_fill_style_str(color);
            real.fill();
        }
        fake.set_line_cap("round");
        fake.begin_path();
        for sign in [-1.0, 1.0] {
            fake.move_to(-size, -sign * size);
            fake.line_to(size, sign * size);
        }
        for (width, color) in [
            (0.6 * size + 1.5, &style.outline),
            (0.6 * size, &style.fake),
        ] {
            fake.set_line_width(width);
            fake.set_stroke_style_str(color);
            fake.stroke();
        }
        self.painted = key;
        Ok(())
    }
}
