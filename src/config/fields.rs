//! The fields of one JSON object, taken one by one: each is checked where it is taken, and those that
//! nobody takes are refused by name.
//!
//! Knows nothing of what the fields mean.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::{ConfigError, Problem};

/// The fields of one JSON object; remembers which were asked for, so that the others are refused.
pub(super) struct Fields<'a> {
    path: String,
    fields: Option<&'a Map<String, Value>>,
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(value: &'a Value, path: String) -> Result<Self, ConfigError> {
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

    fn path_to(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    fn take(&mut self, name: &'static str) -> Option<&'a Value> {
        self.asked.push(name);
        self.fields.and_then(|fields| fields.get(name))
    }

    pub(super) fn object(&mut self, name: &'static str) -> Result<Fields<'a>, ConfigError> {
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

    pub(super) fn number(
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
                ConfigError::new(
                    self.path_to(name),
                    Problem::Number {
                        low: *range.start(),
                        high: *range.end(),
                        found: found(value),
                    },
                )
            })
    }

    /// A number that may be left out; null says so.
    pub(super) fn optional_number(
        &mut self,
        name: &'static str,
        range: RangeInclusive<f64>,
    ) -> Result<Option<f64>, ConfigError> {
        match self.fields.and_then(|fields| fields.get(name)) {
            None | Some(Value::Null) => {
                self.asked.push(name);
                Ok(None)
            }
            Some(_) => self.number(name, range, 0.0).map(Some),
        }
    }

    pub(super) fn whole(
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
                ConfigError::new(
                    self.path_to(name),
                    Problem::Whole {
                        low: *range.start(),
                        high: *range.end(),
                        found: found(value),
                    },
                )
            })
    }

    pub(super) fn count(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
        default: u64,
    ) -> Result<usize, ConfigError> {
        Ok(self.whole(name, range, default)? as usize)
    }

    pub(super) fn counts(
        &mut self,
        name: &'static str,
        most: usize,
        high: u64,
        default: &[usize],
    ) -> Result<Vec<usize>, ConfigError> {
        let Some(value) = self.take(name) else {
            return Ok(default.to_vec());
        };
        let entry = |value| {
            whole_number(value)
                .filter(|number| (1..=high).contains(number))
                .map(|n| n as usize)
        };
        value
            .as_array()
            .filter(|list| (1..=most).contains(&list.len()))
            .and_then(|list| list.iter().map(entry).collect())
            .ok_or_else(|| {
                ConfigError::new(
                    self.path_to(name),
                    Problem::List {
                        most: most as u64,
                        high,
                        found: found(value),
                    },
                )
            })
    }

    /// One of some words; the first is the default.
    pub(super) fn choice<T: Copy>(
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
                ConfigError::new(
                    self.path_to(name),
                    Problem::Choice {
                        allowed: allowed.join(", "),
                        found: found(value),
                    },
                )
            })
    }

    pub(super) fn flag(&mut self, name: &'static str, default: bool) -> Result<bool, ConfigError> {
        let Some(value) = self.take(name) else {
            return Ok(default);
        };
        value.as_bool().ok_or_else(|| {
            ConfigError::new(
                self.path_to(name),
                Problem::Flag {
                    found: found(value),
                },
            )
        })
    }

    /// Refuses fields that nobody asked for.
    pub(super) fn finish(self) -> Result<(), ConfigError> {
        let stranger = self
            .fields
            .into_iter()
            .flat_map(Map::keys)
            .find(|name| !self.asked.contains(&name.as_str()));
        match stranger {
            None => Ok(()),
            Some(name) => Err(ConfigError::new(
                self.path_to(name),
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

fn found(value: &Value) -> String {
    shortened(&value.to_string())
}

/// At most 40 characters of a text from outside, so that a message stays a sentence.
pub(super) fn shortened(text: &str) -> String {
    let mut characters = text.chars().map(|character| {
        if character.is_control() {
            ' '
        } else {
            character
        }
    });
    let mut short: String = characters.by_ref().take(40).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}
