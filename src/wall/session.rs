//! Some members of a wall under training: a fleet, and what is looked at of each member.
//!
//! As a run's session does, it knows neither a clock nor a page: whoever holds it decides when to train and
//! when to count.

use crate::{
    config::TrainingConfig,
    measure::{EVALUATED_SAMPLES, ModeQuality, cell_middles, mode_quality},
    target::{self, Mixture},
    train::{Batches, Checkpoint, Compute, EngineError, Fleet, Losses, Probe},
};

/// Grid points along one side of a member's decision surface.
pub const WALL_SIDE: usize = 32;

/// Generated samples of a member that are shown: the first of those that its run shows.
pub const WALL_SAMPLES: usize = 150;

/// How a member stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The discriminator's output over the plane, [`WALL_SIDE`] by [`WALL_SIDE`], row by row from the upper
    /// edge down.
    pub values: Vec<f32>,
    /// Generated samples as x0, y0, x1, y1, …
    pub fake: Vec<f32>,
    /// The losses of the last step; NaN before the first.
    pub losses: Losses,
}

/// How the members stand, all at one step.
#[derive(Clone, Debug, PartialEq)]
pub struct WallSnapshot {
    /// Steps made.
    pub step: u64,
    /// Each member.
    pub members: Vec<Member>,
}

/// Members of a wall on one device.
pub struct WallSession {
    configs: Vec<TrainingConfig>,
    fleet: Box<dyn Fleet>,
    probes: Vec<Probe>,
    mixture: Option<Mixture>,
}

impl WallSession {
    /// Runs of these configurations at their first step; they differ at most in seed, loss and learning
    /// rates.
    pub fn new(configs: Vec<TrainingConfig>, compute: &Compute) -> Self {
        let target = configs.first().map(|config| &config.target);
        Self {
            mixture: target.and_then(target::mixture),
            fleet: compute.fleet(&configs),
            probes: configs.iter().map(probe).collect(),
            configs,
        }
    }

    /// Steps that each member has made.
    pub fn steps_done(&self) -> u64 {
        self.fleet.steps_done()
    }

    /// Every member makes so many steps.
    pub fn advance(&mut self, count: u64) {
        self.fleet.advance(count);
    }

    /// Waits until all steps that were asked for are made.
    ///
    /// # Errors
    /// [`EngineError`] if the device failed.
    pub async fn settle(&self) -> Result<(), EngineError> {
        self.fleet.losses().await.map(drop)
    }

    /// How the members stand.
    ///
    /// # Errors
    /// [`EngineError`] if the device failed.
    pub async fn snapshot(&self) -> Result<WallSnapshot, EngineError> {
        let seen = self.fleet.observe(&self.probes).await?;
        let member = |seen: crate::train::Observation| Member {
            values: seen.outputs,
            fake: seen.fake,
            losses: seen.losses,
        };
        Ok(WallSnapshot {
            step: self.fleet.steps_done(),
            members: seen.into_iter().map(member).collect(),
        })
    }

    /// Which modes each member covers, by as many samples as its run's own metrics take, and the same ones;
    /// nothing where the target is no mixture.
    ///
    /// # Errors
    /// [`EngineError`] if the device failed.
    pub async fn count_modes(&self) -> Result<Option<Vec<ModeQuality>>, EngineError> {
        let Some(mixture) = &self.mixture else {
            return Ok(None);
        };
        // Drawn anew each time: kept for 64 members with wide latents they would fill the memory.
        let latents = |config| Batches::new(config).evaluated_latents(EVALUATED_SAMPLES);
        let latents: Vec<_> = self.configs.iter().map(latents).collect();
        let latents: Vec<_> = latents.iter().map(Vec::as_slice).collect();
        let fake = self.fleet.generate(&latents).await?;
        let counted = fake.iter().map(|fake| mode_quality(mixture, fake));
        Ok(Some(counted.collect()))
    }

    /// All that a member needs to go on elsewhere; none if there is no such member.
    ///
    /// # Errors
    /// [`EngineError`] if the device failed.
    pub async fn checkpoint(&self, member: usize) -> Result<Option<Checkpoint>, EngineError> {
        if member >= self.configs.len() {
            return Ok(None);
        }
        self.fleet.checkpoint(member).await.map(Some)
    }
}

fn probe(config: &TrainingConfig) -> Probe {
    Probe {
        points: cell_middles(target::extent(&config.target), WALL_SIDE),
        latents: Batches::new(config).shown_latents(WALL_SAMPLES),
        carried: Vec::new(),
    }
}
