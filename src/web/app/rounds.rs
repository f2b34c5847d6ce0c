//! How the panes go on: in rounds. In each, every pane makes the same steps, and no pane begins the
//! next round before all have ended this one, whatever their speeds. Where the run stands before its end
//! ([`super::time`]), rounds repeat the steps that were made, and make new ones once they are at the end.

use std::rc::Rc;

use futures_util::future::join_all;
use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::{App, panes::begin_anew};
use crate::{
    config::TrainingConfig,
    measure::Snapshot,
    pace::Pace,
    session::Command,
    train::Part,
    web::{
        clock::{Turn, now_ms, sleep},
        controls,
        protocol::{Request, Stepped},
        runner::Runner,
        wire,
    },
};

/// Longest sleep while no step is due: a pause is noticed after it.
const NAP_MS: f64 = 100.0;

/// What one pane is asked in a round.
struct Order {
    pane: usize,
    runner: Rc<Runner>,
    part: Part,
    count: u64,
    /// To train by from here on, if that is not what it trains by.
    config: Option<TrainingConfig>,
}

impl Order {
    async fn give(&self) -> Result<(Stepped, Snapshot), String> {
        if let Some(config) = self.config.clone().map(Box::new) {
            self.runner.command(Command::Continue { config }).await?;
        }
        let (count, part) = (self.count, self.part);
        let answer = self.runner.ask(Request::Steps { count, part }).await?;
        wire::stepped_from_js(answer).map_err(|error| wire::sentence(&error))
    }
}

impl App {
    /// Lets the run play.
    pub fn play(self: &Rc<Self>) {
        let steps_per_second = {
            let mut state = self.state.borrow_mut();
            state.playing = true;
            state.rate = Default::default();
            state.steps_per_second
        };
        controls::show_playing(true);
        let pace = Pace::new(steps_per_second, now_ms());
        self.go_on(u64::MAX, Part::Both, pace);
    }

    /// Stops the run where it is; resolves when it stands.
    pub async fn pause(self: &Rc<Self>) {
        self.stop_playing();
        drop(self.between_rounds.lock().await);
    }

    /// The run ends with this round; a pane that is behind the others still catches up.
    pub(super) fn stop_playing(self: &Rc<Self>) {
        self.show_paused();
        self.catch_up();
    }

    /// Makes steps and stops there, unless something else is asked for meanwhile; resolves to the
    /// first pane's snapshot.
    ///
    /// # Errors
    /// The worker's sentence.
    pub async fn step(self: &Rc<Self>, count: u64, part: Part) -> Result<JsValue, String> {
        self.show_paused();
        let ticket = self.new_ticket();
        let pace = Pace::new(None, now_ms());
        let gone = self.advance(ticket, count, part, pace).await;
        self.reported(gone)?;
        self.snapshot().await
    }

    /// Goes back to the first step of the same seed; playing or not stays as it was.
    ///
    /// # Errors
    /// The worker's sentence.
    pub async fn reset(self: &Rc<Self>) -> Result<JsValue, String> {
        if !self.playing() {
            self.new_ticket();
        }
        let reset = self.restart_all().await;
        self.reported(reset)?;
        self.snapshot().await
    }

    async fn restart_all(self: &Rc<Self>) -> Result<(), String> {
        self.revive().await?;
        let _turn = self.between_rounds.lock().await;
        let runners = self.runners()?;
        let starts: Vec<_> = {
            let state = self.state.borrow();
            let base = state.journal.config();
            let panes = state.panes.iter();
            panes
                .map(|pane| (pane.config.clone(), pane.trains_by(0, base)))
                .collect()
        };
        let restarts = runners.iter().zip(&starts);
        let restarts = restarts.map(|(runner, (known, start))| begin_anew(runner, known, start));
        let answers = join_all(restarts).await;
        {
            let mut state = self.state.borrow_mut();
            state.forget_run();
            for (pane, (_, start)) in state.panes.iter_mut().zip(starts) {
                pane.config = start;
            }
        }
        answers.into_iter().collect::<Result<(), String>>()?;
        for (index, runner) in runners.iter().enumerate() {
            self.look_at(index, runner).await?;
        }
        Ok(())
    }

    /// The first pane's snapshot, for the API.
    ///
    /// # Errors
    /// If there is none yet.
    pub async fn snapshot(self: &Rc<Self>) -> Result<JsValue, String> {
        Ok(self.snapshots().await?.get(0))
    }

    /// All panes' snapshots, for the API: between two rounds, when none is behind.
    ///
    /// # Errors
    /// If there are none yet.
    pub async fn snapshots(self: &Rc<Self>) -> Result<Array, String> {
        let turn = self.standing().await;
        self.measure_where_it_stands().await?;
        drop(turn);
        let state = self.state.borrow();
        let snapshots = state.panes.iter().map(|pane| {
            let snapshot = pane.snapshot.as_ref().ok_or("the worker is starting")?;
            let (snapshot, _) =
                wire::snapshot_to_js(snapshot).map_err(|error| wire::sentence(&error))?;
            Ok(snapshot)
        });
        snapshots.collect()
    }

    /// Lets panes that are behind the others catch up; nothing else goes on, unless the run plays.
    pub(super) fn catch_up(self: &Rc<Self>) {
        if self.playing() {
            return;
        }
        self.go_on(0, Part::Both, Pace::new(None, now_ms()));
    }

    fn go_on(self: &Rc<Self>, count: u64, part: Part, pace: Pace) {
        let (this, ticket) = (self.clone(), self.new_ticket());
        spawn_local(async move {
            let gone = this.advance(ticket, count, part, pace).await;
            // Not reported: a worker that breaks down says so itself.
            if gone.is_err() && this.ticket.get() == ticket && this.playing() {
                this.show_paused();
            }
        });
    }

    /// Whoever holds the last ticket moves the run; all others stop after their round.
    pub(super) fn new_ticket(&self) -> u32 {
        self.state.borrow_mut().sought = None;
        self.ticket.set(self.ticket.get().wrapping_add(1));
        self.ticket.get()
    }

    pub(super) fn show_paused(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            state.playing = false;
            state.lab.let_run_rest();
            state.wall.let_run_rest();
        }
        controls::show_playing(false);
        self.show_badge();
    }

    /// Makes rounds until so many steps are made and no pane is behind, or the ticket is stale.
    pub(super) async fn advance(
        self: &Rc<Self>,
        ticket: u32,
        left: u64,
        part: Part,
        pace: Pace,
    ) -> Result<(), String> {
        self.advancing.set(Some(ticket));
        let gone = self.make_rounds(ticket, left, part, pace).await;
        // Whoever took the next ticket goes on by itself.
        if self.advancing.get() == Some(ticket) {
            self.advancing.set(None);
        }
        gone
    }

    async fn make_rounds(
        self: &Rc<Self>,
        ticket: u32,
        mut left: u64,
        part: Part,
        mut pace: Pace,
    ) -> Result<(), String> {
        self.revive().await?;
        let turn = Turn::new().map_err(|error| wire::sentence(&error))?;
        while self.ticket.get() == ticket && (left > 0 || self.someone_is_behind()) {
            if left > 0 && self.someone_ran_away() {
                left = 0;
                continue;
            }
            let rest_ms = self.rest_unseen_ms();
            if self.playing() && rest_ms > 0.0 && !self.someone_is_behind() {
                sleep(rest_ms).await;
                // What came due meanwhile is not made up for.
                pace.made(0, now_ms());
                continue;
            }
            let wait_ms = pace.wait_ms(now_ms());
            if wait_ms > 0.0 && !self.someone_is_behind() {
                sleep(wait_ms.min(NAP_MS)).await;
                continue;
            }
            let most = pace.due(now_ms()).min(left).min(self.until_stop());
            let made = match self.round(ticket, most, part).await {
                Ok(made) => made,
                Err(_) if self.is_rescued().await => continue,
                Err(reason) => return Err(reason),
            };
            pace.made(made, now_ms());
            left = left.saturating_sub(made);
            if self.stop_if_due(ticket, made) {
                left = 0;
            }
            // Whoever waits for the end of the round comes first now.
            turn.taken().await;
        }
        self.stop_if_run_away(ticket);
        if self.ticket.get() == ticket {
            let _turn = self.between_rounds.lock().await;
            self.measure_where_it_stands().await?;
        }
        self.show_badge();
        Ok(())
    }

    /// While the run plays, what takes longer than a picture is measured now and then; where it stands,
    /// at the step where it stands. Between two rounds.
    async fn measure_where_it_stands(self: &Rc<Self>) -> Result<(), String> {
        if self.playing() {
            return Ok(());
        }
        let stale: Vec<_> = {
            let state = self.state.borrow();
            let panes = state.panes.iter().enumerate();
            panes
                .filter(|(_, pane)| pane.snapshot.as_ref().is_some_and(|one| !one.is_measured()))
                .filter_map(|(index, pane)| Some((index, pane.runner.clone()?)))
                .collect()
        };
        let asked = stale
            .iter()
            .map(|(_, runner)| runner.command(Command::Snapshot));
        for ((pane, _), answer) in stale.iter().zip(join_all(asked).await) {
            self.present(*pane, &answer?)?;
        }
        Ok(())
    }

    /// Whether a pane has yet to make steps to where the run stands.
    pub(super) fn someone_is_behind(&self) -> bool {
        let state = self.state.borrow();
        let at = state.journal.at();
        state.panes.iter().any(|pane| pane.is_behind(at))
    }

    /// One round; says how many steps the run as a whole made in it.
    async fn round(self: &Rc<Self>, ticket: u32, most: u64, part: Part) -> Result<u64, String> {
        let _turn = self.between_rounds.lock().await;
        if self.ticket.get() != ticket {
            return Ok(0);
        }
        self.round_now(most, part).await
    }

    /// One round, for who holds the time between two.
    pub(super) async fn round_now(self: &Rc<Self>, most: u64, part: Part) -> Result<u64, String> {
        let catching_up = self.someone_is_behind();
        let orders = self.orders(catching_up, most, part)?;
        let start = now_ms();
        let answers = join_all(orders.iter().map(Order::give)).await;
        let round_ms = now_ms() - start;

        let (mut made, mut training_ms) = (0, 0.0_f64);
        {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            for (order, answer) in orders.into_iter().zip(answers) {
                let (done, snapshot) = answer?;
                // A run whose numbers ran away makes fewer steps than the others.
                made = made.max(done.made);
                training_ms = training_ms.max(done.training_ms);
                if let Some(pane) = state.panes.get_mut(order.pane) {
                    pane.kept = done.kept;
                    pane.runaway = done.runaway;
                    if let Some(config) = order.config {
                        pane.take_config(config);
                    }
                }
                state.take(order.pane, snapshot);
            }
            state.rounds.made(made, training_ms, round_ms);
            self.note_work(round_ms);
            let journal = &mut state.journal;
            match (catching_up, journal.in_the_past()) {
                (true, _) => {}
                (false, true) => journal.move_to(journal.at() + made),
                (false, false) => journal.push(part, made),
            }
        }
        self.save_now_and_then().await;
        self.ask_frame();
        Ok(if catching_up { 0 } else { made })
    }

    /// Who makes how many steps: those that are behind, if any, else all the same.
    fn orders(&self, catching_up: bool, most: u64, part: Part) -> Result<Vec<Order>, String> {
        let state = self.state.borrow();
        let at = state.journal.at();
        let at_once = state.rounds.steps();
        let branch = state.panes.iter().filter_map(|pane| pane.until_branch(at));
        let together = branch.chain([most, at_once]).min().unwrap_or(most);
        let mut orders = Vec::new();
        for (index, pane) in state.panes.iter().enumerate() {
            let most = match catching_up {
                false => together,
                true if pane.is_behind(at) => {
                    let most = at_once.min(at - pane.done);
                    pane.until_branch(pane.done)
                        .map_or(most, |left| most.min(left))
                }
                true => continue,
            };
            let leg = state.journal.after(pane.done, most, part);
            let config = pane.trains_by(pane.done, &leg.config);
            orders.push(Order {
                pane: index,
                runner: pane.runner.clone().ok_or("the worker is starting")?,
                part: leg.part,
                count: leg.count,
                config: (config != pane.config).then_some(config),
            });
        }
        Ok(orders)
    }
}
