//! Ticks of an axis: at most so many, evenly spaced by 1, 2 or 5 times a power of ten, with
//! labels that carry just the decimals that tell them apart; [`logarithmic`] axes have their own.
//!
//! Only numbers: no units, no thousands separators (they differ between languages), no places on
//! the screen.

pub mod logarithmic;

/// One tick: where it is, and what to write beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// The tick's value, in the axis's own unit.
    pub value: f64,
    /// Its label, such as `-0.5`, `0`, `200` or `2.5e6`.
    pub label: String,
}

/// The ticks inside `range` (both ends included, in either order), at most `max_count`, in rising
/// order. None for a range that is empty or not finite.
///
/// An end that misses a tick by a millionth of a step, as 0.7 stored in 32 bits does, counts as on
/// it.
pub fn ticks(range: [f64; 2], max_count: usize) -> Vec<Tick> {
    let Some(spacing) = Spacing::finest(range, max_count, Spacing::inside) else {
        return Vec::new();
    };
    let [first, last] = spacing.inside(range);
    (first..=last).map(|index| spacing.tick(index)).collect()
}

/// `range` widened so that [`ticks`] with the same `max_count` (3 or more) puts a tick on each of
/// its ends: an axis that does not twitch with every new value. A range without ticks stays as it
/// is, in rising order.
pub fn widened(range: [f64; 2], max_count: usize) -> [f64; 2] {
    match Spacing::finest(range, max_count, Spacing::around) {
        None => rising(range),
        Some(spacing) => spacing.around(range).map(|index| spacing.value(index)),
    }
}

/// The largest of 1, 2 and 5 times a power of ten that is at most `value`, with its label. None
/// for a value that is not above 0 and finite.
pub fn round_below(value: f64) -> Option<Tick> {
    let exponent = value.log10().floor();
    if !exponent.is_finite() {
        return None;
    }
    let exponent = exponent as i32;
    let numbers = (exponent - 1..=exponent + 1)
        .flat_map(|exponent| [1, 2, 5].map(|factor| Spacing::alone(factor, exponent)));
    // A value that its own rounding put below such a number, as 3 * 0.1 / 3, counts as that number.
    let mut fitting = numbers.filter(|number| number.value(1) <= value * (1.0 + 1e-9));
    fitting.next_back().map(|number| number.tick(1))
}

/// How far outside, in steps, an end still counts as on a tick.
const TOLERANCE: f64 = 1e-6;

/// From this magnitude on labels are written with an exponent.
const LARGE: f64 = 1e6;

/// Multiples of `factor * 10^exponent`.
#[derive(Debug, Clone, Copy)]
struct Spacing {
    /// 1, 2 or 5.
    factor: i64,
    exponent: i32,
    /// Whether labels take an exponent: all of them, or none.
    scientific: bool,
}

impl Spacing {
    /// The finest spacing with at most `max_count` ticks from the first to the last that
    /// `bounds` names for the range.
    fn finest(
        range: [f64; 2],
        max_count: usize,
        bounds: impl Fn(&Self, [f64; 2]) -> [i64; 2],
    ) -> Option<Self> {
        let [low, high] = rising(range);
        let span = high - low;
        let magnitude = low.abs().max(high.abs());
        // A span lost in the rounding of its ends has no ticks worth the name.
        if max_count == 0 || !span.is_finite() || span <= 1e-9 * magnitude {
            return None;
        }
        let finest = (span / max_count as f64).log10().floor() as i32;
        (finest..=finest + 3)
            .flat_map(|exponent| [1, 2, 5].map(|factor| (factor, exponent)))
            .map(|(factor, exponent)| Self {
                factor,
                exponent,
                scientific: magnitude >= LARGE || exponent < -4,
            })
            .find(|spacing| {
                let [first, last] = bounds(spacing, range);
                last - first < max_count as i64
            })
    }

    /// `factor * 10^exponent` on its own, labelled as on an axis that ends there.
    fn alone(factor: i64, exponent: i32) -> Self {
        Self {
            factor,
            exponent,
            scientific: !(-4..6).contains(&exponent),
        }
    }

    fn tick(&self, index: i64) -> Tick {
        Tick {
            value: self.value(index),
            label: self.label(index),
        }
    }

    /// The range in steps.
    fn in_steps(&self, range: [f64; 2]) -> [f64; 2] {
        rising(range).map(|end| end / self.value(1))
    }

    /// The first and the last tick inside the range.
    fn inside(&self, range: [f64; 2]) -> [i64; 2] {
        let [low, high] = self.in_steps(range);
        [
            (low - TOLERANCE).ceil() as i64,
            (high + TOLERANCE).floor() as i64,
        ]
    }

    /// The last tick before the range, or at its start, and the first after it, or at its end.
    fn around(&self, range: [f64; 2]) -> [i64; 2] {
        let [low, high] = self.in_steps(range);
        [
            (low + TOLERANCE).floor() as i64,
            (high - TOLERANCE).ceil() as i64,
        ]
    }

    /// Dividing by a whole power of ten keeps 0.3 the number nearest to 0.3.
    fn value(&self, index: i64) -> f64 {
        let units = (index * self.factor) as f64;
        let power = 10_f64.powi(self.exponent.abs());
        if self.exponent < 0 {
            units / power
        } else {
            units * power
        }
    }

    fn label(&self, index: i64) -> String {
        let value = self.value(index);
        if index == 0 {
            "0".to_owned()
        } else if self.scientific {
            let digits = value.abs().log10().floor() as i32 - self.exponent;
            format!("{value:.*e}", digits.max(0) as usize)
        } else {
            format!("{value:.*}", -self.exponent.min(0) as usize)
        }
    }
}

fn rising([a, b]: [f64; 2]) -> [f64; 2] {
    if a <= b { [a, b] } else { [b, a] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(range: [f64; 2], max_count: usize) -> Vec<String> {
        ticks(range, max_count)
            .into_iter()
            .map(|tick| tick.label)
            .collect()
    }

    #[test]
    fn labels_carry_just_the_decimals_they_need() {
        assert_eq!(labels([-0.7, 0.7], 5), ["-0.5", "0", "0.5"]);
        assert_eq!(labels([-2.0, 2.0], 5), ["-2", "-1", "0", "1", "2"]);
        assert_eq!(
            labels([0.0, 0.09], 5),
            ["0", "0.02", "0.04", "0.06", "0.08"]
        );
        assert_eq!(labels([0.0, 35_000.0], 4), ["0", "10000", "20000", "30000"]);
        assert_eq!(labels([0.0, 5.2e6], 4), ["0", "2e6", "4e6"]);
        assert_eq!(
            labels([1e6, 3e6], 6),
            ["1.0e6", "1.5e6", "2.0e6", "2.5e6", "3.0e6"]
        );
        assert_eq!(labels([0.0, 3e-7], 4), ["0", "1e-7", "2e-7", "3e-7"]);
    }

    #[test]
    fn values_are_the_numbers_their_labels_say() {
        for tick in ticks([-1.0, 1.0], 21).iter().chain(&ticks([0.0, 7e9], 9)) {
            assert_eq!(tick.value, tick.label.parse::<f64>().unwrap());
        }
    }

    #[test]
    fn ticks_are_inside_evenly_spaced_by_1_2_or_5_and_not_too_many() {
        for a in [-1e9, -37.0, -1.0, -0.013, 0.0, 0.02, 3.3, 512.0, 1e7] {
            for span in [1e-5, 0.004, 0.3, 1.0, 2.5, 17.0, 999.0, 1e6, 4e11] {
                for max_count in 1..12 {
                    if span <= 1e-9 * f64::abs(a) {
                        continue;
                    }
                    let b = a + span;
                    let found = ticks([a, b], max_count);
                    assert!(found.len() <= max_count, "{a} {b} {max_count}");
                    // Between two spacings of 1-2-5 the count falls by at most 2.5.
                    assert!(
                        5 * (found.len() + 2) > 2 * max_count,
                        "{a} {b} {max_count}: {found:?}"
                    );
                    for tick in &found {
                        assert!(tick.value >= a - 1e-6 * span && tick.value <= b + 1e-6 * span);
                    }
                    for three in found.windows(3) {
                        let (left, right) = (
                            three[1].value - three[0].value,
                            three[2].value - three[1].value,
                        );
                        assert!((left - right).abs() < 1e-6 * span, "{three:?}");
                        let leading = left / 10_f64.powf((left * 1.000_001).log10().floor());
                        assert!([1.0, 2.0, 5.0].iter().any(|f| (leading - f).abs() < 1e-3));
                    }
                    for two in found.windows(2) {
                        assert_ne!(two[0].label, two[1].label);
                    }
                }
            }
        }
    }

    #[test]
    fn ends_stored_in_32_bits_keep_their_ticks_and_order_does_not_matter() {
        let stored = [f64::from(0.7_f32), f64::from(-0.1_f32)];
        assert_eq!(labels(stored, 10).first().unwrap(), "-0.1");
        assert_eq!(labels(stored, 10).last().unwrap(), "0.7");
    }

    #[test]
    fn a_range_without_room_or_sense_has_no_ticks() {
        assert!(ticks([0.0, 1.0], 0).is_empty());
        assert!(ticks([1.0, 1.0], 5).is_empty());
        assert!(ticks([f64::NAN, 1.0], 5).is_empty());
        assert!(ticks([0.0, f64::INFINITY], 5).is_empty());
        assert!(ticks([-f64::MAX, f64::MAX], 5).is_empty());
        assert!(ticks([1e16, 1e16 + 4.0], 5).is_empty());
    }

    #[test]
    fn a_widened_range_ends_on_ticks_and_holds_the_old_one() {
        assert_eq!(widened([0.03, 0.87], 5), [0.0, 1.0]);
        assert_eq!(widened([-1.3, 1.3], 5), [-2.0, 2.0]);
        assert_eq!(widened([0.5, 0.0], 6), [0.0, 0.5]);
        assert_eq!(widened([3.0, 3.0], 5), [3.0, 3.0]);
        for (low, high) in [(0.0, 0.693), (-17.2, 3.9), (0.249, 0.251), (1.0, 7e8)] {
            for max_count in 3..9 {
                let wide = widened([low, high], max_count);
                assert!(wide[0] <= low && high <= wide[1], "{wide:?}");
                let found = ticks(wide, max_count);
                assert_eq!([found[0].value, found[found.len() - 1].value], wide);
            }
        }
    }

    #[test]
    fn round_numbers_are_the_next_1_2_or_5_downwards() {
        for (value, expected) in [
            (1.0, "1"),
            (1.99, "1"),
            (2.0, "2"),
            (4.9, "2"),
            (7.0, "5"),
            (0.3, "0.2"),
            (0.1 * 3.0 / 3.0, "0.1"),
            (1e-5, "1e-5"),
            (3.7e-9, "2e-9"),
            (720.0, "500"),
            (2.4e6, "2e6"),
        ] {
            let found = round_below(value).unwrap();
            assert_eq!(found.label, expected, "{value}");
            assert_eq!(found.value, expected.parse::<f64>().unwrap());
        }
        for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(round_below(value), None);
        }
    }
}
