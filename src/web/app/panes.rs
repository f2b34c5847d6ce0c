//! Which panes there are: brought in line with the scene, one run and one worker for each.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::{App, pane::Pane, wall::Arrival};
use crate::{
    config::{Loss, TrainingConfig},
    measure::Detail,
    scene::{MOST_TWINS, Scene, SurfaceOf, Twin, Variant},
    session::Command,
    train::{Backend, Checkpoint, Part},
    web::{controls, page, protocol::Request, runner::Runner, text::Sentence, wire},
};

/// Grid points along one side of the surface in each of so many panes, which are the smaller the more
/// they are.
fn surface_side(panes: usize) -> usize {
    match panes {
        0 | 1 => 128,
        2 => 96,
        _ => 64,
    }
}

/// Whether a pane's run goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing began anew.
    GoesOn,
    /// At least one pane did.
    Restarted,
}

impl App {
    /// Brings the panes in line with the scene, whatever it asked for last: opens and closes them,
    /// and lets those begin anew whose configuration changed. If the first pane's did, all do.
    pub(super) async fn arrange(self: &Rc<Self>) -> Result<Change, String> {
        let _turn = self.between_rounds.lock().await;
        self.match_panes().map_err(|error| wire::sentence(&error))?;
        let (wanted, detail, restarts, arrival) = {
            let mut state = self.state.borrow_mut();
            let arrival = state.arrival.take();
            let wanted = state.scene.panes();
            let detail = Detail {
                surface_side: surface_side(wanted.len()),
                manifold: state.scene.look.manifold,
                optimal: matches!(
                    state.scene.look.surface,
                    SurfaceOf::Optimal | SurfaceOf::Difference
                ),
            };
            let first = &state.panes[0];
            let restarts = first.restarts_with(&wanted[0]);
            let arrival = arrival.filter(|arrival| arrival.config == wanted[0]);
            (wanted, detail, restarts, arrival)
        };
        {
            let mut state = self.state.borrow_mut();
            if restarts {
                state.forget_run();
            }
            state.journal.train_by(&wanted[0]);
        }
        let mut change = Change::GoesOn;
        let arrived = arrival.is_some();
        if let Some(arrival) = arrival {
            self.seat(arrival).await?;
            change = Change::Restarted;
        }
        for (index, config) in wanted.into_iter().enumerate() {
            // A run that has arrived stays as it is.
            let restarts = restarts && !(index == 0 && arrived);
            if self.prepare(index, config, restarts).await? {
                change = Change::Restarted;
            }
            self.show_detail(index, detail).await?;
        }
        Ok(change)
    }

    /// Gives each twin of the scene the pane that it has already, or a new one; closes the others.
    fn match_panes(&self) -> Result<(), JsValue> {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        let wanted = state.scene.panes();
        let mut spare: Vec<Pane> = state.panes.drain(..).collect();
        let twins = state.scene.twins.iter().copied().map(Some);
        for (twin, config) in std::iter::once(None).chain(twins).zip(wanted) {
            let found = spare.iter().position(|pane| pane.twin == twin);
            state.panes.push(match found {
                Some(index) => spare.remove(index),
                None => Pane::new(twin, config)?,
            });
        }
        spare.into_iter().for_each(Pane::close);
        state.focus = state.focus.min(state.panes.len() - 1);
        controls::show_panes(
            &state
                .panes
                .iter()
                .map(|pane| &pane.element)
                .collect::<Vec<_>>(),
        );
        state.words.apply();
        state.show_pane_names();
        Ok(())
    }

    /// Opens the pane's worker or tells it its new configuration; says whether its run begins anew.
    async fn prepare(
        self: &Rc<Self>,
        index: usize,
        wanted: TrainingConfig,
        restart: bool,
    ) -> Result<bool, String> {
        let (runner, known, restart, next) = {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let (pane, journal) = (&mut state.panes[index], &state.journal);
            let restart = restart || pane.restarts_with(&wanted);
            pane.wanted = wanted;
            let done = if restart { 0 } else { pane.done };
            let next = pane.trains_by(done, journal.config());
            // What was made before is repeated as it was; only new steps go by what is wanted now.
            let waits = !restart && done < journal.end();
            let next = (!waits).then_some(next);
            (pane.runner.clone(), pane.config.clone(), restart, next)
        };
        let Some(runner) = runner else {
            if restart {
                // What was saved belongs to another run.
                self.state.borrow_mut().panes[index].forget_run();
            }
            self.open_pane(index, self.backend()).await?;
            return Ok(true);
        };
        let Some(config) = next else {
            return Ok(false);
        };
        if restart {
            begin_anew(&runner, &known, &config).await?;
        } else if known != config {
            let config = Box::new(config.clone());
            runner.command(Command::Continue { config }).await?;
        }
        let look = {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let pane = &mut state.panes[index];
            let is_elsewhere = pane.config.target != config.target;
            pane.take_config(config);
            if restart {
                pane.forget_run();
            }
            let stands = !state.playing && !state.own.is_held();
            restart || is_elsewhere && stands
        };
        if look {
            self.look_at(index, &runner).await?;
        }
        Ok(restart)
    }

    /// The first pane takes over a run as it stands. What it did so far goes into the journal: from the
    /// first step on, the same steps lead to the same state, for whichever pane is added.
    async fn seat(self: &Rc<Self>, arrival: Arrival) -> Result<(), String> {
        let Arrival { config, checkpoint } = arrival;
        let runner = match self.state.borrow().panes[0].runner.clone() {
            Some(runner) => runner,
            // It is starting, or broke down: then its run begins where all begin.
            None => return Ok(()),
        };
        let step = checkpoint.step;
        begin(&runner, &config, Some(checkpoint)).await?;
        {
            let mut state = self.state.borrow_mut();
            state.forget_run();
            state.journal.push(Part::Both, step);
            let pane = &mut state.panes[0];
            pane.config = config.clone();
            pane.wanted = config;
            pane.detail = Detail::default();
        }
        self.look_at(0, &runner).await
    }

    /// Opens a worker for a pane and begins its run: at what was saved of it, or where the first pane stands,
    /// as long as they are one and the same run.
    async fn open_pane(self: &Rc<Self>, index: usize, backend: Backend) -> Result<(), String> {
        let runner = self.open_runner(backend).await?;
        if self.begin_at_saved(index, &runner).await? {
            return self.look_at(index, &runner).await;
        }
        let (config, shared) = {
            let state = self.state.borrow();
            let (pane, journal) = (&state.panes[index], &state.journal);
            let config = pane.trains_by(0, &journal.after(0, 1, Part::Both).config);
            let shared = pane.twin.map_or(0, |twin| twin.from.min(journal.at()));
            (config, shared)
        };
        begin(&runner, &config, None).await?;
        {
            let mut state = self.state.borrow_mut();
            let pane = &mut state.panes[index];
            pane.config = config;
            pane.detail = Detail::default();
            pane.runner = Some(runner.clone());
            pane.forget_run();
        }
        if index > 0 && shared > 0 {
            self.share_past(index, &runner, shared).await?;
        }
        self.look_at(index, &runner).await
    }

    /// Says how much a pane's snapshots are to hold.
    async fn show_detail(self: &Rc<Self>, index: usize, detail: Detail) -> Result<(), String> {
        let runner = {
            let state = self.state.borrow();
            let pane = &state.panes[index];
            if pane.detail == detail {
                return Ok(());
            }
            pane.runner.clone().ok_or("the worker is starting")?
        };
        runner.command(Command::Show { detail }).await?;
        self.state.borrow_mut().panes[index].detail = detail;
        self.look_at(index, &runner).await
    }

    /// Shows how the runs stand, measured anew.
    pub(super) async fn look_at_all(self: &Rc<Self>) -> Result<(), String> {
        let _turn = self.between_rounds.lock().await;
        // Those that are starting are looked at once they run.
        let runners = self.runners().unwrap_or_default();
        for (index, runner) in runners.iter().enumerate() {
            self.look_at(index, runner).await?;
        }
        Ok(())
    }

    /// Shows how a pane's run stands.
    pub(super) async fn look_at(
        self: &Rc<Self>,
        index: usize,
        runner: &Runner,
    ) -> Result<(), String> {
        let answer = runner.command(Command::Snapshot).await?;
        self.present(index, &answer)
    }

    /// Adds a pane with a loss that no pane has yet; the others go on where they are once it has
    /// caught up.
    pub async fn add_pane(self: &Rc<Self>) {
        const OFFERED: [Variant; 4] = [
            Variant::NonSaturating,
            Variant::Minimax,
            Variant::LsganSigmoid,
            Variant::Lsgan01,
        ];
        let mut scene = self.scene();
        let taken: Vec<_> = scene.panes().iter().map(|config| config.loss).collect();
        let variant = OFFERED
            .into_iter()
            .find(|variant| !taken.contains(&variant.over(&scene.config).loss))
            .unwrap_or(Variant::NonSaturating);
        if scene.twins.len() < MOST_TWINS {
            scene.twins.push(variant.into());
            self.set_scene(scene).await;
        }
    }

    /// Takes the pane away to which an element belongs; the first one stays.
    pub async fn remove_pane(self: &Rc<Self>, element: &web_sys::Element) {
        let mut scene: Scene = self.scene();
        if let Some(index) = self.twin_of(element) {
            scene.twins.remove(index);
            self.set_scene(scene).await;
        }
    }

    /// Lets the pane to which an element belongs show another variant.
    pub async fn change_pane(self: &Rc<Self>, element: &web_sys::Element, variant: Variant) {
        let mut scene: Scene = self.scene();
        if let Some(index) = self.twin_of(element) {
            scene.twins[index].variant = variant;
            self.set_scene(scene).await;
        }
    }

    /// The index among the twins of the pane to which an element belongs.
    fn twin_of(&self, element: &web_sys::Element) -> Option<usize> {
        self.pane_of(element)?.checked_sub(1)
    }

    /// The index of the pane to which an element belongs.
    pub fn pane_of(&self, element: &web_sys::Element) -> Option<usize> {
        let state = self.state.borrow();
        state
            .panes
            .iter()
            .position(|pane| pane.element.contains(Some(element)))
    }
}

/// Begins a run in a worker.
pub(super) async fn begin(
    runner: &Runner,
    config: &TrainingConfig,
    checkpoint: Option<Checkpoint>,
) -> Result<(), String> {
    let start = Request::Start {
        config: Box::new(config.clone()),
        checkpoint: checkpoint.map(Box::new),
    };
    runner.ask(start).await.map(drop)
}

/// Lets a worker's run begin anew by `start`, whatever it has trained by.
pub(super) async fn begin_anew(
    runner: &Runner,
    known: &TrainingConfig,
    start: &TrainingConfig,
) -> Result<(), String> {
    if known != start {
        let config = Box::new(start.clone());
        runner.command(Command::Configure { config }).await?;
    }
    // It has begun anew already, unless a run can go on under what differs.
    if known.goes_on_under(start) {
        runner.command(Command::Reset).await?;
    }
    Ok(())
}

impl super::State {
    /// What a pane is called beside the others: what differs in it, or the run's own loss.
    pub(super) fn pane_name(&self, pane: &Pane) -> String {
        match pane.twin {
            None => self.words.get(loss_name(self.scene.config.loss)),
            Some(Twin { variant, from }) => {
                let name = self.words.get(&format!("variant.{}", variant.name()));
                match self.branch_name(from) {
                    None => name,
                    Some(branch) => format!("{name}, {branch}"),
                }
            }
        }
    }

    /// From which step on a pane goes its own way, if not from the first.
    fn branch_name(&self, from: u64) -> Option<String> {
        let step = self.words.number(from as f64, 0);
        let sentence = Sentence::new("time.from_step", [("step", step)]);
        (from > 0).then(|| self.words.say(&sentence))
    }

    /// Writes the names of the panes and what differs in them.
    pub(super) fn show_pane_names(&self) {
        for pane in &self.panes {
            let mut name = self.pane_name(pane);
            let branch = pane.twin.and_then(|twin| self.branch_name(twin.from));
            page::show_in(&pane.element, "branch", &branch.unwrap_or_default());
            if pane.twin.is_none() {
                name = self.words.say(&Sentence::new("pane.own", [("name", name)]));
            }
            page::show_in(&pane.element, "name", &name);
            if let Some(canvas) = page::inner::<web_sys::Element>(&pane.element, "plane") {
                let label = Sentence::new("pane.label", [("name", name)]);
                page::set_attribute(&canvas, "aria-label", &self.words.say(&label));
            }
            controls::show_variant(&pane.element, pane.twin.map(|twin| twin.variant));
        }
    }
}

/// The key of the name of a loss.
pub(super) fn loss_name(loss: Loss) -> &'static str {
    match loss {
        Loss::Minimax => "variant.minimax",
        Loss::NonSaturating => "variant.non_saturating",
        Loss::Lsgan { sigmoid: true, .. } => "variant.lsgan_sigmoid",
        Loss::Lsgan { a, b, c, .. } if [a, b, c] == [0.0, 1.0, 1.0] => "variant.lsgan01",
        Loss::Lsgan { a, b, c, .. } if [a, b, c] == [-1.0, 1.0, 0.0] => "variant.lsgan_pearson",
        Loss::Lsgan { .. } => "loss.lsgan",
    }
}
