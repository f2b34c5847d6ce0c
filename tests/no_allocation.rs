//! Training on the CPU takes all its memory before the first step.
#![cfg(not(target_arch = "wasm32"))]

use allocation_counter::measure;
use lsgan_lab::{
    config::TrainingConfig,
    train::{Compute, Part, cpu::InstructionSet},
};

const STEPS: u64 = 100;

#[test]
fn a_hundred_steps_allocate_nothing() {
    for optimizer in ["adam", "sgd", "rmsprop"] {
        for update in ["alternating", "simultaneous"] {
            let fields = [
                format!("optimizer.generator.kind={optimizer}"),
                format!("optimizer.discriminator.kind={optimizer}"),
                format!("update={update}"),
                // More than a block of samples, and not a whole number of blocks.
                "batch=100".to_owned(),
            ];
            let config = fields
                .iter()
                .fold(TrainingConfig::default(), |config, field| {
                    config.with_assignment(field).unwrap()
                });
            for set in InstructionSet::all() {
                let mut engine = Compute::Cpu(set).start(&config);
                // The first step may make room for what the optimizers remember.
                engine.advance(1, Part::Both);
                let during = measure(|| engine.advance(STEPS, Part::Both));
                assert_eq!(engine.steps_done(), 1 + STEPS);
                assert_eq!(
                    during.count_total,
                    0,
                    "{optimizer}, {update}, {}: {during:?}",
                    set.name()
                );
            }
        }
    }
}

#[test]
fn an_allocation_would_be_seen() {
    let during = measure(|| drop(std::hint::black_box(vec![0.0_f32; 8])));
    assert_eq!(during.count_total, 1);
}
