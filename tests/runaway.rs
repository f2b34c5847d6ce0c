//! Runs whose numbers run away: each is noticed in time and stops, its suspect is one, and every extreme that
//! the configuration allows is survived.

#![cfg(not(target_arch = "wasm32"))]

use lsgan_lab::{
    config::TrainingConfig,
    runaway::{Cause, LOOK_EVERY, Suspect},
    session::{Command, Reply, Session},
    train::{Compute, Part},
};

/// Settings under which numbers run away within so many steps, the suspect, and what sets that back.
const RUN_AWAY: [(&[&str], u64, Suspect, &str); 9] = [
    (
        &["optimizer.generator.lr=10"],
        2000,
        Suspect::GeneratorRate,
        "optimizer.generator.lr=0.001",
    ),
    (
        &[
            "optimizer.generator.kind=rmsprop",
            "optimizer.discriminator.kind=rmsprop",
            "optimizer.generator.lr=10",
        ],
        200,
        Suspect::GeneratorRate,
        "optimizer.generator.lr=0.0005",
    ),
    (
        &[SGD[0], SGD[1], "optimizer.discriminator.lr=0.3"],
        200,
        Suspect::DiscriminatorRate,
        "optimizer.discriminator.lr=0.01",
    ),
    (
        &[
            SGD[0],
            SGD[1],
            "loss.kind=non_saturating",
            "optimizer.discriminator.lr=10",
        ],
        200,
        Suspect::DiscriminatorRate,
        "optimizer.discriminator.lr=0.01",
    ),
    (
        &[SGD[0], SGD[1], "discriminator.hidden=256,256,256,256"],
        200,
        Suspect::Width,
        "discriminator.hidden=64,64,64,64",
    ),
    (
        &[SGD[0], SGD[1], "target.radius=10"],
        200,
        Suspect::Reach,
        "target.radius=1",
    ),
    (
        &[SGD[0], SGD[1], "target.sigma=10"],
        200,
        Suspect::Reach,
        "target.sigma=0.05",
    ),
    (
        &[SGD[0], SGD[1], "loss.b=10", "loss.c=10"],
        200,
        Suspect::Labels,
        "loss.c=1",
    ),
    (
        &[SGD[0], SGD[1], "discriminator.gain=10"],
        200,
        Suspect::Gain,
        "discriminator.gain=1.4",
    ),
];

const SGD: [&str; 2] = [
    "optimizer.generator.kind=sgd",
    "optimizer.discriminator.kind=sgd",
];

fn with(assignments: &[&str]) -> TrainingConfig {
    let all = assignments.iter();
    all.fold(TrainingConfig::default(), |config, assignment| {
        config.with_assignment(assignment).unwrap()
    })
}

fn travelled(session: &mut Session, count: u64) -> u64 {
    pollster::block_on(session.travel(count, Part::Both)).unwrap()
}

#[test]
fn a_suspect_set_back_to_the_usual_lets_the_run_go_well() {
    for (settings, steps, suspect, mend) in RUN_AWAY {
        let config = with(settings);
        let mut session = Session::new(config.clone(), Compute::cpu());
        let made = travelled(&mut session, steps);
        let runaway = session.runaway().unwrap_or_else(|| panic!("{settings:?}"));
        assert_eq!((made, session.steps_done()), (runaway.step, runaway.step));
        assert!(runaway.step - runaway.healthy <= LOOK_EVERY, "{runaway:?}");
        let cause = Cause::of(&config).unwrap();
        assert_eq!(cause.suspect, suspect, "{settings:?}");

        let mut mended = config.with_assignment(mend).unwrap();
        if suspect == Suspect::Labels {
            mended = mended.with_assignment("loss.b=1").unwrap();
        }
        let mut session = Session::new(mended, Compute::cpu());
        assert_eq!(travelled(&mut session, steps), steps, "{mend}");
        assert_eq!(session.runaway(), None, "{mend}");
    }
}

#[test]
fn nothing_is_suspected_of_the_defaults() {
    assert_eq!(Cause::of(&TrainingConfig::default()), None);
    assert_eq!(Cause::of(&with(&SGD)), None);
}

#[test]
fn a_run_that_ran_away_stands_until_it_goes_back_and_then_does_the_same_again() {
    let config = with(RUN_AWAY[0].0);
    let mut session = Session::new(config.clone(), Compute::cpu());
    travelled(&mut session, 3000);
    let runaway = session.runaway().unwrap();
    assert_eq!(travelled(&mut session, 10), 0);

    let before = runaway.healthy;
    let start = Box::new(config);
    let answer = pollster::block_on(session.obey(Command::Recall { before, start })).unwrap();
    let Reply::Standing(standing) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(standing.step, runaway.healthy);
    assert_eq!(session.runaway(), None);
    let reply = pollster::block_on(session.obey(Command::Checkpoint)).unwrap();
    let Reply::Checkpoint(checkpoint) = reply else {
        panic!("{reply:?}");
    };
    assert!(checkpoint.is_finite());
    travelled(&mut session, 3000);
    let again = session.runaway().unwrap();
    assert!(again.step.abs_diff(runaway.step) <= LOOK_EVERY, "{again:?}");
}

/// Values at the ends of what is allowed, for each field that has them.
const EXTREMES: [&[&str]; 14] = [
    &["target.radius=100", "target.radius=0.01", "target.modes=64"],
    &["target.sigma=10", "target.sigma=0.0001"],
    &["latent.dim=256", "latent.dim=1", "latent.kind=uniform"],
    &["generator.hidden=256,256,256,256", "generator.hidden=1"],
    &[
        "discriminator.hidden=256,256,256,256",
        "discriminator.hidden=1",
    ],
    &["generator.activation=sigmoid", "generator.activation=tanh"],
    &["discriminator.activation=relu", "discriminator.slope=1"],
    &["generator.gain=10", "generator.gain=0.01"],
    &["discriminator.gain=10", "discriminator.gain=0.01"],
    &[
        "loss.a=-100",
        "loss.b=100",
        "loss.kind=minimax",
        "loss.kind=non_saturating",
    ],
    &[
        "optimizer.generator.kind=sgd",
        "optimizer.generator.kind=rmsprop",
    ],
    &["optimizer.generator.lr=10", "optimizer.generator.lr=0"],
    &[
        "optimizer.discriminator.lr=10",
        "optimizer.discriminator.lr=0",
    ],
    &["batch=8", "steps_d=10", "update=simultaneous"],
];

#[test]
fn extremes_alone_and_together_are_survived_and_noticed() {
    // Every value alone, then a spread of combinations: each field goes round its values at a pace of its own.
    let alone = EXTREMES
        .iter()
        .flat_map(|values| values.iter().map(|one| vec![*one]));
    let together = (1..24_usize).map(|round| {
        let pick = |(index, values): (usize, &&[&'static str])| {
            let turn = round * (2 * index + 3) / 3 % (values.len() + 1);
            values.get(turn).copied()
        };
        EXTREMES.iter().enumerate().filter_map(pick).collect()
    });
    let mut away = 0;
    for settings in alone.chain(together) {
        let config = settings
            .iter()
            .try_fold(TrainingConfig::default(), |config, setting| {
                config.with_assignment(setting)
            });
        // Some do not go together, and are refused.
        let Ok(config) = config else { continue };
        let wide = config.generator.hidden.len() + config.discriminator.hidden.len() > 4;
        let steps = if wide { 12 } else { 120 };
        let mut session = Session::new(config, Compute::cpu());
        let made = travelled(&mut session, steps);
        let reply = pollster::block_on(session.obey(Command::Checkpoint)).unwrap();
        let Reply::Checkpoint(checkpoint) = reply else {
            panic!("{reply:?}");
        };
        away += usize::from(session.runaway().is_some());
        // Whatever ran away was noticed; whatever was not noticed is in health.
        let unseen = !checkpoint.is_finite() && session.runaway().is_none();
        assert!(!unseen || steps < LOOK_EVERY, "{settings:?}");
        assert!(made == steps || session.runaway().is_some(), "{settings:?}");
        pollster::block_on(session.obey(Command::Snapshot)).unwrap();
    }
    assert!(away > 0, "nothing ran away, so nothing was tried");
}
