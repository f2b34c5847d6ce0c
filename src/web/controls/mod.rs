//! The page's controls, by the `data-*` hooks of index.html: what a visitor does becomes a call of
//! the app, and [`show`] shows the app's state in them. No control has a state of its own.

mod dialogs;
mod keys;
mod lab;
mod lesson;
mod own;
mod pointing;
mod share;
mod show;
mod takeaway;
mod time;
mod wall;

pub use dialogs::open_dialog;
pub use lab::{LabRow, RowGroup, show_lab_editing, show_lab_hint, show_lab_playing};
pub use lesson::{
    LessonShown, bring_reveal_into_sight, enter_lesson, show_challenge, show_lesson,
    show_lesson_list, show_lesson_settings,
};
pub use own::{OwnShown, show_own};
pub use share::{mark_origins, offer_parts, show_draft, show_handout, show_shared};
pub use show::*;
pub use time::{TimeShown, show_time};
pub use wall::show_wall_playing;

use std::rc::Rc;

use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlInputElement, HtmlSelectElement, ResizeObserver};

use super::{
    app::{App, Choice, taken_apart},
    page,
};
use crate::{
    languages::Language,
    pace::Unseen,
    scene::{Arrows, FAILURES, PRESETS, Variant},
    train::{Backend, Part},
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
    pointing::connect(app);
    lab::connect(app);
    time::connect(app);
    own::connect(app);
    wall::connect(app);
    lesson::connect();
    dialogs::connect();
    // Last: whoever has a use for a key has taken it by then.
    keys::connect(app);
    let this = app.clone();
    page::listen(&page::window(), "hashchange", move |_: Event| {
        let this = this.clone();
        spawn_local(async move { this.follow_link().await });
    });
    if let Some(dark) = show::media("(prefers-color-scheme: dark)") {
        let this = app.clone();
        page::listen(&dark, "change", move |_: Event| this.restyle());
    }
    let this = app.clone();
    let resized = Closure::<dyn FnMut()>::new(move || this.redraw());
    if let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) {
        for element in page::all(".panes, .wall, [data-chart]") {
            observer.observe(&element);
        }
    }
    resized.forget();
}

/// Lists the presets, and below them the failures to be mended; their names come with the other words.
pub fn offer_presets() {
    let Some(select) = page::hook::<Element>("action", "preset") else {
        return;
    };
    let offer = |value: &str, key: &str| {
        let option = page::document().create_element("option").ok()?;
        page::set_attribute(&option, "value", value);
        page::set_attribute(&option, "data-text", key);
        select.append_child(&option).ok()?;
        Some(option)
    };
    for preset in PRESETS {
        offer(preset.name, &format!("preset.{}", preset.name));
    }
    if let Some(heading) = offer("", "group.failures") {
        page::set_disabled(&heading, true);
    }
    for name in FAILURES {
        offer(name, &format!("failure.{name}"));
    }
}

/// Takes the choice of backends away that this page does not have; the badge says why.
pub fn offer_backends(has: impl Fn(Backend) -> bool) {
    for option in page::all("[data-setting=backend] option") {
        let name = option.get_attribute("value").unwrap_or_default();
        if let Some(Choice::Fixed(backend)) = Choice::named(&name) {
            page::set_disabled(&option, !has(backend));
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
    if share::is_locked(event) || share::changed(app, event) {
        return;
    }
    if let Some((element, path)) = target(event, "data-field") {
        set_field(app, &element, &path);
    } else if let Some((element, name)) = target(event, "data-setting") {
        set_setting(app, &name, value(&element).unwrap_or_default());
    } else if let Some((element, _)) = target(event, "data-action")
        && let Some(select) = element.dyn_ref::<HtmlSelectElement>()
    {
        let chosen = select.value();
        let preset = PRESETS.iter().find(|preset| preset.name == chosen);
        select.set_value("");
        if let Some(name) = FAILURES.iter().find(|name| **name == chosen) {
            let app = app.clone();
            spawn_local(async move { app.open_lesson_named(name).await });
        } else if let Some(preset) = preset {
            let (app, scene) = (app.clone(), preset.scene(&app.scene()));
            app.dismiss_message();
            spawn_local(async move { app.set_scene(scene).await });
        }
    } else if let Some((element, _)) = target(event, "data-in")
        && let Some(variant) = value(&element).and_then(|name| Variant::named(&name))
    {
        let app = app.clone();
        spawn_local(async move { app.change_pane(&element, variant).await });
    }
}

/// Fields that take effect while they are typed: as soon as what stands there is allowed.
fn typed(app: &Rc<App>, event: &Event) {
    if let Some((element, path)) = target(event, "data-field")
        && element.has_attribute("data-live")
        && let Some(text) = value(&element)
        && app
            .scene()
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
            .scene()
            .merged(&serde_json::json!({ "update": text, "steps_d": 1, "steps_g": 1 })),
        // Whoever wants to see arrows wants to see arrows.
        ("look.ghosts", "true") if app.scene().look.arrows == Arrows::Off => app
            .scene()
            .merged(&serde_json::json!({ "look": { "ghosts": true, "arrows": "logarithmic" } })),
        // Whoever chooses what a hand can change wants to change it.
        ("target.kind", "points" | "mixture") => {
            let target = match text.as_str() {
                "points" => Some(app.own_points()),
                _ => taken_apart(&app.config().target),
            };
            if let Some(target) = target {
                let app = app.clone();
                app.dismiss_message();
                spawn_local(async move { app.own_begin(target).await });
                return;
            }
            app.scene().with_assignment(&format!("{path}={text}"))
        }
        // The lab is about forces.
        ("look.view", "lab") if app.scene().look.arrows == Arrows::Off => app
            .scene()
            .merged(&serde_json::json!({ "look": { "view": "lab", "arrows": "linear" } })),
        _ => app.scene().with_assignment(&format!("{path}={text}")),
    };
    match changed {
        Err(error) => {
            page::set_attribute(element, "aria-invalid", "true");
            app.show_refusal(&error);
        }
        Ok(scene) => {
            app.dismiss_message();
            if scene != app.scene() {
                let app = app.clone();
                spawn_local(async move { app.set_scene(scene).await });
            } else {
                show_scene(&scene);
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
            if let Some(language) = Language::named(&value) {
                spawn_local(async move {
                    if let Err(error) = app.set_language(language).await {
                        web_sys::console::error_1(&error);
                    }
                });
            }
        }
        "unseen" => {
            if let Some((_, unseen)) = Unseen::ALL.into_iter().find(|(name, _)| *name == value) {
                app.set_unseen(unseen);
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
    if share::is_locked(event) {
        return;
    }
    let app = app.clone();
    // Failures are shown by the app itself, so the results are dropped here.
    match action.as_str() {
        "play" if app.playing() => spawn_local(async move { app.pause().await }),
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
        "previous_sample" => app.choose_next(-1),
        "next_sample" => app.choose_next(1),
        "clear_sample" => app.choose(None),
        "add_pane" => spawn_local(async move { app.add_pane().await }),
        "remove_pane" => spawn_local(async move { app.remove_pane(&element).await }),
        "share" => app.share(),
        "copy_link" => app.copy_link(),
        "copy_frame" => app.copy_frame(),
        "close_dialog" => dialogs::close_around(&element),
        "keys" => open_dialog("keys"),
        "present" => app.set_presenting(!app.presenting()),
        name if name.starts_with("lab_") => lab::clicked(app, name),
        name if name.starts_with("time_") => time::clicked(app, name),
        name if name.starts_with("own_") => own::clicked(app, name),
        name if name.starts_with("wall_") => wall::clicked(app, &element, name),
        name if name.starts_with("take") => takeaway::clicked(&app, &element, name),
        "dismiss" => app.dismiss_message(),
        "way_back" => spawn_local(async move { app.go_back_to_health().await }),
        name if name.starts_with("lesson") => lesson::clicked(app, &element, name),
        _ => {}
    }
}

/// The labels a, b and c of a coding button.
pub(super) fn coding(button: &Element) -> [i32; 3] {
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
