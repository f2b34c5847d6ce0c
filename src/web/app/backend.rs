//! Which device computes: chosen by hand, or by a short measurement. The run goes along when it
//! changes.

use std::rc::Rc;

use crate::{
    session::Command,
    train::{Backend, Checkpoint},
    web::{
        gpu::{self, Offer},
        protocol::Trial,
        runner::Runner,
        text::Sentence,
        wire,
    },
};

use super::{App, controls, panes::begin, rate::Rate};

/// What the visitor wants to compute with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Whatever is faster here.
    Auto,
    /// This one.
    Fixed(Backend),
}

impl Choice {
    /// The name in links and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Fixed(backend) => backend.name(),
        }
    }

    /// The choice of that name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            _ => name.parse().ok().map(Self::Fixed),
        }
    }
}

/// What a calibration chooses from.
const CANDIDATES: [Backend; 3] = [Backend::Cpu, Backend::WebGpu, Backend::WebGpuSplit];

/// Time that it takes for each, two hundred milliseconds in all.
const CALIBRATION_MS: f64 = 200.0 / CANDIDATES.len() as f64;

impl App {
    /// Changes the backend; resolves when it runs.
    ///
    /// # Errors
    /// Why the backend cannot be had; the run goes on where it was.
    pub async fn choose_backend(self: &Rc<Self>, choice: Choice) -> Result<Backend, String> {
        // One change after the other: each carries the run over from where the last one left it.
        let _turn = self.changing_backend.lock().await;
        let before = std::mem::replace(&mut self.state.borrow_mut().choice, choice);
        let result = match choice {
            Choice::Auto => self.calibrate().await,
            Choice::Fixed(backend) => {
                let moved = self.move_to(backend).await;
                if moved.is_ok() {
                    self.explain(Sentence::new("why.chosen_by_hand", []));
                }
                moved
            }
        };
        if let (Err(reason), Choice::Fixed(backend)) = (&result, choice) {
            self.state.borrow_mut().choice = before;
            let backend = self
                .state
                .borrow()
                .words
                .get(&format!("backend.{}", backend.name()));
            let arguments = [("backend", backend), ("reason", reason.clone())];
            self.show_message(Sentence::new("message.backend_failed", arguments));
        }
        controls::show_setting("backend", self.state.borrow().choice.name());
        self.write_link();
        result?;
        Ok(self.backend())
    }

    /// Measures and moves to the fastest. Says why in the badge; a GPU that cannot be
    /// had is no error here.
    async fn calibrate(self: &Rc<Self>) -> Result<(), String> {
        let offer = self.offer().await;
        self.explain_offer(&offer);
        if !matches!(offer, Offer::Hardware { .. }) {
            return self.move_to(Backend::Cpu).await;
        }
        let measured = self.measure_all().await;
        let fastest = measured
            .as_ref()
            .map(|times| times.iter().min_by(|one, other| one.1.total_cmp(&other.1)));
        match (&measured, fastest) {
            (Ok(times), Ok(Some((fastest, _)))) => {
                self.move_to(*fastest).await?;
                let why = {
                    let words = &self.state.borrow().words;
                    let ms =
                        |(backend, ms): &(Backend, f64)| (backend.name(), words.number(*ms, 2));
                    Sentence::new("why.measured", times.each_ref().map(ms))
                };
                self.explain(why);
                Ok(())
            }
            (Err(reason), _) => {
                self.explain(Sentence::new("why.failed", [("reason", reason.clone())]));
                self.move_to(Backend::Cpu).await
            }
            (Ok(_), _) => unreachable!("there are candidates"),
        }
    }

    /// What the browser offers, where this page has a use for it.
    async fn offer(&self) -> Offer {
        match self.files.have(Backend::WebGpu) {
            true => gpu::offer().await,
            false => Offer::LeftOut,
        }
    }

    fn explain_offer(&self, offer: &Offer) {
        let (key, arguments) = offer.reason();
        self.explain(Sentence::new(key, arguments));
    }

    pub(super) fn explain(&self, why: Sentence) {
        self.state.borrow_mut().why = why;
        self.show_badge();
    }

    /// Milliseconds a step by each of [`CANDIDATES`], each in a worker of its own, so that the run goes on
    /// meanwhile.
    async fn measure_all(self: &Rc<Self>) -> Result<[(Backend, f64); 3], String> {
        let mut times = CANDIDATES.map(|backend| (backend, f64::INFINITY));
        for (backend, ms) in &mut times {
            let runner = Runner::open(&self.files, *backend, |_| {}).await?;
            let trial = Trial {
                config: self.config(),
                gans: 1,
                steps: u32::MAX,
                limit_ms: CALIBRATION_MS,
                warm_up_ms: 0.0,
                roofline: false,
                snapshot: false,
            };
            *ms = runner.time(trial).await?.ms_per_step;
            runner.close();
        }
        Ok(times)
    }

    /// Carries the runs over to another device: the new workers open it while the old ones train on,
    /// then take over from the old ones' last step.
    async fn move_to(self: &Rc<Self>, backend: Backend) -> Result<(), String> {
        if self.backend() == backend {
            return Ok(());
        }
        if backend.on_gpu() {
            let offer = self.offer().await;
            if !offer.usable() {
                let (key, arguments) = offer.reason();
                return Err(self
                    .state
                    .borrow()
                    .words
                    .say(&Sentence::new(key, arguments)));
            }
        }
        if self.runners().is_err() && self.rescues.get() == 0 {
            // They broke down and were given up: the new ones go on from what was saved.
            self.state.borrow_mut().backend = backend;
            return self.revive().await;
        }
        let mut new = Vec::new();
        for _ in 0..self.runners()?.len() {
            new.push(self.open_runner(backend).await?);
        }
        let _turn = self.between_rounds.lock().await;
        let old = self.runners()?;
        // Panes may have come while the workers opened.
        while new.len() < old.len() {
            new.push(self.open_runner(backend).await?);
        }
        let mut seen = Vec::new();
        for (index, (old, new)) in old.iter().zip(&new).enumerate() {
            self.carry_over(index, old, new).await?;
            seen.push(new.command(Command::Snapshot).await?);
        }
        for (index, answer) in seen.iter().enumerate() {
            self.present(index, answer)?;
        }
        let mut state = self.state.borrow_mut();
        for (pane, new) in state.panes.iter_mut().zip(new) {
            if let Some(old) = pane.runner.replace(new) {
                old.close();
            }
            pane.losses = 0;
        }
        state.backend = backend;
        state.rate = Rate::default();
        state.rounds = Default::default();
        drop(state);
        // The wall begins anew there.
        self.tend_wall();
        Ok(())
    }

    /// Begins a pane's run in another worker, where it stands in its own one.
    async fn carry_over(&self, pane: usize, old: &Runner, new: &Runner) -> Result<(), String> {
        let checkpoint: Checkpoint = wire::from_js(old.command(Command::Checkpoint).await?)
            .map_err(|error| wire::sentence(&error))?;
        let (config, detail) = {
            let state = self.state.borrow();
            let pane = &state.panes[pane];
            (pane.config.clone(), pane.detail)
        };
        begin(new, &config, Some(checkpoint)).await?;
        // Where it has been goes along: another device would make other numbers of it, if only in the last
        // digits.
        let until = self.state.borrow().journal.end();
        let kept = old.command(Command::Kept { until }).await?;
        let standing = new.adopt(kept).await?;
        self.note_standing(pane, standing, false)?;
        new.command(Command::Show { detail }).await.map(drop)
    }
}
