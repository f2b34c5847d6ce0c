//! The batches that the shader draws, read out of its work buffer.

use pollster::block_on;

use super::*;
use crate::train::Batches;

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

/// One test, since burn opens a GPU but once.
#[test]
fn batches_are_drawn_from_the_same_integers_as_on_the_host() {
    let gpu = match block_on(Gpu::open()) {
        Ok(gpu) => gpu,
        Err(error) => {
            assert!(std::env::var_os("LSGAN_GPU_TESTS").is_none(), "{error}");
            return;
        }
    };
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
                let config = fields
                    .iter()
                    .fold(TrainingConfig::default(), |config, field| {
                        config.with_assignment(field).unwrap()
                    });
                let mut from = Checkpoint::initial(&config);
                from.step = step;
                let mut engine = Fused::resume(&gpu, std::slice::from_ref(&config), &[from]);
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
