//! The batches that the shader draws, read out of its work buffer, and steps by the tiling of graphics cards,
//! which no software adapter takes of itself.

use std::sync::OnceLock;

use burn::tensor::Device;
use burn_wgpu::WgpuSetup;
use pollster::block_on;

use super::{super::tiles::Tiling, *};
use crate::{
    gan::Weights,
    train::{Batches, Compute},
};

/// A GPU with a tiling; burn opens it once in the life of a program.
fn gpu(tiling: Tiling) -> Option<Gpu> {
    static OPENED: OnceLock<Option<(Device, WgpuSetup)>> = OnceLock::new();
    let opened = OPENED.get_or_init(|| {
        let opened = Device::wgpu_options().init_with_setup_async();
        match block_on(opened) {
            Ok(opened) => Some(opened),
            Err(error) => {
                assert!(std::env::var_os("LSGAN_GPU_TESTS").is_none(), "{error}");
                eprintln!("not tested: {error}");
                None
            }
        }
    });
    let (burn, setup) = opened.as_ref()?;
    let gpu = Gpu::with_tiling(burn.clone(), setup, String::new(), true, tiling);
    Some(block_on(gpu).expect("the GPU takes the shader"))
}

fn config(fields: &[&str]) -> TrainingConfig {
    let start = TrainingConfig::default();
    fields.iter().fold(start, |config, field| {
        config.with_assignment(field).unwrap()
    })
}

/// Rows of a matrix of the work buffer as samples: \[count\]\[width\].
fn samples(numbers: &[f32], stride4: u32, width: usize, count: usize) -> Vec<f32> {
    let stride = 4 * stride4 as usize;
    let sample = |index: usize| (0..width).map(move |row| numbers[row * stride + index]);
    (0..count).flat_map(sample).collect()
}

fn assert_near(found: &[f32], expected: &[f32], what: &str) {
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() < 1e-5,
            "{what}: {found}, not {expected}"
        );
    }
}

#[test]
fn batches_are_drawn_from_the_same_integers_as_on_the_host() {
    for tiling in [Tiling::SOFTWARE, Tiling::HARDWARE] {
        if let Some(gpu) = gpu(tiling) {
            assert_batches_are_the_hosts(&gpu);
        }
    }
}

fn assert_batches_are_the_hosts(gpu: &Gpu) {
    // Beyond 2^32 steps the high word counts as well, and carries within a dispatch.
    for step in [0, 3, (1 << 32) - 1] {
        for (dim, target) in [
            (1, "ring"),
            (2, "grid"),
            (3, "two_gaussians"),
            (4, "line"),
            (8, "moons"),
            (33, "spiral"),
            (256, "checkerboard"),
            (2, "mixture"),
            (2, "points"),
        ] {
            for kind in ["uniform", "normal"] {
                let what = format!("step {step}, {kind} latents of {dim}, {target}");
                let fields = [
                    "seed=4000000000".to_owned(),
                    format!("latent.dim={dim}"),
                    format!("latent.kind={kind}"),
                    format!("target.kind={target}"),
                    "batch=50".to_owned(),
                ];
                let config = config(&fields.each_ref().map(String::as_str));
                let mut from = Checkpoint::initial(&config);
                from.step = step;
                let mut engine = Fused::resume(gpu, std::slice::from_ref(&config), &[from]);
                engine.make_steps(2, Part::Both);
                let range = Range {
                    buffer: &engine.work,
                    at: 0,
                    count: u64::from(engine.plan.work),
                };
                let work = block_on(gpu.read(gpu.commands(), &[range]))
                    .unwrap()
                    .remove(0);

                let batches = Batches::new(&config);
                let [latents, points] = [engine.plan.latents, engine.plan.points];
                let columns4 = engine.plan.columns4;
                for (column4, expected) in [
                    (0, batches.discriminator_latents(step + 1, 0)),
                    (columns4, batches.generator_latents(step + 1, 0)),
                ] {
                    let at = 4 * latents.at_column(column4).at as usize;
                    let found = samples(&work[at..], latents.stride, dim, 50);
                    if kind == "uniform" {
                        // 2 u - 1 is exact: every one of the integer's upper 23 bits counts.
                        assert!(found == expected, "{what}");
                    } else {
                        assert_near(&found, &expected, &what);
                    }
                }
                let found = samples(&work[4 * points.at as usize..], points.stride, 2, 50);
                assert_near(&found, &batches.real(step + 1, 0), &what);
            }
        }
    }
}

#[test]
fn with_as_many_threads_as_graphics_cards_have_steps_are_those_of_the_cpu() {
    let Some(gpu) = gpu(Tiling::HARDWARE) else {
        return;
    };
    for fields in [
        &["optimizer.generator.lr=1e-4"][..],
        &[
            "generator.hidden=5,37,12",
            "generator.activation=tanh",
            "discriminator.hidden=256,1,64",
            "discriminator.activation=sigmoid",
            "latent.dim=33",
            "batch=50",
            "steps_d=2",
            "loss.kind=minimax",
            "optimizer.generator.kind=sgd",
        ],
        &[
            "update=simultaneous",
            "batch=1024",
            "optimizer.generator.kind=rmsprop",
            "optimizer.generator.lr=1e-5",
        ],
    ] {
        let config = config(fields);
        let mut alone = Compute::cpu().start(&config);
        alone.advance(5, Part::Both);
        let expected = block_on(alone.checkpoint()).unwrap();
        let ends = [Mode::Fused, Mode::Split].map(|mode| {
            let mut engine = Fused::new(&gpu.in_mode(mode), std::slice::from_ref(&config));
            engine.make_steps(5, Part::Both);
            block_on(engine.read_checkpoint(0)).unwrap()
        });
        for (found, expected) in [
            (&ends[0].generator, &expected.generator),
            (&ends[0].discriminator, &expected.discriminator),
        ] {
            assert_weights_near(Some(&found.weights), Some(&expected.weights), fields);
            for (found, expected) in [
                (&found.first_moment, &expected.first_moment),
                (&found.second_moment, &expected.second_moment),
            ] {
                assert_weights_near(found.as_ref(), expected.as_ref(), fields);
            }
        }
        assert!(ends[0] == ends[1], "{fields:?}: the modes differ");
    }
}

/// Layer by layer, each beside its largest number.
fn assert_weights_near(found: Option<&Weights>, expected: Option<&Weights>, fields: &[&str]) {
    let (Some(found), Some(expected)) = (found, expected) else {
        assert_eq!(found, expected, "{fields:?}");
        return;
    };
    for (found, expected) in found.layers.iter().zip(&expected.layers) {
        let numbers = |layer: &crate::gan::Layer| [&layer.weight[..], &layer.bias].concat();
        let (found, expected) = (numbers(found), numbers(expected));
        assert_eq!(found.len(), expected.len(), "{fields:?}");
        let largest = expected.iter().fold(0.0_f32, |most, it| most.max(it.abs()));
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                (found - expected).abs() <= 1e-3 * largest,
                "{fields:?}: {found}, {expected} on the CPU beside {largest}"
            );
        }
    }
}
