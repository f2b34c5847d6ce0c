//! What stands in the lab: the discriminator that is held fixed, the samples, and how they move.
//!
//! Only the setup; what happens to the samples is not decided here.

use serde::Serialize;

use crate::config::{ConfigError, fields::Fields};

/// Most samples that a setup may hold.
pub const MOST_SAMPLES: usize = 64;

/// Largest coordinate of a sample, on either side of zero.
pub const FARTHEST: f64 = 100.0;

/// The lab before its first step. The first word of each choice is the default.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabSetup {
    /// Which discriminator is held fixed.
    pub discriminator: Held,
    /// Direction in which the linear discriminator rises, in degrees from the horizontal axis; -180
    /// to 180.
    pub angle: f64,
    /// Where its level 0 lies, along that direction from the origin; -10 to 10.
    pub offset: f64,
    /// How much its output rises over one unit of the plane; 0.01 to 100.
    pub steepness: f64,
    /// Which losses move the samples side by side.
    pub losses: LabLosses,
    /// What moves: the samples themselves, or a generator.
    pub mode: LabMode,
    /// Length of a sample's step in units of its force; 0.0001 to 1.
    pub rate: f64,
    /// Distance at which a sample counts as arrived, in units of the plane; 0.001 to 10.
    pub within: f64,
    /// Where the samples start; up to [`MOST_SAMPLES`].
    pub samples: Vec<[f64; 2]>,
}

/// The discriminator that is held fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// D(x) = w.x + b: exact, not trained.
    Linear,
    /// That of the run, as it is at the moment.
    Run,
}

/// The losses whose samples move side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LabLosses {
    /// The run's.
    One,
    /// All four.
    All,
}

/// What moves in the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LabMode {
    /// Each sample follows its own force.
    Samples,
    /// The generator learns against the fixed discriminator.
    Generator,
}

impl LabSetup {
    pub(super) fn read(mut fields: Fields) -> Result<Self, ConfigError> {
        let setup = Self {
            discriminator: fields.choice(
                "discriminator",
                &[("linear", Held::Linear), ("run", Held::Run)],
            )?,
            angle: fields.number("angle", -180.0..=180.0, 0.0)?,
            offset: fields.number("offset", -10.0..=10.0, 0.0)?,
            steepness: fields.number("steepness", 0.01..=100.0, 5.0)?,
            losses: fields.choice(
                "losses",
                &[("one", LabLosses::One), ("all", LabLosses::All)],
            )?,
            mode: fields.choice(
                "mode",
                &[
                    ("samples", LabMode::Samples),
                    ("generator", LabMode::Generator),
                ],
            )?,
            rate: fields.number("rate", 0.0001..=1.0, 0.002)?,
            within: fields.number("within", 0.001..=10.0, 0.15)?,
            samples: fields.points(
                "samples",
                MOST_SAMPLES,
                FARTHEST,
                &[[1.5, 0.4], [-1.5, -0.4]],
            )?,
        };
        fields.finish()?;
        Ok(setup)
    }

    /// The linear discriminator's w and b in D(x) = w.x + b = steepness (n.x - offset), where n
    /// points along `angle`. The same on every machine.
    pub fn linear(&self) -> ([f64; 2], f64) {
        let angle = self.angle.to_radians();
        let weight = [libm::cos(angle), libm::sin(angle)].map(|n| self.steepness * n);
        (weight, -self.steepness * self.offset)
    }
}
