//! A challenge: a run that fails is to be mended by changing one thing. Whether that is done is judged by
//! what the generator covers, on the same data, after enough steps.

use serde::Serialize;
use serde_json::Value;

use crate::config::{ConfigError, TrainingConfig, fields::Fields};

/// What a run must come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Challenge {
    /// Modes to be covered, 1 to 100.
    pub modes: usize,
    /// The step at which it is judged first, 1 to 1,000,000.
    pub by: u64,
}

/// How a challenge stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was changed yet.
    Unchanged,
    /// The data were changed, which mends nothing.
    OtherData,
    /// More than one thing was changed: these.
    Several(Vec<String>),
    /// This one thing was changed, and the run is to go on for a while.
    Waiting(String),
    /// This one thing was changed, and it does not do.
    Failing(String),
    /// This one thing mends it.
    Met(String),
}

impl Challenge {
    pub(super) fn read(mut fields: Fields) -> Result<Self, ConfigError> {
        let challenge = Self {
            modes: fields.needed_whole("modes", 1..=100)? as usize,
            by: fields.needed_whole("by", 1..=1_000_000)?,
        };
        fields.finish()?;
        Ok(challenge)
    }

    /// How it stands with a run by `now` where `failing` is the one to be mended: at `step`, and with so
    /// many modes covered at a step at which they were counted.
    pub fn standing(
        &self,
        failing: &TrainingConfig,
        now: &TrainingConfig,
        step: u64,
        counted: Option<(u64, usize)>,
    ) -> Standing {
        let changes = changes(failing, now);
        if changes.iter().any(|path| path.starts_with("target.")) {
            return Standing::OtherData;
        }
        match &changes[..] {
            [] => Standing::Unchanged,
            [one] => {
                let judged = counted.filter(|(at, _)| *at >= self.by);
                match judged {
                    Some((_, covered)) if covered >= self.modes => Standing::Met(one.clone()),
                    Some(_) if step >= self.by => Standing::Failing(one.clone()),
                    _ => Standing::Waiting(one.clone()),
                }
            }
            _ => Standing::Several(changes),
        }
    }
}

/// In which fields two configurations differ, by their paths; the seed is none of them. Where a kind
/// differs, the fields that come with it are no further difference.
fn changes(one: &TrainingConfig, other: &TrainingConfig) -> Vec<String> {
    let mut changes = Vec::new();
    differ(&one.to_value(), &other.to_value(), "", &mut changes);
    changes.retain(|path| path != "seed");
    changes
}

fn differ(one: &Value, other: &Value, path: &str, changes: &mut Vec<String>) {
    let inner = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match (one, other) {
        (Value::Object(fields), Value::Object(others)) => {
            if fields.get("kind") != others.get("kind") {
                return changes.push(inner("kind"));
            }
            let added = others.keys().filter(|name| !fields.contains_key(*name));
            for name in fields.keys().chain(added) {
                let value = |of: &serde_json::Map<_, _>| of.get(name).cloned().unwrap_or_default();
                differ(&value(fields), &value(others), &inner(name), changes);
            }
        }
        _ if one == other => {}
        _ => changes.push(path.to_owned()),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    const CHALLENGE: Challenge = Challenge { modes: 8, by: 1000 };

    fn standing(assignments: &[&str], step: u64, counted: Option<(u64, usize)>) -> Standing {
        let failing = TrainingConfig::default();
        let now = assignments.iter().fold(failing.clone(), |now, assignment| {
            now.with_assignment(assignment).unwrap()
        });
        CHALLENGE.standing(&failing, &now, step, counted)
    }

    #[test]
    fn one_thing_that_covers_the_modes_in_time_meets_it() {
        let one = "loss.kind".to_owned();
        let minimax = ["loss.kind=minimax"];
        assert_eq!(
            standing(&minimax, 500, Some((480, 8))),
            Standing::Waiting(one.clone())
        );
        // Far enough, but counted before.
        assert_eq!(
            standing(&minimax, 1000, Some((990, 8))),
            Standing::Waiting(one.clone())
        );
        assert_eq!(
            standing(&minimax, 1200, Some((1100, 7))),
            Standing::Failing(one.clone())
        );
        assert_eq!(
            standing(&minimax, 1200, Some((1100, 8))),
            Standing::Met(one)
        );
    }

    #[test]
    fn a_seed_is_no_mend_and_data_are_not_to_be_touched() {
        let healthy = Some((2000, 8));
        assert_eq!(standing(&[], 2000, healthy), Standing::Unchanged);
        assert_eq!(standing(&["seed=7"], 2000, healthy), Standing::Unchanged);
        for other in ["target.sigma=0.2", "target.kind=moons"] {
            assert_eq!(standing(&[other], 2000, healthy), Standing::OtherData);
        }
        let two = ["batch=64", "optimizer.generator.lr=0.01"];
        assert_eq!(
            standing(&two, 2000, healthy),
            Standing::Several(vec![
                "batch".to_owned(),
                "optimizer.generator.lr".to_owned()
            ])
        );
        let with_seed = ["batch=64", "seed=3"];
        assert_eq!(
            standing(&with_seed, 2000, healthy),
            Standing::Met("batch".to_owned())
        );
    }
}
