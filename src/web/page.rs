//! The few things that the page's Rust does with the DOM, by the `data-*` hooks of index.html.

use wasm_bindgen::prelude::*;
use web_sys::{
    Document, Element, HtmlCanvasElement, HtmlElement, HtmlTemplateElement, Node, Window,
};

/// The window; only the page has one.
pub fn window() -> Window {
    web_sys::window().expect("only the page calls this, never a worker")
}

/// The document.
pub fn document() -> Document {
    window().document().expect("a window has a document")
}

/// Whether nobody sees the page, because its tab or window is hidden.
pub fn is_hidden() -> bool {
    document().hidden()
}

/// The `html` element.
pub fn root() -> Element {
    document()
        .document_element()
        .expect("a document has a root")
}

/// All elements that a selector finds. Selectors are written here, so they are well formed.
pub fn all(selector: &str) -> impl Iterator<Item = Element> {
    let found = document().query_selector_all(selector).ok();
    let count = found.as_ref().map_or(0, web_sys::NodeList::length);
    (0..count).filter_map(move |index| found.as_ref()?.item(index)?.dyn_into().ok())
}

/// The first element with `data-<hook>="<name>"`.
pub fn hook<T: JsCast>(hook: &str, name: &str) -> Option<T> {
    document()
        .query_selector(&format!("[data-{hook}=\"{name}\"]"))
        .ok()??
        .dyn_into()
        .ok()
}

/// A canvas that is not part of the page.
///
/// # Errors
/// What the browser says if it gives none.
pub fn canvas() -> Result<HtmlCanvasElement, JsValue> {
    Ok(document().create_element("canvas")?.unchecked_into())
}

/// A copy of the element in the template of that name, not yet on the page.
///
/// # Errors
/// If the page has no such template.
pub fn clone_template(name: &str) -> Result<Element, JsValue> {
    let template: HtmlTemplateElement =
        hook("template", name).ok_or_else(|| format!("the page has no template {name}"))?;
    let inside = template
        .content()
        .first_element_child()
        .ok_or_else(|| format!("the template {name} is empty"))?;
    Ok(inside.clone_node_with_deep(true)?.unchecked_into())
}

/// The element with `data-in="<name>"` inside another, as the templates have them.
pub fn inner<T: JsCast>(element: &Element, name: &str) -> Option<T> {
    element
        .query_selector(&format!("[data-in=\"{name}\"]"))
        .ok()??
        .dyn_into()
        .ok()
}

/// The element's child at a place, from 0.
pub fn child(element: &Element, place: usize) -> Option<Element> {
    let first = element.first_element_child();
    std::iter::successors(first, Element::next_element_sibling).nth(place)
}

/// Writes text into all read-outs of that name.
pub fn show(name: &str, text: &str) {
    for element in all(&format!("[data-show=\"{name}\"]")) {
        set_text(&element, text);
    }
}

/// Writes text into the read-out of that name inside another element.
pub fn show_in(element: &Element, name: &str, text: &str) {
    if let Some(element) = inner::<Element>(element, name) {
        set_text(&element, text);
    }
}

/// Writes text, if it says anything new. Into the text that is there, where one is: a child that comes or goes has the
/// browser ask anew, for most of the page, which rules hold (`:empty`, `:has`).
pub fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() == Some(text) {
        return;
    }
    match element.first_child() {
        Some(only)
            if only.node_type() == Node::TEXT_NODE
                && only.next_sibling().is_none()
                && !text.is_empty() =>
        {
            only.set_node_value(Some(text));
        }
        _ => element.set_text_content(Some(text)),
    }
}

/// Moves the focus to an element, if it can have it.
pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // An element that is gone by now takes none.
        let _ = element.focus();
    }
}

/// Shows or hides elements.
pub fn set_hidden(element: &Element, hidden: bool) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        element.set_hidden(hidden);
    }
}

/// Enables or disables a control.
pub fn set_disabled(element: &Element, disabled: bool) {
    let taken = element.toggle_attribute_with_force("disabled", disabled);
    debug_assert!(taken.is_ok(), "disabled is a valid attribute name");
}

/// Sets an attribute; the names are written here, so the browser takes them.
pub fn set_attribute(element: &Element, name: &str, value: &str) {
    let taken = element.set_attribute(name, value);
    debug_assert!(taken.is_ok(), "{name} is a valid attribute name");
}

/// Sets a field of a JavaScript object that was made here.
pub fn set_field(object: &JsValue, name: &str, value: &JsValue) {
    let taken = js_sys::Reflect::set(object, &name.into(), value);
    debug_assert!(taken.is_ok(), "an object made here takes fields");
}

/// Calls back whenever `event` reaches the target; for as long as the page lives.
pub fn listen<E: JsCast + 'static>(
    target: &web_sys::EventTarget,
    event: &str,
    mut callback: impl FnMut(E) + 'static,
) {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        callback(event.unchecked_into());
    });
    let added = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    debug_assert!(added.is_ok(), "an event target takes listeners");
    closure.forget();
}
