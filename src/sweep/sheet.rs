//! The samples of every variant under one seed, at a few steps, as a sheet of pictures.

use std::thread;

use super::{SweepError, variants};
use crate::{
    config::TrainingConfig,
    picture::chart::{ChartStyle, SheetRow, Shot, sheet},
    session::Session,
    target,
    train::{Compute, Part},
};

/// Steps between two looks at the progress.
const SLICE: u64 = 20;

/// Trains the variants of `axes` with the seed of `config`, each on a thread of its own, and draws
/// their samples at the steps `at`, which rise; an SVG document. `progress` hears of steps made, and how
/// many there are in all.
///
/// # Errors
/// [`SweepError`] if a variant is not possible or the device failed.
pub fn samples_sheet(
    config: &TrainingConfig,
    axes: &[String],
    at: &[u64],
    progress: impl Fn(u64, u64) + Sync,
) -> Result<String, SweepError> {
    let variants = variants::variants(config, axes)?;
    let all = at.last().copied().unwrap_or(0) * variants.len() as u64;
    let progress = &|made| progress(made, all);
    let rows = thread::scope(|scope| {
        let threads: Vec<_> = variants
            .into_iter()
            .map(|variant| {
                scope.spawn(move || -> Result<SheetRow, SweepError> {
                    Ok(SheetRow {
                        shots: shots(variant.config, at, progress)?,
                        name: variant.label,
                    })
                })
            })
            .collect();
        let rows = threads.into_iter().map(|thread| {
            thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        rows.collect::<Result<Vec<_>, _>>()
    })?;
    Ok(sheet(
        &rows,
        target::extent(&config.target),
        &ChartStyle::LIGHT,
        "Real and generated samples over the steps",
    ))
}

fn shots(
    config: TrainingConfig,
    at: &[u64],
    progress: &impl Fn(u64),
) -> Result<Vec<Shot>, SweepError> {
    let mut session = Session::new(config, Compute::cpu());
    let shots = at.iter().map(|step| {
        while session.steps_done() < *step {
            let count = SLICE.min(step - session.steps_done());
            session.advance(count, Part::Both);
            progress(count);
        }
        let modes = pollster::block_on(session.quality())?.modes;
        let covered = modes.map_or_else(String::new, |modes| {
            let hq = 100.0 * modes.hq;
            format!(": {}/{}, HQ {hq:.0} %", modes.covered, modes.of)
        });
        let seen = pollster::block_on(session.snapshot())?;
        Ok(Shot {
            caption: format!("step {step}{covered}"),
            real: seen.real,
            fake: seen.fake,
        })
    });
    shots.collect()
}
