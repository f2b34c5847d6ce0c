//! Which steps a run made, in order, so that another run can make the same ones.
//!
//! A pane that is added in the middle of a run repeats what the others did: their steps, and the
//! updates of one network alone that a visitor asked for in between.

use crate::train::Part;

/// The steps of a run, the like ones counted together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journal {
    steps: Vec<(Part, u64)>,
    total: u64,
}

impl Journal {
    /// How many steps were made.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Notes steps.
    pub fn push(&mut self, part: Part, count: u64) {
        self.total += count;
        match self.steps.last_mut() {
            Some((last, counted)) if *last == part => *counted += count,
            _ => self.steps.push((part, count)),
        }
    }

    /// What comes after the first `done` steps: up to `most` steps of one kind; none at the end.
    pub fn after(&self, done: u64, most: u64) -> Option<(Part, u64)> {
        let mut end = 0;
        self.steps.iter().find_map(|(part, count)| {
            end += count;
            (done < end).then(|| (*part, most.min(end - done)))
        })
    }

    /// Forgets all: the run begins anew.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_run_that_begins_anew_has_nothing_to_follow() {
        let mut journal = Journal::default();
        journal.push(Part::Both, 7);
        journal.clear();
        assert_eq!((journal.total(), journal.after(0, 9)), (0, None));
    }
}
