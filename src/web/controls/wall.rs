//! The wall's pictures under a hand or the keyboard, and its buttons.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, KeyboardEvent};

use crate::{
    wall::Way,
    web::{app::App, page},
};

/// Binds the wall to the app, also the pictures that come later.
pub fn connect(app: &Rc<App>) {
    let Some(wall) = page::hook::<Element>("show", "wall") else {
        return;
    };
    let this = app.clone();
    page::listen(&wall, "focusin", move |event: Event| {
        if let Some(element) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) {
            this.wall_focus(&element);
        }
    });
    let this = app.clone();
    page::listen(&wall, "keydown", move |event: KeyboardEvent| {
        let way = match event.key().as_str() {
            "ArrowLeft" => Way::Left,
            "ArrowRight" => Way::Right,
            "ArrowUp" => Way::Up,
            "ArrowDown" => Way::Down,
            _ => return,
        };
        let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key());
        if plain && this.wall_move(way) {
            event.prevent_default();
        }
    });
}

/// A button of the wall was pressed.
pub(super) fn clicked(app: Rc<App>, element: &Element, action: &str) {
    match action {
        "wall_play" => app.wall_toggle(),
        "wall_step" => app.wall_step(),
        "wall_reset" => app.wall_reset(),
        "wall_new_seeds" => {
            let first = (js_sys::Math::random() * 1_000_000.0) as u32;
            spawn_local(async move { app.wall_new_seeds(first).await });
        }
        "wall_open" => {
            let element = element.clone();
            spawn_local(async move { app.wall_open(&element).await });
        }
        _ => {}
    }
}

/// Shows whether the wall plays.
pub fn show_wall_playing(playing: bool) {
    if let Some(button) = page::hook::<Element>("action", "wall_play") {
        page::set_attribute(&button, "aria-pressed", &playing.to_string());
    }
}
