//! Fields that hold lists.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::{Fields, found, whole_number};
use crate::config::{ConfigError, Problem, on_lattice, places::expanded};

impl<'a> Fields<'a> {
    /// Whole numbers from 1 to `high`, at least one of them.
    pub(crate) fn counts(
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
                self.refused(
                    name,
                    Problem::List {
                        most: most as u64,
                        high,
                        found: found(value),
                    },
                )
            })
    }

    /// Any number of words that `named` knows, up to `most`; none by default. `allowed` lists them.
    pub(crate) fn words<T>(
        &mut self,
        name: &'static str,
        most: usize,
        named: fn(&str) -> Option<T>,
        allowed: fn() -> String,
    ) -> Result<Vec<T>, ConfigError> {
        let Some(value) = self.take(name) else {
            return Ok(Vec::new());
        };
        value
            .as_array()
            .filter(|list| list.len() <= most)
            .and_then(|list| list.iter().map(|word| named(word.as_str()?)).collect())
            .ok_or_else(|| {
                self.refused(
                    name,
                    Problem::Choices {
                        most: most as u64,
                        allowed: allowed(),
                        found: found(value),
                    },
                )
            })
    }

    /// Points of the plane, as [[x, y], …] with no coordinate beyond `high` on either side.
    pub(crate) fn points(
        &mut self,
        name: &'static str,
        most: usize,
        high: f64,
        default: &[[f64; 2]],
    ) -> Result<Vec<[f64; 2]>, ConfigError> {
        let Some(value) = self.take(name) else {
            return Ok(default.to_vec());
        };
        let coordinate = |value: &Value| value.as_f64().filter(|x| (-high..=high).contains(x));
        let point = |value: &Value| match value.as_array()?.as_slice() {
            [x, y] => Some([coordinate(x)?, coordinate(y)?]),
            _ => None,
        };
        value
            .as_array()
            .filter(|list| list.len() <= most)
            .and_then(|list| list.iter().map(point).collect())
            .ok_or_else(|| {
                self.refused(
                    name,
                    Problem::Points {
                        most: most as u64,
                        high,
                        found: found(value),
                    },
                )
            })
    }

    /// Places of the plane, at least one of them, as [[x, y], …] or as a link writes them, with no
    /// coordinate beyond `high` on either side; they are put on the lattice.
    pub(crate) fn places(
        &mut self,
        name: &'static str,
        most: usize,
        high: f64,
        default: impl FnOnce() -> Vec<[f64; 2]>,
    ) -> Result<Vec<[f64; 2]>, ConfigError> {
        let value = match self.take(name) {
            None => return Ok(default()),
            Some(value) => value,
        };
        let places = match value {
            Value::String(text) => expanded(text, most),
            _ => self.points(name, most, high, &[]).ok(),
        };
        let is_within = |place: &[f64; 2]| place.iter().all(|part| part.abs() <= high);
        places
            .filter(|places| !places.is_empty() && places.iter().all(is_within))
            .map(|places| places.into_iter().map(on_lattice).collect())
            .ok_or_else(|| {
                let (most, found) = (most as u64, found(value));
                self.refused(name, Problem::Places { most, high, found })
            })
    }

    /// A list of objects; it must be there.
    pub(crate) fn objects(
        &mut self,
        name: &'static str,
        size: RangeInclusive<usize>,
    ) -> Result<Vec<Fields<'a>>, ConfigError> {
        let value = self.needed(name)?;
        let path = self.path_to(name);
        let Some(list) = value.as_array().filter(|list| size.contains(&list.len())) else {
            let problem = Problem::Entries {
                low: *size.start() as u64,
                high: *size.end() as u64,
                found: found(value),
            };
            return Err(ConfigError::new(path, problem));
        };
        list.iter()
            .enumerate()
            .map(|(index, entry)| Fields::of(entry, format!("{path}[{index}]")))
            .collect()
    }
}
