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
        Autodiff, Batches, Checkpoint, Engine, Fleet, Part, Probe,
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

/// Steps after which runs are compared.
const LOOKS: [u64; 3] = [1, 3, 20];

/// tests/fused.rs compares many more configurations, natively; these show that the browser's compiler
/// makes the same of the shader.
async fn fused_steps_are_those_of_the_textbook(gpu: &Gpu) {
    // Rates at which twenty steps do not blow rounding up.
    let slow = [
        "optimizer.generator.lr=1e-4",
        "optimizer.discriminator.lr=1e-4",
    ];
    let all: [&[&str]; 4] = [
        &[],
        &[
            "batch=50",
            "generator.hidden=5,37,12",
            "generator.activation=tanh",
            "discriminator.hidden=16",
            "latent.dim=33",
            "steps_d=2",
        ],
        &[
            "loss.kind=minimax",
            "generator.hidden=16",
            "discriminator.hidden=16,16",
            "discriminator.activation=sigmoid",
            "target.kind=moons",
            "latent.kind=uniform",
            "batch=64",
        ],
        &[
            "optimizer.generator.kind=rmsprop",
            "optimizer.generator.lr=1e-5",
            "generator.hidden=32",
            "discriminator.hidden=32",
            "update=simultaneous",
        ],
    ];
    for fields in all {
        let fields = [&slow[..], fields].concat();
        let config = fields
            .iter()
            .fold(TrainingConfig::default(), |config, field| {
                config.with_assignment(field).expect("an allowed field")
            });
        let configs = [
            config.clone(),
            config.with_assignment("seed=2").expect("a seed"),
        ];
        let mut textbook = Autodiff::new(&config, &Device::flex());
        let mut fleets =
            [Mode::Fused, Mode::Split].map(|mode| Fused::new(&gpu.in_mode(mode), &configs));
        let probe = Probe {
            points: Batches::new(&config).shown_real(100),
            latents: Batches::new(&config).shown_latents(20),
            carried: Batches::new(&config).evaluated_latents(10),
        };
        for steps in LOOKS {
            textbook.advance(steps - Engine::steps_done(&textbook), Part::Both);
            let expected = (
                textbook.observe(&probe).await.expect("an observation"),
                textbook.checkpoint().await.expect("a checkpoint"),
            );
            for fleet in &mut fleets {
                let left = steps - Fleet::steps_done(fleet);
                Fleet::advance(fleet, left);
                let seen = Fleet::observe(fleet, &[probe.clone(), probe.clone()]).await;
                let found = (seen.expect("an observation").remove(0), end(fleet, 0).await);
                assert_near(
                    &deviation::observation(&found.0),
                    &deviation::observation(&expected.0),
                    &fields,
                );
                assert_near(
                    &deviation::checkpoint(&found.1, LEAST_GRADIENT),
                    &deviation::checkpoint(&expected.1, LEAST_GRADIENT),
                    &fields,
                );
            }
        }
        assert_bits_are_the_same_alone_and_again(gpu, &configs, &fleets).await;
    }
}

/// Compares fleets that were looked at on their way, in all modes, with runs that were not.
async fn assert_bits_are_the_same_alone_and_again(
    gpu: &Gpu,
    configs: &[TrainingConfig; 2],
    fleets: &[Fused; 2],
) {
    let [_, _, last] = LOOKS;
    for fleet in fleets {
        let gpu = gpu.in_mode(fleet.mode());
        let mut again = Fused::new(&gpu, configs);
        Fleet::advance(&mut again, last);
        for (member, config) in configs.iter().enumerate() {
            let mut alone = Fused::new(&gpu, std::slice::from_ref(config));
            Fleet::advance(&mut alone, last);
            let expected = end(fleet, member).await;
            let what = format!("member {member}, {:?}: {config:?}", fleet.mode());
            assert!(end(&again, member).await == expected, "again, {what}");
            assert!(end(&alone, 0).await == expected, "alone, {what}");
            assert!(end(&fleets[0], member).await == expected, "modes, {what}");
        }
    }
}

/// Where a member stands.
async fn end(fleet: &Fused, member: usize) -> Checkpoint {
    let checkpoint = Fleet::checkpoint(fleet, member);
    checkpoint.await.expect("a checkpoint")
}
