//! The failures to be mended: each fails as its words say, and is mended by one change that the page offers,
//! from the seed of its file and from others.

use lsgan_lab::{
    config::TrainingConfig,
    measure::Snapshot,
    scene::{Challenge, FAILURES, Standing},
    session::Session,
    train::{Compute, Part},
};

use super::{lesson, names};

/// A failure, what mends it, and the seeds that were tried: the first is its file's.
const MENDS: [(&str, &str, &[u32]); 5] = [
    (
        "collapse-on-the-ring",
        "optimizer.discriminator.lr=0.003",
        &[1, 2],
    ),
    (
        "collapse-on-the-grid",
        "optimizer.discriminator.lr=0.001",
        &[1, 2],
    ),
    ("no-gradient-by-minimax", "steps_d=1", &[1, 2]),
    ("oscillation", "optimizer.generator.lr=0.0005", &[1, 2]),
    (
        "exploding-discriminator",
        "optimizer.discriminator.lr=0.001",
        &[1, 2],
    ),
];

/// How far runs are watched beyond the step of the challenge, and how often.
const WATCHED: u64 = 600;
const EVERY: u64 = 200;

struct Seen {
    step: u64,
    covered: usize,
    snapshot: Snapshot,
}

/// How a run stands from the step of the challenge on.
fn watched(config: &TrainingConfig, challenge: Challenge) -> Vec<Seen> {
    let mut session = Session::new(config.clone(), Compute::cpu());
    session.advance(challenge.by, Part::Both);
    let mut seen = Vec::new();
    while session.steps_done() <= challenge.by + WATCHED {
        let quality = pollster::block_on(session.quality()).unwrap();
        seen.push(Seen {
            step: session.steps_done(),
            covered: quality.modes.unwrap().covered,
            snapshot: pollster::block_on(session.snapshot()).unwrap(),
        });
        session.advance(EVERY, Part::Both);
    }
    seen
}

fn seeded(config: &TrainingConfig, seed: u32) -> TrainingConfig {
    TrainingConfig {
        seed,
        ..config.clone()
    }
}

#[test]
fn the_failures_are_the_last_lessons_and_each_has_a_challenge() {
    let names = names();
    assert_eq!(names[names.len() - FAILURES.len()..], FAILURES);
    for name in names {
        let challenge = lesson(&name).challenge;
        assert_eq!(
            challenge.is_some(),
            FAILURES.contains(&name.as_str()),
            "{name}"
        );
    }
}

#[test]
fn each_fails_from_every_seed_and_one_change_mends_it() {
    for (name, mend, seeds) in MENDS {
        let lesson = lesson(name);
        let challenge = lesson.challenge.unwrap();
        let failing = &lesson.scene.config;
        assert_eq!(failing.seed, seeds[0]);
        for &seed in seeds {
            let failed = watched(&seeded(failing, seed), challenge);
            let most = failed.iter().map(|seen| seen.covered).max().unwrap();
            assert!(
                most < challenge.modes,
                "{name}, seed {seed}: it covers {most} modes by itself"
            );
            let mended = seeded(failing, seed).with_assignment(mend).unwrap();
            let standing = |seen: &Seen| {
                let counted = Some((seen.step, seen.covered));
                challenge.standing(failing, &mended, seen.step, counted)
            };
            let field = mend.split_once('=').unwrap().0.to_owned();
            let met = watched(&mended, challenge)
                .iter()
                .filter(|seen| standing(seen) == Standing::Met(field.clone()))
                .count();
            assert!(met > 0, "{name}, seed {seed}: {mend} does not mend it");
        }
    }
}

/// How a failure stands from the seeds that were tried.
fn failing(name: &str) -> Vec<Vec<Seen>> {
    let lesson = lesson(name);
    let challenge = lesson.challenge.unwrap();
    let (_, _, seeds) = MENDS.iter().find(|(known, _, _)| *known == name).unwrap();
    seeds
        .iter()
        .map(|&seed| watched(&seeded(&lesson.scene.config, seed), challenge))
        .collect()
}

fn points(coordinates: &[f32]) -> impl Iterator<Item = [f32; 2]> + '_ {
    coordinates.chunks(2).map(|point| [point[0], point[1]])
}

#[test]
fn collapsed_samples_lie_together_and_wander() {
    for seen in failing("collapse-on-the-ring") {
        // The ring's own samples deviate by 0.7 along each axis.
        let narrow = seen.iter().filter(|seen| {
            let [x, y] = seen.snapshot.metrics.fake_deviation;
            x.min(y) < 0.35
        });
        assert!(narrow.count() * 2 > seen.len());
        assert!(travelled(&seen) > 2.0);
    }
    for seen in failing("collapse-on-the-grid") {
        let covered: Vec<_> = seen.iter().map(|seen| seen.covered).collect();
        assert!(covered.iter().all(|covered| *covered < 20), "{covered:?}");
    }
}

/// The way of the samples' mean, in units of the plane.
fn travelled(seen: &[Seen]) -> f32 {
    let means = seen.iter().map(|seen| seen.snapshot.metrics.fake_mean);
    let pairs = means.clone().zip(means.skip(1));
    pairs.map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).sum()
}

#[test]
fn without_a_gradient_the_samples_stand_still() {
    for seen in failing("no-gradient-by-minimax") {
        for one in &seen {
            let weak = points(&one.snapshot.forces)
                .filter(|force| force[0].hypot(force[1]) < 0.01)
                .count();
            assert!(weak >= 490, "{weak} of 500 at step {}", one.step);
            assert_eq!(one.covered, 0);
        }
        assert!(travelled(&seen) < 0.05);
    }
}

#[test]
fn an_oscillation_goes_on_while_the_losses_stay_small() {
    for seen in failing("oscillation") {
        assert!(travelled(&seen) > 2.0);
        for one in &seen {
            assert!(one.snapshot.loss_d < 1.0 && one.snapshot.loss_g < 2.0);
        }
    }
}

/// The farthest from 0 that the surface gets.
fn highest(snapshot: &Snapshot) -> f32 {
    let heights = snapshot.surface.values.iter().map(|value| value.abs());
    heights.fold(0.0, f32::max)
}

#[test]
fn an_exploding_discriminator_leaves_its_labels() {
    let usual = Challenge { modes: 8, by: 1500 };
    for seen in failing("exploding-discriminator") {
        let worst =
            |of: fn(&Snapshot) -> f32| seen.iter().map(|one| of(&one.snapshot)).fold(0.0, f32::max);
        assert!(worst(|one| one.loss_d) > 2.0);
        assert!(worst(|one| one.metrics.output_real.deviation) > 1.0);
        assert!(worst(highest) > 50.0);
    }
    let healthy = watched(&TrainingConfig::default(), usual);
    assert!(healthy.iter().all(|one| {
        let seen = &one.snapshot;
        seen.loss_d < 0.5 && seen.metrics.output_real.deviation < 1.0 && highest(seen) < 5.0
    }));
}
