//! The page: one [`App`] holds its state, and everything that a visitor or the API can ask for is a
//! method of it. [`super::controls`] and [`super::api`] only call these.
//!
//! The workers train, one for each pane; the page asks for the next round of steps once the last one
//! has ended, and draws what came of it.

mod address;
mod backend;
mod charts;
mod drawing;
mod frame;
mod lab;
mod lesson;
mod metric_chart;
mod metrics;
mod own;
mod pane;
mod panes;
mod planes;
mod present;
mod rate;
mod rescue;
mod rounds;
mod runaway;
mod selection;
mod share;
mod speech;
mod start;
mod takeaway;
mod time;
mod unseen;
mod wall;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use serde_json::Value;

pub use backend::Choice;
pub use lesson::Entry;
pub use own::{Tool, taken_apart};
pub use start::start;

use pane::Pane;
use panes::Change;
use rate::Rate;
use selection::Pointed;

use super::{
    clock::now_ms,
    controls,
    files::Files,
    protocol::{Timing, Trial},
    runner::Runner,
    style::PlaneStyle,
    text::{Sentence, Words},
};
use crate::{
    config::{ConfigError, TrainingConfig},
    journal::Journal,
    languages::Language,
    measure::Snapshot,
    pace::{Rounds, Unseen},
    picture::{arrows::ArrowScale, chart::OutputAxis},
    scene::{Handout, Scene},
    train::Backend,
};

/// Names of the page's own settings in a link, beside the configuration's fields.
pub const SETTINGS: [&str; 9] = [
    "lang", "backend", "unseen", "lesson", "present", "hide", "lock", "embed", "origins",
];

/// The page.
pub struct App {
    /// Where words, lessons and workers come from.
    files: Files,
    state: RefCell<State>,
    /// Held for a round of steps, and by whoever changes the runs between two rounds.
    between_rounds: futures_util::lock::Mutex<()>,
    /// Held while the runs move to another device.
    changing_backend: futures_util::lock::Mutex<()>,
    /// The last ticket: whoever holds it moves the runs.
    ticket: Cell<u32>,
    /// By which ticket rounds are going on, or wait for new workers.
    advancing: Cell<Option<u32>>,
    /// Workers that broke down and are being seen to.
    rescues: Cell<u32>,
    /// How long the last round took, and when it ended, in milliseconds.
    worked: Cell<(f64, f64)>,
    /// When something was last saved of the runs, and how often it was.
    saved_ms: Cell<f64>,
    saves: Cell<u32>,
    /// The language that was asked for last.
    language_asked: Cell<&'static Language>,
    /// A frame was asked of the browser.
    frame_asked: Cell<bool>,
    /// The link will be written, and how often yet if the browser does not take it.
    link_due: Cell<bool>,
    link_tries: Cell<u32>,
}

struct State {
    /// What was last asked for; the controls show it.
    scene: Scene,
    /// The runs; there is always a first one.
    panes: Vec<Pane>,
    /// The pane that the rail speaks of.
    focus: usize,
    /// The steps that all panes make.
    journal: Journal,
    /// The step that is on its way to be shown.
    sought: Option<time::Sought>,
    rounds: Rounds,
    choice: Choice,
    lessons: lesson::Lessons,
    /// What stands in the lab.
    lab: lab::LabView,
    /// What hangs on the wall of seeds.
    wall: wall::WallView,
    /// The film that is being made.
    film: takeaway::Film,
    /// The target's own points or modes under a hand.
    own: own::OwnData,
    /// A run that the first pane is to take over as it stands.
    arrival: Option<wall::Arrival>,
    /// What the visitor points at.
    pointed: Pointed,
    /// The scale of all panes' arrows, where there are any.
    arrows: Option<ArrowScale>,
    /// Where the axis of the chart of the loss lies, once it was drawn.
    output_axis: Option<OutputAxis>,
    /// Where all panes compute.
    backend: Backend,
    /// Why this backend runs, and not the other one.
    why: Sentence,
    playing: bool,
    steps_per_second: Option<f64>,
    /// What becomes of what plays while nobody sees it.
    unseen: Unseen,
    rate: Rate,
    words: Words,
    language: &'static Language,
    /// How this page was handed out.
    handout: Handout,
    /// How it is to be handed out by the dialog that is open.
    draft: Handout,
    /// Whether it is a presenter's page.
    presenting: bool,
    style: PlaneStyle,
    /// What the picture lacks: it is drawn in the next frame.
    stale: Stale,
    message: Option<Sentence>,
    /// Whether that message is of a run whose numbers ran away.
    offers_way_back: bool,
    /// Whether the browser's timeline has the moment of the first trained picture.
    first_picture_marked: bool,
}

/// What has to be drawn anew.
#[derive(Default)]
struct Stale {
    /// Whose turn it is to be drawn first.
    first_plane: usize,
    scale: bool,
    chart: bool,
    chart_drawn_ms: f64,
    badge_drawn_ms: f64,
    summary_drawn_ms: f64,
}

impl App {
    /// The configuration in force.
    pub fn config(&self) -> TrainingConfig {
        self.state.borrow().scene.config.clone()
    }

    /// All that is in force.
    pub fn scene(&self) -> Scene {
        self.state.borrow().scene.clone()
    }

    /// Whether the run is playing.
    pub fn playing(&self) -> bool {
        self.state.borrow().playing
    }

    /// Where the run is computed.
    pub fn backend(&self) -> Backend {
        self.state.borrow().backend
    }

    /// The workers of all panes.
    fn runners(&self) -> Result<Vec<Rc<Runner>>, String> {
        let state = self.state.borrow();
        let runners = state.panes.iter().map(|pane| pane.runner.clone());
        runners
            .collect::<Option<Vec<_>>>()
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
        let mut scene = self.scene();
        scene.config = scene.config.merged(partial)?;
        let config = scene.config.clone();
        self.set_scene(scene).await;
        Ok(config)
    }

    /// Shows another scene: runs whose configuration changes begin anew, or go on from here if that can be
    /// ([`TrainingConfig::goes_on_under`]).
    pub async fn set_scene(self: &Rc<Self>, scene: Scene) {
        let before = std::mem::replace(&mut self.state.borrow_mut().scene, scene.clone());
        if before.look.panel != scene.look.panel {
            controls::make_room_for_chart(&scene.look);
        }
        controls::show_scene(&scene);
        self.write_link();
        if !self.in_wall() {
            self.leave_wall();
        }
        self.sync_own();
        self.sync_lab();
        self.sync_wall();
        let arranged = self.arrange().await;
        if let Ok(Change::Restarted) = self.reported(arranged) {
            self.catch_up();
        }
        self.freeze().await;
        self.show_loss();
        self.redraw();
    }

    /// Changes the speed; a running run takes it over.
    pub fn set_speed(self: &Rc<Self>, steps_per_second: Option<f64>) {
        {
            let mut state = self.state.borrow_mut();
            state.steps_per_second = steps_per_second;
            state.lessons.keep_speed();
        }
        if self.playing() {
            self.play();
        }
        self.pace_lab();
        self.pace_wall();
    }

    /// Times steps on runs of their own, on a backend or where the page computes.
    ///
    /// # Errors
    /// Why the backend could not be had.
    pub async fn benchmark(
        self: &Rc<Self>,
        backend: Option<Backend>,
        trial: Trial,
    ) -> Result<(Timing, Backend), String> {
        let here = self.runners()?.remove(0);
        let backend = backend.unwrap_or(here.backend());
        let runner = if backend == here.backend() {
            here
        } else {
            Runner::open(&self.files, backend, |_| {}).await?
        };
        let timing = runner.time(trial).await?;
        Ok((timing, backend))
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

    /// Everything on the page is drawn anew in the next frame.
    pub fn redraw(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            for pane in &mut state.panes {
                pane.plane.forget_size();
                pane.stale = true;
            }
            state.stale.chart = true;
            state.stale.scale = true;
            state.stale.chart_drawn_ms = 0.0;
            state.stale.summary_drawn_ms = 0.0;
            state.lab.redraw();
            state.wall.redraw();
        }
        self.ask_frame();
    }

    /// Takes over the colours of the theme in force.
    pub fn restyle(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            state.style = PlaneStyle::read(state.words.numerals());
        }
        self.show_loss();
        self.redraw();
    }
}

impl State {
    /// The runs begin anew: what was seen belongs to others.
    fn forget_run(&mut self) {
        self.journal.clear();
        self.panes.iter_mut().for_each(Pane::forget_run);
        self.rate = Rate::default();
        self.stale.chart = true;
        self.stale.chart_drawn_ms = 0.0;
    }

    /// The pane that the rail speaks of.
    fn focused(&self) -> Option<&Pane> {
        self.panes.get(self.focus)
    }

    /// Takes in what the worker of a pane answered.
    fn take(&mut self, index: usize, snapshot: Snapshot) {
        if index == 0 {
            self.rate.note(now_ms(), snapshot.step);
        }
        if let Some(pane) = self.panes.get_mut(index) {
            pane.take(snapshot);
            pane.follow(self.pointed.node);
        }
        self.stale.chart = true;
    }
}
