//! How well the generator covers its target, as numbers: modes, and distances beside their noise floor.
//!
//! Definitions as in the mode-collapse literature (Srivastava et al. 2017, VEEGAN; Lin et al. 2018,
//! PacGAN). An [`Evaluator`] measures one run, always with the same latents and the same real samples,
//! so that a curve over steps moves with the generator alone. It runs no network and draws nothing.

use serde::{Deserialize, Serialize};

use super::{
    Divergence, ModeQuality, Surface, Theory,
    distance::{Distances, Projections},
    mode_quality,
};
use crate::{
    config::{Loss, TrainingConfig},
    target::{self, Mixture},
    train::Batches,
};

/// Generated samples, and real ones, that are measured.
pub const EVALUATED_SAMPLES: usize = 2500;

/// Pairs of real samples behind a noise floor. Of 39 numbers and a fortieth like them, the fortieth
/// is neither the smallest nor the largest with a probability of 38 / 40: 95 %.
pub const FLOOR_PAIRS: usize = 39;

/// How well the generated samples match the target, at one step. NaN where they are not finite.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Steps made when it was measured.
    pub step: u64,
    /// What depends on modes; none where the target is no mixture.
    pub modes: Option<ModeQuality>,
    /// How far the generated samples are from real ones.
    #[serde(flatten)]
    pub distances: Distances,
    /// What the theory says; nothing where the target's density is not known.
    pub theory: Option<Divergence>,
}

/// What real samples would score in a generator's place.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseFloor {
    /// Sliced Wasserstein-1.
    pub sliced_w1: Band,
    /// Energy distance.
    pub energy: Band,
    /// Pearson chi-squared, where the target's density is known.
    pub chi_squared: Option<Band>,
}

/// Where a perfect sampler's number lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// On average.
    pub mean: f64,
    /// Lower end of the interval that holds it 95 times of 100.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Measures the generated samples of one run.
pub struct Evaluator {
    batches: Batches,
    loss: Loss,
    theory: Option<Theory>,
    mixture: Option<Mixture>,
    latents: Vec<f32>,
    real: Projections,
    /// What real samples score.
    floor: Vec<Quality>,
}

impl Evaluator {
    /// For runs of a configuration.
    pub fn new(config: &TrainingConfig) -> Self {
        let batches = Batches::new(config);
        Self {
            loss: config.loss,
            theory: Theory::new(&config.target),
            mixture: target::mixture(&config.target),
            latents: batches.evaluated_latents(EVALUATED_SAMPLES),
            real: Projections::new(&batches.evaluated_real(EVALUATED_SAMPLES)),
            floor: Vec::new(),
            batches,
        }
    }

    /// The latents whose images are to be measured: \[[`EVALUATED_SAMPLES`]\]\[dim\].
    pub fn latents(&self) -> &[f32] {
        &self.latents
    }

    /// Measures these images, x0, y0, x1, y1, …
    pub fn quality(&self, step: u64, fake: &[f32]) -> Quality {
        Quality {
            step,
            modes: self
                .mixture
                .as_ref()
                .map(|mixture| mode_quality(mixture, fake)),
            distances: Projections::new(fake).distances(&self.real),
            theory: self
                .theory
                .as_ref()
                .map(|theory| theory.divergence(self.loss, &theory.estimate(fake))),
        }
    }

    /// The optimal discriminator against these images; nothing where the target's density is not known.
    pub fn optimal_discriminator(&self, fake: &[f32]) -> Option<Surface> {
        let theory = self.theory.as_ref()?;
        Some(theory.optimal_discriminator(self.loss, &theory.estimate(fake)))
    }

    /// Works towards the noise floor, for about as long as [`Evaluator::quality`] takes: puts fresh real
    /// samples in the generator's place. Says whether there is more to do.
    pub fn prepare_floor(&mut self) -> bool {
        if self.floor.len() < FLOOR_PAIRS {
            let pair = self.floor.len() as u64;
            let fresh = self.batches.floor_real(pair, EVALUATED_SAMPLES);
            self.floor.push(self.quality(0, &fresh));
        }
        self.floor.len() < FLOOR_PAIRS
    }

    /// The noise floor, once it is worked out.
    pub fn floor(&self) -> Option<NoiseFloor> {
        let band = |number: fn(&Quality) -> f64| {
            let numbers = || self.floor.iter().map(number);
            Band {
                mean: numbers().sum::<f64>() / FLOOR_PAIRS as f64,
                low: numbers().fold(f64::INFINITY, f64::min),
                high: numbers().fold(0.0, f64::max),
            }
        };
        let chi_squared =
            |quality: &Quality| quality.theory.map_or(f64::NAN, |one| one.chi_squared);
        (self.floor.len() == FLOOR_PAIRS).then(|| NoiseFloor {
            sliced_w1: band(|quality| quality.distances.sliced_w1),
            energy: band(|quality| quality.distances.energy),
            chi_squared: self.theory.as_ref().map(|_| band(chi_squared)),
        })
    }
}

#[cfg(test)]
mod tests;
