//! The markers of the samples, each painted once and then stamped, and the real samples, which are
//! stamped once.

use std::f64::consts::TAU;

use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::context;
use crate::{
    picture::view::View,
    web::{page, style::PlaneStyle},
};

/// The real samples as they lie on a canvas: they are the same in every picture of a run, so they are
/// stamped once.
pub struct Backdrop {
    /// Their picture, as large as the plane's canvas.
    pub picture: HtmlCanvasElement,
    /// What it was painted from: the view, the samples, and what the markers were painted with.
    key: Option<(View, Vec<f32>, String)>,
}

impl Backdrop {
    /// A picture that is yet to be painted.
    ///
    /// # Errors
    /// If the browser gives no canvas.
    pub fn new() -> Result<Self, JsValue> {
        Ok(Self {
            picture: page::canvas()?,
            key: None,
        })
    }

    /// Paints it, if anything changed, on a canvas of `size` pixels of the screen.
    ///
    /// # Errors
    /// What the browser says if it cannot draw.
    pub fn paint(
        &mut self,
        real: &[f32],
        markers: &Markers,
        view: &View,
        size: [u32; 2],
    ) -> Result<(), JsValue> {
        let is_same = self.key.as_ref().is_some_and(|(at, samples, painted)| {
            at == view && samples == real && *painted == markers.painted
        });
        if is_same && [self.picture.width(), self.picture.height()] == size {
            return Ok(());
        }
        self.picture.set_width(size[0]);
        self.picture.set_height(size[1]);
        let context = context(&self.picture)?;
        let ratio = page::window().device_pixel_ratio();
        context.scale(ratio, ratio)?;
        stamp(&context, &markers.real, real, view)?;
        self.key = Some((*view, real.to_vec(), markers.painted.clone()));
        Ok(())
    }
}

/// Stamps a marker on every sample, each on whole pixels of the screen. A stamp takes a tenth of the
/// time of a stroke, where no graphics card draws.
///
/// # Errors
/// What the browser says if it cannot draw.
pub fn stamp(
    context: &CanvasRenderingContext2d,
    marker: &HtmlCanvasElement,
    samples: &[f32],
    view: &View,
) -> Result<(), JsValue> {
    let ratio = page::window().device_pixel_ratio();
    let side = f64::from(marker.width());
    for point in samples.chunks_exact(2) {
        let [x, y] = view
            .to_pixel([point[0], point[1]])
            .map(|at| (f64::from(at) * ratio - 0.5 * side).round() / ratio);
        let side = side / ratio;
        context.draw_image_with_html_canvas_element_and_dw_and_dh(marker, x, y, side, side)?;
    }
    Ok(())
}

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
