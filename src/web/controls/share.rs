//! The dialog of what is handed out, and the page as it was handed out.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlInputElement, HtmlSelectElement};

use super::target;
use crate::{
    picture::qr::Qr,
    scene::{Fate, Handout, PARTS},
    web::{app::App, page},
};

/// Lists the parts that can be hidden or locked; their names come with the other words.
pub fn offer_parts() {
    let Some(list) = page::hook::<Element>("show", "share_parts") else {
        return;
    };
    for part in PARTS {
        let Ok(row) = page::clone_template("share_part") else {
            return;
        };
        if let Some(name) = page::inner::<Element>(&row, "name") {
            page::set_attribute(&name, "data-text", &format!("part.{part}"));
        }
        if let Some(select) = page::inner::<Element>(&row, "fate") {
            page::set_attribute(&select, "data-fate", part);
        }
        let added = list.append_child(&row);
        debug_assert!(added.is_ok(), "a list takes rows");
    }
}

/// A control of the dialog was changed; says whether it was one of these.
pub(super) fn changed(app: &Rc<App>, event: &Event) -> bool {
    if let Some((element, part)) = target(event, "data-fate")
        && let Some(select) = element.dyn_ref::<HtmlSelectElement>()
    {
        let fate = match select.value().as_str() {
            "locked" => Fate::Locked,
            "hidden" => Fate::Hidden,
            _ => Fate::Shown,
        };
        app.decide_part(&part, fate);
        return true;
    }
    if target(event, "data-handout").is_some() {
        let input = |name| page::hook::<HtmlInputElement>("handout", name);
        let embed = input("embed").is_some_and(|input| input.checked());
        let origins = input("origins").map_or_else(String::new, |input| input.value());
        app.decide_frame(embed, &origins);
        return true;
    }
    false
}

/// Shows the link, the frame's HTML and the QR code, or that the link is too long for one.
pub fn show_shared(link: &str, frame: &str, qr: Option<&Qr>) {
    for (name, text) in [("link", link), ("frame", frame)] {
        if let Some(input) = page::hook::<HtmlInputElement>("shared", name) {
            input.set_value(text);
        }
    }
    for (name, shown) in [("qr", qr.is_some()), ("qr_too_long", qr.is_none())] {
        if let Some(element) = page::hook::<Element>("show", name) {
            // An SVG element has no `hidden` of its own.
            let set = element.toggle_attribute_with_force("hidden", !shown);
            debug_assert!(set.is_ok(), "hidden is a valid attribute name");
        }
    }
    if let (Some(qr), Some(svg)) = (qr, page::hook::<Element>("show", "qr")) {
        page::set_attribute(&svg, "viewBox", &format!("0 0 {0} {0}", qr.side));
        page::set_attribute(&svg, "width", &qr.width().to_string());
        if let Some(path) = svg.last_element_child() {
            page::set_attribute(&path, "d", &qr.path);
        }
    }
}

/// Shows what was chosen for the link.
pub fn show_draft(draft: &Handout) {
    for select in page::all("[data-fate]") {
        let part = select.get_attribute("data-fate").unwrap_or_default();
        if let Some(select) = select.dyn_ref::<HtmlSelectElement>() {
            select.set_value(match draft.fate(&part) {
                Fate::Shown => "shown",
                Fate::Locked => "locked",
                Fate::Hidden => "hidden",
            });
        }
    }
    if let Some(input) = page::hook::<HtmlInputElement>("handout", "embed") {
        input.set_checked(draft.embed);
    }
    for element in page::all(".share-frame") {
        page::set_hidden(&element, !draft.embed);
    }
}

/// Marks the list of sites as understood or not.
pub fn mark_origins(understood: bool) {
    if let Some(input) = page::hook::<Element>("handout", "origins") {
        page::set_attribute(&input, "aria-invalid", &(!understood).to_string());
    }
}

/// Shows the page as it was handed out.
pub fn show_handout(handout: &Handout) {
    let embedded = page::root().toggle_attribute_with_force("data-embed", handout.embed);
    debug_assert!(embedded.is_ok(), "data-embed is a valid attribute name");
    for element in page::all("[data-part]") {
        let part = element.get_attribute("data-part").unwrap_or_default();
        let fate = handout.fate(&part);
        // Not `hidden`: that says what belongs to the view.
        for (name, is) in [
            ("data-withheld", fate == Fate::Hidden),
            ("data-locked", fate == Fate::Locked),
        ] {
            let set = element.toggle_attribute_with_force(name, is);
            debug_assert!(set.is_ok(), "{name} is a valid attribute name");
        }
    }
    // Afterwards, since one part can stand in another.
    for control in
        page::all("[data-part] :is(button, select, input), [data-part]:is(button, select, input)")
    {
        let locked = control
            .closest("[data-locked]")
            .is_ok_and(|part| part.is_some());
        lock(&control, locked);
    }
}

/// Disables a control, and enables it again if it was disabled here.
fn lock(control: &Element, locked: bool) {
    if locked || control.has_attribute("data-locked-here") {
        page::set_disabled(control, locked);
        let set = control.toggle_attribute_with_force("data-locked-here", locked);
        debug_assert!(set.is_ok(), "data-locked-here is a valid attribute name");
    }
}

/// Whether an event is about a part that is locked.
pub(super) fn is_locked(event: &Event) -> bool {
    target(event, "data-locked").is_some()
}
