//! The page: one [`App`] holds its state, and everything that a visitor or the API can ask for is a
//! method of it. [`super::controls`] and [`super::api`] only call these.
//!
//! The worker trains; the page asks for the next snapshot once it has drawn the last.

mod backend;
mod drawing;
mod rate;
mod speech;
mod start;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

pub use backend::Choice;
pub use start::start;

use rate::Rate;

use super::{
    canvas::Plane,
    clock::now_ms,
    controls, page,
    protocol::{Backend, Request, Timing},
    runner::Runner,
    style::PlaneStyle,
    text::{Sentence, Words},
    wire,
};
use crate::{
    config::{ConfigError, TrainingConfig},
    measure::Snapshot,
    picture::history::LossHistory,
    scene::link,
    session::Command,
    train::Part,
};

/// Names of the page's own settings in a link, beside the configuration's fields.
pub const SETTINGS: [&str; 2] = ["lang", "backend"];

/// The page.
pub struct App {
    /// Address of the folder with the locales, with a slash at its end.
    assets: String,
    /// Address of the worker's script.
    worker_script: String,
    plane: Plane,
    state: RefCell<State>,
    /// Held while the run moves to another device.
    changing_backend: futures_util::lock::Mutex<()>,
    /// A snapshot is on its way.
    asking: Cell<bool>,
    /// A frame was asked of the browser.
    frame_asked: Cell<bool>,
}

struct State {
    /// What was last asked for; the controls show it.
    config: TrainingConfig,
    /// What the snapshot that is shown was made with.
    drawn_config: TrainingConfig,
    runner: Option<Rc<Runner>>,
    choice: Choice,
    /// Why this backend runs, and not the other one.
    why: Sentence,
    playing: bool,
    steps_per_second: Option<f64>,
    snapshot: Option<Snapshot>,
    history: LossHistory,
    rate: Rate,
    words: Words,
    language: &'static str,
    style: PlaneStyle,
    /// What the picture lacks: it is drawn in the next frame.
    stale: Stale,
    message: Option<Sentence>,
    /// Workers that broke down since the last picture.
    breakdowns: u32,
    /// Whether the browser's timeline has the moment of the first trained picture.
    first_picture_marked: bool,
}

/// What has to be drawn anew.
#[derive(Default)]
struct Stale {
    plane: bool,
    chart: bool,
    chart_drawn_ms: f64,
    badge_drawn_ms: f64,
    summary_drawn_ms: f64,
}

impl App {
    /// The configuration in force.
    pub fn config(&self) -> TrainingConfig {
        self.state.borrow().config.clone()
    }

    /// Whether the run is playing.
    pub fn playing(&self) -> bool {
        self.state.borrow().playing
    }

    /// Where the run is computed.
    pub fn backend(&self) -> Backend {
        self.state
            .borrow()
            .runner
            .as_ref()
            .map_or(Backend::Cpu, |runner| runner.backend())
    }

    fn runner(&self) -> Result<Rc<Runner>, String> {
        self.state
            .borrow()
            .runner
            .clone()
            .ok_or_else(|| "the worker is starting".to_owned())
    }

    /// Puts fields over the configuration.
    ///
    /// # Errors
    /// Why it was refused; the run goes on as it was.
    pub async fn configure(
        self: &Rc<Self>,
        partial: &Value,
    ) -> Result<TrainingConfig, ConfigError> {
        let config = self.config().merged(partial)?;
        self.set_config(config.clone()).await;
        Ok(config)
    }

    /// Trains by another configuration: from its start, or on from here if only learning rates differ.
    pub async fn set_config(self: &Rc<Self>, config: TrainingConfig) {
        self.state.borrow_mut().config = config.clone();
        controls::show_config(&config);
        self.write_link();
        let Ok(runner) = self.runner() else { return };
        if self
            .tell(
                &runner,
                Command::Configure {
                    config: Box::new(config.clone()),
                },
            )
            .await
            .is_err()
        {
            return;
        }
        let goes_on = self.state.borrow_mut().drawn_with(config);
        self.show_loss();
        if !goes_on && !self.playing() {
            // Nobody would come to see the new start otherwise.
            let _ = self.ask_snapshot(Command::Snapshot).await;
        }
    }

    /// Lets the run play.
    pub fn play(self: &Rc<Self>) {
        let steps_per_second = {
            let mut state = self.state.borrow_mut();
            state.playing = true;
            state.rate = Rate::default();
            state.steps_per_second
        };
        controls::show_playing(true);
        let this = self.clone();
        spawn_local(async move {
            if let Ok(runner) = this.runner() {
                let _ = this.reported(runner.ask(Request::Play { steps_per_second }).await);
            }
        });
        self.ask_frame();
    }

    /// Stops the run where it is.
    ///
    /// # Errors
    /// The worker's sentence.
    pub async fn pause(self: &Rc<Self>) -> Result<(), String> {
        self.show_paused();
        let runner = self.runner()?;
        self.reported(runner.ask(Request::Pause).await)?;
        self.ask_snapshot(Command::Snapshot).await?;
        Ok(())
    }

    fn show_paused(self: &Rc<Self>) {
        self.state.borrow_mut().playing = false;
        controls::show_playing(false);
        self.show_badge();
    }

    /// Makes steps and stops there.
    ///
    /// # Errors
    /// The worker's sentence.
    pub async fn step(self: &Rc<Self>, count: u64, part: Part) -> Result<JsValue, String> {
        self.show_paused();
        self.ask_snapshot(Command::Step { count, part }).await
    }

    /// Goes back to the first step of the same seed; playing or not stays as it was.
    ///
    /// # Errors
    /// The worker's sentence.
    pub async fn reset(self: &Rc<Self>) -> Result<JsValue, String> {
        let runner = self.runner()?;
        let answer = self.tell(&runner, Command::Reset).await?;
        self.state.borrow_mut().forget_run();
        self.present(&answer)?;
        Ok(answer)
    }

    /// How the run stands, for whoever asks; the page shows it too.
    ///
    /// # Errors
    /// The worker's sentence.
    pub async fn ask_snapshot(self: &Rc<Self>, command: Command) -> Result<JsValue, String> {
        let runner = self.runner()?;
        let answer = self.tell(&runner, command).await?;
        self.present(&answer)?;
        Ok(answer)
    }

    /// Changes the speed; a running run takes it over.
    pub fn set_speed(self: &Rc<Self>, steps_per_second: Option<f64>) {
        self.state.borrow_mut().steps_per_second = steps_per_second;
        if self.playing() {
            self.play();
        }
    }

    /// Times steps on a run of their own.
    ///
    /// # Errors
    /// Why the backend could not be had.
    pub async fn benchmark(
        self: &Rc<Self>,
        backend: Option<Backend>,
        steps: u32,
    ) -> Result<(Timing, Backend), String> {
        const LIMIT_MS: f64 = 60_000.0;
        let here = self.runner()?;
        let backend = backend.unwrap_or(here.backend());
        let runner = if backend == here.backend() {
            here
        } else {
            Runner::open(&self.worker_script, backend, |_| {}).await?
        };
        let timing = self.time_steps(&runner, steps, LIMIT_MS).await?;
        Ok((timing, backend))
    }

    async fn time_steps(
        &self,
        runner: &Runner,
        steps: u32,
        limit_ms: f64,
    ) -> Result<Timing, String> {
        let config = Box::new(self.config());
        let timing = runner
            .ask(Request::Benchmark {
                config,
                steps,
                limit_ms,
            })
            .await?;
        wire::from_js(timing).map_err(|error| wire::sentence(&error))
    }

    /// Sends a command; a failure is shown as well as returned.
    async fn tell(self: &Rc<Self>, runner: &Runner, command: Command) -> Result<JsValue, String> {
        self.reported(runner.command(command).await)
    }

    fn reported<T>(self: &Rc<Self>, answer: Result<T, String>) -> Result<T, String> {
        if let Err(reason) = &answer {
            self.show_message(Sentence::new(
                "message.worker_failed",
                [("reason", reason.clone())],
            ));
        }
        answer
    }

    /// The fragment that opens this page as it is.
    pub fn link(&self) -> String {
        let state = self.state.borrow();
        let mut settings = vec![("lang", state.language)];
        if state.choice != Choice::Auto {
            settings.push(("backend", state.choice.name()));
        }
        link::write(&state.config.clone().into(), &settings)
    }

    /// Puts the link into the address bar, without a new entry in the history.
    fn write_link(&self) {
        let replaced = page::window().history().and_then(|history| {
            history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{}", self.link())))
        });
        // A sandboxed frame may forbid it; the run does not depend on it.
        drop(replaced);
    }

    /// Everything on the page is drawn anew in the next frame.
    pub fn redraw(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            state.stale.plane = true;
            state.stale.chart = true;
            state.stale.chart_drawn_ms = 0.0;
            state.stale.summary_drawn_ms = 0.0;
        }
        self.ask_frame();
    }

    /// Takes over the colours of the theme in force.
    pub fn restyle(self: &Rc<Self>) {
        self.state.borrow_mut().style = PlaneStyle::read();
        self.show_loss();
        self.redraw();
    }
}

impl State {
    /// A new start: what was seen belongs to another run.
    fn forget_run(&mut self) {
        self.history.clear();
        self.rate = Rate::default();
        self.stale.chart = true;
        self.stale.chart_drawn_ms = 0.0;
    }

    /// From now on snapshots come from a run of this configuration; says whether it is the same run
    /// with other learning rates.
    fn drawn_with(&mut self, config: TrainingConfig) -> bool {
        let goes_on = self.drawn_config.differs_in_learning_rates_only(&config);
        self.drawn_config = config;
        if !goes_on {
            self.forget_run();
        }
        goes_on
    }

    /// Takes in what the worker answered.
    fn take(&mut self, snapshot: Snapshot) {
        if snapshot.loss_d.is_finite() || snapshot.loss_g.is_finite() {
            self.history
                .push(snapshot.step, snapshot.loss_d, snapshot.loss_g);
        }
        self.rate.note(now_ms(), snapshot.step);
        self.snapshot = Some(snapshot);
        self.breakdowns = 0;
        self.stale.plane = true;
        self.stale.chart = true;
    }
}
