//! How many steps are due: pure arithmetic on a clock that somebody else reads.

/// Spreads steps over time.
#[derive(Clone, Debug)]
pub struct Pace {
    steps_per_second: Option<f64>,
    /// The moment from which steps are counted.
    origin_ms: f64,
    made: u64,
}

/// A pace that has fallen behind by more than this starts to count anew: a run that was held up goes
/// on at its pace and does not race to catch up.
const PATIENCE_MS: f64 = 250.0;

impl Pace {
    /// At most so many steps a second, or as many as possible.
    pub fn new(steps_per_second: Option<f64>, now_ms: f64) -> Self {
        let steps_per_second = steps_per_second.filter(|rate| rate.is_finite() && *rate > 0.0);
        Self {
            steps_per_second,
            origin_ms: now_ms,
            made: 0,
        }
    }

    /// Steps that may be made now.
    pub fn due(&self, now_ms: f64) -> u64 {
        match self.steps_per_second {
            None => u64::MAX,
            // The first step is due at once.
            Some(rate) => {
                (((now_ms - self.origin_ms) / 1000.0 * rate) as u64 + 1).saturating_sub(self.made)
            }
        }
    }

    /// Notes steps that were made.
    pub fn made(&mut self, steps: u64, now_ms: f64) {
        self.made += steps;
        if self.wait_ms(now_ms) < -PATIENCE_MS {
            (self.origin_ms, self.made) = (now_ms, 1);
        }
    }

    /// Milliseconds until the next step is due; not above zero if it is due now.
    pub fn wait_ms(&self, now_ms: f64) -> f64 {
        match self.steps_per_second {
            None => 0.0,
            Some(rate) => self.origin_ms + self.made as f64 / rate * 1000.0 - now_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_come_due_one_by_one_at_the_pace_asked_for() {
        let mut pace = Pace::new(Some(5.0), 1000.0);
        assert_eq!(pace.due(1000.0), 1);
        pace.made(1, 1000.0);
        assert_eq!((pace.due(1199.0), pace.wait_ms(1100.0)), (0, 100.0));
        assert_eq!(pace.due(1200.0), 1);
        assert_eq!(pace.due(1450.0), 2);
    }

    #[test]
    fn full_speed_never_waits() {
        let pace = Pace::new(None, 0.0);
        assert_eq!((pace.due(0.0), pace.wait_ms(0.0)), (u64::MAX, 0.0));
    }

    #[test]
    fn a_pace_that_was_held_up_does_not_race_to_catch_up() {
        let mut pace = Pace::new(Some(10.0), 0.0);
        pace.made(1, 60_000.0);
        assert_eq!(pace.due(60_000.0), 0);
        assert_eq!(pace.due(60_100.0), 1);
    }

    #[test]
    fn a_pace_that_makes_no_sense_is_full_speed() {
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Pace::new(Some(rate), 0.0).due(0.0), u64::MAX);
        }
    }
}
