//! A generator that learns against a discriminator held fixed: where each loss takes its samples.
#![cfg(not(target_arch = "wasm32"))]

use lsgan_lab::{
    config::TrainingConfig,
    gan::Weights,
    session::{Command, Reply, Session},
    train::{Checkpoint, Compute, Part},
};
use pollster::block_on;

/// Plain gradient descent, so that a loss's slope shows in the speed; Adam would hide it.
fn config(loss: &str, rate: &str) -> TrainingConfig {
    let assignments = [
        "optimizer.generator.kind=sgd",
        &format!("optimizer.generator.lr={rate}"),
        loss,
    ];
    assignments
        .iter()
        .fold(TrainingConfig::default(), |config, assignment| {
            config.with_assignment(assignment).unwrap()
        })
}

/// D(x) = 5 x: steep, with its boundary on the vertical axis.
fn steep() -> Weights {
    Weights::linear([5.0, 0.0], 0.0)
}

fn against(discriminator: Weights, config: &TrainingConfig) -> Session {
    let start = Checkpoint::initial(config).with_discriminator(discriminator);
    Session::resume(config.clone(), Compute::flex(), &start)
}

fn checkpoint(session: &mut Session) -> Checkpoint {
    match block_on(session.obey(Command::Checkpoint)).unwrap() {
        Reply::Checkpoint(checkpoint) => *checkpoint,
        other => panic!("not a checkpoint: {other:?}"),
    }
}

/// y = 5 x of every generated sample shown.
fn outputs(session: &Session) -> Vec<f32> {
    let snapshot = block_on(session.snapshot()).unwrap();
    let across = snapshot.fake.iter().step_by(2);
    across.map(|x| 5.0 * x).collect()
}

fn mean(outputs: &[f32]) -> f32 {
    outputs.iter().sum::<f32>() / outputs.len() as f32
}

#[test]
fn least_squares_brings_the_generator_to_c_whichever_c_it_is() {
    for (c, loss) in [(0.0, "loss.c=0"), (1.0, "loss.c=1"), (-3.0, "loss.c=-3")] {
        let mut session = against(steep(), &config(loss, "0.001"));
        let start = outputs(&session);
        assert!(start.iter().any(|y| (y - c).abs() > 5.0));
        session.advance(600, Part::Generator);
        let end = outputs(&session);
        let off = end.iter().map(|y| (y - c).abs()).sum::<f32>() / end.len() as f32;
        assert!(off < 0.2, "{loss}: {off} away on average");
        assert!((mean(&end) - c).abs() < 0.1, "{loss}: {}", mean(&end));
    }
}

#[test]
fn the_non_saturating_loss_runs_past_the_boundary_ever_more_slowly() {
    let mut session = against(steep(), &config("loss.kind=non_saturating", "0.01"));
    let mut means = vec![mean(&outputs(&session))];
    for _ in 0..4 {
        session.advance(300, Part::Generator);
        means.push(mean(&outputs(&session)));
    }
    let gains: Vec<_> = means.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(means[1] > 3.0, "past the boundary: {means:?}");
    assert!(gains.iter().all(|gain| *gain > 0.0), "onwards: {means:?}");
    assert!(
        gains.windows(2).all(|pair| pair[1] < 0.8 * pair[0]),
        "ever more slowly: {gains:?}"
    );
}

#[test]
fn the_discriminator_stays_as_it_is_bit_by_bit() {
    // A linear one, and the run's own after some training of both.
    let adam = TrainingConfig::default();
    let mut own = Session::new(adam.clone(), Compute::flex());
    own.advance(20, Part::Both);
    let trained = checkpoint(&mut own);
    let starts = [
        Checkpoint::initial(&adam).with_discriminator(steep()),
        trained.clone(),
        trained.with_discriminator(steep()),
    ];
    for start in starts {
        let mut session = Session::resume(adam.clone(), Compute::flex(), &start);
        session.advance(30, Part::Generator);
        let end = checkpoint(&mut session);
        assert!(end.discriminator == start.discriminator);
        assert!(end.generator.weights != start.generator.weights);
        assert_eq!(end.step, start.step + 30);
        // What was saved goes on as the run itself does.
        let mut resumed = Session::resume(adam.clone(), Compute::flex(), &end);
        session.advance(5, Part::Generator);
        resumed.advance(5, Part::Generator);
        assert!(checkpoint(&mut session) == checkpoint(&mut resumed));
    }
}
