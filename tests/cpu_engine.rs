//! The fast engine on the CPU against the textbook, on every set of instructions that this processor has;
//! natively and, by wasm-pack, in a browser.

mod spread;

use futures_util::FutureExt;
use lsgan_lab::{
    config::TrainingConfig,
    gan::Weights,
    measure::{Detail, Shown},
    train::{
        Checkpoint, Compute, Engine, GradientNorms, Losses, NetworkState, Observation, Part,
        Pending, cpu::InstructionSet,
    },
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test_configure!(run_in_browser);

/// What an engine on the CPU owes; it is never late.
fn now<T>(owed: Pending<'_, T>) -> T {
    let paid = owed.now_or_never().expect("a CPU has no queue");
    paid.expect("a CPU does not fail")
}

fn run(compute: &Compute, config: &TrainingConfig, steps: u64) -> Box<dyn Engine> {
    let mut engine = compute.start(config);
    engine.advance(steps, Part::Both);
    engine
}

fn checkpoint(engine: &dyn Engine) -> Checkpoint {
    now(engine.checkpoint())
}

fn losses(engine: &dyn Engine) -> Vec<f32> {
    let Losses {
        discriminator,
        generator,
    } = now(engine.losses());
    vec![discriminator, generator]
}

/// All weights, all mean gradients and the roots of all mean squared ones, where there are any: one list each. A root has
/// the size of a gradient; the square would be twice as far off.
fn numbers(network: &NetworkState) -> Vec<Vec<f32>> {
    let list = |weights: &Weights, number: fn(f32) -> f32| {
        let layers = weights.layers.iter();
        let numbers = layers.flat_map(|layer| layer.weight.iter().chain(&layer.bias));
        numbers.map(|one| number(*one)).collect()
    };
    let kept = [
        (Some(&network.weights), (|x| x) as fn(f32) -> f32),
        (network.first_moment.as_ref(), |x| x),
        (network.second_moment.as_ref(), f32::sqrt),
    ];
    let kept = kept
        .into_iter()
        .filter_map(|(weights, number)| Some((weights?, number)));
    kept.map(|(weights, number)| list(weights, number))
        .collect()
}

/// The largest difference, relative to the expected number or to `scale`, whichever is larger; none where both
/// have diverged.
fn deviation_by(scale: f32, expected: &[f32], found: &[f32]) -> f32 {
    assert_eq!(expected.len(), found.len());
    let off = expected.iter().zip(found).map(|(expected, found)| {
        let off = (expected - found).abs() / expected.abs().max(scale);
        match (expected.is_nan(), found.is_nan()) {
            (true, true) => 0.0,
            (false, false) if expected == found => 0.0,
            // Infinite on one side alone is no number here, and as far off as can be.
            (false, false) if off.is_finite() => off,
            _ => f32::INFINITY,
        }
    });
    off.fold(0.0, f32::max)
}

/// The same relative to 1.
fn deviation(expected: &[f32], found: &[f32]) -> f32 {
    deviation_by(1.0, expected, found)
}

/// How far numbers of a network are apart, relative to the largest of those that say how large they are.
fn deviation_in(sizes: &[f32], expected: &[f32], found: &[f32]) -> f32 {
    let largest = sizes.iter().fold(1e-12, |most: f32, x| most.max(x.abs()));
    deviation_by(largest, expected, found)
}

/// How far two engines are apart, in losses, weights and moments.
fn apart(expected: &dyn Engine, found: &dyn Engine) -> f32 {
    let mut off = deviation(&losses(expected), &losses(found));
    let (expected, found) = (checkpoint(expected), checkpoint(found));
    for (expected, found) in [
        (&expected.generator, &found.generator),
        (&expected.discriminator, &found.discriminator),
    ] {
        assert_eq!(expected.updates, found.updates);
        let (expected, found) = (numbers(expected), numbers(found));
        assert_eq!(expected.len(), found.len());
        for (index, (expected_list, found)) in expected.iter().zip(&found).enumerate() {
            // A mean gradient may come to next to nothing where gradients of either sign are taken in: what it
            // is off by has the size of those, which the roots tell.
            let sizes = match index {
                1 => expected.last().unwrap_or(expected_list),
                _ => expected_list,
            };
            off = off.max(deviation_in(sizes, expected_list, found));
        }
    }
    off
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn losses_weights_and_moments_are_those_of_the_textbook() {
    for config in spread::configurations(48) {
        spread::demand(&config, 1e-4, |config| {
            let mut worst = 0.0_f32;
            for steps in [1, 20] {
                let expected = run(&Compute::flex(), config, steps);
                for set in InstructionSet::all() {
                    let found = run(&Compute::Cpu(set), config, steps);
                    worst = worst.max(apart(&*expected, &*found));
                }
            }
            worst
        });
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
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

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn what_is_seen_is_what_the_textbook_sees() {
    for config in spread::configurations(24) {
        let detail = Detail {
            surface_side: 9,
            manifold: true,
            optimal: false,
        };
        spread::demand(&config, 1e-4, |config| {
            let shown = Shown::new(config, detail);
            let see = |engine: &dyn Engine| now(engine.observe(shown.probe()));
            let expected = see(&*run(&Compute::flex(), config, 1));
            let mut worst = 0.0_f32;
            for set in InstructionSet::all() {
                let found = see(&*run(&Compute::Cpu(set), config, 1));
                for (expected, found) in seen(&expected).into_iter().zip(seen(&found)) {
                    worst = worst.max(deviation(expected, found));
                }
            }
            worst
        });
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
