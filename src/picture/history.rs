//! The losses of a run, however long: a [`Series`] of both.

use super::series::Series;

/// The losses at one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossPoint {
    /// The step after which they were measured.
    pub step: u64,
    /// The discriminator's loss; NaN if there is none.
    pub loss_d: f32,
    /// The generator's loss; NaN if there is none.
    pub loss_g: f32,
}

/// Losses over steps, oldest first, at most [`LossHistory::CAPACITY`] points.
#[derive(Debug, Clone, Default)]
pub struct LossHistory {
    losses: Series<[f32; 2], { Self::CAPACITY }>,
}

impl LossHistory {
    /// The most points that [`LossHistory::points`] yields: more than a chart has pixels.
    pub const CAPACITY: usize = 2000;

    /// An empty history.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the losses at `step`. A step that is not later than the newest one is ignored, so that
    /// a snapshot shown twice counts once; a run that starts again calls [`LossHistory::clear`].
    pub fn push(&mut self, step: u64, loss_d: f32, loss_g: f32) {
        self.losses.push(step, [loss_d, loss_g]);
    }

    /// Forgets what came after a step: the run goes on from there.
    pub fn forget_after(&mut self, step: u64) {
        self.losses.forget_after(step);
    }

    /// Forgets everything: the run starts again.
    pub fn clear(&mut self) {
        self.losses.clear();
    }

    /// The points, oldest first, ending with the newest one.
    pub fn points(&self) -> impl Iterator<Item = LossPoint> + '_ {
        self.losses.points().map(point)
    }

    /// The point that was pushed last.
    pub fn newest(&self) -> Option<LossPoint> {
        self.losses.newest().map(point)
    }

    /// Whether nothing was pushed since the start or the last [`LossHistory::clear`].
    pub fn is_empty(&self) -> bool {
        self.losses.is_empty()
    }
}

fn point((step, &[loss_d, loss_g]): (u64, &[f32; 2])) -> LossPoint {
    LossPoint {
        step,
        loss_d,
        loss_g,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_stay_with_their_networks_and_steps() {
        let mut history = LossHistory::new();
        history.push(3, 0.5, 0.25);
        history.push(4, 0.75, 0.125);
        let expected = LossPoint {
            step: 4,
            loss_d: 0.75,
            loss_g: 0.125,
        };
        assert_eq!(history.points().last(), Some(expected));
        assert_eq!(history.newest(), Some(expected));
        assert_eq!(history.points().next().unwrap().step, 3);
        history.clear();
        assert!(history.is_empty() && history.points().next().is_none());
    }

    #[test]
    fn losses_that_are_not_numbers_are_kept_as_they_are() {
        let mut history = LossHistory::new();
        history.push(0, f32::NAN, f32::INFINITY);
        let point = history.points().next().unwrap();
        assert!(point.loss_d.is_nan() && point.loss_g == f32::INFINITY);
    }
}
