//! Named tensors of f32 on their way into a safetensors file.
//!
//! What the tensors mean, and how a file is read again, is not known here.

use std::{fs, io, path::Path};

use safetensors::{Dtype, SafeTensorError, tensor::TensorView};

use crate::gan::Weights;

/// Tensors with their names, in any order.
#[derive(Debug, Default)]
pub(super) struct NamedTensors(Vec<NamedTensor>);

#[derive(Debug)]
struct NamedTensor {
    name: String,
    shape: Vec<usize>,
    /// Little-endian.
    bytes: Vec<u8>,
}

impl NamedTensors {
    /// Adds a tensor, its numbers row by row.
    pub(super) fn add(&mut self, name: String, shape: &[usize], numbers: &[f32]) {
        self.0.push(NamedTensor {
            name,
            shape: shape.to_vec(),
            bytes: numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
        });
    }

    /// Adds all layers of a network, as `{prefix}.{i}.weight` \[inputs, outputs\] and
    /// `{prefix}.{i}.bias` \[outputs\].
    pub(super) fn add_layers(&mut self, prefix: &str, weights: &Weights) {
        for (index, layer) in weights.layers.iter().enumerate() {
            let name = |part| format!("{prefix}.{index}.{part}");
            let shape = [layer.inputs, layer.outputs];
            self.add(name("weight"), &shape, &layer.weight);
            self.add(name("bias"), &shape[1..], &layer.bias);
        }
    }

    /// The content of the file.
    ///
    /// # Errors
    /// [`SafeTensorError`] if a tensor's numbers do not fill its shape.
    pub(super) fn to_bytes(&self, metadata: &[(&str, String)]) -> Result<Vec<u8>, SafeTensorError> {
        let views = self.0.iter().map(NamedTensor::view);
        let entries = metadata.iter().cloned();
        safetensors::serialize(
            views.collect::<Result<Vec<_>, SafeTensorError>>()?,
            Some(entries.map(|(name, value)| (name.into(), value)).collect()),
        )
    }
}

/// What a trace says of itself.
#[cfg(not(target_arch = "wasm32"))]
impl NamedTensors {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Length of their numbers in bytes.
    pub(super) fn length(&self) -> u64 {
        self.0.iter().map(|tensor| tensor.bytes.len() as u64).sum()
    }
}

impl NamedTensor {
    fn view(&self) -> Result<(&str, TensorView<'_>), SafeTensorError> {
        let view = TensorView::new(Dtype::F32, self.shape.clone(), &self.bytes)?;
        Ok((&self.name, view))
    }
}

/// Writes a file; an older one of that name is replaced once the new one is complete.
///
/// # Errors
/// As the file system has it; nothing half written is left behind.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let outcome = fs::write(&partial, bytes).and_then(|()| fs::rename(&partial, path));
    if outcome.is_err() {
        // It may not even be there.
        let _ = fs::remove_file(&partial);
    }
    outcome
}
