//! burn on the browser's WebGPU: the adapter is there, and its steps agree with the oracle and with
//! the CPU. On a software adapter a step of this engine takes about a second, so there are few.
#![cfg(all(target_arch = "wasm32", feature = "webgpu"))]

mod oracle_cases;

use burn::tensor::Device;
use lsgan_lab::{
    config::TrainingConfig,
    train::{Autodiff, Batches, Engine, Part, Probe},
};
use oracle_cases::Case;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// burn opens a device once in the life of a page, so there is one test that uses it.
#[wasm_bindgen_test]
async fn steps_on_webgpu_agree_with_the_oracle_and_with_the_cpu() {
    let gpu = Device::wgpu_options()
        .tasks_max(64)
        .init_async()
        .await
        .expect("a WebGPU adapter");
    for case in Case::all() {
        let found = case.replayed(&gpu).await;
        case.assert_matches(&found, 1e-3);
    }

    let config = TrainingConfig::default();
    let probe = Probe {
        points: vec![0.5, -0.25],
        latents: Batches::new(&config).shown_latents(8),
        carried: Batches::new(&config).shown_latents(2),
    };
    let mut seen = Vec::new();
    for device in [&Device::flex(), &gpu] {
        let mut engine = Autodiff::new(&config, device);
        engine.advance(1, Part::Both);
        seen.push(engine.observe(&probe).await.expect("an observation"));
    }
    let numbers = |index: usize| {
        let seen = &seen[index];
        let losses = [seen.losses.discriminator, seen.losses.generator];
        let norms = seen
            .gradient_norms
            .generator
            .iter()
            .chain(&seen.gradient_norms.discriminator)
            .copied();
        let arrays = [
            &seen.outputs,
            &seen.fake,
            &seen.fake_outputs,
            &seen.fake_gradients,
            &seen.carried,
        ]
        .into_iter()
        .flatten()
        .copied();
        losses
            .into_iter()
            .chain(norms)
            .chain(arrays)
            .collect::<Vec<f32>>()
    };
    for (cpu, gpu) in numbers(0).into_iter().zip(numbers(1)) {
        assert!(
            (cpu - gpu).abs() < 1e-3 * cpu.abs().max(1.0),
            "{gpu} on WebGPU, {cpu} on the CPU"
        );
    }
}
