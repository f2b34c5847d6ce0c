//! burn on the browser's WebGPU: the adapter is there, and its steps agree with the oracle and with
//! the CPU. On a software adapter a step of this engine takes about a second, so there are few.
#![cfg(all(target_arch = "wasm32", feature = "webgpu"))]

mod deviation;
mod oracle_cases;

use burn::tensor::Device;
use deviation::Tensor;
use lsgan_lab::{
    config::TrainingConfig,
    train::{
        Autodiff, Batches, Engine, Fleet, Part, Probe,
        fused::{Fused, Gpu, Mode},
    },
};
use oracle_cases::Case;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// burn opens a device once in the life of a page, so there is one test that uses it.
#[wasm_bindgen_test]
async fn steps_on_webgpu_agree_with_the_oracle_and_with_the_cpu() {
    let fused = Gpu::open().await.expect("a WebGPU adapter");
    fused_steps_are_those_of_the_textbook(&fused).await;

    let gpu = fused.burn().clone();
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
    assert_near(
        &deviation::observation(&seen[1]),
        &deviation::observation(&seen[0]),
        &["the textbook on WebGPU"],
    );
}

/// Below this a gradient is compared with this.
const LEAST_GRADIENT: f32 = 1e-6;

fn assert_near(found: &[Tensor], expected: &[Tensor], what: &[&str]) {
    let (off, tensor) = deviation::worst(expected, found);
    assert!(
        off <= 1e-3,
        "{what:?}: {tensor} is off the CPU's by {off:e}"
    );
}

/// tests/fused.rs compares many more configurations, natively; these show that the browser's compiler
/// makes the same of the shader.
async fn fused_steps_are_those_of_the_textbook(gpu: &Gpu) {
    let all: [&[&str]; 4] = [
        &["optimizer.generator.lr=1e-4"],
        &[
            "batch=50",
            "generator.hidden=5,37,12",
            "generator.activation=tanh",
            "latent.dim=33",
            "steps_d=2",
        ],
        &[
            "loss.kind=minimax",
            "discriminator.activation=sigmoid",
            "target.kind=moons",
            "latent.kind=uniform",
        ],
        &[
            "optimizer.generator.kind=rmsprop",
            "optimizer.generator.lr=1e-5",
            "update=simultaneous",
        ],
    ];
    for fields in all {
        let config = fields
            .iter()
            .fold(TrainingConfig::default(), |config, field| {
                config.with_assignment(field).expect("an allowed field")
            });
        let probe = Probe {
            points: Batches::new(&config).shown_real(100),
            latents: Batches::new(&config).shown_latents(20),
            carried: Batches::new(&config).evaluated_latents(10),
        };
        let mut textbook = Autodiff::new(&config, &Device::flex());
        textbook.advance(3, Part::Both);
        let expected = textbook.observe(&probe).await.expect("an observation");
        let expected = (
            deviation::observation(&expected),
            deviation::checkpoint(
                &textbook.checkpoint().await.expect("a checkpoint"),
                LEAST_GRADIENT,
            ),
        );
        let mut ends = Vec::new();
        for mode in [Mode::Fused, Mode::Split] {
            let mut engine = Fused::new(
                &gpu.in_mode(mode),
                &[
                    config.clone(),
                    config.with_assignment("seed=2").expect("a seed"),
                ],
            );
            Fleet::advance(&mut engine, 3);
            let seen = Fleet::observe(&engine, &[probe.clone(), probe.clone()])
                .await
                .expect("an observation");
            let end = Fleet::checkpoint(&engine, 0).await.expect("a checkpoint");
            assert_near(&deviation::observation(&seen[0]), &expected.0, fields);
            assert_near(
                &deviation::checkpoint(&end, LEAST_GRADIENT),
                &expected.1,
                fields,
            );
            ends.push(end);
        }
        assert!(ends[0] == ends[1], "{fields:?}: the modes differ");
    }
}
