//! Many runs side by side: one answer to "was that just a lucky seed?".

use super::{Checkpoint, Engine, Losses, Observation, Part, Pending, Probe};
use crate::config::TrainingConfig;

/// So many runs of a configuration that differ in their seeds: its own, and those that follow.
pub fn next_seeds(config: &TrainingConfig, count: u32) -> Vec<TrainingConfig> {
    let member = |index| TrainingConfig {
        seed: config.seed.wrapping_add(index),
        ..config.clone()
    };
    (0..count).map(member).collect()
}

/// Independent GANs of one shape, trained in step with each other: their configurations differ at most
/// in seed, loss and learning rates. Members are counted from 0, in the order in which they were given.
pub trait Fleet {
    /// Number of members.
    fn members(&self) -> usize;

    /// Every member makes `count` steps. A GPU may still be at them when this returns.
    fn advance(&mut self, count: u64);

    /// Number of steps that each member has made.
    fn steps_done(&self) -> u64;

    /// The losses of each member's last step; waits until the device has done all steps asked for.
    fn losses(&self) -> Pending<'_, Vec<Losses>>;

    /// Looks at each member by its own probe, all of the same sizes, with one readback.
    fn observe<'a>(&'a self, probes: &'a [Probe]) -> Pending<'a, Vec<Observation>>;

    /// Each member's image of its own latents, all equally many.
    fn generate<'a>(&'a self, latents: &[&'a [f32]]) -> Pending<'a, Vec<Vec<f32>>>;

    /// Everything that is needed for one member to go on from here, on any engine.
    fn checkpoint(&self, member: usize) -> Pending<'_, Checkpoint>;
}

/// A fleet of single engines, one after the other.
pub struct Row(pub Vec<Box<dyn Engine>>);

impl Fleet for Row {
    fn members(&self) -> usize {
        self.0.len()
    }

    fn advance(&mut self, count: u64) {
        for engine in &mut self.0 {
            engine.advance(count, Part::Both);
        }
    }

    fn steps_done(&self) -> u64 {
        self.0.first().map_or(0, |engine| engine.steps_done())
    }

    fn losses(&self) -> Pending<'_, Vec<Losses>> {
        each(self.0.iter().map(|engine| engine.losses()).collect())
    }

    fn observe<'a>(&'a self, probes: &'a [Probe]) -> Pending<'a, Vec<Observation>> {
        let engines = self.0.iter().zip(probes);
        each(
            engines
                .map(|(engine, probe)| engine.observe(probe))
                .collect(),
        )
    }

    fn generate<'a>(&'a self, latents: &[&'a [f32]]) -> Pending<'a, Vec<Vec<f32>>> {
        let engines = self.0.iter().zip(latents);
        each(
            engines
                .map(|(engine, latents)| engine.generate(latents))
                .collect(),
        )
    }

    fn checkpoint(&self, member: usize) -> Pending<'_, Checkpoint> {
        self.0[member].checkpoint()
    }
}

/// What each of them owes, in their order.
fn each<T: 'static>(owed: Vec<Pending<'_, T>>) -> Pending<'_, Vec<T>> {
    Box::pin(async move {
        let mut got = Vec::with_capacity(owed.len());
        for one in owed {
            got.push(one.await?);
        }
        Ok(got)
    })
}
