//! The one door to the engines: what a run is computed with, and how an engine is had there.

use burn::tensor::Device;

use super::{
    Autodiff, Checkpoint, Engine, Fleet,
    cpu::{Cpu, InstructionSet},
    fleet::Row,
};
use crate::config::TrainingConfig;

/// What runs are computed with.
#[derive(Clone, Debug)]
pub enum Compute {
    /// The textbook engine, on one of burn's devices.
    Autodiff(Device),
    /// The fast engine on the CPU.
    Cpu(InstructionSet),
}

impl Compute {
    /// The textbook engine on the CPU: burn flex.
    pub fn flex() -> Self {
        Self::Autodiff(Device::flex())
    }

    /// The fast engine on the CPU, by the widest vectors that it has.
    pub fn cpu() -> Self {
        Self::Cpu(InstructionSet::widest())
    }

    /// Whether a GPU computes, which may still be at steps that were asked for.
    pub fn on_gpu(&self) -> bool {
        match self {
            Self::Autodiff(device) => *device != Device::flex(),
            Self::Cpu(_) => false,
        }
    }

    /// A run at its first step.
    pub fn start(&self, config: &TrainingConfig) -> Box<dyn Engine> {
        self.resume(config, &Checkpoint::initial(config))
    }

    /// A run that goes on from a checkpoint of the same configuration, made by any engine.
    pub fn resume(&self, config: &TrainingConfig, from: &Checkpoint) -> Box<dyn Engine> {
        match self {
            Self::Autodiff(device) => Box::new(Autodiff::resume(config, device, from)),
            Self::Cpu(set) => Box::new(Cpu::resume(config, *set, from)),
        }
    }

    /// Runs side by side at their first step; the configurations differ at most in seed, loss and
    /// learning rates.
    pub fn fleet(&self, configs: &[TrainingConfig]) -> Box<dyn Fleet> {
        Box::new(Row(configs
            .iter()
            .map(|config| self.start(config))
            .collect()))
    }
}
