//! Pointer and keys on the panes' planes. One listener each on the document serves all panes, also
//! those that come later.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Element, KeyboardEvent, PointerEvent};

use crate::web::{app::App, page};

/// Binds pointer and keys to the app.
pub fn connect(app: &Rc<App>) {
    let document = page::document();
    let this = app.clone();
    let mut over: Option<Element> = None;
    page::listen(&document, "pointermove", move |event: PointerEvent| {
        // A finger that scrolls the page points at nothing, nor does a hand that draws.
        if event.pointer_type() == "touch" || this.own_tool().is_some() {
            return;
        }
        let plane = plane(&event);
        if let Some(left) = over.take().filter(|left| plane.as_ref() != Some(left)) {
            this.hover(&left, None);
        }
        if let Some(plane) = &plane {
            this.hover(plane, Some(&event));
        }
        over = plane;
    });
    let this = app.clone();
    page::listen(&document, "pointerup", move |event: PointerEvent| {
        if this.own_tool().is_some() && plane(&event).is_some() {
            // The hand was drawing.
        } else if let Some(plane) = plane(&event) {
            this.choose_at(&plane, &event);
        } else if let Some(chart) = closest(&event, "[data-chart=\"curve\"]") {
            this.choose_in_chart(&chart, &event);
        }
    });
    let this = app.clone();
    page::listen(&document, "keydown", move |event: KeyboardEvent| {
        let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key());
        if let Some(plane) = plane(&event).filter(|_| plain)
            && (this.own_key(&event) || this.plane_key(&plane, &event))
        {
            event.prevent_default();
        }
    });
}

/// The canvas of a plane that an event is about.
fn plane(event: &web_sys::Event) -> Option<Element> {
    closest(event, "[data-show=\"panes\"] [data-in=\"plane\"]")
}

/// The nearest element around an event that a selector finds.
fn closest(event: &web_sys::Event, selector: &str) -> Option<Element> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.closest(selector).ok()?
}
