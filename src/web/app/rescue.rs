//! What breaks under a run, and how it goes on: a worker that ends by itself, most often because its GPU was
//! lost, is followed by another one that begins at what was saved last, and makes the steps from there again.
//!
//! The journal, the charts and the way back stay as they are. A GPU is given a second chance on a new
//! device; then the CPU computes. A worker of the CPU is followed by others until it is clear that they all
//! break.

use std::rc::Rc;

use futures_util::future::join_all;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::{App, Choice, rate::Rate};
use crate::{
    session::Command,
    train::{Backend, Checkpoint, Part},
    web::{
        clock::{now_ms, sleep},
        controls,
        runner::Runner,
        text::Sentence,
        wire,
    },
};

/// How old what was saved of a run that plays may be, but for the round that is going on.
const SAVE_MS: f64 = 500.0;
/// Every so many times the way back is saved along with it.
const PAST_EVERY: u32 = 20;
/// GPUs that a pane may lose until the CPU takes over.
const MOST_GPUS: u32 = 2;
/// Workers of the CPU that a pane may lose until it is given up.
const MOST_WORKERS: u32 = 3;
/// How long to wait before looking again whether new workers are there.
const NAP_MS: f64 = 50.0;

/// What a pane's worker said of its run when it was last asked, as it came: nobody needs the numbers while all
/// goes well.
pub(super) struct Saved {
    pub step: u64,
    checkpoint: JsValue,
    /// The checkpoints on the way there, or some of them.
    past: Option<JsValue>,
}

impl Saved {
    /// What a new worker is to begin with.
    pub fn checkpoint(&self) -> Result<Checkpoint, String> {
        wire::from_js(self.checkpoint.clone()).map_err(|error| wire::sentence(&error))
    }

    /// What it is to know of the way there.
    pub fn past(&self) -> Option<JsValue> {
        self.past.clone()
    }
}

impl App {
    /// Saves what the workers would need to be followed by others, if that was not done lately. Between two
    /// rounds.
    pub(super) async fn save_now_and_then(&self) {
        if now_ms() - self.saved_ms.get() >= SAVE_MS {
            self.save().await;
        }
    }

    async fn save(&self) {
        let times = self.saves.get();
        let (asked, until): (Vec<(usize, u64, Rc<Runner>)>, u64) = {
            let state = self.state.borrow();
            let panes = state.panes.iter().enumerate();
            // A run that is out of health is not worth saving.
            let sound = panes.filter(|(_, pane)| pane.runaway.is_none());
            let asked =
                sound.filter_map(|(index, pane)| Some((index, pane.done, pane.runner.clone()?)));
            (asked.collect(), state.journal.end())
        };
        let ask = async |runner: &Runner| {
            let checkpoint = runner.command(Command::Checkpoint).await?;
            let past = match times.is_multiple_of(PAST_EVERY) {
                true => Some(runner.command(Command::Kept { until }).await?),
                false => None,
            };
            Ok::<_, String>((checkpoint, past))
        };
        let answers = join_all(asked.iter().map(|(_, _, runner)| ask(runner))).await;
        {
            let mut state = self.state.borrow_mut();
            for ((index, step, _), answer) in asked.into_iter().zip(answers) {
                // Whoever gives no answer keeps what was saved before.
                let (Some(pane), Ok((checkpoint, past))) = (state.panes.get_mut(index), answer)
                else {
                    continue;
                };
                let before = pane.saved.take().and_then(|saved| saved.past);
                pane.saved = Some(Saved {
                    step,
                    checkpoint,
                    past: past.or(before),
                });
            }
        }
        self.saves.set(times.wrapping_add(1));
        self.saved_ms.set(now_ms());
    }

    /// A worker whose end, should it come by itself, is noticed.
    pub(super) async fn open_runner(
        self: &Rc<Self>,
        backend: Backend,
    ) -> Result<Rc<Runner>, String> {
        let this = Rc::downgrade(self);
        Runner::open(&self.files, backend, move |reason| {
            if let Some(this) = this.upgrade() {
                this.rescues.set(this.rescues.get() + 1);
                spawn_local(async move {
                    this.rescue(backend, reason).await;
                    this.rescues.set(this.rescues.get() - 1);
                });
            }
        })
        .await
    }

    /// Waits until there are new workers for those that broke down; whether there are, and any had.
    pub(super) async fn is_rescued(&self) -> bool {
        if self.rescues.get() == 0 {
            return false;
        }
        while self.rescues.get() > 0 {
            sleep(NAP_MS).await;
        }
        self.runners().is_ok()
    }

    /// Workers broke down: others go on from what was saved.
    async fn rescue(self: &Rc<Self>, backend: Backend, reason: String) {
        let turn = self.between_rounds.lock().await;
        let Some(losses) = self.count_losses() else {
            // Several workers may break down at once; and one that no pane holds harms nobody.
            return;
        };
        if backend.on_gpu() && losses >= MOST_GPUS {
            self.leave_gpu().await;
            self.say_lost("message.webgpu_lost", &reason);
        } else if losses > MOST_WORKERS {
            self.close_broken();
            drop(turn);
            self.show_paused();
            return self.say_lost("message.worker_gone", &reason);
        } else {
            self.close_broken();
            self.say_lost(
                match backend.on_gpu() {
                    true => "message.webgpu_again",
                    false => "message.worker_again",
                },
                &reason,
            );
        }
        drop(turn);
        let mut arranged = self.arrange().await;
        if let (Err(reason), true) = (&arranged, self.backend().on_gpu()) {
            let reason = reason.clone();
            let turn = self.between_rounds.lock().await;
            self.leave_gpu().await;
            drop(turn);
            self.say_lost("message.webgpu_lost", &reason);
            arranged = self.arrange().await;
        }
        if self.reported(arranged).is_err() {
            return self.show_paused();
        }
        self.tend_wall();
        // Rounds that were going on wait for this; where none were, the new workers have yet to catch up.
        if self.advancing.get() != Some(self.ticket.get()) {
            match self.playing() {
                true => self.play(),
                false => self.catch_up(),
            }
        }
        self.redraw();
    }

    /// Opens workers for panes that were given up: whoever plays on, resets or takes another backend tries again.
    pub(super) async fn revive(self: &Rc<Self>) -> Result<(), String> {
        if self.rescues.get() > 0 || self.runners().is_ok() {
            return Ok(());
        }
        for pane in &mut self.state.borrow_mut().panes {
            pane.losses = 0;
        }
        self.arrange().await.map(drop)
    }

    /// Notes which panes have lost a worker; how many the unluckiest of them has, if any.
    fn count_losses(&self) -> Option<u32> {
        let mut state = self.state.borrow_mut();
        let broken = state.panes.iter_mut().filter(|pane| pane.is_broken());
        broken
            .map(|pane| {
                pane.losses += 1;
                pane.losses
            })
            .max()
    }

    fn close_broken(&self) {
        let mut state = self.state.borrow_mut();
        for pane in state.panes.iter_mut().filter(|pane| pane.is_broken()) {
            pane.close_runner();
        }
    }

    /// All panes are to go on on the CPU, those whose workers are well from where they stand. Between two
    /// rounds.
    async fn leave_gpu(self: &Rc<Self>) {
        self.save().await;
        {
            let mut state = self.state.borrow_mut();
            for pane in &mut state.panes {
                pane.close_runner();
                pane.losses = 0;
            }
            state.choice = Choice::Fixed(Backend::Cpu);
            state.backend = Backend::Cpu;
            state.rate = Rate::default();
            state.rounds = Default::default();
        }
        controls::show_setting("backend", Backend::Cpu.name());
        self.write_link();
    }

    fn say_lost(&self, key: &'static str, reason: &str) {
        let sentence = {
            let state = self.state.borrow();
            let step = state.words.number(state.journal.at() as f64, 0);
            Sentence::new(key, [("reason", reason.to_owned()), ("step", step)])
        };
        self.show_message(sentence);
        if !self.backend().on_gpu() {
            self.explain(Sentence::new("why.failed", [("reason", reason.to_owned())]));
        }
    }

    /// A pane's new worker goes on from what was saved; whether anything was. Between two rounds.
    pub(super) async fn begin_at_saved(
        &self,
        index: usize,
        runner: &Rc<Runner>,
    ) -> Result<bool, String> {
        let (saved, config, recall) = {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let (pane, journal) = (&mut state.panes[index], &state.journal);
            let Some(saved) = pane.saved.take() else {
                return Ok(false);
            };
            let trains_by =
                |done: u64| pane.trains_by(done, &journal.after(done, 1, Part::Both).config);
            let (config, start) = (trains_by(saved.step), Box::new(trains_by(0)));
            // The run may be looked at as it was before that.
            let before = journal.before(journal.at());
            let recall = (saved.step > journal.at()).then_some(Command::Recall { before, start });
            (saved, config, recall)
        };
        super::panes::begin(runner, &config, Some(saved.checkpoint()?)).await?;
        if let Some(past) = saved.past() {
            runner.adopt(past).await?;
        }
        {
            let mut state = self.state.borrow_mut();
            let pane = &mut state.panes[index];
            pane.take_config(config);
            pane.done = saved.step;
            pane.detail = Default::default();
            pane.runner = Some(runner.clone());
            pane.saved = Some(saved);
        }
        if let Some(recall) = recall {
            let standing = runner.command(recall).await?;
            self.note_standing(index, standing, true)?;
        }
        Ok(true)
    }
}
