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
    plan: Plan,
    /// Letters that wait for a snapshot.
    wanting_picture: Vec<f64>,
    /// When training has earned the next picture.
    picture_due_ms: f64,
}

/// What to do when no message is there.
enum Plan {
    /// Nothing.
    Rest,
    /// Train on and on.
    Play(Pace),
    /// Make some more steps, then answer a letter with a snapshot.
    Steps { id: f64, left: u64, part: Part },
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
            plan: Plan::Rest,
            wanting_picture: Vec::new(),
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
            self.train().await?;
            self.hand_out_pictures().await?;
            match self.wait() {
                Wait::ForLetter => {
                    let Some(letter) = self.letters.next().await else {
                        return Ok(());
                    };
                    self.read(&device, letter).await?;
                }
                Wait::Milliseconds(wait_ms) => {
                    let timer = pin!(sleep(wait_ms));
                    let woken = future::select(self.letters.next(), timer).await;
                    if let future::Either::Left((Some(letter), _)) = woken {
                        self.read(&device, letter).await?;
                    }
                }
                Wait::Turn => {
                    self.turn.taken().await;
                    while let Ok(letter) = self.letters.try_recv() {
                        self.read(&device, letter).await?;
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

    /// Trains for a slice, if there is something to train.
    async fn train(&mut self) -> Result<(), EngineError> {
        let Some(session) = &mut self.session else {
            return Ok(());
        };
        match &mut self.plan {
            Plan::Rest => {}
            Plan::Play(pace) => {
                let due = pace.due(now_ms());
                let made = make_steps(session, due, Part::Both, SLICE_MS).await?;
                pace.made(made, now_ms());
            }
            Plan::Steps { left, part, .. } => {
                *left -= make_steps(session, *left, *part, SLICE_MS).await?;
                if *left == 0 {
                    self.rest();
                }
            }
        }
        Ok(())
    }

    /// Stops what is going on; steps that were asked for get their snapshot where they are.
    fn rest(&mut self) {
        if let Plan::Steps { id, .. } = std::mem::replace(&mut self.plan, Plan::Rest) {
            self.wanting_picture.push(id);
        }
    }

    /// Answers those who wait for a snapshot, if it is time.
    async fn hand_out_pictures(&mut self) -> Result<(), EngineError> {
        let playing = matches!(self.plan, Plan::Play(_));
        if self.wanting_picture.is_empty() || (playing && now_ms() < self.picture_due_ms) {
            return Ok(());
        }
        let Some(session) = &self.session else {
            return Ok(());
        };
        let start = now_ms();
        let snapshot = session.snapshot().await?;
        self.picture_due_ms = now_ms() + TRAINING_PER_PICTURE * (now_ms() - start);
        for id in self.wanting_picture.drain(..) {
            let reply = wire::snapshot_to_js(&snapshot).map_err(|error| wire::sentence(&error));
            answer(&self.scope, id, reply);
        }
        Ok(())
    }

    fn wait(&self) -> Wait {
        match &self.plan {
            Plan::Rest => Wait::ForLetter,
            Plan::Steps { .. } => Wait::Turn,
            Plan::Play(pace) => {
                let now = now_ms();
                let mut wait_ms = pace.wait_ms(now);
                if !self.wanting_picture.is_empty() {
                    wait_ms = wait_ms.min(self.picture_due_ms - now);
                }
                if wait_ms > 0.0 {
                    Wait::Milliseconds(wait_ms)
                } else {
                    Wait::Turn
                }
            }
        }
    }

    /// Does what a message asks, and answers it unless the answer has to wait.
    async fn read(&mut self, device: &Device, letter: Letter) -> Result<(), EngineError> {
        let Letter { id, request } = letter;
        let done = Ok((JsValue::UNDEFINED, Array::new()));
        let result = match request {
            Request::Open { .. } => Err("the worker has a device already".to_owned()),
            Request::Start { config, checkpoint } => {
                self.rest();
                self.session = Some(match checkpoint {
                    None => Session::new(*config, device.clone()),
                    Some(checkpoint) => Session::resume(*config, device.clone(), &checkpoint),
                });
                done
            }
            Request::Benchmark {
                config,
                steps,
                limit_ms,
            } => {
                let own = Session::new(*config, device.clone());
                let timing = benchmark(own, steps.into(), limit_ms).await?;
                wire::to_js(&timing)
                    .map(|timing| (timing, Array::new()))
                    .map_err(|error| wire::sentence(&error))
            }
            Request::Play { steps_per_second } => {
                self.rest();
                self.plan = Plan::Play(Pace::new(steps_per_second, now_ms()));
                done
            }
            Request::Pause => {
                self.rest();
                done
            }
            Request::Session { command } => match &mut self.session {
                None => Err("the worker has no run yet".to_owned()),
                Some(_) if command == Command::Snapshot => {
                    self.wanting_picture.push(id);
                    return Ok(());
                }
                Some(_) if let Command::Step { count, part } = command => {
                    self.rest();
                    self.plan = Plan::Steps {
                        id,
                        left: count,
                        part,
                    };
                    return Ok(());
                }
                Some(session) => {
                    let reply = session.obey(command).await?;
                    // What is left of steps that were asked for belongs to the run before.
                    if session.steps_done() == 0 && matches!(self.plan, Plan::Steps { .. }) {
                        self.rest();
                    }
                    reply_to_js(reply).map_err(|error| wire::sentence(&error))
                }
            },
        };
        answer(&self.scope, id, result);
        Ok(())
    }
}

/// What the loop waits for when it has trained its slice.
enum Wait {
    /// Nothing to do until a message comes.
    ForLetter,
    /// Something is due in so many milliseconds.
    Milliseconds(f64),
    /// Only for the messages that are there already.
    Turn,
}

/// Makes up to `most` steps, for about so many milliseconds, and says how many. Waits until the
/// device has made them, which keeps a GPU's queue short.
async fn make_steps(
    session: &mut Session,
    most: u64,
    part: Part,
    limit_ms: f64,
) -> Result<u64, EngineError> {
    let start = now_ms();
    let mut made = 0;
    while made < most && (made == 0 || now_ms() - start < limit_ms) {
        session.advance(1, part);
        made += 1;
    }
    if made > 0 {
        session.losses().await?;
    }
    Ok(made)
}

/// Times steps on a run of their own, so that the visitor's run stays where it is. The first two
/// steps, in which a GPU compiles its kernels, do not count.
async fn benchmark(mut own: Session, steps: u64, limit_ms: f64) -> Result<Timing, EngineError> {
    make_steps(&mut own, 2, Part::Both, f64::INFINITY).await?;
    let start = now_ms();
    let mut made = 0;
    while made < steps && (made == 0 || now_ms() - start < limit_ms) {
        made += make_steps(&mut own, steps - made, Part::Both, SLICE_MS).await?;
    }
    Ok(Timing {
        ms_per_step: (now_ms() - start) / made as f64,
        steps: made as u32,
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
