//! The one door to the engines: what a run is computed with, and how an engine is had there.

use burn::tensor::Device;

#[cfg(feature = "webgpu")]
use super::fused;
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
    /// Whole steps on the GPU; where a run does not fit there, the textbook engine on the same GPU.
    #[cfg(feature = "webgpu")]
    Fused(fused::Gpu),
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
            #[cfg(feature = "webgpu")]
            Self::Fused(_) => true,
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
            #[cfg(feature = "webgpu")]
            Self::Fused(gpu) => match gpu.fits_resumed(config, from, 1) {
                Ok(()) => {
                    let (configs, from) =
                        (std::slice::from_ref(config), std::slice::from_ref(from));
                    Box::new(fused::Fused::resume(gpu, configs, from))
                }
                Err(_) => Box::new(Autodiff::resume(config, gpu.burn(), from)),
            },
        }
    }

    /// Runs side by side at their first step; the configurations differ at most in seed, loss and
    /// learning rates.
    pub fn fleet(&self, configs: &[TrainingConfig]) -> Box<dyn Fleet> {
        #[cfg(feature = "webgpu")]
        if let Self::Fused(gpu) = self
            && configs
                .first()
                .is_some_and(|first| gpu.fits(first, configs.len()).is_ok())
        {
            return Box::new(fused::Fused::new(gpu, configs));
        }
        Box::new(Row(configs
            .iter()
            .map(|config| self.start(config))
            .collect()))
    }
}
