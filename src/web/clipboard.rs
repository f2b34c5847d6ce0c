//! The clipboard, where the browser lets a page write to it.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    // Missing on pages that are neither https nor localhost, hence `catch`.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "clipboard"], js_name = writeText)]
    fn write_text(text: &str) -> Result<Promise, JsValue>;
}

/// Copies a text.
///
/// # Errors
/// What the browser says if it does not allow it.
pub async fn write(text: &str) -> Result<(), JsValue> {
    JsFuture::from(write_text(text)?).await?;
    Ok(())
}
