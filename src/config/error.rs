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

impl ConfigError {
    pub(super) fn new(path: impl Into<String>, problem: Problem) -> Self {
        let path: String = path.into();
        Self {
            path: super::fields::shortened(&path),
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
            Problem::Object { .. } => "error.object",
            Problem::Syntax { .. } => "error.syntax",
            Problem::TooLong { .. } => "error.too_long",
            Problem::Assignment => "error.assignment",
        }
    }

    /// What goes into the sentence's placeholders, by name; the path first.
    fn arguments(&self) -> Vec<(&'static str, String)> {
        let mut arguments = vec![("path", self.path.clone())];
        match &self.problem {
            Problem::Unknown { allowed } => arguments.push(("allowed", allowed.clone())),
            Problem::Number { low, high, found } => {
                arguments.extend([
                    ("low", low.to_string()),
                    ("high", high.to_string()),
                    ("found", found.clone()),
                ]);
            }
            Problem::Whole { low, high, found } => {
                arguments.extend([
                    ("low", low.to_string()),
                    ("high", high.to_string()),
                    ("found", found.clone()),
                ]);
            }
            Problem::Choice { allowed, found } => {
                arguments.extend([("allowed", allowed.clone()), ("found", found.clone())]);
            }
            Problem::List { most, high, found } => {
                arguments.extend([
                    ("most", most.to_string()),
                    ("high", high.to_string()),
                    ("found", found.clone()),
                ]);
            }
            Problem::Flag { found } | Problem::Object { found } => {
                arguments.push(("found", found.clone()))
            }
            Problem::Syntax { reason } => arguments.push(("reason", reason.clone())),
            Problem::TooLong { most, found } => {
                arguments.extend([("most", most.to_string()), ("found", found.to_string())]);
            }
            Problem::Assignment => {}
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
            Problem::Object { .. } => "{path} must be an object with fields, not {found}",
            Problem::Syntax { .. } => "the configuration is not JSON: {reason}",
            Problem::TooLong { .. } => {
                "the configuration is {found} bytes long; at most {most} are allowed"
            }
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
