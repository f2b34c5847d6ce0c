//! The dialog of what can be taken away.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlSelectElement};

use super::open_dialog;
use crate::web::{app::App, page};

/// A button of the dialog was pressed, or the one that opens it.
pub(super) fn clicked(app: &Rc<App>, element: &Element, action: &str) {
    match action {
        "take_open" => open(app),
        "take_stop" => app.stop_film(),
        _ => take(app, element),
    }
}

fn open(app: &Rc<App>) {
    app.show_takeaway();
    page::show("takeaway_status", "");
    if !app.can_film() {
        app.tell_no_film();
        for button in page::all("[data-take=\"film.webm\"]") {
            page::set_disabled(&button, true);
        }
    }
    open_dialog("takeaway");
}

fn take(app: &Rc<App>, element: &Element) {
    let Some(kind) = element.get_attribute("data-take") else {
        return;
    };
    let seconds = page::hook::<HtmlSelectElement>("setting", "film");
    let seconds = seconds.and_then(|select| select.value().parse().ok());
    let (app, button) = (app.clone(), element.clone());
    spawn_local(async move {
        let is_film = kind.starts_with("film");
        if is_film {
            show_filming(true);
        }
        let outcome = app.take_away(&kind, seconds.unwrap_or_default()).await;
        if is_film {
            show_filming(false);
            page::focus(&button);
        }
        app.tell_takeaway(outcome);
    });
}

/// Shows how far a film is in the place of its length, or its length again.
fn show_filming(filming: bool) {
    let Ok(Some(film)) = page::document().query_selector("[data-film]") else {
        return;
    };
    page::set_attribute(&film, "data-film", if filming { "on" } else { "off" });
    for button in page::all("[data-take=\"film.webm\"]") {
        page::set_disabled(&button, filming);
    }
    if filming && let Some(stop) = page::hook("action", "take_stop") {
        page::focus(&stop);
    }
}
