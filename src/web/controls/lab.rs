//! The lab's panes under a hand or the keyboard, its buttons, and its table.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, KeyboardEvent, PointerEvent};

use crate::{
    scene::MOST_SAMPLES,
    web::{app::App, page},
};

#[wasm_bindgen]
extern "C" {
    /// Whatever takes listeners, to say of one that it may keep the page from scrolling.
    type Touched;
    #[wasm_bindgen(method, js_name = addEventListener)]
    fn add_event_listener(this: &Touched, name: &str, callback: &JsValue, options: &JsValue);

    /// A touch event, of which the touches that are new count.
    #[wasm_bindgen(extends = Event)]
    type TouchStart;
    #[wasm_bindgen(method, getter, js_name = changedTouches)]
    fn changed_touches(this: &TouchStart) -> js_sys::Object;

    /// A finger.
    type Finger;
    #[wasm_bindgen(method, getter, js_name = clientX)]
    fn client_x(this: &Finger) -> f64;
    #[wasm_bindgen(method, getter, js_name = clientY)]
    fn client_y(this: &Finger) -> f64;
}

/// Binds the lab's panes to the app, also those that come later.
pub fn connect(app: &Rc<App>) {
    let Some(panes) = page::hook::<Element>("show", "lab_panes") else {
        return;
    };
    let this = app.clone();
    page::listen(&panes, "pointerdown", move |event: PointerEvent| {
        let Some(plane) = plane(&event) else { return };
        if this.lab_press(&plane, &event) {
            // From here on the pointer is the pane's, wherever it goes. It may be gone already.
            let _ = plane.set_pointer_capture(event.pointer_id());
        }
    });
    let this = app.clone();
    page::listen(&panes, "pointermove", move |event: PointerEvent| {
        if let Some(plane) = plane(&event) {
            this.lab_move(&plane, &event);
        }
    });
    let this = app.clone();
    page::listen(&panes, "pointerup", move |event: PointerEvent| {
        if let Some(plane) = plane(&event) {
            this.lab_release(&plane, &event);
        }
    });
    for gone in ["pointercancel", "lostpointercapture"] {
        let this = app.clone();
        page::listen(&panes, gone, move |event: PointerEvent| {
            if let Some(plane) = plane(&event) {
                this.lab_let_go(&plane);
            }
        });
    }
    let this = app.clone();
    page::listen(&panes, "focusin", move |event: Event| {
        if let Some(plane) = plane(&event) {
            this.lab_focus(&plane);
        }
    });
    let this = app.clone();
    page::listen(&panes, "keydown", move |event: KeyboardEvent| {
        let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key());
        if let Some(plane) = plane(&event).filter(|_| plain)
            && this.lab_key(&plane, &event)
        {
            event.prevent_default();
        }
    });
    keep_from_scrolling(app, &panes);
}

/// A finger that takes hold of something must not scroll the page; one that does not may.
fn keep_from_scrolling(app: &Rc<App>, panes: &Element) {
    let this = app.clone();
    let touched = Closure::<dyn FnMut(TouchStart)>::new(move |event: TouchStart| {
        let first = js_sys::Reflect::get_u32(&event.changed_touches(), 0);
        if let (Some(plane), Ok(finger)) = (plane(&event), first) {
            let finger: Finger = finger.unchecked_into();
            if this.lab_holds(&plane, [finger.client_x(), finger.client_y()]) {
                event.prevent_default();
            }
        }
    });
    let options = js_sys::Object::new();
    page::set_field(&options, "passive", &false.into());
    let panes: &Touched = panes.unchecked_ref();
    panes.add_event_listener("touchstart", touched.as_ref(), &options);
    touched.forget();
}

/// The canvas of the lab that an event is about.
fn plane(event: &Event) -> Option<Element> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.closest("[data-in=\"plane\"]").ok()?
}

/// A button of the lab was pressed.
pub(super) fn clicked(app: Rc<App>, action: &str) {
    match action {
        "lab_play" => app.lab_toggle(),
        "lab_step" => app.lab_step(),
        "lab_reset" => app.lab_reset(),
        "lab_all" => spawn_local(async move { app.lab_all().await }),
        "lab_add" => app.lab_add(),
        "lab_delete" => app.lab_delete(),
        "lab_reset_samples" => app.lab_reset_samples(),
        _ => {}
    }
}

/// Shows whether the lab moves.
pub fn show_lab_playing(playing: bool) {
    if let Some(button) = page::hook::<Element>("action", "lab_play") {
        page::set_attribute(&button, "aria-pressed", &playing.to_string());
    }
}

/// Shows which of the samples' buttons make sense.
pub fn show_lab_editing(samples: usize, is_selected: bool) {
    for (action, makes_sense) in [
        ("lab_add", samples < MOST_SAMPLES),
        ("lab_delete", is_selected),
    ] {
        if let Some(button) = page::hook::<Element>("action", action) {
            page::set_disabled(&button, !makes_sense);
        }
    }
}

/// Shows or hides what to do where there is no sample.
pub fn show_lab_hint(shown: bool) {
    if let Some(hint) = page::hook::<Element>("show", "lab_hint") {
        page::set_hidden(&hint, !shown);
    }
}

/// What a row of the lab's table says.
pub struct LabRow {
    /// The side of the boundary, where it is about one sample.
    pub above: Option<bool>,
    /// Whether it is about the selected sample.
    pub selected: bool,
    /// What stands in it.
    pub cells: [(&'static str, String); 5],
}

/// The rows of one loss in the lab's table: a heading, and rows that are used again and again.
pub struct RowGroup {
    heading: Element,
    rows: Vec<Element>,
}

impl RowGroup {
    /// A group at the end of the table, with no row yet.
    ///
    /// # Errors
    /// If the page has no place or no template for it.
    pub fn new() -> Result<Self, JsValue> {
        let table: Element =
            page::hook("show", "lab_rows").ok_or("the page has no table for the lab")?;
        let heading = page::clone_template("lab_group")?;
        table.append_child(&heading)?;
        Ok(Self {
            heading,
            rows: Vec::new(),
        })
    }

    /// Gives the group so many rows; its heading shows where there are several groups.
    pub fn lay_out(&mut self, rows: usize, with_heading: bool) {
        page::set_hidden(&self.heading, !with_heading);
        while self.rows.len() > rows {
            if let Some(row) = self.rows.pop() {
                row.remove();
            }
        }
        while self.rows.len() < rows {
            let last = self.rows.last().unwrap_or(&self.heading);
            match page::clone_template("lab_row") {
                Ok(row) if last.after_with_node_1(&row).is_ok() => self.rows.push(row),
                _ => return,
            }
        }
    }

    /// Writes the heading: the loss's name in hooks, and in words.
    pub fn show_name(&self, loss: &str, name: &str) {
        page::set_attribute(&self.heading, "data-loss", loss);
        page::show_in(&self.heading, "name", name);
    }

    /// Writes a row.
    pub fn show(&self, index: usize, shown: &LabRow) {
        let Some(row) = self.rows.get(index) else {
            return;
        };
        page::set_attribute(row, "aria-current", &shown.selected.to_string());
        if let Some(marker) = page::inner::<Element>(row, "marker") {
            let side = match shown.above {
                Some(true) => "above",
                Some(false) => "below",
                None => "",
            };
            page::set_attribute(&marker, "data-side", side);
        }
        for (name, text) in &shown.cells {
            page::show_in(row, name, text);
        }
    }
}

impl Drop for RowGroup {
    fn drop(&mut self) {
        self.heading.remove();
        self.rows.iter().for_each(Element::remove);
    }
}
