//! What the page says to its worker. Answers are a session's replies, put into JavaScript by
//! [`super::wire`].

use serde::{Deserialize, Serialize};

use crate::{
    config::TrainingConfig,
    runaway::Runaway,
    session::Command,
    timeline::Kept,
    train::{Backend, Checkpoint, Losses, Part},
};

/// A message to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// Open the device: the first message, and sent once. The answer is the name of what it computes with.
    Open {
        /// The device.
        backend: Backend,
    },
    /// Begin a run, in place of the one before.
    Start {
        /// The run.
        config: Box<TrainingConfig>,
        /// Where to go on from, if not from the first step.
        checkpoint: Option<Box<Checkpoint>>,
    },
    /// Make steps, then answer with [`Stepped`]'s fields and the snapshot.
    Steps {
        /// How many.
        count: u64,
        /// Which networks they move.
        part: Part,
    },
    /// Say that you are there: answered in the midst of work.
    Ping,
    /// Stop making steps; those that were asked for are answered as they are.
    Pause,
    /// For the session itself.
    Session {
        /// What it is told.
        command: Command,
    },
    /// Time steps; the run that is going stays where it is.
    Benchmark {
        /// Which.
        trial: Box<Trial>,
    },
    /// For the wall of seeds, in a worker that has no other run.
    Wall {
        /// What it is told.
        order: WallRequest,
    },
}

/// What a worker of the wall can be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "wall", rename_all = "snake_case")]
pub enum WallRequest {
    /// Begin these runs, in place of those before.
    Start {
        /// One for each member; they differ at most in seed, loss and learning rates.
        configs: Vec<TrainingConfig>,
    },
    /// Make steps, then answer how the members stand ([`super::wire::WallAnswer`]).
    Steps {
        /// How many; none to see them as they are.
        count: u64,
        /// Whether to count the modes that they cover.
        count_modes: bool,
    },
    /// Say all that one member needs to go on elsewhere.
    Checkpoint {
        /// Its number in this worker.
        member: usize,
    },
}

/// What a worker of the wall did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WallStepped {
    /// Milliseconds that the steps took.
    pub training_ms: f64,
    /// Milliseconds that it took to count the modes.
    pub counting_ms: f64,
    /// Whether they were counted.
    pub counted: bool,
}

/// Steps to be timed, on runs of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The first run; further ones have the seeds after its own.
    pub config: TrainingConfig,
    /// Runs at once.
    pub gans: u32,
    /// Steps that each makes, after two that are not counted.
    pub steps: u32,
    /// Stop earlier once so many milliseconds have passed.
    pub limit_ms: f64,
    /// Train other runs for so many milliseconds first: a browser compiles a loop again, and better, while
    /// it runs. A GPU has no need of it.
    pub warm_up_ms: f64,
    /// Measure as well what the hardware can do at most.
    pub roofline: bool,
    /// Measure as well what a snapshot of the first run costs.
    pub snapshot: bool,
}

/// What the answer to [`Request::Steps`] says beside the snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stepped {
    /// Steps made: fewer than asked for only if they were interrupted, or the run's numbers ran away.
    pub made: u64,
    /// Whether they did.
    pub runaway: Option<Runaway>,
    /// Milliseconds that these steps took, without the snapshot.
    pub training_ms: f64,
    /// The checkpoints that the run has left behind it.
    pub kept: Kept,
}

/// What a benchmark found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Milliseconds for a step of one run, on average: the time of all runs, divided by their number.
    pub ms_per_step: f64,
    /// Steps that were timed, of each run.
    pub steps: u32,
    /// The first run's after the last step.
    pub losses: Losses,
    /// Thousands of millions of floating-point operations a second that the hardware does at most, if that
    /// was asked for and is known.
    pub gflops_peak: Option<f64>,
    /// Milliseconds for a snapshot of the first run, if that was asked for.
    pub ms_per_snapshot: Option<f64>,
}
