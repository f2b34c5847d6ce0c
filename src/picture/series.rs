//! Whatever is measured over the steps of a run, in bounded memory.
//!
//! A run may be millions of steps long; a chart is some hundred pixels wide. When the series is
//! full, every second point goes and from then on only every second new one is kept, again and
//! again: the whole run stays in view, at an even resolution that halves as it grows. The newest
//! point is always there.
//!
//! Points are kept or dropped, never averaged: every point on the chart was measured. What falls
//! between two kept points is lost.

/// Points over steps, oldest first, at most `CAPACITY` of them.
#[derive(Debug, Clone)]
pub struct Series<P, const CAPACITY: usize> {
    /// Every `1 << halvings`-th point that was pushed, from the first on, with its step.
    kept: Vec<(u64, P)>,
    /// The last point that was pushed, if it is not among the kept.
    newest: Option<(u64, P)>,
    /// How many points were pushed.
    pushed: u64,
    halvings: u32,
}

impl<P, const CAPACITY: usize> Default for Series<P, CAPACITY> {
    fn default() -> Self {
        Self {
            kept: Vec::new(),
            newest: None,
            pushed: 0,
            halvings: 0,
        }
    }
}

impl<P, const CAPACITY: usize> Series<P, CAPACITY> {
    /// Adds what was measured at `step`. A step that is not later than the newest one is ignored, so
    /// that a snapshot shown twice counts once; a run that starts again calls [`Series::clear`].
    pub fn push(&mut self, step: u64, point: P) {
        if self.newest().is_some_and(|(newest, _)| step <= newest) {
            return;
        }
        if self.pushed.is_multiple_of(1 << self.halvings) {
            self.kept.push((step, point));
            self.newest = None;
        } else {
            self.newest = Some((step, point));
        }
        self.pushed += 1;
        // One place is left for the newest point, where that is not among the kept.
        if self.kept.len() >= CAPACITY {
            self.halve();
        }
    }

    fn halve(&mut self) {
        let kept = std::mem::take(&mut self.kept);
        let last = kept.len().wrapping_sub(1);
        for (index, point) in kept.into_iter().enumerate() {
            if index % 2 == 0 {
                self.kept.push(point);
            } else if index == last {
                self.newest = Some(point);
            }
        }
        self.halvings += 1;
    }

    /// Forgets what came after a step: the run goes on from there.
    pub fn forget_after(&mut self, step: u64) {
        self.kept.retain(|(at, _)| *at <= step);
        self.newest = self.newest.take().filter(|(at, _)| *at <= step);
        // The next point is kept: the gap before it is no longer than any other.
        self.pushed = (self.kept.len() as u64) << self.halvings;
    }

    /// Forgets everything: the run starts again.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The points with their steps, oldest first, ending with the newest one.
    pub fn points(&self) -> impl Iterator<Item = (u64, &P)> + '_ {
        let points = self.kept.iter().chain(&self.newest);
        points.map(|(step, point)| (*step, point))
    }

    /// The point that was pushed last.
    pub fn newest(&self) -> Option<(u64, &P)> {
        let newest = self.newest.as_ref().or(self.kept.last());
        newest.map(|(step, point)| (*step, point))
    }

    /// Whether nothing was pushed since the start or the last [`Series::clear`].
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPACITY: usize = 256;

    fn steps<P>(series: &Series<P, CAPACITY>) -> Vec<u64> {
        series.points().map(|(step, _)| step).collect()
    }

    #[test]
    fn a_short_run_keeps_every_point() {
        let mut series = Series::<_, CAPACITY>::default();
        for step in 0..200 {
            series.push(step, 2 * step);
        }
        assert_eq!(steps(&series), (0..200).collect::<Vec<_>>());
        assert!(series.points().all(|(step, point)| *point == 2 * step));
    }

    #[test]
    fn a_run_of_millions_stays_bounded_even_and_whole() {
        let mut series = Series::<_, CAPACITY>::default();
        for step in 1..=3_000_000_u64 {
            series.push(step, 0.5);
            if step % 97 == 0 {
                assert!(series.points().count() <= CAPACITY);
            }
        }
        let steps = steps(&series);
        assert!(steps.len() >= CAPACITY / 2, "{}", steps.len());
        assert_eq!((steps[0], steps[steps.len() - 1]), (1, 3_000_000));
        // All gaps but the last, which leads to the newest point, are the same power of two.
        let gap = steps[1] - steps[0];
        assert!(gap.is_power_of_two());
        assert!(
            steps[..steps.len() - 1]
                .windows(2)
                .all(|two| two[1] - two[0] == gap)
        );
        assert!(series.kept.capacity() <= 2 * CAPACITY);
    }

    #[test]
    fn the_newest_point_is_there_though_its_neighbours_are_not() {
        let mut series = Series::<_, CAPACITY>::default();
        for step in 0..10_001 {
            series.push(step, step);
            assert_eq!(series.points().last(), Some((step, &step)));
            assert_eq!(series.newest(), Some((step, &step)));
            assert!(series.points().count() <= CAPACITY);
        }
    }

    #[test]
    fn a_run_that_goes_on_from_before_its_end_forgets_what_came_after() {
        let mut series = Series::<_, CAPACITY>::default();
        for step in 0..=1000 {
            series.push(step, step);
        }
        // Every fourth or eighth was kept; 500 itself is among them.
        series.forget_after(502);
        let before = steps(&series);
        assert_eq!(before.last(), Some(&500));
        for step in 503..=3000 {
            series.push(step, 10 * step);
        }
        assert!(steps(&series).windows(2).all(|two| two[0] < two[1]));
        assert!(
            series
                .points()
                .all(|(step, point)| *point == if step <= 502 { step } else { 10 * step })
        );
        assert_eq!(series.newest(), Some((3000, &30_000)));
        assert!((CAPACITY / 2..=CAPACITY).contains(&series.points().count()));
        series.forget_after(0);
        assert_eq!(steps(&series), [0]);
    }

    #[test]
    fn a_step_that_is_not_later_is_ignored_until_the_series_is_cleared() {
        let mut series = Series::<_, CAPACITY>::default();
        series.push(5, 'a');
        series.push(5, 'b');
        series.push(3, 'c');
        assert_eq!(series.points().collect::<Vec<_>>(), [(5, &'a')]);
        series.clear();
        assert!(series.is_empty() && series.newest().is_none());
        series.push(3, 'd');
        assert_eq!(series.points().collect::<Vec<_>>(), [(3, &'d')]);
    }
}
