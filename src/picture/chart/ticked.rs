//! An axis for plotters with the ticks of [`axis`](crate::picture::axis), so that all pictures of
//! the page count alike.

use super::svg::text_width;
use crate::picture::axis::{Tick, ticks};
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordf64;
use std::ops::Range;

/// A linear axis and its ticks.
#[derive(Debug, Clone)]
pub struct Ticked {
    range: [f64; 2],
    ticks: Vec<Tick>,
}

impl Ticked {
    /// The axis from `range[0]` up to `range[1]` with at most `max_count` ticks.
    pub fn new(range: [f64; 2], max_count: usize) -> Self {
        Self {
            range,
            ticks: ticks(range, max_count),
        }
    }

    /// The ticks, in rising order.
    pub fn ticks(&self) -> &[Tick] {
        &self.ticks
    }

    /// The width of the widest label, in em.
    pub fn widest_label(&self) -> f64 {
        self.ticks
            .iter()
            .map(|tick| text_width(&tick.label))
            .fold(0.0, f64::max)
    }

    /// The width of the last label, in em.
    pub fn last_label(&self) -> f64 {
        self.ticks
            .last()
            .map_or(0.0, |tick| text_width(&tick.label))
    }
}

impl Ranged for Ticked {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        RangedCoordf64::from(self.range()).map(value, limit)
    }

    /// Whatever number of points plotters would like: those of the ticks, and none between them.
    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        let between = hint.weight().allow_light_points();
        let shown = if between { &[] } else { self.ticks.as_slice() };
        shown.iter().map(|tick| tick.value).collect()
    }

    fn range(&self) -> Range<f64> {
        self.range[0]..self.range[1]
    }
}

impl ValueFormatter<f64> for Ticked {
    fn format_ext(&self, value: &f64) -> String {
        let tick = self.ticks.iter().find(|tick| tick.value == *value);
        tick.map(|tick| tick.label.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plotters::coord::ranged1d::{BoldPoints, LightPoints};

    #[test]
    fn plotters_draws_our_ticks_with_our_labels_and_nothing_between() {
        let axis = Ticked::new([-1.0, 1.0], 5);
        assert_eq!(axis.key_points(BoldPoints(99)), [-1.0, -0.5, 0.0, 0.5, 1.0]);
        assert!(axis.key_points(LightPoints::new(5, 50)).is_empty());
        assert_eq!(axis.format_ext(&-0.5), "-0.5");
        assert_eq!(axis.format_ext(&0.123), "");
    }

    #[test]
    fn the_axis_runs_from_end_to_end() {
        let axis = Ticked::new([0.0, 4.0], 5);
        assert_eq!(
            [0.0, 1.0, 4.0].map(|value| axis.map(&value, (100, 500))),
            [100, 200, 500]
        );
        // The loss axis points up, so its pixels fall.
        assert_eq!(
            [0.0, 1.0, 4.0].map(|value| axis.map(&value, (500, 100))),
            [500, 400, 100]
        );
    }

    #[test]
    fn label_widths_are_those_of_the_texts() {
        let axis = Ticked::new([0.0, 100_000.0], 6);
        assert!((axis.widest_label() - 6.0 * 0.6).abs() < 1e-9);
        assert!((axis.last_label() - 6.0 * 0.6).abs() < 1e-9);
        assert_eq!(Ticked::new([1.0, 1.0], 6).widest_label(), 0.0);
    }
}
