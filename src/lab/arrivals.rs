//! The lab as numbers: how many steps each loss needs to bring a far sample in.

use serde::Serialize;

use super::Lab;
use crate::{
    config::Loss,
    gan::{FixedDiscriminator, loss},
};

/// How one sample fared under one loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Arrival {
    /// The loss.
    pub loss: Loss,
    /// y where the sample started.
    pub from: f64,
    /// The level of the decision boundary.
    pub boundary: f64,
    /// Steps until the sample was near the boundary or across it; none if that never came.
    pub to_boundary: Option<u64>,
    /// The level at which the loss lets samples rest, if there is one.
    pub rest: Option<f64>,
    /// Steps until the sample was near that level; none if that never came.
    pub to_rest: Option<u64>,
    /// y after the last step.
    pub output: f64,
}

/// Lets samples that start at the outputs `from` follow each loss for `steps` plain gradient steps of
/// size `rate`, through D(x) = w . x with |w| = 1, so that distances in the plane are differences of
/// y. Near is `within` this distance.
pub fn arrivals(losses: &[Loss], from: &[f64], rate: f64, within: f64, steps: u64) -> Vec<Arrival> {
    let discriminator = FixedDiscriminator::linear([1.0, 0.0], 0.0);
    let start = from.iter().map(|y| [*y, 0.0]).collect();
    let mut lab = Lab::new(discriminator, losses.to_vec(), start, rate, within);
    for _ in 0..steps {
        lab.step();
    }
    let rows = lab.tracks().iter().flat_map(|track| {
        track.samples.iter().map(|sample| Arrival {
            loss: track.loss,
            from: sample.start[0],
            boundary: loss::boundary(track.loss),
            to_boundary: sample.reached_boundary,
            rest: loss::rest(track.loss),
            to_rest: sample.reached_rest,
            output: sample.response.output,
        })
    });
    rows.collect()
}
