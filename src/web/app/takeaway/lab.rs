//! The lab as a picture: its panes as they stand, on white paper in the colours of the light theme.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use crate::{
    scene::View,
    web::{
        app::{App, State},
        downloads::{self, File},
        page, plane,
    },
};

/// Room around the panes and above each for its name, in pixels of the picture.
const MARGIN: f64 = 24.0;
const NAME: f64 = 40.0;
const HEAD: f64 = 64.0;

impl App {
    /// The lab's panes as a PNG file.
    ///
    /// # Errors
    /// If the lab is not open, or what the browser says if it cannot draw.
    pub(super) async fn lab_file(self: &Rc<Self>) -> Result<File, JsValue> {
        let (name, sheet) = {
            let mut state = self.state.borrow_mut();
            if state.scene.look.view != View::Lab {
                return Err(state.words.get("takeaway.no_lab").into());
            }
            let sheet = state.in_light(State::lab_sheet);
            state.lab.redraw();
            (state.file_name("lab.png"), sheet)
        };
        // The page gets its own colours back whatever became of the sheet.
        self.ask_frame();
        downloads::canvas_png(&name, &sheet?).await
    }
}

impl State {
    fn lab_sheet(&mut self) -> Result<HtmlCanvasElement, JsValue> {
        self.lab.redraw();
        self.draw_lab_planes()?;
        let panes = self.lab.pictures(&self.words);
        let columns = if panes.len() > 1 { 2 } else { 1 };
        let rows = panes.len().div_ceil(columns);
        let side = |side: fn(&HtmlCanvasElement) -> u32| {
            let sides = panes.iter().map(|(_, canvas)| f64::from(side(canvas)));
            sides.fold(1.0, f64::max)
        };
        let (width, height) = (
            side(HtmlCanvasElement::width),
            side(HtmlCanvasElement::height),
        );
        let sheet = page::canvas()?;
        sheet.set_width((columns as f64 * (width + MARGIN) + MARGIN) as u32);
        sheet.set_height((HEAD + rows as f64 * (height + NAME) + MARGIN) as u32);
        let context = plane::context(&sheet)?;
        context.set_fill_style_str("#ffffff");
        context.fill_rect(0.0, 0.0, sheet.width().into(), sheet.height().into());
        context.set_fill_style_str(&self.style.ink);
        context.set_text_baseline("middle");
        let font = |size: u32| format!("600 {size}px {}", self.style.font);
        let room = f64::from(sheet.width()) - 2.0 * MARGIN;
        if let Some(pane) = self.focused() {
            context.set_font(&font(20));
            let title = self.lab_title(pane);
            context.fill_text_with_max_width(&title, MARGIN, 0.5 * HEAD, room)?;
        }
        context.set_font(&font(17));
        for (index, (name, canvas)) in panes.iter().enumerate() {
            let left = MARGIN + (index % columns) as f64 * (width + MARGIN);
            let top = HEAD + (index / columns) as f64 * (height + NAME);
            context.fill_text_with_max_width(name, left, top + 0.5 * NAME, width)?;
            context.draw_image_with_html_canvas_element(canvas, left, top + NAME)?;
        }
        Ok(sheet)
    }
}
