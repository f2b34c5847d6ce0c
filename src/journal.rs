//! Which steps a run made, in order and by which configuration, and at which of them it is looked at; so
//! that another run can make the same ones, and this one can be seen again as it was.
//!
//! A pane that is added in the middle of a run repeats what the others did: their steps, the updates of one
//! network alone that a visitor asked for in between, and the learning rates that were changed on the way. So
//! does a run that goes back to one of its earlier steps ([`crate::timeline`]). As long as it stands there,
//! what came after is not lost: that is the end of the journal.
//!
//! Bounded memory: a hand that draws points while the run goes on makes twenty configurations a second, of up
//! to 2,000 points each. Where they take too much, those that followed each other within so many steps give way to the
//! last of them, so that a run of very many changes is repeated by fewer, evenly over its length. Which networks a
//! step moved is never forgotten.

use std::rc::Rc;

use crate::{
    config::{Target, TrainingConfig},
    train::Part,
};

/// Most bytes that the configurations of a run take: some 30,000 changes of a learning rate, or 500 of 2,000
/// points.
const MOST_BYTES: usize = 16_000_000;

/// The steps of a run, and where it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journal {
    stretches: Vec<Stretch>,
    /// What they take.
    bytes: usize,
    /// By which new steps are made.
    config: Rc<TrainingConfig>,
    at: u64,
}

/// Like steps that follow each other, as they are kept: up to which step of the run.
#[derive(Clone, Debug, PartialEq)]
struct Stretch {
    part: Part,
    end: u64,
    config: Rc<TrainingConfig>,
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
        self.stretches.last().map_or(0, |last| last.end)
    }

    /// The step at which the run stands: the end, unless it is looked at as it was before.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Whether the run stands before its end.
    pub fn in_the_past(&self) -> bool {
        self.at < self.end()
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
        let end = self.end() + count;
        self.at = end;
        match self.stretches.last_mut() {
            Some(last) if last.part == part && last.config == config => last.end = end,
            last => {
                let is_new = last.is_none_or(|last| !Rc::ptr_eq(&last.config, &config));
                self.bytes += size_of::<Stretch>();
                if is_new {
                    self.bytes += config_bytes(&config);
                }
                self.stretches.push(Stretch { part, end, config });
                if is_new {
                    self.thin();
                }
            }
        }
    }

    /// What comes after the first `done` steps: up to `most` steps of one kind. At the end, new ones of
    /// this kind.
    pub fn after(&self, done: u64, most: u64, new: Part) -> Leg {
        match self.stretches.get(self.stretch_after(done)) {
            Some(stretch) => Leg {
                part: stretch.part,
                count: most.min(stretch.end - done),
                config: stretch.config.clone(),
            },
            None => Leg {
                part: new,
                count: most,
                config: self.config.clone(),
            },
        }
    }

    /// The place of the first stretch that goes beyond the first `done` steps.
    fn stretch_after(&self, done: u64) -> usize {
        self.stretches
            .partition_point(|stretch| stretch.end <= done)
    }

    /// The run stands at this step now, or at the end if there is no such step yet.
    pub fn move_to(&mut self, step: u64) {
        self.at = step.min(self.end());
    }

    /// Forgets what came after the step at which the run stands: it goes on from there.
    pub fn forget_the_rest(&mut self) {
        let at = self.at;
        let reached = self.stretches.partition_point(|stretch| stretch.end < at);
        self.stretches
            .truncate(if at == 0 { 0 } else { reached + 1 });
        if let Some(last) = self.stretches.last_mut() {
            last.end = at;
        }
        self.bytes = bytes(&self.stretches);
    }

    /// The last step before this one from which both networks move on the way to it, or the beginning: who
    /// starts there sees the losses and gradients of both, as they were.
    pub fn before(&self, step: u64) -> u64 {
        let mut still = [true; 2];
        // The stretches that begin before the step, the last of them first.
        let count = match step {
            0 => 0,
            step => (self.stretch_after(step - 1) + 1).min(self.stretches.len()),
        };
        for stretch in self.stretches[..count].iter().rev() {
            match stretch.part {
                Part::Both => still = [false; 2],
                Part::Discriminator => still[0] = false,
                Part::Generator => still[1] = false,
            }
            if still == [false; 2] {
                return step.min(stretch.end) - 1;
            }
        }
        0
    }

    /// Where the configurations take too much, those that came into force within one and the same `spacing` steps
    /// give way to the last of them, for a spacing that makes room for as many again. The one by which the run
    /// began stays.
    fn thin(&mut self) {
        let mut spacing = 1;
        let is_too_much = self.bytes > MOST_BYTES;
        while is_too_much && self.bytes > MOST_BYTES / 2 && spacing < self.end() {
            spacing *= 2;
            self.keep_one_each(spacing);
        }
    }

    fn keep_one_each(&mut self, spacing: u64) {
        // The step after which each came into force.
        let mut epochs: Vec<(u64, Rc<TrainingConfig>)> = Vec::new();
        let mut start = 0;
        for stretch in &self.stretches {
            let before = epochs.last();
            if before.is_none_or(|(_, before)| !Rc::ptr_eq(before, &stretch.config)) {
                epochs.push((start, stretch.config.clone()));
            }
            start = stretch.end;
        }
        let given = epochs.iter().map(|(_, config)| config.clone());
        let mut given: Vec<_> = given.collect();
        for which in (1..given.len().saturating_sub(1)).rev() {
            if epochs[which].0 / spacing == epochs[which + 1].0 / spacing {
                given[which] = given[which + 1].clone();
            }
        }
        let mut which = 0;
        for stretch in &mut self.stretches {
            which += usize::from(!Rc::ptr_eq(&epochs[which].1, &stretch.config));
            stretch.config = given[which].clone();
        }
        self.stretches.dedup_by(|later, kept| {
            let is_like = later.part == kept.part && Rc::ptr_eq(&later.config, &kept.config);
            if is_like {
                kept.end = later.end;
            }
            is_like
        });
        self.bytes = bytes(&self.stretches);
    }

    /// Forgets all steps: the run begins anew.
    pub fn clear(&mut self) {
        *self = Self {
            config: self.config.clone(),
            ..Self::default()
        };
    }
}

/// What stretches take, and the configurations by which they were made.
fn bytes(stretches: &[Stretch]) -> usize {
    let mut sum = size_of_val(stretches);
    let mut before: Option<&Rc<TrainingConfig>> = None;
    for Stretch { config, .. } in stretches {
        if before.is_none_or(|before| !Rc::ptr_eq(before, config)) {
            sum += config_bytes(config);
        }
        before = Some(config);
    }
    sum
}

/// What a configuration takes; nearly all of it are its places, where it has many.
fn config_bytes(config: &TrainingConfig) -> usize {
    let places: &[[f64; 2]] = match &config.target {
        Target::Points { points: places, .. } | Target::Mixture { means: places, .. } => places,
        _ => &[],
    };
    size_of::<TrainingConfig>() + size_of_val(places)
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

    /// A run in which a hand draws 2,000 points, one change every second step, while now and then one network
    /// alone moves.
    fn drawn(changes: u64) -> Journal {
        let mut config = TrainingConfig::default();
        let mut journal = Journal::default();
        for change in 0..changes {
            config.target = Target::Points {
                points: vec![[change as f64, 0.0]; 2000],
                sigma: 0.0,
            };
            journal.train_by(&config);
            journal.push(Part::Both, 1);
            journal.push(part_of(change), 1);
            assert!(journal.bytes <= MOST_BYTES, "{change}: {}", journal.bytes);
        }
        journal
    }

    fn part_of(change: u64) -> Part {
        match change % 10 {
            9 => Part::Discriminator,
            _ => Part::Both,
        }
    }

    /// The change by which a step was made.
    fn change(config: &TrainingConfig) -> u64 {
        match &config.target {
            Target::Points { points, .. } => points[0][0] as u64,
            _ => panic!("another target"),
        }
    }

    #[test]
    fn a_run_of_very_many_changes_stays_bounded_and_is_repeated_by_some_of_them() {
        let few = drawn(400);
        for step in 0..800 {
            let leg = few.after(step, 1, Part::Generator);
            assert_eq!(change(&leg.config), step / 2, "few changes are all kept");
        }
        let journal = drawn(3000);
        assert_eq!((journal.at(), journal.end()), (6000, 6000));
        assert_eq!(journal.bytes, bytes(&journal.stretches));
        assert!(journal.bytes > MOST_BYTES / 4, "{}", journal.bytes);
        let mut before = 0;
        for step in 0..6000 {
            let leg = journal.after(step, 1, Part::Generator);
            let expected = match step % 2 {
                0 => Part::Both,
                _ => part_of(step / 2),
            };
            assert_eq!(leg.part, expected, "step {step}");
            // No change comes into force more than 32 steps too early, and none too late.
            let by = change(&leg.config);
            assert!(
                (step / 2..=step / 2 + 16).contains(&by),
                "step {step}: {by}"
            );
            assert!(by >= before, "step {step}: {by}");
            before = by;
        }
        assert_eq!(change(&journal.after(0, 1, Part::Both).config), 0);
        assert_eq!(change(&journal.after(5999, 1, Part::Both).config), 2999);
    }

    #[test]
    fn a_learning_rate_that_changes_with_every_step_takes_no_more_than_other_changes() {
        let mut config = TrainingConfig::default();
        let mut journal = Journal::default();
        for step in 0..100_000 {
            let optimizer = &mut config.optimizer.generator;
            *optimizer = optimizer.with_lr(1e-6 * f64::from(step + 1));
            journal.train_by(&config);
            journal.push(Part::Both, 1);
            assert!(journal.bytes <= MOST_BYTES);
        }
        assert_eq!(journal.end(), 100_000);
        let last = journal.after(99_999, 1, Part::Both).config;
        assert_eq!(last.optimizer.generator.lr(), 1e-6 * 100_000.0);
    }
}
