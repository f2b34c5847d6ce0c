//! The folder beside a CSV that is being written, `OUT.csv.runs`: a checkpoint for each run that is
//! begun and not done, and a lock, so that no two processes write the same CSV.
//!
//! The lock is the operating system's, on an open file: it ends with the process, however that ends.

use std::{
    fs::{self, File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::{Plan, Run, SweepError, beside};
use crate::train::{
    Checkpoint,
    checkpoint_file::{FileError, SavedRun},
};

/// The name of the file that is locked.
const LOCK: &str = "lock";

/// The folder, locked as long as this lives.
pub struct Folder {
    path: PathBuf,
    lock: File,
}

impl Folder {
    /// Makes or opens the folder beside a CSV.
    ///
    /// # Errors
    /// [`SweepError::Refused`] if another process has it.
    pub fn open(csv: &Path) -> Result<Self, SweepError> {
        let path = beside(csv, ".runs");
        let name = path.join(LOCK);
        loop {
            match fs::create_dir(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    let message = format!("{} has no folder to be written to", csv.display());
                    return Err(SweepError::Refused(message));
                }
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    return Err(SweepError::at(&path)(error));
                }
                _ => {}
            }
            let lock = File::create(&name).map_err(SweepError::at(&name))?;
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let message = format!("another process is writing {}", csv.display());
                    return Err(SweepError::Refused(message));
                }
                Err(TryLockError::Error(error)) => return Err(SweepError::at(&name)(error)),
            }
            // Whoever was done in between has taken the folder away, with the file that is locked now.
            if is_at(&lock, &name) {
                return Ok(Self { path, lock });
            }
        }
    }

    fn file(&self, plan: &Plan, run: Run) -> PathBuf {
        self.path
            .join(format!("{}-{}.safetensors", plan.label(run), run.seed))
    }

    /// Where a run can go on that has rows up to step `measured`; none if it must start afresh.
    pub fn checkpoint(&self, plan: &Plan, run: Run, measured: u64) -> Option<Checkpoint> {
        // Steps can always be made again, so a file that cannot be used is no failure. One that is
        // ahead of the rows would lose some.
        let saved = SavedRun::read(&self.file(plan, run)).ok()?;
        let fits = saved.config == plan.config(run) && saved.checkpoint.step <= measured;
        fits.then_some(saved.checkpoint)
    }

    /// Keeps where a run stands.
    ///
    /// # Errors
    /// [`SweepError::Checkpoint`] if the file could not be written.
    pub fn keep(&self, plan: &Plan, run: Run, checkpoint: Checkpoint) -> Result<(), SweepError> {
        let path = self.file(plan, run);
        let saved = SavedRun {
            config: plan.config(run),
            checkpoint,
        };
        match saved.write(&path) {
            // The run is about to diverge: its next row will say so, from an older checkpoint as well.
            Ok(()) | Err(FileError::NotFinite(_) | FileError::Negative(_)) => Ok(()),
            Err(reason) => Err(SweepError::Checkpoint { path, reason }),
        }
    }

    /// Drops the checkpoint of a run that is done.
    ///
    /// # Errors
    /// [`SweepError::File`] if it could not be removed.
    pub fn drop_checkpoint(&self, plan: &Plan, run: Run) -> Result<(), SweepError> {
        let path = self.file(plan, run);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(SweepError::at(&path)(error)),
            _ => Ok(()),
        }
    }

    /// Takes the folder away; everything in it was for this sweep.
    ///
    /// # Errors
    /// [`SweepError::File`] if that is not possible.
    pub fn remove(self) -> Result<(), SweepError> {
        fs::remove_dir_all(&self.path).map_err(SweepError::at(&self.path))
    }
}

impl Drop for Folder {
    /// A folder without a checkpoint is of no use to anybody: a sweep that is refused leaves none.
    fn drop(&mut self) {
        let ours = is_at(&self.lock, &self.path.join(LOCK));
        if ours && fs::read_dir(&self.path).is_ok_and(|files| files.count() == 1) {
            // It could be left as well.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Whether an open file is the one of this name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    matches!(
        (file.metadata().map(identity), fs::metadata(path).map(identity)),
        (Ok(one), Ok(other)) if one == other
    )
}

/// An open file keeps its name where it cannot be removed while it is open.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TrainingConfig;

    fn plan() -> Plan {
        let seeds = "1,2".parse().unwrap();
        Plan::new(TrainingConfig::default(), Vec::new(), seeds, 100, 50, None).unwrap()
    }

    const RUN: Run = Run {
        variant: 0,
        seed: 2,
    };

    fn csv(name: &str) -> PathBuf {
        let csv = std::env::temp_dir().join(format!("lsgan-lab-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(beside(&csv, ".runs"));
        csv
    }

    #[test]
    fn a_checkpoint_is_found_again_by_its_own_run_up_to_its_rows() {
        let (plan, folder) = (plan(), Folder::open(&csv("found")).unwrap());
        let mut checkpoint = Checkpoint::initial(&plan.config(RUN));
        checkpoint.step = 50;
        folder.keep(&plan, RUN, checkpoint.clone()).unwrap();
        assert_eq!(folder.checkpoint(&plan, RUN, 50), Some(checkpoint));
        assert_eq!(folder.checkpoint(&plan, RUN, 0), None);
        assert_eq!(folder.checkpoint(&plan, Run { seed: 1, ..RUN }, 50), None);
        // The same name, as of a sweep with other settings.
        let name = |seed| folder.file(&plan, Run { seed, ..RUN });
        fs::copy(name(2), name(1)).unwrap();
        assert_eq!(folder.checkpoint(&plan, Run { seed: 1, ..RUN }, 50), None);
        folder.drop_checkpoint(&plan, RUN).unwrap();
        assert_eq!(folder.checkpoint(&plan, RUN, 50), None);
        folder.remove().unwrap();
    }

    #[test]
    fn weights_that_are_not_finite_leave_the_older_checkpoint() {
        let (plan, folder) = (plan(), Folder::open(&csv("older")).unwrap());
        let older = Checkpoint::initial(&plan.config(RUN));
        folder.keep(&plan, RUN, older.clone()).unwrap();
        let mut broken = older.clone();
        broken.discriminator.weights.layers[0].weight[0] = f32::NAN;
        folder.keep(&plan, RUN, broken).unwrap();
        assert_eq!(folder.checkpoint(&plan, RUN, 50), Some(older));
        folder.remove().unwrap();
    }

    #[test]
    fn one_at_a_time_and_an_empty_folder_does_not_stay() {
        let csv = csv("one");
        let first = Folder::open(&csv).unwrap();
        let said = Folder::open(&csv).err().unwrap().to_string();
        assert!(said.starts_with("another process is writing"), "{said}");
        drop(first);
        assert!(!beside(&csv, ".runs").exists());
        Folder::open(&csv).unwrap().remove().unwrap();
    }
}
