//! A [`Snapshot`]: all that a picture of the run needs, without tensors, pixels or DOM.
//!
//! It shows the networks as they are at one step; nothing is smoothed over steps.

use serde::{Deserialize, Serialize};

use super::{
    force,
    manifold::{LatentGrid, Mesh},
    metrics::{Metrics, Spread},
    quality::{NoiseFloor, Quality},
};
use crate::{
    config::{Loss, TrainingConfig},
    gan::Response,
    target,
    train::{Batches, GradientNorms, Observation, Probe},
};

/// Grid points along one side of the decision surface, unless [`Detail`] says otherwise.
pub const SURFACE_SIDE: usize = 128;
/// Real samples, and generated samples, in a snapshot.
pub const SHOWN_SAMPLES: usize = 500;

/// The discriminator's output over a rectangle of the plane.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Surface {
    /// Values in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Left and right edge of the rectangle.
    pub x: [f32; 2],
    /// Lower and upper edge.
    pub y: [f32; 2],
    /// Raw outputs y, row by row from the upper edge down, each at the middle of its cell.
    pub values: Vec<f32>,
}

/// A run at one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Steps made.
    pub step: u64,
    /// The discriminator's loss in its last update, before it moved; NaN before the first.
    pub loss_d: f32,
    /// The generator's loss in its last update, before it moved; NaN before the first.
    pub loss_g: f32,
    /// The decision surface.
    pub surface: Surface,
    /// Real samples as x0, y0, x1, y1, …, the same at every step of a run.
    pub real: Vec<f32>,
    /// Generated samples in the same form, from latents that are the same at every step.
    pub fake: Vec<f32>,
    /// The discriminator's output y on each generated sample.
    pub outputs: Vec<f32>,
    /// The gradient of that output by the sample, grad_x y, as x0, y0, x1, y1, …
    pub gradients: Vec<f32>,
    /// The force on each generated sample, -dl/dx = -l'(y) grad_x y, in the same form.
    pub forces: Vec<f32>,
    /// The optimal discriminator's output against the generated samples, over the plane; if [`Detail`]
    /// asks for it and the target's density is known. Of the step at which the quality was measured.
    pub optimal: Option<Surface>,
    /// The generator's image of a grid of latents, if [`Detail`] asks for it.
    pub manifold: Option<Mesh>,
    /// Numbers about the samples.
    pub metrics: Metrics,
    /// Gradient norms of the last updates, layer by layer.
    pub gradient_norms: GradientNorms,
}

impl Snapshot {
    /// Whether its metrics were all measured at its own step.
    pub fn is_measured(&self) -> bool {
        let quality = self.metrics.quality.as_ref();
        quality.is_some_and(|quality| quality.step == self.step)
    }
}

/// What was measured beside the picture, at some step before it or at the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    /// The optimal discriminator.
    pub optimal: Option<Surface>,
    /// How well the target is covered.
    pub quality: Option<Quality>,
    /// What real samples would score.
    pub floor: Option<NoiseFloor>,
}

/// How much a snapshot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// Grid points along one side of the decision surface, 8 to 256.
    pub surface_side: usize,
    /// Whether to carry a grid of latents through the generator.
    pub manifold: bool,
    /// Whether to work out the optimal discriminator.
    pub optimal: bool,
}

impl Default for Detail {
    fn default() -> Self {
        Self {
            surface_side: SURFACE_SIDE,
            manifold: false,
            optimal: false,
        }
    }
}

/// What a run shows at every step: the same points, latents and real samples throughout, so that only
/// the networks move.
#[derive(Clone, Debug)]
pub struct Shown {
    probe: Probe,
    real: Vec<f32>,
    half_side: f32,
    surface_side: usize,
    grid: Option<LatentGrid>,
    loss: Loss,
}

impl Shown {
    /// What runs of a configuration show.
    pub fn new(config: &TrainingConfig, detail: Detail) -> Self {
        let half_side = target::extent(&config.target);
        let side = detail.surface_side.clamp(8, 256);
        let batches = Batches::new(config);
        let grid = detail
            .manifold
            .then(|| LatentGrid::new(&config.latent, config.seed));
        let real = batches.shown_real(SHOWN_SAMPLES);
        let mut points = cell_middles(half_side, side);
        points.extend(&real);
        Self {
            probe: Probe {
                points,
                latents: batches.shown_latents(SHOWN_SAMPLES),
                carried: grid.iter().flat_map(|grid| grid.latents.clone()).collect(),
            },
            real,
            half_side,
            surface_side: side,
            grid,
            loss: config.loss,
        }
    }

    /// What an engine is to be asked.
    pub fn probe(&self) -> &Probe {
        &self.probe
    }

    /// The snapshot of what an engine answered at `step`.
    pub fn snapshot(&self, step: u64, mut seen: Observation, measured: Measured) -> Snapshot {
        let on_real = seen
            .outputs
            .split_off(self.surface_side * self.surface_side);
        let fake = [0, 1].map(|axis| Spread::of(seen.fake.iter().skip(axis).step_by(2).copied()));
        let metrics = Metrics {
            fake_mean: fake.map(|axis| axis.mean),
            fake_deviation: fake.map(|axis| axis.deviation),
            output_real: Spread::of(on_real.iter().copied()),
            output_fake: Spread::of(seen.fake_outputs.iter().copied()),
            quality: measured.quality,
            floor: measured.floor,
        };
        let edges = [-self.half_side, self.half_side];
        let manifold = self.grid.as_ref().map(|grid| Mesh {
            columns: grid.columns,
            rows: grid.rows,
            points: seen.carried,
        });
        Snapshot {
            step,
            loss_d: seen.losses.discriminator,
            loss_g: seen.losses.generator,
            surface: Surface {
                width: self.surface_side,
                height: self.surface_side,
                x: edges,
                y: edges,
                values: seen.outputs,
            },
            real: self.real.clone(),
            metrics,
            fake: seen.fake,
            forces: forces(self.loss, &seen.fake_outputs, &seen.fake_gradients),
            outputs: seen.fake_outputs,
            gradients: seen.fake_gradients,
            optimal: measured
                .optimal
                .map(|surface| resampled(&surface, self.surface_side)),
            manifold,
            gradient_norms: seen.gradient_norms,
        }
    }
}

/// A surface on `side` x `side` cells: what it has at the middle of each.
fn resampled(surface: &Surface, side: usize) -> Surface {
    let at = |index: usize, before: usize| (2 * index + 1) * before / (2 * side);
    let cells = 0..side * side;
    Surface {
        width: side,
        height: side,
        values: cells
            .map(|cell| {
                let (row, column) = (
                    at(cell / side, surface.height),
                    at(cell % side, surface.width),
                );
                surface.values[row * surface.width + column]
            })
            .collect(),
        ..*surface
    }
}

/// The middles of `side` x `side` cells of the square from -`half_side` to `half_side`, row by row from the
/// upper edge down, as x0, y0, x1, y1, …
pub fn cell_middles(half_side: f32, side: usize) -> Vec<f32> {
    let cell = 2.0 * half_side / side as f32;
    let middle = |index: usize| (index as f32 + 0.5) * cell - half_side;
    (0..side * side)
        .flat_map(|index| [middle(index % side), -middle(index / side)])
        .collect()
}

/// The force -l'(y) grad_x y on each sample, under any loss, from the discriminator's outputs on the
/// samples and the gradients of these, as x0, y0, x1, y1, …
pub fn forces(loss: Loss, outputs: &[f32], gradients: &[f32]) -> Vec<f32> {
    outputs
        .iter()
        .zip(gradients.chunks_exact(2))
        .flat_map(|(output, gradient)| {
            let response = Response {
                output: f64::from(*output),
                gradient: [gradient[0], gradient[1]].map(f64::from),
            };
            force(loss, response).map(|part| part as f32)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Losses;

    /// An answer to the default probe: D is 1/2 on the plane, -1 and 3 by turns on the real samples.
    fn seen(fake: Vec<f32>, fake_outputs: Vec<f32>) -> Observation {
        let on_real = [-1.0, 3.0].into_iter().cycle().take(SHOWN_SAMPLES);
        Observation {
            losses: Losses {
                discriminator: 0.5,
                generator: 0.25,
            },
            outputs: std::iter::repeat_n(0.5, 128 * 128).chain(on_real).collect(),
            fake,
            fake_outputs,
            fake_gradients: vec![0.5, -2.0],
            carried: Vec::new(),
            gradient_norms: GradientNorms {
                generator: vec![1.0],
                discriminator: vec![2.0],
            },
        }
    }

    #[test]
    fn points_are_the_middles_of_the_cells_from_the_upper_left() {
        let shown = Shown::new(&TrainingConfig::default(), Detail::default());
        let half = target::extent(&TrainingConfig::default().target);
        let cell = 2.0 * half / 128.0;
        let points = &shown.probe().points;
        assert_eq!(points.len(), 2 * (128 * 128 + SHOWN_SAMPLES));
        assert!(
            (points[0] - (0.5 * cell - half)).abs() < 1e-6
                && (points[1] - (half - 0.5 * cell)).abs() < 1e-6
        );
        // The second point lies to the right of the first, the 129th below it.
        assert!((points[2] - points[0] - cell).abs() < 1e-5 && points[3] == points[1]);
        assert!(points[256] == points[0] && (points[1] - points[257] - cell).abs() < 1e-5);
    }

    #[test]
    fn the_same_samples_feel_another_force_under_another_loss() {
        // At y = 0, l' is -1/2 under both cross-entropy losses; at y = 6 it is s - 1 and -s.
        let (outputs, gradients) = ([0.0, 6.0], [2.0, 0.0, 0.0, 1.0]);
        let non_saturating = forces(Loss::NonSaturating, &outputs, &gradients);
        let minimax = forces(Loss::Minimax, &outputs, &gradients);
        assert_eq!((non_saturating[0], minimax[0]), (1.0, 1.0));
        assert!((non_saturating[3] - 0.002_472_623).abs() < 1e-8);
        assert!((minimax[3] - 0.997_527_4).abs() < 1e-6);
    }

    #[test]
    fn a_snapshot_holds_as_much_as_it_is_asked_for() {
        let detail = Detail {
            surface_side: 64,
            manifold: true,
            optimal: false,
        };
        let shown = Shown::new(&TrainingConfig::default(), detail);
        assert_eq!(shown.probe().points.len(), 2 * (64 * 64 + SHOWN_SAMPLES));
        assert!(!shown.probe().carried.is_empty());
    }

    #[test]
    fn metrics_are_those_worked_out_by_hand() {
        let shown = Shown::new(&TrainingConfig::default(), Detail::default());
        // Points (0, 1), (2, 5), (4, 3): means 2 and 3, variances 8/3 and 8/3. Outputs on them 1, 2, 6:
        // mean 3, variance 14/3; on the real samples -1 and 3 by turns: mean 1, deviation 2.
        let seen = seen(vec![0.0, 1.0, 2.0, 5.0, 4.0, 3.0], vec![1.0, 2.0, 6.0]);
        let metrics = shown.snapshot(0, seen, Measured::default()).metrics;
        let close = |a: f32, b: f32| (a - b).abs() < 1e-6;
        assert_eq!(metrics.fake_mean, [2.0, 3.0]);
        assert!(
            metrics
                .fake_deviation
                .iter()
                .all(|d| close(*d, (8.0_f32 / 3.0).sqrt()))
        );
        assert_eq!(
            (metrics.output_real.mean, metrics.output_real.deviation),
            (1.0, 2.0)
        );
        assert_eq!(metrics.output_fake.mean, 3.0);
        assert!(close(
            metrics.output_fake.deviation,
            (14.0_f32 / 3.0).sqrt()
        ));
    }

    #[test]
    fn a_surface_on_other_cells_has_the_value_at_their_middles() {
        // Sixteen cells that know their column and row; nine over the same square lie at 0, 2 and 3.
        let surface = Surface {
            width: 4,
            height: 4,
            x: [-1.0, 1.0],
            y: [-1.0, 1.0],
            values: (0..16)
                .map(|cell| (10 * (cell / 4) + cell % 4) as f32)
                .collect(),
        };
        let three = resampled(&surface, 3);
        assert_eq!((three.width, three.height, three.x), (3, 3, surface.x));
        assert_eq!(
            three.values,
            [0.0, 2.0, 3.0, 20.0, 22.0, 23.0, 30.0, 32.0, 33.0]
        );
        assert_eq!(resampled(&surface, 4), surface);
        assert_eq!(resampled(&surface, 8).values[9], 0.0);
    }

    #[test]
    fn a_snapshot_takes_over_what_was_seen() {
        let shown = Shown::new(&TrainingConfig::default(), Detail::default());
        let seen = seen(vec![1.0, 2.0], vec![3.0]);
        let snapshot = shown.snapshot(7, seen, Measured::default());
        assert_eq!(
            (snapshot.step, snapshot.loss_d, snapshot.loss_g),
            (7, 0.5, 0.25)
        );
        assert_eq!(
            (snapshot.fake, snapshot.outputs, snapshot.gradients),
            (vec![1.0, 2.0], vec![3.0], vec![0.5, -2.0])
        );
        // LSGAN with c = 1: l'(3) = 2.
        assert_eq!(snapshot.forces, vec![-1.0, 4.0]);
        assert_eq!(snapshot.manifold, None);
        assert_eq!(snapshot.real.len(), 2 * SHOWN_SAMPLES);
        assert_eq!(snapshot.surface.values, vec![0.5; 128 * 128]);
    }
}
