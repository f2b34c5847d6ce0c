//! Where the page's files come from: what www/files.js gives to [`super::start_page`]. On a site they are
//! fetched from beside the page; the page that is one file has them in itself. Nothing else here knows which.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Worker;

use super::wire;
use crate::train::Backend;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Where the page's files come from. */
export interface Files {
  /** The bundles that workers can have: "cpu", "webgpu". */
  bundles: string[];
  /** The text of a file below www/, such as "locales/en.json". */
  text(name: string): Promise<string>;
  /** A new worker that loads a bundle and calls start_worker. */
  worker(bundle: string): Worker;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// The page's files.
    #[wasm_bindgen(typescript_type = "Files")]
    #[derive(Clone)]
    pub type Files;

    #[wasm_bindgen(method, getter)]
    fn bundles(this: &Files) -> Vec<String>;

    #[wasm_bindgen(method, catch, js_name = text)]
    fn ask_text(this: &Files, name: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = worker)]
    fn start_worker(this: &Files, bundle: &str) -> Result<Worker, JsValue>;
}

impl Files {
    /// The text of a file below www/.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub async fn text(&self, name: &str) -> Result<String, String> {
        let text = match self.ask_text(name) {
            Ok(promise) => JsFuture::from(promise).await,
            Err(error) => Err(error),
        };
        text.map(|text| text.as_string().unwrap_or_default())
            .map_err(|error| wire::sentence(&error))
    }

    /// A new worker for a backend.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub fn worker(&self, backend: Backend) -> Result<Worker, String> {
        self.start_worker(bundle(backend))
            .map_err(|error| wire::sentence(&error))
    }

    /// Whether workers for a backend can be had at all.
    pub fn have(&self, backend: Backend) -> bool {
        self.bundles().iter().any(|name| name == bundle(backend))
    }
}

/// The bundle that has a backend.
fn bundle(backend: Backend) -> &'static str {
    match backend {
        Backend::Cpu | Backend::Flex => "cpu",
        Backend::WebGpu | Backend::WebGpuSplit | Backend::WebGpuAutodiff => "webgpu",
    }
}
