//! The training side: one loop, in a dedicated worker, that answers messages and trains in between.
//!
//! It never draws. It answers a request for a snapshot only when asked, so a slow page skips
//! pictures and nothing queues up.

use std::pin::pin;

use burn::tensor::Device;
use futures_channel::mpsc::{self, UnboundedReceiver};
use futures_util::{StreamExt, future};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::{
    clock::{Turn, now_ms, sleep},
    gpu,
    protocol::{Request, Timing},
    wire,
};
use crate::{
    pace::Pace,
    session::{Command, Reply, Session},
    train::{EngineError, Part},
};

/// How long the loop trains before it looks at its messages again.
const SLICE_MS: f64 = 8.0;
/// While playing, training gets at least this many times the time of the last snapshot before the
/// next one is made: pictures take at most half of the time.
const TRAINING_PER_PICTURE: f64 = 1.0;

/// A message that came in: its number, and what it asks.
struct Letter {
    id: f64,
    request: Request,
}

/// The loop's state.
struct Worker {
    scope: DedicatedWorkerGlobalScope,
    letters: UnboundedReceiver<Letter>,
    turn: Turn,
    session: Option<Session>,
    /// Set while playing.
    pace: Option<Pace>,
    /// When training has earned the next picture.
    picture_due_ms: f64,
}

/// Listens for messages and runs the loop.
pub fn start() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let (sender, letters) = mpsc::unbounded();
    let answering = scope.clone();
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        let id = js_sys::Reflect::get(&data, &"id".into())
            .ok()
            .and_then(|id| id.as_f64())
            .unwrap_or(-1.0);
        match wire::from_js::<Request>(data) {
            // The receiver lives as long as the worker.
            Ok(request) => drop(sender.unbounded_send(Letter { id, request })),
            Err(error) => answer(&answering, id, Err(wire::sentence(&error))),
        }
    });
    scope.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    listener.forget();
    spawn_local(async move {
        let turn = match Turn::new() {
            Ok(turn) => turn,
            Err(error) => return fail(&scope, &wire::sentence(&error)),
        };
        let worker = Worker {
            scope: scope.clone(),
            letters,
            turn,
            session: None,
            pace: None,
            picture_due_ms: 0.0,
        };
        if let Err(error) = worker.run().await {
            fail(&scope, &error.to_string());
        }
    });
}

impl Worker {
    async fn run(mut self) -> Result<(), EngineError> {
        let Some(device) = self.open().await else {
            return Ok(());
        };
        loop {
            match self.train().await? {
                Wait::ForLetter => {
                    let Some(letter) = self.letters.next().await else {
                        return Ok(());
                    };
                    self.answer(&device, letter).await?;
                }
                Wait::Milliseconds(wait_ms) => {
                    let timer = pin!(sleep(wait_ms));
                    let woken = future::select(self.letters.next(), timer).await;
                    if let future::Either::Left((Some(letter), _)) = woken {
                        self.answer(&device, letter).await?;
                    }
                }
                Wait::Turn => {
                    self.turn.taken().await;
                    while let Ok(letter) = self.letters.try_recv() {
                        self.answer(&device, letter).await?;
                    }
                }
            }
        }
    }

    /// Waits for the message that says which device to open.
    async fn open(&mut self) -> Option<Device> {
        loop {
            let Letter { id, request } = self.letters.next().await?;
            let opened = match request {
                Request::Open { backend } => gpu::open(backend).await,
                _ => Err("the worker has no device yet".to_owned()),
            };
            let (device, result) = match opened {
                Ok(device) => (Some(device), Ok((JsValue::UNDEFINED, Array::new()))),
                Err(reason) => (None, Err(reason)),
            };
            answer(&self.scope, id, result);
            if device.is_some() {
                return device;
            }
        }
    }

    /// Trains for a slice, if it is time, and says what to wait for.
    async fn train(&mut self) -> Result<Wait, EngineError> {
        let (Some(pace), Some(session)) = (&mut self.pace, &mut self.session) else {
            return Ok(Wait::ForLetter);
        };
        let start = now_ms();
        let due = pace.due(start);
        let mut made = 0;
        while made < due && now_ms() - start < SLICE_MS {
            session.advance(1, Part::Both);
            made += 1;
        }
        if made > 0 {
            // Waiting for the losses keeps a GPU's queue short.
            session.losses().await?;
        }
        pace.made(made, now_ms());
        let wait_ms = pace.wait_ms(now_ms());
        Ok(if wait_ms > 0.0 {
            Wait::Milliseconds(wait_ms)
        } else {
            Wait::Turn
        })
    }

    /// Does what a message asks and answers it.
    async fn answer(
        &mut self,
        device: &Device,
        Letter { id, request }: Letter,
    ) -> Result<(), EngineError> {
        let done = Ok((JsValue::UNDEFINED, Array::new()));
        let result = match (request, &mut self.session) {
            (Request::Open { .. }, _) => Err("the worker has a device already".to_owned()),
            (Request::Start { config, checkpoint }, session) => {
                *session = Some(match checkpoint {
                    None => Session::new(*config, device.clone()),
                    Some(checkpoint) => Session::resume(*config, device.clone(), &checkpoint),
                });
                done
            }
            (
                Request::Benchmark {
                    config,
                    steps,
                    limit_ms,
                },
                _,
            ) => {
                let timing =
                    benchmark(Session::new(*config, device.clone()), steps, limit_ms).await?;
                wire::to_js(&timing)
                    .map(|timing| (timing, Array::new()))
                    .map_err(|error| wire::sentence(&error))
            }
            (Request::Play { steps_per_second }, _) => {
                self.pace = Some(Pace::new(steps_per_second, now_ms()));
                done
            }
            (Request::Pause, _) => {
                self.pace = None;
                done
            }
            (Request::Session { .. }, None) => Err("the worker has no run yet".to_owned()),
            (Request::Session { command }, Some(_)) => {
                let reply = self.obey(command).await?;
                reply_to_js(reply).map_err(|error| wire::sentence(&error))
            }
        };
        answer(&self.scope, id, result);
        Ok(())
    }

    /// Hands a command to the session; only where time plays a part is there more to do.
    async fn obey(&mut self, command: Command) -> Result<Reply, EngineError> {
        let Some(session) = &mut self.session else {
            return Ok(Reply::Done);
        };
        match command {
            Command::Step { count, part } => {
                self.pace = None;
                make_steps(session, count, part).await?;
                session.obey(Command::Snapshot).await
            }
            Command::Snapshot if let Some(pace) = &mut self.pace => {
                earn_picture(session, pace, self.picture_due_ms).await?;
                let start = now_ms();
                let reply = session.obey(command).await?;
                self.picture_due_ms = now_ms() + TRAINING_PER_PICTURE * (now_ms() - start);
                Ok(reply)
            }
            command => session.obey(command).await,
        }
    }
}

/// What the loop waits for when it has trained its slice.
enum Wait {
    /// Nothing to do until a message comes.
    ForLetter,
    /// The next step is due in so many milliseconds.
    Milliseconds(f64),
    /// Only for the messages that are there already.
    Turn,
}

/// Many steps in slices, so that the device's queue stays short.
async fn make_steps(session: &mut Session, count: u64, part: Part) -> Result<(), EngineError> {
    let mut left = count;
    while left > 0 {
        let start = now_ms();
        while left > 0 && now_ms() - start < SLICE_MS {
            session.advance(1, part);
            left -= 1;
        }
        session.losses().await?;
    }
    Ok(())
}

/// Trains until the time that the last picture took has been made good.
async fn earn_picture(
    session: &mut Session,
    pace: &mut Pace,
    due_ms: f64,
) -> Result<(), EngineError> {
    while now_ms() < due_ms && pace.due(now_ms()) > 0 {
        session.advance(1, Part::Both);
        session.losses().await?;
        pace.made(1, now_ms());
    }
    Ok(())
}

/// Times steps on a run of their own, so that the visitor's run stays where it is. The first two
/// steps, in which a GPU compiles its kernels, do not count.
async fn benchmark(mut own: Session, steps: u32, limit_ms: f64) -> Result<Timing, EngineError> {
    own.advance(2, Part::Both);
    own.losses().await?;
    let start = now_ms();
    let mut made = 0;
    while made < steps.max(1) && (made == 0 || now_ms() - start < limit_ms) {
        own.advance(1, Part::Both);
        made += 1;
        if made % 8 == 0 {
            own.losses().await?;
        }
    }
    own.losses().await?;
    Ok(Timing {
        ms_per_step: (now_ms() - start) / f64::from(made),
        steps: made,
    })
}

fn reply_to_js(reply: Reply) -> Result<(JsValue, Array), JsValue> {
    match reply {
        Reply::Done => Ok((JsValue::UNDEFINED, Array::new())),
        Reply::Snapshot(snapshot) => wire::snapshot_to_js(&snapshot),
        Reply::Checkpoint(checkpoint) => Ok((wire::to_js(&checkpoint)?, Array::new())),
    }
}

/// Posts `{id, ok}` or `{id, error}`.
fn answer(scope: &DedicatedWorkerGlobalScope, id: f64, result: Result<(JsValue, Array), String>) {
    let (field, value, transfer) = match result {
        Ok((value, transfer)) => ("ok", value, transfer),
        Err(reason) => ("error", reason.into(), Array::new()),
    };
    let posted = wire::object(&[("id", id.into()), (field, value)])
        .and_then(|message| scope.post_message_with_transfer(&message, &transfer));
    if let Err(error) = posted {
        fail(scope, &wire::sentence(&error));
    }
}

/// Posts that this worker is of no more use.
fn fail(scope: &DedicatedWorkerGlobalScope, reason: &str) {
    let message = wire::object(&[("type", "failed".into()), ("reason", reason.into())]);
    // If not even this can be posted, nobody is there to read it.
    let _ = message.and_then(|message| scope.post_message(&message));
}
