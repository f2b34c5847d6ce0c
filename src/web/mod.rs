//! The browser's shell around the core: the only place that names wasm-bindgen, web-sys or js-sys.
//!
//! One module, two lives. On the page [`start_page`] runs the controls and draws; in a worker
//! [`start_worker`] trains. They speak by `protocol`, and both run this same code, so that no
//! message can be understood in two ways.

// What the page alone calls in the modules that both lives share.
#![cfg_attr(feature = "worker-only", allow(dead_code))]

#[cfg(not(feature = "worker-only"))]
mod api;
#[cfg(not(feature = "worker-only"))]
mod app;
#[cfg(not(feature = "worker-only"))]
mod clipboard;
mod clock;
#[cfg(not(feature = "worker-only"))]
mod controls;
#[cfg(not(feature = "worker-only"))]
mod downloads;
#[cfg(not(feature = "worker-only"))]
mod files;
mod gpu;
#[cfg(not(feature = "worker-only"))]
mod page;
#[cfg(not(feature = "worker-only"))]
mod plane;
mod protocol;
#[cfg(not(feature = "worker-only"))]
mod run;
#[cfg(not(feature = "worker-only"))]
mod runner;
#[cfg(not(feature = "worker-only"))]
mod style;
#[cfg(not(feature = "worker-only"))]
mod text;
mod wire;
mod worker;

use wasm_bindgen::prelude::*;

#[cfg(not(feature = "worker-only"))]
pub use {files::Files, run::Run};

/// Starts the page: gets its words from `files`, reads the link, opens a worker and puts `lsganLab` into
/// the global scope.
///
/// # Errors
/// What keeps the page from working at all.
#[cfg(not(feature = "worker-only"))]
#[wasm_bindgen]
pub async fn start_page(files: Files) -> Result<(), JsValue> {
    console_error_panic_hook::set_once();
    app::start(files).await
}

/// Starts a worker: from here on it waits for the messages of `protocol`.
#[wasm_bindgen]
pub fn start_worker() {
    console_error_panic_hook::set_once();
    worker::start();
}
