//! A run under command: [`Command`] in, [`Reply`] out, both plain data.
//!
//! The session owns the configuration in force and the engine; it knows neither a clock nor a page.
//! Whoever holds it decides when to call [`Session::advance`], so to pause is simply not to call.

use serde::{Deserialize, Serialize};

use crate::{
    config::TrainingConfig,
    measure::{Detail, Evaluator, Measured, Quality, Shown, Snapshot, Surface},
    runaway::{Runaway, Watch},
    timeline::{Kept, MOST_BYTES, MOST_MOVED, Timeline},
    train::{Checkpoint, Compute, Engine, EngineError, Losses, Part},
};

/// How long snapshots are made to be timed; one at least is.
const TIMED_MS: f64 = 100.0;

/// What a session can be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Train by this configuration: from its first step, or on from here if that can be
    /// ([`TrainingConfig::goes_on_under`]).
    Configure {
        /// The configuration.
        config: Box<TrainingConfig>,
    },
    /// Make steps.
    Step {
        /// How many.
        count: u64,
        /// Which networks they move.
        part: Part,
    },
    /// Go back to the first step; the same seed gives the same start.
    Reset,
    /// Say how the run stands.
    Snapshot,
    /// Put so much into snapshots from now on.
    Show {
        /// How much.
        detail: Detail,
    },
    /// Say all that is needed to go on elsewhere.
    Checkpoint,
    /// Go on from here, whatever differs in this configuration.
    Continue {
        /// The configuration; its networks are as large as before.
        config: Box<TrainingConfig>,
    },
    /// Go back, or ahead, to the checkpoint nearest before a step; or stay, if that is as near.
    Recall {
        /// The last step that will do.
        before: u64,
        /// What the run began with.
        start: Box<TrainingConfig>,
    },
    /// Forget the checkpoints after the step at which the run stands.
    Forget,
    /// Say some of the checkpoints at or before a step, for [`Command::Adopt`].
    Kept {
        /// That step.
        until: u64,
    },
    /// Take over the checkpoints of the same run elsewhere.
    Adopt {
        /// What it answered.
        checkpoints: Vec<Checkpoint>,
    },
}

/// What a session answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Done; nothing to tell.
    Done,
    /// How the run stands.
    Snapshot(Box<Snapshot>),
    /// All that is needed to go on elsewhere.
    Checkpoint(Box<Checkpoint>),
    /// Checkpoints on the way of the run.
    Kept(Vec<Checkpoint>),
    /// Where the run stands.
    Standing(Standing),
}

/// Where a run stands, and what it keeps of its way there.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Steps made.
    pub step: u64,
    /// The checkpoints.
    pub kept: Kept,
}

/// One run.
pub struct Session {
    config: TrainingConfig,
    compute: Compute,
    engine: Box<dyn Engine>,
    detail: Detail,
    shown: Shown,
    /// Made when it is first asked for: it costs as much as a snapshot.
    evaluator: Option<Evaluator>,
    /// How well the target was covered when it was last measured.
    quality: Option<Quality>,
    /// The optimal discriminator at that step, if it is to be shown.
    optimal: Option<Surface>,
    /// Where it has been.
    timeline: Timeline,
    /// Whether its numbers are still finite.
    watch: Watch,
}

impl Session {
    /// A run at its first step.
    pub fn new(config: TrainingConfig, compute: Compute) -> Self {
        let initial = Checkpoint::initial(&config);
        let engine = compute.resume(&config, &initial);
        Self::with(engine, config, compute, initial)
    }

    /// A run that goes on from a checkpoint of the same configuration.
    pub fn resume(config: TrainingConfig, compute: Compute, from: &Checkpoint) -> Self {
        let engine = compute.resume(&config, from);
        let mut session = Self::with(engine, config, compute, from.clone());
        session.timeline.keep(from.clone());
        session
    }

    fn with(
        engine: Box<dyn Engine>,
        config: TrainingConfig,
        compute: Compute,
        from: Checkpoint,
    ) -> Self {
        let detail = Detail::default();
        Self {
            shown: Shown::new(&config, detail),
            detail,
            timeline: Timeline::new(compute.on_gpu(), MOST_BYTES),
            config,
            compute,
            engine,
            evaluator: None,
            quality: None,
            optimal: None,
            watch: Watch::from(from),
        }
    }

    /// Begins another run in place of this one; its snapshots hold as much as before.
    fn restart(&mut self, config: TrainingConfig) {
        let detail = self.detail;
        *self = Self::new(config, self.compute.clone());
        self.show(detail);
    }

    /// Puts so much into snapshots from now on.
    pub fn show(&mut self, detail: Detail) {
        if detail != self.detail {
            self.detail = detail;
            self.shown = Shown::new(&self.config, detail);
            // It may not hold what is to be shown now.
            self.quality = None;
        }
    }

    /// The configuration in force.
    pub fn config(&self) -> &TrainingConfig {
        &self.config
    }

    /// Steps made.
    pub fn steps_done(&self) -> u64 {
        self.engine.steps_done()
    }

    /// Makes steps without looking at them.
    pub fn advance(&mut self, count: u64, part: Part) {
        self.engine.advance(count, part);
    }

    /// Makes steps, and keeps a checkpoint wherever one is due on the way; says how many it made: fewer than
    /// asked for where the run's numbers ran away, which is looked for at least every
    /// [`LOOK_EVERY`](crate::runaway::LOOK_EVERY) steps.
    ///
    /// # Errors
    /// [`EngineError`] if the device failed.
    pub async fn travel(&mut self, count: u64, part: Part) -> Result<u64, EngineError> {
        let mut made = 0;
        while made < count && self.watch.runaway().is_none() {
            let at = self.steps_done();
            let due = self.timeline.until_next(at).min(self.watch.until_due(at));
            let leg = due.min(count - made);
            self.advance(leg, part);
            made += leg;
            if leg == due {
                self.look().await?;
            }
        }
        // Few steps at a time may never come to where a look is due.
        if self.watch.suspects(self.losses().await?) {
            self.look().await?;
        }
        Ok(made)
    }

    /// Looks at all numbers of the run, and keeps them where a checkpoint is due. Of a run that is out of
    /// health the last healthy state is kept.
    async fn look(&mut self) -> Result<(), EngineError> {
        let checkpoint = self.engine.checkpoint().await?;
        let losses = self.losses().await?;
        let is_due = self.timeline.wants(checkpoint.step);
        self.watch.look(checkpoint, losses);
        if is_due || self.watch.runaway().is_some() {
            self.timeline.keep(self.watch.healthy().clone());
        }
        Ok(())
    }

    /// Whether the run's numbers have run away: it makes no more steps until it stands at an earlier one, or
    /// begins anew.
    pub fn runaway(&self) -> Option<Runaway> {
        self.watch.runaway()
    }

    /// Where the run stands.
    pub fn standing(&self) -> Standing {
        Standing {
            step: self.steps_done(),
            kept: self.timeline.memory(),
        }
    }

    /// Stands at the checkpoint nearest before a step, or stays where it is, if that is as near. The same
    /// steps, made from there, lead to the same weights.
    fn recall(&mut self, before: u64, start: &TrainingConfig) {
        let nearest = self.timeline.nearest(before).cloned();
        let nearest = nearest.unwrap_or_else(|| Checkpoint::initial(start));
        let is_as_near = (nearest.step..=before).contains(&self.steps_done());
        if !is_as_near || self.watch.runaway().is_some() {
            self.engine = self.compute.resume(&self.config, &nearest);
            self.watch = Watch::from(nearest);
            (self.quality, self.optimal) = (None, None);
        }
    }

    /// Trains by another configuration from here on.
    async fn change(&mut self, config: TrainingConfig) -> Result<(), EngineError> {
        if self.config.goes_on_under(&config) {
            self.engine.set_learning_rates(&config.optimizer);
            if config.target != self.config.target {
                self.engine.set_target(&config.target);
                self.shown = Shown::new(&config, self.detail);
                // They measured against the target before.
                (self.evaluator, self.quality, self.optimal) = (None, None, None);
            }
        } else {
            let here = self.engine.checkpoint().await?;
            self.engine = self.compute.resume(&config, &here);
            self.shown = Shown::new(&config, self.detail);
            self.evaluator = None;
            (self.quality, self.optimal) = (None, None);
        }
        self.config = config;
        Ok(())
    }

    /// The losses of the last step, once the device has made it.
    ///
    /// # Errors
    /// [`EngineError`] if the device failed.
    pub async fn losses(&self) -> Result<Losses, EngineError> {
        self.engine.losses().await
    }

    /// How the run stands, with what was last measured of it.
    ///
    /// # Errors
    /// [`EngineError`] if the device failed.
    pub async fn snapshot(&self) -> Result<Snapshot, EngineError> {
        let seen = self.engine.observe(self.shown.probe()).await?;
        let measured = Measured {
            quality: self.quality,
            optimal: self.optimal.clone(),
            floor: self.evaluator.as_ref().and_then(Evaluator::floor),
        };
        Ok(self
            .shown
            .snapshot(self.engine.steps_done(), seen, measured))
    }

    /// Milliseconds that [`Session::snapshot`] takes, on average over a tenth of a second, after as long that does
    /// not count: a GPU compiles its kernels, a browser its loops. `now_ms` is a clock.
    ///
    /// # Errors
    /// [`EngineError`] if the device failed.
    pub async fn time_snapshot(&self, now_ms: impl Fn() -> f64) -> Result<f64, EngineError> {
        let mut mean = f64::NAN;
        for _ in ["compiled", "timed"] {
            let (start, mut made) = (now_ms(), 0.0);
            while now_ms() - start < TIMED_MS {
                self.snapshot().await?;
                made += 1.0;
            }
            mean = (now_ms() - start) / made;
        }
        Ok(mean)
    }

    /// How the run stands, measured anew.
    async fn full_snapshot(&mut self) -> Result<Reply, EngineError> {
        self.quality().await?;
        Ok(Reply::Snapshot(Box::new(self.snapshot().await?)))
    }

    /// Measures how well the generator covers the target; the next snapshots tell.
    ///
    /// # Errors
    /// [`EngineError`] if the device failed.
    pub async fn quality(&mut self) -> Result<Quality, EngineError> {
        let step = self.engine.steps_done();
        if let Some(quality) = self.quality.filter(|quality| quality.step == step) {
            return Ok(quality);
        }
        let evaluator = self
            .evaluator
            .get_or_insert_with(|| Evaluator::new(&self.config));
        let fake = self.engine.generate(evaluator.latents()).await?;
        let quality = evaluator.quality(step, &fake);
        self.optimal = match self.detail.optimal {
            true => evaluator.optimal_discriminator(&fake),
            false => None,
        };
        self.quality = Some(quality);
        Ok(quality)
    }

    /// Works towards the noise floor of the metrics, for about as long as [`Session::quality`] takes.
    /// Says whether there is more to do.
    pub fn prepare_floor(&mut self) -> bool {
        self.evaluator
            .get_or_insert_with(|| Evaluator::new(&self.config))
            .prepare_floor()
    }

    /// Does what it is told.
    ///
    /// # Errors
    /// [`EngineError`] if the device failed.
    pub async fn obey(&mut self, command: Command) -> Result<Reply, EngineError> {
        match command {
            Command::Configure { config } => {
                if self.config.goes_on_under(&config) {
                    self.change(*config).await?;
                } else {
                    self.restart(*config);
                }
                Ok(Reply::Done)
            }
            Command::Step { count, part } => {
                self.travel(count, part).await?;
                self.full_snapshot().await
            }
            Command::Reset => {
                self.restart(self.config.clone());
                self.full_snapshot().await
            }
            Command::Show { detail } => {
                self.show(detail);
                Ok(Reply::Done)
            }
            Command::Snapshot => self.full_snapshot().await,
            Command::Checkpoint => Ok(Reply::Checkpoint(Box::new(self.engine.checkpoint().await?))),
            Command::Continue { config } => {
                self.change(*config).await?;
                Ok(Reply::Done)
            }
            Command::Recall { before, start } => {
                self.recall(before, &start);
                Ok(Reply::Standing(self.standing()))
            }
            Command::Forget => {
                self.timeline.forget_after(self.steps_done());
                Ok(Reply::Standing(self.standing()))
            }
            Command::Kept { until } => Ok(Reply::Kept(self.timeline.some(until, MOST_MOVED))),
            Command::Adopt { checkpoints } => {
                let fitting = checkpoints.into_iter();
                let fitting = fitting.filter(|one| one.fits(&self.config) && one.is_finite());
                fitting.for_each(|one| self.timeline.keep(one));
                Ok(Reply::Standing(self.standing()))
            }
        }
    }
}
