//! An axis for plotters with the ticks of [`axis`](crate::picture::axis), so that all pictures of
//! the page count alike.

use super::letters::text_width;
use crate::picture::axis::{Tick, logarithmic, ticks};
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordf64;
use std::ops::Range;

/// The room that each tick of a step axis needs, in em.
const EM_PER_STEP_TICK: f64 = 5.0;

/// The shortest step axis: shorter ones would have fractions of steps as ticks.
const FEWEST_STEPS: u64 = 10;

/// An axis and its ticks.
#[derive(Debug, Clone)]
pub struct Ticked {
    range: [f64; 2],
    logarithmic: bool,
    ticks: Vec<Tick>,
}

impl Ticked {
    /// The linear axis from `range[0]` up to `range[1]` with at most `max_count` ticks.
    pub fn new(range: [f64; 2], max_count: usize) -> Self {
        Self {
            range,
            logarithmic: false,
            ticks: ticks(range, max_count),
        }
    }

    /// The logarithmic axis from `range[0]`, more than 0, up to `range[1]`.
    pub fn logarithmic(range: [f64; 2], max_count: usize) -> Self {
        Self {
            range,
            logarithmic: true,
            ticks: logarithmic::ticks(range, max_count),
        }
    }

    /// The axis from step 0 to the `newest`, in a picture of a width in em.
    pub fn steps(newest: u64, width: f64) -> Self {
        let max_count = (width / EM_PER_STEP_TICK) as usize;
        Self::new(
            [0.0, newest.max(FEWEST_STEPS) as f64],
            max_count.clamp(3, 11),
        )
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
        if self.logarithmic {
            let [low, high] = self.range.map(f64::ln);
            RangedCoordf64::from(low..high).map(&value.ln(), limit)
        } else {
            RangedCoordf64::from(self.range()).map(value, limit)
        }
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
    fn a_logarithmic_axis_gives_each_decade_the_same_room() {
        let axis = Ticked::logarithmic([1e-3, 10.0], 5);
        let places = [1e-3, 0.01, 0.1, 1.0, 10.0].map(|value| axis.map(&value, (500, 100)));
        assert_eq!(places, [500, 400, 300, 200, 100]);
        assert_eq!(axis.key_points(BoldPoints(9)), [1e-3, 0.01, 0.1, 1.0, 10.0]);
        assert_eq!(axis.format_ext(&0.1), "0.1");
    }

    #[test]
    fn label_widths_are_those_of_the_texts() {
        let axis = Ticked::new([0.0, 100_000.0], 6);
        assert!((axis.widest_label() - 6.0 * 0.6).abs() < 1e-9);
        assert!((axis.last_label() - 6.0 * 0.6).abs() < 1e-9);
        assert_eq!(Ticked::new([1.0, 1.0], 6).widest_label(), 0.0);
    }
}
