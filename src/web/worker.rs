//! The training side: one loop, in a dedicated worker, that answers messages and trains in between.
//!
//! It never draws. It answers a request for a snapshot only when asked, so a slow page skips
//! pictures and nothing queues up.

mod benchmark;
mod wall;

use futures_channel::mpsc::{self, UnboundedReceiver};
use futures_util::StreamExt;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::{
    clock::{Turn, now_ms},
    gpu,
    protocol::{Request, Stepped},
    wire,
};
use crate::{
    pace::{Ration, Requests},
    session::{Command, Reply, Session},
    train::{Compute, EngineError, Part},
};

/// How long the loop trains before it looks at its messages again.
pub(super) const SLICE_MS: f64 = 8.0;

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
    task: Option<Task>,
    wall: wall::Desk,
    ration: Ration,
    requests: Requests,
    /// Pieces of measuring that were done since the run began.
    pieces: u64,
}

/// Steps that were asked for and are not all made.
struct Task {
    /// The letter to answer.
    id: f64,
    left: u64,
    part: Part,
    done: Stepped,
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
            Ok(Request::Ping) => answer(&answering, id, Ok((JsValue::UNDEFINED, Array::new()))),
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
            task: None,
            wall: Default::default(),
            ration: Ration::default(),
            requests: Requests::default(),
            pieces: 0,
        };
        if let Err(error) = worker.run().await {
            fail(&scope, &error.to_string());
        }
    });
}

impl Worker {
    async fn run(mut self) -> Result<(), EngineError> {
        let Some(compute) = self.open().await else {
            return Ok(());
        };
        loop {
            self.train().await?;
            if self.task.is_none() {
                let Some(letter) = self.letters.next().await else {
                    return Ok(());
                };
                self.read(&compute, letter).await?;
            } else {
                self.turn.taken().await;
            }
            while let Ok(letter) = self.letters.try_recv() {
                self.read(&compute, letter).await?;
            }
        }
    }

    /// Waits for the message that says which device to open.
    async fn open(&mut self) -> Option<Compute> {
        loop {
            let Letter { id, request } = self.letters.next().await?;
            let opened = match request {
                Request::Open { backend } => gpu::open(backend).await,
                _ => Err("the worker has no device yet".to_owned()),
            };
            let (compute, result) = match opened {
                Ok(compute) => {
                    let detail = compute.detail().into();
                    (Some(compute), Ok((detail, Array::new())))
                }
                Err(reason) => (None, Err(reason)),
            };
            answer(&self.scope, id, result);
            if compute.is_some() {
                return compute;
            }
        }
    }

    /// Trains for a slice, if there is something to train.
    async fn train(&mut self) -> Result<(), EngineError> {
        let (Some(session), Some(task)) = (&mut self.session, &mut self.task) else {
            return Ok(());
        };
        let start = now_ms();
        let made = make_steps(session, &mut self.requests, task.left, task.part, SLICE_MS).await?;
        task.left -= made;
        task.done.made += made;
        task.done.training_ms += now_ms() - start;
        if task.left == 0 || session.runaway().is_some() {
            self.rest().await?;
        }
        Ok(())
    }

    /// Stops what is going on; steps that were asked for are answered as they are.
    async fn rest(&mut self) -> Result<(), EngineError> {
        self.measure().await?;
        let (Some(session), Some(mut task)) = (&self.session, self.task.take()) else {
            return Ok(());
        };
        task.done.kept = session.standing().kept;
        task.done.runaway = session.runaway();
        let snapshot = session.snapshot().await?;
        let reply = wire::stepped_to_js(task.done, &snapshot);
        let reply = reply.map_err(|error| wire::sentence(&error));
        answer(&self.scope, task.id, reply);
        Ok(())
    }

    /// Measures a piece, if the training has left time for it: how well the target is covered now, or
    /// a part of the noise floor.
    async fn measure(&mut self) -> Result<(), EngineError> {
        let (Some(session), Some(task)) = (&mut self.session, &self.task) else {
            return Ok(());
        };
        self.ration.trained(task.done.training_ms);
        if !self.ration.allows() {
            return Ok(());
        }
        let start = now_ms();
        // The first numbers at once, then mostly the floor until that is complete.
        if self.pieces.is_multiple_of(4) || !session.prepare_floor() {
            session.quality().await?;
        }
        self.pieces += 1;
        self.ration.measured(now_ms() - start);
        Ok(())
    }

    /// Whether the run goes on under a command.
    fn goes_on(&self, command: &Command) -> bool {
        match (&self.session, command) {
            (Some(session), Command::Configure { config }) => {
                session.config().goes_on_under(config)
            }
            _ => false,
        }
    }

    /// Does what a message asks, and answers it unless the answer has to wait.
    async fn read(&mut self, compute: &Compute, letter: Letter) -> Result<(), EngineError> {
        let Letter { id, request } = letter;
        let done = Ok((JsValue::UNDEFINED, Array::new()));
        let result = match request {
            Request::Open { .. } => Err("the worker has a device already".to_owned()),
            Request::Ping => done,
            Request::Start {
                config,
                checkpoint: Some(checkpoint),
            } if !checkpoint.fits(&config) => Err(NO_FIT.to_owned()),
            Request::Start { config, checkpoint } => {
                self.rest().await?;
                (self.ration, self.requests, self.pieces) = Default::default();
                self.session = Some(match checkpoint {
                    None => Session::new(*config, compute.clone()),
                    Some(checkpoint) => Session::resume(*config, compute.clone(), &checkpoint),
                });
                done
            }
            Request::Benchmark { trial } => {
                let timing = benchmark::run(compute, &trial).await?;
                wire::to_js(&timing)
                    .map(|timing| (timing, Array::new()))
                    .map_err(|error| wire::sentence(&error))
            }
            Request::Steps { count, part } => {
                self.rest().await?;
                if self.session.is_some() {
                    let done = Stepped::default();
                    let left = count;
                    self.task = Some(Task {
                        id,
                        left,
                        part,
                        done,
                    });
                    return Ok(());
                }
                Err(NO_RUN.to_owned())
            }
            Request::Pause => {
                self.rest().await?;
                done
            }
            Request::Wall { order } => self.wall.answer(compute, order).await?,
            Request::Session { command } => {
                // What is left of steps that were asked for belongs to the run before.
                if matches!(command, Command::Configure { .. } | Command::Reset) {
                    self.rest().await?;
                    // Where the run goes on, measuring has had its share of the time already.
                    if !self.goes_on(&command) {
                        (self.ration, self.requests) = Default::default();
                    }
                    self.pieces = 0;
                }
                match &mut self.session {
                    None => Err(NO_RUN.to_owned()),
                    Some(session) => reply_to_js(session.obey(command).await?)
                        .map_err(|error| wire::sentence(&error)),
                }
            }
        };
        answer(&self.scope, id, result);
        Ok(())
    }
}

/// The answer to who asks for the run before it began.
const NO_RUN: &str = "the worker has no run yet";

/// The answer to who hands a run over that is another's.
const NO_FIT: &str = "the checkpoint is not one of this configuration";

/// Makes up to `most` steps, for about so many milliseconds, and says how many; they are made when it
/// returns. A run whose numbers have run away makes no more.
pub(super) async fn make_steps(
    session: &mut Session,
    requests: &mut Requests,
    most: u64,
    part: Part,
    limit_ms: f64,
) -> Result<u64, EngineError> {
    let start = now_ms();
    let (mut made, mut now) = (0, start);
    while made < most && (made == 0 || now - start < limit_ms) && session.runaway().is_none() {
        let (count, before) = (requests.next(most - made), now);
        let travelled = session.travel(count, part).await?;
        made += travelled;
        now = now_ms();
        requests.took(travelled, now - before);
    }
    Ok(made)
}

fn reply_to_js(reply: Reply) -> Result<(JsValue, Array), JsValue> {
    match reply {
        Reply::Done => Ok((JsValue::UNDEFINED, Array::new())),
        Reply::Snapshot(snapshot) => wire::snapshot_to_js(&snapshot),
        Reply::Checkpoint(checkpoint) => Ok((wire::to_js(&checkpoint)?, Array::new())),
        Reply::Kept(checkpoints) => Ok((wire::to_js(&checkpoints)?, Array::new())),
        Reply::Standing(standing) => Ok((wire::to_js(&standing)?, Array::new())),
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
