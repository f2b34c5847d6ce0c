//! What came out of a sweep: for each variant and step, how many seeds have all modes, and means over
//! the seeds.
//!
//! A run that diverged counts from its last row on as one without a mode and without a sample of high
//! quality; it has no distances, so the means of these are over the other runs. A run that has not come
//! to a step is not counted there.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Row, Status, SweepError};
use crate::measure::Proportion;

/// The runs of one or several CSVs.
pub struct Outcomes {
    variants: Vec<Variant>,
    steps: BTreeSet<u64>,
}

struct Variant {
    label: String,
    /// Modes of its target; none if that is no mixture.
    modes: Option<usize>,
    /// Rows by seed and step.
    runs: BTreeMap<u32, BTreeMap<u64, Row>>,
}

/// How a variant stands at one step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// Its label.
    pub variant: String,
    /// At which step.
    pub step: u64,
    /// Seeds that have come so far, or diverged before.
    pub seeds: usize,
    /// Seeds that have not come so far yet.
    pub under_way: usize,
    /// Seeds that diverged, at this step or before.
    pub diverged: usize,
    /// Seeds with all modes; none where the target is no mixture.
    pub all_modes: Option<Proportion>,
    /// Modes covered.
    pub modes: Option<Mean>,
    /// Share of samples of high quality, 0 to 1.
    pub hq: Option<Mean>,
    /// Sliced Wasserstein-1 distance of those that did not diverge.
    pub sliced_w1: Option<Mean>,
    /// Energy distance of those that did not diverge.
    pub energy: Option<Mean>,
}

/// A mean over seeds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Its standard error, s / sqrt(n) with s^2 over n - 1; none for a single seed.
    pub standard_error: Option<f64>,
}

impl Mean {
    /// Of these numbers; none if there is none.
    pub fn of(numbers: &[f64]) -> Option<Self> {
        let n = numbers.len() as f64;
        let mean = numbers.iter().sum::<f64>() / n;
        let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
        let error = (squares / (n - 1.0) / n).sqrt();
        (!numbers.is_empty()).then_some(Self {
            mean,
            standard_error: (n > 1.0).then_some(error),
        })
    }
}

impl Outcomes {
    /// Gathers rows; `modes` says how many modes a variant's target has, if it knows.
    ///
    /// # Errors
    /// [`SweepError::Refused`] if two rows of the same run and step differ, or the number of modes of a
    /// mixture is not known.
    pub fn new(
        rows: impl IntoIterator<Item = Row>,
        modes: impl Fn(&str) -> Option<usize>,
    ) -> Result<Self, SweepError> {
        let mut found = Self {
            variants: Vec::new(),
            steps: BTreeSet::new(),
        };
        for row in rows {
            let variant = found.variant(&row, &modes)?;
            let run = variant.runs.entry(row.seed).or_default();
            let step = row.step;
            if let Some(other) = run.get(&step) {
                // Printed, NaN is equal to NaN.
                if other.to_string() != row.to_string() {
                    return Err(SweepError::Refused(format!(
                        "there are two different rows of {}, seed {}, step {step}",
                        row.variant, row.seed
                    )));
                }
            }
            run.insert(step, row);
            found.steps.insert(step);
        }
        Ok(found)
    }

    fn variant(
        &mut self,
        row: &Row,
        modes: impl Fn(&str) -> Option<usize>,
    ) -> Result<&mut Variant, SweepError> {
        let known = self
            .variants
            .iter()
            .position(|variant| variant.label == row.variant);
        let index = match known {
            Some(index) => index,
            None => {
                let modes = row.modes.and_then(|_| modes(&row.variant));
                if row.modes.is_some() && modes.is_none() {
                    return Err(SweepError::Refused(format!(
                        "no file beside the CSV says how many modes the target of {} has; say it by --modes",
                        row.variant
                    )));
                }
                let label = row.variant.clone();
                self.variants.push(Variant {
                    label,
                    modes,
                    runs: BTreeMap::new(),
                });
                self.variants.len() - 1
            }
        };
        Ok(&mut self.variants[index])
    }

    /// Every step at which a run was measured, ascending.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = u64> {
        self.steps.iter().copied()
    }

    /// How each variant stands at a step, in the order of their first rows.
    pub fn at(&self, step: u64) -> Vec<Standing> {
        self.variants
            .iter()
            .map(|variant| variant.at(step))
            .collect()
    }

    /// How each variant stands at its own last step: variants may have been trained for different ones.
    pub fn last(&self) -> Vec<Standing> {
        let last = |variant: &Variant| {
            let runs = variant.runs.values();
            runs.filter_map(|run| run.keys().next_back()).max().copied()
        };
        self.variants
            .iter()
            .map(|variant| variant.at(last(variant).unwrap_or(0)))
            .collect()
    }

    /// The number of modes of the variants' targets, the largest; none if one is no mixture.
    pub fn modes(&self) -> Option<usize> {
        let modes: Option<Vec<_>> = self.variants.iter().map(|variant| variant.modes).collect();
        modes?.into_iter().max()
    }
}

impl Variant {
    fn at(&self, step: u64) -> Standing {
        let (diverged, rows): (Vec<_>, Vec<_>) = self
            .runs
            .values()
            .filter_map(|run| run.range(..=step).next_back())
            .map(|(_, row)| row)
            .filter(|row| row.step == step || row.status == Status::Diverged)
            .partition(|row| row.status == Status::Diverged);
        let seeds = rows.len() + diverged.len();
        let numbers =
            |number: fn(&Row) -> f64| rows.iter().copied().map(number).collect::<Vec<_>>();
        let with_diverged = |number: fn(&Row) -> f64| {
            let none = diverged.iter().map(|_| 0.0);
            let numbers: Vec<_> = rows.iter().copied().map(number).chain(none).collect();
            self.modes.and_then(|_| Mean::of(&numbers))
        };
        let all = |modes| rows.iter().filter(|row| row.modes == Some(modes)).count();
        Standing {
            variant: self.label.clone(),
            step,
            seeds,
            under_way: self.runs.len() - seeds,
            diverged: diverged.len(),
            all_modes: self.modes.map(|modes| Proportion::new(all(modes), seeds)),
            modes: with_diverged(|row| row.modes.map_or(0.0, |modes| modes as f64)),
            hq: with_diverged(|row| row.hq.unwrap_or(0.0)),
            sliced_w1: Mean::of(&numbers(|row| row.sliced_w1)),
            energy: Mean::of(&numbers(|row| row.energy)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hand-written: of a's three seeds one has both modes, one has one, one diverged at step 5; b has
    /// one seed, and another that is under way.
    const ROWS: &str = "\
a,1,0,1,0.5,0.1,1,2,,,ok
a,1,5,2,0.9,0.1,0.25,0.5,1,1,ok
a,1,10,2,0.98,0.1,0.125,0.25,1,1,ok
a,2,0,1,0.5,0.1,1,2,,,ok
a,2,5,1,0.7,0.1,0.75,0.5,1,1,ok
a,2,10,1,0.52,0.1,0.375,0.75,1,1,ok
a,3,0,1,0.5,0.1,1,2,,,ok
a,3,5,2,0.1,NaN,NaN,NaN,NaN,inf,diverged
b,1,0,0,0,0.1,3,2,,,ok
b,1,5,0,0,0.1,3,2,1,1,ok
b,1,10,2,1,0.1,3,2,1,1,ok
b,2,0,0,0,0.1,3,2,,,ok
";

    fn outcomes(rows: &str) -> Result<Outcomes, SweepError> {
        Outcomes::new(rows.lines().map(|line| line.parse().unwrap()), |_| Some(2))
    }

    #[test]
    fn shares_and_means_are_those_worked_out_by_hand() {
        let standings = outcomes(ROWS).unwrap().at(10);
        let [a, b] = &standings[..] else {
            panic!("{standings:?}")
        };
        assert_eq!((a.variant.as_str(), a.seeds, a.diverged), ("a", 3, 1));
        assert_eq!(a.all_modes, Some(Proportion::new(1, 3)));
        let near = |found: Option<Mean>, mean: f64, error: f64| {
            let found = found.unwrap();
            assert!((found.mean - mean).abs() < 1e-12, "{found:?}");
            assert!(
                (found.standard_error.unwrap() - error).abs() < 1e-12,
                "{found:?}"
            );
        };
        // Modes 2, 1, 0: s = 1. HQ 0.98, 0.52, 0: squares 0.48^2 + 0.02^2 + 0.5^2 = 0.4808, over 2, over 3.
        near(a.modes, 1.0, (1.0_f64 / 3.0).sqrt());
        near(a.hq, 0.5, (0.4808_f64 / 6.0).sqrt());
        // Two numbers: half their distance is the standard error of their mean.
        near(a.sliced_w1, 0.25, 0.125);
        near(a.energy, 0.5, 0.25);
        assert_eq!(
            (b.seeds, b.under_way, b.diverged, b.all_modes),
            (1, 1, 0, Some(Proportion::new(1, 1)))
        );
        assert_eq!(
            b.hq,
            Some(Mean {
                mean: 1.0,
                standard_error: None
            })
        );
    }

    #[test]
    fn a_diverged_run_counts_from_its_last_row_on() {
        let outcomes = outcomes(ROWS).unwrap();
        assert_eq!(outcomes.steps().collect::<Vec<_>>(), [0, 5, 10]);
        let standings: Vec<_> = [0, 5].map(|step| outcomes.at(step)[0].clone()).into();
        assert_eq!((standings[0].seeds, standings[0].diverged), (3, 0));
        // Its row at step 5 claims two modes.
        assert_eq!((standings[1].seeds, standings[1].diverged), (3, 1));
        assert_eq!(standings[1].all_modes, Some(Proportion::new(1, 3)));
    }

    #[test]
    fn a_target_without_modes_has_distances_alone() {
        let rows = "a,1,0,,,,1,2,,,ok\na,2,0,,,,3,2,,,ok\n";
        let rows = rows.lines().map(|line| line.parse().unwrap());
        let standing = Outcomes::new(rows, |_| None).unwrap().at(0).remove(0);
        assert_eq!(
            (standing.all_modes, standing.modes, standing.hq),
            (None, None, None)
        );
        assert_eq!(
            standing.sliced_w1,
            Some(Mean {
                mean: 2.0,
                standard_error: Some(1.0)
            })
        );
    }

    #[test]
    fn the_same_row_twice_counts_once_and_two_different_ones_are_refused() {
        let twice = outcomes(&ROWS.repeat(2)).unwrap().at(10);
        assert_eq!(twice, outcomes(ROWS).unwrap().at(10));
        let other = format!("{ROWS}b,2,0,1,0,0.1,3,2,,,ok\n");
        let said = outcomes(&other).err().unwrap().to_string();
        assert_eq!(said, "there are two different rows of b, seed 2, step 0");
    }

    #[test]
    fn modes_that_nobody_knows_are_asked_for() {
        let rows = ROWS.lines().map(|line| line.parse().unwrap());
        let said = Outcomes::new(rows, |_| None).err().unwrap().to_string();
        assert!(said.ends_with("of a has; say it by --modes"), "{said}");
    }

    #[test]
    fn each_variant_stands_at_its_own_last_step() {
        let text =
            "a,1,0,1,0.5,0.1,1,2,,,ok\na,1,5,2,0.9,0.1,1,2,1,1,ok\nb,1,7,1,0.5,0.1,1,2,1,1,ok\n";
        let last = outcomes(text).unwrap().last();
        let told = |index: usize| {
            (
                last[index].step,
                last[index].seeds,
                last[index].all_modes.unwrap().count,
            )
        };
        assert_eq!((told(0), told(1)), ((5, 1, 1), (7, 1, 0)));
    }
}
