//! Many runs, trained on all cores, and what came out of them: a CSV with a row for each run and each
//! step at which it was measured.
//!
//! A [`Plan`] says which runs; [`Sweep`] trains those that its CSV does not hold yet. Training is
//! deterministic, so the CSV of a sweep that was killed and started again, or that had other threads,
//! is the same byte for byte. Nothing here names the terminal: who wants to see how far it is hands a
//! [`Progress`] callback in.

mod difference;
pub mod figure;
mod folder;
mod outcomes;
mod plan;
mod provenance;
mod report;
mod row;
mod rows;
mod run;
mod seeds;
mod sheet;
mod training;
mod variants;

pub use outcomes::{Mean, Outcomes, Standing};
pub use plan::{Plan, Run, Shard};
pub use provenance::Provenance;
pub use report::Report;
pub use row::{HEADER, Row, Status};
pub use rows::read_rows;
pub use run::{Progress, Summary, Sweep};
pub use seeds::Seeds;
pub use sheet::samples_sheet;
pub use variants::Variant;

use std::path::{Path, PathBuf};

use crate::{
    config::ConfigError,
    train::{EngineError, checkpoint_file::FileError},
};

/// Why a sweep was not begun, or ended early.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// What was asked for is not possible; a sentence.
    #[error("{0}")]
    Refused(String),
    /// A configuration is not possible.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file could not be used.
    #[error("{}: {reason}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the file system said.
        reason: std::io::Error,
    },
    /// A checkpoint could not be written.
    #[error("{} {reason}", path.display())]
    Checkpoint {
        /// Which one.
        path: PathBuf,
        /// Why.
        reason: FileError,
    },
    /// The device failed.
    #[error(transparent)]
    Device(#[from] EngineError),
}

impl SweepError {
    /// Puts the file's name to what the file system said.
    fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |reason| Self::File { path, reason }
    }
}

/// A path with more letters at its end: `OUT.csv` and `.json` is `OUT.csv.json`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Replaces a file in one go: whoever opens it sees the old content or the new.
fn replace(path: &Path, content: &str) -> Result<(), SweepError> {
    let partial = beside(path, ".partial");
    std::fs::write(&partial, content).map_err(SweepError::at(&partial))?;
    std::fs::rename(&partial, path).map_err(SweepError::at(path))
}
