//! A sweep from its start, fresh or not, to a CSV in order: threads that take runs from one queue.

use std::{
    collections::{BTreeMap, VecDeque},
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use super::{
    Plan, Provenance, Row, Run, Status, SweepError,
    folder::Folder,
    rows::RowsFile,
    training::{self, Group, Outside, Pending},
};
use crate::train::Compute;

/// What has been done since the last call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Steps made, or saved by a run that diverged.
    pub steps: u64,
    /// Runs ended.
    pub runs: usize,
}

/// What a sweep came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Runs in the CSV.
    pub runs: usize,
    /// Rows in the CSV.
    pub rows: usize,
    /// Runs that diverged.
    pub diverged: usize,
}

/// A sweep that is about to be trained; no other process can write its CSV.
pub struct Sweep {
    plan: Plan,
    folder: Folder,
    file: RowsFile,
    left: Vec<Pending>,
}

impl Sweep {
    /// Opens a CSV, or makes one, and finds what is left to do.
    ///
    /// # Errors
    /// [`SweepError`] if the CSV is another sweep's, another process writes it, or it was changed.
    pub fn open(plan: Plan, csv: &Path) -> Result<Self, SweepError> {
        let refuse_others = || {
            let before = Provenance::read(csv)?;
            before
                .iter()
                .try_for_each(|before| before.check(csv, &plan))?;
            Ok::<_, SweepError>(before)
        };
        // Before anything is touched, and again: another process may have been at it until now.
        refuse_others()?;
        let folder = Folder::open(csv)?;
        let before = refuse_others()?;
        let (file, rows) = RowsFile::open(csv)?;
        if before.is_none() && !rows.is_empty() {
            return Err(SweepError::Refused(format!(
                "{0} has rows, but no {0}.json says how they were made",
                csv.display()
            )));
        }
        let runs = plan.runs();
        let standing = standing(&plan, csv, &runs, &rows)?;
        let provenance = Provenance::new(&plan);
        if before.as_ref() != Some(&provenance) {
            provenance.write(csv)?;
        }
        let pending = |run: Run| {
            let last = standing.get(&run);
            let done =
                last.is_some_and(|row| row.status == Status::Diverged || row.step == plan.steps);
            let measured = last.map(|row| row.step);
            let from = measured.and_then(|step| folder.checkpoint(&plan, run, step));
            (!done).then_some(Pending {
                run,
                measured,
                from,
            })
        };
        let left = runs.into_iter().filter_map(pending).collect();
        Ok(Self {
            folder,
            file,
            left,
            plan,
        })
    }

    /// Runs that are not done.
    pub fn runs_left(&self) -> usize {
        self.left.len()
    }

    /// Steps that are to be made.
    pub fn steps_left(&self) -> u64 {
        self.left
            .iter()
            .map(|run| self.plan.steps - run.steps_done())
            .sum()
    }

    /// Trains what is left, by what the plan names, and puts the rows in order: by variant as given, seed
    /// and step. A CPU trains run by run on so many threads, a GPU many runs at once.
    ///
    /// # Errors
    /// [`SweepError`] if the device or a file failed; what is done is kept.
    pub fn train(
        self,
        compute: &Compute,
        jobs: usize,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Summary, SweepError> {
        let Self {
            plan,
            folder,
            file,
            left,
        } = self;
        let jobs = if compute.on_gpu() { 1 } else { jobs };
        let groups = groups(&plan, left, compute.most_at_once());
        let queue: VecDeque<_> = groups
            .into_iter()
            .flat_map(|group| {
                let config = plan.config(group[0].run);
                halved(group, &|runs| compute.holds(&config, runs))
            })
            .collect();
        let threads = jobs.clamp(1, queue.len().max(1));
        let crew = Crew {
            queue: Mutex::new(queue),
            file: Mutex::new(file),
            failure: Mutex::new(None),
            stop: AtomicBool::new(false),
            progress,
        };
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| crew.work(&plan, compute, &folder));
            }
        });
        if let Some(error) = taken(crew.failure) {
            return Err(error);
        }
        let place = |row: &Row| (plan.find(&row.variant, row.seed), row.step);
        let rows = taken(crew.file).sort_by_key(place)?;
        folder.remove()?;
        let diverged = rows
            .iter()
            .filter(|row| row.status == Status::Diverged)
            .count();
        Ok(Summary {
            runs: plan.runs().len(),
            rows: rows.len(),
            diverged,
        })
    }
}

/// The last row of each run that has any; refuses rows that this plan would not have written.
fn standing<'a>(
    plan: &Plan,
    csv: &Path,
    runs: &[Run],
    rows: &'a [Row],
) -> Result<BTreeMap<Run, &'a Row>, SweepError> {
    let mut due: BTreeMap<_, _> = runs
        .iter()
        .map(|run| (*run, plan.measured_steps()))
        .collect();
    let mut last = BTreeMap::new();
    for row in rows {
        let run = plan.find(&row.variant, row.seed);
        let expected = run
            .and_then(|run| due.get_mut(&run))
            .and_then(Iterator::next);
        let (Some(run), true) = (run, expected == Some(row.step)) else {
            return Err(SweepError::Refused(format!(
                "{} holds a row that does not belong there: {} of seed {} at step {}",
                csv.display(),
                row.variant,
                row.seed,
                row.step
            )));
        };
        last.insert(run, row);
    }
    Ok(last)
}

/// Puts runs together that can be trained at once, up to so many, in the order of the first of each.
fn groups(plan: &Plan, left: Vec<Pending>, at_once: usize) -> VecDeque<Group> {
    let mut groups: VecDeque<Group> = VecDeque::new();
    for pending in left {
        let config = plan.config(pending.run);
        let fits = |group: &&mut Group| {
            group.len() < at_once
                && group[0].steps_done() == pending.steps_done()
                && plan.config(group[0].run).is_of_one_fleet_with(&config)
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(pending),
            None => groups.push_back(vec![pending]),
        }
    }
    groups
}

/// A group in parts that fit, each half of what did not; where not even one run does, in single runs.
fn halved<T>(mut group: Vec<T>, fits: &dyn Fn(usize) -> bool) -> Vec<Vec<T>> {
    if group.len() < 2 || fits(group.len()) {
        return vec![group];
    }
    let rest = group.split_off(group.len().div_ceil(2));
    [group, rest]
        .into_iter()
        .flat_map(|part| halved(part, fits))
        .collect()
}

/// What the threads share.
struct Crew<'a> {
    queue: Mutex<VecDeque<Group>>,
    file: Mutex<RowsFile>,
    failure: Mutex<Option<SweepError>>,
    stop: AtomicBool,
    progress: &'a (dyn Fn(Progress) + Sync),
}

impl Crew<'_> {
    /// Takes groups of runs until there are none.
    fn work(&self, plan: &Plan, compute: &Compute, folder: &Folder) {
        // In a closure, so that the queue is free again while they are trained.
        let next = || lock(&self.queue).pop_front();
        while let Some(group) = next() {
            if let Err(error) = training::train(plan, compute, group, folder, self) {
                self.stop.store(true, Ordering::Relaxed);
                lock(&self.failure).get_or_insert(error);
            }
        }
    }
}

impl Outside for Crew<'_> {
    fn row(&self, row: &Row) -> Result<(), SweepError> {
        lock(&self.file).append(row)
    }

    fn steps(&self, count: u64) {
        (self.progress)(Progress {
            steps: count,
            runs: 0,
        });
    }

    fn run(&self) {
        (self.progress)(Progress { steps: 0, runs: 1 });
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// A lock whose holder panicked still guards whole rows and runs: each is changed by one call.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn taken<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_halved_until_its_parts_fit_and_no_run_is_lost() {
        let lengths = |runs: usize, room: usize| -> Vec<usize> {
            let parts = halved((0..runs).collect(), &|count| count <= room);
            assert_eq!(parts.concat(), (0..runs).collect::<Vec<_>>());
            parts.iter().map(Vec::len).collect()
        };
        assert_eq!(lengths(10, 64), [10]);
        assert_eq!(lengths(10, 4), [3, 2, 3, 2]);
        assert_eq!(lengths(3, 0), [1, 1, 1]);
        assert_eq!(lengths(1, 0), [1]);
    }
}
