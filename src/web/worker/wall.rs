//! The wall of seeds in a worker: some of its members, or on a GPU all of them, beside no other run.
//!
//! The page asks for one thing at a time, so nothing is interrupted here; it asks for few steps at once.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::super::{
    clock::now_ms,
    protocol::{WallRequest, WallStepped},
    wire,
};
use crate::{
    pace::Requests,
    train::{Compute, EngineError},
    wall::WallSession,
};

/// What hangs in this worker.
#[derive(Default)]
pub struct Desk {
    session: Option<WallSession>,
    requests: Requests,
}

/// What is answered: a value and the buffers to transfer with it, or a sentence.
type Answer = Result<(JsValue, Array), String>;

impl Desk {
    /// Does what the page asks.
    ///
    /// # Errors
    /// [`EngineError`] if the device failed: this worker is of no more use.
    pub async fn answer(
        &mut self,
        compute: &Compute,
        request: WallRequest,
    ) -> Result<Answer, EngineError> {
        if let WallRequest::Start { configs } = request {
            self.session = Some(WallSession::new(configs, compute));
            self.requests = Requests::default();
            return Ok(Ok((JsValue::UNDEFINED, Array::new())));
        }
        let Some(session) = &mut self.session else {
            return Ok(Err("the worker has no wall yet".to_owned()));
        };
        let answer = match request {
            WallRequest::Start { .. } => unreachable!("answered above"),
            WallRequest::Steps { count, count_modes } => {
                let training_ms = train(session, &mut self.requests, count).await?;
                let start = now_ms();
                let modes = match count_modes {
                    true => session.count_modes().await?,
                    false => None,
                };
                let done = WallStepped {
                    training_ms,
                    counting_ms: now_ms() - start,
                    counted: count_modes,
                };
                let snapshot = session.snapshot().await?;
                wire::wall_to_js(done, &snapshot, modes.as_deref())
            }
            WallRequest::Checkpoint { member } => match session.checkpoint(member).await? {
                Some(checkpoint) => wire::to_js(&checkpoint).map(|value| (value, Array::new())),
                None => Err(format!("there is no member {member} here").into()),
            },
        };
        Ok(answer.map_err(|error| wire::sentence(&error)))
    }
}

/// Makes steps; says how many milliseconds they took.
async fn train(
    session: &mut WallSession,
    requests: &mut Requests,
    count: u64,
) -> Result<f64, EngineError> {
    let start = now_ms();
    let (mut left, mut now) = (count, start);
    while left > 0 {
        let (steps, before) = (requests.next(left), now);
        session.advance(steps);
        session.settle().await?;
        left -= steps;
        now = now_ms();
        requests.took(steps, now - before);
    }
    Ok(now - start)
}
