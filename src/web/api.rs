//! `globalThis.lsganLab`: the public JavaScript API, as promised in the README and typed in
//! `api.d.ts`. Each method is a thin door to the app.

use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::{
    app::{App, Choice},
    protocol::Trial,
    wire,
};
use crate::{
    quote::quoted,
    scene::{LATEST_STOP, VARIANTS, Variant},
    train::{Backend, Part},
};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("api.d.ts");

/// Most steps that one call of `step` makes.
const MOST_STEPS: f64 = 10_000_000.0;

/// Most runs at once in a benchmark.
const MOST_GANS: u32 = 1024;

/// How long a benchmark may take, and how long it warms up where that helps.
const BENCHMARK_MS: f64 = 60_000.0;
const WARM_UP_MS: f64 = 200.0;

/// Length of a film where nothing is said of it.
const FILM_SECONDS: f64 = 10.0;

/// The API of the page.
#[wasm_bindgen]
pub struct LsganLab {
    app: Rc<App>,
    ready: Promise,
}

/// Fulfils `lsganLab.ready`.
pub struct Ready(oneshot::Sender<()>);

impl Ready {
    /// The first picture is there.
    pub fn resolve(self) {
        // Nobody may be waiting.
        let _ = self.0.send(());
    }
}

impl LsganLab {
    pub(super) fn new(app: Rc<App>) -> (Self, Ready) {
        let (sender, receiver) = oneshot::channel();
        let ready = future_to_promise(async move {
            receiver
                .await
                .map_err(|_| rejection("the page could not start"))?;
            Ok(JsValue::UNDEFINED)
        });
        (Self { app, ready }, Ready(sender))
    }
}

#[wasm_bindgen]
impl LsganLab {
    /// Resolves when the first picture is there.
    #[wasm_bindgen(getter, unchecked_return_type = "Promise<void>")]
    pub fn ready(&self) -> Promise {
        self.ready.clone()
    }

    /// The version of the page's program.
    #[wasm_bindgen(getter)]
    pub fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }

    /// The configuration in force, no field left out.
    #[wasm_bindgen(unchecked_return_type = "Config")]
    pub fn config(&self) -> Result<JsValue, JsValue> {
        wire::to_js(&self.app.config())
    }

    /// Puts fields over the configuration; resolves to the whole of it.
    #[wasm_bindgen(unchecked_return_type = "Promise<Config>")]
    pub fn configure(
        &self,
        #[wasm_bindgen(unchecked_param_type = "PartialConfig")] partial: JsValue,
    ) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move {
            let partial = wire::read(&partial).map_err(rejection)?;
            let config = app
                .configure(&partial)
                .await
                .map_err(|error| rejection(error.to_string()))?;
            wire::to_js(&config)
        })
    }

    /// All that is in force: the configuration's fields, and beside them the twins, the look and the
    /// lab, no field left out.
    #[wasm_bindgen(unchecked_return_type = "Scene")]
    pub fn scene(&self) -> Result<JsValue, JsValue> {
        wire::to_js(&self.app.scene())
    }

    /// Puts fields over the scene; resolves to the whole of it.
    #[wasm_bindgen(unchecked_return_type = "Promise<Scene>")]
    pub fn show(
        &self,
        #[wasm_bindgen(unchecked_param_type = "PartialScene")] partial: JsValue,
    ) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move {
            let partial = wire::read(&partial).map_err(rejection)?;
            let scene = app
                .scene()
                .merged(&partial)
                .map_err(|error| rejection(error.to_string()))?;
            app.set_scene(scene.clone()).await;
            wire::to_js(&scene)
        })
    }

    /// Takes points for the target from a text, CSV or JSON, as the page does with a file; resolves to the
    /// configuration. Of more than 2,000 an evenly spaced part is taken, and what does not fit the plane is
    /// scaled: the page says so.
    #[wasm_bindgen(js_name = loadPoints, unchecked_return_type = "Promise<Config>")]
    pub fn load_points(&self, text: String) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move {
            app.own_load(&text).await.map_err(rejection)?;
            wire::to_js(&app.config())
        })
    }

    /// The points or means of the target as text.
    #[wasm_bindgen(js_name = exportPoints)]
    pub fn export_points(
        &self,
        #[wasm_bindgen(unchecked_param_type = "\"csv\" | \"json\"")] format: String,
    ) -> Result<String, JsValue> {
        let text = self.app.own_text(&format);
        text.ok_or_else(|| {
            rejection("the target must be points or a mixture, and the format csv or json")
        })
    }

    /// Lets the run play.
    pub fn play(&self) {
        self.app.play();
    }

    /// Stops the run where it is.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn pause(&self) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move {
            app.pause().await;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Makes `n` steps (1 where left out) and stops there.
    #[wasm_bindgen(unchecked_return_type = "Promise<Snapshot>")]
    pub fn step(&self, n: Option<f64>) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move {
            let count = steps(n)?;
            app.step(count, Part::Both).await.map_err(rejection)
        })
    }

    /// Goes back to the first step; the same seed gives the same start.
    #[wasm_bindgen(unchecked_return_type = "Promise<Snapshot>")]
    pub fn reset(&self) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move { app.reset().await.map_err(rejection) })
    }

    /// Shows the run as it was at a step, and pauses there; nothing of it is forgotten.
    #[wasm_bindgen(unchecked_return_type = "Promise<Snapshot>")]
    pub fn seek(&self, step: f64) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move {
            let step = whole("step", step, u64::MAX)?;
            app.seek(step).await.map_err(rejection)
        })
    }

    /// Forgets what came after the step that is shown, so that the run goes on from there.
    #[wasm_bindgen(js_name = goOn, unchecked_return_type = "Promise<void>")]
    pub fn go_on(&self) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move {
            app.go_on_from_here().await.map_err(rejection)?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Adds a pane that goes on from the step that is shown with what a variant changes.
    #[wasm_bindgen(unchecked_return_type = "Promise<Scene>")]
    pub fn branch(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Variant")] variant: String,
    ) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move {
            let found = Variant::named(&variant).ok_or_else(|| {
                let names = VARIANTS.map(|(name, _)| name).join(", ");
                rejection(format!(
                    "the variant must be one of {names}, not {}",
                    quoted(&variant)
                ))
            })?;
            wire::to_js(&app.branch(found).await.map_err(rejection)?)
        })
    }

    /// Lets a run that plays stop at a step; null lets it play on.
    #[wasm_bindgen(js_name = stopAt, unchecked_return_type = "Promise<void>")]
    pub fn stop_at(&self, step: Option<f64>) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move {
            let step = step.map_or(Ok(0), |step| whole("step", step, LATEST_STOP))?;
            app.stop_at(step).await;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Where the run stands, and what is kept of its way there.
    #[wasm_bindgen(unchecked_return_type = "Timeline")]
    pub fn timeline(&self) -> Result<JsValue, JsValue> {
        wire::to_js(&self.app.position())
    }

    /// How the run stands.
    #[wasm_bindgen(unchecked_return_type = "Promise<Snapshot>")]
    pub fn snapshot(&self) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move { app.snapshot().await.map_err(rejection) })
    }

    /// How the run of each pane stands, the first pane's first; all have made the same steps.
    #[wasm_bindgen(unchecked_return_type = "Promise<Snapshot[]>")]
    pub fn snapshots(&self) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move { app.snapshots().await.map_err(rejection).map(Into::into) })
    }

    /// How the wall of seeds stands; null before it was first shown.
    #[wasm_bindgen(unchecked_return_type = "Wall | null")]
    pub fn wall(&self) -> Result<JsValue, JsValue> {
        self.app.wall_standing()
    }

    /// Where the run is computed: `"webgpu"` or `"cpu"`.
    #[wasm_bindgen(unchecked_return_type = "Backend")]
    pub fn backend(&self) -> String {
        self.app.backend().name().to_owned()
    }

    /// Changes the backend, the run going along; resolves to the one that runs then.
    #[wasm_bindgen(js_name = setBackend, unchecked_return_type = "Promise<Backend>")]
    pub fn set_backend(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Backend | \"auto\"")] name: String,
    ) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move {
            let choice = Choice::named(&name).ok_or_else(|| {
                let names = Backend::ALL.map(Backend::name).join(", ");
                rejection(format!(
                    "the backend must be one of auto, {names}, not {}",
                    quoted(&name)
                ))
            })?;
            let backend = app.choose_backend(choice).await.map_err(rejection)?;
            Ok(backend.name().into())
        })
    }

    /// Makes a file of what is shown, or of the pane in focus: one of the kinds of `ExportKind`.
    #[wasm_bindgen(js_name = "export", unchecked_return_type = "Promise<File>")]
    pub fn export_file(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ExportKind")] kind: String,
        #[wasm_bindgen(unchecked_optional_param_type = "{ seconds?: number }")] options: JsValue,
    ) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move {
            let seconds = js_sys::Reflect::get(&options, &"seconds".into());
            let seconds = seconds.ok().and_then(|seconds| seconds.as_f64());
            let file = app.export(&kind, seconds.unwrap_or(FILM_SECONDS)).await;
            file.map(Into::into).map_err(rejection)
        })
    }

    /// Times steps on runs of their own; the run that is going stays where it is.
    #[wasm_bindgen(unchecked_return_type = "Promise<Benchmark>")]
    pub fn benchmark(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "BenchmarkOptions")] options: JsValue,
    ) -> Promise {
        let app = self.app.clone();
        future_to_promise(async move {
            let options: BenchmarkOptions = if options.is_undefined() {
                BenchmarkOptions::default()
            } else {
                wire::read(&options).map_err(rejection)?
            };
            let config = match &options.config {
                None => Ok(app.config()),
                Some(partial) => app.config().merged(partial),
            };
            let gans = options.gans.unwrap_or(1).clamp(1, MOST_GANS);
            let trial = Trial {
                config: config.map_err(|error| rejection(error.to_string()))?,
                gans,
                steps: options.steps.unwrap_or(100).clamp(1, 1_000_000),
                limit_ms: BENCHMARK_MS,
                warm_up_ms: WARM_UP_MS,
                roofline: options.roofline,
                snapshot: options.snapshot,
            };
            let (timing, backend) = app
                .benchmark(options.backend, trial)
                .await
                .map_err(rejection)?;
            wire::object(&[
                ("ms_per_step", timing.ms_per_step.into()),
                ("steps", timing.steps.into()),
                ("backend", backend.name().into()),
                ("gans", gans.into()),
                ("loss_d", timing.losses.discriminator.into()),
                ("loss_g", timing.losses.generator.into()),
                ("gflops_peak", timing.gflops_peak.into()),
                ("ms_per_snapshot", timing.ms_per_snapshot.into()),
            ])
        })
    }
}

/// A whole number from 0 to `most`.
fn whole(name: &str, number: f64, most: u64) -> Result<u64, JsValue> {
    if number.fract() == 0.0 && (0.0..=most as f64).contains(&number) {
        return Ok(number as u64);
    }
    let range = match most {
        u64::MAX => String::new(),
        most => format!(" to {most}"),
    };
    Err(rejection(format!(
        "{name} must be a whole number from 0{range}, not {number}"
    )))
}

#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct BenchmarkOptions {
    steps: Option<u32>,
    backend: Option<Backend>,
    gans: Option<u32>,
    config: Option<serde_json::Value>,
    roofline: bool,
    snapshot: bool,
}

/// How many steps JavaScript asks for: 1 where it does not say.
pub(super) fn steps(n: Option<f64>) -> Result<u64, JsValue> {
    let n = n.unwrap_or(1.0);
    if !(1.0..=MOST_STEPS).contains(&n) || n.fract() != 0.0 {
        return Err(rejection(format!(
            "n must be a whole number from 1 to {MOST_STEPS}, not {n}"
        )));
    }
    Ok(n as u64)
}

/// What a promise is rejected with: an `Error` whose message is one sentence.
pub(super) fn rejection(reason: impl AsRef<str>) -> JsValue {
    js_sys::Error::new(reason.as_ref()).into()
}
