//! The one door to the engines: what a run is computed with, and how an engine is had there.

use burn::tensor::Device;

#[cfg(feature = "webgpu")]
use super::fused;
use super::{
    Autodiff, Backend, Checkpoint, Engine, EngineError, Fleet,
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

    /// Opens backends, in their order. Once in the life of a program or page where there is a GPU among
    /// them: burn opens one only once, and all of them share it.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such device, or this build has no such backend.
    pub async fn open(backends: &[Backend]) -> Result<Vec<Self>, EngineError> {
        #[cfg(feature = "webgpu")]
        let gpu = match backends.iter().any(|backend| backend.on_gpu()) {
            true => Some(fused::Gpu::open().await?),
            false => None,
        };
        let one = |backend: &Backend| match backend {
            Backend::Cpu => Ok(Self::cpu()),
            Backend::Flex => Ok(Self::flex()),
            #[cfg(feature = "webgpu")]
            on_gpu => {
                let gpu = gpu.as_ref().expect("opened above, since one asks for it");
                Ok(match on_gpu {
                    Backend::WebGpuSplit => Self::Fused(gpu.in_mode(fused::Mode::Split)),
                    Backend::WebGpuAutodiff => Self::Autodiff(gpu.burn().clone()),
                    _ => Self::Fused(gpu.clone()),
                })
            }
            #[cfg(not(feature = "webgpu"))]
            on_gpu => Err(EngineError(format!(
                "backend {} is not in this build; build with the feature webgpu, or take cpu",
                on_gpu.name()
            ))),
        };
        backends.iter().map(one).collect()
    }

    /// What it is made of, by its own name: a set of instructions, or a GPU where that is known.
    pub fn detail(&self) -> &str {
        match self {
            Self::Autodiff(_) => "burn",
            Self::Cpu(set) => set.name(),
            #[cfg(feature = "webgpu")]
            Self::Fused(gpu) => gpu.name(),
        }
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

    /// Runs that it is given to train side by side at most.
    pub fn most_at_once(&self) -> usize {
        match self {
            Self::Cpu(_) => 1,
            // A graphics card has a hundred cores and more, each of which holds several runs. Beyond that more
            // runs take as much more time, and each keeps its evaluator in memory, a megabyte.
            #[cfg(feature = "webgpu")]
            Self::Fused(gpu) if !gpu.is_software() => 1024,
            // What the CPU plays, or burn takes one by one, gains nothing by more.
            _ if self.on_gpu() => 64,
            _ => 1,
        }
    }

    /// Whether it does so many runs of a configuration as well in one [`Self::fleet`] as in several.
    #[cfg_attr(
        not(feature = "webgpu"),
        expect(unused_variables, reason = "only the fused engine has to find room")
    )]
    pub fn holds(&self, config: &TrainingConfig, runs: usize) -> bool {
        match self {
            // They come one after the other in any case.
            Self::Autodiff(_) | Self::Cpu(_) => true,
            #[cfg(feature = "webgpu")]
            Self::Fused(gpu) => gpu.fits(config, runs).is_ok(),
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
        let from: Vec<_> = configs.iter().map(Checkpoint::initial).collect();
        self.resume_fleet(configs, &from)
    }

    /// Such runs that go on from a checkpoint each, all of one step.
    pub fn resume_fleet(&self, configs: &[TrainingConfig], from: &[Checkpoint]) -> Box<dyn Fleet> {
        #[cfg(feature = "webgpu")]
        if let (Self::Fused(gpu), Some(config), Some(first)) = (self, configs.first(), from.first())
            && gpu.fits_resumed(config, first, configs.len()).is_ok()
        {
            return Box::new(fused::Fused::resume(gpu, configs, from));
        }
        let engines = configs.iter().zip(from);
        Box::new(Row(engines
            .map(|(config, from)| self.resume(config, from))
            .collect()))
    }
}
