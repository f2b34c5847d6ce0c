//! The fast engine on the CPU against the textbook, on every set of instructions that this processor has;
//! natively and, by wasm-pack, in a browser.

mod deviation;
mod spread;

use deviation::Tensor;
use futures_util::FutureExt;
use lsgan_lab::{
    config::TrainingConfig,
    measure::{Detail, Shown},
    train::{Checkpoint, Compute, Engine, Part, Pending, cpu::InstructionSet},
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

/// A mean of terms below 1 is known to about 1e-7 in f32: a ten-thousandth of this.
const LEAST_GRADIENT: f32 = 1e-3;

/// Losses, weights and moments.
fn state(engine: &dyn Engine) -> Vec<Tensor> {
    let mut tensors = deviation::losses(now(engine.losses()));
    tensors.extend(deviation::checkpoint(&checkpoint(engine), LEAST_GRADIENT));
    tensors
}

/// How far every set of instructions is from what the textbook gives; a failed test shows in which tensor.
fn widest_gap(expected: &[Tensor], found: impl Fn(InstructionSet) -> Vec<Tensor>) -> f32 {
    let mut widest = 0.0_f32;
    for set in InstructionSet::all() {
        let (off, tensor) = deviation::worst(expected, &found(set));
        println!("{}: {off:e} in {tensor}", set.name());
        widest = widest.max(off);
    }
    widest
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn losses_weights_and_moments_are_those_of_the_textbook() {
    for config in spread::configurations(48) {
        spread::demand(&config, 1e-4, |config| {
            let gaps = [1, 20].map(|steps| {
                let expected = state(&*run(&Compute::flex(), config, steps));
                widest_gap(&expected, |set| {
                    state(&*run(&Compute::Cpu(set), config, steps))
                })
            });
            gaps[0].max(gaps[1])
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
            let see = |compute: &Compute| {
                let engine = run(compute, config, 1);
                deviation::observation(&now(engine.observe(shown.probe())))
            };
            widest_gap(&see(&Compute::flex()), |set| see(&Compute::Cpu(set)))
        });
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn tensors_are_compared_by_their_own_size_and_what_has_diverged_is_near_to_nothing_else() {
    let off = |expected: &[f32], found: &[f32]| {
        let tensor = |numbers| [Tensor::new("a tensor", numbers)];
        deviation::worst(&tensor(expected), &tensor(found)).0
    };
    assert_eq!(off(&[0.0, -4e-3], &[1e-3, -4e-3]), 0.25);
    let (infinite, nan) = (f32::INFINITY, f32::NAN);
    assert_eq!(off(&[infinite, nan, 1.0], &[infinite, nan, 1.0]), 0.0);
    for (one, other) in [
        (infinite, 1.0),
        (nan, 1.0),
        (infinite, nan),
        (infinite, -infinite),
    ] {
        assert_eq!(off(&[0.0, one, 0.0], &[0.0, other, 0.0]), infinite);
        assert_eq!(off(&[0.0, other, 0.0], &[0.0, one, 0.0]), infinite);
    }
}
