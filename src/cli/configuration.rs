//! How a command is told its configuration: a file, and single fields set over it.

use std::{
    io,
    path::{Path, PathBuf},
};

use lsgan_lab::config::{MAX_BYTES, TrainingConfig};

use super::Failure;

/// The arguments `--config` and `--set`.
#[derive(clap::Args)]
pub struct Configuration {
    /// File with a configuration in JSON
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Set one field, after the file is read; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
}

impl Configuration {
    /// The configuration that was asked for; the default one where nothing was said.
    pub fn read(&self) -> Result<TrainingConfig, Failure> {
        let mut config = match &self.config {
            None => TrainingConfig::default(),
            Some(path) => {
                let text = text(path)?;
                TrainingConfig::from_json(&text)
                    .map_err(|error| Failure::Input(error.to_string()))?
            }
        };
        for assignment in &self.set {
            config = config
                .with_assignment(assignment)
                .map_err(|error| Failure::Input(error.to_string()))?;
        }
        Ok(config)
    }
}

fn text(path: &Path) -> Result<String, Failure> {
    let unreadable = |error: io::Error| Failure::Input(format!("{}: {error}", path.display()));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    // Refused before it is read, however large it is.
    if size > MAX_BYTES as u64 {
        let message = format!(
            "{} is {size} bytes long; at most {MAX_BYTES} are allowed",
            path.display()
        );
        return Err(Failure::Input(message));
    }
    std::fs::read_to_string(path).map_err(unreadable)
}
