//! Which steps a run made, in order and by which configuration, and at which of them it is looked at; so
//! that another run can make the same ones, and this one can be seen again as it was.
//!
//! A pane that is added in the middle of a run repeats what the others did: their steps, the updates of one
//! network alone that a visitor asked for in between, and the learning rates that were changed on the way. So
//! does a run that goes back to one of its earlier steps ([`crate::timeline`]). As long as it stands there,
//! what came after is not lost: that is the end of the journal.

use std::rc::Rc;

use crate::{config::TrainingConfig, train::Part};

/// The steps of a run, and where it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journal {
    legs: Vec<Leg>,
    /// By which new steps are made.
    config: Rc<TrainingConfig>,
    end: u64,
    at: u64,
}

/// Like steps that follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// Which networks they moved.
    pub part: Part,
    /// How many they were.
    pub count: u64,
    /// What the first pane trained by.
    pub config: Rc<TrainingConfig>,
}

impl Journal {
    /// How many steps were made.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// The step at which the run stands: the end, unless it is looked at as it was before.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Whether the run stands before its end.
    pub fn in_the_past(&self) -> bool {
        self.at < self.end
    }

    /// By what new steps are made.
    pub fn config(&self) -> &TrainingConfig {
        &self.config
    }

    /// New steps are made by this configuration.
    pub fn train_by(&mut self, config: &TrainingConfig) {
        if *self.config != *config {
            self.config = Rc::new(config.clone());
        }
    }

    /// Notes new steps at the end, where the run then stands.
    pub fn push(&mut self, part: Part, count: u64) {
        let config = self.config.clone();
        self.end += count;
        self.at = self.end;
        match self.legs.last_mut() {
            Some(last) if last.part == part && last.config == config => last.count += count,
            _ => self.legs.push(Leg {
                part,
                count,
                config,
            }),
        }
    }

    /// What comes after the first `done` steps: up to `most` steps of one kind. At the end, new ones of
    /// this kind.
    pub fn after(&self, done: u64, most: u64, new: Part) -> Leg {
        let mut end = 0;
        let made = self.legs.iter().find_map(|leg| {
            end += leg.count;
            (done < end).then(|| Leg {
                count: most.min(end - done),
                ..leg.clone()
            })
        });
        made.unwrap_or_else(|| Leg {
            part: new,
            count: most,
            config: self.config.clone(),
        })
    }

    /// The run stands at this step now, or at the end if there is no such step yet.
    pub fn move_to(&mut self, step: u64) {
        self.at = step.min(self.end);
    }

    /// Forgets what came after the step at which the run stands: it goes on from there.
    pub fn forget_the_rest(&mut self) {
        let mut left = self.at;
        self.legs.retain_mut(|leg| {
            leg.count = leg.count.min(left);
            left -= leg.count;
            leg.count > 0
        });
        self.end = self.at;
    }

    /// The last step before this one from which both networks move on the way to it, or the beginning: who
    /// starts there sees the losses and gradients of both, as they were.
    pub fn before(&self, step: u64) -> u64 {
        let mut still = [true; 2];
        let mut start = self.end;
        for leg in self.legs.iter().rev() {
            start -= leg.count;
            if start >= step {
                continue;
            }
            let last = step.min(start + leg.count) - 1;
            match leg.part {
                Part::Both => still = [false; 2],
                Part::Discriminator => still[0] = false,
                Part::Generator => still[1] = false,
            }
            if still == [false; 2] {
                return last;
            }
        }
        0
    }

    /// Forgets all steps: the run begins anew.
    pub fn clear(&mut self) {
        *self = Self {
            config: self.config.clone(),
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(steps: &[(Part, u64)]) -> Journal {
        let mut journal = Journal::default();
        for (part, count) in steps {
            journal.push(*part, *count);
        }
        journal
    }

    const STEPS: [(Part, u64); 4] = [
        (Part::Both, 5),
        (Part::Both, 2),
        (Part::Discriminator, 1),
        (Part::Both, 3),
    ];

    #[test]
    fn whoever_follows_the_journal_makes_the_same_steps() {
        let journal = journal(&STEPS);
        let mut followed = Journal::default();
        let mut orders = Vec::new();
        while followed.end() < journal.end() {
            let leg = journal.after(followed.end(), 4, Part::Generator);
            orders.push((leg.part, leg.count));
            followed.push(leg.part, leg.count);
        }
        let expected = [
            (Part::Both, 4),
            (Part::Both, 3),
            (Part::Discriminator, 1),
            (Part::Both, 3),
        ];
        assert_eq!(orders, expected);
        assert_eq!(followed, journal);
        assert_eq!((journal.end(), journal.at()), (11, 11));
        let new = journal.after(11, 4, Part::Generator);
        assert_eq!((new.part, new.count), (Part::Generator, 4));
    }

    #[test]
    fn steps_go_with_the_configuration_that_was_in_force() {
        let rate = |rate| {
            let rate = format!("optimizer.generator.lr={rate}");
            TrainingConfig::default().with_assignment(&rate).unwrap()
        };
        let mut journal = Journal::default();
        journal.train_by(&rate("0.5"));
        journal.push(Part::Both, 3);
        journal.train_by(&rate("0.25"));
        journal.train_by(&rate("0.5"));
        journal.push(Part::Both, 2);
        journal.train_by(&rate("0.25"));
        journal.push(Part::Both, 4);
        let leg = |done| {
            let leg = journal.after(done, 100, Part::Both);
            (leg.count, leg.config.optimizer.generator.lr())
        };
        assert_eq!([leg(0), leg(4), leg(5)], [(5, 0.5), (1, 0.5), (4, 0.25)]);
        assert_eq!(leg(9), (100, 0.25), "new ones go by the last");
        journal.clear();
        let new = journal.after(0, 1, Part::Both);
        assert_eq!(
            *new.config,
            rate("0.25"),
            "another start, the same settings"
        );
    }

    #[test]
    fn a_run_that_looks_back_keeps_its_end_until_it_goes_on() {
        let mut journal = journal(&STEPS);
        journal.move_to(6);
        assert!(journal.in_the_past());
        assert_eq!((journal.at(), journal.end()), (6, 11));
        journal.move_to(400);
        assert_eq!((journal.at(), journal.in_the_past()), (11, false));
        journal.move_to(8);
        journal.forget_the_rest();
        let same = super::tests::journal(&STEPS[..3]);
        assert_eq!(journal, same);
        journal.move_to(0);
        journal.forget_the_rest();
        assert_eq!(journal, Journal::default());
    }

    #[test]
    fn whoever_starts_before_a_step_moves_both_networks_on_the_way_to_it() {
        use Part::{Both, Discriminator, Generator};
        let journal = journal(&[(Both, 4), (Generator, 3), (Discriminator, 2), (Both, 1)]);
        // Steps 1 - 4 move both, 5 - 7 G, 8 and 9 D, 10 both.
        let before: Vec<_> = (0..=10).map(|step| journal.before(step)).collect();
        assert_eq!(before, [0, 0, 1, 2, 3, 3, 3, 3, 6, 6, 9]);
        let one_sided = super::tests::journal(&[(Generator, 9)]);
        assert_eq!(one_sided.before(9), 0);
    }

    #[test]
    fn a_run_that_begins_anew_has_nothing_to_follow() {
        let mut journal = journal(&[(Part::Both, 7)]);
        journal.clear();
        assert_eq!((journal.end(), journal.at()), (0, 0));
    }
}
