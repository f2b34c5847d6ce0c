//! What a visitor changes in the lab: each change goes into the scene, from where the link and a reload
//! make it again, and to the samples that are shown.

use std::rc::Rc;

use super::{Known, LabView, Seat};
use crate::{
    lab::{Trail, far_pair, free_place, place},
    scene::{FARTHEST, LabMode, MOST_SAMPLES},
    web::app::{App, State, controls},
};

impl App {
    /// Adds a sample where there is room, and selects it.
    pub fn lab_add(self: &Rc<Self>) {
        let at = {
            let state = self.state.borrow();
            free_place(&state.scene.lab.samples, state.lab.half_side())
        };
        self.add_lab_sample(at);
        self.state.borrow().announce_lab_sample();
    }

    /// Adds a sample at a point and selects it, if there may be one more.
    pub(super) fn add_lab_sample(self: &Rc<Self>, at: [f64; 2]) {
        let index = self.state.borrow_mut().add_sample(at);
        if index.is_some() {
            self.state.borrow_mut().lab.selected = index;
            self.lab_edited();
        }
    }

    /// Takes the selected sample away; the one after it is selected.
    pub fn lab_delete(self: &Rc<Self>) {
        let selected = self.state.borrow().lab.selected;
        if let Some(index) = selected {
            self.state.borrow_mut().remove_sample(index);
            self.lab_edited();
            self.state.borrow().announce_lab_sample();
        }
    }

    /// Back to one far sample on each side.
    pub fn lab_reset_samples(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let setup = &mut state.scene.lab;
            let half_side = state.lab.half_side();
            setup.samples = match state.lab.frozen_in_use() {
                None => far_pair(setup.angle, setup.offset, half_side),
                // Its sides are anywhere.
                Some(_) => far_pair(0.0, 0.0, half_side),
            }
            .into();
            state.lab.selected = None;
        }
        self.lab_edited();
        // The samples are others, so the lab begins anew.
        self.lab_reset();
    }

    /// Selects a sample, or none, and says which.
    pub(in crate::web::app) fn lab_select(self: &Rc<Self>, sample: Option<usize>) {
        {
            let mut state = self.state.borrow_mut();
            let count = state.scene.lab.samples.len();
            state.lab.selected = sample.filter(|index| *index < count);
        }
        self.lab_shown_anew();
        self.state.borrow().announce_lab_sample();
    }

    /// Selects the sample after the selected one.
    pub(super) fn lab_select_next(self: &Rc<Self>) {
        let next = {
            let state = self.state.borrow();
            let count = state.scene.lab.samples.len();
            let next = state.lab.selected.map_or(0, |index| index + 1);
            (count > 0).then(|| next % count)
        };
        self.lab_select(next);
    }

    /// Moves the selected sample by so much, in all panes.
    pub(super) fn lab_nudge(self: &Rc<Self>, by: [f64; 2]) {
        let from = {
            let lab = &self.state.borrow().lab;
            let track = lab.lab.tracks().get(lab.focus);
            let selected = lab.selected.zip(track);
            selected.and_then(|(index, track)| Some((index, track.samples.get(index)?.at)))
        };
        if let Some((index, [x, y])) = from {
            self.state
                .borrow_mut()
                .place_sample(index, [x + by[0], y + by[1]]);
            self.lab_edited();
            self.state.borrow().announce_lab_sample();
        }
    }

    /// The scene's lab was changed here: everything else follows.
    pub(super) fn lab_edited(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let before = state.lab.known.line();
            state.lab.known = Known::of(&state.scene);
            if state.lab.known.line() != before {
                state.lab.generators.seat(Seat::GoOn);
                state.lab.hold();
                state.lab.repaint();
            } else if state.lab.lab.tracks().iter().any(|track| {
                let starts = track.samples.iter().map(|sample| sample.start);
                !starts.eq(state.lab.known.setup.samples.iter().copied())
            }) {
                // Other samples altogether: there is nothing to go on from.
                let losses = state.lab.known.losses();
                if let Err(error) = state.lab.rebuild(&losses) {
                    web_sys::console::error_1(&error);
                }
            }
            state.lab.refit = true;
        }
        self.lab_shown_anew();
        self.write_link_soon();
        self.tend_generators();
    }

    /// The picture of every pane and all numbers are to be drawn anew.
    pub(super) fn lab_shown_anew(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            state.lab.numbers.rewrite();
            state
                .lab
                .panes
                .iter_mut()
                .for_each(|pane| pane.stale = true);
            let samples = state.scene.lab.samples.len();
            controls::show_lab_editing(samples, state.lab.selected.is_some());
        }
        self.ask_frame();
    }
}

impl State {
    fn most_lab_side(&self) -> f64 {
        self.lab.half_side().min(FARTHEST)
    }

    /// Adds a sample in every pane, if there may be one more; says its index.
    fn add_sample(&mut self, at: [f64; 2]) -> Option<usize> {
        let setup = &self.scene.lab;
        if setup.samples.len() >= MOST_SAMPLES || setup.mode != LabMode::Samples {
            return None;
        }
        let at = place(at, self.most_lab_side());
        self.scene.lab.samples.push(at);
        let spacing = self.lab.trail_spacing();
        for pane in &mut self.lab.panes {
            pane.trails.push(Trail::new(at, spacing));
        }
        Some(self.lab.lab.add(at))
    }

    /// Takes a sample out of every pane.
    fn remove_sample(&mut self, index: usize) {
        if index >= self.scene.lab.samples.len() {
            return;
        }
        self.scene.lab.samples.remove(index);
        self.lab.lab.remove(index);
        for pane in &mut self.lab.panes {
            pane.trails.remove(index);
        }
        let last = self.scene.lab.samples.len().checked_sub(1);
        self.lab.selected = last.map(|last| index.min(last));
    }

    /// Places a sample somewhere else, in every pane.
    pub(super) fn place_sample(&mut self, index: usize, at: [f64; 2]) {
        if index >= self.scene.lab.samples.len() {
            return;
        }
        let at = place(at, self.most_lab_side());
        self.scene.lab.samples[index] = at;
        self.lab.place(index, at);
    }
}

impl LabView {
    /// Places a sample in every pane; its way begins there.
    pub(super) fn place(&mut self, index: usize, at: [f64; 2]) {
        self.lab.place(index, at);
        let spacing = self.trail_spacing();
        for pane in &mut self.panes {
            pane.trails[index] = Trail::new(at, spacing);
        }
    }
}
