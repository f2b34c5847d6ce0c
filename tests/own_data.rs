//! A target that changes while a run goes on: nothing else does, and who comes later can follow.
#![cfg(not(target_arch = "wasm32"))]

use lsgan_lab::{
    config::{Target, TrainingConfig},
    journal::Journal,
    session::{Command, Reply, Session},
    train::{Checkpoint, Compute, Part},
};
use pollster::block_on;
use serde_json::{Value, json};

fn config(partial: &Value) -> TrainingConfig {
    let small =
        json!({"generator": {"hidden": [16]}, "discriminator": {"hidden": [16]}, "batch": 64});
    let config = TrainingConfig::default().merged(&small).unwrap();
    config.merged(partial).unwrap()
}

fn means(means: &Value) -> TrainingConfig {
    config(&json!({"target": {"kind": "mixture", "means": means, "sigma": 0.05}}))
}

fn obey(session: &mut Session, command: Command) -> Reply {
    block_on(session.obey(command)).unwrap()
}

fn configure(session: &mut Session, config: &TrainingConfig) {
    let config = Box::new(config.clone());
    obey(session, Command::Configure { config });
}

fn checkpoint(session: &mut Session) -> Checkpoint {
    match obey(session, Command::Checkpoint) {
        Reply::Checkpoint(checkpoint) => *checkpoint,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_run_keeps_its_weights_and_learns_the_new_target_from_then_on() {
    let (before, after) = (
        means(&json!([[1, 0], [-1, 0]])),
        means(&json!([[1, 1], [-1, 0]])),
    );
    for compute in [Compute::cpu(), Compute::flex()] {
        let mut session = Session::new(before.clone(), compute.clone());
        session.advance(20, Part::Both);
        let stood = checkpoint(&mut session);
        configure(&mut session, &after);
        assert_eq!(checkpoint(&mut session), stood, "the networks have changed");
        assert_eq!(session.config(), &after);
        session.advance(15, Part::Both);
        // Independently: another engine, which only ever saw the new target.
        let mut other = compute.resume(&after, &stood);
        other.advance(15, Part::Both);
        let expected = block_on(other.checkpoint()).unwrap();
        assert_eq!(checkpoint(&mut session), expected);
        let mut stayed = compute.resume(&before, &stood);
        stayed.advance(15, Part::Both);
        assert_ne!(expected, block_on(stayed.checkpoint()).unwrap());
    }
}

#[test]
fn what_is_shown_and_measured_afterwards_is_the_new_target() {
    let before = config(&json!({"target": {"kind": "ring", "modes": 2, "sigma": 0.01}}));
    let after = means(&json!([[1.5, 1.5], [-1.5, 0.5], [0, 0]]));
    let mut session = Session::new(before, Compute::cpu());
    session.advance(5, Part::Both);
    let modes = |session: &mut Session| block_on(session.quality()).unwrap().modes.unwrap().of;
    assert_eq!(modes(&mut session), 2);
    configure(&mut session, &after);
    assert_eq!(modes(&mut session), 3);
    let Reply::Snapshot(snapshot) = obey(&mut session, Command::Snapshot) else {
        panic!("no snapshot");
    };
    assert_eq!(snapshot.step, 5);
    let Target::Mixture { means, .. } = after.target else {
        panic!("no mixture");
    };
    for sample in snapshot.real.chunks_exact(2) {
        let near = means.iter().any(|mean| {
            let [x, y] = [0, 1].map(|axis| f64::from(sample[axis]) - mean[axis]);
            x.hypot(y) < 6.0 * 0.05
        });
        assert!(near, "{sample:?}");
    }
    // 1.5 and three sigmas lie beyond four fifths of the square of ±2.
    assert_eq!(snapshot.surface.x, [-4.0, 4.0]);
}

#[test]
fn another_kind_of_target_begins_anew() {
    let mut session = Session::new(config(&json!({})), Compute::cpu());
    session.advance(5, Part::Both);
    configure(
        &mut session,
        &config(&json!({"target": {"kind": "points"}})),
    );
    assert_eq!(session.steps_done(), 0);
}

#[test]
fn whoever_follows_the_journal_ends_with_the_same_bits_under_a_loss_of_its_own_too() {
    let start = config(&json!({"target": {"kind": "ring", "modes": 2}}));
    let moves = [
        (start.clone(), 7),
        (means(&json!([[1, 0], [-1, 0]])), 0),
        (means(&json!([[1, 0.3], [-1, 0]])), 5),
        (means(&json!([[1, 0.6], [-1, -0.4]])), 6),
    ];
    for loss in ["lsgan", "minimax"] {
        let own =
            |config: &TrainingConfig| config.merged(&json!({"loss": {"kind": loss}})).unwrap();
        let mut journal = Journal::default();
        let mut first = Session::new(own(&start), Compute::cpu());
        for (config, steps) in &moves {
            journal.train_by(config);
            configure(&mut first, &own(config));
            if *steps > 0 {
                first.advance(*steps, Part::Both);
                journal.push(Part::Both, *steps);
            }
        }
        let begin = own(&journal.after(0, 1, Part::Both).config);
        let mut second = Session::new(begin, Compute::cpu());
        while second.steps_done() < journal.end() {
            let leg = journal.after(second.steps_done(), 4, Part::Both);
            configure(&mut second, &own(&leg.config));
            second.advance(leg.count, leg.part);
        }
        assert_eq!(second.config(), first.config());
        assert_eq!(checkpoint(&mut second), checkpoint(&mut first));
    }
}

#[test]
fn every_engine_on_the_cpu_draws_the_same_points() {
    for partial in [
        json!({"target": {"kind": "points", "points": [[0.5, 0.25], [-1, 1]], "sigma": 0}}),
        json!({"target": {"kind": "points"}}),
        json!({"target": {"kind": "mixture"}}),
    ] {
        let config = config(&partial);
        let [fast, textbook] = [Compute::cpu(), Compute::flex()].map(|compute| {
            let mut engine = compute.start(&config);
            engine.advance(3, Part::Both);
            block_on(engine.losses()).unwrap()
        });
        let near = |a: f32, b: f32| (a - b).abs() < 1e-5 * (1.0 + b.abs());
        assert!(
            near(fast.discriminator, textbook.discriminator),
            "{fast:?}, {textbook:?}"
        );
        assert!(
            near(fast.generator, textbook.generator),
            "{fast:?}, {textbook:?}"
        );
    }
}
