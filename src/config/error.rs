//! Why a configuration was refused, in one sentence that names the field and what is allowed.
//!
//! The sentence here is English, for the command line and the API; the page says the same in its own
//! language from [`ConfigError::key`] and [`ConfigError::arguments`].

use std::fmt;

/// A configuration that was refused, and where.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub struct ConfigError {
    /// The field's path, such as `target.sigma`; empty for the configuration as a whole.
    pub path: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// The field does not exist here.
    Unknown {
        /// The fields that do, separated by commas.
        allowed: String,
    },
    /// Not a number, or out of range.
    Number {
        /// Smallest allowed.
        low: f64,
        /// Largest allowed.
        high: f64,
        /// What was there, shortened.
        found: String,
    },
    /// Not a whole number, or out of range.
    Whole {
        /// Smallest allowed.
        low: u64,
        /// Largest allowed.
        high: u64,
        /// What was there, shortened.
        found: String,
    },
    /// Not one of the known words.
    Choice {
        /// The known words, separated by commas.
        allowed: String,
        /// What was there, shortened.
        found: String,
    },
    /// Neither true nor false.
    Flag {
        /// What was there, shortened.
        found: String,
    },
    /// Not a list of whole numbers, or of a wrong length.
    List {
        /// Most entries allowed; at least one is needed.
        most: u64,
        /// Largest entry allowed; the smallest is 1.
        high: u64,
        /// What was there, shortened.
        found: String,
    },
    /// Not a list of known words, or too long a one.
    Choices {
        /// Most entries allowed.
        most: u64,
        /// The known words, separated by commas.
        allowed: String,
        /// What was there, shortened.
        found: String,
    },
    /// Not a list of points, or too long a one.
    Points {
        /// Most points allowed.
        most: u64,
        /// Largest coordinate allowed, on either side of zero.
        high: f64,
        /// What was there, shortened.
        found: String,
    },
    /// Not a list of places, an empty one or too long a one.
    Places {
        /// Most places allowed; at least one is needed.
        most: u64,
        /// Largest coordinate allowed, on either side of zero.
        high: f64,
        /// What was there, shortened.
        found: String,
    },
    /// Not a list, or of a wrong length.
    Entries {
        /// Fewest entries allowed.
        low: u64,
        /// Most entries allowed.
        high: u64,
        /// What was there, shortened.
        found: String,
    },
    /// Not a text, an empty one or too long a one.
    Text {
        /// Most characters allowed; at least one is needed.
        most: u64,
        /// What was there, shortened.
        found: String,
    },
    /// Not a name that can stand in an address, or the same name again.
    Name {
        /// Most characters allowed.
        most: u64,
        /// What was there, shortened.
        found: String,
    },
    /// Not a list of sites, or too long a one.
    Origins {
        /// Most sites allowed.
        most: u64,
        /// What was there, shortened.
        found: String,
    },
    /// Something that must be there is not.
    Missing,
    /// Something else where an object with fields belongs.
    Object {
        /// What was there, shortened.
        found: String,
    },
    /// Not JSON.
    Syntax {
        /// What the parser says.
        reason: String,
    },
    /// Too long to be a configuration.
    TooLong {
        /// Bytes allowed.
        most: u64,
        /// Bytes found.
        found: u64,
    },
    /// Not of the form `path=value`.
    Assignment,
}

/// Longest path that is quoted in full, in characters; the longest that exists has under 50.
pub(super) const LONGEST_PATH: usize = 60;

impl ConfigError {
    pub(crate) fn new(path: impl Into<String>, problem: Problem) -> Self {
        let path: String = path.into();
        Self {
            path: crate::quote::shortened(&path, LONGEST_PATH),
            problem,
        }
    }

    /// The locale key of the sentence.
    pub fn key(&self) -> &'static str {
        match self.problem {
            Problem::Unknown { .. } => "error.unknown",
            Problem::Number { .. } => "error.number",
            Problem::Whole { .. } => "error.whole",
            Problem::Choice { .. } => "error.choice",
            Problem::Flag { .. } => "error.flag",
            Problem::List { .. } => "error.list",
            Problem::Choices { .. } => "error.choices",
            Problem::Points { .. } => "error.points",
            Problem::Places { .. } => "error.places",
            Problem::Entries { .. } => "error.entries",
            Problem::Text { .. } => "error.text",
            Problem::Name { .. } => "error.name",
            Problem::Origins { .. } => "error.origins",
            Problem::Missing => "error.missing",
            Problem::Object { .. } => "error.object",
            Problem::Syntax { .. } => "error.syntax",
            Problem::TooLong { .. } => "error.too_long",
            Problem::Assignment => "error.assignment",
        }
    }

    /// What goes into the sentence's placeholders, by name; the path first.
    fn arguments(&self) -> Vec<(&'static str, String)> {
        let mut arguments = vec![("path", self.path.clone())];
        let mut add = |name, value: &dyn fmt::Display| arguments.push((name, value.to_string()));
        match &self.problem {
            Problem::Unknown { allowed } => add("allowed", allowed),
            Problem::Number { low, high, found } => {
                add("low", low);
                add("high", high);
                add("found", found);
            }
            Problem::Whole { low, high, found } | Problem::Entries { low, high, found } => {
                add("low", low);
                add("high", high);
                add("found", found);
            }
            Problem::Choice { allowed, found } => {
                add("allowed", allowed);
                add("found", found);
            }
            Problem::Choices {
                most,
                allowed,
                found,
            } => {
                add("most", most);
                add("allowed", allowed);
                add("found", found);
            }
            Problem::List { most, high, found } => {
                add("most", most);
                add("high", high);
                add("found", found);
            }
            Problem::Points { most, high, found } | Problem::Places { most, high, found } => {
                add("most", most);
                add("high", high);
                add("found", found);
            }
            Problem::Text { most, found }
            | Problem::Name { most, found }
            | Problem::Origins { most, found } => {
                add("most", most);
                add("found", found);
            }
            Problem::Flag { found } | Problem::Object { found } => add("found", found),
            Problem::Syntax { reason } => add("reason", reason),
            Problem::TooLong { most, found } => {
                add("most", most);
                add("found", found);
            }
            Problem::Missing | Problem::Assignment => {}
        }
        arguments
    }

    /// The sentence in the words of `template`; `whole` names the configuration as a whole.
    pub fn said(&self, template: &str, whole: &str) -> String {
        let mut arguments = self.arguments();
        if self.path.is_empty() {
            arguments[0].1 = whole.to_owned();
        }
        fill(template, &arguments)
    }

    /// The English sentence with placeholders; www/locales/en.json holds the same (tested).
    fn template(&self) -> &'static str {
        match self.problem {
            Problem::Unknown { .. } => "{path} is not a field here; allowed: {allowed}",
            Problem::Number { .. } => "{path} must be a number from {low} to {high}, not {found}",
            Problem::Whole { .. } => {
                "{path} must be a whole number from {low} to {high}, not {found}"
            }
            Problem::Choice { .. } => "{path} must be one of {allowed}, not {found}",
            Problem::Flag { .. } => "{path} must be true or false, not {found}",
            Problem::List { .. } => {
                "{path} must be 1 to {most} whole numbers from 1 to {high}, not {found}"
            }
            Problem::Choices { .. } => "{path} must be at most {most} of {allowed}, not {found}",
            Problem::Points { .. } => {
                "{path} must be at most {most} points x,y with coordinates from -{high} to {high}, not {found}"
            }
            Problem::Places { .. } => {
                "{path} must be 1 to {most} points x,y with coordinates from -{high} to {high}, not {found}"
            }
            Problem::Entries { .. } => {
                "{path} must be a list of {low} to {high} entries, not {found}"
            }
            Problem::Text { .. } => "{path} must be a text of 1 to {most} characters, not {found}",
            Problem::Name { .. } => {
                "{path} must be a name of its own, at most {most} small letters, digits and hyphens, not {found}"
            }
            Problem::Origins { .. } => {
                "{path} must be at most {most} web addresses without a path, such as https://school.example, not {found}"
            }
            Problem::Missing => "{path} is missing",
            Problem::Object { .. } => "{path} must be an object with fields, not {found}",
            Problem::Syntax { .. } => "{path} is not JSON: {reason}",
            Problem::TooLong { .. } => "{path} is {found} bytes long; at most {most} are allowed",
            Problem::Assignment => {
                "{path} must have the form path=value, such as loss.kind=minimax"
            }
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.said(self.template(), "the configuration"))
    }
}

/// Puts arguments into the `{placeholders}` of a sentence, in one pass: a brace inside an argument
/// stays text.
pub(crate) fn fill(template: &str, arguments: &[(&str, String)]) -> String {
    let mut sentence = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        sentence.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            sentence.push('{');
            rest = after;
            continue;
        };
        match arguments.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => sentence.push_str(value),
            None => sentence.extend(["{", name, "}"]),
        }
        rest = tail;
    }
    sentence + rest
}
