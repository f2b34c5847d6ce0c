//! Two million steps in one process: what is held at their end is what was held after the first tenth of them.
#![cfg(target_os = "linux")]

use lsgan_lab::{
    config::TrainingConfig,
    journal::Journal,
    picture::{history::LossHistory, metric_history::MetricHistory, norm_history::NormHistory},
    session::Session,
    train::{Compute, Part},
};
use pollster::block_on;
use std::{env, fs};

/// Steps between two snapshots, as the page has them at full speed.
const ROUND: u64 = 500;

/// Bytes of memory that this process holds.
fn held() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    1024 * kilobytes.unwrap().parse::<u64>().unwrap()
}

/// Seconds of processor time that this thread took: what else the machine does is no matter of the run's.
fn worked() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/stat").unwrap();
    // User's and system's, in hundredths, after the name, which may hold anything.
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: f64 = ticks.map(|ticks| ticks.parse::<f64>().unwrap()).sum();
    ticks / 100.0
}

/// A run as the page and its worker have it, with all that they note of it.
struct Run {
    session: Session,
    journal: Journal,
    losses: LossHistory,
    norms: NormHistory,
    metrics: MetricHistory,
}

impl Run {
    fn round(&mut self, part: Part) {
        block_on(self.session.travel(ROUND, part)).unwrap();
        self.journal.push(part, ROUND);
        let step = self.session.steps_done();
        if step.is_multiple_of(40 * ROUND) {
            block_on(self.session.quality()).unwrap();
        }
        let snapshot = block_on(self.session.snapshot()).unwrap();
        self.losses.push(step, snapshot.loss_d, snapshot.loss_g);
        let norms = &snapshot.gradient_norms;
        self.norms
            .push(step, &norms.discriminator, &norms.generator);
        self.metrics.push(step, &snapshot.metrics);
    }
}

#[test]
#[ignore = "takes minutes: cargo xtask soak"]
fn two_million_steps_hold_no_more_than_a_tenth_of_them() {
    let asked = env::var("LSGAN_SOAK_STEPS").ok();
    let steps = asked.map_or(2_000_000, |steps| steps.parse().unwrap());
    let small = [
        "generator.hidden=16,16",
        "discriminator.hidden=16,16",
        "batch=16",
    ];
    let config = small
        .iter()
        .fold(TrainingConfig::default(), |config, assignment| {
            config.with_assignment(assignment).unwrap()
        });
    let mut run = Run {
        session: Session::new(config.clone(), Compute::cpu()),
        journal: Journal::default(),
        losses: LossHistory::new(),
        norms: NormHistory::new(),
        metrics: MetricHistory::new(),
    };
    run.journal.train_by(&config);
    let (mut rows, mut since) = (Vec::new(), worked());
    let rounds = steps / ROUND;
    for round in 1..=rounds {
        // Now and then a hand trains one network alone.
        run.round(match round % 100 {
            99 => Part::Discriminator,
            _ => Part::Both,
        });
        if round.is_multiple_of(rounds / 10) {
            let speed = (rounds / 10 * ROUND) as f64 / (worked() - since);
            let megabytes = held() as f64 / 1e6;
            let step = run.session.steps_done();
            println!("step {step:8}  {speed:7.0} steps/s  {megabytes:5.1} MB");
            rows.push((speed, megabytes));
            since = worked();
        }
    }
    assert_eq!(run.journal.end(), run.session.steps_done());
    let ((_, first), (_, last)) = (rows[0], rows[9]);
    assert!(last <= first + 2.0, "{first} MB, then {last} MB");
    // Each the middle one of three tenths, but for the first, which warms up.
    let middle = |from: usize| {
        let mut speeds: Vec<f64> = rows[from..from + 3].iter().map(|row| row.0).collect();
        speeds.sort_by(f64::total_cmp);
        speeds[1]
    };
    let (early, late) = (middle(1), middle(7));
    println!("steps a second: {early:.0} early, {late:.0} late");
    assert!(late >= 0.9 * early, "{early} steps a second, then {late}");
}
