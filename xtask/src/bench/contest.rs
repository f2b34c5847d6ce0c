//! Engines that take turns on the same work: first each shows that it computes what the others do, then
//! all are timed, one after the other, round by round, so that whatever slows the machine down for a
//! while slows all of them.

use super::trace::Traced;
use crate::progress::say;
use anyhow::{Result, ensure};
use std::fmt;
use std::thread::sleep;
use std::time::Duration;

/// Which program computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// LSGAN Lab's page.
    Page,
    /// LSGAN Lab's command line.
    Native,
    /// TensorFlow.js as its users write it.
    Tfjs,
    /// TensorFlow.js with gradients and optimizer written out.
    TfjsByHand,
    /// JAX.
    Jax,
}

impl Engine {
    /// The name in the results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "lsgan-lab",
            Self::Native => "lsgan-lab native",
            Self::Tfjs => "tensorflow.js",
            Self::TfjsByHand => "tensorflow.js by hand",
            Self::Jax => "jax",
        }
    }
}

/// An engine on one of its backends, with a number of GANs at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contestant {
    pub engine: Engine,
    pub backend: &'static str,
    pub gans: u32,
}

impl Contestant {
    /// One GAN alone.
    pub const fn one(engine: Engine, backend: &'static str) -> Self {
        Self {
            engine,
            backend,
            gans: 1,
        }
    }

    /// The same with other numbers of GANs.
    pub const fn with(self, gans: u32) -> Self {
        Self { gans, ..self }
    }
}

impl fmt::Display for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.engine.name(), self.backend)?;
        match self.gans {
            1 => Ok(()),
            gans => write!(f, ", {gans} GANs"),
        }
    }
}

/// Where contestants meet.
pub trait Arena {
    /// The losses of D and G from the trace's first weights on the trace's batches: of every step, or of
    /// the last.
    fn losses(&mut self, contestant: Contestant, size: &Traced) -> Result<Vec<[f64; 2]>>;

    /// Milliseconds for one step of one GAN, by so many steps of each.
    fn turn(&mut self, contestant: Contestant, size: &Traced, steps: u64) -> Result<f64>;

    /// Steps by which to find out how many a turn has.
    fn first_steps(&self, contestant: Contestant) -> u64;

    /// Who knows the roofline that holds for a contestant: the most that its hardware can do with its kind
    /// of instructions. None where nobody does.
    fn roofline_of(&self, contestant: Contestant) -> Option<Contestant>;

    /// Milliseconds for a snapshot of one run, if the contestant makes such.
    fn snapshot(&mut self, contestant: Contestant, size: &Traced) -> Result<Option<f64>>;

    /// That roofline as measured now, in thousands of millions of operations a second, if it is known.
    fn roofline(&mut self, knows: Contestant) -> Result<Option<f64>>;
}

/// What is found of a contestant at a size.
#[derive(Clone, Debug)]
pub struct Entry {
    pub contestant: Contestant,
    pub size: Traced,
    /// Steps in a turn.
    steps: u64,
    /// Milliseconds for one step of one GAN, a turn each.
    pub times: Vec<f64>,
    /// Its roofline in each round.
    pub peaks: Vec<f64>,
    /// Milliseconds for a snapshot in each round, if it makes any.
    pub snapshots: Vec<f64>,
}

/// How long things are measured.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    pub rounds: u32,
    /// Milliseconds that a turn should take.
    pub turn_ms: f64,
    /// How long nothing is done before a turn: what the last contestant leaves behind, such as a device that
    /// is being taken down, is not the next one's to pay for.
    pub rest: Duration,
    /// Whether snapshots are timed as well.
    pub snapshots: bool,
}

/// Most steps in a turn.
const MOST_STEPS: f64 = 100_000.0;

impl Entry {
    /// Lets a contestant in: `None`, with a word, where it is not to be had here.
    ///
    /// # Errors
    /// If it is there and computes something else than the trace says.
    pub fn admit(
        arena: &mut impl Arena,
        contestant: Contestant,
        size: &Traced,
        turn_ms: f64,
    ) -> Result<Option<Self>> {
        let losses = match arena.losses(contestant, size) {
            Ok(losses) => losses,
            Err(reason) => return Ok(absent(contestant, size, &reason)),
        };
        let misfit = size.misfit(&losses);
        ensure!(
            misfit <= 1.0,
            "{contestant} does other work at {}: its losses {losses:?} are {misfit:.1} times further from the \
             trace's {:?} than is allowed, so nothing is compared",
            size.name,
            size.losses
        );
        Ok(Self::admit_unseen(arena, contestant, size, turn_ms))
    }

    /// As [`Self::admit`], without a look at what the contestant computes.
    pub fn admit_unseen(
        arena: &mut impl Arena,
        contestant: Contestant,
        size: &Traced,
        turn_ms: f64,
    ) -> Option<Self> {
        match steps_in(arena, contestant, size, turn_ms) {
            Err(reason) => absent(contestant, size, &reason),
            Ok(steps) => Some(Self {
                contestant,
                size: size.clone(),
                steps,
                times: Vec::new(),
                peaks: Vec::new(),
                snapshots: Vec::new(),
            }),
        }
    }

    /// The shortest turn, in milliseconds for one step of one GAN.
    pub fn min(&self) -> f64 {
        self.times.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The turn in the middle.
    pub fn median(&self) -> f64 {
        median(&self.times)
    }

    /// Thousands of millions of operations a second, by the median.
    pub fn gflops(&self) -> f64 {
        self.size.flops as f64 / self.median() / 1e6
    }

    /// The measured roofline, by the median.
    pub fn peak(&self) -> Option<f64> {
        (!self.peaks.is_empty()).then(|| median(&self.peaks))
    }

    /// Milliseconds for a snapshot, by the median.
    pub fn snapshot(&self) -> Option<f64> {
        (!self.snapshots.is_empty()).then(|| median(&self.snapshots))
    }

    /// What part of the roofline is reached.
    pub fn roofline_share(&self) -> Option<f64> {
        self.peak().map(|peak| self.gflops() / peak)
    }
}

/// Nobody, with a word.
fn absent(contestant: Contestant, size: &Traced, reason: &anyhow::Error) -> Option<Entry> {
    let name = &size.name;
    say(&format!("{contestant} at {name} is left out: {reason:#}"));
    None
}

/// How many steps a turn of about `turn_ms` has.
fn steps_in(
    arena: &mut impl Arena,
    contestant: Contestant,
    size: &Traced,
    turn_ms: f64,
) -> Result<u64> {
    let gans = f64::from(contestant.gans);
    let mut steps = arena.first_steps(contestant);
    for _ in 0..2 {
        let ms_per_step = arena.turn(contestant, size, steps)? * gans;
        let took = ms_per_step * steps as f64;
        if (0.3..3.0).contains(&(took / turn_ms)) {
            break;
        }
        steps = (turn_ms / ms_per_step).clamp(1.0, MOST_STEPS) as u64;
        if took > 0.2 * turn_ms {
            break;
        }
    }
    Ok(steps)
}

/// Has the entries take turns.
///
/// # Errors
/// If an engine that was let in breaks down.
pub fn play(arena: &mut impl Arena, entries: &mut [Entry], measure: Measure) -> Result<()> {
    for round in 1..=measure.rounds {
        say(&format!("round {round} of {}", measure.rounds));
        // Each roofline is measured once in a round.
        let mut rooflines: Vec<(Contestant, Option<f64>)> = Vec::new();
        for entry in entries.iter_mut() {
            sleep(measure.rest);
            let time = arena.turn(entry.contestant, &entry.size, entry.steps)?;
            entry.times.push(time);
            if measure.snapshots {
                let snapshot = arena.snapshot(entry.contestant, &entry.size)?;
                entry.snapshots.extend(snapshot);
            }
            let Some(knows) = arena.roofline_of(entry.contestant) else {
                continue;
            };
            if !rooflines.iter().any(|(of, _)| *of == knows) {
                let found = arena.roofline(knows).unwrap_or_else(|reason| {
                    say(&format!("{knows} tells no roofline: {reason:#}"));
                    None
                });
                rooflines.push((knows, found));
            }
            let found = rooflines.iter().find(|(of, _)| *of == knows);
            entry.peaks.extend(found.and_then(|(_, peak)| *peak));
        }
    }
    Ok(())
}

/// The middle one of some numbers, or the mean of the two in the middle; NaN of none.
pub fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        count => (sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0,
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use serde_json::Value;
    use std::path::PathBuf;

    const HERE: Contestant = Contestant::one(Engine::Page, "cpu");

    pub fn size() -> Traced {
        Traced {
            name: "default".to_owned(),
            file: PathBuf::new(),
            config: Value::Null,
            losses: vec![[1.0, 1.0]],
            flops: 26_000_000,
        }
    }

    pub fn entry(contestant: Contestant, times: &[f64], peaks: &[f64]) -> Entry {
        Entry {
            contestant,
            size: size(),
            steps: 1,
            times: times.to_vec(),
            peaks: peaks.to_vec(),
            snapshots: Vec::new(),
        }
    }

    /// An arena that notes what it is asked.
    #[derive(Default)]
    struct Notes {
        turns: Vec<(Contestant, u64)>,
        peaks: usize,
        loss: f64,
    }

    impl Arena for Notes {
        fn losses(&mut self, contestant: Contestant, _: &Traced) -> Result<Vec<[f64; 2]>> {
            ensure!(contestant.backend != "absent", "there is none");
            Ok(vec![[self.loss, 1.0]])
        }

        fn turn(&mut self, contestant: Contestant, _: &Traced, steps: u64) -> Result<f64> {
            self.turns.push((contestant, steps));
            Ok(2.0)
        }

        fn first_steps(&self, _: Contestant) -> u64 {
            2
        }

        fn snapshot(&mut self, contestant: Contestant, _: &Traced) -> Result<Option<f64>> {
            Ok((contestant.gans == 1).then_some(3.0))
        }

        fn roofline_of(&self, _: Contestant) -> Option<Contestant> {
            Some(HERE)
        }

        fn roofline(&mut self, _: Contestant) -> Result<Option<f64>> {
            self.peaks += 1;
            Ok(Some(20.0))
        }
    }

    #[test]
    fn the_median_is_the_middle_and_the_minimum_the_least() {
        assert_eq!(median(&[5.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 30.0]), 3.0);
        assert!(median(&[]).is_nan());
        assert_eq!(entry(HERE, &[5.0, 1.0, 2.0], &[]).min(), 1.0);
    }

    #[test]
    fn operations_a_second_and_their_share_of_the_roofline() {
        // By hand: 26 million operations in 2 ms are 13 GFLOP/s, 65 % of 20.
        let entry = entry(HERE, &[2.0, 2.0, 9.0], &[19.0, 20.0, 21.0]);
        assert_eq!(entry.gflops(), 13.0);
        assert_eq!(entry.roofline_share(), Some(0.65));
    }

    #[test]
    fn whoever_does_other_work_is_not_compared_and_who_is_absent_is_left_out() {
        let mut arena = Notes {
            loss: 1.001,
            ..Notes::default()
        };
        let refusal = Entry::admit(&mut arena, HERE, &size(), 100.0).unwrap_err();
        assert!(refusal.to_string().contains("does other work"), "{refusal}");
        let absent = Contestant::one(Engine::Page, "absent");
        assert!(
            Entry::admit(&mut arena, absent, &size(), 100.0)
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn contestants_take_turns_of_equal_length() {
        let mut arena = Notes {
            loss: 1.0,
            ..Notes::default()
        };
        let many = HERE.with(4);
        let mut entries: Vec<_> = [HERE, many]
            .into_iter()
            .flat_map(|one| Entry::admit(&mut arena, one, &size(), 100.0).unwrap())
            .collect();
        arena.turns.clear();
        let measure = Measure {
            rounds: 2,
            turn_ms: 100.0,
            rest: Duration::ZERO,
            snapshots: true,
        };
        play(&mut arena, &mut entries, measure).unwrap();
        // 2 ms a step: 50 steps of one GAN, 12 of each of four.
        let round = [(HERE, 50), (many, 12)];
        assert_eq!(arena.turns, [round, round].concat());
        assert_eq!(arena.peaks, 2);
        assert_eq!(entries[1].peaks, [20.0, 20.0]);
        assert_eq!(entries[0].times, [2.0, 2.0]);
        assert_eq!(entries[0].snapshot(), Some(3.0));
        assert_eq!(entries[1].snapshot(), None);
    }
}
