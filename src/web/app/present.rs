//! The presenter's page: large type, the picture, and what a talk needs of the controls.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::App;
use crate::web::{controls, page};

#[wasm_bindgen]
extern "C" {
    // web-sys drops the promise, and with it the chance to hear a refusal.
    type Root;
    #[wasm_bindgen(method, catch, js_name = requestFullscreen)]
    fn request_fullscreen(this: &Root) -> Result<Promise, JsValue>;
}

/// Refused without a visitor's hand, and on phones: then the page fills its window.
fn fill_screen() {
    if let Ok(asked) = page::root().unchecked_ref::<Root>().request_fullscreen() {
        spawn_local(async move { drop(JsFuture::from(asked).await) });
    }
}

impl App {
    /// Whether the page is a presenter's.
    pub fn presenting(&self) -> bool {
        self.state.borrow().presenting
    }

    /// Makes it one, or the usual page again; over the whole screen where the browser allows that.
    pub fn set_presenting(self: &Rc<Self>, presenting: bool) {
        self.state.borrow_mut().presenting = presenting;
        controls::show_presenting(presenting);
        let document = page::document();
        if presenting {
            fill_screen();
        } else if document.fullscreen_element().is_some() {
            document.exit_fullscreen();
        }
        self.write_link();
        // Its type is larger, in the pictures as well.
        self.restyle();
    }
}
