//! The way back: any step of a run can be seen again, to the last bit, and the run goes on from there as if it
//! had never been farther.
#![cfg(not(target_arch = "wasm32"))]

use lsgan_lab::{
    config::TrainingConfig,
    journal::Journal,
    measure::Snapshot,
    scene::Variant,
    session::{Command, Reply, Session},
    timeline::MOST_BYTES,
    train::{Checkpoint, Compute, Part},
};
use pollster::block_on;

fn config(assignments: &[&str]) -> TrainingConfig {
    let small = [
        "generator.hidden=12,9",
        "discriminator.hidden=10",
        "batch=24",
        "seed=5",
    ];
    small
        .iter()
        .chain(assignments)
        .fold(TrainingConfig::default(), |config, assignment| {
            config.with_assignment(assignment).unwrap()
        })
}

/// A run, and its steps as the page notes them.
struct Run {
    session: Session,
    journal: Journal,
    start: TrainingConfig,
}

impl Run {
    fn new(config: &TrainingConfig, compute: Compute) -> Self {
        let mut journal = Journal::default();
        journal.train_by(config);
        Self {
            session: Session::new(config.clone(), compute),
            journal,
            start: config.clone(),
        }
    }

    fn obey(&mut self, command: Command) -> Reply {
        block_on(self.session.obey(command)).unwrap()
    }

    /// New steps.
    fn make(&mut self, part: Part, count: u64) {
        self.journal.push(part, count);
        self.follow(part);
    }

    /// New steps go by this learning rate of D.
    fn rate(&mut self, rate: &str) {
        let rate = format!("optimizer.discriminator.lr={rate}");
        let config = self.journal.config().with_assignment(&rate).unwrap();
        self.journal.train_by(&config);
    }

    /// Makes the journal's steps to where it stands.
    fn follow(&mut self, part: Part) {
        while self.session.steps_done() < self.journal.at() {
            let done = self.session.steps_done();
            let leg = self.journal.after(done, self.journal.at() - done, part);
            if *leg.config != *self.session.config() {
                let config = Box::new((*leg.config).clone());
                self.obey(Command::Continue { config });
            }
            block_on(self.session.travel(leg.count, leg.part)).unwrap();
        }
    }

    /// Stands at a step again; says from which checkpoint.
    fn seek(&mut self, step: u64) -> u64 {
        self.journal.move_to(step);
        let before = self.journal.before(step);
        let start = Box::new(self.start.clone());
        let Reply::Standing(standing) = self.obey(Command::Recall { before, start }) else {
            panic!("the session does not say where it stands");
        };
        self.follow(Part::Both);
        assert_eq!(self.session.steps_done(), step);
        standing.step
    }

    /// All that a picture and the read-outs show.
    fn seen(&mut self) -> Vec<u32> {
        match self.obey(Command::Snapshot) {
            Reply::Snapshot(snapshot) => bits(&snapshot),
            other => panic!("not a snapshot: {other:?}"),
        }
    }
}

fn bits(snapshot: &Snapshot) -> Vec<u32> {
    let norms = &snapshot.gradient_norms;
    let quality = snapshot.metrics.quality.expect("it was measured");
    assert_eq!(quality.step, snapshot.step);
    let numbers = [
        snapshot.loss_d,
        snapshot.loss_g,
        quality.distances.sliced_w1 as f32,
    ];
    let lists = [
        &numbers[..],
        &snapshot.surface.values,
        &snapshot.fake,
        &snapshot.outputs,
        &snapshot.gradients,
        &snapshot.forces,
        &norms.discriminator,
        &norms.generator,
    ];
    lists.concat().into_iter().map(f32::to_bits).collect()
}

/// A run with everything that a visitor can do on the way, and what was seen after each step.
fn eventful(config: &TrainingConfig, compute: Compute) -> (Run, Vec<Vec<u32>>) {
    let mut run = Run::new(config, compute);
    let mut seen = vec![run.seen()];
    for (part, count, rate) in [
        (Part::Both, 37, None),
        (Part::Generator, 3, None),
        (Part::Discriminator, 2, None),
        (Part::Both, 21, Some("0.004")),
        (Part::Discriminator, 1, Some("0.0005")),
        (Part::Both, 20, None),
    ] {
        rate.into_iter().for_each(|rate| run.rate(rate));
        for _ in 0..count {
            run.make(part, 1);
            seen.push(run.seen());
        }
    }
    (run, seen)
}

#[test]
fn every_step_is_seen_again_as_it_was() {
    for rule in ["adam", "rmsprop", "sgd"] {
        for update in ["alternating", "simultaneous"] {
            let kinds =
                ["generator", "discriminator"].map(|of| format!("optimizer.{of}.kind={rule}"));
            let update = format!("update={update}");
            let config = config(&[&kinds[0], &kinds[1], &update]);
            let (mut run, seen) = eventful(&config, Compute::cpu());
            assert_eq!(seen.len(), 85);
            // Back and forth, each step once: 37 and 85 have no common divisor.
            for step in (0..85).map(|k| k * 37 % 85) {
                let from = run.seek(step);
                assert!(from == 0 || step - from <= 22, "{from} for {step}");
                assert!(
                    run.seen() == seen[step as usize],
                    "{rule}, {update}: step {step}"
                );
            }
            // Two steps of it differ, so that there is something to see.
            assert!(seen[84] != seen[83]);
        }
    }
}

#[test]
fn the_textbook_engine_repeats_itself_too() {
    let (mut run, seen) = eventful(&config(&[]), Compute::flex());
    for step in [84, 48, 41, 17, 0, 64] {
        run.seek(step);
        assert!(run.seen() == seen[step as usize], "step {step}");
    }
}

#[test]
fn a_run_that_goes_on_from_the_past_is_as_if_it_had_never_been_farther() {
    let mut run = Run::new(&config(&[]), Compute::cpu());
    run.make(Part::Both, 150);
    run.rate("0.01");
    run.make(Part::Both, 50);
    run.seek(70);
    run.obey(Command::Forget);
    run.journal.forget_the_rest();
    run.rate("0.002");
    run.make(Part::Both, 130);
    let there = run.seen();
    // Also by a checkpoint of the way that it took now: those of the way before are gone.
    assert!(run.seek(90) >= 64);
    let on_the_way = run.seen();

    let mut straight = Run::new(&config(&[]), Compute::cpu());
    straight.make(Part::Both, 70);
    straight.rate("0.002");
    straight.make(Part::Both, 20);
    assert!(straight.seen() == on_the_way);
    straight.make(Part::Both, 110);
    assert!(straight.seen() == there);
}

#[test]
fn a_branch_starts_from_the_weights_and_the_memory_of_its_step() {
    let base = config(&[]);
    let other = Variant::Minimax.over(&base);
    let mut run = Run::new(&base, Compute::cpu());
    run.make(Part::Both, 60);
    run.journal.train_by(&other);
    run.make(Part::Both, 40);

    // By hand: one engine to the step, another from its checkpoint.
    let mut engine = Compute::cpu().start(&base);
    engine.advance(60, Part::Both);
    let there = block_on(engine.checkpoint()).unwrap();
    let mut engine = Compute::cpu().resume(&other, &there);
    engine.advance(40, Part::Both);
    let expected = block_on(engine.checkpoint()).unwrap();
    assert!(there.generator.second_moment.is_some());
    let checkpoint = |run: &mut Run| -> Checkpoint {
        match run.obey(Command::Checkpoint) {
            Reply::Checkpoint(checkpoint) => *checkpoint,
            other => panic!("not a checkpoint: {other:?}"),
        }
    };
    assert_eq!(checkpoint(&mut run), expected);
    // And across the branch, back and forth.
    run.seek(30);
    assert_eq!(*run.session.config(), base);
    run.seek(100);
    assert_eq!(checkpoint(&mut run), expected);
}

#[test]
fn checkpoints_go_along_to_another_session() {
    let mut run = Run::new(&config(&[]), Compute::cpu());
    run.make(Part::Both, 200);
    let seen = run.seen();
    let Reply::Kept(checkpoints) = run.obey(Command::Kept { until: 150 }) else {
        panic!("the session does not hand them out");
    };
    let mut other = Run {
        session: Session::new(config(&[]), Compute::cpu()),
        journal: run.journal.clone(),
        start: config(&[]),
    };
    other.obey(Command::Adopt { checkpoints });
    assert_eq!(other.seek(200), 144);
    assert!(other.seen() == seen);
}

#[test]
fn a_run_keeps_what_it_says_and_no_more_than_it_may() {
    // 256 x 256 twice: a checkpoint of Adam's takes 4 MB and more.
    let large = config(&[
        "generator.hidden=256,256",
        "discriminator.hidden=256,256",
        "batch=8",
    ]);
    let mut session = Session::new(large, Compute::cpu());
    block_on(session.travel(300, Part::Both)).unwrap();
    let kept = session.standing().kept;
    let of = |outputs: usize| 2 * 256 + 256 + 256 * 256 + 256 + 256 * outputs + outputs;
    assert_eq!(kept.bytes, kept.checkpoints * 4 * 3 * (of(1) + of(2)));
    assert!(
        kept.bytes <= MOST_BYTES && 2 * kept.bytes > MOST_BYTES,
        "{kept:?}"
    );
}
