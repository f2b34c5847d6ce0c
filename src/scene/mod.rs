//! Everything that a link, a lesson or the page's controls can set: the run, the runs beside it, how
//! they are looked at, the lab, and the wall of seeds.
//!
//! A [`Scene`] is one JSON document: the fields of [`TrainingConfig`] at its top level, and beside
//! them `twins`, `look`, `lab` and `wall`. One that came through [`Scene::from_value`], [`Scene::merged`] or
//! [`link::read`] is valid. What the page remembers for the visitor alone, such as the language or
//! the speed, is no part of it; nor is anything that happens to a run.

mod challenge;
mod handout;
mod lab_setup;
pub mod lesson;
pub mod link;
mod look;
mod preset;
mod twin;
mod variant;
mod wall_setup;

pub use challenge::{Challenge, Standing};
pub use handout::{Fate, Handout, PARTS};
pub use lab_setup::{FARTHEST, Held, LabLosses, LabMode, LabSetup, MOST_SAMPLES};
pub use look::{Arrows, Curves, LATEST_STOP, Look, Metric, Panel, SurfaceOf, View};
pub use preset::{FAILURES, PRESETS, Preset};
pub use twin::{LAST_BRANCH, Twin};
pub use variant::{VARIANTS, Variant};
pub use wall_setup::{WALL_SIZES, WallLosses, WallSetup};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::{ConfigError, TrainingConfig, fields::Fields, read};

/// Most runs beside the first.
pub const MOST_TWINS: usize = 3;

/// A run and how it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Scene {
    /// The run of the first pane.
    #[serde(flatten)]
    pub config: TrainingConfig,
    /// What each further pane changes of it; up to [`MOST_TWINS`].
    pub twins: Vec<Twin>,
    /// How the panes are looked at.
    pub look: Look,
    /// The lab.
    pub lab: LabSetup,
    /// The wall of seeds.
    pub wall: WallSetup,
}

impl Default for Scene {
    fn default() -> Self {
        Self::from_value(&Value::Object(Default::default()))
            .expect("every field has a default that is allowed (tested)")
    }
}

impl TryFrom<Value> for Scene {
    type Error = ConfigError;

    fn try_from(value: Value) -> Result<Self, ConfigError> {
        Self::from_value(&value)
    }
}

impl Scene {
    /// Reads a scene from a JSON value; fields left out take their defaults.
    ///
    /// # Errors
    /// [`ConfigError`] names the field and what is allowed there.
    pub fn from_value(value: &Value) -> Result<Self, ConfigError> {
        Self::read(Fields::of(value, String::new())?)
    }

    fn read(mut fields: Fields) -> Result<Self, ConfigError> {
        let scene = Self {
            config: read::config_among(&mut fields)?,
            twins: fields.words("twins", MOST_TWINS, Twin::named, Twin::allowed)?,
            look: Look::read(fields.object("look")?)?,
            lab: LabSetup::read(fields.object("lab")?)?,
            wall: WallSetup::read(fields.object("wall")?)?,
        };
        fields.finish()?;
        Ok(scene)
    }

    /// The whole scene as a JSON value, no field left out.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("a scene has string keys and finite numbers only")
    }

    /// This scene with the fields of `partial` put over it; lists are replaced. Another `kind` takes
    /// its own defaults, as in [`TrainingConfig::merged`].
    ///
    /// # Errors
    /// As [`Scene::from_value`]; `self` is left as it was.
    pub fn merged(&self, partial: &Value) -> Result<Self, ConfigError> {
        let mut value = self.to_value();
        read::merge(&mut value, partial);
        Self::from_value(&value)
    }

    /// This scene with one field set, as in `look.arrows=linear`, `twins=minimax,lsgan_pearson` or
    /// `lab.samples=1.5,0.4,-1.5,-0.4`.
    ///
    /// # Errors
    /// As [`Scene::from_value`]; also where `assignment` has no `=`.
    pub fn with_assignment(&self, assignment: &str) -> Result<Self, ConfigError> {
        let (path, text) = read::assignment(assignment)?;
        let mut partial = read::partial(&self.to_value(), path, text);
        if let Some(Value::Array(numbers)) = partial.pointer_mut("/lab/samples") {
            *numbers = numbers.chunks(2).map(Value::from).collect();
        }
        self.merged(&partial)
    }

    /// What each pane runs in the end: the first the scene's own run, each further one its twin.
    pub fn panes(&self) -> Vec<TrainingConfig> {
        let twins = self.twins.iter();
        let twins = twins.map(|twin| twin.variant.over(&self.config));
        [self.config.clone()].into_iter().chain(twins).collect()
    }
}

impl From<TrainingConfig> for Scene {
    /// A run alone, looked at in the default way.
    fn from(config: TrainingConfig) -> Self {
        Self {
            config,
            ..Self::default()
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
