//! Whether this browser's WebGPU can carry burn, asked before burn is asked.
//!
//! burn 0.22 panics at its first operation on an adapter without `timestamp-query`, and a panic in
//! wasm ends the worker; so the adapter is looked at first.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::train::{Backend, Compute};

#[wasm_bindgen]
extern "C" {
    type Gpu;
    #[wasm_bindgen(method, js_name = requestAdapter)]
    fn request_adapter(this: &Gpu, options: &JsValue) -> Promise;

    type Adapter;
    #[wasm_bindgen(method, getter)]
    fn features(this: &Adapter) -> Features;
    #[wasm_bindgen(method, getter)]
    fn info(this: &Adapter) -> Option<Info>;

    type Features;
    #[wasm_bindgen(method)]
    fn has(this: &Features, name: &str) -> bool;

    type Info;
    #[wasm_bindgen(method, getter, js_name = isFallbackAdapter)]
    fn is_fallback_adapter(this: &Info) -> Option<bool>;
    #[wasm_bindgen(method, getter)]
    fn vendor(this: &Info) -> String;
    #[wasm_bindgen(method, getter)]
    fn architecture(this: &Info) -> String;
    #[wasm_bindgen(method, getter)]
    fn description(this: &Info) -> String;
}

/// What the browser offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// The page is one file, without the engine for it.
    LeftOut,
    /// No `navigator.gpu`: an old browser, or a page that is not on https or localhost.
    NoWebGpu,
    /// WebGPU, but no adapter.
    NoAdapter,
    /// An adapter that burn cannot use.
    NoTimestampQuery,
    /// An adapter that computes on the CPU: it works, but slowly.
    Software {
        /// What it calls itself.
        name: String,
    },
    /// A real GPU.
    Hardware {
        /// What it calls itself.
        name: String,
    },
}

impl Offer {
    /// Whether burn can run on it at all.
    pub fn usable(&self) -> bool {
        matches!(self, Self::Software { .. } | Self::Hardware { .. })
    }

    /// The locale key of the reason why `auto` does not take it, and its arguments.
    pub fn reason(&self) -> (&'static str, Vec<(&'static str, String)>) {
        match self {
            Self::LeftOut => ("why.left_out", vec![]),
            Self::NoWebGpu => ("why.no_webgpu", vec![]),
            Self::NoAdapter => ("why.no_adapter", vec![]),
            Self::NoTimestampQuery => ("why.no_timestamp_query", vec![]),
            Self::Software { name } => ("why.software_adapter", vec![("name", name.clone())]),
            Self::Hardware { .. } => ("why.measuring", vec![]),
        }
    }
}

/// Asks the browser; works on the page and in a worker.
pub async fn offer() -> Offer {
    let global = js_sys::global();
    let get = |object: &JsValue, name: &str| {
        js_sys::Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
    };
    let gpu = get(&get(&global, "navigator"), "gpu");
    if gpu.is_falsy() {
        return Offer::NoWebGpu;
    }
    // The same preference as burn's default device.
    let options = js_sys::Object::new();
    let preference = js_sys::Reflect::set(
        &options,
        &"powerPreference".into(),
        &"high-performance".into(),
    );
    debug_assert!(preference.is_ok(), "a new object takes a field");
    let adapter = match JsFuture::from(gpu.unchecked_into::<Gpu>().request_adapter(&options)).await
    {
        Ok(adapter) if !adapter.is_falsy() => adapter.unchecked_into::<Adapter>(),
        _ => return Offer::NoAdapter,
    };
    if !adapter.features().has("timestamp-query") {
        return Offer::NoTimestampQuery;
    }
    let (name, fallback) = match adapter.info() {
        None => (String::new(), false),
        Some(info) => {
            let parts = [info.vendor(), info.architecture(), info.description()];
            let named: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            (named.join(" "), info.is_fallback_adapter().unwrap_or(false))
        }
    };
    // Software adapters do not all own up to it, so the known ones are known by name.
    let software = ["swiftshader", "llvmpipe", "lavapipe", "basic render"];
    let lower = name.to_ascii_lowercase();
    if fallback || software.iter().any(|word| lower.contains(word)) {
        Offer::Software { name }
    } else {
        Offer::Hardware { name }
    }
}

/// Opens what a backend computes with; once in the life of a worker, since burn opens a GPU but once.
///
/// # Errors
/// A sentence saying what is missing.
pub async fn open(backend: Backend) -> Result<Compute, String> {
    if backend.on_gpu() {
        let offer = offer().await;
        if !offer.usable() {
            return Err(format!("{offer:?}"));
        }
    }
    match Compute::open(&[backend]).await {
        Ok(mut opened) => Ok(opened.remove(0)),
        Err(error) => Err(error.to_string()),
    }
}
