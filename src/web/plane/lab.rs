//! What the lab lays over the plane: samples with the way that they went, generated samples, forces,
//! and the boundary's grips. The plane itself is drawn once and kept as long as it stays the same.

use std::{cell::Cell, f64::consts::TAU};

use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::{Colors, Forces, Plane, axes, context, levels, marker_size, stamp};
use crate::{
    config::Loss,
    lab::{StraightBoundary, Trail},
    measure::Surface,
    picture::view::{Frame, View},
    web::{page, style::PlaneStyle},
};

/// Most samples that carry their numbers; more of them would hide each other.
const MOST_NUMBERED: usize = 12;

/// A sample of the lab.
pub struct Placed<'a> {
    /// Where it is, in the plane.
    pub at: [f64; 2],
    /// Whether it is above the boundary.
    pub above: bool,
    /// The way that it went.
    pub trail: &'a Trail,
}

impl Placed<'_> {
    /// The pixel of its mark: where the sample is, or the nearest place at the frame's edge.
    pub fn mark(&self, view: &View, style: &PlaneStyle) -> [f32; 2] {
        within(view, pixel(view, self.at), 1.5 * style.em as f32)
    }
}

/// The plane without what lies over it.
pub struct Bare<'a> {
    /// What the discriminator says over the plane.
    pub surface: &'a Surface,
    /// What colours the plane.
    pub colors: Colors<'a>,
    /// The loss, whose levels are drawn as lines.
    pub loss: Loss,
}

/// What lies over the plane.
pub struct Over<'a> {
    /// The samples that were placed.
    pub placed: &'a [Placed<'a>],
    /// The selected one of them.
    pub selected: Option<usize>,
    /// Generated samples as x0, y0, x1, y1, …
    pub generated: &'a [f32],
    /// The forces on either.
    pub forces: Option<Forces<'a>>,
    /// The boundary, where a hand can shift and turn it.
    pub boundary: Option<StraightBoundary>,
}

/// The bare plane as it was drawn last.
pub struct Ground {
    canvas: HtmlCanvasElement,
    fresh: Cell<bool>,
}

impl Ground {
    /// A ground that is yet to be drawn.
    ///
    /// # Errors
    /// If the browser gives no canvas.
    pub fn new() -> Result<Self, JsValue> {
        Ok(Self {
            canvas: page::canvas()?,
            fresh: Cell::new(false),
        })
    }

    /// The plane has changed.
    pub fn forget(&self) {
        self.fresh.set(false);
    }

    /// Keeps what a canvas shows.
    fn keep(&self, shown: &HtmlCanvasElement) -> Result<(), JsValue> {
        // This clears the ground as well.
        self.canvas.set_width(shown.width());
        self.canvas.set_height(shown.height());
        context(&self.canvas)?.draw_image_with_html_canvas_element(shown, 0.0, 0.0)?;
        self.fresh.set(true);
        Ok(())
    }
}

impl Plane {
    /// The pixel under a place of the window, in CSS pixels; it may lie outside the frame.
    pub fn pixel_at(&self, [x, y]: [f64; 2]) -> [f32; 2] {
        let place = self.canvas.get_bounding_client_rect();
        [x - place.x(), y - place.y()].map(|at| at as f32)
    }

    /// Draws the bare plane, unless its ground is fresh, and what lies over it.
    ///
    /// # Errors
    /// What the browser says if it cannot draw.
    pub fn draw_over(
        &self,
        ground: &Ground,
        bare: &Bare,
        over: &Over,
        style: &PlaneStyle,
    ) -> Result<(), JsValue> {
        let [width, height] = self.fitted()?.map(f64::from);
        let size = |canvas: &HtmlCanvasElement| (canvas.width(), canvas.height());
        if ground.fresh.get() && size(&ground.canvas) == size(&self.canvas) {
            self.context.clear_rect(0.0, 0.0, width, height);
            self.context
                .draw_image_with_html_canvas_element_and_dw_and_dh(
                    &ground.canvas,
                    0.0,
                    0.0,
                    width,
                    height,
                )?;
        } else {
            self.draw_bare(bare, style)?;
            ground.keep(&self.canvas)?;
        }
        let Some(view) = self.view() else {
            return Ok(());
        };
        self.clip(&view);
        self.lay_over(over, &view, style)?;
        self.context.restore();
        Ok(())
    }

    fn draw_bare(&self, bare: &Bare, style: &PlaneStyle) -> Result<(), JsValue> {
        let view = self.begin(bare.surface, style)?;
        self.paint_surface(&bare.colors, &view, style)?;
        self.clip(&view);
        levels::draw(&self.context, bare.surface, &view, bare.loss, style)?;
        self.context.restore();
        axes::draw(&self.context, bare.surface, &view, style)
    }

    fn lay_over(&self, over: &Over, view: &View, style: &PlaneStyle) -> Result<(), JsValue> {
        if let Some(boundary) = &over.boundary {
            grips(&self.context, boundary, view, style)?;
        }
        trails(&self.context, over.placed, view, style)?;
        let size = marker_size(view, style);
        self.markers.borrow_mut().paint(size, style)?;
        stamp(
            &self.context,
            &self.markers.borrow().fake,
            over.generated,
            view,
        )?;
        let radius = f64::from(view.frame().width / 55.0)
            .clamp(5.0 * style.em / 16.0, 9.0 * style.em / 16.0);
        marks(&self.context, over.placed, radius, view, style);
        if let Some(forces) = &over.forces {
            forces.draw(&self.context, view, style)?;
        }
        if let Some(sample) = over.selected.and_then(|index| over.placed.get(index)) {
            self.ring(sample.mark(view, style), 1.7 * radius, style)?;
        }
        if over.placed.len() <= MOST_NUMBERED {
            numbers(&self.context, over.placed, radius, view, style)?;
        }
        Ok(())
    }
}

fn pixel(view: &View, point: [f64; 2]) -> [f32; 2] {
    view.to_pixel(point.map(|coordinate| coordinate as f32))
}

/// The place nearest to a pixel that is `inset` pixels inside the frame.
fn within(view: &View, [x, y]: [f32; 2], inset: f32) -> [f32; 2] {
    let Frame {
        left,
        top,
        width,
        height,
    } = view.frame();
    if view.contains([x, y]) {
        return [x, y];
    }
    let side = |low: f32, size: f32| (low + inset, (low + size - inset).max(low + inset));
    let ((left, right), (top, bottom)) = (side(left, width), side(top, height));
    [x.clamp(left, right), y.clamp(top, bottom)]
}

fn trace(context: &CanvasRenderingContext2d, line: &[[f32; 2]]) {
    for (index, [x, y]) in line.iter().enumerate() {
        if index == 0 {
            context.move_to((*x).into(), (*y).into());
        } else {
            context.line_to((*x).into(), (*y).into());
        }
    }
}

/// The ways that the samples went, each with a dot where it began.
fn trails(
    context: &CanvasRenderingContext2d,
    placed: &[Placed],
    view: &View,
    style: &PlaneStyle,
) -> Result<(), JsValue> {
    let unit = style.em / 16.0;
    context.set_line_join("round");
    context.set_line_cap("round");
    context.begin_path();
    let mut starts = Vec::new();
    for sample in placed {
        let points = sample.trail.points().iter().chain([&sample.at]);
        let line: Vec<_> = points.map(|point| pixel(view, *point)).collect();
        trace(context, &line);
        let ([from_x, from_y], [x, y]) = (line[0], line[line.len() - 1]);
        if (x - from_x).hypot(y - from_y) > 2.0 {
            starts.push(line[0]);
        }
    }
    for (width, color, alpha) in [(4.5, &style.outline, 0.8), (2.2, &style.fake, 1.0)] {
        context.set_line_width(width * unit);
        context.set_stroke_style_str(color);
        context.set_global_alpha(alpha);
        context.stroke();
    }
    context.set_global_alpha(1.0);
    context.set_line_cap("butt");
    for (radius, color) in [(4.6, &style.outline), (3.2, &style.fake)] {
        context.begin_path();
        for [x, y] in &starts {
            let (x, y) = (f64::from(*x), f64::from(*y));
            context.move_to(x + radius * unit, y);
            context.arc(x, y, radius * unit, 0.0, TAU)?;
        }
        context.set_fill_style_str(color);
        context.fill();
    }
    Ok(())
}

/// Triangles above the boundary, diamonds below; and where one has left the picture, a point at the
/// edge that shows to where it is.
fn marks(
    context: &CanvasRenderingContext2d,
    placed: &[Placed],
    radius: f64,
    view: &View,
    style: &PlaneStyle,
) {
    const TRIANGLE: [[f64; 2]; 3] = [[0.0, -1.05], [1.0, 0.8], [-1.0, 0.8]];
    const DIAMOND: [[f64; 2]; 4] = [[0.0, -1.2], [1.0, 0.0], [0.0, 1.2], [-1.0, 0.0]];
    context.begin_path();
    for sample in placed {
        let at = sample.mark(view, style);
        let there = pixel(view, sample.at);
        let [x, y] = at.map(f64::from);
        let shape: &[[f64; 2]] = if sample.above { &TRIANGLE } else { &DIAMOND };
        for (index, [dx, dy]) in shape.iter().enumerate() {
            let (x, y) = (x + radius * dx, y + radius * dy);
            if index == 0 {
                context.move_to(x, y);
            } else {
                context.line_to(x, y);
            }
        }
        context.close_path();
        if at != there {
            let away = [there[0] - at[0], there[1] - at[1]].map(f64::from);
            let length = away[0].hypot(away[1]).max(1e-6);
            beak(context, [x, y], away.map(|part| part / length), radius);
        }
    }
    context.set_line_join("round");
    context.set_stroke_style_str(&style.outline);
    context.set_line_width(3.0 * style.em / 16.0);
    context.stroke();
    context.set_fill_style_str(&style.fake);
    context.fill();
}

/// A small point beside a mark, in the direction to where its sample is.
fn beak(context: &CanvasRenderingContext2d, [x, y]: [f64; 2], [dx, dy]: [f64; 2], radius: f64) {
    let at = |ahead: f64, aside: f64| {
        [
            x + radius * (ahead * dx - aside * dy),
            y + radius * (ahead * dy + aside * dx),
        ]
    };
    for (index, [x, y]) in [at(2.5, 0.0), at(1.5, 0.8), at(1.5, -0.8)]
        .into_iter()
        .enumerate()
    {
        if index == 0 {
            context.move_to(x, y);
        } else {
            context.line_to(x, y);
        }
    }
    context.close_path();
}

/// The samples' numbers, as the table has them.
fn numbers(
    context: &CanvasRenderingContext2d,
    placed: &[Placed],
    radius: f64,
    view: &View,
    style: &PlaneStyle,
) -> Result<(), JsValue> {
    let unit = style.em / 16.0;
    let frame = view.frame();
    context.set_font(&format!("600 {}px {}", 0.8125 * style.em, style.font));
    context.set_text_baseline("middle");
    context.set_text_align("center");
    context.set_line_join("round");
    context.set_line_width(3.0 * unit);
    context.set_stroke_style_str(&style.outline);
    context.set_fill_style_str(&style.boundary);
    for (index, sample) in placed.iter().enumerate() {
        let [x, y] = sample.mark(view, style).map(f64::from);
        let below = y - f64::from(frame.top) < 3.5 * radius;
        let y = if below {
            y + 2.2 * radius
        } else {
            y - 2.2 * radius
        };
        let text = (index + 1).to_string();
        context.stroke_text(&text, x, y)?;
        context.fill_text(&text, x, y)?;
    }
    Ok(())
}

/// A double arrow across the boundary, where it can be shifted as anywhere, and the handle that turns
/// it.
fn grips(
    context: &CanvasRenderingContext2d,
    boundary: &StraightBoundary,
    view: &View,
    style: &PlaneStyle,
) -> Result<(), JsValue> {
    // Smaller in a small picture, where they would hide the samples.
    let unit = style.em / 16.0 * f64::from(view.frame().width / 220.0).clamp(0.6, 1.0);
    let [x, y] = pixel(view, boundary.handle()).map(f64::from);
    let [left, right] = [-1.0, 1.0].map(|side| {
        let reach = f64::from(11.0 / view.pixels_per_unit()) * unit;
        pixel(view, boundary.beside(side * reach)).map(f64::from)
    });
    context.set_line_join("round");
    context.set_line_cap("round");
    context.begin_path();
    for ([x, y], [from_x, from_y]) in [(left, right), (right, left)] {
        let length = (x - from_x).hypot(y - from_y).max(1e-6);
        let [dx, dy] = [(x - from_x) / length, (y - from_y) / length];
        let barb = 4.5 * unit;
        context.move_to(x - barb * (dx - dy), y - barb * (dy + dx));
        context.line_to(x, y);
        context.line_to(x - barb * (dx + dy), y - barb * (dy - dx));
        context.move_to(from_x, from_y);
        context.line_to(x, y);
    }
    for (width, color) in [(5.0, &style.outline), (2.0, &style.boundary)] {
        context.set_line_width(width * unit);
        context.set_stroke_style_str(color);
        context.stroke();
    }
    context.set_line_cap("butt");
    context.begin_path();
    context.arc(x, y, 7.0 * unit, 0.0, TAU)?;
    context.set_fill_style_str(&style.outline);
    context.fill();
    for (width, color) in [(5.5, &style.outline), (2.5, &style.boundary)] {
        context.set_line_width(width * unit);
        context.set_stroke_style_str(color);
        context.stroke();
    }
    context.begin_path();
    context.arc(x, y, 2.5 * unit, 0.0, TAU)?;
    context.set_fill_style_str(&style.boundary);
    context.fill();
    Ok(())
}
