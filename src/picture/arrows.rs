//! How long a force is drawn, and the strokes of its arrow.
//!
//! An [`ArrowScale`] turns the size of a force into CSS pixels, in proportion or by its logarithm,
//! and says by [`Mark`]s what its lengths mean. One scale serves every pane, so that a longer
//! arrow is a stronger force wherever it stands; it follows the forces in coarse steps with some
//! inertia, lest it flicker from picture to picture.
//!
//! Directions are never touched: a force is drawn true in angle, short or long. Nothing here draws;
//! the canvas strokes what [`Arrow`] holds.

mod strokes;

pub use strokes::Arrow;

use super::axis::{self, round_below};

/// Which sizes become which lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// Twice the force, twice the length.
    Linear,
    /// Ten times the force, so many pixels more: `log10(1 + force / FLOOR)` decades.
    Logarithmic,
}

/// The force from which on the logarithmic law counts decades: at 1e-6 itself 0.3 of one, at 1e-4
/// two, at 1 six. Smaller forces shrink towards nothing in proportion, so that the length ends at 0
/// and not below it.
///
/// It also bounds both laws from below: where even the strong forces are smaller, they are not
/// magnified until they look like much.
pub const FLOOR: f64 = 1e-6;

/// A law with its measure and the longest arrow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArrowScale {
    law: Law,
    /// CSS pixels for one unit of force, or for one decade: 1, 2 or 5 times a power of ten.
    pixels: f64,
    /// The longest arrow in CSS pixels.
    longest: f64,
}

/// The length of one arrow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Length {
    /// In CSS pixels, more than 0.
    pub pixels: f32,
    /// Whether the force is stronger than the longest arrow says.
    pub clamped: bool,
}

/// What a length of the scale means: one arrow of its legend.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The size of the force.
    pub force: f64,
    /// How long it is drawn, in CSS pixels.
    pub pixels: f32,
    /// The size in words, such as `0.5` or `1e-4`.
    pub label: String,
}

/// The part of the forces that should stay unclamped.
const PERCENTILE: f64 = 0.95;

/// How long that percentile would be drawn, in longest arrows, were the measure not rounded down.
const FILLED: f64 = 0.95;

/// The measure stays while an ideal one is within these multiples of it: the percentile then lies
/// between about 1/4 of the longest arrow and 3/2.
const KEPT: [f64; 2] = [0.63, 4.0];

/// The fewest decades that the longest logarithmic arrow is to hold.
const FEWEST_DECADES: f64 = 3.0;

/// The legend of a logarithmic scale: how many forces it names, and the strongest.
const MOST_MARKS: usize = 5;
const MOST_MARKED: f64 = 100.0;

impl ArrowScale {
    /// The scale for forces of the given sizes (those of all panes; what is not above 0 and finite
    /// does not count), with arrows of at most `longest` CSS pixels: their 95th percentile fills
    /// two fifths of it or more.
    ///
    /// The `previous` scale is kept as long as it serves the same law and is not far off.
    pub fn fitting(
        law: Law,
        sizes: impl IntoIterator<Item = f64>,
        longest: f32,
        previous: Option<Self>,
    ) -> Self {
        let longest = f64::from(longest).max(1.0);
        let previous = previous.filter(|previous| previous.law == law);
        let strong = percentile(sizes);
        let ideal = FILLED * longest / law.measure(strong.unwrap_or(1.0));
        let stays = |previous: &Self| {
            let multiple = ideal / previous.pixels;
            strong.is_none() || (KEPT[0]..=KEPT[1]).contains(&multiple)
        };
        let pixels = match previous.filter(stays) {
            Some(previous) => previous.pixels,
            // A percentile so large that the measure underflows leaves none.
            None => round_below(ideal).map_or(f64::MIN_POSITIVE, |round| round.value),
        };
        Self {
            law,
            pixels,
            longest,
        }
    }

    /// The law that lengths follow.
    pub fn law(&self) -> Law {
        self.law
    }

    /// The length of a force of this size; none for a force that is not above 0 and finite.
    pub fn length(&self, size: f64) -> Option<Length> {
        if !(size > 0.0 && size.is_finite()) {
            return None;
        }
        let wanted = self.wanted(size);
        Some(Length {
            pixels: wanted.min(self.longest) as f32,
            clamped: wanted > self.longest,
        })
    }

    /// The arrow of a force in the plane (y upwards) from the pixel `from` (y downwards), with
    /// strokes of `head` pixels at its tip; none where there is no length.
    pub fn arrow(&self, from: [f32; 2], force: [f32; 2], head: f32) -> Option<Arrow> {
        let [x, y] = force.map(f64::from);
        let size = x.hypot(y);
        let Length { pixels, clamped } = self.length(size)?;
        let reach = |part: f64| (part / size) as f32 * pixels;
        let to = [from[0] + reach(x), from[1] - reach(y)];
        let mut arrow = Arrow::new(from, to, head);
        if clamped {
            arrow.add_second_head(head);
        }
        Some(arrow)
    }

    /// The scale's legend, shortest first: one arrow for a linear scale, the longest whose force is
    /// a round number; up to five powers of ten from [`FLOOR`] on for a logarithmic one.
    pub fn marks(&self) -> Vec<Mark> {
        let mark = |tick: axis::Tick| Mark {
            force: tick.value,
            pixels: self.wanted(tick.value) as f32,
            label: tick.label,
        };
        match self.law {
            Law::Linear => round_below(self.longest / self.pixels)
                .map(mark)
                .into_iter()
                .collect(),
            Law::Logarithmic => {
                let longest = FLOOR * 10_f64.powf(self.longest / self.pixels);
                axis::logarithmic::decades([FLOOR, longest.min(MOST_MARKED)], MOST_MARKS)
                    .into_iter()
                    .map(mark)
                    .take_while(|mark| f64::from(mark.pixels) <= self.longest)
                    .collect()
            }
        }
    }

    /// The length of a force were there no longest.
    fn wanted(&self, size: f64) -> f64 {
        match self.law {
            Law::Linear => self.pixels * size,
            Law::Logarithmic => self.pixels * decades(size),
        }
    }
}

impl Law {
    /// What the percentile counts for in the choice of the scale.
    fn measure(self, strong: f64) -> f64 {
        match self {
            Self::Linear => strong.max(FLOOR),
            Self::Logarithmic => decades(strong).max(FEWEST_DECADES),
        }
    }
}

fn decades(size: f64) -> f64 {
    (size / FLOOR).ln_1p() / std::f64::consts::LN_10
}

/// The size that 95 of 100 forces do not exceed, of those above 0 and finite.
fn percentile(sizes: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut sizes: Vec<f64> = sizes
        .into_iter()
        .filter(|size| *size > 0.0 && size.is_finite())
        .collect();
    let last = sizes.len().checked_sub(1)?;
    let rank = (PERCENTILE * last as f64).round() as usize;
    Some(*sizes.select_nth_unstable_by(rank, f64::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(law: Law, size: f64, previous: Option<ArrowScale>) -> ArrowScale {
        ArrowScale::fitting(law, [size; 20], 100.0, previous)
    }

    fn close(found: f32, expected: f32) -> bool {
        (found - expected).abs() < 1e-3
    }

    #[test]
    fn linear_lengths_are_those_worked_by_hand() {
        // 95 pixels for a force of 0.4 would be 237.5 for one unit; rounded down, 200.
        let scale = fitted(Law::Linear, 0.4, None);
        for (size, pixels, clamped) in [(0.4, 80.0, false), (0.1, 20.0, false), (0.6, 100.0, true)]
        {
            let length = scale.length(size).unwrap();
            assert!(close(length.pixels, pixels), "{length:?}");
            assert_eq!(length.clamped, clamped);
        }
    }

    #[test]
    fn logarithmic_lengths_are_those_worked_by_hand() {
        // 95 pixels for the 6 decades of a force of 1 would be 15.8 for one; rounded down, 10.
        let scale = fitted(Law::Logarithmic, 1.0, None);
        // log10(1 + 1) = 0.30103, log10(101) = 2.00432, log10(1 + 1e6) = 6.0000004.
        for (size, pixels) in [(1e-6, 3.0103), (1e-4, 20.0432), (1.0, 60.0)] {
            assert!(close(scale.length(size).unwrap().pixels, pixels), "{size}");
        }
        // Far below the floor the length goes to nothing with the force.
        assert!(close(scale.length(1e-9).unwrap().pixels, 0.004343));
        assert!(scale.length(1e60).unwrap().clamped);
    }

    #[test]
    fn a_force_of_a_ten_thousandth_is_longer_than_one_of_a_millionth_on_every_scale() {
        for strong in [1e-9, 1e-4, 1.0, 1e5] {
            let scale = fitted(Law::Logarithmic, strong, None);
            let [weak, stronger] = [1e-6, 1e-4].map(|size| scale.length(size).unwrap().pixels);
            assert!(stronger > weak + 8.0, "{strong}: {weak} {stronger}");
        }
    }

    #[test]
    fn no_force_and_no_number_have_no_arrow() {
        let scale = fitted(Law::Linear, 1.0, None);
        for size in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(scale.length(size), None);
        }
        for force in [[0.0, 0.0], [f32::NAN, 1.0], [1.0, f32::INFINITY]] {
            assert_eq!(scale.arrow([5.0, 5.0], force, 4.0), None);
        }
        // The largest numbers are forces all the same.
        let arrow = scale.arrow([0.0, 0.0], [f32::MAX, f32::MAX], 4.0).unwrap();
        assert!(close(arrow.shaft[1][0], 70.7107) && close(arrow.shaft[1][1], -70.7107));
    }

    #[test]
    fn a_few_extreme_forces_do_not_shorten_the_others() {
        let sizes = (0..100).map(|k| if k < 4 { 1e9 } else { 0.4 });
        let scale = ArrowScale::fitting(Law::Linear, sizes, 100.0, None);
        assert_eq!(scale, fitted(Law::Linear, 0.4, None));
    }

    #[test]
    fn forces_that_are_none_do_not_count() {
        let sizes = [0.0, f64::NAN, 0.4, f64::INFINITY, 0.0];
        let scale = ArrowScale::fitting(Law::Linear, sizes, 100.0, None);
        assert_eq!(scale, fitted(Law::Linear, 0.4, None));
        let nothing = ArrowScale::fitting(Law::Linear, [0.0], 100.0, None);
        assert_eq!(nothing, fitted(Law::Linear, 1.0, None));
        assert_eq!(
            ArrowScale::fitting(Law::Linear, [], 100.0, Some(scale)),
            scale
        );
    }

    #[test]
    fn a_scale_stays_while_its_forces_drift_and_follows_when_they_leave() {
        for law in [Law::Linear, Law::Logarithmic] {
            // Between half and twice the force nothing happens, whatever the path.
            let mut scale = fitted(law, 0.3, None);
            for size in [0.3, 0.2, 0.15, 0.3, 0.45, 0.3] {
                let next = fitted(law, size, Some(scale));
                assert_eq!(next, scale, "{law:?} {size}");
                scale = next;
            }
        }
        let scale = fitted(Law::Linear, 0.3, None);
        assert_eq!(scale.pixels, 200.0);
        assert_eq!(fitted(Law::Linear, 0.03, Some(scale)).pixels, 2000.0);
        assert_eq!(fitted(Law::Linear, 3.0, Some(scale)).pixels, 20.0);
    }

    #[test]
    fn the_strong_forces_are_never_drawn_short_and_rarely_clamped() {
        let mut scale = None;
        for k in 0..400 {
            let size = 10_f64.powf(4.0 * (0.1 * f64::from(k)).sin());
            let now = fitted(Law::Linear, size, scale);
            let wanted = now.wanted(size);
            assert!((23.0..=151.0).contains(&wanted), "{size}: {wanted}");
            scale = Some(now);
        }
    }

    #[test]
    fn forces_under_the_floor_are_not_magnified() {
        let scale = fitted(Law::Linear, 1e-12, None);
        assert!(scale.length(1e-12).unwrap().pixels < 1e-3);
        assert!(scale.length(1e-6).unwrap().pixels > 40.0);
        // log10(2) of 3 decades at least: a tenth of the longest.
        let scale = fitted(Law::Logarithmic, 1e-6, None);
        assert!(scale.length(1e-6).unwrap().pixels < 10.0);
    }

    #[test]
    fn another_law_or_another_size_of_the_picture_changes_the_scale() {
        let linear = fitted(Law::Linear, 1.0, None);
        assert_eq!(
            fitted(Law::Logarithmic, 1.0, Some(linear)),
            fitted(Law::Logarithmic, 1.0, None)
        );
        let wider = ArrowScale::fitting(Law::Linear, [1.0], 110.0, Some(linear));
        assert_eq!(wider.pixels, linear.pixels);
        assert!(close(wider.length(9.0).unwrap().pixels, 110.0));
    }

    #[test]
    fn the_legend_says_what_the_lengths_mean() {
        // 200 pixels a unit, 100 at most: a force of 0.5 is the longest arrow.
        let marks = fitted(Law::Linear, 0.4, None).marks();
        assert_eq!(marks.len(), 1);
        assert_eq!((marks[0].force, marks[0].label.as_str()), (0.5, "0.5"));
        assert!(close(marks[0].pixels, 100.0));

        // 10 pixels a decade, 100 at most: up to ten decades.
        let marks = fitted(Law::Logarithmic, 1.0, None).marks();
        let labels: Vec<&str> = marks.iter().map(|mark| mark.label.as_str()).collect();
        assert_eq!(labels, ["1e-6", "1e-4", "1e-2", "1", "1e2"]);
        assert!(close(marks[1].pixels, 20.0432) && close(marks[3].pixels, 60.0));
    }

    #[test]
    fn every_scale_has_a_legend_that_fits() {
        for law in [Law::Linear, Law::Logarithmic] {
            for exponent in -12..12 {
                let scale = fitted(law, 3.0 * 10_f64.powi(exponent), None);
                let marks = scale.marks();
                assert!(
                    (1..=5).contains(&marks.len()),
                    "{law:?} {exponent}: {marks:?}"
                );
                assert!(marks.iter().all(|mark| mark.pixels <= 100.001), "{marks:?}");
                assert!(law == Law::Logarithmic || marks[0].pixels >= 39.0);
            }
        }
    }

    #[test]
    fn an_arrow_points_along_its_force_with_the_screens_y_downwards() {
        // 3-4-5: 50 pixels for a force of 0.5 at 100 pixels a unit.
        let scale = fitted(Law::Linear, 0.9, None);
        let arrow = scale.arrow([10.0, 200.0], [0.3, 0.4], 5.0).unwrap();
        assert_eq!(arrow.shaft[0], [10.0, 200.0]);
        assert!(close(arrow.shaft[1][0], 40.0) && close(arrow.shaft[1][1], 160.0));
        assert_eq!((arrow.head[1], arrow.second_head), (arrow.shaft[1], None));
    }

    #[test]
    fn a_clamped_arrow_has_a_second_head_behind_the_first() {
        let scale = fitted(Law::Linear, 0.4, None);
        let arrow = scale.arrow([0.0, 0.0], [-70.0, 0.0], 10.0).unwrap();
        assert!(close(arrow.shaft[1][0], -100.0));
        let second = arrow.second_head.unwrap();
        assert!(close(second[1][0], -93.0));
        for (first, second) in arrow.head.iter().zip(&second) {
            assert!(close(second[0] - first[0], 7.0) && close(second[1], first[1]));
        }
    }
}
