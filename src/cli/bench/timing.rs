//! One turn on the clock.

use std::{
    num::NonZeroUsize,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use lsgan_lab::{
    config::TrainingConfig,
    pace::Requests,
    session::Session,
    train::{Compute, Fleet, Losses, roofline},
};

use crate::cli::Failure;

/// Steps before the clock is started: a GPU compiles its kernels, a CPU fills its caches.
const UNCOUNTED: u64 = 2;

/// What a turn came to.
pub struct Turn {
    /// Milliseconds for one step of one GAN.
    pub ms_per_step: f64,
    /// Threads that trained.
    pub threads: usize,
    /// The first GAN's after its last step.
    pub losses: Losses,
}

/// Trains GANs from their first step, `steps` of them on the clock.
///
/// # Errors
/// If there is no such device, or it failed.
pub fn turn(compute: &Compute, configs: &[TrainingConfig], steps: u64) -> Result<Turn, Failure> {
    let threads = threads(compute, configs.len());
    let shares = shares(configs, threads);
    let begin = Barrier::new(threads);
    let trained: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = shares
            .iter()
            .map(|share| scope.spawn(|| train(compute, share, steps, &begin)))
            .collect();
        let ended = running.into_iter().map(|thread| match thread.join() {
            Ok(ended) => ended,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        ended.collect::<Result<_, Failure>>()
    })?;
    let began = trained.iter().map(|(began, _, _)| *began).min();
    let ended = trained.iter().map(|(_, ended, _)| *ended).max();
    let took = match (began, ended) {
        (Some(began), Some(ended)) => ended - began,
        _ => Duration::ZERO,
    };
    Ok(Turn {
        ms_per_step: 1000.0 * took.as_secs_f64() / (steps as f64 * configs.len() as f64),
        threads,
        losses: trained[0].2,
    })
}

/// Thousands of millions of operations a second that a GPU, or so many threads together, can do at most;
/// none where nobody knows.
///
/// # Errors
/// If the device failed.
pub fn peak(compute: &Compute, threads: usize) -> Result<Option<f64>, Failure> {
    let now_ms = stopwatch();
    let found: Result<Vec<_>, _> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| pollster::block_on(roofline(compute, &now_ms))))
            .collect();
        let ended = running.into_iter().map(|thread| match thread.join() {
            Ok(ended) => ended,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        ended.collect()
    });
    let found = found.map_err(|error| Failure::Run(error.to_string()))?;
    Ok(found.into_iter().sum())
}

/// Milliseconds for a snapshot of a run.
///
/// # Errors
/// If the device failed.
pub fn snapshot(compute: &Compute, config: &TrainingConfig) -> Result<f64, Failure> {
    let session = Session::new(config.clone(), compute.clone());
    pollster::block_on(session.time_snapshot(stopwatch()))
        .map_err(|error| Failure::Run(error.to_string()))
}

/// A clock that begins now, in milliseconds.
fn stopwatch() -> impl Fn() -> f64 {
    let begin = Instant::now();
    move || 1000.0 * begin.elapsed().as_secs_f64()
}

/// A GPU takes all GANs at once; on a CPU each thread takes some.
fn threads(compute: &Compute, gans: usize) -> usize {
    if compute.on_gpu() {
        return 1;
    }
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    cores.min(gans)
}

/// As even shares as there are; the first of all is the first of the first share.
fn shares(configs: &[TrainingConfig], threads: usize) -> Vec<Vec<TrainingConfig>> {
    let share = |first| configs.iter().skip(first).step_by(threads).cloned();
    (0..threads).map(|first| share(first).collect()).collect()
}

/// Trains a share; when it began, when it ended, and the losses of the first.
fn train(
    compute: &Compute,
    share: &[TrainingConfig],
    steps: u64,
    begin: &Barrier,
) -> Result<(Instant, Instant, Losses), Failure> {
    // Whoever fails must not leave the others waiting.
    let warm = warmed_up(compute, share);
    begin.wait();
    let mut fleet = warm?;
    let began = Instant::now();
    let mut left = steps;
    let mut losses = None;
    // As many at once as the page asks for, so that no dispatch lasts long.
    let (mut requests, mut before) = (Requests::default(), began);
    while left > 0 {
        let count = requests.next(left);
        fleet.advance(count);
        losses = Some(read(fleet.as_ref())?);
        left -= count;
        let now = Instant::now();
        requests.took(count, 1000.0 * (now - before).as_secs_f64());
        before = now;
    }
    let ended = Instant::now();
    let losses = losses.ok_or_else(|| Failure::Run("no step was asked for".to_owned()))?;
    Ok((began, ended, losses))
}

fn warmed_up(compute: &Compute, share: &[TrainingConfig]) -> Result<Box<dyn Fleet>, Failure> {
    let mut fleet = compute.fleet(share);
    fleet.advance(UNCOUNTED);
    read(fleet.as_ref())?;
    Ok(fleet)
}

/// The losses of the first, once all steps are made.
fn read(fleet: &dyn Fleet) -> Result<Losses, Failure> {
    let losses =
        pollster::block_on(fleet.losses()).map_err(|error| Failure::Run(error.to_string()))?;
    Ok(losses[0])
}

/// The middle one of some numbers, or the mean of the two in the middle; NaN of none.
pub fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        count => (sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsgan_lab::train::next_seeds;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 30.0]), 3.0);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn every_gan_has_a_seed_of_its_own_and_one_thread() {
        let configs = next_seeds(&TrainingConfig::default(), 5);
        let shares = shares(&configs, 2);
        let seeds = |share: &[TrainingConfig]| -> Vec<_> {
            share.iter().map(|config| config.seed).collect()
        };
        assert_eq!(seeds(&shares[0]), [1, 3, 5]);
        assert_eq!(seeds(&shares[1]), [2, 4]);
    }

    #[test]
    fn a_turn_trains_the_same_run_as_an_engine_alone() {
        let config = TrainingConfig::default()
            .with_assignment("generator.hidden=8")
            .and_then(|config| config.with_assignment("discriminator.hidden=8"))
            .unwrap();
        let turn = turn(&Compute::cpu(), &next_seeds(&config, 3), 21)
            .ok()
            .unwrap();
        let mut alone = lsgan_lab::train::Compute::cpu().start(&config);
        alone.advance(23, lsgan_lab::train::Part::Both);
        assert_eq!(turn.losses, pollster::block_on(alone.losses()).unwrap());
        assert!(turn.ms_per_step > 0.0);
    }
}
