//! Runs whose numbers run away: when to look, what was last seen in health, and what probably did it.
//!
//! Knows no engine: [`crate::session`] looks, and stops where this says so.

mod cause;

pub use cause::{Cause, Suspect};

use serde::{Deserialize, Serialize};

use crate::train::{Checkpoint, Losses};

/// Most steps between two looks at all numbers of a run.
pub const LOOK_EVERY: u64 = 50;

/// A run that has numbers without end, or that are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runaway {
    /// The step at which that was seen, at most [`LOOK_EVERY`] after it came about.
    pub step: u64,
    /// The last step before it at which all numbers were seen to be finite.
    pub healthy: u64,
}

/// What is known of a run's health.
#[derive(Clone, Debug)]
pub struct Watch {
    healthy: Checkpoint,
    runaway: Option<Runaway>,
}

impl Watch {
    /// A run that stands at this checkpoint, which counts as healthy.
    pub fn from(checkpoint: Checkpoint) -> Self {
        Self {
            healthy: checkpoint,
            runaway: None,
        }
    }

    /// Whether it has run away.
    pub fn runaway(&self) -> Option<Runaway> {
        self.runaway
    }

    /// The last state that was seen in health.
    pub fn healthy(&self) -> &Checkpoint {
        &self.healthy
    }

    /// Steps from this one until a look is due; at least one.
    pub fn until_due(&self, step: u64) -> u64 {
        (self.healthy.step + LOOK_EVERY).saturating_sub(step).max(1)
    }

    /// Whether these losses alone are a reason to look. Before the first update of a network its loss is not a
    /// number either.
    pub fn suspects(&self, losses: Losses) -> bool {
        !(losses.discriminator.is_finite() && losses.generator.is_finite())
    }

    /// Takes in all numbers of a run, and the losses of its last step.
    pub fn look(&mut self, checkpoint: Checkpoint, losses: Losses) {
        let endless = losses.discriminator.is_infinite() || losses.generator.is_infinite();
        if endless || !checkpoint.is_finite() {
            self.runaway = Some(Runaway {
                step: checkpoint.step,
                healthy: self.healthy.step,
            });
        } else {
            self.healthy = checkpoint;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TrainingConfig;

    const FINE: Losses = Losses {
        discriminator: 0.5,
        generator: 0.5,
    };

    fn checkpoint(step: u64) -> Checkpoint {
        Checkpoint {
            step,
            ..Checkpoint::initial(&TrainingConfig::default())
        }
    }

    #[test]
    fn a_look_is_due_every_fifty_steps() {
        let mut watch = Watch::from(checkpoint(0));
        assert_eq!((watch.until_due(0), watch.until_due(49)), (50, 1));
        watch.look(checkpoint(16), FINE);
        assert_eq!((watch.until_due(16), watch.until_due(60)), (50, 6));
        assert_eq!(watch.until_due(90), 1);
    }

    #[test]
    fn weights_without_end_and_losses_without_end_are_noticed() {
        let mut watch = Watch::from(checkpoint(0));
        watch.look(checkpoint(40), FINE);
        assert_eq!(watch.runaway(), None);
        let mut broken = checkpoint(80);
        broken.discriminator.weights.layers[0].weight[3] = f32::NAN;
        let mut other = watch.clone();
        watch.look(broken, FINE);
        let expected = Runaway {
            step: 80,
            healthy: 40,
        };
        assert_eq!(watch.runaway(), Some(expected));
        assert_eq!(watch.healthy().step, 40);

        let generator = f32::INFINITY;
        other.look(checkpoint(80), Losses { generator, ..FINE });
        assert_eq!(other.runaway(), Some(expected));
    }

    #[test]
    fn a_network_that_was_never_updated_has_no_loss_and_is_healthy() {
        let mut watch = Watch::from(checkpoint(0));
        let generator = f32::NAN;
        let losses = Losses { generator, ..FINE };
        assert!(watch.suspects(losses));
        watch.look(checkpoint(1), losses);
        assert_eq!(watch.runaway(), None);
    }
}
