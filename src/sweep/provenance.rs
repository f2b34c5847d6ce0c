//! What the rows of a CSV are, in a file beside it: `OUT.csv.json` says how `OUT.csv` was made.
//!
//! It stays when the sweep is done, to be kept with the CSV. A sweep that is started again must be the
//! same, but may have more seeds and more variants.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Plan, SweepError, beside, difference::difference, replace};
use crate::{config::TrainingConfig, quote::shortened, train::Backend};

/// How a CSV was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Name and version of the program that began it, or added to its runs.
    program: String,
    /// The configuration under the variants, without a seed.
    config: Value,
    /// The axes, as on the command line.
    vary: Vec<String>,
    /// The seeds, as on the command line.
    seeds: String,
    /// Steps of each run.
    steps: u64,
    /// Steps from one row to the next.
    every: u64,
    /// Which part of the runs, if not all.
    shard: Option<String>,
    /// What trained the runs. The first CSVs do not say; there was one engine then.
    #[serde(default = "first_backend")]
    backend: Backend,
}

fn first_backend() -> Backend {
    Backend::Flex
}

impl Provenance {
    /// That of a plan.
    pub fn new(plan: &Plan) -> Self {
        let mut config = plan.base.to_value();
        if let Some(fields) = config.as_object_mut() {
            fields.remove("seed");
        }
        Self {
            program: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
            config,
            vary: plan.vary.clone(),
            seeds: plan.seeds.to_string(),
            steps: plan.steps,
            every: plan.every,
            shard: plan.shard.map(|shard| shard.to_string()),
            backend: plan.backend,
        }
    }

    /// The plan that it was made by.
    ///
    /// # Errors
    /// [`SweepError`] if a field is not allowed.
    pub fn plan(&self) -> Result<Plan, SweepError> {
        let refused = SweepError::Refused;
        Plan::new(
            TrainingConfig::from_value(&self.config)?,
            self.vary.clone(),
            self.seeds.parse().map_err(refused)?,
            self.steps,
            self.every,
            self.shard
                .as_ref()
                .map(|shard| shard.parse())
                .transpose()
                .map_err(refused)?,
        )
        .map(|plan| plan.on(self.backend))
    }

    /// Reads the one beside a CSV; none if there is no such file.
    ///
    /// # Errors
    /// [`SweepError`] says why it cannot be read.
    pub fn read(csv: &Path) -> Result<Option<Self>, SweepError> {
        let path = beside(csv, ".json");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(SweepError::at(&path)(error)),
        };
        let refused = |error: serde_json::Error| {
            SweepError::Refused(format!(
                "{} does not say how a CSV was made: {}",
                path.display(),
                shortened(&error.to_string(), 200)
            ))
        };
        serde_json::from_str(&text).map(Some).map_err(refused)
    }

    /// Writes it beside a CSV.
    ///
    /// # Errors
    /// [`SweepError::File`] if that is not possible.
    pub fn write(&self, csv: &Path) -> Result<(), SweepError> {
        let text = serde_json::to_string_pretty(self).expect("names and numbers alone");
        replace(&beside(csv, ".json"), &(text + "\n"))
    }

    /// Refuses to go on by another plan, unless it only has more seeds or variants.
    ///
    /// # Errors
    /// [`SweepError::Refused`] names what differs.
    pub fn check(&self, csv: &Path, plan: &Plan) -> Result<(), SweepError> {
        let (before, new) = (self.plan()?, Self::new(plan));
        let settings = |from: &Self| {
            serde_json::json!({
                "config": from.config, "steps": from.steps, "every": from.every, "shard": from.shard,
                "backend": from.backend
            })
        };
        let differs = if let Some((path, was, is)) = difference(&settings(self), &settings(&new)) {
            format!("{path} {was}, not {is}")
        } else if let Some(left_out) = before.variants.iter().find(|variant| {
            plan.variants
                .iter()
                .all(|other| other.label != variant.label)
        }) {
            format!("the variant {}, which is left out now", left_out.label)
        } else if let left_out = before.seeds.without(&plan.seeds)
            && !left_out.is_empty()
        {
            format!("seeds {left_out}, which are left out now")
        } else {
            return Ok(());
        };
        Err(SweepError::Refused(format!(
            "{} was begun with {differs}; only seeds and variants can be added to it",
            csv.display()
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(vary: &str, seeds: &str, set: &str, every: u64) -> Plan {
        let base = TrainingConfig::default().with_assignment(set).unwrap();
        let seeds = seeds.parse().unwrap();
        Plan::new(base, vec![vary.to_owned()], seeds, 100, every, None).unwrap()
    }

    #[test]
    fn the_plan_can_be_made_again_from_it() {
        let made = plan("loss=lsgan01,minimax", "1..=3", "batch=32", 50);
        let provenance = Provenance::new(&made);
        assert_eq!(provenance.plan().unwrap(), made);
        let text = serde_json::to_string(&provenance).unwrap();
        assert_eq!(
            serde_json::from_str::<Provenance>(&text).unwrap(),
            provenance
        );
    }

    #[test]
    fn only_seeds_and_variants_can_be_added() {
        let before = Provenance::new(&plan("loss=lsgan01,minimax", "1..=3", "batch=32", 50));
        let check = |plan: Plan| {
            before
                .check(Path::new("x.csv"), &plan)
                .map_err(|e| e.to_string())
        };
        let same = plan("loss=lsgan01,minimax", "1..=3", "seed=77", 50);
        let said = check(same).unwrap_err();
        assert_eq!(
            said,
            "x.csv was begun with config.batch 32, not 256; only seeds and variants can be added to it"
        );
        for (vary, seeds) in [
            ("loss=lsgan01,minimax", "1,2,3"),
            ("loss=lsgan01,minimax", "0..=9"),
            ("loss=minimax,non_saturating,lsgan01", "1..=3"),
        ] {
            check(plan(vary, seeds, "batch=32", 50)).unwrap();
        }
        for (vary, seeds, every, words) in [
            (
                "loss=lsgan01,minimax",
                "1..=3",
                20,
                "begun with every 50, not 20;",
            ),
            (
                "loss=lsgan01",
                "1..=3",
                50,
                "begun with the variant minimax, which is left out now;",
            ),
            (
                "loss=lsgan01,minimax",
                "3..=5",
                50,
                "begun with seeds 1,2, which are left out now;",
            ),
        ] {
            let said = check(plan(vary, seeds, "batch=32", every)).unwrap_err();
            assert!(said.contains(words), "{said}");
        }
    }
}
