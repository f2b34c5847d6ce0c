//! The fast engine on the CPU against the textbook, on every set of instructions that this processor has.

mod spread;

use lsgan_lab::{
    config::TrainingConfig,
    gan::Weights,
    measure::{Detail, Shown},
    train::{
        Checkpoint, Compute, Engine, GradientNorms, Losses, NetworkState, Observation, Part,
        cpu::InstructionSet,
    },
};
use pollster::block_on;

fn run(compute: &Compute, config: &TrainingConfig, steps: u64) -> Box<dyn Engine> {
    let mut engine = compute.start(config);
    engine.advance(steps, Part::Both);
    engine
}

fn checkpoint(engine: &dyn Engine) -> Checkpoint {
    block_on(engine.checkpoint()).unwrap()
}

fn losses(engine: &dyn Engine) -> Vec<f32> {
    let Losses {
        discriminator,
        generator,
    } = block_on(engine.losses()).unwrap();
    vec![discriminator, generator]
}

fn flat(weights: &Weights) -> Vec<f32> {
    let layers = weights.layers.iter();
    layers
        .flat_map(|layer| layer.weight.iter().chain(&layer.bias).copied())
        .collect()
}

/// The weights, and the moments where there are any.
fn numbers(network: &NetworkState) -> Vec<Vec<f32>> {
    let moments = [&network.first_moment, &network.second_moment];
    let moments = moments.into_iter().flatten();
    std::iter::once(&network.weights)
        .chain(moments)
        .map(flat)
        .collect()
}

/// The largest difference, relative to 1 or to the expected number, whichever is larger.
fn deviation(expected: &[f32], found: &[f32]) -> f32 {
    assert_eq!(expected.len(), found.len());
    let off = expected.iter().zip(found).map(|(expected, found)| {
        let off = (expected - found).abs() / expected.abs().max(1.0);
        if off.is_nan() { f32::INFINITY } else { off }
    });
    off.fold(0.0, f32::max)
}

#[test]
fn losses_weights_and_moments_are_those_of_the_textbook() {
    for (index, config) in spread::configurations(48).iter().enumerate() {
        for steps in [1, 20] {
            let expected = run(&Compute::flex(), config, steps);
            let state = checkpoint(&*expected);
            for set in InstructionSet::all() {
                let found = run(&Compute::Cpu(set), config, steps);
                let mut off = deviation(&losses(&*expected), &losses(&*found));
                let found = checkpoint(&*found);
                for (expected, found) in [
                    (&state.generator, &found.generator),
                    (&state.discriminator, &found.discriminator),
                ] {
                    assert_eq!(expected.updates, found.updates);
                    let (expected, found) = (numbers(expected), numbers(found));
                    assert_eq!(expected.len(), found.len());
                    for (expected, found) in expected.iter().zip(&found) {
                        off = off.max(deviation(expected, found));
                    }
                }
                assert!(
                    off <= 1e-4,
                    "configuration {index}, {steps} steps, {set:?}: off by {off:e}\n{config:?}"
                );
            }
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_again_and_from_a_checkpoint() {
    for config in spread::configurations(12) {
        for set in InstructionSet::all() {
            let compute = Compute::Cpu(set);
            let whole = checkpoint(&*run(&compute, &config, 6));
            assert_eq!(whole, checkpoint(&*run(&compute, &config, 6)), "{config:?}");
            let half = checkpoint(&*run(&compute, &config, 3));
            let mut resumed = compute.resume(&config, &half);
            resumed.advance(3, Part::Both);
            assert_eq!(whole, checkpoint(&*resumed), "{config:?}");
        }
    }
}

#[test]
fn what_is_seen_is_what_the_textbook_sees() {
    for config in spread::configurations(24) {
        let shown = Shown::new(
            &config,
            Detail {
                surface_side: 9,
                manifold: true,
                optimal: false,
            },
        );
        let see = |engine: &dyn Engine| block_on(engine.observe(shown.probe())).unwrap();
        let expected = see(&*run(&Compute::flex(), &config, 1));
        for set in InstructionSet::all() {
            let found = see(&*run(&Compute::Cpu(set), &config, 1));
            let pairs = seen(&expected).into_iter().zip(seen(&found));
            for (place, (expected, found)) in pairs.enumerate() {
                let off = deviation(expected, found);
                assert!(off < 1e-4, "{place}: off by {off:e}, {set:?}\n{config:?}");
            }
        }
    }
}

fn seen(observation: &Observation) -> [&[f32]; 7] {
    let GradientNorms {
        generator,
        discriminator,
    } = &observation.gradient_norms;
    [
        &observation.outputs,
        &observation.fake,
        &observation.fake_outputs,
        &observation.fake_gradients,
        &observation.carried,
        generator,
        discriminator,
    ]
}
