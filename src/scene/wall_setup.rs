//! What hangs on the wall of seeds: how many runs, under which losses, from which seed on.
//!
//! Only the setup; how many of the runs a machine carries, and what becomes of them, is not decided here.

use serde::Serialize;

use crate::config::{ConfigError, fields::Fields};

/// The sizes that a wall can have: squares, whose halves and quarters are whole.
pub const WALL_SIZES: [usize; 3] = [16, 36, 64];

/// The wall before its first step. The first word of each choice is the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WallSetup {
    /// How many runs are asked for, one of [`WALL_SIZES`]; a machine may carry fewer.
    pub size: usize,
    /// Which losses are compared, each with the same seeds.
    pub losses: WallLosses,
    /// The first seed; the others follow it.
    pub seed: u32,
}

/// The losses that a wall compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WallLosses {
    /// Least squares and non-saturating cross-entropy; the run's own is one of the two.
    Two,
    /// The run's own.
    One,
    /// All four.
    Four,
}

impl WallSetup {
    pub(super) fn read(mut fields: Fields) -> Result<Self, ConfigError> {
        let setup = Self {
            size: fields.one_of("size", &WALL_SIZES)?,
            losses: fields.choice(
                "losses",
                &[
                    ("two", WallLosses::Two),
                    ("one", WallLosses::One),
                    ("four", WallLosses::Four),
                ],
            )?,
            seed: fields.whole("seed", 0..=u32::MAX.into(), 1)? as u32,
        };
        fields.finish()?;
        Ok(setup)
    }
}
