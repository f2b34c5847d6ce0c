//! The lab: samples that follow their own force through a discriminator held fixed (the chapter's
//! figure 2-8).
//!
//! One discriminator, one list of starting points, and for each loss a track: the same samples, each
//! moved by x <- x - rate * l'(y) grad_x y. Everything is plain numbers and the same every time; no
//! generator, no clock and no picture. Whatever the discriminator says, positions and forces stay
//! finite: a sample that would leave ±[`LIMIT`] stops there, one without a number to follow stays.

mod arrivals;
mod boundary;
mod placing;
mod surface;
mod trail;

pub use arrivals::{Arrival, arrivals};
pub use boundary::StraightBoundary;
pub use placing::{far_pair, free_place, place, tidy};
pub use surface::surface;
pub use trail::Trail;

use serde::Serialize;

use crate::{
    config::Loss,
    gan::{FixedDiscriminator, Response, loss},
    measure,
};

/// No coordinate of a sample leaves ±this.
pub const LIMIT: f64 = 1e6;

/// Samples under every loss at once.
#[derive(Clone, Debug)]
pub struct Lab {
    discriminator: FixedDiscriminator,
    tracks: Vec<Track>,
    rate: f64,
    within: f64,
    steps: u64,
}

/// The samples under one loss.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Track {
    /// The loss that moves them.
    pub loss: Loss,
    /// The samples, in the order in which they were added; the same starts in every track.
    pub samples: Vec<Sample>,
}

/// One sample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sample {
    /// Where it is.
    pub at: [f64; 2],
    /// Where it was placed.
    pub start: [f64; 2],
    /// What the discriminator says there; NaN only where the discriminator's own weights are.
    pub response: Response,
    /// The force on it, -l'(y) grad_x y.
    pub force: [f64; 2],
    /// Steps made since it was placed, or since the discriminator or the distance changed.
    pub steps: u64,
    /// The first of those steps after which it was within the distance of the boundary, or across it.
    pub reached_boundary: Option<u64>,
    /// The first of those steps after which it was within the distance of where its loss lets it
    /// rest; never, where the loss has no such level.
    pub reached_rest: Option<u64>,
}

impl Lab {
    /// Samples at `start`, once for each of `losses`. A step moves them by `rate` times their force;
    /// they have arrived when they are `within` this distance, in the plane.
    pub fn new(
        discriminator: FixedDiscriminator,
        losses: Vec<Loss>,
        start: Vec<[f64; 2]>,
        rate: f64,
        within: f64,
    ) -> Self {
        let samples: Vec<_> = start.into_iter().map(Sample::placed).collect();
        let track = |loss| Track {
            loss,
            samples: samples.clone(),
        };
        let mut lab = Self {
            discriminator,
            tracks: losses.into_iter().map(track).collect(),
            rate,
            within,
            steps: 0,
        };
        lab.recount();
        lab
    }

    /// Moves every sample of every track once.
    pub fn step(&mut self) {
        let rate = self.rate;
        for sample in self.samples_mut() {
            sample.at = std::array::from_fn(|axis| {
                bounded(sample.at[axis] + rate * sample.force[axis]).unwrap_or(sample.at[axis])
            });
            sample.steps += 1;
        }
        self.steps += 1;
        self.look();
    }

    /// Puts every sample back to where it was placed.
    pub fn restart(&mut self) {
        self.steps = 0;
        for sample in self.samples_mut() {
            sample.at = sample.start;
        }
        self.recount();
    }

    /// Steps made since the start, or since the last restart.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The samples, one track for each loss.
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// The discriminator held fixed.
    pub fn discriminator(&self) -> &FixedDiscriminator {
        &self.discriminator
    }

    /// Places another sample, in every track, and says its index.
    pub fn add(&mut self, at: [f64; 2]) -> usize {
        let index = self.tracks.first().map_or(0, |track| track.samples.len());
        for track in &mut self.tracks {
            track.samples.push(Sample::placed(at));
        }
        self.look_at(index);
        index
    }

    /// Takes a sample out of every track; those after it move up. An index that is none does nothing.
    pub fn remove(&mut self, index: usize) {
        for track in &mut self.tracks {
            if index < track.samples.len() {
                track.samples.remove(index);
            }
        }
    }

    /// Puts a sample somewhere else, in every track; its steps are counted from there. An index that
    /// is none does nothing.
    pub fn place(&mut self, index: usize, at: [f64; 2]) {
        for track in &mut self.tracks {
            if let Some(sample) = track.samples.get_mut(index) {
                *sample = Sample::placed(at);
            }
        }
        self.look_at(index);
    }

    /// Takes another discriminator. The samples stay where they are and are counted from there: steps
    /// through two discriminators would say nothing about either.
    pub fn set_discriminator(&mut self, discriminator: FixedDiscriminator) {
        self.discriminator = discriminator;
        self.recount();
    }

    /// Takes another rate for the steps to come.
    pub fn set_rate(&mut self, rate: f64) {
        self.rate = rate;
    }

    /// Takes another distance at which a sample has arrived. The samples stay where they are and are
    /// counted from there.
    pub fn set_within(&mut self, within: f64) {
        self.within = within;
        self.recount();
    }

    fn samples_mut(&mut self) -> impl Iterator<Item = &mut Sample> {
        self.tracks.iter_mut().flat_map(|track| &mut track.samples)
    }

    /// Counts every sample from where it is.
    fn recount(&mut self) {
        for sample in self.samples_mut() {
            *sample = Sample {
                start: sample.start,
                ..Sample::placed(sample.at)
            };
        }
        self.look();
    }

    /// Asks the discriminator about every sample, all of them at once.
    fn look(&mut self) {
        let samples = self.tracks.iter().flat_map(|track| &track.samples);
        let points: Vec<_> = samples.map(|sample| sample.at).collect();
        let mut responses = self.discriminator.at_each(&points).into_iter();
        for track in &mut self.tracks {
            for (sample, response) in track.samples.iter_mut().zip(&mut responses) {
                sample.see(track.loss, response, self.within);
            }
        }
    }

    /// Asks the discriminator about one sample of each track.
    fn look_at(&mut self, index: usize) {
        for track in &mut self.tracks {
            if let Some(sample) = track.samples.get_mut(index) {
                let response = self.discriminator.at(sample.at);
                sample.see(track.loss, response, self.within);
            }
        }
    }
}

impl Sample {
    /// A sample that nobody has looked at yet.
    fn placed(at: [f64; 2]) -> Self {
        let at = at.map(|coordinate| bounded(coordinate).unwrap_or(0.0));
        Self {
            at,
            start: at,
            response: Response::default(),
            force: [0.0, 0.0],
            steps: 0,
            reached_boundary: None,
            reached_rest: None,
        }
    }

    /// Takes what the discriminator says where the sample now is.
    fn see(&mut self, loss: Loss, response: Response, within: f64) {
        let boundary = loss::boundary(loss);
        // A long step may carry it from one side to the other, past the strip between.
        let side = |response: Response| response.output > boundary;
        let crossed = self.steps > 0 && side(self.response) != side(response);
        let near = |level: f64| response.distance_to(level) <= within;
        if self.reached_boundary.is_none() && (crossed || near(boundary)) {
            self.reached_boundary = Some(self.steps);
        }
        if self.reached_rest.is_none() && loss::rest(loss).is_some_and(near) {
            self.reached_rest = Some(self.steps);
        }
        self.response = response;
        self.force = measure::force(loss, response).map(|force| {
            if force.is_nan() {
                0.0
            } else {
                force.clamp(f64::MIN, f64::MAX)
            }
        });
    }
}

/// A coordinate held inside the limit; none for NaN.
fn bounded(coordinate: f64) -> Option<f64> {
    (!coordinate.is_nan()).then(|| coordinate.clamp(-LIMIT, LIMIT))
}

#[cfg(test)]
mod tests;
