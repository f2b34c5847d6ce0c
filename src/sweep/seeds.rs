//! The seeds of a sweep, as they are written: `1..=20`, `1..20` (without the 20, as in Rust), `1,4,7`,
//! or several of these with commas between.

use std::{collections::BTreeSet, fmt, str::FromStr};

use crate::quote::quoted;

/// Most seeds of one sweep.
const MOST: usize = 10_000;

/// Seeds, each once, in ascending order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeds(BTreeSet<u32>);

impl Seeds {
    /// The seeds, the smallest first.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().copied()
    }

    /// Whether this one is among them.
    pub fn contains(&self, seed: u32) -> bool {
        self.0.contains(&seed)
    }

    /// The seeds that are here and not in `other`.
    pub fn without(&self, other: &Self) -> Self {
        Self(&self.0 - &other.0)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut seeds = BTreeSet::new();
        for part in text.split(',') {
            let (first, last) = bounds(part.trim()).ok_or_else(|| {
                format!(
                    "seeds must be like 1..=20, 1..20 or 1,4,7, from 0 to {}, not \"{}\"",
                    u32::MAX,
                    quoted(part)
                )
            })?;
            for seed in first..=last {
                if seeds.len() == MOST {
                    return Err(format!("a sweep takes at most {MOST} seeds"));
                }
                if !seeds.insert(seed) {
                    return Err(format!("seed {seed} stands twice"));
                }
            }
        }
        Ok(Self(seeds))
    }
}

/// The first and the last seed of a part; none if it is empty or no part.
fn bounds(part: &str) -> Option<(u32, u32)> {
    let (first, last) = if let Some((first, last)) = part.split_once("..=") {
        (first.parse().ok()?, last.parse().ok()?)
    } else if let Some((first, end)) = part.split_once("..") {
        (
            first.parse().ok()?,
            end.parse::<u32>().ok()?.checked_sub(1)?,
        )
    } else {
        let seed = part.parse().ok()?;
        (seed, seed)
    };
    (first <= last).then_some((first, last))
}

impl fmt::Display for Seeds {
    /// In the shortest form that reads as the same seeds.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<(u32, u32)> = Vec::new();
        for seed in self.iter() {
            match parts.last_mut() {
                Some((_, last)) if *last + 1 == seed => *last = seed,
                _ => parts.push((seed, seed)),
            }
        }
        let texts = parts.iter().map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first},{last}"),
            _ => format!("{first}..={last}"),
        });
        formatter.write_str(&texts.collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<u32>, String> {
        Ok(text.parse::<Seeds>()?.iter().collect())
    }

    #[test]
    fn ranges_and_lists_are_read_as_rust_reads_them() {
        assert_eq!(read("1..=4"), Ok(vec![1, 2, 3, 4]));
        assert_eq!(read("1..4"), Ok(vec![1, 2, 3]));
        assert_eq!(read("7, 1,4"), Ok(vec![1, 4, 7]));
        assert_eq!(read("9,1..=2"), Ok(vec![1, 2, 9]));
        assert_eq!(read("4294967295"), Ok(vec![u32::MAX]));
    }

    #[test]
    fn what_is_no_seed_is_refused() {
        for text in [
            "",
            "a",
            "1..",
            "..3",
            "3..=1",
            "1..1",
            "0..0",
            "-1",
            "4294967296",
            "1,,2",
            "1.5",
        ] {
            let said = read(text).unwrap_err();
            assert!(
                said.starts_with("seeds must be like 1..=20, 1..20 or 1,4,7"),
                "{text}: {said}"
            );
        }
        assert_eq!(read("1..=3,2").unwrap_err(), "seed 2 stands twice");
        assert_eq!(
            read("0..=4294967295").unwrap_err(),
            "a sweep takes at most 10000 seeds"
        );
    }

    #[test]
    fn they_are_written_in_the_shortest_form() {
        for (text, short) in [
            ("1,2,3,4", "1..=4"),
            ("5,6", "5,6"),
            ("1..4,9,4", "1..=4,9"),
        ] {
            let seeds: Seeds = text.parse().unwrap();
            assert_eq!(seeds.to_string(), short);
            assert_eq!(short.parse(), Ok(seeds));
        }
    }
}
