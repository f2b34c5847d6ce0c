//! The plane on a canvas: surface, level lines, the generator's grid, samples, forces, axes.
//!
//! Everything is drawn where it is at the snapshot's step; nothing is moved in between.

mod axes;
mod colors;
mod forces;
mod grid;
mod handles;
mod lab;
mod levels;
mod markers;

use std::cell::{Cell, RefCell};

use wasm_bindgen::{Clamped, prelude::*};
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, ImageData, PointerEvent};

pub use colors::{Colors, scale_of};
pub use forces::{Forces, GHOST_DASHES, legend as force_legend};
pub use handles::Handles;
pub use lab::{Bare, Ground, Over, Placed};
pub use levels::{Level, dashes, levels, scale};

use super::{page, style::PlaneStyle};
use crate::{
    config::Loss,
    measure::{Mesh, Surface},
    picture::view::{Margins, View},
};
use markers::{Backdrop, Markers, stamp};

/// What is drawn.
pub struct Picture<'a> {
    /// The discriminator's output over the plane.
    pub surface: &'a Surface,
    /// What colours the plane.
    pub colors: Colors<'a>,
    /// The loss whose levels are drawn as lines, and the surface on which they are.
    pub levels: Option<(Loss, &'a Surface)>,
    /// The generator's grid.
    pub mesh: Option<&'a Mesh>,
    /// Where the latent that is pointed at landed, step after step, last where it is now.
    pub trail: &'a [[f32; 2]],
    /// Real samples as x0, y0, x1, y1, …
    pub real: &'a [f32],
    /// Generated samples.
    pub fake: &'a [f32],
    /// The forces on them.
    pub forces: &'a [Forces<'a>],
    /// The selected one of the generated samples.
    pub selected: Option<usize>,
    /// The target under a hand.
    pub handles: Option<&'a Handles<'a>>,
}

/// The plane's canvas.
pub struct Plane {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// Holds the surface at its own size, to be drawn enlarged.
    cells: HtmlCanvasElement,
    markers: RefCell<Markers>,
    backdrop: RefCell<Backdrop>,
    /// The canvas's size in CSS pixels, until the page's layout changes: to ask for it makes the
    /// browser lay the page out at once.
    size: Cell<Option<[f32; 2]>>,
    /// How the plane lay on the canvas when it was drawn last.
    view: Cell<Option<View>>,
}

impl Plane {
    /// The plane on the canvas inside a pane.
    ///
    /// # Errors
    /// If the pane has none, or the browser cannot draw on it.
    pub fn inside(pane: &Element) -> Result<Self, JsValue> {
        let canvas: HtmlCanvasElement =
            page::inner(pane, "plane").ok_or("the pane has no canvas for the plane")?;
        Ok(Self {
            context: context(&canvas)?,
            canvas,
            cells: page::canvas()?,
            markers: RefCell::new(Markers::new()?),
            backdrop: RefCell::new(Backdrop::new()?),
            size: Cell::new(None),
            view: Cell::new(None),
        })
    }

    /// The canvas that it is drawn on.
    pub fn canvas(&self) -> &HtmlCanvasElement {
        &self.canvas
    }

    /// How the plane lay on the canvas when it was drawn last.
    pub fn view(&self) -> Option<View> {
        self.view.get()
    }

    /// The page's layout changed: the canvas may have another size.
    pub fn forget_size(&self) {
        self.size.set(None);
    }

    /// The pixel of the canvas under a pointer, in CSS pixels.
    pub fn under(&self, event: &PointerEvent) -> Option<[f32; 2]> {
        let place = self.canvas.get_bounding_client_rect();
        let at = [
            f64::from(event.client_x()) - place.x(),
            f64::from(event.client_y()) - place.y(),
        ]
        .map(|at| at as f32);
        self.view()?.contains(at).then_some(at)
    }

    /// Draws a picture.
    ///
    /// # Errors
    /// What the browser says if it cannot draw.
    pub fn draw(&self, picture: &Picture, style: &PlaneStyle) -> Result<(), JsValue> {
        let view = self.begin(picture.surface, style)?;
        self.paint_surface(&picture.colors, &view, style)?;
        self.clip(&view);
        if let Some((loss, surface)) = picture.levels {
            levels::draw(&self.context, surface, &view, loss, style)?;
        }
        if let Some(mesh) = picture.mesh {
            grid::draw(&self.context, mesh, picture.trail, &view, style)?;
        }
        let size = marker_size(&view, style);
        self.markers.borrow_mut().paint(size, style)?;
        let markers = self.markers.borrow();
        self.put_real_samples(picture.real, &markers, &view)?;
        stamp(&self.context, &markers.fake, picture.fake, &view)?;
        for forces in picture.forces {
            forces.draw(&self.context, &view, style)?;
        }
        if let Some(index) = picture.selected
            && let Some(at) = picture.fake.get(2 * index..2 * index + 2)
        {
            self.ring(view.to_pixel([at[0], at[1]]), 2.2 * size, style)?;
        }
        if let Some(handles) = picture.handles {
            handles.draw(&self.context, &view, style)?;
        }
        self.context.restore();
        axes::draw(&self.context, picture.surface, &view, style)
    }

    /// Clears the canvas; returns how the plane lies on it.
    fn begin(&self, surface: &Surface, style: &PlaneStyle) -> Result<View, JsValue> {
        let [width, height] = self.fitted()?;
        let (size, margins) = ([width, height], margins(style.em as f32));
        let view = View::new(surface.x, surface.y, size, margins);
        self.view.set(Some(view));
        self.context
            .clear_rect(0.0, 0.0, width.into(), height.into());
        Ok(view)
    }

    /// The canvas's size in CSS pixels, once it has one pixel for each of the screen's.
    fn fitted(&self) -> Result<[f32; 2], JsValue> {
        let size = match self.size.get() {
            Some(size) => size,
            None => fit(&self.canvas, &self.context)?,
        };
        self.size.set(Some(size));
        Ok(size)
    }

    /// Keeps what follows inside the frame, until the context is restored.
    fn clip(&self, view: &View) {
        let frame = view.frame();
        let (left, top) = (frame.left.into(), frame.top.into());
        self.context.save();
        self.context.begin_path();
        self.context
            .rect(left, top, frame.width.into(), frame.height.into());
        self.context.clip();
    }

    fn put_real_samples(
        &self,
        real: &[f32],
        markers: &Markers,
        view: &View,
    ) -> Result<(), JsValue> {
        let mut backdrop = self.backdrop.borrow_mut();
        let size = [self.canvas.width(), self.canvas.height()];
        backdrop.paint(real, markers, view, size)?;
        let ratio = page::window().device_pixel_ratio();
        let [width, height] = size.map(|side| f64::from(side) / ratio);
        self.context
            .draw_image_with_html_canvas_element_and_dw_and_dh(
                &backdrop.picture,
                0.0,
                0.0,
                width,
                height,
            )
    }

    /// The ring around a selected sample.
    fn ring(&self, [x, y]: [f32; 2], radius: f64, style: &PlaneStyle) -> Result<(), JsValue> {
        let unit = style.em / 16.0;
        for (width, color) in [(5.0, &style.outline), (2.5, &style.selected)] {
            self.context.begin_path();
            self.context
                .arc(x.into(), y.into(), radius, 0.0, std::f64::consts::TAU)?;
            self.context.set_line_width(width * unit);
            self.context.set_stroke_style_str(color);
            self.context.stroke();
        }
        Ok(())
    }

    fn paint_surface(
        &self,
        colors: &Colors,
        view: &View,
        style: &PlaneStyle,
    ) -> Result<(), JsValue> {
        let ([columns, rows], pixels) = colors.image(style);
        if self.cells.width() != columns || self.cells.height() != rows {
            self.cells.set_width(columns);
            self.cells.set_height(rows);
        }
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
}

/// Room for the ticks' labels, in CSS pixels; `em` is the page's font size in them.
fn margins(em: f32) -> Margins {
    Margins {
        left: 2.4 * em,
        right: 0.6 * em,
        top: 0.6 * em,
        bottom: 1.5 * em,
    }
}

/// Half the width of a sample's marker, in CSS pixels.
fn marker_size(view: &View, style: &PlaneStyle) -> f64 {
    f64::from(view.frame().width / 160.0).clamp(2.0, 3.5 * style.em / 16.0)
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

/// Sets the pattern of the strokes that follow.
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
