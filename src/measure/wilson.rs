//! How sure a share is that was seen in a few trials: of so many seeds, so many did it.

use serde::Serialize;

/// The normal distribution's 97.5 % point: 95 % lie within so many standard deviations.
const Z: f64 = 1.959_963_984_540_054;

/// A number of successes out of a number of trials, with the interval that Wilson gave (1927,
/// *Probable Inference, the Law of Succession, and Statistical Inference*): all shares p for which
/// the observed one lies within z standard deviations, |k/n - p| <= z sqrt(p (1 - p) / n).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Proportion {
    /// Successes.
    pub count: usize,
    /// Trials.
    pub of: usize,
    /// Successes by trials, 0 to 1; NaN without a trial.
    pub share: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Proportion {
    /// `count` successes out of `of` trials. Without a trial, any share is possible.
    pub fn new(count: usize, of: usize) -> Self {
        let (k, n) = (count as f64, of as f64);
        let (low, high) = if of == 0 {
            (0.0, 1.0)
        } else {
            let middle = (k + Z * Z / 2.0) / (n + Z * Z);
            let half = Z / (n + Z * Z) * (k * (n - k) / n + Z * Z / 4.0).sqrt();
            // At the ends the interval is exact; rounding must not push it out of 0 to 1.
            ((middle - half).max(0.0), (middle + half).min(1.0))
        };
        Self {
            count,
            of,
            share: k / n,
            low: if count == 0 { 0.0 } else { low },
            high: if count == of { 1.0 } else { high },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_interval(count: usize, of: usize, expected: [f64; 2], within: f64) {
        let Proportion { low, high, .. } = Proportion::new(count, of);
        for (found, expected) in [low, high].into_iter().zip(expected) {
            assert!(
                (found - expected).abs() < within,
                "{count}/{of}: {low} to {high}"
            );
        }
    }

    #[test]
    fn none_and_all_have_the_interval_that_can_be_worked_out_by_hand() {
        // 0 of n: from 0 to z^2 / (n + z^2) = 3.841459 / 13.841459 = 0.277533, and its mirror image.
        assert_interval(0, 10, [0.0, 0.277_533], 1e-6);
        assert_interval(10, 10, [0.722_467, 1.0], 1e-6);
        assert_interval(0, 0, [0.0, 1.0], 1e-12);
    }

    #[test]
    fn the_interval_is_wilsons() {
        // The example of Newcombe (1998, Statistics in Medicine 17, table I, method 3).
        assert_interval(81, 263, [0.2553, 0.3662], 5e-5);
        assert_interval(15, 148, [0.0624, 0.1605], 5e-5);
        assert_interval(1, 29, [0.0061, 0.1718], 5e-5);
    }

    #[test]
    fn its_ends_are_the_shares_that_lie_z_standard_deviations_off() {
        for (count, of) in [(1, 2), (3, 7), (19, 20), (40, 200)] {
            let found = Proportion::new(count, of);
            for end in [found.low, found.high] {
                let deviations = (found.share - end).abs() / (end * (1.0 - end) / of as f64).sqrt();
                assert!((deviations - Z).abs() < 1e-9, "{count}/{of}: {deviations}");
            }
        }
    }
}
