//! The page's controls, by the `data-*` hooks of index.html: what a visitor does becomes a call of
//! the app, and the app's state is shown here. No control has a state of its own.

use std::rc::Rc;

use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    Element, Event, HtmlInputElement, HtmlSelectElement, MediaQueryList, ResizeObserver,
};

use super::{
    app::{App, Choice},
    page,
    text::{LANGUAGES, Sentence},
};
use crate::{
    config::{PRESETS, TrainingConfig},
    train::Part,
};

/// Binds all controls to the app.
pub fn connect(app: &Rc<App>) {
    let document = page::document();
    let this = app.clone();
    page::listen(&document, "change", move |event: Event| {
        changed(&this, &event)
    });
    let this = app.clone();
    page::listen(&document, "input", move |event: Event| typed(&this, &event));
    let this = app.clone();
    page::listen(&document, "click", move |event: Event| {
        clicked(&this, &event)
    });
    let this = app.clone();
    page::listen(&page::window(), "hashchange", move |_: Event| {
        let this = this.clone();
        spawn_local(async move { this.follow_link().await });
    });
    if let Some(dark) = media("(prefers-color-scheme: dark)") {
        let this = app.clone();
        page::listen(&dark, "change", move |_: Event| this.restyle());
    }
    let this = app.clone();
    let resized = Closure::<dyn FnMut()>::new(move || this.redraw());
    if let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) {
        for element in page::all("[data-canvas=\"plane\"], [data-chart]") {
            observer.observe(&element);
        }
    }
    resized.forget();
}

/// Lists the presets; their names come with the other words.
pub fn offer_presets() {
    let Some(select) = page::hook::<Element>("action", "preset") else {
        return;
    };
    for preset in PRESETS {
        if let Ok(option) = page::document().create_element("option") {
            page::set_attribute(&option, "value", preset.name);
            page::set_attribute(&option, "data-text", &format!("preset.{}", preset.name));
            let added = select.append_child(&option);
            debug_assert!(added.is_ok(), "a select takes options");
        }
    }
}

/// The element under an event that has this attribute, and the attribute's value.
fn target(event: &Event, attribute: &str) -> Option<(Element, String)> {
    let element = event
        .target()?
        .dyn_into::<Element>()
        .ok()?
        .closest(&format!("[{attribute}]"))
        .ok()??;
    let value = element.get_attribute(attribute)?;
    Some((element, value))
}

/// The value of a form control, as the configuration's `path=value` words write it.
fn value(element: &Element) -> Option<String> {
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        return Some(if input.type_() == "checkbox" {
            input.checked().to_string()
        } else {
            input.value()
        });
    }
    element
        .dyn_ref::<HtmlSelectElement>()
        .map(HtmlSelectElement::value)
}

fn changed(app: &Rc<App>, event: &Event) {
    if let Some((element, path)) = target(event, "data-field") {
        set_field(app, &element, &path);
    } else if let Some((element, name)) = target(event, "data-setting") {
        set_setting(app, &name, value(&element).unwrap_or_default());
    } else if let Some((element, _)) = target(event, "data-action")
        && let Some(select) = element.dyn_ref::<HtmlSelectElement>()
    {
        let preset = PRESETS.iter().find(|preset| preset.name == select.value());
        select.set_value("");
        if let Some(preset) = preset {
            let (app, config) = (app.clone(), preset.config());
            app.dismiss_message();
            spawn_local(async move { app.set_config(config).await });
        }
    }
}

/// Fields that take effect while they are typed: as soon as what stands there is allowed.
fn typed(app: &Rc<App>, event: &Event) {
    if let Some((element, path)) = target(event, "data-field")
        && element.has_attribute("data-live")
        && let Some(text) = value(&element)
        && app
            .config()
            .with_assignment(&format!("{path}={text}"))
            .is_ok()
    {
        set_field(app, &element, &path);
    }
}

fn set_field(app: &Rc<App>, element: &Element, path: &str) {
    let Some(text) = value(element) else { return };
    let changed = match (path, text.as_str()) {
        // One pass makes one update of each network: their numbers go along.
        ("update", "simultaneous") => app
            .config()
            .merged(&serde_json::json!({ "update": text, "steps_d": 1, "steps_g": 1 })),
        _ => app.config().with_assignment(&format!("{path}={text}")),
    };
    match changed {
        Err(error) => {
            page::set_attribute(element, "aria-invalid", "true");
            app.show_refusal(&error);
        }
        Ok(config) => {
            app.dismiss_message();
            if config != app.config() {
                let app = app.clone();
                spawn_local(async move { app.set_config(config).await });
            } else {
                show_config(&config);
            }
        }
    }
}

fn set_setting(app: &Rc<App>, name: &str, value: String) {
    let app = app.clone();
    match name {
        "speed" => app.set_speed(value.parse().ok()),
        "theme" => {
            page::set_attribute(&page::root(), "data-theme", &value);
            app.restyle();
        }
        "language" => {
            if let Some((language, _)) = LANGUAGES.iter().find(|(language, _)| *language == value) {
                spawn_local(async move {
                    if let Err(error) = app.set_language(language).await {
                        web_sys::console::error_1(&error);
                    }
                });
            }
        }
        "backend" => {
            if let Some(choice) = Choice::named(&value) {
                // The app itself shows why, if it cannot be had.
                spawn_local(async move { drop(app.choose_backend(choice).await) });
            }
        }
        _ => {}
    }
}

fn clicked(app: &Rc<App>, event: &Event) {
    let Some((element, action)) = target(event, "data-action") else {
        return;
    };
    let app = app.clone();
    // Failures are shown by the app itself, so the results are dropped here.
    match action.as_str() {
        "play" if app.playing() => spawn_local(async move { drop(app.pause().await) }),
        "play" => app.play(),
        "step" => spawn_local(async move { drop(app.step(1, Part::Both).await) }),
        "step_d" => spawn_local(async move { drop(app.step(1, Part::Discriminator).await) }),
        "step_g" => spawn_local(async move { drop(app.step(1, Part::Generator).await) }),
        "reset" => spawn_local(async move { drop(app.reset().await) }),
        "new_seed" => {
            let seed = (js_sys::Math::random() * 1_000_000.0) as u32;
            configure(app, serde_json::json!({ "seed": seed }));
        }
        "coding" => {
            let [a, b, c] = coding(&element);
            configure(
                app,
                serde_json::json!({ "loss": { "kind": "lsgan", "a": a, "b": b, "c": c } }),
            );
        }
        "share" => share(app),
        "dismiss" => app.dismiss_message(),
        _ => {}
    }
}

/// The labels a, b and c of a coding button.
fn coding(button: &Element) -> [i32; 3] {
    match button.get_attribute("data-coding").as_deref() {
        Some("pearson") => [-1, 1, 0],
        _ => [0, 1, 1],
    }
}

fn configure(app: Rc<App>, partial: Value) {
    spawn_local(async move {
        if let Err(error) = app.configure(&partial).await {
            app.show_refusal(&error);
        }
    });
}

fn share(app: Rc<App>) {
    let location = page::window().location();
    let address = location.href().unwrap_or_default();
    let page = address.split('#').next().unwrap_or_default();
    let link = format!("{page}#{}", app.link());
    spawn_local(async move {
        match super::clipboard::write(&link).await {
            Ok(()) => app.show_notice(Sentence::new("message.saved_link", [])),
            Err(_) => app.show_message(Sentence::new("message.link_copy_failed", [])),
        }
    });
}

/// Shows a configuration in all its controls, and only those that it has.
pub fn show_config(config: &TrainingConfig) {
    let config = config.to_value();
    let at = |path: &str| {
        path.split('.')
            .try_fold(&config, |value, name| value.get(name))
    };
    for element in page::all("[data-field]") {
        let path = element.get_attribute("data-field").unwrap_or_default();
        page::set_attribute(&element, "aria-invalid", "false");
        let Some(value) = at(&path) else { continue };
        if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            if input.type_() == "checkbox" {
                input.set_checked(value == &Value::Bool(true));
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
            config["loss"].get(name).and_then(Value::as_f64) == Some(f64::from(label))
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

/// Shows whether the run plays.
pub fn show_playing(playing: bool) {
    if let Some(button) = page::hook::<Element>("action", "play") {
        page::set_attribute(&button, "aria-pressed", &playing.to_string());
    }
}

/// Shows one of the page's own settings.
pub fn show_setting(name: &str, value: &str) {
    if let Some(select) = page::hook::<HtmlSelectElement>("setting", name) {
        select.set_value(value);
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

/// The speed that the page starts with, in steps a second; as fast as it goes where it is no number.
pub fn speed() -> Option<f64> {
    page::hook::<HtmlSelectElement>("setting", "speed")?
        .value()
        .parse()
        .ok()
}

/// Whether the visitor asked the system for less movement.
pub fn prefers_reduced_motion() -> bool {
    media("(prefers-reduced-motion: reduce)").is_some_and(|query| query.matches())
}

fn media(query: &str) -> Option<MediaQueryList> {
    page::window().match_media(query).ok().flatten()
}
