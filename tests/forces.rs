//! Forces through a discriminator that was trained: the one held fixed on the host is the run's own,
//! and its forces are the slopes of each sample's loss.
#![cfg(not(target_arch = "wasm32"))]

use lsgan_lab::{
    config::{Loss, TrainingConfig},
    gan::{FixedDiscriminator, loss},
    measure::{Snapshot, force},
    session::{Command, Reply, Session},
    train::{Checkpoint, Compute, Part},
};
use pollster::block_on;

/// A run after 100 steps, and what it shows.
fn trained(assignments: &[&str]) -> (TrainingConfig, Checkpoint, Snapshot) {
    let config = assignments
        .iter()
        .fold(TrainingConfig::default(), |config, assignment| {
            config.with_assignment(assignment).unwrap()
        });
    let mut session = Session::new(config.clone(), Compute::flex());
    session.advance(100, Part::Both);
    let Reply::Checkpoint(checkpoint) = block_on(session.obey(Command::Checkpoint)).unwrap() else {
        panic!("not a checkpoint");
    };
    let snapshot = block_on(session.snapshot()).unwrap();
    (config, *checkpoint, snapshot)
}

fn held(config: &TrainingConfig, checkpoint: &Checkpoint) -> FixedDiscriminator {
    FixedDiscriminator::new(&config.discriminator, &checkpoint.discriminator.weights)
}

#[test]
fn forces_through_a_trained_discriminator_are_the_finite_differences_of_every_loss() {
    let h = 1e-5;
    for activation in ["leaky_relu", "relu", "tanh", "sigmoid"] {
        let (config, checkpoint, snapshot) =
            trained(&[&format!("discriminator.activation={activation}")]);
        let fixed = held(&config, &checkpoint);
        let mut losses = loss::four(Loss::Minimax).to_vec();
        for c in [0.0, -2.5] {
            losses.extend(
                &loss::four(Loss::Lsgan {
                    a: -1.0,
                    b: 1.0,
                    c,
                    sigmoid: false,
                })[2..],
            );
        }
        for point in snapshot.fake.chunks(2).take(50) {
            let [x, y] = [point[0], point[1]].map(f64::from);
            for loss in &losses {
                let value = |at: [f64; 2]| loss::value(*loss, fixed.at(at).output);
                let expected = [
                    (value([x - h, y]) - value([x + h, y])) / (2.0 * h),
                    (value([x, y - h]) - value([x, y + h])) / (2.0 * h),
                ];
                let found = force(*loss, fixed.at([x, y]));
                for axis in 0..2 {
                    assert!(
                        (found[axis] - expected[axis]).abs() < 1e-6,
                        "{activation}, {loss:?} at {x}, {y}: {found:?}, not {expected:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_discriminator_held_fixed_shows_what_the_run_shows() {
    let (config, checkpoint, snapshot) = trained(&["loss.a=-1", "loss.c=0"]);
    let fixed = held(&config, &checkpoint);
    for (point, found) in snapshot.fake.chunks(2).zip(snapshot.forces.chunks(2)) {
        let expected = force(config.loss, fixed.at([point[0], point[1]].map(f64::from)));
        for axis in 0..2 {
            assert!(
                (f64::from(found[axis]) - expected[axis]).abs() < 1e-4,
                "{found:?} in the run, {expected:?} held fixed"
            );
        }
    }
}

#[test]
fn far_from_a_trained_discriminators_data_only_least_squares_still_pulls() {
    // A leaky rectifier goes on linearly, so that y grows without end along some ray on each side.
    let (config, checkpoint, _) = trained(&[]);
    let fixed = held(&config, &checkpoint);
    let ray = |degrees: f64| {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        [1000.0 * cosine, 1000.0 * sine]
    };
    let norm = |loss, at| {
        let [x, y] = force(loss, fixed.at(at));
        x.hypot(y)
    };
    let far: Vec<_> = (0..360)
        .map(|degrees| ray(f64::from(degrees)))
        .filter(|at| fixed.at(*at).output.abs() > 30.0)
        .collect();
    assert!(!far.is_empty());
    for at in far {
        let let_go = if fixed.at(at).output > 0.0 {
            Loss::NonSaturating
        } else {
            Loss::Minimax
        };
        assert!(norm(let_go, at) < 1e-6, "{let_go:?} at {at:?}");
        assert!(norm(config.loss, at) > 0.1, "{:?} at {at:?}", fixed.at(at));
    }
}
