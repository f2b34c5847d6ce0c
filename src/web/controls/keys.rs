//! Shortcuts: single keys that press the page's buttons, and those of a presenter's clicker.
//!
//! A key presses the button that is there for the view at hand, so that a shortcut does what the button
//! does, and nothing where that is hidden, locked or disabled.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::{dialogs, open_dialog};
use crate::web::{app::App, page};

/// Keys, and what is pressed by each: the first that shows of these selectors. index.html lists the same
/// (`dialog.keys`).
const KEYS: &[(&str, &str)] = &[
    (
        " ",
        "[data-action=play], [data-action=lab_play], [data-action=wall_play]",
    ),
    (
        "s",
        "[data-action=step], [data-action=lab_step], [data-action=wall_step]",
    ),
    ("d", "[data-action=step_d]"),
    ("g", "[data-action=step_g]"),
    (
        "r",
        "[data-action=reset], [data-action=lab_reset], [data-action=wall_reset]",
    ),
    ("n", "[data-action=new_seed], [data-action=wall_new_seeds]"),
    ("1", "[data-field=\"look.view\"][value=run]"),
    ("2", "[data-field=\"look.view\"][value=lab]"),
    ("3", "[data-field=\"look.view\"][value=wall]"),
    ("l", "[data-action=lessons]"),
    ("c", "[data-action=share]"),
    ("p", "[data-action=present]"),
];

/// What a clicker's keys press while presenting: forward, back, and the one for a dark screen.
const CLICKER: &[(&str, &str)] = &[
    (
        "PageDown",
        "[data-action=lesson_reveal], [data-action=lesson_next], [data-action=play], [data-action=lab_play], \
         [data-action=wall_play]",
    ),
    (
        "PageUp",
        "[data-action=lesson_previous], [data-action=reset], [data-action=lab_reset], [data-action=wall_reset]",
    ),
    (
        "b",
        "[data-action=play], [data-action=lab_play], [data-action=wall_play]",
    ),
    (
        ".",
        "[data-action=play], [data-action=lab_play], [data-action=wall_play]",
    ),
];

/// Binds the keys.
pub fn connect(app: &Rc<App>) {
    let this = app.clone();
    page::listen(&page::document(), "keydown", move |event: KeyboardEvent| {
        let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key());
        if plain && !event.default_prevented() && pressed(&this, &event) {
            event.prevent_default();
        }
    });
    let this = app.clone();
    page::listen(&page::document(), "fullscreenchange", move |_: Event| {
        fullscreen_ended(&this);
    });
}

/// A browser takes Escape for itself while a page fills the screen; leaving that leaves the presenter's page.
fn fullscreen_ended(app: &Rc<App>) {
    if page::document().fullscreen_element().is_none() && app.presenting() {
        app.set_presenting(false);
    }
}

/// Does what a key is for; says whether there was anything.
fn pressed(app: &Rc<App>, event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    if dialogs::is_any_open() || target.as_ref().is_some_and(takes_keys) {
        return false;
    }
    let key = event.key();
    let key = match key.len() {
        1 => key.to_ascii_lowercase(),
        _ => key,
    };
    if app.presenting() {
        if key == "Escape" {
            app.set_presenting(false);
            return true;
        }
        if let Some(selector) = meant(CLICKER, &key) {
            return press(selector);
        }
    }
    // Space and Enter press whatever button has the focus.
    let on_button = target.is_some_and(|element| element.matches("button, summary, a") == Ok(true));
    if !are_on() || event.repeat() || (key == " " && on_button) {
        return false;
    }
    match key.as_str() {
        "?" => {
            open_dialog("keys");
            true
        }
        key => meant(KEYS, key).is_some_and(press),
    }
}

fn meant(keys: &[(&str, &'static str)], key: &str) -> Option<&'static str> {
    keys.iter()
        .find(|(name, _)| *name == key)
        .map(|(_, selector)| *selector)
}

/// Whether an element has a use of its own for keys: what is typed into, chosen from, or worked by arrows.
fn takes_keys(element: &Element) -> bool {
    element.matches("input:not([type=radio], [type=checkbox]), select, textarea, canvas")
        == Ok(true)
}

/// Presses the first of these controls that shows; says whether there is one.
fn press(selector: &str) -> bool {
    // In the order in which they are named, not in which they stand on the page.
    let all = selector.split(", ").flat_map(page::all);
    let mut shown = all.filter(|element| {
        !element.has_attribute("disabled")
            && element.closest("[hidden], [data-withheld], [data-locked]") == Ok(None)
    });
    let Some(control) = shown
        .next()
        .and_then(|it| it.dyn_into::<HtmlElement>().ok())
    else {
        return false;
    };
    control.click();
    true
}

/// Whether the visitor has left the single keys on.
fn are_on() -> bool {
    page::hook::<HtmlInputElement>("setting", "keys").is_none_or(|input| input.checked())
}
