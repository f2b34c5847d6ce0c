//! The fields of one JSON object, taken one by one: each is checked where it is taken, and those that
//! nobody takes are refused by name.
//!
//! Knows nothing of what the fields mean.

mod lists;

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::{ConfigError, Problem};
use crate::quote::quoted;

/// The fields of one JSON object; remembers which were asked for, so that the others are refused.
pub(crate) struct Fields<'a> {
    path: String,
    fields: Option<&'a Map<String, Value>>,
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(value: &'a Value, path: String) -> Result<Self, ConfigError> {
        match value {
            Value::Object(fields) => Ok(Self {
                path,
                fields: Some(fields),
                asked: Vec::new(),
            }),
            other => Err(ConfigError::new(
                path,
                Problem::Object {
                    found: found(other),
                },
            )),
        }
    }

    /// The path of one of these fields, as it stands in messages.
    pub(crate) fn path_to(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    fn refused(&self, name: &str, problem: Problem) -> ConfigError {
        ConfigError::new(self.path_to(name), problem)
    }

    /// A field of any form.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<&'a Value> {
        if !self.asked.contains(&name) {
            self.asked.push(name);
        }
        self.fields.and_then(|fields| fields.get(name))
    }

    /// The field that must be there.
    fn needed(&mut self, name: &'static str) -> Result<&'a Value, ConfigError> {
        self.take(name)
            .ok_or_else(|| self.refused(name, Problem::Missing))
    }

    pub(crate) fn object(&mut self, name: &'static str) -> Result<Fields<'a>, ConfigError> {
        let path = self.path_to(name);
        match self.take(name) {
            None => Ok(Fields {
                path,
                fields: None,
                asked: Vec::new(),
            }),
            Some(value) => Fields::of(value, path),
        }
    }

    pub(crate) fn number(
        &mut self,
        name: &'static str,
        range: RangeInclusive<f64>,
        default: f64,
    ) -> Result<f64, ConfigError> {
        let Some(value) = self.take(name) else {
            return Ok(default);
        };
        value
            .as_f64()
            .filter(|number| range.contains(number))
            .ok_or_else(|| {
                self.refused(
                    name,
                    Problem::Number {
                        low: *range.start(),
                        high: *range.end(),
                        found: found(value),
                    },
                )
            })
    }

    /// A number that may be left out; null says so.
    pub(crate) fn optional_number(
        &mut self,
        name: &'static str,
        range: RangeInclusive<f64>,
    ) -> Result<Option<f64>, ConfigError> {
        match self.take(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => self.number(name, range, 0.0).map(Some),
        }
    }

    pub(crate) fn whole(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
        default: u64,
    ) -> Result<u64, ConfigError> {
        let Some(value) = self.take(name) else {
            return Ok(default);
        };
        whole_number(value)
            .filter(|number| range.contains(number))
            .ok_or_else(|| {
                self.refused(
                    name,
                    Problem::Whole {
                        low: *range.start(),
                        high: *range.end(),
                        found: found(value),
                    },
                )
            })
    }

    /// A whole number that may be left out.
    pub(crate) fn optional_whole(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, ConfigError> {
        match self.take(name) {
            None => Ok(None),
            Some(_) => self.whole(name, range, 0).map(Some),
        }
    }

    pub(crate) fn count(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
        default: u64,
    ) -> Result<usize, ConfigError> {
        Ok(self.whole(name, range, default)? as usize)
    }

    /// One of some numbers; the first is the default.
    pub(crate) fn one_of(
        &mut self,
        name: &'static str,
        numbers: &[usize],
    ) -> Result<usize, ConfigError> {
        let Some(value) = self.take(name) else {
            return Ok(numbers[0]);
        };
        let number = whole_number(value);
        let is = |known: &&usize| number == Some(**known as u64);
        numbers.iter().find(is).copied().ok_or_else(|| {
            let allowed: Vec<_> = numbers.iter().map(usize::to_string).collect();
            self.refused(
                name,
                Problem::Choice {
                    allowed: allowed.join(", "),
                    found: found(value),
                },
            )
        })
    }

    /// One of some words; the first is the default.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Result<T, ConfigError> {
        let Some(value) = self.take(name) else {
            return Ok(words[0].1);
        };
        words
            .iter()
            .find(|(word, _)| value.as_str() == Some(word))
            .map(|(_, choice)| *choice)
            .ok_or_else(|| {
                let allowed: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                self.refused(
                    name,
                    Problem::Choice {
                        allowed: allowed.join(", "),
                        found: found(value),
                    },
                )
            })
    }

    /// One of some words, which may be left out.
    pub(crate) fn optional_choice<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Result<Option<T>, ConfigError> {
        match self.take(name) {
            None => Ok(None),
            Some(_) => self.choice(name, words).map(Some),
        }
    }

    /// Words for people; they must be there.
    pub(crate) fn text(&mut self, name: &'static str, most: usize) -> Result<String, ConfigError> {
        let value = self.needed(name)?;
        value
            .as_str()
            .filter(|text| !text.trim().is_empty() && text.chars().count() <= most)
            .map(str::to_owned)
            .ok_or_else(|| {
                self.refused(
                    name,
                    Problem::Text {
                        most: most as u64,
                        found: found(value),
                    },
                )
            })
    }

    /// An object that must be there.
    pub(crate) fn needed_object(&mut self, name: &'static str) -> Result<Fields<'a>, ConfigError> {
        Fields::of(self.needed(name)?, self.path_to(name))
    }

    /// A whole number that must be there.
    pub(crate) fn needed_whole(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<u64, ConfigError> {
        self.needed(name)?;
        self.whole(name, range, 0)
    }

    pub(crate) fn flag(&mut self, name: &'static str, default: bool) -> Result<bool, ConfigError> {
        let Some(value) = self.take(name) else {
            return Ok(default);
        };
        value.as_bool().ok_or_else(|| {
            self.refused(
                name,
                Problem::Flag {
                    found: found(value),
                },
            )
        })
    }

    /// Refuses fields that nobody asked for.
    pub(crate) fn finish(self) -> Result<(), ConfigError> {
        let stranger = self
            .fields
            .into_iter()
            .flat_map(Map::keys)
            .find(|name| !self.asked.contains(&name.as_str()));
        match stranger {
            None => Ok(()),
            Some(name) => Err(self.refused(
                name,
                Problem::Unknown {
                    allowed: self.asked.join(", "),
                },
            )),
        }
    }
}

/// A whole number, also where it is written as 8.0 (JavaScript knows no other numbers).
fn whole_number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        let number = value.as_f64()?;
        (number.fract() == 0.0 && (0.0..=9.0e15).contains(&number)).then_some(number as u64)
    })
}

/// What was there, for a message.
pub(crate) fn found(value: &Value) -> String {
    quoted(&value.to_string())
}
