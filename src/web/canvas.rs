//! Draws a snapshot onto the page's canvas: surface, level lines, samples, axes.
//!
//! Everything is drawn where it is at the snapshot's step; nothing is moved in between.

use std::cell::RefCell;

use wasm_bindgen::{Clamped, prelude::*};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use super::{markers::Markers, page, style::PlaneStyle};
use crate::{
    config::Loss,
    gan::loss,
    measure::{Snapshot, Surface},
    picture::{
        axis, contour_lines,
        surface::{Scale, rgba},
        view::{Margins, View},
    },
};

/// Room for the ticks' labels, in CSS pixels; `em` is the page's font size in them.
fn margins(em: f32) -> Margins {
    Margins {
        left: 2.4 * em,
        right: 0.6 * em,
        top: 0.6 * em,
        bottom: 1.5 * em,
    }
}

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

/// The plane's canvas.
pub struct Plane {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// Holds the surface at its own size, to be drawn enlarged.
    cells: HtmlCanvasElement,
    markers: RefCell<Markers>,
}

impl Plane {
    /// Finds the canvas.
    ///
    /// # Errors
    /// If the page has none, or the browser cannot draw on it.
    pub fn find() -> Result<Self, JsValue> {
        let canvas: HtmlCanvasElement =
            page::hook("canvas", "plane").ok_or("the page has no canvas for the plane")?;
        Ok(Self {
            context: context(&canvas)?,
            canvas,
            cells: page::canvas()?,
            markers: RefCell::new(Markers::new()?),
        })
    }

    /// Draws a snapshot of a run under `loss`.
    ///
    /// # Errors
    /// What the browser says if it cannot draw.
    pub fn draw(&self, snapshot: &Snapshot, loss: Loss, style: &PlaneStyle) -> Result<(), JsValue> {
        let [width, height] = fit(&self.canvas, &self.context)?;
        let surface = &snapshot.surface;
        let view = View::new(
            surface.x,
            surface.y,
            [width, height],
            margins(style.em as f32),
        );
        self.context
            .clear_rect(0.0, 0.0, width.into(), height.into());
        self.surface(surface, &view, scale(loss), style)?;

        let frame = view.frame();
        self.context.save();
        self.context.begin_path();
        self.context.rect(
            frame.left.into(),
            frame.top.into(),
            frame.width.into(),
            frame.height.into(),
        );
        self.context.clip();
        self.level_lines(surface, &view, loss, style)?;
        let size = f64::from(frame.width / 160.0).clamp(2.0, 3.5 * style.em / 16.0);
        self.markers.borrow_mut().paint(size, style)?;
        let markers = self.markers.borrow();
        self.stamp(&markers.real, &snapshot.real, &view)?;
        self.stamp(&markers.fake, &snapshot.fake, &view)?;
        self.context.restore();
        self.axes(surface, &view, style)
    }

    fn surface(
        &self,
        surface: &Surface,
        view: &View,
        scale: Scale,
        style: &PlaneStyle,
    ) -> Result<(), JsValue> {
        let (columns, rows) = (surface.width as u32, surface.height as u32);
        if self.cells.width() != columns || self.cells.height() != rows {
            self.cells.set_width(columns);
            self.cells.set_height(rows);
        }
        let pixels = rgba(surface, scale, &style.map);
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), columns, rows)?;
        context(&self.cells)?.put_image_data(&image, 0.0, 0.0)?;
        let frame = view.frame();
        self.context
            .draw_image_with_html_canvas_element_and_dw_and_dh(
                &self.cells,
                frame.left.into(),
                frame.top.into(),
                frame.width.into(),
                frame.height.into(),
            )
    }

    fn level_lines(
        &self,
        surface: &Surface,
        view: &View,
        loss: Loss,
        style: &PlaneStyle,
    ) -> Result<(), JsValue> {
        let context = &self.context;
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

    /// Stamps a marker on every sample, each on whole pixels of the screen. A stamp takes a tenth of
    /// the time of a stroke, where no graphics card draws.
    fn stamp(
        &self,
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
            self.context
                .draw_image_with_html_canvas_element_and_dw_and_dh(
                    marker,
                    x,
                    y,
                    side / ratio,
                    side / ratio,
                )?;
        }
        Ok(())
    }

    fn axes(&self, surface: &Surface, view: &View, style: &PlaneStyle) -> Result<(), JsValue> {
        let context = &self.context;
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
        let ticks = |edges: [f32; 2]| axis::ticks(edges.map(f64::from), 7);
        context.set_text_align("center");
        context.set_text_baseline("top");
        for tick in ticks(surface.x) {
            let x = f64::from(view.to_pixel([tick.value as f32, 0.0])[0]);
            context.move_to(x, bottom);
            context.line_to(x, bottom + 4.0 * unit);
            context.fill_text(&tick.label, x, bottom + 6.0 * unit)?;
        }
        context.set_text_align("right");
        context.set_text_baseline("middle");
        for tick in ticks(surface.y) {
            let y = f64::from(view.to_pixel([0.0, tick.value as f32])[1]);
            context.move_to(left - 4.0 * unit, y);
            context.line_to(left, y);
            context.fill_text(&tick.label, left - 7.0 * unit, y)?;
        }
        context.stroke();
        Ok(())
    }
}

/// Paints the colour bar of a loss and writes its ends and middle beside it; low is at the start.
///
/// # Errors
/// What the browser says if it cannot draw.
pub fn color_bar(style: &PlaneStyle) -> Result<(), JsValue> {
    let Some(canvas) = page::hook::<HtmlCanvasElement>("canvas", "colorbar") else {
        return Ok(());
    };
    const COLORS: u32 = 256;
    canvas.set_width(COLORS);
    canvas.set_height(1);
    let pixels: Vec<u8> = (0..COLORS)
        .flat_map(|index| {
            let [red, green, blue] = style
                .map
                .color(2.0 * index as f32 / (COLORS - 1) as f32 - 1.0);
            [red, green, blue, 255]
        })
        .collect();
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), COLORS, 1)?;
    context(&canvas)?.put_image_data(&image, 0.0, 0.0)
}

/// Dashes of a level line in CSS pixels; style.css draws the same ones in the legend.
fn dashes(name: &str) -> &'static [f64] {
    match name {
        "a" => &[2.0, 5.0],
        "b" => &[8.0, 3.0],
        "c" => &[8.0, 3.0, 2.0, 3.0],
        _ => &[],
    }
}

fn set_dashes(context: &CanvasRenderingContext2d, dashes: &[f64]) -> Result<(), JsValue> {
    let segments: js_sys::Array = dashes.iter().copied().map(JsValue::from).collect();
    context.set_line_dash(&segments)
}

/// The 2-D context of a canvas.
///
/// # Errors
/// If the browser has none.
pub fn context(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    let context = canvas
        .get_context("2d")?
        .ok_or("this browser has no 2-D canvas")?;
    Ok(context.unchecked_into())
}

/// Gives the canvas one pixel for each pixel of the screen, and its context CSS pixels as units;
/// returns its size in those.
fn fit(
    canvas: &HtmlCanvasElement,
    context: &CanvasRenderingContext2d,
) -> Result<[f32; 2], JsValue> {
    let ratio = page::window().device_pixel_ratio();
    let size = [canvas.client_width(), canvas.client_height()].map(|side| f64::from(side.max(1)));
    let [width, height] = size.map(|side| (side * ratio).round() as u32);
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0)?;
    Ok(size.map(|side| side as f32))
}
