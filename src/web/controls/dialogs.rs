//! The page's dialogs: native ones, so that the browser keeps the focus inside, takes Escape and gives the
//! focus back.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event};

use crate::web::page;

#[wasm_bindgen]
extern "C" {
    // Written out: web-sys' own would have all that stands on it compiled anew.
    type Dialog;
    #[wasm_bindgen(method, catch, js_name = showModal)]
    fn show_modal(this: &Dialog) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &Dialog);
}

/// Binds what all dialogs share.
pub fn connect() {
    // A click beside a dialog is one on its backdrop, of which the dialog itself is the target.
    page::listen(&page::document(), "click", |event: Event| {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        if let Some(target) = target.filter(|element| element.has_attribute("data-dialog")) {
            target.unchecked_ref::<Dialog>().close();
        }
    });
}

/// Opens a dialog, unless it is open.
pub fn open_dialog(name: &str) {
    if let Some(dialog) = page::hook::<Element>("dialog", name)
        && !dialog.has_attribute("open")
    {
        // It is on the page and not open: there is nothing to fail.
        let _ = dialog.unchecked_ref::<Dialog>().show_modal();
    }
}

/// Closes the dialog around an element.
pub fn close_around(element: &Element) {
    if let Ok(Some(dialog)) = element.closest("[data-dialog]") {
        dialog.unchecked_ref::<Dialog>().close();
    }
}

/// Whether a dialog is open: keys are its own then.
pub fn is_any_open() -> bool {
    page::all("dialog[open]").next().is_some()
}
