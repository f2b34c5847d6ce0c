//! A run beside the first: what it changes of it, and from which step on.
//!
//! In links and files a twin is one word: `minimax` differs from the beginning, `minimax@500` makes its first
//! 500 steps as the first run does and goes its own way from there.

use std::fmt;

use serde::{Serialize, Serializer};

use super::variant::{VARIANTS, Variant};

/// The last step at which a twin may go its own way.
pub const LAST_BRANCH: u64 = 10_000_000;

/// A further run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twin {
    /// What it changes.
    pub variant: Variant,
    /// After how many steps; 0 to [`LAST_BRANCH`].
    pub from: u64,
}

impl Twin {
    /// The twin that a word says.
    pub(super) fn named(word: &str) -> Option<Self> {
        let (name, from) = match word.split_once('@') {
            None => (word, Some(0)),
            Some((name, from)) => {
                let plain = from.bytes().all(|byte| byte.is_ascii_digit());
                let step = from.parse().ok().filter(|_| plain);
                (name, step.filter(|step| (1..=LAST_BRANCH).contains(step)))
            }
        };
        Some(Self {
            variant: Variant::named(name)?,
            from: from?,
        })
    }

    /// The words that there are, for whoever wrote another one.
    pub(super) fn allowed() -> String {
        let names: Vec<_> = VARIANTS.iter().map(|(name, _)| *name).collect();
        format!("{}, NAME@STEP (STEP: 1 - {LAST_BRANCH})", names.join(", "))
    }
}

impl From<Variant> for Twin {
    fn from(variant: Variant) -> Self {
        Self { variant, from: 0 }
    }
}

impl fmt::Display for Twin {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.variant.name())?;
        match self.from {
            0 => Ok(()),
            step => write!(f, "@{step}"),
        }
    }
}

impl Serialize for Twin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
