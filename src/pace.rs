//! How many steps to make at once: pure arithmetic on a clock that somebody else reads.
//!
//! A run plays in rounds: some steps, then a picture. [`Pace`] says how many steps a chosen speed
//! allows by now, [`Rounds`] how many fit into a round, [`Ration`] whether something may be measured
//! on the side.

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
        let wait_ms = self.wait_ms(now_ms);
        // Whoever made more than were due was told so by another pace, before this one was chosen.
        let most_ms = self.steps_per_second.map_or(0.0, |rate| 1000.0 / rate);
        if !(-PATIENCE_MS..=most_ms).contains(&wait_ms) {
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

/// What becomes of runs that play while nobody sees them, because another tab lies before the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unseen {
    /// They rest until they are seen again.
    #[default]
    Pause,
    /// They go on for a twentieth of the time, and leave the machine to others.
    Slow,
    /// They go on as if they were seen.
    Full,
}

/// Of the time that a round takes, so much is rested after it where runs go on slowly.
const SLOW_REST: f64 = 19.0;

/// How long to rest before looking again whether the runs are seen.
const UNSEEN_NAP_MS: f64 = 100.0;

impl Unseen {
    /// All, by their names in links.
    pub const ALL: [(&'static str, Self); 3] = [
        ("pause", Self::Pause),
        ("slow", Self::Slow),
        ("full", Self::Full),
    ];

    /// The name in links.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Slow => "slow",
            Self::Full => "full",
        }
    }

    /// Milliseconds to rest before anything more is done for runs that nobody sees, where the last round took
    /// `worked_ms` and ended `since_ms` ago; not above zero if they may go on.
    pub fn rest_ms(self, worked_ms: f64, since_ms: f64) -> f64 {
        match self {
            Self::Pause => UNSEEN_NAP_MS,
            Self::Slow => (SLOW_REST * worked_ms - since_ms).min(UNSEEN_NAP_MS),
            Self::Full => 0.0,
        }
    }
}

/// How many steps to ask for at once: a GPU works on what it was asked for after the asker has gone on, so
/// that whoever asks step by step, without waiting, asks for hours ahead; and a request that keeps it busy
/// for long holds up the whole screen.
#[derive(Clone, Debug)]
pub struct Requests {
    at_once: u64,
}

/// How long a request may take.
const REQUEST_MS: f64 = 8.0;

impl Default for Requests {
    fn default() -> Self {
        Self { at_once: 1 }
    }
}

impl Requests {
    /// Steps to ask for next, of those that are left.
    pub fn next(&self, left: u64) -> u64 {
        self.at_once.min(left)
    }

    /// Notes that so many steps took so long, until they were all made.
    pub fn took(&mut self, steps: u64, ms: f64) {
        // A clock in a browser is coarse: what takes no time at all may have taken a tenth of a millisecond.
        let fitting = steps as f64 * REQUEST_MS / ms.max(0.1);
        self.at_once = (fitting as u64).clamp(1, 4 * steps.max(1));
    }
}

/// How many steps a round takes, so that pictures follow each other smoothly and training still gets
/// its share where pictures are slow.
#[derive(Clone, Debug)]
pub struct Rounds {
    steps: u64,
    round_ms: f64,
}

/// How long a round is to take: 30 pictures a second, and a little to spare.
const ROUND_MS: f64 = 30.0;
/// Training gets at least this part of the time that all else in a round takes.
const LEAST_TRAINING: f64 = 0.5;

impl Default for Rounds {
    fn default() -> Self {
        Self::lasting(ROUND_MS)
    }
}

impl Rounds {
    /// Rounds that take about so long.
    pub fn lasting(round_ms: f64) -> Self {
        Self { steps: 1, round_ms }
    }

    /// Steps for the next round.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Notes a round: so many steps took the slowest run `training_ms`, and the round as a whole
    /// `round_ms`.
    pub fn made(&mut self, steps: u64, training_ms: f64, round_ms: f64) {
        if steps == 0 || !training_ms.is_finite() || !round_ms.is_finite() {
            return;
        }
        let rest_ms = (round_ms - training_ms).max(0.0);
        let training_due_ms = (self.round_ms - rest_ms).max(LEAST_TRAINING * rest_ms);
        // A clock may be coarse: a step never counts as less than a microsecond.
        let step_ms = (training_ms / steps as f64).max(0.001);
        // One odd round changes little: at most to twice or half as many.
        let most = 2.0 * self.steps as f64;
        self.steps = (training_due_ms / step_ms)
            .clamp(0.25 * most, most)
            .max(1.0) as u64;
    }
}

/// Keeps what is measured beside the training to a share of its time.
#[derive(Clone, Debug)]
pub struct Ration {
    left_ms: f64,
    share: f64,
}

/// Of a second of training, so much more may go into measuring.
const MEASURING_SHARE: f64 = 0.05;
/// What a run may spend before it has earned anything: what the noise floor takes in a browser.
const CREDIT_MS: f64 = 500.0;

impl Default for Ration {
    fn default() -> Self {
        Self::of(MEASURING_SHARE)
    }
}

impl Ration {
    /// Such a share of the training time, for what is looked at for its measurements.
    pub fn of(share: f64) -> Self {
        Self {
            left_ms: CREDIT_MS,
            share,
        }
    }

    /// Whether something may be measured now.
    pub fn allows(&self) -> bool {
        self.left_ms > 0.0
    }

    /// Notes so much training.
    pub fn trained(&mut self, ms: f64) {
        // What was not spent while there was nothing to measure is no credit for later.
        self.left_ms = (self.left_ms + self.share * ms.max(0.0)).min(CREDIT_MS);
    }

    /// Notes so much measuring.
    pub fn measured(&mut self, ms: f64) {
        self.left_ms -= ms.max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measuring_takes_a_twentieth_of_the_training_time_once_the_credit_is_spent() {
        let mut ration = Ration::default();
        let mut at_first = 0.0;
        while ration.allows() {
            ration.measured(12.0);
            at_first += 12.0;
        }
        assert!((CREDIT_MS..CREDIT_MS + 12.0).contains(&at_first));
        let mut spent = 0.0;
        for _ in 0..10_000 {
            ration.trained(25.0);
            if ration.allows() {
                ration.measured(12.0);
                spent += 12.0;
            }
        }
        let share = spent / (10_000.0 * 25.0);
        assert!((0.0499..=0.0501).contains(&share), "{share}");
    }

    #[test]
    fn a_run_that_had_nothing_to_measure_saves_up_no_more_than_the_credit() {
        let mut ration = Ration::default();
        ration.trained(1e9);
        ration.measured(CREDIT_MS);
        assert!(!ration.allows());
    }

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
    fn steps_that_another_pace_allowed_are_not_waited_for() {
        let mut pace = Pace::new(Some(20.0), 0.0);
        // A round at full speed was on its way when the pace was chosen.
        pace.made(30_000, 80.0);
        assert_eq!((pace.due(80.0), pace.wait_ms(80.0)), (0, 50.0));
        assert_eq!(pace.due(130.0), 1);
    }

    #[test]
    fn a_pace_that_makes_no_sense_is_full_speed() {
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Pace::new(Some(rate), 0.0).due(0.0), u64::MAX);
        }
    }

    #[test]
    fn runs_that_nobody_sees_rest_go_on_slowly_or_go_on() {
        for (unseen, low, high) in [
            (Unseen::Pause, 0.0, 0.0),
            (Unseen::Slow, 0.045, 0.055),
            (Unseen::Full, 1.0, 1.0),
        ] {
            // Rounds of 30 ms, for a minute.
            let (mut now, mut ended, mut worked) = (0.0, 0.0, 0.0);
            while now < 60_000.0 {
                let rest_ms = unseen.rest_ms(if worked > 0.0 { 30.0 } else { 0.0 }, now - ended);
                if rest_ms > 0.0 {
                    now += rest_ms;
                } else {
                    now += 30.0;
                    (ended, worked) = (now, worked + 30.0);
                }
            }
            let share = worked / now;
            assert!((low..=high).contains(&share), "{unseen:?}: {share}");
        }
    }

    #[test]
    fn rounds_that_may_take_longer_hold_more_steps() {
        let mut rounds = Rounds::lasting(80.0);
        for _ in 0..20 {
            rounds.made(
                rounds.steps(),
                2.0 * rounds.steps() as f64,
                2.0 * rounds.steps() as f64 + 10.0,
            );
        }
        assert_eq!(rounds.steps(), 35);
    }

    /// The steps of a round, once they no longer change, where a step and all else take so long.
    fn settled(step_ms: f64, rest_ms: f64) -> u64 {
        let mut rounds = Rounds::default();
        for _ in 0..20 {
            let training_ms = rounds.steps() as f64 * step_ms;
            rounds.made(rounds.steps(), training_ms, training_ms + rest_ms);
        }
        rounds.steps()
    }

    #[test]
    fn rounds_fill_the_time_between_two_pictures() {
        // 30 ms a round, 10 of them for the picture: 20 steps of 1 ms.
        assert_eq!(settled(1.0, 10.0), 20);
        assert_eq!(settled(0.5, 10.0), 40);
    }

    #[test]
    fn slow_pictures_leave_training_its_share_and_slow_steps_come_singly() {
        assert_eq!(settled(1.0, 100.0), 50);
        assert_eq!(settled(500.0, 10.0), 1);
    }

    #[test]
    fn requests_grow_until_they_take_eight_milliseconds() {
        let mut requests = Requests::default();
        let mut asked = Vec::new();
        for _ in 0..7 {
            let steps = requests.next(u64::MAX);
            asked.push(steps);
            // A tenth of a millisecond each, and one for the way.
            requests.took(steps, 1.0 + 0.1 * steps as f64);
        }
        assert_eq!(asked, [1, 4, 16, 49, 66, 69, 69]);
        assert_eq!(requests.next(5), 5);
        requests.took(69, 500.0);
        assert_eq!(requests.next(u64::MAX), 1);
    }

    #[test]
    fn one_odd_round_changes_little() {
        let mut rounds = Rounds {
            steps: 16,
            ..Rounds::default()
        };
        rounds.made(16, 1600.0, 1700.0);
        assert_eq!(rounds.steps(), 8);
        rounds.made(8, 0.0, 1.0);
        assert_eq!(rounds.steps(), 16);
        rounds.made(0, 0.0, 1.0);
        rounds.made(16, f64::NAN, 1.0);
        assert_eq!(rounds.steps(), 16);
    }
}
