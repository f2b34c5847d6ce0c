//! How generated samples spread over the modes of a mixture, and which of the modes they cover.
//!
//! The one definition of a covered mode, for a run's own metrics, for sweeps and for the wall of seeds. It
//! counts; it draws no samples and knows no run.

use serde::{Deserialize, Serialize};

use crate::target::Mixture;

/// A sample is of high quality within so many standard deviations of its nearest mode.
pub const HIGH_QUALITY: f32 = 3.0;

/// The share of high-quality samples of a perfect sampler: 1 - exp(-9 / 2), what lies within three
/// standard deviations of an isotropic Gaussian of the plane.
pub fn perfect_hq() -> f64 {
    1.0 - libm::exp(-0.5 * f64::from(HIGH_QUALITY * HIGH_QUALITY))
}

/// How the generated samples spread over the modes of a mixture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModeQuality {
    /// Modes to which at least one sample of high quality is nearest.
    pub covered: usize,
    /// Modes that there are.
    pub of: usize,
    /// Share of samples within three standard deviations of their nearest mode; a perfect sampler has
    /// 1 - exp(-9 / 2) = 0.9889, more means modes that are too narrow.
    pub hq: f64,
    /// Kullback-Leibler divergence, in nats, of the samples' shares of the nearest modes from the true
    /// weights; ln(k / j) where j of k modes share the samples equally.
    pub reverse_kl: f64,
}

/// Counts x0, y0, x1, y1, … over the modes of a mixture. How many modes are covered depends on how many
/// samples are looked at: compare only counts of equally many.
pub fn mode_quality(mixture: &Mixture, fake: &[f32]) -> ModeQuality {
    let of = mixture.modes.len();
    let (mut near, mut good) = (vec![0_usize; of], vec![0_usize; of]);
    let reach = HIGH_QUALITY * mixture.sigma;
    for sample in fake.chunks_exact(2) {
        let squared =
            |mode: &[f32; 2]| (sample[0] - mode[0]).powi(2) + (sample[1] - mode[1]).powi(2);
        let nearest = mixture
            .modes
            .iter()
            .map(squared)
            .enumerate()
            .min_by(|(_, a), (_, b)| a.total_cmp(b));
        if let Some((mode, distance)) = nearest
            && distance.is_finite()
        {
            near[mode] += 1;
            good[mode] += usize::from(distance <= reach * reach);
        }
    }
    let count = (fake.len() / 2) as f64;
    let share = |number: usize| number as f64 / count;
    let finite = near.iter().sum::<usize>() == fake.len() / 2;
    let surplus = |number: &usize| match share(*number) {
        0.0 => 0.0,
        share => share * libm::log(share * of as f64),
    };
    ModeQuality {
        covered: good.iter().filter(|number| **number > 0).count(),
        of,
        hq: share(good.iter().sum()),
        reverse_kl: if finite {
            near.iter().map(surplus).sum()
        } else {
            f64::NAN
        },
    }
}
