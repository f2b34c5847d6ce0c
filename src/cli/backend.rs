//! What the commands can compute with, by name.

use clap::ValueEnum;
use lsgan_lab::train::Compute;

use super::Failure;

/// What computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Backend {
    /// The processor's vectors
    Cpu,
    /// burn flex: the textbook engine on the CPU
    Flex,
    /// burn on wgpu (Vulkan, Metal or DirectX): the textbook engine on a GPU
    #[value(name = "webgpu_autodiff", alias = "wgpu")]
    WebGpuAutodiff,
}

impl Backend {
    /// The name in arguments and results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Flex => "flex",
            Self::WebGpuAutodiff => "webgpu_autodiff",
        }
    }

    /// Whether all that is asked of it goes through one queue.
    pub fn is_gpu(self) -> bool {
        match self {
            Self::Cpu | Self::Flex => false,
            Self::WebGpuAutodiff => true,
        }
    }

    /// Opens it.
    ///
    /// # Errors
    /// If it is not in this build, or there is no such device.
    pub fn open(self) -> Result<Compute, Failure> {
        match self {
            Self::Cpu => Ok(Compute::cpu()),
            Self::Flex => Ok(Compute::flex()),
            #[cfg(feature = "webgpu")]
            Self::WebGpuAutodiff => burn::tensor::Device::wgpu_options()
                .tasks_max(64)
                .init()
                .map(Compute::Autodiff)
                .map_err(|error| Failure::Run(format!("no GPU could be opened: {error}"))),
            #[cfg(not(feature = "webgpu"))]
            Self::WebGpuAutodiff => Err(Failure::Input(format!(
                "backend {} is not in this build; build with the feature webgpu, or take cpu",
                self.name()
            ))),
        }
    }
}
