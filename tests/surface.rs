//! The decision surface as the fast CPU engine sees it, which follows the rows of its points, against the
//! discriminator worked out point by point in f64; on every set of instructions that this processor has.

use futures_util::FutureExt;
use lsgan_lab::{
    config::TrainingConfig,
    gan::{FixedDiscriminator, Weights},
    train::{Checkpoint, Compute, Part, Probe, cpu::InstructionSet},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test_configure!(run_in_browser);

const ACTIVATIONS: [&str; 4] = ["relu", "leaky_relu", "tanh", "sigmoid"];
const HIDDEN: [&str; 7] = [
    "64,64",
    "37",
    "1,5",
    "16,3,33",
    "7,64,12,9",
    "256,65",
    "20,20,20,20",
];
/// Points in a row, and rows; from 32 points on they are followed.
const GRIDS: [[usize; 2]; 7] = [
    [33, 9],
    [32, 3],
    [64, 2],
    [65, 3],
    [131, 5],
    [9, 9],
    [1, 20],
];

fn config(hidden: &str, activation: &str) -> TrainingConfig {
    let hidden = format!("discriminator.hidden={hidden}");
    let activation = format!("discriminator.activation={activation}");
    let config = TrainingConfig::default().with_assignment(&hidden).unwrap();
    config.with_assignment(&activation).unwrap()
}

/// Initial weights, and biases that are not zero.
fn weights(config: &TrainingConfig) -> Weights {
    let mut weights = Checkpoint::initial(config).discriminator.weights;
    let biases = weights.layers.iter_mut().flat_map(|layer| &mut layer.bias);
    for (bias, number) in biases.zip(1_u16..) {
        *bias = 0.8 * f32::from(number).sin();
    }
    weights
}

/// A grid over the square from -2 to 2, from its upper left.
fn grid([columns, rows]: [usize; 2]) -> Vec<f32> {
    let middle = |index: usize, of: usize| (index as f32 + 0.5) * 4.0 / of as f32 - 2.0;
    (0..columns * rows)
        .flat_map(|at| [middle(at % columns, columns), -middle(at / columns, rows)])
        .collect()
}

fn seen(
    config: &TrainingConfig,
    weights: &Weights,
    points: &[f32],
    set: InstructionSet,
) -> Vec<f32> {
    let start = Checkpoint::initial(config).with_discriminator(weights.clone());
    let probe = Probe {
        points: points.to_vec(),
        latents: Vec::new(),
        carried: Vec::new(),
    };
    let engine = Compute::Cpu(set).resume(config, &start);
    let seen = engine.observe(&probe).now_or_never();
    let seen = seen.expect("a CPU has no queue");
    seen.expect("a CPU does not fail").outputs
}

/// Demands that outputs are right to 1e-5 of the largest.
fn demand(config: &TrainingConfig, weights: &Weights, points: &[f32]) {
    let by = FixedDiscriminator::new(&config.discriminator, weights);
    let point = |point: &[f32]| by.at([point[0], point[1]].map(f64::from)).output;
    let expected: Vec<_> = points.chunks(2).map(point).collect();
    let largest = expected.iter().fold(0.0_f64, |most, y| most.max(y.abs()));
    for set in InstructionSet::all() {
        let found = seen(config, weights, points, set);
        assert_eq!(found.len(), expected.len());
        for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
            let off = (f64::from(*found) - expected).abs();
            assert!(
                off <= 1e-5 * largest,
                "{}, {:?}: {found} at point {at}, not {expected}; the largest is {largest}",
                set.name(),
                config.discriminator,
            );
        }
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_surface_is_that_of_the_formula_for_all_layers_and_nonlinearities() {
    for activation in ACTIVATIONS {
        for hidden in HIDDEN {
            let config = config(hidden, activation);
            for size in GRIDS {
                demand(&config, &weights(&config), &grid(size));
            }
        }
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn bends_that_fall_on_points_and_units_that_never_bend_are_right() {
    for activation in ["relu", "leaky_relu"] {
        let config = config("9,7,5", activation);
        let mut weights = weights(&config);
        // On a grid of 33 by 33 the first two are zero on points, rising and falling along the rows; the next
        // two on a whole row and on a diagonal; others stand still, at zero, above it and below.
        weights.layers[0].weight = [
            [1.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, -0.5, -0.0],
        ]
        .concat();
        weights.layers[0].bias = vec![0.0, -0.5, 0.0, 0.0, 0.0, 1.0, -1.0, 0.25, -0.0];
        let points: Vec<_> = (0..33_u16 * 33)
            .flat_map(|at| [at % 33, at / 33].map(|place| f32::from(place) * 0.125 - 2.0))
            .collect();
        demand(&config, &weights, &points);
        weights.layers[1].weight.fill(0.0);
        demand(&config, &weights, &points);
        weights.layers[0].weight.fill(0.0);
        demand(&config, &weights, &points);
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn rows_are_found_among_points_in_any_order() {
    let config = TrainingConfig::default();
    let row =
        |y: f32, count: u8| (0..count).flat_map(move |x| [f32::from(x) * f32::from(x) * 1e-3, y]);
    let points: Vec<f32> = [0.5, 0.25]
        .into_iter()
        .chain(row(0.25, 70)) // The point before stands further right.
        .chain(row(-1.0, 31))
        .chain([0.0, 0.0, 1.0, 0.0])
        .chain([[2.0, 0.5]; 40].concat()) // One point over and over.
        .chain(row(-0.0, 32))
        .chain((0..40_u8).flat_map(|x| [-f32::from(x), 0.125])) // From right to left.
        .chain([3.0, 3.0])
        .collect();
    demand(&config, &weights(&config), &points);
    assert!(seen(&config, &weights(&config), &[], InstructionSet::widest()).is_empty());
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn large_weights_and_those_of_a_trained_run_give_the_same_surface() {
    for activation in ["relu", "leaky_relu"] {
        for hidden in HIDDEN {
            let config = config(hidden, activation);
            let mut weights = weights(&config);
            for layer in &mut weights.layers {
                let numbers = layer.weight.iter_mut().chain(&mut layer.bias);
                numbers.for_each(|number| *number *= 100.0);
            }
            demand(&config, &weights, &grid([65, 9]));
        }
    }
    let config = TrainingConfig::default();
    let mut engine = Compute::cpu().start(&config);
    engine.advance(300, Part::Both);
    let checkpoint = engine.checkpoint().now_or_never();
    let checkpoint = checkpoint.expect("a CPU has no queue");
    let checkpoint = checkpoint.expect("a CPU does not fail");
    demand(&config, &checkpoint.discriminator.weights, &grid([128, 64]));
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_discriminator_that_has_diverged_is_still_seen() {
    for activation in ["relu", "leaky_relu"] {
        let config = config("5,4", activation);
        for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX] {
            for layer in 0..3 {
                for place in 0..2 {
                    let mut weights = weights(&config);
                    weights.layers[layer].weight[place] = number;
                    weights.layers[layer].bias[0] = -number;
                    for set in InstructionSet::all() {
                        let found = seen(&config, &weights, &grid([33, 3]), set);
                        assert_eq!(found.len(), 99);
                        assert!(!number.is_nan() || found.iter().all(|y| y.is_nan()));
                    }
                }
            }
        }
    }
}
