//! What the commands compute with.

use lsgan_lab::train::{Backend, Compute};

use super::Failure;

/// Opens a backend; once in the life of the program.
///
/// # Errors
/// As [`open_all`].
pub fn open(backend: Backend) -> Result<Compute, Failure> {
    open_all(&[backend]).map(|mut opened| opened.remove(0))
}

/// Opens backends, in their order; once in the life of the program.
///
/// # Errors
/// If one is not in this build, or there is no such device.
pub fn open_all(backends: &[Backend]) -> Result<Vec<Compute>, Failure> {
    // Before a device is looked for: what is not in this build never will be.
    let on_gpu = backends.iter().find(|backend| backend.on_gpu());
    if let (false, Some(missing)) = (cfg!(feature = "webgpu"), on_gpu) {
        return Err(Failure::Input(format!(
            "backend {} is not in this build; build with the feature webgpu, or take cpu",
            missing.name()
        )));
    }
    pollster::block_on(Compute::open(backends)).map_err(|error| Failure::Run(error.to_string()))
}
