//! The same link, the same bits: what the fast CPU engine trains, on every set of instructions that this
//! processor has and, by wasm-pack, in browsers, against prints that stand in `bits/runs.json`.
//!
//! Where a change of the engine is meant to change its numbers, the file is written anew by
//! `cargo test --no-default-features --test same_bits -- --ignored write`; its difference says which runs changed.

mod bits;

use bits::runs;
use lsgan_lab::train::cpu::InstructionSet;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test_configure!(run_in_browser);

/// Whether a multiply-add rounds once with these instructions.
fn fuses(set: InstructionSet) -> bool {
    match set.name() {
        "AVX-512" | "AVX2" => true,
        "portable" => cfg!(target_arch = "aarch64"),
        "SIMD" => false,
        // wasm-pack builds the tests without it; the end-to-end tests have it.
        name => panic!("how does {name} round?"),
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_link_gives_the_same_bits_everywhere() {
    let mut wrong = Vec::new();
    for run in runs() {
        for set in InstructionSet::all() {
            let expected = if fuses(set) { &run.fused } else { &run.plain };
            let found = run.made_by(set);
            if found != *expected {
                wrong.push(format!(
                    "{}, {}: {found}, not {expected}",
                    run.name,
                    set.name()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn each_loss_optimizer_and_activation_is_among_the_runs() {
    let configs: Vec<_> = runs().iter().map(|run| run.config().to_value()).collect();
    for (path, values) in [
        ("/loss/kind", &["lsgan", "non_saturating", "minimax"][..]),
        ("/optimizer/generator/kind", &["adam", "sgd", "rmsprop"]),
        ("/optimizer/discriminator/kind", &["adam", "sgd", "rmsprop"]),
        (
            "/generator/activation",
            &["relu", "leaky_relu", "tanh", "sigmoid"],
        ),
        (
            "/discriminator/activation",
            &["relu", "leaky_relu", "tanh", "sigmoid"],
        ),
        (
            "/generator/initializer",
            &["kaiming", "xavier", "orthogonal"],
        ),
        ("/latent/kind", &["normal", "uniform"]),
        ("/update", &["alternating", "simultaneous"]),
        (
            "/target/kind",
            &[
                "ring",
                "grid",
                "two_gaussians",
                "line",
                "moons",
                "spiral",
                "checkerboard",
                "mixture",
                "points",
            ],
        ),
    ] {
        for value in values {
            let is = |config: &serde_json::Value| {
                config.pointer(path).and_then(serde_json::Value::as_str) == Some(value)
            };
            assert!(configs.iter().any(is), "no run has {value} at {path}");
        }
    }
    let sigmoid = |config: &serde_json::Value| config["loss"]["sigmoid"] == true;
    assert!(configs.iter().any(sigmoid));
}

/// A run that has diverged would hide every difference behind NaN.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn the_two_ways_of_rounding_are_told_apart_by_every_run() {
    for run in runs() {
        assert_ne!(run.fused, run.plain, "{}", run.name);
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
#[ignore = "writes bits/runs.json"]
fn write() {
    let mut runs = runs();
    for run in &mut runs {
        for set in InstructionSet::all() {
            let print = run.made_by(set);
            if fuses(set) {
                run.fused = print;
            } else {
                run.plain = print;
            }
        }
    }
    let text = serde_json::to_string_pretty(&runs).unwrap() + "\n";
    std::fs::write(
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bits/runs.json"),
        text,
    )
    .unwrap();
}
