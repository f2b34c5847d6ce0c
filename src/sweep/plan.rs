//! Which runs a sweep makes, how long each is and when it is measured.

use std::{fmt, str::FromStr};

use super::{Seeds, SweepError, Variant, variants::variants};
use crate::{config::TrainingConfig, quote::quoted, train::Backend};

/// What a sweep trains; every combination of variant and seed is one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What the variants change; its own seed plays no part.
    pub base: TrainingConfig,
    /// The axes, as they were written.
    pub vary: Vec<String>,
    /// The variants, in the order given.
    pub variants: Vec<Variant>,
    /// The seeds.
    pub seeds: Seeds,
    /// Steps of each run.
    pub steps: u64,
    /// Steps from one row to the next.
    pub every: u64,
    /// Which part of the runs is trained here, if not all.
    pub shard: Option<Shard>,
    /// What trains them: runs are the same to the last bit on one alone.
    pub backend: Backend,
}

/// One run of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// Which of the variants.
    pub variant: usize,
    /// The seed.
    pub seed: u32,
}

impl Plan {
    /// A plan for all runs of these variants and seeds, on the fast CPU engine.
    ///
    /// # Errors
    /// [`SweepError`] if a variant is not possible.
    pub fn new(
        base: TrainingConfig,
        vary: Vec<String>,
        seeds: Seeds,
        steps: u64,
        every: u64,
        shard: Option<Shard>,
    ) -> Result<Self, SweepError> {
        let base = TrainingConfig {
            seed: TrainingConfig::default().seed,
            ..base
        };
        Ok(Self {
            variants: variants(&base, &vary)?,
            base,
            vary,
            seeds,
            steps,
            every: every.max(1),
            shard,
            backend: Backend::Cpu,
        })
    }

    /// The same runs, trained by another backend.
    pub fn on(self, backend: Backend) -> Self {
        Self { backend, ..self }
    }

    /// The runs that are trained here, in the order in which they are begun: all variants of the first
    /// seed come first, so that a sweep that is half done already compares variants.
    pub fn runs(&self) -> Vec<Run> {
        let of_seed = |seed| (0..self.variants.len()).map(move |variant| Run { variant, seed });
        let all: Vec<_> = self.seeds.iter().flat_map(of_seed).collect();
        match self.shard {
            None => all,
            Some(shard) => shard.of(&all).to_vec(),
        }
    }

    /// The steps at which a run is measured: 0, then every so many, and the last.
    pub fn measured_steps(&self) -> impl Iterator<Item = u64> {
        let before = (0..self.steps).step_by(usize::try_from(self.every).unwrap_or(usize::MAX));
        before.chain([self.steps])
    }

    /// The label of a run's variant.
    pub fn label(&self, run: Run) -> &str {
        &self.variants[run.variant].label
    }

    /// All that decides a run.
    pub fn config(&self, run: Run) -> TrainingConfig {
        TrainingConfig {
            seed: run.seed,
            ..self.variants[run.variant].config.clone()
        }
    }

    /// The run of this variant and seed, if the plan has it, in whatever shard.
    pub fn find(&self, label: &str, seed: u32) -> Option<Run> {
        let variant = self
            .variants
            .iter()
            .position(|variant| variant.label == label)?;
        self.seeds.contains(seed).then_some(Run { variant, seed })
    }
}

/// One part of a list: `2/4` is the second of four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// This part of a list. The parts are stretches of equal length, or shorter by one.
    pub fn of<T>(self, list: &[T]) -> &[T] {
        let end = |parts: usize| list.len() * parts / self.count;
        &list[end(self.index - 1)..end(self.index)]
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = |part: &str| part.parse::<usize>().ok();
        text.split_once('/')
            .and_then(|(index, count)| {
                Some(Self {
                    index: read(index)?,
                    count: read(count)?,
                })
            })
            .filter(|shard| (1..=shard.count).contains(&shard.index) && shard.count <= 100_000)
            .ok_or_else(|| {
                format!(
                    "a shard must be like 1/4, the first of four, up to 4/4, not \"{}\"",
                    quoted(text)
                )
            })
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(steps: u64, every: u64, shard: Option<&str>) -> Plan {
        let shard = shard.map(|text| text.parse().unwrap());
        let vary = vec!["loss=lsgan01,minimax".to_owned()];
        let base = TrainingConfig {
            seed: 99,
            ..TrainingConfig::default()
        };
        Plan::new(base, vary, "3..=5".parse().unwrap(), steps, every, shard).unwrap()
    }

    #[test]
    fn all_variants_of_a_seed_come_before_the_next_seed() {
        let runs: Vec<_> = plan(10, 5, None)
            .runs()
            .iter()
            .map(|run| (run.variant, run.seed))
            .collect();
        assert_eq!(runs, [(0, 3), (1, 3), (0, 4), (1, 4), (0, 5), (1, 5)]);
        let plan = plan(10, 5, None);
        assert_eq!(
            plan.config(Run {
                variant: 1,
                seed: 4
            })
            .seed,
            4
        );
        assert_eq!(
            plan.label(Run {
                variant: 1,
                seed: 4
            }),
            "minimax"
        );
    }

    #[test]
    fn the_first_and_the_last_step_are_always_measured() {
        let measured = |steps, every| {
            plan(steps, every, None)
                .measured_steps()
                .collect::<Vec<_>>()
        };
        assert_eq!(measured(10, 5), [0, 5, 10]);
        assert_eq!(measured(10, 4), [0, 4, 8, 10]);
        assert_eq!(measured(10, 100), [0, 10]);
    }

    #[test]
    fn shards_share_the_runs_out_without_overlap() {
        let whole = plan(10, 5, None).runs();
        for count in 1..=8 {
            let parts =
                (1..=count).map(|index| plan(10, 5, Some(&format!("{index}/{count}"))).runs());
            let parts: Vec<_> = parts.collect();
            assert_eq!(parts.concat(), whole);
            let lengths: Vec<_> = parts.iter().map(Vec::len).collect();
            assert!(
                lengths.iter().max().unwrap() - lengths.iter().min().unwrap() <= 1,
                "{lengths:?}"
            );
        }
        for text in ["", "1", "0/2", "3/2", "1/0", "a/2", "1/2/3", "-1/2"] {
            assert!(
                text.parse::<Shard>()
                    .unwrap_err()
                    .contains("must be like 1/4"),
                "{text}"
            );
        }
    }
}
