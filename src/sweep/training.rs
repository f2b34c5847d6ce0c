//! One run of a sweep: trained on one thread, measured, and kept where it stands after each row.

use super::{Plan, Row, Run, Status, SweepError, folder::Folder};
use crate::{
    session::{Command, Reply, Session},
    train::{Checkpoint, Compute, Part},
};

/// Steps between two looks at the world outside: some tenths of a second.
const SLICE: u64 = 20;

/// A run that is to be begun, or gone on with.
pub struct Pending {
    /// Which one.
    pub run: Run,
    /// The step of its last row, if it has any.
    pub measured: Option<u64>,
    /// Where it goes on; at the first step if nowhere.
    pub from: Option<Checkpoint>,
}

impl Pending {
    /// Steps made already.
    pub fn steps_done(&self) -> u64 {
        self.from.as_ref().map_or(0, |checkpoint| checkpoint.step)
    }
}

/// What a run does with the world outside.
pub trait Outside {
    /// Takes a row.
    fn row(&self, row: &Row) -> Result<(), SweepError>;
    /// So many more steps are made.
    fn steps(&self, count: u64);
    /// Whether to leave off.
    fn stopped(&self) -> bool;
}

/// Trains a run to its end, or until it diverges; says which it was, or nothing if it was stopped.
///
/// # Errors
/// [`SweepError`] if the device or a file failed.
pub fn train(
    plan: &Plan,
    compute: &Compute,
    pending: Pending,
    folder: &Folder,
    outside: &impl Outside,
) -> Result<Option<Status>, SweepError> {
    let Pending {
        run,
        measured,
        from,
    } = pending;
    let (config, compute) = (plan.config(run), compute.clone());
    let mut session = match &from {
        None => Session::new(config, compute),
        Some(checkpoint) => Session::resume(config, compute, checkpoint),
    };
    // A checkpoint is never ahead of the rows, so at least one step comes before the next row: the
    // losses of the step before are not in a checkpoint.
    let due = |step: &u64| measured.is_none_or(|measured| *step > measured);
    for step in plan.measured_steps().filter(due) {
        while session.steps_done() < step {
            if outside.stopped() {
                return Ok(None);
            }
            let count = SLICE.min(step - session.steps_done());
            session.advance(count, Part::Both);
            outside.steps(count);
        }
        let row = measure(plan, run, &mut session)?;
        outside.row(&row)?;
        if row.status == Status::Diverged {
            outside.steps(plan.steps - step);
            folder.drop_checkpoint(plan, run)?;
            return Ok(Some(Status::Diverged));
        }
        // A start at the first step needs no file.
        if 0 < step && step < plan.steps {
            folder.keep(plan, run, checkpoint(&mut session)?)?;
        }
    }
    folder.drop_checkpoint(plan, run)?;
    Ok(Some(Status::Ok))
}

fn measure(plan: &Plan, run: Run, session: &mut Session) -> Result<Row, SweepError> {
    let quality = pollster::block_on(session.quality())?;
    let losses = match quality.step {
        0 => None,
        _ => Some(pollster::block_on(session.losses())?),
    };
    Ok(Row::new(plan.label(run), run.seed, &quality, losses))
}

fn checkpoint(session: &mut Session) -> Result<Checkpoint, SweepError> {
    let Reply::Checkpoint(checkpoint) = pollster::block_on(session.obey(Command::Checkpoint))?
    else {
        unreachable!("a checkpoint was asked for");
    };
    Ok(*checkpoint)
}
