//! Some runs of a sweep: trained side by side, measured, and kept where they stand after each row.

use std::time::Instant;

use super::{Plan, Row, Run, Status, SweepError, folder::Folder};
use crate::{
    measure::Evaluator,
    pace::Requests,
    train::{Checkpoint, Compute, Fleet},
};

/// A run that is to be begun, or gone on with.
pub struct Pending {
    /// Which one.
    pub run: Run,
    /// The step of its last row, if it has any.
    pub measured: Option<u64>,
    /// Where it goes on; at the first step if nowhere.
    pub from: Option<Checkpoint>,
}

/// Runs to be trained at once, of one fleet and at one step; there is at least one.
pub type Group = Vec<Pending>;

impl Pending {
    /// Steps made already.
    pub fn steps_done(&self) -> u64 {
        self.from.as_ref().map_or(0, |checkpoint| checkpoint.step)
    }
}

/// What runs do with the world outside.
pub trait Outside {
    /// Takes a row.
    fn row(&self, row: &Row) -> Result<(), SweepError>;
    /// So many more steps are made.
    fn steps(&self, count: u64);
    /// One more run is done.
    fn run(&self);
    /// Whether to leave off.
    fn stopped(&self) -> bool;
}

/// A run among those trained at once.
struct Member {
    run: Run,
    /// The step of its last row, if it has any.
    measured: Option<u64>,
    evaluator: Evaluator,
    /// Its numbers ran away: it keeps its place in the fleet, but nobody looks at it.
    diverged: bool,
}

/// Trains runs to their end, or until they diverge or are stopped.
///
/// # Errors
/// [`SweepError`] if the device or a file failed.
pub fn train(
    plan: &Plan,
    compute: &Compute,
    group: Group,
    folder: &Folder,
    outside: &impl Outside,
) -> Result<(), SweepError> {
    let mut members = Vec::new();
    let (mut configs, mut from) = (Vec::new(), Vec::new());
    for pending in group {
        let config = plan.config(pending.run);
        from.push(pending.from.unwrap_or_else(|| Checkpoint::initial(&config)));
        members.push(Member {
            run: pending.run,
            measured: pending.measured,
            evaluator: Evaluator::new(&config),
            diverged: false,
        });
        configs.push(config);
    }
    let mut fleet = compute.resume_fleet(&configs, &from);
    drop((configs, from));
    let mut requests = Requests::default();
    // A checkpoint is never ahead of the rows, so at least one step comes before the next row: the
    // losses of the step before are not in a checkpoint.
    for step in plan.measured_steps() {
        let due = |member: &Member| {
            !member.diverged && member.measured.is_none_or(|measured| step > measured)
        };
        if !members.iter().any(due) {
            continue;
        }
        while fleet.steps_done() < step {
            if outside.stopped() {
                return Ok(());
            }
            let count = requests.next(step - fleet.steps_done());
            let begin = Instant::now();
            fleet.advance(count);
            // A GPU is done when it answers.
            pollster::block_on(fleet.losses())?;
            requests.took(count, 1000.0 * begin.elapsed().as_secs_f64());
            let training = members.iter().filter(|member| !member.diverged).count();
            outside.steps(count * training as u64);
        }
        for (row, index) in measure(plan, &members, fleet.as_ref())? {
            let member = &mut members[index];
            if member.measured.is_none_or(|measured| step > measured) {
                outside.row(&row)?;
            }
            let diverged = row.status == Status::Diverged;
            if diverged || step == plan.steps {
                member.diverged = diverged;
                outside.steps(plan.steps - step);
                outside.run();
                folder.drop_checkpoint(plan, member.run)?;
            } else if step > 0 {
                // A start at the first step needs no file.
                let checkpoint = pollster::block_on(fleet.checkpoint(index))?;
                folder.keep(plan, member.run, checkpoint)?;
            }
        }
    }
    Ok(())
}

/// A row for each member that goes on, and its place in the fleet.
fn measure(
    plan: &Plan,
    members: &[Member],
    fleet: &dyn Fleet,
) -> Result<Vec<(Row, usize)>, SweepError> {
    let step = fleet.steps_done();
    let latents: Vec<_> = members
        .iter()
        .map(|member| member.evaluator.latents())
        .collect();
    let images = pollster::block_on(fleet.generate(&latents))?;
    let losses = match step {
        0 => None,
        _ => Some(pollster::block_on(fleet.losses())?),
    };
    let row = |index: usize, member: &Member| {
        let quality = member.evaluator.quality(step, &images[index]);
        let losses = losses.as_ref().map(|losses| losses[index]);
        Row::new(plan.label(member.run), member.run.seed, &quality, losses)
    };
    Ok(members
        .iter()
        .enumerate()
        .filter(|(_, member)| !member.diverged)
        .map(|(index, member)| (row(index, member), index))
        .collect())
}
