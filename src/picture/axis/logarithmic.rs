//! Ticks of a logarithmic axis: 1, 2 and 5 times the powers of ten, or, where these are too many,
//! the powers of ten alone, or every so many of them.
//!
//! A range that is not above 0 and finite has no ticks.

use super::{Spacing, TOLERANCE, Tick};

/// The ticks inside `range` (both ends included, in rising order), at most `max_count`.
pub fn ticks(range: [f64; 2], max_count: usize) -> Vec<Tick> {
    let numbers = Number::within(range.map(f64::log10));
    if numbers.len() > max_count {
        decades(range, max_count)
    } else {
        labelled(numbers)
    }
}

/// The powers of ten inside `range`, at most `max_count`: each one, or every second, third, fifth or
/// tenth.
pub fn decades(range: [f64; 2], max_count: usize) -> Vec<Tick> {
    let [low, high] = range.map(f64::log10);
    if !(low.is_finite() && high.is_finite()) || max_count == 0 {
        return Vec::new();
    }
    let within = |stride: i32| {
        let first = (low / f64::from(stride) - TOLERANCE).ceil() as i32;
        let last = (high / f64::from(stride) + TOLERANCE).floor() as i32;
        (first..=last).map(move |index| index * stride)
    };
    let exponents = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500]
        .map(within)
        .into_iter()
        .find(|exponents| exponents.clone().count() <= max_count);
    labelled(exponents.into_iter().flatten().map(Number::power).collect())
}

fn labelled(numbers: Vec<Number>) -> Vec<Tick> {
    let scientific = numbers
        .iter()
        .any(|number| !(-4..6).contains(&number.exponent));
    let tick = |number: Number| Spacing {
        // Nobody writes 1e0.
        scientific: scientific && number.exponent != 0,
        ..number.spacing()
    };
    let ticks = numbers.into_iter().map(|number| tick(number).tick(1));
    ticks.collect()
}

/// `range` widened to 1, 2 or 5 times a power of ten at either end, with two powers of ten in it: an
/// axis that does not twitch with every new value, and has ticks however little room there is. A range
/// that has no ticks stays as it is.
pub fn widened(range: [f64; 2]) -> [f64; 2] {
    let [low, high] = range.map(f64::log10);
    let ends = Number::within([low - 1.0, low]).pop().zip(
        // The first of those that are not below.
        Number::within([high, high + 1.0]).into_iter().next(),
    );
    let Some((mut first, mut last)) = ends else {
        return range;
    };
    loop {
        let powers = [
            (first.logarithm() - TOLERANCE).ceil() as i32,
            (last.logarithm() + TOLERANCE).floor() as i32,
        ];
        if powers[1] > powers[0] {
            return [first, last].map(|number| number.spacing().value(1));
        }
        // On to the next power of ten on the side where it is nearer.
        let below = Number::power(powers[0] - 1);
        let above = Number::power(powers[1] + 1);
        if first.logarithm() - below.logarithm() <= above.logarithm() - last.logarithm() + TOLERANCE
        {
            first = below;
        } else {
            last = above;
        }
    }
}

/// `factor * 10^exponent`.
#[derive(Debug, Clone, Copy)]
struct Number {
    /// 1, 2 or 5.
    factor: i64,
    exponent: i32,
}

impl Number {
    fn power(exponent: i32) -> Self {
        Self {
            factor: 1,
            exponent,
        }
    }

    /// All of them between two logarithms, rising; none where these are not finite.
    fn within([low, high]: [f64; 2]) -> Vec<Self> {
        if !(low.is_finite() && high.is_finite()) {
            return Vec::new();
        }
        (low.floor() as i32..=high.ceil() as i32)
            .flat_map(|exponent| [1, 2, 5].map(|factor| Self { factor, exponent }))
            .filter(|number| (low - TOLERANCE..=high + TOLERANCE).contains(&number.logarithm()))
            .collect()
    }

    /// To base 10.
    fn logarithm(self) -> f64 {
        (self.factor as f64).log10() + f64::from(self.exponent)
    }

    fn spacing(self) -> Spacing {
        Spacing {
            factor: self.factor,
            exponent: self.exponent,
            scientific: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(ticks: Vec<Tick>) -> Vec<String> {
        ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn decades_are_powers_of_ten_and_skip_evenly_where_there_are_many() {
        let labels = |range, max_count| texts(decades(range, max_count));
        assert_eq!(labels([1e-3, 10.0], 5), ["0.001", "0.01", "0.1", "1", "10"]);
        assert_eq!(labels([1e-3, 10.0], 3), ["0.01", "1"]);
        assert_eq!(labels([2e-3, 9.0], 99), ["0.01", "0.1", "1"]);
        assert_eq!(
            labels([1e-6, 10.0], 9),
            ["1e-6", "1e-5", "1e-4", "1e-3", "1e-2", "1e-1", "1", "1e1"]
        );
        assert_eq!(labels([1e-9, 1.0], 4), ["1e-9", "1e-6", "1e-3", "1"]);
    }

    #[test]
    fn where_there_is_room_there_are_ticks_between_the_powers() {
        let labels = |range, max_count| texts(ticks(range, max_count));
        assert_eq!(
            labels([0.02, 1.0], 6),
            ["0.02", "0.05", "0.1", "0.2", "0.5", "1"]
        );
        assert_eq!(labels([0.02, 1.0], 5), ["0.1", "1"]);
        assert_eq!(labels([3.0, 60.0], 4), ["5", "10", "20", "50"]);
        assert_eq!(labels([2e-5, 1e-4], 3), ["2e-5", "5e-5", "1e-4"]);
    }

    #[test]
    fn values_are_the_numbers_their_labels_say() {
        for tick in ticks([1e-12, 1e9], 99)
            .iter()
            .chain(&ticks([0.03, 40.0], 99))
        {
            assert_eq!(tick.value, tick.label.parse::<f64>().unwrap());
        }
    }

    #[test]
    fn a_range_without_room_or_sense_has_no_ticks() {
        assert!(ticks([6.0, 9.0], 5).is_empty() && decades([2.0, 9.0], 5).is_empty());
        for range in [
            [0.0, 1.0],
            [-1.0, 1.0],
            [1.0, f64::NAN],
            [1.0, f64::INFINITY],
        ] {
            assert!(ticks(range, 5).is_empty(), "{range:?}");
            assert!(decades(range, 5).is_empty(), "{range:?}");
        }
        assert!(ticks([1.0, 10.0], 0).is_empty() && decades([1.0, 10.0], 0).is_empty());
    }

    #[test]
    fn a_widened_range_ends_on_ticks_and_holds_two_powers_of_ten() {
        assert_eq!(widened([0.013, 1.3]), [0.01, 2.0]);
        assert_eq!(widened([0.06, 3.0]), [0.05, 5.0]);
        // 0.1 and 1 are in it; for one of them alone, the nearer neighbour is taken in.
        assert_eq!(widened([0.02, 0.4]), [0.01, 0.5]);
        assert_eq!(widened([0.06, 0.4]), [0.05, 1.0]);
        assert_eq!(widened([0.2, 0.5]), [0.1, 1.0]);
        assert_eq!(widened([0.1, 0.1]), [0.01, 0.1]);
        assert_eq!(widened([1e-3, 10.0]), [1e-3, 10.0]);
        for range in [[0.0, 1.0], [f64::NAN, 1.0], [-2.0, -1.0]] {
            assert_eq!(format!("{:?}", widened(range)), format!("{range:?}"));
        }
    }
}
