//! Time in the browser, the same on the page and in a worker: now, a while later, the next turn of
//! the event loop.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageChannel, MessagePort};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;

    /// Marks this moment in the browser's timeline, for whoever measures the page.
    #[wasm_bindgen(js_namespace = performance)]
    pub fn mark(name: &str);

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &js_sys::Function, milliseconds: f64) -> JsValue;
}

/// Milliseconds since the page or the worker began.
pub fn now_ms() -> f64 {
    now()
}

/// Resolves after about so many milliseconds.
pub async fn sleep(milliseconds: f64) {
    let promise = Promise::new(&mut |resolve, _| {
        set_timeout(&resolve, milliseconds);
    });
    // A timer's promise is never rejected.
    let _ = JsFuture::from(promise).await;
}

/// Lets the event loop take one turn. A message to oneself does that at once, where a timer would
/// wait for at least 4 ms once it is nested.
pub struct Turn {
    here: MessagePort,
    there: MessagePort,
}

impl Turn {
    /// Opens a channel to oneself.
    pub fn new() -> Result<Self, JsValue> {
        let channel = MessageChannel::new()?;
        Ok(Self {
            here: channel.port1(),
            there: channel.port2(),
        })
    }

    /// Resolves in the next turn, after the messages that arrived by now.
    pub async fn taken(&self) {
        let promise = Promise::new(&mut |resolve, _| self.here.set_onmessage(Some(&resolve)));
        // A null message cannot fail to be cloned, and no one rejects the promise.
        let _ = self.there.post_message(&JsValue::NULL);
        let _ = JsFuture::from(promise).await;
    }
}

/// An open port would keep a program outside a browser from ending.
impl Drop for Turn {
    fn drop(&mut self) {
        self.here.close();
    }
}
