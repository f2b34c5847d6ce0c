//! The numbers of a snapshot: of its own samples, and what was last measured of more of them.

use serde::{Deserialize, Serialize};

use super::quality::{NoiseFloor, Quality};

/// Numbers about a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Mean of the generated samples shown, x and y.
    pub fake_mean: [f32; 2],
    /// Their standard deviation, in x and in y.
    pub fake_deviation: [f32; 2],
    /// The discriminator's output on the real samples shown.
    pub output_real: Spread,
    /// The discriminator's output on the generated samples shown.
    pub output_fake: Spread,
    /// How well the target is covered, when it was last measured: that takes longer than a picture.
    pub quality: Option<Quality>,
    /// What real samples would score in the generator's place, once it is worked out.
    pub floor: Option<NoiseFloor>,
}

/// Numbers in short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Their mean.
    pub mean: f32,
    /// Their standard deviation.
    pub deviation: f32,
}

impl Spread {
    pub(super) fn of(numbers: impl Iterator<Item = f32> + Clone) -> Self {
        let count = numbers.clone().count().max(1) as f32;
        let mean = numbers.clone().sum::<f32>() / count;
        let squares: f32 = numbers.map(|x| (x - mean).powi(2)).sum();
        Self {
            mean,
            deviation: (squares / count).sqrt(),
        }
    }
}
