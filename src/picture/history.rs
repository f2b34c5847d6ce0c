//! The losses of a run, in bounded memory.
//!
//! A run may be millions of steps long; a chart is some hundred pixels wide. When the series is
//! full, every second point goes and from then on only every second new one is kept, again and
//! again: the whole run stays in view, at an even resolution that halves as it grows. The newest
//! point is always there.
//!
//! Points are kept or dropped, never averaged: every point on the chart is a loss that was
//! measured. What falls between two kept points is lost.

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
    /// Every `1 << halvings`-th point that was pushed, from the first on.
    kept: Vec<LossPoint>,
    /// The last point that was pushed, kept or not.
    newest: Option<LossPoint>,
    /// How many points were pushed.
    pushed: u64,
    halvings: u32,
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
        if self.newest.is_some_and(|newest| step <= newest.step) {
            return;
        }
        let point = LossPoint {
            step,
            loss_d,
            loss_g,
        };
        self.newest = Some(point);
        if self.pushed.is_multiple_of(1 << self.halvings) {
            self.kept.push(point);
        }
        self.pushed += 1;
        // One place is left for the newest point, where that is not among the kept.
        if self.kept.len() == Self::CAPACITY {
            let mut index = 0;
            self.kept.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.halvings += 1;
        }
    }

    /// Forgets everything: the run starts again.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The points, oldest first, ending with the newest one.
    pub fn points(&self) -> impl Iterator<Item = LossPoint> + '_ {
        let last_kept = self.kept.last().map(|point| point.step);
        let newest = self.newest.filter(|newest| Some(newest.step) != last_kept);
        self.kept.iter().copied().chain(newest)
    }

    /// The point that was pushed last.
    pub fn newest(&self) -> Option<LossPoint> {
        self.newest
    }

    /// Whether nothing was pushed since the start or the last [`LossHistory::clear`].
    pub fn is_empty(&self) -> bool {
        self.newest.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(history: &LossHistory) -> Vec<u64> {
        history.points().map(|point| point.step).collect()
    }

    #[test]
    fn a_short_run_keeps_every_point() {
        let mut history = LossHistory::new();
        for step in 0..1000 {
            history.push(step, step as f32, -1.0);
        }
        assert_eq!(steps(&history), (0..1000).collect::<Vec<_>>());
        assert!(
            history
                .points()
                .all(|point| point.loss_d == point.step as f32)
        );
    }

    #[test]
    fn a_run_of_millions_stays_bounded_even_and_whole() {
        let mut history = LossHistory::new();
        for step in 1..=3_000_000_u64 {
            history.push(step, 0.5, 0.25);
            if step % 997 == 0 {
                assert!(history.points().count() <= LossHistory::CAPACITY);
            }
        }
        let steps = steps(&history);
        assert!(steps.len() >= LossHistory::CAPACITY / 2, "{}", steps.len());
        assert_eq!((steps[0], steps[steps.len() - 1]), (1, 3_000_000));
        // All gaps but the last, which leads to the newest point, are the same power of two.
        let gap = steps[1] - steps[0];
        assert!(gap.is_power_of_two());
        assert!(
            steps[..steps.len() - 1]
                .windows(2)
                .all(|two| two[1] - two[0] == gap)
        );
        assert!(history.kept.capacity() <= 2 * LossHistory::CAPACITY);
    }

    #[test]
    fn the_newest_point_is_there_though_its_neighbours_are_not() {
        let mut history = LossHistory::new();
        for step in 0..10_001 {
            history.push(step, 0.0, step as f32);
            assert_eq!(history.points().last().unwrap().loss_g, step as f32);
            assert_eq!(history.newest().unwrap().step, step);
        }
    }

    #[test]
    fn a_step_that_is_not_later_is_ignored_until_the_history_is_cleared() {
        let mut history = LossHistory::new();
        history.push(5, 1.0, 1.0);
        history.push(5, 2.0, 2.0);
        history.push(3, 3.0, 3.0);
        assert_eq!(steps(&history), [5]);
        assert_eq!(history.newest().unwrap().loss_d, 1.0);
        history.clear();
        assert!(history.is_empty() && history.points().next().is_none());
        history.push(3, 3.0, 3.0);
        assert_eq!(steps(&history), [3]);
    }

    #[test]
    fn losses_that_are_not_numbers_are_kept_as_they_are() {
        let mut history = LossHistory::new();
        history.push(0, f32::NAN, f32::INFINITY);
        let point = history.points().next().unwrap();
        assert!(point.loss_d.is_nan() && point.loss_g == f32::INFINITY);
    }
}
