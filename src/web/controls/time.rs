//! The timeline's controls: a range whose end is the run's, and what can be done at the step that it shows.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlInputElement, HtmlSelectElement};

use super::{App, share, target, value};
use crate::{scene::Variant, web::page};

/// What the timeline shows.
pub struct TimeShown {
    /// The step.
    pub step: u64,
    /// The run's last step.
    pub end: u64,
    /// Whether the step is not the last one.
    pub past: bool,
    /// Whether there is no room for another pane.
    pub full: bool,
    /// The step at which a run that plays stops; 0 for none.
    pub stop: u64,
    /// The step in words.
    pub label: String,
    /// What there is to say beside it.
    pub note: String,
    /// What a screen reader is to say by itself.
    pub said: String,
}

/// Binds the controls to the app.
pub fn connect(app: &Rc<App>) {
    let this = app.clone();
    page::listen(&page::document(), "input", move |event: Event| {
        let Some((range, name)) = target(&event, "data-time") else {
            return;
        };
        if name != "step" {
            return;
        }
        match value(&range).and_then(|text| text.parse().ok()) {
            Some(step) if !share::is_locked(&event) => this.scrub(step),
            // The thumb goes back to where the run stands.
            _ => this.redraw(),
        }
    });
    let this = app.clone();
    page::listen(&page::document(), "change", move |event: Event| {
        let Some((element, name)) = target(&event, "data-time") else {
            return;
        };
        if share::is_locked(&event) {
            return;
        }
        let text = value(&element).unwrap_or_default();
        let app = this.clone();
        match name.as_str() {
            "stop" => stop(app, &element, &text),
            "branch" => {
                if let Some(variant) = Variant::named(&text) {
                    // A failure is shown by the app itself.
                    spawn_local(async move { drop(app.branch(variant).await) });
                }
                if let Some(select) = element.dyn_ref::<HtmlSelectElement>() {
                    select.set_value("");
                }
            }
            _ => {}
        }
    });
}

/// Takes the step at which to stop; an empty field is none.
fn stop(app: Rc<App>, field: &Element, text: &str) {
    let text = if text.trim().is_empty() { "0" } else { text };
    match app.scene().with_assignment(&format!("look.stop={text}")) {
        Ok(scene) => {
            app.dismiss_message();
            page::set_attribute(field, "aria-invalid", "false");
            spawn_local(async move { app.stop_at(scene.look.stop).await });
        }
        Err(error) => {
            page::set_attribute(field, "aria-invalid", "true");
            app.show_refusal(&error);
        }
    }
}

/// What a button of the timeline does.
pub fn clicked(app: Rc<App>, name: &str) {
    match name {
        "time_end" => app.back_to_the_end(),
        "time_go_on" => spawn_local(async move {
            // A worker that breaks down says so itself.
            if app.go_on_from_here().await.is_ok() {
                app.play();
            }
        }),
        _ => {}
    }
}

/// Shows where the run stands.
pub fn show_time(shown: &TimeShown) {
    if let Some(range) = page::hook::<HtmlInputElement>("time", "step") {
        let (step, end) = (shown.step.to_string(), shown.end.to_string());
        // The end first: a value beyond it would be cut.
        if range.max() != end {
            range.set_max(&end);
        }
        if range.value() != step {
            range.set_value(&step);
        }
        page::set_attribute(&range, "aria-valuetext", &shown.label);
    }
    if let Some(field) = page::hook::<HtmlInputElement>("time", "stop")
        && !has_focus(&field)
    {
        let text = match shown.stop {
            0 => String::new(),
            step => step.to_string(),
        };
        if field.value() != text {
            field.set_value(&text);
        }
    }
    for name in ["time_end", "time_go_on"] {
        disable(&format!("[data-action=\"{name}\"]"), !shown.past);
    }
    // What moves one network alone would be another run than the one that is looked at.
    for name in ["step_d", "step_g"] {
        disable(&format!("[data-action=\"{name}\"]"), shown.past);
    }
    disable("[data-time=\"branch\"]", shown.full);
    page::show("time_position", &shown.label);
    page::show("time_note", &shown.note);
    page::show("time_said", &shown.said);
}

fn disable(selector: &str, disabled: bool) {
    for element in page::all(selector) {
        if element.has_attribute("disabled") == disabled {
            continue;
        }
        // A button that can no longer be pressed would take the focus off the page.
        if disabled
            && has_focus(&element)
            && let Some(range) = page::hook::<Element>("time", "step")
        {
            page::focus(&range);
        }
        page::set_disabled(&element, disabled);
    }
}

fn has_focus(element: &Element) -> bool {
    page::document().active_element().as_ref() == Some(element)
}
