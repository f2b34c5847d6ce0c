//! The page in a browser: index.html's own body, the worker in this test's own bundle, and the public
//! API called from JavaScript.
#![cfg(target_arch = "wasm32")]

use js_sys::{Function, Promise};
use lsgan_lab::{
    config::TrainingConfig,
    train::{Compute, Part},
    web::Run,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// A worker made of the bundle that the test runner serves.
const WORKER: &str = "
    const early = [];
    const keep = (event) => { event.stopImmediatePropagation(); early.push(event.data); };
    self.addEventListener('message', keep);
    const { default: init, start_worker } = await import(`${ORIGIN}/wasm-bindgen-test.js`);
    await init(`${ORIGIN}/wasm-bindgen-test_bg.wasm`);
    start_worker();
    self.removeEventListener('message', keep);
    for (const data of early) self.dispatchEvent(new MessageEvent('message', { data }));
";

/// Runs JavaScript with `await` in it; `page` and `worker` are strings that it can use.
async fn js(body: &str, page: &str, worker: &str) -> JsValue {
    let source = format!("return (async () => {{ {body} }})()");
    let promise = Function::new_with_args("page, worker", &source).call2(
        &JsValue::NULL,
        &page.into(),
        &worker.into(),
    );
    let promise: Promise = promise.expect("the script starts").unchecked_into();
    JsFuture::from(promise)
        .await
        .unwrap_or_else(|error| panic!("{error:?}"))
}

/// The losses are held against the textbook engine's, which shares no step with the run's own.
#[wasm_bindgen_test]
async fn a_run_needs_no_page() {
    let config = r#"{"loss": {"kind": "minimax"}, "seed": 5, "batch": 32}"#;
    let textbook = TrainingConfig::from_json(config).expect("a configuration");
    let mut textbook = Compute::flex().start(&textbook);
    textbook.advance(20, Part::Both);
    let losses = textbook.losses().await.expect("losses");
    let run = Run::new(JsValue::UNDEFINED).expect("a run").into();
    js_sys::Reflect::set(&js_sys::global(), &"someRun".into(), &run).expect("a global");
    let expected = format!("[{}, {}]", losses.discriminator, losses.generator);
    let [config, expected] = [config, &expected].map(|json| format!("JSON.parse('{json}')"));
    let script = include_str!("web_run.js");
    js(
        &script
            .replace("CONFIG", &config)
            .replace("EXPECTED", &expected),
        "",
        "",
    )
    .await;
}

/// One test, since a page has one app and one API.
#[wasm_bindgen_test]
async fn the_page_paints_and_its_api_does_what_it_says() {
    js(
        "const parsed = new DOMParser().parseFromString(page, 'text/html');
         for (const element of parsed.body.children) document.body.append(document.importNode(element, true));
         const plane = document.querySelector('[data-template=pane]').content.querySelector('[data-in=plane]');
         plane.style = 'width: 300px; height: 300px';",
        include_str!("../index.html"),
        "",
    )
    .await;
    let files = js(
        "const source = worker.replaceAll('${ORIGIN}', location.origin);
         const script = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
         return {
             bundles: ['cpu', 'webgpu'],
             text: async (name) => (await fetch(`/www/${name}`)).text(),
             worker: () => new Worker(script, { type: 'module' }),
         };",
        "",
        WORKER,
    )
    .await;
    lsgan_lab::web::start_page(files.unchecked_into())
        .await
        .expect("the page starts");
    js(include_str!("web_api.js"), "", "").await;
}
