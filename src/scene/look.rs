//! How the page looks at a run: nothing here changes a number of the training.

use serde::Serialize;

use crate::config::{ConfigError, fields::Fields};

/// The latest step at which a run can be told to stop.
pub const LATEST_STOP: u64 = 1_000_000_000;

/// What is shown, and in which way. The first word of each choice is the default.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Look {
    /// The run, the lab, or the wall of seeds.
    pub view: View,
    /// The forces on the generated samples.
    pub arrows: Arrows,
    /// Whether the forces of the other losses are shown beside them.
    pub ghosts: bool,
    /// Which value colours the plane.
    pub surface: SurfaceOf,
    /// Whether the latent grid is drawn as the generator maps it.
    pub manifold: bool,
    /// What the second chart shows.
    pub panel: Panel,
    /// Which metric is drawn over the steps.
    pub metric: Metric,
    /// Whose curves the loss chart holds.
    pub curves: Curves,
    /// A force or slope below this counts as vanished; 1e-9 to 10.
    pub threshold: f64,
    /// The step at which a run that plays stops; 0 where it plays on.
    pub stop: u64,
}

/// What the page is about at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// A run of the two networks against each other.
    Run,
    /// Samples under a discriminator held fixed.
    Lab,
    /// Many runs that differ in seed and loss.
    Wall,
}

/// The length of the arrows that stand for forces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrows {
    /// No arrows.
    Off,
    /// In proportion to the force.
    Linear,
    /// By the logarithm of the force, so that weak ones can be seen beside strong ones.
    Logarithmic,
}

/// The value that colours the plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SurfaceOf {
    /// y, the discriminator's last linear output.
    Output,
    /// s = sigmoid(y).
    Sigmoid,
    /// D*, the best output against the generated samples as they are.
    Optimal,
    /// y - D*.
    Difference,
}

/// What the second chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Panel {
    /// The losses over the steps.
    History,
    /// l(y) and l'(y), with the samples on the curves.
    Curve,
    /// The norms of the gradients, layer by layer, over the steps.
    Gradients,
    /// How well the generator covers the target.
    Metrics,
    /// The selected sample in numbers, and the discriminator's last layer.
    Sample,
}

/// A metric over the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Modes covered.
    Modes,
    /// The share of samples of high quality.
    Hq,
    /// Reverse Kullback-Leibler divergence over modes.
    ReverseKl,
    /// Sliced Wasserstein-1.
    SlicedW1,
    /// Energy distance.
    Energy,
    /// The Pearson chi-squared and 2 C(G).
    Divergence,
    /// D on real and on generated samples.
    Outputs,
}

/// Whose curves the loss chart holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Curves {
    /// Those of the loss in force.
    Own,
    /// Those of all four losses.
    All,
}

impl Look {
    pub(super) fn read(mut fields: Fields) -> Result<Self, ConfigError> {
        let look = Self {
            view: fields.choice(
                "view",
                &[("run", View::Run), ("lab", View::Lab), ("wall", View::Wall)],
            )?,
            arrows: fields.choice(
                "arrows",
                &[
                    ("off", Arrows::Off),
                    ("linear", Arrows::Linear),
                    ("logarithmic", Arrows::Logarithmic),
                ],
            )?,
            ghosts: fields.flag("ghosts", false)?,
            surface: fields.choice(
                "surface",
                &[
                    ("output", SurfaceOf::Output),
                    ("sigmoid", SurfaceOf::Sigmoid),
                    ("optimal", SurfaceOf::Optimal),
                    ("difference", SurfaceOf::Difference),
                ],
            )?,
            manifold: fields.flag("manifold", false)?,
            panel: fields.choice(
                "panel",
                &[
                    ("history", Panel::History),
                    ("curve", Panel::Curve),
                    ("gradients", Panel::Gradients),
                    ("metrics", Panel::Metrics),
                    ("sample", Panel::Sample),
                ],
            )?,
            metric: fields.choice(
                "metric",
                &[
                    ("modes", Metric::Modes),
                    ("hq", Metric::Hq),
                    ("reverse_kl", Metric::ReverseKl),
                    ("sliced_w1", Metric::SlicedW1),
                    ("energy", Metric::Energy),
                    ("divergence", Metric::Divergence),
                    ("outputs", Metric::Outputs),
                ],
            )?,
            curves: fields.choice("curves", &[("own", Curves::Own), ("all", Curves::All)])?,
            threshold: fields.number("threshold", 1e-9..=10.0, 0.01)?,
            stop: fields.whole("stop", 0..=LATEST_STOP, 0)?,
        };
        fields.finish()?;
        Ok(look)
    }
}
