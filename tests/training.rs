//! What a step does and does not do, on the CPU engine: checked against finite differences of a
//! forward pass written out here in f64, and against the run itself repeated.
#![cfg(not(target_arch = "wasm32"))]

use burn::tensor::Device;
use lsgan_lab::{
    config::{Loss, TrainingConfig},
    gan::{Weights, loss},
    measure::{Snapshot, forces},
    session::{Command, Reply, Session},
    train::{Autodiff, Batches, Checkpoint, Compute, Engine, Part, Probe},
};
use pollster::block_on;

fn config(assignments: &[&str]) -> TrainingConfig {
    assignments
        .iter()
        .fold(TrainingConfig::default(), |config, assignment| {
            config.with_assignment(assignment).unwrap()
        })
}

/// A small run whose optimizers are plain gradient descent with rate 1, so that the change of the
/// weights is minus the gradient.
fn small(loss: &str) -> TrainingConfig {
    config(&[
        "generator.hidden=6,5",
        "discriminator.hidden=7,4",
        "generator.activation=tanh",
        "discriminator.activation=tanh",
        "optimizer.generator.kind=sgd",
        "optimizer.discriminator.kind=sgd",
        "optimizer.generator.lr=1",
        "optimizer.discriminator.lr=1",
        "batch=16",
        loss,
    ])
}

const LOSSES: [&str; 5] = [
    "loss.kind=lsgan",
    "loss.c=0.3",
    "loss.sigmoid=true",
    "loss.kind=non_saturating",
    "loss.kind=minimax",
];

fn checkpoint(engine: &Autodiff) -> Checkpoint {
    block_on(engine.checkpoint()).unwrap()
}

/// A forward pass in f64, tanh between the layers.
fn forward(weights: &Weights, input: &[f64]) -> Vec<f64> {
    let mut x = input.to_vec();
    for (index, layer) in weights.layers.iter().enumerate() {
        x = (0..layer.outputs)
            .map(|out| {
                let sum: f64 = (0..layer.inputs)
                    .map(|at| x[at] * f64::from(layer.weight[at * layer.outputs + out]))
                    .sum();
                sum + f64::from(layer.bias[out])
            })
            .collect();
        if index + 1 < weights.layers.len() {
            x.iter_mut().for_each(|value| *value = value.tanh());
        }
    }
    x
}

fn rows(numbers: &[f32], width: usize) -> Vec<Vec<f64>> {
    numbers
        .chunks(width)
        .map(|row| row.iter().copied().map(f64::from).collect())
        .collect()
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

/// -log s and -log(1 - s) by their plain definitions.
fn cross_entropy(y: f64, real: bool) -> f64 {
    let s = 1.0 / (1.0 + (-y).exp());
    if real { -s.ln() } else { -(1.0 - s).ln() }
}

fn discriminator_loss(kind: Loss, d: &Weights, real: &[Vec<f64>], fake: &[Vec<f64>]) -> f64 {
    let square = |y: f64, label: f64, sigmoid: bool| {
        let value = if sigmoid { 1.0 / (1.0 + (-y).exp()) } else { y };
        0.5 * (value - label).powi(2)
    };
    let on = |points: &[Vec<f64>], real: bool| {
        mean(points.iter().map(|point| {
            let y = forward(d, point)[0];
            match kind {
                Loss::Lsgan { a, b, sigmoid, .. } => square(y, if real { b } else { a }, sigmoid),
                Loss::NonSaturating | Loss::Minimax => cross_entropy(y, real),
            }
        }))
    };
    on(real, true) + on(fake, false)
}

fn generator_loss(kind: Loss, g: &Weights, d: &Weights, latents: &[Vec<f64>]) -> f64 {
    mean(
        latents
            .iter()
            .map(|latent| loss::value(kind, forward(d, &forward(g, latent))[0])),
    )
}

/// Compares the change of every weight with minus the central difference of a loss.
fn assert_descends(before: &Weights, after: &Weights, loss: impl Fn(&Weights) -> f64, what: &str) {
    const H: f32 = 1.0 / 1024.0;
    for (index, layer) in before.layers.iter().enumerate() {
        for entry in 0..layer.weight.len() + layer.bias.len() {
            let pick = |weights: &mut Weights, change: f32| -> f32 {
                let layer = &mut weights.layers[index];
                let count = layer.weight.len();
                let value = if entry < count {
                    &mut layer.weight[entry]
                } else {
                    &mut layer.bias[entry - count]
                };
                *value += change;
                *value
            };
            let at = |change: f32| {
                let mut moved = before.clone();
                let value = f64::from(pick(&mut moved, change));
                (loss(&moved), value)
            };
            let ((high, right), (low, left)) = (at(H), at(-H));
            let slope = (high - low) / (right - left);
            let change = f64::from(pick(&mut after.clone(), 0.0))
                - f64::from(pick(&mut before.clone(), 0.0));
            assert!(
                (change + slope).abs() < 2e-5,
                "{what}, layer {index}, entry {entry}: moved {change}, slope {slope}"
            );
        }
    }
}

#[test]
fn gradients_of_both_losses_are_the_finite_differences() {
    for loss in LOSSES {
        let config = small(loss);
        let batches = Batches::new(&config);
        let mut engine = Autodiff::new(&config, &Device::flex());
        let start = checkpoint(&engine);
        let (real, latents) = (
            rows(&batches.real(0, 0), 2),
            rows(&batches.discriminator_latents(0, 0), 2),
        );
        let fake: Vec<_> = latents
            .iter()
            .map(|latent| forward(&start.generator.weights, latent))
            .collect();

        engine.advance(1, Part::Discriminator);
        let moved = checkpoint(&engine);
        assert_descends(
            &start.discriminator.weights,
            &moved.discriminator.weights,
            |d| discriminator_loss(config.loss, d, &real, &fake),
            &format!("{loss}, discriminator"),
        );

        let latents = rows(&batches.generator_latents(1, 0), 2);
        engine.advance(1, Part::Generator);
        let last = checkpoint(&engine);
        assert_descends(
            &moved.generator.weights,
            &last.generator.weights,
            |g| generator_loss(config.loss, g, &moved.discriminator.weights, &latents),
            &format!("{loss}, generator"),
        );
    }
}

#[test]
fn each_update_leaves_the_other_network_untouched() {
    let mut engine = Autodiff::new(&config(&[]), &Device::flex());
    let start = checkpoint(&engine);
    engine.advance(1, Part::Discriminator);
    let after_d = checkpoint(&engine);
    assert!(after_d.generator == start.generator);
    assert!(after_d.discriminator.weights != start.discriminator.weights);
    engine.advance(1, Part::Generator);
    let after_g = checkpoint(&engine);
    assert!(after_g.discriminator == after_d.discriminator);
    assert!(after_g.generator.weights != after_d.generator.weights);
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_seed_others() {
    let end = |assignments: &[&str]| {
        let mut engine = Autodiff::new(&config(assignments), &Device::flex());
        engine.advance(20, Part::Both);
        checkpoint(&engine)
    };
    assert!(end(&["seed=5"]) == end(&["seed=5"]));
    assert!(end(&["seed=5"]) != end(&["seed=6"]));
}

#[test]
fn a_run_resumed_from_its_checkpoint_goes_on_bit_by_bit() {
    for optimizer in ["adam", "sgd", "rmsprop"] {
        let config = config(&[
            &format!("optimizer.generator.kind={optimizer}"),
            &format!("optimizer.discriminator.kind={optimizer}"),
        ]);
        let mut engine = Autodiff::new(&config, &Device::flex());
        engine.advance(5, Part::Both);
        let mut resumed = Autodiff::resume(&config, &Device::flex(), &checkpoint(&engine));
        for run in [&mut engine, &mut resumed] {
            run.advance(5, Part::Both);
        }
        // NaN differs from NaN, so a run that diverged fails here too.
        let (end, resumed_end) = (checkpoint(&engine), checkpoint(&resumed));
        assert!(
            end == resumed_end,
            "{optimizer}: the resumed run went elsewhere"
        );
    }
}

#[test]
fn a_step_makes_as_many_updates_as_the_configuration_says() {
    let mut engine = Autodiff::new(&config(&["steps_d=3", "steps_g=2"]), &Device::flex());
    engine.advance(1, Part::Both);
    let end = checkpoint(&engine);
    assert_eq!(
        (end.step, end.discriminator.updates, end.generator.updates),
        (1, 3, 2)
    );
}

#[test]
fn forces_are_minus_the_slope_of_each_samples_loss() {
    for loss in LOSSES {
        let config = small(loss);
        let mut engine = Autodiff::new(&config, &Device::flex());
        engine.advance(3, Part::Discriminator);
        let probe = Probe {
            points: vec![0.25, -0.5],
            latents: Batches::new(&config).shown_latents(20),
            carried: Vec::new(),
        };
        let seen = block_on(engine.observe(&probe)).unwrap();
        let forces = forces(config.loss, &seen.fake_outputs, &seen.fake_gradients);
        let d = checkpoint(&engine).discriminator.weights;
        let value = |x: f64, y: f64| loss::value(config.loss, forward(&d, &[x, y])[0]);
        let h = 1e-4;
        for (point, force) in seen.fake.chunks(2).zip(forces.chunks(2)) {
            let [x, y] = [point[0], point[1]].map(f64::from);
            let expected = [
                -(value(x + h, y) - value(x - h, y)) / (2.0 * h),
                -(value(x, y + h) - value(x, y - h)) / (2.0 * h),
            ];
            for (found, expected) in force.iter().zip(expected) {
                assert!(
                    (f64::from(*found) - expected).abs() < 1e-4 * expected.abs().max(1.0),
                    "{loss}: {force:?}"
                );
            }
        }
        let expected = forward(&d, &[0.25, -0.5])[0];
        assert!(
            (f64::from(seen.outputs[0]) - expected).abs() < 1e-5,
            "{loss}: the surface is off"
        );
    }
}

#[test]
fn gradient_norms_are_those_of_the_last_update() {
    let config = small("loss.kind=lsgan");
    let mut engine = Autodiff::new(&config, &Device::flex());
    let before = checkpoint(&engine);
    engine.advance(1, Part::Discriminator);
    let after = checkpoint(&engine);
    let probe = Probe {
        points: vec![0.0, 0.0],
        latents: vec![0.0, 0.0],
        carried: Vec::new(),
    };
    let norms = block_on(engine.observe(&probe)).unwrap().gradient_norms;
    assert!(norms.generator.is_empty());
    // With rate 1 and plain descent the gradient is the change.
    let pairs = before
        .discriminator
        .weights
        .layers
        .iter()
        .zip(&after.discriminator.weights.layers);
    for ((before, after), norm) in pairs.zip(&norms.discriminator) {
        let all =
            |layer: &lsgan_lab::gan::Layer| [layer.weight.clone(), layer.bias.clone()].concat();
        let squares: f32 = all(before)
            .iter()
            .zip(all(after))
            .map(|(b, a)| (b - a).powi(2))
            .sum();
        assert!(
            (squares.sqrt() - norm).abs() < 1e-5,
            "{} and {norm}",
            squares.sqrt()
        );
    }
    assert_eq!(norms.discriminator.len(), 3);
}

fn snapshot(session: &mut Session, command: Command) -> Snapshot {
    match block_on(session.obey(command)).unwrap() {
        Reply::Snapshot(snapshot) => *snapshot,
        other => panic!("not a snapshot: {other:?}"),
    }
}

fn bits(snapshot: &Snapshot) -> (u64, Vec<f32>, Vec<f32>) {
    (
        snapshot.step,
        snapshot.fake.clone(),
        snapshot.surface.values.clone(),
    )
}

#[test]
fn reset_goes_back_to_the_very_same_start() {
    let mut session = Session::new(config(&[]), Compute::flex());
    let start = snapshot(&mut session, Command::Snapshot);
    assert!(start.step == 0 && start.loss_d.is_nan() && start.loss_g.is_nan());
    let moved = snapshot(
        &mut session,
        Command::Step {
            count: 10,
            part: Part::Both,
        },
    );
    assert_eq!(moved.step, 10);
    assert!(moved.fake != start.fake);
    assert!(bits(&snapshot(&mut session, Command::Reset)) == bits(&start));
}

#[test]
fn new_learning_rates_go_on_from_here_and_anything_else_starts_anew() {
    let mut session = Session::new(config(&[]), Compute::flex());
    session.advance(5, Part::Both);
    block_on(session.obey(Command::Configure {
        config: Box::new(config(&["optimizer.generator.lr=0"])),
    }))
    .unwrap();
    assert_eq!(session.steps_done(), 5);
    let before = snapshot(&mut session, Command::Snapshot);
    let after = snapshot(
        &mut session,
        Command::Step {
            count: 3,
            part: Part::Both,
        },
    );
    assert!(after.fake == before.fake, "with rate 0 the generator stays");
    assert!(after.surface.values != before.surface.values);
    block_on(session.obey(Command::Configure {
        config: Box::new(config(&["loss.kind=minimax"])),
    }))
    .unwrap();
    assert_eq!(session.steps_done(), 0);
}

#[test]
fn two_gaussians_are_learned_to_their_mean_and_spread() {
    let config = config(&["target.kind=two_gaussians", "seed=1"]);
    let mut session = Session::new(config, Compute::flex());
    session.advance(3000, Part::Both);
    let metrics = snapshot(&mut session, Command::Snapshot).metrics;
    // The target's mean is 0, its deviations sqrt(1 + 0.04) = 1.02 and 0.2.
    assert!(
        metrics.fake_mean.iter().all(|mean| mean.abs() < 0.2),
        "{metrics:?}"
    );
    let [x, y] = metrics.fake_deviation;
    assert!(
        (x - 1.02).abs() < 0.15 && (y - 0.2).abs() < 0.1,
        "{metrics:?}"
    );
}
