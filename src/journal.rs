//! Which steps a run made, in order, and under which tuning, so that another run can make the same ones.
//!
//! A pane that is added in the middle of a run repeats what the others did: their steps, the updates of
//! one network alone that a visitor asked for in between, and under each of them the learning rates and
//! the target that were in force.

use crate::{config::Tuning, train::Part};

/// Most changes of tuning that are kept: 100 modes that are moved all the time fill this in a minute or
/// so, and 2,000 points each time would take 64 MB.
const MOST_CHANGES: usize = 2000;

/// The steps of a run, the like ones counted together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journal {
    steps: Vec<(Part, u64)>,
    total: u64,
    /// Each tuning with the steps that were made before it came into force; the first with none.
    tunings: Vec<(u64, Tuning)>,
    /// More changes came than are kept.
    overflowed: bool,
}

impl Journal {
    /// How many steps were made.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whether another run can still repeat them.
    pub fn is_complete(&self) -> bool {
        !self.overflowed
    }

    /// Notes steps.
    pub fn push(&mut self, part: Part, count: u64) {
        self.total += count;
        match self.steps.last_mut() {
            Some((last, counted)) if *last == part => *counted += count,
            _ => self.steps.push((part, count)),
        }
    }

    /// Notes the tuning of the steps from here on.
    pub fn tune(&mut self, tuning: Tuning) {
        if self.tunings.last().is_some_and(|(_, last)| *last == tuning) {
            return;
        }
        // One under which no step was made is as if it had never been.
        if self
            .tunings
            .last()
            .is_some_and(|(from, _)| *from == self.total)
        {
            self.tunings.pop();
        }
        if self.tunings.len() == MOST_CHANGES {
            self.tunings.clear();
            self.overflowed = true;
        }
        self.tunings.push((self.total, tuning));
    }

    /// The tuning of the step that comes after the first `done`.
    pub fn tuning(&self, done: u64) -> Option<&Tuning> {
        let mut before = self.tunings.iter().rev();
        before
            .find(|(from, _)| *from <= done)
            .or(self.tunings.first())
            .map(|(_, tuning)| tuning)
    }

    /// What comes after the first `done` steps: up to `most` steps of one kind and under one tuning; none
    /// at the end.
    pub fn after(&self, done: u64, most: u64) -> Option<(Part, u64)> {
        let mut changes = self.tunings.iter().map(|(from, _)| *from);
        let most = changes
            .find(|from| *from > done)
            .map_or(most, |change| most.min(change - done));
        let mut end = 0;
        self.steps.iter().find_map(|(part, count)| {
            end += count;
            (done < end).then(|| (*part, most.min(end - done)))
        })
    }

    /// Forgets all but the tuning in force: the run begins anew.
    pub fn clear(&mut self) {
        let last = self.tunings.pop();
        *self = Self::default();
        self.tunings.extend(last.map(|(_, tuning)| (0, tuning)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TrainingConfig;

    fn tuning(rate: f64) -> Tuning {
        Tuning {
            rates: [rate; 2],
            ..TrainingConfig::default().tuning()
        }
    }

    #[test]
    fn whoever_follows_the_journal_makes_the_same_steps() {
        let mut journal = Journal::default();
        for (part, count) in [
            (Part::Both, 5),
            (Part::Both, 2),
            (Part::Discriminator, 1),
            (Part::Both, 3),
        ] {
            journal.push(part, count);
        }
        let mut followed = Journal::default();
        let mut orders = Vec::new();
        while let Some((part, count)) = journal.after(followed.total(), 4) {
            orders.push((part, count));
            followed.push(part, count);
        }
        let expected = [
            (Part::Both, 4),
            (Part::Both, 3),
            (Part::Discriminator, 1),
            (Part::Both, 3),
        ];
        assert_eq!(orders, expected);
        assert_eq!(followed, journal);
        assert_eq!(journal.total(), 11);
    }

    #[test]
    fn whoever_follows_is_tuned_alike_at_every_step() {
        let mut journal = Journal::default();
        // The second comes before any step, the fourth and the fifth before the same one.
        for (rate, steps) in [(1.0, 0), (2.0, 5), (3.0, 4), (4.0, 0), (5.0, 2), (6.0, 0)] {
            journal.tune(tuning(rate));
            journal.push(Part::Both, steps);
        }
        let mut followed = Vec::new();
        let mut done = 0;
        while let Some((_, count)) = journal.after(done, 3) {
            let rate = journal.tuning(done).map(|tuning| tuning.rates[0]);
            followed.extend(std::iter::repeat_n(rate.unwrap(), count as usize));
            done += count;
        }
        assert_eq!(
            followed,
            [[2.0; 5].as_slice(), &[3.0; 4], &[5.0; 2]].concat()
        );
        assert_eq!(journal.tuning(11), Some(&tuning(6.0)));
        journal.clear();
        assert_eq!(
            (journal.total(), journal.tuning(0)),
            (0, Some(&tuning(6.0)))
        );
    }

    #[test]
    fn a_journal_says_when_it_has_forgotten_something() {
        let mut journal = Journal::default();
        for change in 0..=MOST_CHANGES {
            assert!(journal.is_complete(), "after {change} changes");
            journal.tune(tuning(change as f64));
            journal.push(Part::Both, 1);
        }
        assert!(!journal.is_complete());
        assert!(journal.tunings.len() <= MOST_CHANGES);
        journal.clear();
        assert!(journal.is_complete());
    }

    #[test]
    fn a_run_that_begins_anew_has_nothing_to_follow() {
        let mut journal = Journal::default();
        journal.push(Part::Both, 7);
        journal.clear();
        assert_eq!((journal.total(), journal.after(0, 9)), (0, None));
    }
}
