//! Steps against the clock, on runs of their own, so that the visitor's run stays where it is.

use crate::{
    pace::Requests,
    train::{
        Compute, EngineError, Fleet, Losses,
        cpu::{InstructionSet, multiply_adds},
        next_seeds,
    },
    web::{
        clock::now_ms,
        protocol::{Timing, Trial},
    },
};

/// Steps before the clock is started, in which a GPU compiles its kernels.
const UNCOUNTED: u64 = 2;

/// Multiply-adds of which the roofline is made: some tens of milliseconds.
const MULTIPLY_ADDS: usize = 500_000_000;

/// Times what is asked for.
///
/// # Errors
/// [`EngineError`] if the device failed.
pub async fn run(compute: &Compute, trial: &Trial) -> Result<Timing, EngineError> {
    let configs = next_seeds(&trial.config, trial.gans.max(1));
    if !compute.on_gpu() {
        let mut others = compute.fleet(&configs);
        advance(others.as_mut(), u64::MAX, trial.warm_up_ms).await?;
    }
    let mut fleet = compute.fleet(&configs);
    advance(fleet.as_mut(), UNCOUNTED, f64::INFINITY).await?;
    let start = now_ms();
    let (steps, losses) = advance(fleet.as_mut(), trial.steps.into(), trial.limit_ms).await?;
    let took = now_ms() - start;
    Ok(Timing {
        ms_per_step: took / (steps as f64 * configs.len() as f64),
        steps: steps as u32,
        losses,
        gflops_peak: if trial.roofline { peak(compute) } else { None },
    })
}

/// Has a fleet make up to `most` steps, at least one, and about as many as fit into `limit_ms`; how many
/// they are, and the losses of the first member after them.
async fn advance(
    fleet: &mut dyn Fleet,
    most: u64,
    limit_ms: f64,
) -> Result<(u64, Losses), EngineError> {
    let start = now_ms();
    let (mut made, mut requests) = (0, Requests::default());
    loop {
        let (count, before) = (requests.next(most - made), now_ms());
        fleet.advance(count);
        // Waits until they are made.
        let losses = fleet.losses().await?[0];
        made += count;
        let now = now_ms();
        if made == most || now - start >= limit_ms {
            return Ok((made, losses));
        }
        requests.took(count, now - before);
    }
}

/// What this thread can do at most with the processor's vectors; a GPU is not known.
fn peak(compute: &Compute) -> Option<f64> {
    let set = match compute {
        _ if compute.on_gpu() => return None,
        Compute::Cpu(set) => *set,
        _ => InstructionSet::widest(),
    };
    // Once for the browser to compile it well.
    multiply_adds(set, MULTIPLY_ADDS);
    let start = now_ms();
    let made = multiply_adds(set, MULTIPLY_ADDS);
    Some(2.0 * made as f64 / (now_ms() - start) / 1e6)
}
