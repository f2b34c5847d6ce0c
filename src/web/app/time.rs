//! The timeline: the run is looked at as it was at an earlier step, goes on from there, or branches there
//! into a pane with another loss.
//!
//! Each worker keeps checkpoints of its run ([`crate::timeline`]). To stand at a step, all panes go back to
//! the nearest one before it and make the steps from there again, by rounds and by the journal, as a pane does
//! that is added; so a picture comes with the first round, and the step itself when there was time for it.
//! Nothing is forgotten until the run is told to go on from there.

use std::rc::Rc;

use futures_util::{future::join_all, lock::MutexGuard};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::{App, State};
use crate::{
    pace::Pace,
    scene::{LAST_BRANCH, MOST_TWINS, Scene, Twin, Variant},
    session::{Command, Standing},
    timeline::{Kept, MOST_BYTES},
    train::Part,
    web::{
        clock::{now_ms, sleep},
        controls::{self, TimeShown},
        runner::Runner,
        text::Sentence,
        wire,
    },
};

/// How long to wait before looking again whether all panes stand at the same step.
const NAP_MS: f64 = 50.0;
/// What takes longer than this tells how far it is.
const PATIENCE_MS: f64 = 1000.0;

/// A step that is on its way to be shown.
#[derive(Clone, Copy)]
pub(super) struct Sought {
    step: u64,
    since_ms: f64,
}

/// Where the run stands, and what is kept of its way.
#[derive(serde::Serialize)]
pub struct Position {
    step: u64,
    end: u64,
    checkpoints: usize,
    bytes: usize,
    most_bytes: usize,
}

impl App {
    /// Shows the run as it was at a step, and pauses there; resolves to the first pane's snapshot, once all
    /// panes stand there or something else was asked for.
    ///
    /// # Errors
    /// If there is no such step yet; or the worker's sentence.
    pub async fn seek(self: &Rc<Self>, step: u64) -> Result<JsValue, String> {
        let end = self.state.borrow().journal.end();
        if step > end {
            return Err(format!(
                "step must be a whole number from 0 to {end}, not {step}"
            ));
        }
        let ticket = self.set_out(step);
        let gone = self.go_to(ticket, step).await;
        self.reported(gone)?;
        self.snapshot().await
    }

    /// The same for a hand that may be on the next step already.
    pub fn scrub(self: &Rc<Self>, step: u64) {
        let (this, ticket) = (self.clone(), self.set_out(step));
        spawn_local(async move {
            // Not reported: a worker that breaks down says so itself.
            let _ = this.go_to(ticket, step).await;
        });
    }

    /// Back to where the run was left.
    pub fn back_to_the_end(self: &Rc<Self>) {
        let end = self.state.borrow().journal.end();
        self.scrub(end);
    }

    fn set_out(self: &Rc<Self>, step: u64) -> u32 {
        self.show_paused();
        let ticket = self.new_ticket();
        self.state.borrow_mut().sought = Some(Sought {
            step,
            since_ms: now_ms(),
        });
        self.ask_frame();
        ticket
    }

    async fn go_to(self: &Rc<Self>, ticket: u32, step: u64) -> Result<(), String> {
        let gone = self.travel(ticket, step).await;
        if self.ticket.get() == ticket {
            self.state.borrow_mut().sought = None;
            self.ask_frame();
        }
        gone
    }

    async fn travel(self: &Rc<Self>, ticket: u32, step: u64) -> Result<(), String> {
        {
            let _turn = self.between_rounds.lock().await;
            if self.ticket.get() != ticket {
                return Ok(());
            }
            self.recall(step).await?;
        }
        let pace = Pace::new(None, now_ms());
        self.advance(ticket, 0, Part::Both, pace).await
    }

    /// Lets all panes stand as near before a step as they can at once, with a first picture. Between two
    /// rounds.
    async fn recall(self: &Rc<Self>, step: u64) -> Result<(), String> {
        let runners = self.runners()?;
        let orders: Vec<_> = {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let journal = &mut state.journal;
            journal.move_to(step);
            let (at, before) = (journal.at(), journal.before(journal.at()));
            let first = journal.after(0, 1, Part::Both).config;
            state.rate = Default::default();
            let panes = state.panes.iter_mut().enumerate().zip(runners);
            panes
                .filter(|((_, pane), _)| pane.done != at || pane.runaway.is_some())
                .map(|((index, pane), runner)| {
                    pane.trail.clear();
                    pane.runaway = None;
                    let start = Box::new(pane.trains_by(0, &first));
                    (index, runner, Command::Recall { before, start })
                })
                .collect()
        };
        let asked = orders.iter();
        let asked = asked.map(|(_, runner, command)| runner.command(command.clone()));
        for ((index, ..), answer) in orders.iter().zip(join_all(asked).await) {
            self.note_standing(*index, answer?, true)?;
        }
        if self.someone_is_behind() {
            return self.round_now(0, Part::Both).await.map(drop);
        }
        for (index, runner, _) in &orders {
            self.look_at(*index, runner).await?;
        }
        Ok(())
    }

    /// Notes what a worker said of where it stands, and whether it has moved.
    pub(super) fn note_standing(
        &self,
        index: usize,
        answer: JsValue,
        moved: bool,
    ) -> Result<(), String> {
        let standing: Standing = wire::from_js(answer).map_err(|error| wire::sentence(&error))?;
        if let Some(pane) = self.state.borrow_mut().panes.get_mut(index) {
            pane.kept = standing.kept;
            if moved {
                pane.done = standing.step;
            }
        }
        Ok(())
    }

    /// The time between two rounds, when all panes stand at the same step.
    pub(super) async fn standing(&self) -> MutexGuard<'_, ()> {
        loop {
            let turn = self.between_rounds.lock().await;
            if !self.someone_is_behind() {
                return turn;
            }
            drop(turn);
            sleep(NAP_MS).await;
        }
    }

    /// Forgets what came after the step at which the run stands: it goes on from there.
    ///
    /// # Errors
    /// The worker's sentence.
    pub async fn go_on_from_here(self: &Rc<Self>) -> Result<(), String> {
        let _turn = self.standing().await;
        let runners = self.runners()?;
        let answers = join_all(runners.iter().map(|runner| runner.command(Command::Forget))).await;
        for (index, answer) in answers.into_iter().enumerate() {
            self.note_standing(index, answer?, false)?;
        }
        {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            state.journal.forget_the_rest();
            let at = state.journal.at();
            state
                .panes
                .iter_mut()
                .for_each(|pane| pane.forget_after(at));
            state.stale.chart = true;
        }
        self.ask_frame();
        Ok(())
    }

    /// Adds a pane whose run is this one until now and goes on with another loss, or whatever else the
    /// variant changes.
    ///
    /// # Errors
    /// If there is no room for one more pane, or the run is too long for a link to say where it branches.
    pub async fn branch(self: &Rc<Self>, variant: Variant) -> Result<Scene, String> {
        let from = {
            let _turn = self.standing().await;
            self.state.borrow().journal.at()
        };
        let mut scene = self.scene();
        if scene.twins.len() == MOST_TWINS {
            return Err(format!("there are {} panes already", MOST_TWINS + 1));
        }
        if from > LAST_BRANCH {
            return Err(format!("no pane can branch after step {LAST_BRANCH}"));
        }
        scene.twins.push(Twin { variant, from });
        self.set_scene(scene.clone()).await;
        drop(self.standing().await);
        Ok(scene)
    }

    /// A pane's new worker takes over what the first pane's keeps of the steps that they share, and stands
    /// as near to the last of them as it can. Between two rounds.
    pub(super) async fn share_past(
        &self,
        index: usize,
        runner: &Runner,
        shared: u64,
    ) -> Result<(), String> {
        let first = self.runners()?.remove(0);
        let (before, start) = {
            let journal = &self.state.borrow().journal;
            let start = journal.after(0, 1, Part::Both).config;
            (journal.before(shared), Box::new((*start).clone()))
        };
        let kept = first.command(Command::Kept { until: before }).await?;
        runner.adopt(kept).await?;
        let standing = runner.command(Command::Recall { before, start }).await?;
        self.note_standing(index, standing, true)?;
        let mut state = self.state.borrow_mut();
        let (first, others) = state.panes.split_at_mut(1);
        if let Some(pane) = others.get_mut(index - 1) {
            pane.remember(&first[0], shared);
        }
        Ok(())
    }

    /// A run that plays stops at this step; 0 lets it play on.
    pub async fn stop_at(self: &Rc<Self>, step: u64) {
        let mut scene = self.scene();
        scene.look.stop = step;
        self.set_scene(scene).await;
    }

    /// Steps until a run that plays is to stop.
    pub(super) fn until_stop(&self) -> u64 {
        let state = self.state.borrow();
        let left = state.scene.look.stop.checked_sub(state.journal.at());
        left.filter(|left| *left > 0 && state.playing)
            .unwrap_or(u64::MAX)
    }

    /// Pauses a run that has come to the step at which it is to stop; says whether it has.
    pub(super) fn stop_if_due(self: &Rc<Self>, ticket: u32, made: u64) -> bool {
        let due = {
            let state = self.state.borrow();
            made > 0 && state.playing && state.stands_at_its_stop()
        };
        let due = due && self.ticket.get() == ticket;
        if due {
            self.show_paused();
        }
        due
    }

    /// Where the run stands, for the API.
    pub fn position(&self) -> Position {
        let state = self.state.borrow();
        let Kept { checkpoints, bytes } = state.memory();
        Position {
            step: state.journal.at(),
            end: state.journal.end(),
            checkpoints,
            bytes,
            most_bytes: MOST_BYTES * state.panes.len(),
        }
    }
}

impl State {
    fn stands_at_its_stop(&self) -> bool {
        self.scene.look.stop > 0 && self.scene.look.stop == self.journal.at()
    }

    /// What the workers of all panes keep.
    fn memory(&self) -> Kept {
        let panes = self.panes.iter().map(|pane| pane.kept);
        panes.fold(Kept::default(), |sum, kept| Kept {
            checkpoints: sum.checkpoints + kept.checkpoints,
            bytes: sum.bytes + kept.bytes,
        })
    }

    /// The step that charts over the steps point out.
    pub(super) fn marked_step(&self) -> Option<u64> {
        self.journal.in_the_past().then(|| self.journal.at())
    }

    /// Shows where the run stands on its timeline.
    pub(super) fn show_time(&self) {
        let words = &self.words;
        let count = |count: u64| words.number(count as f64, 0);
        let (at, end) = (self.journal.at(), self.journal.end());
        let shown = self.sought.map_or(at, |sought| sought.step);
        let label = [("step", count(shown)), ("end", count(end))];
        let megabytes = |bytes: usize| words.number(bytes as f64 / 1e6, 1);
        let kept = self.memory();
        let memory = [
            ("checkpoints", count(kept.checkpoints as u64)),
            ("used", megabytes(kept.bytes)),
            (
                "most",
                count((MOST_BYTES * self.panes.len() / 1_000_000) as u64),
            ),
        ];
        let stopped = match !self.playing && self.sought.is_none() && self.stands_at_its_stop() {
            true => words.say(&Sentence::new("time.stopped", [("step", count(at))])),
            false => String::new(),
        };
        let slow = self
            .sought
            .filter(|sought| now_ms() - sought.since_ms > PATIENCE_MS);
        let note = match slow.and_then(|_| self.catching_up()) {
            Some((done, total)) => {
                let arguments = [("done", count(done)), ("total", count(total))];
                words.say(&Sentence::new("time.retraining", arguments))
            }
            None if !stopped.is_empty() => stopped.clone(),
            None => words.say(&Sentence::new("time.memory", memory)),
        };
        controls::show_time(&TimeShown {
            step: shown,
            end,
            past: self.journal.in_the_past() || shown < end,
            full: self.panes.len() > MOST_TWINS,
            stop: self.scene.look.stop,
            label: words.say(&Sentence::new("time.position", label)),
            note,
            said: stopped,
        });
    }
}
