//! Checkpoints of a run on its way, so that any of its steps can be seen again: from the nearest one
//! before it, the same steps are made once more.
//!
//! Bounded memory: checkpoints stand at the multiples of a spacing; where they take too much, every second
//! one goes and the spacing doubles, so that they cover the whole run evenly. The beginning needs none: it
//! follows from the configuration. Knows neither which steps were made ([`crate::journal`]) nor an engine.

use serde::{Deserialize, Serialize};

use crate::{
    gan::Weights,
    train::{Checkpoint, NetworkState},
};

/// Steps between two checkpoints at the beginning of a run, where a checkpoint costs next to nothing, and
/// on a GPU, where it is read back and a step is fast.
const FIRST_SPACING: [u64; 2] = [16, 128];

/// Most bytes that the checkpoints of a run take.
pub const MOST_BYTES: usize = 16_000_000;

/// Most bytes of checkpoints that go along when a run moves to another device.
pub const MOST_MOVED: usize = 2_000_000;

/// The checkpoints of a run, by their steps.
#[derive(Clone, Debug)]
pub struct Timeline {
    kept: Vec<Checkpoint>,
    spacing: u64,
    bytes: usize,
    most: usize,
}

/// How much is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Checkpoints.
    pub checkpoints: usize,
    /// What they take, in bytes.
    pub bytes: usize,
}

impl Timeline {
    /// No checkpoints yet, and never more than so many bytes of them.
    pub fn new(on_gpu: bool, most: usize) -> Self {
        Self {
            kept: Vec::new(),
            spacing: FIRST_SPACING[usize::from(on_gpu)],
            bytes: 0,
            most,
        }
    }

    /// Whether a run at this step should leave a checkpoint.
    pub fn wants(&self, step: u64) -> bool {
        step > 0 && step.is_multiple_of(self.spacing) && self.place(step).is_err()
    }

    /// How many steps from here the next checkpoint is due.
    pub fn until_next(&self, step: u64) -> u64 {
        self.spacing - step % self.spacing
    }

    /// Takes a checkpoint in, at whatever step, unless there is one.
    pub fn keep(&mut self, checkpoint: Checkpoint) {
        if let Err(place) = self.place(checkpoint.step) {
            self.bytes += bytes(&checkpoint);
            self.kept.insert(place, checkpoint);
        }
        while self.bytes > self.most {
            self.spacing *= 2;
            let spacing = self.spacing;
            self.retain(|checkpoint| checkpoint.step.is_multiple_of(spacing));
        }
    }

    /// The last checkpoint at or before a step; none before the first.
    pub fn nearest(&self, step: u64) -> Option<&Checkpoint> {
        let after = self.place(step).map_or_else(|place| place, |at| at + 1);
        self.kept.get(after.checked_sub(1)?)
    }

    /// Forgets what comes after a step: the run goes another way from there.
    pub fn forget_after(&mut self, step: u64) {
        self.retain(|checkpoint| checkpoint.step <= step);
    }

    /// Some of the checkpoints at or before a step, evenly, the last of them included: what fits into so
    /// many bytes.
    pub fn some(&self, until: u64, most: usize) -> Vec<Checkpoint> {
        let count = self.place(until).map_or_else(|place| place, |at| at + 1);
        let bytes: usize = self.kept[..count].iter().map(bytes).sum();
        let every = bytes.div_ceil(most).max(1);
        let chosen = self.kept[..count].iter().rev().step_by(every);
        let mut chosen: Vec<_> = chosen.cloned().collect();
        chosen.truncate(count / every);
        chosen.reverse();
        chosen
    }

    /// How much is kept.
    pub fn memory(&self) -> Kept {
        Kept {
            checkpoints: self.kept.len(),
            bytes: self.bytes,
        }
    }

    /// Where the checkpoint of a step is, or where it would be.
    fn place(&self, step: u64) -> Result<usize, usize> {
        self.kept.binary_search_by_key(&step, |one| one.step)
    }

    fn retain(&mut self, stays: impl Fn(&Checkpoint) -> bool) {
        self.kept.retain(stays);
        self.bytes = self.kept.iter().map(bytes).sum();
    }
}

/// What a checkpoint takes: four bytes for each number of its networks and of their optimizers' memory.
fn bytes(checkpoint: &Checkpoint) -> usize {
    let Checkpoint {
        generator,
        discriminator,
        ..
    } = checkpoint;
    let numbers = |weights: &Weights| -> usize {
        let layers = weights.layers.iter();
        layers
            .map(|layer| layer.weight.len() + layer.bias.len())
            .sum()
    };
    let of = |network: &NetworkState| -> usize {
        let memory = network.first_moment.iter().chain(&network.second_moment);
        [&network.weights]
            .into_iter()
            .chain(memory)
            .map(numbers)
            .sum()
    };
    size_of::<f32>() * (of(generator) + of(discriminator))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TrainingConfig;

    /// A checkpoint of small networks: G 2-8-2 and D 2-8-1 have 42 and 33 numbers, without memory 300
    /// bytes.
    fn checkpoint(step: u64) -> Checkpoint {
        let config = ["generator.hidden=8", "discriminator.hidden=8"]
            .iter()
            .fold(TrainingConfig::default(), |config, assignment| {
                config.with_assignment(assignment).unwrap()
            });
        Checkpoint {
            step,
            ..Checkpoint::initial(&config)
        }
    }

    fn steps(timeline: &Timeline) -> Vec<u64> {
        timeline.kept.iter().map(|one| one.step).collect()
    }

    /// A run of so many steps that leaves a checkpoint wherever one is wanted.
    fn run(timeline: &mut Timeline, from: u64, to: u64) {
        for step in from..=to {
            if timeline.wants(step) {
                timeline.keep(checkpoint(step));
            }
        }
    }

    #[test]
    fn what_a_checkpoint_takes_is_counted_by_hand() {
        let mut one = checkpoint(16);
        assert_eq!(bytes(&one), 4 * (2 * 8 + 8 + 8 * 2 + 2 + 2 * 8 + 8 + 8 + 1));
        // A memory as large as the network itself, twice for Adam and once for RMSprop.
        one.generator.first_moment = Some(one.generator.weights.clone());
        one.generator.second_moment = Some(one.generator.weights.clone());
        one.discriminator.second_moment = Some(one.discriminator.weights.clone());
        assert_eq!(bytes(&one), 4 * (3 * 42 + 2 * 33));
    }

    #[test]
    fn a_long_run_stays_bounded_and_evenly_covered() {
        let mut timeline = Timeline::new(false, 3000);
        for step in 1..=10_000 {
            run(&mut timeline, step, step);
            let memory = timeline.memory();
            assert!(memory.bytes <= 3000 && memory.bytes == 300 * memory.checkpoints);
        }
        // Ten fit: 16 x 2^6 = 1024 is the first spacing of which 10,000 steps have no more than ten.
        assert_eq!(
            steps(&timeline),
            (1..=9).map(|n| 1024 * n).collect::<Vec<_>>()
        );
    }

    #[test]
    fn no_step_is_farther_from_a_checkpoint_than_the_spacing() {
        let mut timeline = Timeline::new(false, 3000);
        run(&mut timeline, 1, 500);
        let spacing = timeline.spacing;
        for step in 0..=500 {
            let nearest = timeline.nearest(step).map_or(0, |one| one.step);
            assert!(
                nearest <= step && step - nearest < spacing,
                "{nearest}, {step}"
            );
        }
        assert_eq!(timeline.until_next(0), spacing);
        assert_eq!(timeline.until_next(spacing - 1), 1);
        assert_eq!(timeline.until_next(spacing), spacing);
    }

    #[test]
    fn a_run_that_goes_another_way_forgets_the_old_one() {
        let mut timeline = Timeline::new(false, MOST_BYTES);
        run(&mut timeline, 1, 100);
        assert_eq!(steps(&timeline), [16, 32, 48, 64, 80, 96]);
        timeline.forget_after(64);
        assert_eq!(steps(&timeline), [16, 32, 48, 64]);
        assert_eq!(timeline.memory().bytes, 4 * 300);
        // Made again, they are wanted again; those that stayed are not.
        assert!(!timeline.wants(64) && timeline.wants(80) && !timeline.wants(0));
    }

    #[test]
    fn what_moves_with_a_run_is_some_of_it_the_last_included() {
        let mut timeline = Timeline::new(false, MOST_BYTES);
        run(&mut timeline, 1, 160);
        let moved = |until, most| -> Vec<u64> {
            let some = timeline.some(until, most);
            some.iter().map(|one| one.step).collect()
        };
        assert_eq!(moved(1000, 3000).len(), 10);
        assert_eq!(moved(1000, 1500), [32, 64, 96, 128, 160]);
        assert_eq!(moved(100, 900), [32, 64, 96]);
        assert_eq!(moved(15, 900), [0; 0]);
        // Not even one fits.
        assert_eq!(moved(1000, 200), [0; 0]);
    }

    #[test]
    fn checkpoints_at_odd_steps_serve_until_the_run_is_thinned() {
        let mut timeline = Timeline::new(false, 1200);
        timeline.keep(checkpoint(37));
        timeline.keep(checkpoint(37));
        assert_eq!(timeline.memory().checkpoints, 1);
        assert_eq!(timeline.nearest(40).map(|one| one.step), Some(37));
        run(&mut timeline, 38, 100);
        assert_eq!(steps(&timeline), [64, 96]);
    }

    #[test]
    fn a_network_too_large_for_the_memory_is_not_kept_at_all() {
        let mut timeline = Timeline::new(false, 299);
        timeline.keep(checkpoint(48));
        assert_eq!(timeline.memory(), Kept::default());
        assert!(timeline.nearest(1000).is_none());
    }
}
