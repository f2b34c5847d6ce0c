//! A spread of configurations over which a fast engine is held against the textbook: every loss,
//! activation, optimizer, target and schedule, odd widths, the smallest batch, the deepest network.

use lsgan_lab::config::{Activation, TrainingConfig};
use serde_json::{Value, json};

const LOSSES: [&str; 6] = [
    r#"{"kind": "lsgan", "a": 0, "b": 1, "c": 1}"#,
    r#"{"kind": "lsgan", "a": -1, "b": 1, "c": 0}"#,
    r#"{"kind": "lsgan", "a": 0, "b": 1, "c": 1, "sigmoid": true}"#,
    r#"{"kind": "lsgan", "a": -0.5, "b": 1.5, "c": 0.25}"#,
    r#"{"kind": "non_saturating"}"#,
    r#"{"kind": "minimax"}"#,
];
const ACTIVATIONS: [&str; 4] = ["relu", "leaky_relu", "tanh", "sigmoid"];
/// With a larger epsilon than usual: these rules divide a gradient by its own size, so one that is nothing
/// but rounding (where the parts of a sum cancel) would move its weight a whole step, whichever way the
/// rounding fell.
const OPTIMIZERS: [&str; 3] = [
    r#"{"kind": "adam", "lr": 0.0003, "beta1": 0.5, "epsilon": 1e-5}"#,
    r#"{"kind": "rmsprop", "lr": 0.0001, "epsilon": 1e-4}"#,
    r#"{"kind": "sgd", "lr": 0.01}"#,
];
const TARGETS: [&str; 9] = [
    "ring",
    "grid",
    "two_gaussians",
    "line",
    "moons",
    "spiral",
    "checkerboard",
    "mixture",
    "points",
];
const HIDDEN: [&[usize]; 8] = [
    &[64, 64],
    &[37],
    &[1, 5],
    &[16, 3, 33],
    &[7, 64, 12, 9],
    &[256],
    &[64, 1],
    &[20, 20, 20, 20],
];
const DIMS: [usize; 5] = [2, 1, 33, 5, 256];
const BATCHES: [usize; 4] = [64, 8, 37, 256];

/// So many configurations; every entry of every list above is met within the first 24, and what stands
/// beside it changes from round to round.
pub fn configurations(count: usize) -> Vec<TrainingConfig> {
    (0..count).map(configuration).collect()
}

fn configuration(index: usize) -> TrainingConfig {
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let round = index / 8;
    let simultaneous = index % 5 == 4;
    let value = json!({
        "seed": index + 1,
        "target": {"kind": TARGETS[index % TARGETS.len()]},
        "latent": {"kind": (if index % 3 == 1 { "uniform" } else { "normal" }), "dim": DIMS[index % DIMS.len()]},
        "generator": {
            "hidden": HIDDEN[index % HIDDEN.len()],
            "activation": ACTIVATIONS[(index + round) % ACTIVATIONS.len()],
        },
        "discriminator": {
            "hidden": HIDDEN[(index * 3 + round + 1) % HIDDEN.len()],
            "activation": ACTIVATIONS[(index / 2 + round) % ACTIVATIONS.len()],
            "slope": 0.1,
        },
        "loss": parse(LOSSES[index % LOSSES.len()]),
        "optimizer": {
            "generator": parse(OPTIMIZERS[index % OPTIMIZERS.len()]),
            "discriminator": parse(OPTIMIZERS[(index / 3) % OPTIMIZERS.len()]),
        },
        "batch": BATCHES[index % BATCHES.len()],
        "steps_d": (if simultaneous { 1 } else { 1 + index % 3 }),
        "steps_g": (if simultaneous { 1 } else { 1 + (index / 4) % 2 }),
        "update": (if simultaneous { "simultaneous" } else { "alternating" }),
    });
    TrainingConfig::from_value(&value).unwrap_or_else(|error| panic!("{value}: {error}"))
}

/// Demands that an engine parts from the textbook by no more than a tolerance, by each of three seeds; where
/// there are rectifiers, by two of them: now and then a pre-activation comes so near to zero that rounding
/// decides on which side of the kink it lies, and then two right engines part by what a sample is worth.
pub fn demand(config: &TrainingConfig, tolerance: f32, deviation: impl Fn(&TrainingConfig) -> f32) {
    let has_kinks = [&config.generator, &config.discriminator]
        .iter()
        .any(|network| matches!(network.activation, Activation::Relu | Activation::LeakyRelu));
    let off = [0, 100, 200].map(|more| {
        let seed = config.seed + more;
        deviation(&TrainingConfig {
            seed,
            ..config.clone()
        })
    });
    let right = off.iter().filter(|off| **off <= tolerance).count();
    let wanted = if has_kinks { 2 } else { 3 };
    assert!(right >= wanted, "off by {off:?}: {config:?}");
}
