//! A run as a file: its configuration and its checkpoint in one safetensors file, which every
//! framework reads.
//!
//! | what | where |
//! |---|---|
//! | weights and biases | tensors `generator.{i}.weight` \[inputs, outputs\] and `generator.{i}.bias`, the input side first; `discriminator.{i}.…` likewise |
//! | the optimizers' memory, where they keep one | `optimizer.generator.first_moment.{i}.weight`, `….second_moment.{i}.bias` and so on |
//! | configuration | metadata `config`, as JSON |
//! | steps and updates made | metadata `step`, `generator.updates`, `discriminator.updates` |
//!
//! A file is not trusted: what is read fits its own configuration and holds finite numbers, or is
//! refused with one sentence.

use std::{collections::BTreeSet, fs, io::Read, path::Path};

use safetensors::{Dtype, SafeTensorError, SafeTensors};

use super::{
    Checkpoint, NetworkState,
    tensor_file::{self, NamedTensors},
};
use crate::{
    config::{ConfigError, Optimizer, TrainingConfig},
    gan::{Layer, Weights},
    quote::{quoted, shortened},
};

/// Longest file that is read: three times the one of the largest networks allowed.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// Longest head of one, its configuration and the names and shapes of its tensors: those of the largest networks
/// with 2,000 points take under 100,000 bytes. What is parsed takes ten times as much memory and more.
const MAX_HEAD_BYTES: u64 = 1024 * 1024;

/// Most steps or updates that a file may claim; nobody waits for more.
const MOST_STEPS: u64 = 1_000_000_000_000;

/// A run at one moment, with what it needs to go on.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedRun {
    /// What the run is.
    pub config: TrainingConfig,
    /// Where it stands.
    pub checkpoint: Checkpoint,
}

/// Why a file was not read or written; a predicate to the file's name.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file system refused.
    #[error("cannot be used: {0}")]
    System(#[from] std::io::Error),
    /// Longer than [`MAX_FILE_BYTES`].
    #[error("is more than {MAX_FILE_BYTES} bytes long, too much for a checkpoint")]
    TooLong,
    /// Its head, the configuration and the tensors' names and shapes, is too long.
    #[error("has a head of {0} bytes; at most {MAX_HEAD_BYTES} are read")]
    LongHead(u64),
    /// Not in the format.
    #[error("is not a safetensors file: {0}")]
    Format(String),
    /// A metadata entry is missing.
    #[error("is not a checkpoint of LSGAN Lab: its metadata has no {0}")]
    NoEntry(&'static str),
    /// The configuration in it was refused.
    #[error("holds a configuration that is refused: {0}")]
    Config(#[from] ConfigError),
    /// A count is no count.
    #[error(
        "must say a whole number from 0 to {MOST_STEPS} as {name} in its metadata, not \"{found}\""
    )]
    Count {
        /// Which one.
        name: &'static str,
        /// What was there.
        found: String,
    },
    /// A tensor is missing.
    #[error("has no tensor {0}")]
    NoTensor(String),
    /// A tensor that the configuration has no place for.
    #[error("holds a tensor \"{0}\" that does not belong to its configuration")]
    Stranger(String),
    /// Other numbers than f32.
    #[error("must hold F32 in {name}, not {found:?}")]
    Type {
        /// Which tensor.
        name: String,
        /// What was there.
        found: Dtype,
    },
    /// Another shape than the configuration's.
    #[error("must hold {name} in the shape {expected:?}, not {found}")]
    Shape {
        /// Which tensor.
        name: String,
        /// As the configuration has it.
        expected: Vec<usize>,
        /// What was there, shortened.
        found: String,
    },
    /// NaN or infinity.
    #[error("holds a number in {0} that is not finite, as after a run that diverged")]
    NotFinite(String),
    /// A mean of squares below zero.
    #[error("holds a negative number in {0}, a mean of squares")]
    Negative(String),
}

impl From<SafeTensorError> for FileError {
    fn from(error: SafeTensorError) -> Self {
        // It may quote the file at any length.
        Self::Format(shortened(&error.to_string(), 200))
    }
}

impl SavedRun {
    /// Writes a file; an older one of that name is replaced once the new one is complete.
    ///
    /// # Errors
    /// [`FileError`] if it could not be written, or could not be read again: a run that diverged, or
    /// networks other than the configuration's.
    pub fn write(&self, path: &Path) -> Result<(), FileError> {
        let bytes = self.to_bytes()?;
        Self::from_bytes(&bytes)?;
        Ok(tensor_file::replace(path, &bytes)?)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`FileError`] says what is wrong with it.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let mut bytes = Vec::new();
        // Bounded while it is read: a device file has no length to ask for.
        fs::File::open(path)?
            .take(MAX_FILE_BYTES + 1)
            .read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(FileError::TooLong);
        }
        Self::from_bytes(&bytes)
    }

    /// The content of the file.
    ///
    /// # Errors
    /// [`SafeTensorError`] if a layer's numbers do not fill its shape.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SafeTensorError> {
        let Checkpoint {
            step,
            generator,
            discriminator,
        } = &self.checkpoint;
        let mut tensors = NamedTensors::default();
        for (name, network) in [("generator", generator), ("discriminator", discriminator)] {
            tensors.add_layers(name, &network.weights);
            for (moment, weights) in MOMENTS.iter().zip(moments(network)) {
                if let Some(weights) = weights {
                    tensors.add_layers(&format!("optimizer.{name}.{moment}"), weights);
                }
            }
        }
        tensors.to_bytes(&[
            ("config", self.config.to_value().to_string()),
            ("step", step.to_string()),
            ("generator.updates", generator.updates.to_string()),
            ("discriminator.updates", discriminator.updates.to_string()),
        ])
    }

    /// What a file with this content holds.
    ///
    /// # Errors
    /// [`FileError`] says what is wrong with it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        // The format's first eight bytes say how long the head is.
        if let Some(length) = bytes.first_chunk().map(|first| u64::from_le_bytes(*first))
            && (MAX_HEAD_BYTES..bytes.len() as u64).contains(&length)
        {
            return Err(FileError::LongHead(length));
        }
        let (_, header) = SafeTensors::read_metadata(bytes)?;
        let metadata = header.metadata().clone().unwrap_or_default();
        let entry = |name| metadata.get(name).ok_or(FileError::NoEntry(name));
        let count = |name| {
            let text = entry(name)?;
            let number = text.parse().ok().filter(|number| *number <= MOST_STEPS);
            number.ok_or_else(|| FileError::Count {
                name,
                found: quoted(text),
            })
        };
        let config = TrainingConfig::from_json(entry("config")?)?;
        let mut tensors = Tensors {
            file: SafeTensors::deserialize(bytes)?,
            taken: BTreeSet::new(),
        };
        let checkpoint = Checkpoint {
            step: count("step")?,
            generator: tensors.network(
                "generator",
                &widths(config.latent.dim, &config.generator.hidden, 2),
                config.optimizer.generator,
                count("generator.updates")?,
            )?,
            discriminator: tensors.network(
                "discriminator",
                &widths(2, &config.discriminator.hidden, 1),
                config.optimizer.discriminator,
                count("discriminator.updates")?,
            )?,
        };
        tensors.finish()?;
        Ok(Self { config, checkpoint })
    }
}

const MOMENTS: [&str; 2] = ["first_moment", "second_moment"];

fn moments(network: &NetworkState) -> [&Option<Weights>; 2] {
    [&network.first_moment, &network.second_moment]
}

/// Which moments an optimizer keeps once it has made an update.
fn kept(rule: Optimizer) -> [bool; 2] {
    match rule {
        Optimizer::Adam { .. } => [true, true],
        Optimizer::Rmsprop { .. } => [false, true],
        Optimizer::Sgd { .. } => [false, false],
    }
}

fn widths(inputs: usize, hidden: &[usize], outputs: usize) -> Vec<usize> {
    [&[inputs], hidden, &[outputs]].concat()
}

/// The tensors of a file; remembers which were asked for, so that the others are refused.
struct Tensors<'a> {
    file: SafeTensors<'a>,
    taken: BTreeSet<String>,
}

impl Tensors<'_> {
    fn network(
        &mut self,
        name: &str,
        widths: &[usize],
        rule: Optimizer,
        updates: u64,
    ) -> Result<NetworkState, FileError> {
        let weights = self.weights(name, widths)?;
        let [first, second] = kept(rule);
        let mut moment = |index: usize, kept: bool| {
            let prefix = format!("optimizer.{name}.{}", MOMENTS[index]);
            (kept && updates > 0)
                .then(|| self.weights(&prefix, widths))
                .transpose()
        };
        let (first_moment, second_moment) = (moment(0, first)?, moment(1, second)?);
        let negative = |layer: &Layer| layer.weight.iter().chain(&layer.bias).any(|x| *x < 0.0);
        if let Some(second) = &second_moment
            && let Some(index) = second.layers.iter().position(negative)
        {
            let name = format!("optimizer.{name}.{}.{index}", MOMENTS[1]);
            return Err(FileError::Negative(name));
        }
        Ok(NetworkState {
            weights,
            updates,
            first_moment,
            second_moment,
        })
    }

    fn weights(&mut self, prefix: &str, widths: &[usize]) -> Result<Weights, FileError> {
        let layers = widths.windows(2).enumerate().map(|(index, pair)| {
            Ok(Layer {
                inputs: pair[0],
                outputs: pair[1],
                weight: self.numbers(format!("{prefix}.{index}.weight"), pair)?,
                bias: self.numbers(format!("{prefix}.{index}.bias"), &pair[1..])?,
            })
        });
        Ok(Weights {
            layers: layers.collect::<Result<_, FileError>>()?,
        })
    }

    fn numbers(&mut self, name: String, shape: &[usize]) -> Result<Vec<f32>, FileError> {
        let Ok(tensor) = self.file.tensor(&name) else {
            return Err(FileError::NoTensor(name));
        };
        if tensor.dtype() != Dtype::F32 {
            let found = tensor.dtype();
            return Err(FileError::Type { name, found });
        }
        if tensor.shape() != shape {
            return Err(FileError::Shape {
                name,
                expected: shape.to_vec(),
                found: quoted(&format!("{:?}", tensor.shape())),
            });
        }
        let (numbers, _) = tensor.data().as_chunks();
        let numbers: Vec<_> = numbers
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect();
        if !numbers.iter().all(|number| number.is_finite()) {
            return Err(FileError::NotFinite(name));
        }
        self.taken.insert(name);
        Ok(numbers)
    }

    /// Refuses tensors that nobody asked for.
    fn finish(self) -> Result<(), FileError> {
        let names = self.file.names().into_iter();
        match names.filter(|name| !self.taken.contains(*name)).min() {
            None => Ok(()),
            Some(name) => Err(FileError::Stranger(shortened(name, 60))),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
