//! The API by messages, for a page that has this one in a frame: only from the window around it, and only
//! from the sites that the link names.
//!
//! `{lsganLab: {id, call: "step", arguments: [5]}}` is answered with `{lsganLab: {id, result}}` or
//! `{lsganLab: {id, error}}`; once the page is ready it says `{lsganLab: {event: "ready"}}`.

use std::rc::Rc;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::MessageEvent;

use super::App;
use crate::{
    quote::quoted,
    web::{page, wire},
};

/// What can be called; everything else is refused.
const CALLS: [&str; 23] = [
    "config",
    "configure",
    "scene",
    "show",
    "play",
    "pause",
    "step",
    "reset",
    "snapshot",
    "snapshots",
    "backend",
    "setBackend",
    "benchmark",
    "wall",
    "timeline",
    "seek",
    "goOn",
    "branch",
    "stopAt",
    "loadPoints",
    "exportPoints",
    "export",
    "version",
];

impl App {
    /// Listens to the page around this one, and says that this one is ready.
    pub(super) fn listen_to_frame(self: &Rc<Self>) {
        let this = self.clone();
        page::listen(&page::window(), "message", move |event: MessageEvent| {
            let Ok(Some(parent)) = page::window().parent() else {
                return;
            };
            let from_parent = event
                .source()
                .is_some_and(|source| js_sys::Object::is(&source, &parent));
            let origin = event.origin();
            if from_parent && this.state.borrow().handout.admits(&origin) {
                answer(event.data(), parent, origin);
            }
        });
        let (embed, origins) = {
            let handout = &self.state.borrow().handout;
            (handout.embed, handout.origins.clone())
        };
        if let Ok(Some(parent)) = page::window().parent()
            && embed
        {
            for origin in origins {
                say(&parent, &origin, &[("event", "ready".into())]);
            }
        }
    }
}

/// Answers a message, if it is a call at all.
fn answer(message: JsValue, parent: web_sys::Window, origin: String) {
    let field = |of: &JsValue, name: &str| {
        Reflect::get(of, &name.into())
            .ok()
            .filter(|value| !value.is_undefined())
    };
    let Some(asked) = field(&message, "lsganLab") else {
        return;
    };
    let id = field(&asked, "id").unwrap_or(JsValue::NULL);
    let call = field(&asked, "call").and_then(|call| call.as_string());
    let arguments = field(&asked, "arguments")
        .and_then(|list| list.dyn_into::<Array>().ok())
        .unwrap_or_default();
    let Some(call) = call else { return };
    spawn_local(async move {
        let (name, value) = match called(&call, &arguments).await {
            Ok(result) => ("result", result),
            Err(reason) => ("error", JsValue::from_str(&reason)),
        };
        say(&parent, &origin, &[("id", id), (name, value)]);
    });
}

/// What the API answers.
async fn called(call: &str, arguments: &Array) -> Result<JsValue, String> {
    if !CALLS.contains(&call) {
        return Err(format!(
            "call must be one of {}, not {}",
            CALLS.join(", "),
            quoted(call)
        ));
    }
    let sentence = |error: JsValue| wire::sentence(&error);
    let lab = Reflect::get(&js_sys::global(), &"lsganLab".into()).map_err(sentence)?;
    let member = Reflect::get(&lab, &call.into()).map_err(sentence)?;
    // A property and not a method, such as the version.
    let Ok(method) = member.clone().dyn_into::<Function>() else {
        return Ok(member);
    };
    let answer = Reflect::apply(&method, &lab, arguments).map_err(sentence)?;
    match answer.dyn_into::<Promise>() {
        Ok(promise) => JsFuture::from(promise).await.map_err(sentence),
        Err(value) => Ok(value),
    }
}

fn say(parent: &web_sys::Window, origin: &str, fields: &[(&str, JsValue)]) {
    let sent = wire::object(fields)
        .and_then(|inner| wire::object(&[("lsganLab", inner)]))
        .and_then(|message| parent.post_message(&message, origin));
    // Whoever is there under another origin does not get it; that is what the origin is for.
    drop(sent);
}
