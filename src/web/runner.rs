//! The page's handle on one worker: ask, and the answer comes as a future.

use std::{cell::RefCell, collections::HashMap, pin::pin, rc::Rc};

use futures_channel::oneshot;
use futures_util::future::{Either, select};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageEvent, Worker};

use super::{
    clock::sleep,
    files::Files,
    protocol::{Request, Timing, Trial},
    wire,
};
use crate::{session::Command, train::Backend};

type Answer = Result<JsValue, String>;
type Listener = Closure<dyn FnMut(MessageEvent)>;
type OnFailure = Box<dyn FnOnce(String)>;

/// How often a worker is asked whether it is there.
const PING_MS: f64 = 2_000.0;
/// A worker that leaves that unanswered for so many naps of that length is taken for dead: nothing else tells of one that
/// the browser has ended. In naps, since a page that was frozen, its workers with it, wakes from one of them with the
/// answer yet to come.
const SILENT_NAPS: u32 = 10;

/// One worker and the questions that it has not answered yet.
pub struct Runner {
    worker: Worker,
    backend: Backend,
    detail: RefCell<String>,
    waiting: RefCell<Waiting>,
    /// Called at most once, when the worker ends by itself.
    on_failure: RefCell<Option<OnFailure>>,
    // Kept alive as long as the worker may call them.
    listeners: RefCell<Vec<Listener>>,
}

#[derive(Default)]
struct Waiting {
    next_id: u32,
    answers: HashMap<u32, oneshot::Sender<Answer>>,
    /// Set once the worker is of no more use.
    failed: Option<String>,
}

impl Runner {
    /// Starts a worker and lets it open its device. `on_failure` is called, once,
    /// with the reason if it ever stops working after that.
    ///
    /// # Errors
    /// A sentence saying why the worker or the device could not be had.
    pub async fn open(
        files: &Files,
        backend: Backend,
        on_failure: impl FnOnce(String) + 'static,
    ) -> Result<Rc<Self>, String> {
        let worker = files.worker(backend)?;
        let runner = Rc::new(Self {
            worker,
            backend,
            detail: RefCell::default(),
            waiting: RefCell::default(),
            on_failure: RefCell::default(),
            listeners: RefCell::default(),
        });
        runner.listen();
        match runner.ask(Request::Open { backend }).await {
            Ok(detail) => runner
                .detail
                .replace(detail.as_string().unwrap_or_default()),
            Err(reason) => {
                runner.close();
                return Err(reason);
            }
        };
        runner.on_failure.replace(Some(Box::new(on_failure)));
        runner.keep_asking();
        Ok(runner)
    }

    /// Asks now and then whether the worker is there, until it is not.
    fn keep_asking(self: &Rc<Self>) {
        let this = Rc::downgrade(self);
        spawn_local(async move {
            loop {
                sleep(PING_MS).await;
                let Some(runner) = this.upgrade().filter(|runner| !runner.failed()) else {
                    return;
                };
                let mut asked = pin!(runner.ask(Request::Ping));
                let mut naps = 0;
                while let Either::Right(_) = select(asked.as_mut(), pin!(sleep(PING_MS))).await {
                    naps += 1;
                    if naps == SILENT_NAPS {
                        runner.give_up("the worker does not answer");
                    }
                }
            }
        });
    }

    fn listen(self: &Rc<Self>) {
        let this = Rc::downgrade(self);
        let fail = move |reason: String| {
            if let Some(this) = this.upgrade() {
                this.give_up(&reason);
            }
        };
        let (this, fail_too) = (Rc::downgrade(self), fail.clone());
        let message = Listener::new(move |event: MessageEvent| {
            let data = event.data();
            let field = |name: &str| {
                js_sys::Reflect::get(&data, &name.into()).unwrap_or(JsValue::UNDEFINED)
            };
            match (field("id").as_f64(), this.upgrade()) {
                (Some(id), Some(this)) => {
                    let answer = match field("error").as_string() {
                        Some(reason) => Err(reason),
                        None => Ok(field("ok")),
                    };
                    this.resolve(id as u32, answer);
                }
                (None, _) => fail_too(field("reason").as_string().unwrap_or_default()),
                (Some(_), None) => {}
            }
        });
        // Error events arrive as plain events when the script did not load, else with a message.
        let error = Listener::new(move |event: MessageEvent| {
            event.prevent_default();
            let reason = js_sys::Reflect::get(&event, &"message".into())
                .ok()
                .and_then(|reason| reason.as_string());
            fail(reason.unwrap_or_else(|| "the worker could not be loaded".to_owned()));
        });
        self.worker
            .set_onmessage(Some(message.as_ref().unchecked_ref()));
        self.worker
            .set_onerror(Some(error.as_ref().unchecked_ref()));
        self.listeners.borrow_mut().extend([message, error]);
    }

    fn resolve(&self, id: u32, answer: Answer) {
        if let Some(sender) = self.waiting.borrow_mut().answers.remove(&id) {
            // Whoever asked may have lost interest.
            let _ = sender.send(answer);
        }
    }

    /// The worker ended by itself. Who sees to a new one hears of it before those who wait for answers do.
    fn give_up(&self, reason: &str) {
        if let Some(on_failure) = self.on_failure.take() {
            on_failure(reason.to_owned());
        }
        self.fail(reason);
    }

    fn fail(&self, reason: &str) {
        let mut waiting = self.waiting.borrow_mut();
        waiting.failed = Some(reason.to_owned());
        for (_, sender) in waiting.answers.drain() {
            let _ = sender.send(Err(reason.to_owned()));
        }
    }

    /// Where this worker computes.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// What it computes with, by its own name: a set of instructions, a GPU.
    pub fn detail(&self) -> String {
        self.detail.borrow().clone()
    }

    /// Whether the worker is of no more use.
    pub fn failed(&self) -> bool {
        self.waiting.borrow().failed.is_some()
    }

    /// Sends a request and waits for the answer.
    ///
    /// # Errors
    /// The worker's sentence, or why there is no worker any more.
    pub async fn ask(&self, request: Request) -> Answer {
        self.post(wire::to_js(&request)).await
    }

    /// Hands the session what another one answered to [`Command::Kept`], as it came: numbers that the page
    /// has no need to read.
    ///
    /// # Errors
    /// As [`Runner::ask`].
    pub async fn adopt(&self, checkpoints: JsValue) -> Answer {
        let command = [("command", "adopt".into()), ("checkpoints", checkpoints)];
        let command = wire::object(&command);
        let request = command.and_then(|command| {
            wire::object(&[("request", "session".into()), ("command", command)])
        });
        self.post(request).await
    }

    async fn post(&self, message: Result<JsValue, JsValue>) -> Answer {
        let (sender, receiver) = oneshot::channel();
        let id = {
            let mut waiting = self.waiting.borrow_mut();
            if let Some(reason) = &waiting.failed {
                return Err(reason.clone());
            }
            waiting.next_id += 1;
            let id = waiting.next_id;
            waiting.answers.insert(id, sender);
            id
        };
        let posted = message.and_then(|message| {
            js_sys::Reflect::set(&message, &"id".into(), &id.into())?;
            self.worker.post_message(&message)
        });
        if let Err(error) = posted {
            self.resolve(id, Err(wire::sentence(&error)));
        }
        receiver
            .await
            .unwrap_or_else(|_| Err("the worker was closed".to_owned()))
    }

    /// Sends a command to the session and waits for the answer.
    ///
    /// # Errors
    /// As [`Runner::ask`].
    pub async fn command(&self, command: Command) -> Answer {
        self.ask(Request::Session { command }).await
    }

    /// Has it time steps on runs of their own.
    ///
    /// # Errors
    /// As [`Runner::ask`].
    pub async fn time(&self, trial: Trial) -> Result<Timing, String> {
        let trial = Box::new(trial);
        let timing = self.ask(Request::Benchmark { trial }).await?;
        wire::from_js(timing).map_err(|error| wire::sentence(&error))
    }

    /// Ends the worker at once; open questions are answered with an error.
    pub fn close(&self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
        self.on_failure.take();
        self.fail("the worker was closed");
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
