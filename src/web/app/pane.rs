//! One pane: a run in a worker of its own, and the canvas that shows it.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::Element;

use crate::{
    config::TrainingConfig,
    measure::{Detail, Snapshot},
    picture::{history::LossHistory, metric_history::MetricHistory, norm_history::NormHistory},
    runaway::Runaway,
    scene::Twin,
    timeline::Kept,
    train::Batches,
    web::{controls, page, plane::Plane, runner::Runner},
};

use super::rescue::Saved;

/// Points of a trail that are kept.
const LONGEST_TRAIL: usize = 300;

/// A run and its picture.
pub(super) struct Pane {
    /// In what it differs from the first pane; nothing in the first one itself.
    pub twin: Option<Twin>,
    /// Its element on the page.
    pub element: Element,
    pub plane: Plane,
    /// The worker; none while it is starting or after it broke down.
    pub runner: Option<Rc<Runner>>,
    /// What another worker could go on from.
    pub saved: Option<Saved>,
    /// Workers that broke down.
    pub losses: u32,
    /// Whether its numbers have run away: it makes no more steps where it stands.
    pub runaway: Option<Runaway>,
    /// What its run is to train by once it goes its own way.
    pub wanted: TrainingConfig,
    /// What the worker trains by where it stands.
    pub config: TrainingConfig,
    /// What the worker puts into snapshots.
    pub detail: Detail,
    /// Steps made.
    pub done: u64,
    /// The checkpoints that the worker keeps.
    pub kept: Kept,
    /// How the run stands at that step.
    pub snapshot: Option<Snapshot>,
    pub history: LossHistory,
    pub norms: NormHistory,
    pub metrics: MetricHistory,
    /// Where the latent that is pointed at landed, step after step.
    pub trail: Vec<[f32; 2]>,
    /// The picture is not that of the snapshot.
    pub stale: bool,
}

impl Pane {
    /// A pane on the page, its run yet to be begun.
    ///
    /// # Errors
    /// If the page has no template for it, or the browser cannot draw.
    pub fn new(twin: Option<Twin>, config: TrainingConfig) -> Result<Self, JsValue> {
        let element = page::clone_template("pane")?;
        controls::offer_variants(&element);
        let panes: Element =
            page::hook("show", "panes").ok_or("the page has no place for the panes")?;
        panes.append_child(&element)?;
        Ok(Self {
            twin,
            plane: Plane::inside(&element)?,
            element,
            runner: None,
            saved: None,
            losses: 0,
            runaway: None,
            wanted: config.clone(),
            config,
            detail: Detail::default(),
            done: 0,
            kept: Kept::default(),
            snapshot: None,
            history: LossHistory::new(),
            norms: NormHistory::new(),
            metrics: MetricHistory::new(),
            trail: Vec::new(),
            stale: false,
        })
    }

    /// Whether a run by `config` would be a new one, and not this one under another tuning.
    pub fn restarts_with(&self, config: &TrainingConfig) -> bool {
        !self.wanted.goes_on_under(config)
    }

    /// What the step after the first `done` trains by, where the first pane's trains by `base`.
    pub fn trains_by(&self, done: u64, base: &TrainingConfig) -> TrainingConfig {
        match self.twin {
            Some(twin) if twin.from <= done => twin.variant.over(base),
            _ => base.clone(),
        }
    }

    /// Steps from `done` until the run goes its own way, if it has yet to.
    pub fn until_branch(&self, done: u64) -> Option<u64> {
        self.twin?.from.checked_sub(done).filter(|left| *left > 0)
    }

    /// The worker trains by this from here on. The real samples that it will show are shown at once.
    pub fn take_config(&mut self, config: TrainingConfig) {
        if config.target != self.config.target
            && let Some(snapshot) = &mut self.snapshot
        {
            snapshot.real = Batches::new(&config).shown_real(snapshot.real.len() / 2);
            self.stale = true;
        }
        self.config = config;
    }

    /// Whether it has yet to make steps to where the run stands.
    pub fn is_behind(&self, at: u64) -> bool {
        self.done < at && self.runaway.is_none()
    }

    /// Whether its worker broke down.
    pub fn is_broken(&self) -> bool {
        self.runner.as_ref().is_some_and(|runner| runner.failed())
    }

    /// Ends its worker.
    pub fn close_runner(&mut self) {
        if let Some(runner) = self.runner.take() {
            runner.close();
        }
    }

    /// The run begins anew: what was seen belongs to another one.
    pub fn forget_run(&mut self) {
        self.done = 0;
        self.saved = None;
        self.runaway = None;
        self.kept = Kept::default();
        self.history.clear();
        self.norms.clear();
        self.metrics.clear();
        self.trail.clear();
        self.stale = true;
    }

    /// Takes in what the worker answered.
    pub fn take(&mut self, snapshot: Snapshot) {
        self.note(&snapshot);
        self.done = snapshot.step;
        self.snapshot = Some(snapshot);
        self.stale = true;
    }

    /// Notes what is new in a snapshot.
    fn note(&mut self, snapshot: &Snapshot) {
        if snapshot.loss_d.is_finite() || snapshot.loss_g.is_finite() {
            self.history
                .push(snapshot.step, snapshot.loss_d, snapshot.loss_g);
        }
        let norms = &snapshot.gradient_norms;
        self.norms
            .push(snapshot.step, &norms.discriminator, &norms.generator);
        self.metrics.push(snapshot.step, &snapshot.metrics);
    }

    /// Takes over what another pane saw until a step, up to which their runs are the same.
    pub fn remember(&mut self, other: &Self, step: u64) {
        self.history = other.history.clone();
        self.norms = other.norms.clone();
        self.metrics = other.metrics.clone();
        self.forget_after(step);
    }

    /// Forgets what was seen after a step: the run goes on from there.
    pub fn forget_after(&mut self, step: u64) {
        self.history.forget_after(step);
        self.norms.forget_after(step);
        self.metrics.forget_after(step);
        if let Some(snapshot) = self.snapshot.take() {
            self.note(&snapshot);
            self.snapshot = Some(snapshot);
        }
    }

    /// Notes where a node of the latent grid lands.
    pub fn follow(&mut self, node: Option<usize>) {
        let mesh = self.snapshot.as_ref().and_then(|one| one.manifold.as_ref());
        let at = node.zip(mesh).and_then(|(node, mesh)| {
            let point = mesh.points.get(2 * node..2 * node + 2)?;
            Some([point[0], point[1]])
        });
        if let Some(at) = at {
            if self.trail.len() == LONGEST_TRAIL {
                self.trail.remove(0);
            }
            self.trail.push(at);
        }
    }

    /// Ends the worker and takes the pane off the page.
    pub fn close(mut self) {
        self.close_runner();
        self.element.remove();
    }
}
