//! How the lab moves: all tracks by the same steps, at the page's speed.

use std::rc::Rc;

use super::{Hand, LabView, Seat};
use crate::{
    pace::Pace,
    scene::LabLosses,
    web::app::{App, controls},
};

/// Full speed in the lab: a step a picture, so that every one can be seen.
const MOST_A_SECOND: Option<f64> = Some(60.0);
/// At other speeds, so many steps may be made for one picture where pictures come slowly.
const MOST_AT_ONCE: u64 = 10;
/// No picture for longer than this, as in a hidden tab: what came due meanwhile is not made up for.
const UNSEEN_MS: f64 = 1000.0;
/// A force below this moves nothing that could be seen, however long one waits.
const NO_FORCE: f64 = 1e-12;
/// Points of a trail are this part of the plane apart, or further.
const TRAIL_SPACING: f64 = 1.0 / 500.0;

impl App {
    /// Lets the lab move.
    pub fn lab_play(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            if !state.lab.open {
                return;
            }
            let speed = state.steps_per_second;
            state.lab.play(speed);
        }
        controls::show_lab_playing(true);
        self.tend_generators();
        self.ask_frame();
    }

    /// Holds it still.
    pub fn lab_pause(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            state.lab.playing = false;
            state.lab.numbers.rewrite();
        }
        controls::show_lab_playing(false);
        self.ask_frame();
    }

    /// Plays or pauses.
    pub fn lab_toggle(self: &Rc<Self>) {
        if self.state.borrow().lab.playing {
            self.lab_pause();
        } else {
            self.lab_play();
        }
    }

    /// One step, and no further.
    pub fn lab_step(self: &Rc<Self>) {
        self.lab_pause();
        {
            let mut state = self.state.borrow_mut();
            let lab = &mut state.lab;
            if !lab.open || lab.freezing {
                return;
            }
            if lab.moves_samples() {
                lab.step();
            } else {
                lab.generators.ask_step();
            }
        }
        self.tend_generators();
        self.ask_frame();
    }

    /// Everything back to where it started; moving or not stays as it was.
    pub fn lab_reset(self: &Rc<Self>) {
        self.state.borrow_mut().lab.restart();
        self.tend_generators();
        self.ask_frame();
    }

    /// The same samples under all four losses, from the start.
    pub async fn lab_all(self: &Rc<Self>) {
        let mut scene = self.scene();
        if scene.lab.losses != LabLosses::All {
            scene.lab.losses = LabLosses::All;
            self.set_scene(scene).await;
        }
        self.lab_reset();
        self.lab_play();
    }

    /// The page has another speed.
    pub(in crate::web::app) fn pace_lab(self: &Rc<Self>) {
        let mut state = self.state.borrow_mut();
        if state.lab.playing {
            let speed = state.steps_per_second;
            state.lab.play(speed);
        }
    }
}

impl LabView {
    fn play(&mut self, steps_per_second: Option<f64>) {
        self.playing = true;
        self.steps_per_second = steps_per_second;
        self.asleep = true;
        self.generators.wake(steps_per_second.or(MOST_A_SECOND));
    }

    /// Makes the steps that are due.
    pub(super) fn advance(&mut self, now: f64) {
        if !self.is_moving() {
            self.asleep = true;
            return;
        }
        let was_unseen = now - std::mem::replace(&mut self.advanced_ms, now) > UNSEEN_MS;
        // The time in which nothing moved does not count.
        if std::mem::take(&mut self.asleep) || was_unseen {
            self.pace = Pace::new(self.steps_per_second.or(MOST_A_SECOND), now);
        }
        let most = self.steps_per_second.map_or(1, |_| MOST_AT_ONCE);
        let due = self.pace.due(now).min(most);
        for _ in 0..due {
            self.step();
        }
        self.pace.made(due, now);
        // What a hand holds does not slip out of it.
        let held = self.hand.and_then(Hand::sample);
        let start = |index: usize| Some((index, *self.known.setup.samples.get(index)?));
        if let Some((index, at)) = held.and_then(start) {
            self.place(index, at);
        }
    }

    /// Whether samples move by themselves: they play, and at least one feels a force.
    pub(super) fn is_moving(&self) -> bool {
        let mut samples = self.lab.tracks().iter().flat_map(|track| &track.samples);
        self.open
            && self.playing
            && self.moves_samples()
            && !self.freezing
            && samples.any(|sample| sample.force[0].hypot(sample.force[1]) >= NO_FORCE)
    }

    fn step(&mut self) {
        self.lab.step();
        for (pane, track) in self.panes.iter_mut().zip(self.lab.tracks()) {
            pane.follow(track);
        }
        self.numbers.rewrite();
    }

    /// Everything back to where it started.
    pub(super) fn restart(&mut self) {
        self.lab.restart();
        self.generators.seat(Seat::Anew);
        self.begin_trails();
        self.refit = true;
    }

    /// Every sample's way begins where it was placed.
    pub(super) fn begin_trails(&mut self) {
        let spacing = self.trail_spacing();
        let starts = &self.known.setup.samples;
        for pane in &mut self.panes {
            pane.begin_trails(starts, spacing);
        }
        self.numbers.rewrite();
    }

    /// How far apart the points of a trail are.
    pub(super) fn trail_spacing(&self) -> f64 {
        TRAIL_SPACING * 2.0 * self.half_side()
    }
}
