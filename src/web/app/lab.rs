//! The lab on the page: the samples of [`crate::lab`], or a generator, against a discriminator held
//! fixed; in one pane, or in four with a loss each.
//!
//! What the visitor set up is the scene's; here stands what became of it: where the samples are, which
//! discriminator was frozen, what the hand holds. The run rests while the lab is open and goes on
//! where it stood.

mod editing;
mod frozen;
mod generators;
mod hand;
mod numbers;
mod pane;
mod pictures;
mod playing;

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::{App, State};
use crate::{
    config::{Loss, TrainingConfig},
    gan::{FixedDiscriminator, loss},
    lab::{Lab, StraightBoundary, surface},
    measure::Surface,
    pace::Pace,
    picture::surface::Scale,
    scene::{Held, LabLosses, LabMode, LabSetup, Scene, View},
    target,
    web::{controls, page},
};
use frozen::Frozen;
use generators::{Generators, Seat};
use hand::Hand;
use numbers::Numbers;
use pane::LabPane;

/// The lab and how it is shown.
pub(super) struct LabView {
    open: bool,
    /// The run goes on when the lab is left.
    resume: bool,
    /// What of the scene the lab stands for.
    known: Known,
    /// The samples under each loss.
    lab: Lab,
    /// What the discriminator says over the plane.
    surface: Surface,
    /// The run's discriminator, as it was when it was asked for.
    frozen: Option<Rc<Frozen>>,
    /// The run's discriminator is wanted and not here yet.
    freezing: bool,
    /// One for each loss.
    panes: Vec<LabPane>,
    /// The pane that the legend speaks of.
    focus: usize,
    selected: Option<usize>,
    /// What a hand holds.
    hand: Option<Hand>,
    playing: bool,
    /// As many as possible where there is none.
    steps_per_second: Option<f64>,
    pace: Pace,
    /// Nothing has moved since the pace was set.
    asleep: bool,
    /// When what is due was last made.
    advanced_ms: f64,
    generators: Generators,
    numbers: Numbers,
    /// The forces are not those that the arrows' scale was fitted to.
    refit: bool,
}

/// What of a scene decides the lab.
#[derive(Clone, PartialEq)]
struct Known {
    config: TrainingConfig,
    setup: LabSetup,
}

impl Known {
    fn of(scene: &Scene) -> Self {
        Self {
            config: scene.config.clone(),
            setup: scene.lab.clone(),
        }
    }

    fn losses(&self) -> Vec<Loss> {
        match self.setup.losses {
            LabLosses::One => vec![self.config.loss],
            LabLosses::All => loss::four(self.config.loss).into(),
        }
    }

    fn half_side(&self) -> f64 {
        target::extent(&self.config.target).into()
    }

    /// What decides the straight discriminator and its surface.
    fn line(&self) -> [f64; 4] {
        let LabSetup {
            angle,
            offset,
            steepness,
            ..
        } = self.setup;
        [angle, offset, steepness, self.half_side()]
    }

    fn discriminator(&self) -> FixedDiscriminator {
        let (weight, bias) = self.setup.linear();
        FixedDiscriminator::linear(weight, bias)
    }
}

impl LabView {
    /// The lab of a scene, not yet on the page.
    pub fn new(scene: &Scene) -> Self {
        let known = Known::of(scene);
        let discriminator = known.discriminator();
        Self {
            open: false,
            resume: false,
            surface: surface(&discriminator, known.half_side()),
            lab: Lab::new(discriminator, Vec::new(), Vec::new(), 0.0, 0.0),
            frozen: None,
            freezing: false,
            panes: Vec::new(),
            focus: 0,
            selected: None,
            hand: None,
            playing: false,
            steps_per_second: None,
            pace: Pace::new(None, 0.0),
            asleep: true,
            advanced_ms: 0.0,
            generators: Generators::default(),
            numbers: Numbers::default(),
            refit: false,
            known,
        }
    }

    /// The picture and the numbers have to be drawn anew, perhaps at another size.
    pub fn redraw(&mut self) {
        for pane in &self.panes {
            pane.plane.forget_size();
        }
        self.repaint();
    }

    /// The picture and the numbers have to be drawn anew.
    fn repaint(&mut self) {
        for pane in &mut self.panes {
            pane.plane.forget_size();
            pane.ground.forget();
            pane.stale = true;
        }
        self.numbers.rewrite();
        self.refit = true;
    }

    /// The loss that the legend speaks of, while the lab is open.
    pub fn shown_loss(&self) -> Option<Loss> {
        let pane = self.panes.get(self.focus).filter(|_| self.open)?;
        Some(pane.loss)
    }

    /// What the colours of the output mean in that pane.
    pub fn shown_scale(&self) -> Option<Scale> {
        self.shown_loss().map(|loss| self.scale(loss))
    }

    /// The run does not go on by itself when the lab is left.
    pub fn let_run_rest(&mut self) {
        self.resume = false;
    }

    /// Whether the samples are what moves.
    fn moves_samples(&self) -> bool {
        self.known.setup.mode == LabMode::Samples
    }

    /// Half the side of the plane that is shown.
    fn half_side(&self) -> f64 {
        self.surface.x[1].into()
    }

    /// The boundary of a loss, where it is a straight line.
    fn boundary(&self, loss: Loss) -> Option<StraightBoundary> {
        let LabSetup {
            angle,
            offset,
            steepness,
            ..
        } = self.known.setup;
        self.frozen_in_use().is_none().then(|| {
            let level = loss::boundary(loss);
            StraightBoundary::new(angle, offset, steepness, level, self.half_side())
        })
    }

    /// The run's discriminator, where that is the one held fixed.
    fn frozen_in_use(&self) -> Option<&Rc<Frozen>> {
        let frozen = self.frozen.as_ref();
        frozen.filter(|_| self.known.setup.discriminator == Held::Run)
    }

    /// Brings the lab in line with a scene.
    fn follow(&mut self, scene: &Scene) -> Result<(), JsValue> {
        let before = std::mem::replace(&mut self.known, Known::of(scene));
        let (losses, setup) = (self.known.losses(), &self.known.setup);
        if before.setup.discriminator != setup.discriminator {
            self.freezing = setup.discriminator == Held::Run;
            self.generators.seat(Seat::Anew);
            self.hold();
        } else if before.line() != self.known.line() && self.frozen_in_use().is_none() {
            self.generators.seat(Seat::GoOn);
            self.hold();
        }
        let setup = &self.known.setup;
        self.lab.set_rate(setup.rate);
        if before.setup.within != setup.within {
            self.lab.set_within(setup.within);
        }
        if before.config != self.known.config || before.setup.losses != setup.losses {
            self.generators.seat(Seat::Anew);
        }
        let shown = self.panes.iter().map(|pane| pane.loss);
        if !shown.eq(losses.iter().copied()) || before.setup.samples != setup.samples {
            self.rebuild(&losses)?;
        }
        self.redraw();
        Ok(())
    }

    /// Takes the discriminator that is to be held fixed, as far as it is here.
    fn hold(&mut self) {
        let (discriminator, surface) = match self.frozen_in_use() {
            Some(frozen) => (frozen.discriminator.clone(), frozen.surface.clone()),
            None => {
                let linear = self.known.discriminator();
                let surface = surface(&linear, self.known.half_side());
                (linear, surface)
            }
        };
        // The same one over a larger plane starts no count anew.
        if discriminator != *self.lab.discriminator() {
            self.lab.set_discriminator(discriminator);
        }
        self.surface = surface;
    }

    /// A pane for each loss, and all samples where they start.
    fn rebuild(&mut self, losses: &[Loss]) -> Result<(), JsValue> {
        self.panes.truncate(losses.len());
        for (pane, loss) in self.panes.iter_mut().zip(losses) {
            pane.loss = *loss;
        }
        for loss in &losses[self.panes.len()..] {
            self.panes.push(LabPane::new(*loss)?);
        }
        if let Some(place) = page::hook("show", "lab_panes") {
            page::set_attribute(&place, "data-count", &losses.len().to_string());
        }
        let setup = &self.known.setup;
        self.lab = Lab::new(
            self.lab.discriminator().clone(),
            losses.to_vec(),
            setup.samples.clone(),
            setup.rate,
            setup.within,
        );
        let last = setup.samples.len().checked_sub(1);
        self.selected = self.selected.and_then(|index| Some(index.min(last?)));
        self.focus = self.focus.min(losses.len() - 1);
        self.hand = None;
        self.begin_trails();
        Ok(())
    }
}

impl App {
    /// Whether the lab is shown.
    pub(super) fn in_lab(&self) -> bool {
        self.state.borrow().scene.look.view == View::Lab
    }

    /// Brings the lab in line with the scene: opens it, changes it, or closes it.
    pub(super) fn sync_lab(self: &Rc<Self>) {
        let (open, wanted) = (self.state.borrow().lab.open, self.in_lab());
        match (open, wanted) {
            (false, true) => self.enter_lab(),
            (true, false) => self.leave_lab(),
            _ => {}
        }
        if wanted {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            if let Err(error) = state.lab.follow(&state.scene) {
                web_sys::console::error_1(&error);
            }
            state.show_lab_controls();
        }
        self.show_loss();
        self.tend_generators();
        self.ask_frame();
    }

    fn enter_lab(self: &Rc<Self>) {
        let resume = self.playing();
        self.stop_playing();
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        state.arrows = None;
        state.lab.open = true;
        state.lab.resume = resume;
        state.lab.freezing = state.scene.lab.discriminator == Held::Run;
        state.lab.generators.seat(Seat::Anew);
    }

    fn leave_lab(self: &Rc<Self>) {
        let resume = {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            state.arrows = None;
            state.lab.open = false;
            state.lab.playing = false;
            state.lab.hand = None;
            std::mem::take(&mut state.lab.resume)
        };
        controls::show_lab_playing(false);
        if resume {
            self.play();
        }
    }

    /// Lets the run play, or the wall, whichever is shown; while the lab is shown, the run plays once it
    /// is left.
    pub(super) fn play_what_is_shown(self: &Rc<Self>) {
        if self.in_lab() {
            self.state.borrow_mut().lab.resume = true;
        } else if self.in_wall() {
            self.wall_play();
        } else {
            self.play();
        }
    }
}

impl State {
    /// What can be done in the lab at the moment.
    fn show_lab_controls(&self) {
        controls::show_lab_playing(self.lab.playing);
        let samples = self.scene.lab.samples.len();
        controls::show_lab_editing(samples, self.lab.selected.is_some());
        self.show_frozen();
    }
}
