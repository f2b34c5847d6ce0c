//! The wall of seeds: many runs side by side that differ in nothing but their seed and their loss, as an
//! answer to "was that just a lucky seed?".
//!
//! A [`Wall`] says which runs; [`crew`] how many of them a machine carries, and who trains which; a
//! [`WallSession`] trains some of them and says how they stand. Each loss gets the same seeds, so that two
//! pictures at the same place of two blocks began with the same weights and see the same batches. Nothing
//! here draws, and nothing measures by a definition of its own: a mode is covered as `measure` says.

mod arrangement;
pub mod crew;
mod session;

pub use arrangement::{Arrangement, Way};
pub use session::{Member, WALL_SAMPLES, WALL_SIDE, WallSession, WallSnapshot};

use crate::{
    config::{Loss, TrainingConfig},
    gan::loss,
    measure::Proportion,
    scene::{WallLosses, WallSetup},
};

/// Which runs hang on a wall. Members are counted from 0, block after block; a block has one loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Wall {
    config: TrainingConfig,
    first_seed: u32,
    losses: Vec<Loss>,
    members: usize,
}

impl Wall {
    /// The runs of `setup` around `config`, whose own seed does not matter; `members` of them, one of
    /// [`crate::scene::WALL_SIZES`].
    pub fn new(config: &TrainingConfig, setup: &WallSetup, members: usize) -> Self {
        let config = TrainingConfig {
            seed: setup.seed,
            ..config.clone()
        };
        Self {
            first_seed: setup.seed,
            losses: losses(config.loss, setup.losses),
            members,
            config,
        }
    }

    /// Number of runs.
    pub fn members(&self) -> usize {
        self.members
    }

    /// The loss of each block.
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }

    /// Runs of each block.
    pub fn per_block(&self) -> usize {
        self.members / self.losses.len()
    }

    /// The block that a member belongs to.
    pub fn block(&self, member: usize) -> usize {
        member / self.per_block()
    }

    /// A member's loss.
    pub fn loss(&self, member: usize) -> Loss {
        self.losses[self.block(member)]
    }

    /// A member's seed. After the largest comes 0.
    pub fn seed(&self, member: usize) -> u32 {
        self.first_seed
            .wrapping_add((member % self.per_block()) as u32)
    }

    /// What a member runs.
    pub fn config(&self, member: usize) -> TrainingConfig {
        TrainingConfig {
            seed: self.seed(member),
            loss: self.loss(member),
            ..self.config.clone()
        }
    }

    /// What all of them run.
    pub fn configs(&self) -> Vec<TrainingConfig> {
        (0..self.members)
            .map(|member| self.config(member))
            .collect()
    }

    /// How the blocks hang.
    pub fn arrangement(&self) -> Arrangement {
        Arrangement::new(self.members, self.losses.len())
    }

    /// For each block, how many of its members did it, of those of which it is known: `did` says so, or
    /// that it is not.
    pub fn tally(&self, did: impl Fn(usize) -> Option<bool>) -> Vec<Proportion> {
        let mut counts = vec![(0, 0); self.losses.len()];
        for member in 0..self.members {
            if let Some(did) = did(member) {
                let (count, of) = &mut counts[self.block(member)];
                *count += usize::from(did);
                *of += 1;
            }
        }
        counts
            .into_iter()
            .map(|(count, of)| Proportion::new(count, of))
            .collect()
    }
}

/// The losses that are compared, the run's own among them, always in one order: whoever opens a member,
/// whose loss becomes the run's, finds the wall again as it was.
fn losses(run: Loss, which: WallLosses) -> Vec<Loss> {
    let [minimax, non_saturating, lsgan, lsgan_sigmoid] = loss::four(run);
    match which {
        WallLosses::One => vec![run],
        WallLosses::Two => match run {
            Loss::Lsgan { .. } => vec![run, non_saturating],
            Loss::NonSaturating => vec![lsgan, run],
            Loss::Minimax => vec![lsgan, minimax],
        },
        WallLosses::Four => vec![lsgan, lsgan_sigmoid, non_saturating, minimax],
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
