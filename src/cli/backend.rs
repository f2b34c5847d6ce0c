//! What the commands compute with.

use lsgan_lab::train::{Backend, Compute};

use super::Failure;

/// Opens a backend.
///
/// # Errors
/// If it is not in this build, or there is no such device.
pub fn open(backend: Backend) -> Result<Compute, Failure> {
    match backend {
        Backend::Cpu => Ok(Compute::cpu()),
        Backend::Flex => Ok(Compute::flex()),
        #[cfg(feature = "webgpu")]
        Backend::WebGpu => burn::tensor::Device::wgpu_options()
            .tasks_max(64)
            .init()
            .map(Compute::Autodiff)
            .map_err(|error| Failure::Run(format!("no GPU could be opened: {error}"))),
        #[cfg(not(feature = "webgpu"))]
        Backend::WebGpu => Err(Failure::Input(format!(
            "backend {} is not in this build; build with the feature webgpu, or take cpu",
            backend.name()
        ))),
    }
}
