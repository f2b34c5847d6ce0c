//! What the commands compute with.

use lsgan_lab::train::{Backend, Compute};

use super::Failure;

/// Opens backends, in their order; once in the life of the program.
///
/// # Errors
/// If one is not in this build, or there is no such device.
pub fn open<const N: usize>(backends: [Backend; N]) -> Result<[Compute; N], Failure> {
    let opened = open_all(&backends)?;
    Ok(opened.try_into().expect("one for each"))
}

/// [`open`] for any number.
///
/// # Errors
/// As [`open`].
pub fn open_all(backends: &[Backend]) -> Result<Vec<Compute>, Failure> {
    // Before a device is looked for: what is not in this build never will be.
    if let (false, Some(missing)) = (
        cfg!(feature = "webgpu"),
        backends.iter().find(|it| it.on_gpu()),
    ) {
        return Err(Failure::Input(format!(
            "backend {} is not in this build; build with the feature webgpu, or take cpu",
            missing.name()
        )));
    }
    pollster::block_on(Compute::open(backends)).map_err(|error| Failure::Run(error.to_string()))
}
