//! Steps against the clock, on runs of their own, so that the visitor's run stays where it is.

use crate::{
    pace::Requests,
    session::Session,
    train::{Compute, EngineError, Fleet, Losses, next_seeds, roofline},
    web::{
        clock::{Turn, now_ms},
        protocol::{Timing, Trial},
        wire,
    },
};

/// How long it works before it lets messages in: whoever asks whether the worker is there is answered.
const SLICE_MS: f64 = 500.0;

/// Steps before the clock is started, in which a GPU compiles its kernels.
const UNCOUNTED: u64 = 2;

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
    let gflops_peak = if trial.roofline {
        roofline(compute, now_ms).await?
    } else {
        None
    };
    let ms_per_snapshot = if trial.snapshot {
        let session = Session::new(trial.config.clone(), compute.clone());
        Some(session.time_snapshot(now_ms).await?)
    } else {
        None
    };
    Ok(Timing {
        ms_per_step: took / (steps as f64 * configs.len() as f64),
        steps: steps as u32,
        losses,
        gflops_peak,
        ms_per_snapshot,
    })
}

/// Has a fleet make up to `most` steps, at least one, and about as many as fit into `limit_ms`; how many
/// they are, and the losses of the first member after them.
async fn advance(
    fleet: &mut dyn Fleet,
    most: u64,
    limit_ms: f64,
) -> Result<(u64, Losses), EngineError> {
    let turn = Turn::new().map_err(|error| EngineError(wire::sentence(&error)))?;
    let start = now_ms();
    let mut next_turn_ms = start + SLICE_MS;
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
        if now > next_turn_ms {
            next_turn_ms = now + SLICE_MS;
            turn.taken().await;
        }
    }
}
