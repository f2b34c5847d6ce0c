//! CSVs read together, with what the files beside them say.

use std::path::Path;

use super::{Outcomes, Plan, Provenance, SweepError, read_rows};
use crate::{
    config::TrainingConfig,
    measure::{Evaluator, NoiseFloor},
    target::mixture,
};

/// What one or several CSVs hold.
pub struct Report {
    /// The runs.
    pub outcomes: Outcomes,
    /// What real samples score in a generator's place; none unless the files beside the CSVs name one
    /// target.
    pub floor: Option<NoiseFloor>,
}

impl Report {
    /// Reads CSVs. `modes` is the number of modes of the target, for CSVs that have no file beside them.
    ///
    /// # Errors
    /// [`SweepError`] if a file is no sweep's CSV, two rows contradict each other or the number of modes
    /// of a mixture is not known.
    pub fn read<P: AsRef<Path>>(csvs: &[P], modes: Option<usize>) -> Result<Self, SweepError> {
        let (mut rows, mut plans) = (Vec::new(), Vec::new());
        for csv in csvs {
            rows.extend(read_rows(csv.as_ref())?);
            let made_by = Provenance::read(csv.as_ref())?;
            plans.push(made_by.map(|provenance| provenance.plan()).transpose()?);
        }
        let variants = || plans.iter().flatten().flat_map(|plan| &plan.variants);
        let known = |label: &str| {
            let of_label = variants().find(|variant| variant.label == label);
            let target = of_label.and_then(|variant| mixture(&variant.config.target));
            target.map(|mixture| mixture.modes.len()).or(modes)
        };
        let one_target = plans
            .iter()
            .map(|plan| plan.as_ref().and_then(only_target))
            .collect::<Option<Vec<_>>>()
            .filter(|configs| {
                configs
                    .windows(2)
                    .all(|pair| pair[0].target == pair[1].target)
            });
        let config = one_target.and_then(|configs| configs.into_iter().next());
        Ok(Self {
            outcomes: Outcomes::new(rows, known)?,
            floor: config.and_then(|config| floor(&config)),
        })
    }
}

/// A configuration with the target that all runs of a plan have; none if they differ.
fn only_target(plan: &Plan) -> Option<TrainingConfig> {
    let first = plan.config(*plan.runs().first()?);
    let same = |config: &TrainingConfig| config.target == first.target;
    let all = plan.variants.iter().all(|variant| same(&variant.config));
    all.then_some(first)
}

fn floor(config: &TrainingConfig) -> Option<NoiseFloor> {
    let mut evaluator = Evaluator::new(config);
    while evaluator.prepare_floor() {}
    evaluator.floor()
}
