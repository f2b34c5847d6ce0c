//! What the list of a step holds, for a few configurations.

use super::*;
use crate::train::{Checkpoint, fused::layout::widths};

fn plan(fields: &[&str]) -> Plan {
    let config = fields
        .iter()
        .fold(TrainingConfig::default(), |config, field| {
            config.with_assignment(field).unwrap()
        });
    let start = Checkpoint::initial(&config);
    let [g, d] = [&start.generator, &start.discriminator].map(|network| widths(&network.weights));
    Plan::new(&config, StatePlace::new(&g, &d, 8))
}

fn kinds(program: &Program) -> Vec<u32> {
    program
        .operations
        .iter()
        .map(|operation| operation.words(false, 0)[0])
        .collect()
}

#[test]
fn a_step_of_the_default_waits_two_dozen_times() {
    let program = plan(&[]).step(Part::Both);
    // Draw; 3 layers of G for both updates; 3 of D, its loss, 3 back, its update; 3 of D, the loss,
    // 3 back through D and 3 through G; its update.
    assert_eq!(
        program.phases.len(),
        1 + 3 + 3 + 1 + 3 + 1 + 3 + 1 + 3 + 3 + 1
    );
    assert_eq!(program.phases.last(), Some(&program.operations.len()));
}

#[test]
fn a_frozen_network_has_neither_gradients_nor_updates() {
    for (part, updates) in [(Part::Discriminator, [0, 2]), (Part::Generator, [3, 0])] {
        let plan = plan(&["steps_d=2", "steps_g=3"]);
        let program = plan.step(part);
        let count = |kind| {
            kinds(&program)
                .iter()
                .filter(|found| **found == kind)
                .count() as u64
        };
        assert_eq!(plan.updates(part), updates);
        assert_eq!(count(6), updates[0] + updates[1]);
        // Each of the three layers of the network that moves.
        assert_eq!(count(4), 3 * (updates[0] + updates[1]));
    }
}

#[test]
fn every_update_draws_samples_of_its_own() {
    let program = plan(&["steps_d=2", "steps_g=3"]).step(Part::Both);
    let draws: Vec<_> = program
        .operations
        .iter()
        .filter_map(|operation| match operation {
            Operation::Real { stream, update, .. } | Operation::Latents { stream, update, .. } => {
                Some((*stream, *update))
            }
            _ => None,
        })
        .collect();
    let mut sorted = draws.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), draws.len());
    assert_eq!(
        sorted,
        [(2, 0), (2, 1), (3, 0), (3, 1), (4, 0), (4, 1), (4, 2)]
    );
}

/// So the textbook engine never has to stand in for a single run.
#[test]
fn the_largest_run_fits_into_the_buffers_of_every_gpu() {
    let largest = plan(&[
        "generator.hidden=256,256,256,256",
        "discriminator.hidden=256,256,256,256",
        "latent.dim=256",
        "batch=1024",
    ]);
    // 128 MiB is what WebGPU guarantees for one binding; a vector has 16 bytes.
    let bytes = 16 * u64::from(largest.work.max(largest.state.size));
    assert!(bytes <= 128 << 20, "{bytes}");
    assert!(bytes > 16 << 20, "{bytes} are too few to be all");
}
