//! Generators that learn against the discriminator held fixed, one for each loss, each in a worker of
//! its own. All make a step before any makes the next.
//!
//! One loop tends them: it looks at what is wanted, does the next thing for it, and ends when there is
//! nothing to do. So whatever a visitor does meanwhile, nothing happens twice or in the wrong order.

use std::rc::Rc;

use futures_util::future::join_all;
use wasm_bindgen_futures::spawn_local;

use super::{LabPane, LabView};
use crate::{
    config::{Loss, TrainingConfig},
    gan::{Weights, loss},
    measure::{Detail, Snapshot},
    pace::Pace,
    session::Command,
    train::{Backend, Checkpoint, Part},
    web::{
        app::{App, controls, panes::begin},
        clock::{Turn, now_ms, sleep},
        protocol::Request,
        runner::Runner,
        text::Sentence,
        wire,
    },
};

/// Longest sleep while no step is due: whatever else is asked for is noticed after it.
const NAP_MS: f64 = 50.0;
/// While a hand moves the boundary, the generators take it over so often.
const TAKE_OVER_MS: f64 = 150.0;
/// The surface is drawn from the page's own discriminator: the workers' own may be coarse.
const DETAIL: Detail = Detail {
    surface_side: 8,
    manifold: false,
    optimal: false,
};

/// The generators and their workers.
#[derive(Default)]
pub(super) struct Generators {
    runners: Vec<Rc<Runner>>,
    /// How each stands; none before it has begun.
    pub standing: Vec<Option<Standing>>,
    /// How they are to begin before anything else happens.
    seat: Option<Seat>,
    seated_ms: f64,
    /// Single steps that were asked for.
    asked: u64,
    /// Steps made since the beginning.
    pub done: u64,
    pace: Option<Pace>,
    /// A worker broke down: nothing is begun until somebody asks for it.
    broken: bool,
    /// The loop is running.
    tended: bool,
}

/// How a generator stands.
pub(super) struct Standing {
    /// Its samples and the forces on them.
    pub snapshot: Snapshot,
    /// Means over the samples shown.
    pub means: Means,
    /// After how many steps the mean distance was first small enough.
    pub arrived: Option<u64>,
}

/// Means over generated samples.
#[derive(Clone, Copy)]
pub(super) struct Means {
    pub output: f64,
    /// To the boundary, in the plane.
    pub distance: f64,
    pub force: f64,
}

/// How generators begin.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seat {
    /// As they are, against another discriminator.
    GoOn,
    /// From their start.
    Anew,
}

/// What is to be done next.
enum Task {
    Close,
    Open,
    Begin(Seat),
    Step,
    Wait(f64),
}

impl Generators {
    /// The generators are to begin, anew or as they are, before anything else happens.
    pub fn seat(&mut self, seat: Seat) {
        if self.seat != Some(Seat::Anew) {
            self.seat = Some(seat);
        }
        if seat == Seat::Anew {
            self.broken = false;
        }
    }

    /// One more step.
    pub fn ask_step(&mut self) {
        self.asked += 1;
    }

    /// They go on at this pace.
    pub fn wake(&mut self, steps_per_second: Option<f64>) {
        self.pace = Some(Pace::new(steps_per_second, now_ms()));
    }

    fn close(&mut self) {
        for runner in self.runners.drain(..) {
            runner.close();
        }
        self.standing.clear();
        self.seat = Some(Seat::Anew);
        self.asked = 0;
        self.done = 0;
    }
}

impl LabView {
    /// What the generators need next, if anything.
    fn next_task(&mut self, now: f64) -> Option<Task> {
        let wanted = if self.open && !self.moves_samples() {
            self.panes.len()
        } else {
            0
        };
        let generators = &mut self.generators;
        if generators.broken || generators.runners.len() > wanted {
            return (!generators.runners.is_empty()).then_some(Task::Close);
        }
        if self.freezing || wanted == 0 {
            return None;
        }
        if generators.runners.len() < wanted {
            return Some(Task::Open);
        }
        if let Some(seat) = generators.seat {
            let wait_ms = generators.seated_ms + TAKE_OVER_MS - now;
            if seat == Seat::GoOn && wait_ms > 0.0 {
                return Some(Task::Wait(wait_ms));
            }
            generators.seat = None;
            generators.seated_ms = now;
            return Some(Task::Begin(seat));
        }
        if generators.asked > 0 {
            generators.asked -= 1;
            return Some(Task::Step);
        }
        if !self.playing {
            return None;
        }
        let wait_ms = generators
            .pace
            .as_ref()
            .map_or(0.0, |pace| pace.wait_ms(now));
        Some(if wait_ms > 0.0 {
            Task::Wait(wait_ms)
        } else {
            Task::Step
        })
    }

    /// The discriminator held fixed, as an engine takes it.
    fn held_weights(&self) -> Weights {
        match self.frozen_in_use() {
            Some(frozen) => frozen.checkpoint.discriminator.weights.clone(),
            None => {
                let (weight, bias) = self.known.setup.linear();
                Weights::linear(weight, bias)
            }
        }
    }

    /// What each generator's worker trains by, and where it starts.
    fn starts(&self) -> Vec<(TrainingConfig, Checkpoint)> {
        let start = |pane: &LabPane| {
            let mut config = self.known.config.clone();
            config.loss = pane.loss;
            let mut start = None;
            if let Some(frozen) = self.frozen_in_use() {
                config.discriminator = frozen.config.discriminator.clone();
                let same = TrainingConfig {
                    loss: config.loss,
                    ..frozen.config.clone()
                };
                // The run's generator, unless another one was asked for since.
                start = (same == config).then(|| frozen.checkpoint.clone());
            }
            let start = start.unwrap_or_else(|| Checkpoint::initial(&config));
            (config, start.with_discriminator(self.held_weights()))
        };
        self.panes.iter().map(start).collect()
    }

    /// Takes in how the generators stand.
    fn take_standing(&mut self, snapshots: Vec<Snapshot>) {
        let within = self.known.setup.within;
        let done = self.generators.done;
        let before = std::mem::take(&mut self.generators.standing);
        let mut before = before.into_iter();
        for (pane, snapshot) in self.panes.iter_mut().zip(snapshots) {
            let means = Means::of(pane.loss, &snapshot);
            let arrived = before.next().flatten().and_then(|before| before.arrived);
            let near = means.distance <= within;
            self.generators.standing.push(Some(Standing {
                snapshot,
                means,
                arrived: arrived.or(near.then_some(done)),
            }));
            pane.stale = true;
        }
        self.numbers.rewrite();
    }
}

impl Means {
    fn of(loss: Loss, snapshot: &Snapshot) -> Self {
        let boundary = loss::boundary(loss);
        let count = snapshot.outputs.len().max(1) as f64;
        let lengths = |vectors: &[f32]| {
            let lengths = vectors.chunks_exact(2);
            lengths
                .map(|vector| f64::from(vector[0]).hypot(vector[1].into()))
                .collect::<Vec<_>>()
        };
        let outputs = snapshot.outputs.iter().copied().map(f64::from);
        let distances = outputs.clone().zip(lengths(&snapshot.gradients));
        let distances = distances.map(|(output, slope)| (output - boundary).abs() / slope);
        Self {
            output: outputs.sum::<f64>() / count,
            distance: distances.sum::<f64>() / count,
            force: lengths(&snapshot.forces).iter().sum::<f64>() / count,
        }
    }
}

impl App {
    /// Sees to it that the generators get what they need.
    pub(super) fn tend_generators(self: &Rc<Self>) {
        if std::mem::replace(&mut self.state.borrow_mut().lab.generators.tended, true) {
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            loop {
                let task = this.state.borrow_mut().lab.next_task(now_ms());
                let Some(task) = task else { break };
                let rest_ms = this.rest_unseen_ms();
                if rest_ms > 0.0 && matches!(task, Task::Step) && this.state.borrow().lab.playing {
                    sleep(rest_ms).await;
                    if let Some(pace) = &mut this.state.borrow_mut().lab.generators.pace {
                        // What came due meanwhile is not made up for.
                        pace.made(0, now_ms());
                    }
                    continue;
                }
                if let Err(reason) = this.do_task(task).await {
                    this.lose_generators(reason);
                }
            }
            this.state.borrow_mut().lab.generators.tended = false;
        });
    }

    async fn do_task(self: &Rc<Self>, task: Task) -> Result<(), String> {
        match task {
            Task::Close => self.state.borrow_mut().lab.generators.close(),
            Task::Wait(wait_ms) => sleep(wait_ms.min(NAP_MS)).await,
            Task::Open => {
                let this = Rc::downgrade(self);
                let lost = move |reason| {
                    if let Some(this) = this.upgrade() {
                        this.lose_generators(reason);
                    }
                };
                let runner = Runner::open(&self.files, Backend::Cpu, lost).await?;
                let mut state = self.state.borrow_mut();
                state.lab.generators.runners.push(runner);
                state.lab.generators.seat(Seat::Anew);
            }
            Task::Begin(seat) => self.begin_generators(seat).await?,
            Task::Step => self.step_generators().await?,
        }
        Ok(())
    }

    /// Begins all generators, one after the other, and shows how they stand.
    async fn begin_generators(self: &Rc<Self>, seat: Seat) -> Result<(), String> {
        let (runners, starts, weights) = {
            let lab = &self.state.borrow().lab;
            (
                lab.generators.runners.clone(),
                lab.starts(),
                lab.held_weights(),
            )
        };
        let mut snapshots = Vec::new();
        for (runner, (config, mut start)) in runners.iter().zip(starts) {
            if seat == Seat::GoOn {
                let answer = runner.command(Command::Checkpoint).await?;
                let standing: Checkpoint =
                    wire::from_js(answer).map_err(|error| wire::sentence(&error))?;
                start = standing.with_discriminator(weights.clone());
            }
            begin(runner, &config, Some(start)).await?;
            runner.command(Command::Show { detail: DETAIL }).await?;
            let answer = runner.command(Command::Snapshot).await?;
            snapshots
                .push(wire::snapshot_from_js(&answer).map_err(|error| wire::sentence(&error))?);
        }
        {
            let lab = &mut self.state.borrow_mut().lab;
            if seat == Seat::Anew {
                lab.generators.done = 0;
                lab.generators.standing.clear();
                lab.refit = true;
            }
            lab.take_standing(snapshots);
        }
        self.ask_frame();
        Ok(())
    }

    /// One step of every generator.
    async fn step_generators(self: &Rc<Self>) -> Result<(), String> {
        let runners = self.state.borrow().lab.generators.runners.clone();
        let step = || Request::Steps {
            count: 1,
            part: Part::Generator,
        };
        let start = now_ms();
        let answers = join_all(runners.iter().map(|runner| runner.ask(step()))).await;
        self.note_work(now_ms() - start);
        let mut snapshots = Vec::new();
        for answer in answers {
            let (_, snapshot) =
                wire::stepped_from_js(answer?).map_err(|error| wire::sentence(&error))?;
            snapshots.push(snapshot);
        }
        {
            let lab = &mut self.state.borrow_mut().lab;
            lab.generators.done += 1;
            if let Some(pace) = &mut lab.generators.pace {
                pace.made(1, now_ms());
            }
            lab.take_standing(snapshots);
        }
        self.ask_frame();
        // The messages that arrived by now come first.
        let turn = Turn::new().map_err(|error| wire::sentence(&error))?;
        turn.taken().await;
        Ok(())
    }

    /// A generator's worker broke down: one sentence, and the rest of the lab goes on.
    fn lose_generators(self: &Rc<Self>, reason: String) {
        {
            let lab = &mut self.state.borrow_mut().lab;
            // Workers that were closed have nothing more to say, and one sentence is enough.
            if lab.generators.broken || lab.generators.runners.is_empty() && lab.moves_samples() {
                return;
            }
            lab.generators.broken = true;
            lab.generators.close();
            lab.playing = false;
            lab.panes.iter_mut().for_each(|pane| pane.stale = true);
            lab.numbers.rewrite();
        }
        controls::show_lab_playing(false);
        self.show_message(Sentence::new("message.worker_failed", [("reason", reason)]));
        self.ask_frame();
    }
}
