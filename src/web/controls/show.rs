//! What the controls show: the app's state, by the hooks of index.html. Nothing here listens.

use serde_json::Value;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement, MediaQueryList};

use super::coding;
use crate::{
    languages,
    scene::{Look, Panel, Scene, Variant, View},
    web::page,
};

/// Shows a scene in all its controls, and only those that it has.
pub fn show_scene(scene: &Scene) {
    let scene = scene.to_value();
    let at = |path: &str| {
        path.split('.')
            .try_fold(&scene, |value, name| value.get(name))
    };
    for element in page::all("[data-field]") {
        let path = element.get_attribute("data-field").unwrap_or_default();
        page::set_attribute(&element, "aria-invalid", "false");
        let Some(value) = at(&path) else { continue };
        if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            if input.type_() == "checkbox" {
                input.set_checked(value == &Value::Bool(true));
            } else if input.type_() == "radio" {
                input.set_checked(input.value() == plain(value));
            } else if !same_number(&input.value(), value) {
                input.set_value(&plain(value));
            }
        } else if let Some(select) = element.dyn_ref::<HtmlSelectElement>() {
            select.set_value(&plain(value));
        }
    }
    for button in page::all("[data-coding]") {
        let coding = coding(&button);
        let pressed = ["a", "b", "c"].iter().zip(coding).all(|(name, label)| {
            scene["loss"].get(name).and_then(Value::as_f64) == Some(f64::from(label))
        });
        page::set_attribute(&button, "aria-pressed", &pressed.to_string());
    }
    for element in page::all("[data-for]") {
        let condition = element.get_attribute("data-for").unwrap_or_default();
        let shown = condition.split_once('=').is_some_and(|(path, values)| {
            at(path).is_some_and(|value| values.split('|').any(|allowed| allowed == plain(value)))
        });
        page::set_hidden(&element, !shown);
    }
}

/// Whether a field already says this number, in whatever way: what is being typed is left alone.
fn same_number(text: &str, value: &Value) -> bool {
    value
        .as_f64()
        .is_some_and(|number| text.trim().parse() == Ok(number))
}

/// A value as a field shows it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Number(number) => number
            .as_f64()
            .map_or_else(String::new, |number| number.to_string()),
        other => other.to_string(),
    }
}

/// Marks the message as good news or bad.
pub fn show_tone(is_notice: bool) {
    if let Some(message) = page::hook::<Element>("show", "message") {
        if is_notice {
            page::set_attribute(&message, "data-tone", "notice");
        } else {
            // Nothing to remove is no failure.
            let _ = message.remove_attribute("data-tone");
        }
    }
}

/// Offers the way back from a run whose numbers ran away, under this name, or none.
pub fn offer_way_back(name: Option<&str>) {
    page::show("way_back", name.unwrap_or_default());
    if let Some(button) = page::hook::<Element>("action", "way_back") {
        page::set_hidden(&button, name.is_none());
    }
}

/// Puts the panes into their place, in order, and says how many there are.
pub fn show_panes(panes: &[&Element]) {
    let Some(place) = page::hook::<Element>("show", "panes") else {
        return;
    };
    page::set_attribute(&place, "data-count", &panes.len().to_string());
    for (index, pane) in panes.iter().enumerate() {
        if page::child(&place, index).as_ref() != Some(*pane) {
            let put = place.append_child(pane);
            debug_assert!(put.is_ok(), "a pane goes into its place");
        }
    }
    for button in page::all("[data-action=\"add_pane\"]") {
        page::set_disabled(&button, panes.len() == crate::scene::MOST_TWINS + 1);
    }
}

/// Lets a new pane's select offer what the timeline's branches do.
pub fn offer_variants(pane: &Element) {
    if let Some(select) = page::inner::<Element>(pane, "variant") {
        // The first one there chooses nothing.
        for option in page::all("[data-time=\"branch\"] option + option") {
            let put = option
                .clone_node_with_deep(true)
                .and_then(|copy| select.append_child(&copy));
            debug_assert!(put.is_ok(), "a select takes options");
        }
    }
}

/// Shows in what a pane differs from the first one, which itself has nothing to choose.
pub fn show_variant(pane: &Element, variant: Option<Variant>) {
    if let Some(select) = page::inner::<HtmlSelectElement>(pane, "variant") {
        page::set_hidden(&select, variant.is_none());
        if let Some(variant) = variant {
            select.set_value(variant.name());
        }
    }
    if let Ok(Some(button)) = pane.query_selector("[data-action=\"remove_pane\"]") {
        page::set_hidden(&button, variant.is_none());
    }
}

/// Shows the selected sample's numbers, or what to do to see some.
pub fn show_sample(selected: bool) {
    for (name, shown) in [("sample", selected), ("sample_hint", !selected)] {
        if let Some(element) = page::hook::<Element>("show", name) {
            page::set_hidden(&element, !shown);
        }
    }
}

/// A row of the table of losses.
pub struct LossRow {
    /// Which loss: it decides the row's colour and dashes.
    pub name: &'static str,
    /// Whether the run has this loss.
    pub is_own: bool,
    /// What stands in it.
    pub cells: [(&'static str, String); 3],
}

/// Shows what each of the four losses does with the selected sample.
pub fn show_loss_rows(rows: &[LossRow]) {
    let Some(table) = page::hook::<Element>("show", "loss_rows") else {
        return;
    };
    for (index, row) in rows.iter().enumerate() {
        let element = match page::child(&table, index) {
            Some(element) => element,
            None => match page::clone_template("loss_row") {
                Ok(element) if table.append_child(&element).is_ok() => element,
                _ => return,
            },
        };
        page::set_attribute(&element, "data-loss", row.name);
        page::set_attribute(&element, "aria-current", &row.is_own.to_string());
        for (name, text) in &row.cells {
            page::show_in(&element, name, text);
        }
    }
}

/// Folds the legend where it would leave another chart than the losses below it no room; the visitor can open it
/// again.
pub fn make_room_for_chart(look: &Look) {
    const ROOM_FOR_BOTH: i32 = 760;
    if look.view == View::Run
        && look.panel != Panel::History
        && let Ok(Some(rail)) = page::document().query_selector(".rail")
        && rail.client_height() < ROOM_FOR_BOTH
        // In a column that is as long as what is in it, there is room for everything.
        && let Ok(Some(style)) = page::window().get_computed_style(&rail)
        && style.get_property_value("overflow-y").as_deref() == Ok("auto")
        && let Ok(Some(legend)) = page::document().query_selector("details.legend")
    {
        // Nothing to remove is no failure.
        let _ = legend.remove_attribute("open");
    }
}

/// Shows whether the run plays.
pub fn show_playing(playing: bool) {
    if let Some(button) = page::hook::<Element>("action", "play") {
        page::set_attribute(&button, "aria-pressed", &playing.to_string());
    }
}

/// Shows the page as a presenter's, or as usual.
pub fn show_presenting(presenting: bool) {
    let set = page::root().toggle_attribute_with_force("data-present", presenting);
    debug_assert!(set.is_ok(), "data-present is a valid attribute name");
    if let Some(button) = page::hook::<Element>("action", "present") {
        page::set_attribute(&button, "aria-pressed", &presenting.to_string());
    }
}

/// Shows one of the page's own settings.
pub fn show_setting(name: &str, value: &str) {
    if let Some(select) = page::hook::<HtmlSelectElement>("setting", name) {
        select.set_value(value);
    }
}

/// Lists the languages to choose from.
pub fn offer_languages() {
    let Some(select) = page::hook::<Element>("setting", "language") else {
        return;
    };
    select.set_text_content(None);
    for language in languages::ALL {
        if let Ok(option) = page::document().create_element("option") {
            page::set_attribute(&option, "value", language.name);
            page::set_attribute(&option, "lang", language.tag);
            option.set_text_content(Some(language.own_name));
            let added = select.append_child(&option);
            debug_assert!(added.is_ok(), "a list takes options");
        }
    }
}

/// Lists the level lines: each with the name by which the style sheet draws its dashes.
pub fn show_levels(levels: &[(&str, String)]) {
    let Some(list) = page::hook::<Element>("show", "levels") else {
        return;
    };
    list.set_text_content(None);
    for (name, text) in levels {
        if let Ok(item) = page::document().create_element("li") {
            page::set_attribute(&item, "data-level", name);
            item.set_text_content(Some(text));
            let added = list.append_child(&item);
            debug_assert!(added.is_ok(), "a list takes items");
        }
    }
}

/// The speed that the control shows, in steps a second; as fast as it goes where it is no number.
pub fn speed() -> Option<f64> {
    speed_name()?.parse().ok()
}

/// The speed that the control shows, by its name there.
pub fn speed_name() -> Option<String> {
    page::hook::<HtmlSelectElement>("setting", "speed").map(|select| select.value())
}

/// Whether the visitor asked the system for less movement.
pub fn prefers_reduced_motion() -> bool {
    media("(prefers-reduced-motion: reduce)").is_some_and(|query| query.matches())
}

pub(super) fn media(query: &str) -> Option<MediaQueryList> {
    page::window().match_media(query).ok().flatten()
}
