//! burn on the browser's WebGPU: the adapter is there, and its steps agree with the oracle and with
//! the CPU. On a software adapter a step of this engine takes about a second, so there are few.
#![cfg(all(target_arch = "wasm32", feature = "webgpu"))]

mod oracle_cases;

use burn::tensor::Device;
use lsgan_lab::{
    config::TrainingConfig,
    train::{
        Autodiff, Batches, Checkpoint, Engine, Fleet, Observation, Part, Probe,
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
        &numbers(&seen[1]),
        &numbers(&seen[0]),
        1.0,
        &["the textbook on WebGPU"],
    );
}

fn numbers(seen: &Observation) -> Vec<f32> {
    let losses = [seen.losses.discriminator, seen.losses.generator];
    let norms = [
        &seen.gradient_norms.generator,
        &seen.gradient_norms.discriminator,
    ];
    let arrays = [
        &seen.outputs,
        &seen.fake,
        &seen.fake_outputs,
        &seen.fake_gradients,
        &seen.carried,
    ];
    let all = norms.into_iter().chain(arrays).flatten();
    losses.into_iter().chain(all.copied()).collect()
}

/// Compares numbers, as a fraction of each of those expected or of `scale`, whichever is larger.
fn assert_near(found: &[f32], expected: &[f32], scale: f32, what: &[&str]) {
    assert_eq!(found.len(), expected.len(), "{what:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 1e-3 * expected.abs().max(scale),
            "{what:?}: {found}, {expected} on the CPU"
        );
    }
}

/// The first comparison comes after one step, the second after twenty.
const STEPS: [u64; 2] = [1, 19];

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
        let mut expected = Vec::new();
        for steps in STEPS {
            textbook.advance(steps, Part::Both);
            let seen = textbook.observe(&probe).await.expect("an observation");
            let end = textbook.checkpoint().await.expect("a checkpoint");
            expected.push((numbers(&seen), end));
        }
        let other = config.with_assignment("seed=2").expect("a seed");
        let mut ends = Vec::new();
        for mode in [Mode::Fused, Mode::Split] {
            let gpu = gpu.in_mode(mode);
            let mut both = Fused::new(&gpu, &[config.clone(), other.clone()]);
            for (steps, (seen, end)) in STEPS.into_iter().zip(&expected) {
                Fleet::advance(&mut both, steps);
                let found = Fleet::observe(&both, &[probe.clone(), probe.clone()])
                    .await
                    .expect("an observation");
                assert_near(&numbers(&found[0]), seen, 1.0, fields);
                let found = Fleet::checkpoint(&both, 0).await.expect("a checkpoint");
                for (found, expected) in moments(&found).into_iter().zip(moments(end)) {
                    let largest = expected.iter().fold(1e-6, |most: f32, x| most.max(x.abs()));
                    assert_near(found, expected, largest, fields);
                }
            }
            // Each member is what it is alone, again and again, to the last bit.
            for (member, config) in [&config, &other].into_iter().enumerate() {
                let mut alone = Fused::new(&gpu, std::slice::from_ref(config));
                Fleet::advance(&mut alone, STEPS.iter().sum());
                let alone = Fleet::checkpoint(&alone, 0).await.expect("a checkpoint");
                let here = Fleet::checkpoint(&both, member)
                    .await
                    .expect("a checkpoint");
                assert!(alone == here, "{fields:?}: member {member} is another");
                ends.push(here);
            }
        }
        assert!(ends[..2] == ends[2..], "{fields:?}: the modes differ");
    }
}

/// The mean gradients of each layer, where they are kept.
fn moments(checkpoint: &Checkpoint) -> Vec<&[f32]> {
    [&checkpoint.generator, &checkpoint.discriminator]
        .into_iter()
        .filter_map(|network| network.first_moment.as_ref())
        .flat_map(|moment| &moment.layers)
        .flat_map(|layer| [&layer.weight[..], &layer.bias[..]])
        .collect()
}
