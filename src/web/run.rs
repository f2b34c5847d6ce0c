//! A run without the page, for people who build their own: `new Run(config)`, `step`, `snapshot`.
//!
//! It trains on the CPU, on the thread that it was made on, and lets the event loop turn in between; whoever
//! wants that thread for something else makes it in a worker. It draws nothing and keeps no time.

use std::rc::Rc;

use futures_util::lock::Mutex;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::{
    api::{rejection, steps},
    clock::Turn,
    wire,
    worker::{SLICE_MS, make_steps},
};
use crate::{
    config::TrainingConfig,
    pace::Requests,
    session::{Command, Reply, Session},
    train::{Compute, EngineError, Part},
};

/// A run of its own, beside any page. Calls that come while another is at work wait for their turn.
#[wasm_bindgen]
pub struct Run {
    config: TrainingConfig,
    session: Rc<Mutex<Session>>,
}

#[wasm_bindgen]
impl Run {
    /// A run at its first step, by the defaults with these fields put over them.
    ///
    /// # Errors
    /// One sentence that names the field and what is allowed.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_optional_param_type = "PartialConfig")] config: JsValue,
    ) -> Result<Self, JsValue> {
        console_error_panic_hook::set_once();
        let mut merged = TrainingConfig::default();
        if !config.is_undefined() {
            merged = merged
                .merged(&wire::read(&config).map_err(rejection)?)
                .map_err(|error| rejection(error.to_string()))?;
        }
        let session = Session::new(merged.clone(), Compute::cpu());
        Ok(Self {
            config: merged,
            session: Rc::new(Mutex::new(session)),
        })
    }

    /// The configuration, no field left out.
    #[wasm_bindgen(unchecked_return_type = "Config")]
    pub fn config(&self) -> Result<JsValue, JsValue> {
        wire::to_js(&self.config)
    }

    /// Makes `n` steps (1 where left out); resolves to how the run stands then. A run whose numbers have run
    /// away, to infinity or to none at all, makes no more until it is reset.
    #[wasm_bindgen(unchecked_return_type = "Promise<Snapshot>")]
    pub fn step(&self, n: Option<f64>) -> Promise {
        let session = self.session.clone();
        future_to_promise(async move {
            let mut left = steps(n)?;
            let mut session = session.lock().await;
            let mut requests = Requests::default();
            let turn = Turn::new()?;
            while left > 0 && session.runaway().is_none() {
                left -= make_steps(&mut session, &mut requests, left, Part::Both, SLICE_MS)
                    .await
                    .map_err(broken)?;
                turn.taken().await;
            }
            seen(&mut session, Command::Snapshot).await
        })
    }

    /// How the run stands.
    #[wasm_bindgen(unchecked_return_type = "Promise<Snapshot>")]
    pub fn snapshot(&self) -> Promise {
        self.obey(Command::Snapshot)
    }

    /// Goes back to the first step; the same seed gives the same start.
    #[wasm_bindgen(unchecked_return_type = "Promise<Snapshot>")]
    pub fn reset(&self) -> Promise {
        self.obey(Command::Reset)
    }

    fn obey(&self, command: Command) -> Promise {
        let session = self.session.clone();
        future_to_promise(async move { seen(&mut *session.lock().await, command).await })
    }
}

/// What a command that is answered by a snapshot says.
async fn seen(session: &mut Session, command: Command) -> Result<JsValue, JsValue> {
    match session.obey(command).await.map_err(broken)? {
        Reply::Snapshot(snapshot) => Ok(wire::snapshot_to_js(&snapshot)?.0),
        // Nothing that this door asks for is answered by the others.
        _ => Ok(JsValue::UNDEFINED),
    }
}

fn broken(error: EngineError) -> JsValue {
    rejection(error.to_string())
}
