//! Points from a text that somebody has: a table of two columns, or JSON.
//!
//! A table has a point on each line, its numbers apart by a semicolon, a tab or a comma, whichever
//! stands in the first line that has one, or by spaces; a header may come first and name the columns.
//! JSON is a list of pairs, or of objects with x and y. The text is bounded, and so is what comes of it.

use serde_json::Value;

use super::Fit;
use crate::{config::on_lattice, quote::quoted};

/// Longest text that is looked at, in bytes.
pub const MOST_BYTES: usize = 1 << 20;

/// Largest number that is taken, on either side of zero.
const LARGEST: f64 = 1e12;

/// Points that were read.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The points, on the plane.
    pub points: Vec<[f64; 2]>,
    /// How many there were in the text: where they are more, `points` are as many of them as there may
    /// be, evenly spaced in their order.
    pub found: usize,
    /// How they came onto the plane, if they did not lie there.
    pub fit: Option<Fit>,
}

/// Why a text has no points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is too long to be looked at.
    TooLarge {
        /// Its bytes.
        found: usize,
    },
    /// It has none.
    Empty,
    /// A line has another number of columns than two.
    Columns {
        /// The line, counted from 1.
        line: usize,
        /// How many it has.
        found: usize,
    },
    /// Something else stands where a number belongs.
    Number {
        /// The line, counted from 1.
        line: usize,
        /// What stands there, shortened.
        found: String,
    },
    /// It is not JSON.
    Json {
        /// What the parser says, with the line.
        reason: String,
    },
    /// An entry of a JSON list is no point.
    Entry {
        /// The entry, counted from 1.
        number: usize,
        /// What stands there, shortened.
        found: String,
    },
}

impl Unreadable {
    /// The key of its sentence, and what goes into the placeholders.
    pub fn sentence(&self) -> (&'static str, Vec<(&'static str, Argument)>) {
        let count = Argument::Count;
        let text = |text: &String| Argument::Text(text.clone());
        match self {
            Self::TooLarge { found } => (
                "own.error.too_large",
                vec![("found", count(*found)), ("most", count(MOST_BYTES))],
            ),
            Self::Empty => ("own.error.empty", Vec::new()),
            Self::Columns { line, found } => (
                "own.error.columns",
                vec![("line", count(*line)), ("found", count(*found))],
            ),
            Self::Number { line, found } => (
                "own.error.number",
                vec![("line", count(*line)), ("found", text(found))],
            ),
            Self::Json { reason } => ("own.error.json", vec![("reason", text(reason))]),
            Self::Entry { number, found } => (
                "own.error.entry",
                vec![("number", count(*number)), ("found", text(found))],
            ),
        }
    }
}

/// What goes into a sentence's placeholder.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A number, to be written as the language does.
    Count(usize),
    /// Words that are not ours.
    Text(String),
}

/// Reads at most so many points.
///
/// # Errors
/// [`Unreadable`] says what is wrong, and on which line.
pub fn read(text: &str, most: usize) -> Result<Loaded, Unreadable> {
    if text.len() > MOST_BYTES {
        return Err(Unreadable::TooLarge { found: text.len() });
    }
    let text = text.trim_start_matches('\u{feff}');
    let all = match text.trim_start().chars().next() {
        Some('[' | '{') => entries(text)?,
        _ => table(text)?,
    };
    let found = all.len();
    if found == 0 {
        return Err(Unreadable::Empty);
    }
    let fit = Fit::of(&all);
    let count = found.min(most);
    let points = (0..count)
        .map(|index| all[index * found / count])
        .map(|point| on_lattice(fit.map_or(point, |fit| fit.place(point))))
        .collect();
    Ok(Loaded { points, found, fit })
}

fn entries(text: &str) -> Result<Vec<[f64; 2]>, Unreadable> {
    let value: Value = serde_json::from_str(text).map_err(|error| Unreadable::Json {
        reason: error.to_string(),
    })?;
    let Value::Array(list) = value else {
        return Err(Unreadable::Entry {
            number: 1,
            found: quoted(&value.to_string()),
        });
    };
    let entry = |(index, value): (usize, &Value)| {
        let numbers = match value {
            Value::Array(pair) if pair.len() == 2 => [pair.first(), pair.get(1)],
            _ => [value.get("x"), value.get("y")],
        };
        let [x, y] = numbers.map(|number| number.and_then(Value::as_f64).filter(is_taken));
        x.zip(y)
            .map(|(x, y)| [x, y])
            .ok_or_else(|| Unreadable::Entry {
                number: index + 1,
                found: quoted(&value.to_string()),
            })
    };
    list.iter().enumerate().map(entry).collect()
}

fn table(text: &str) -> Result<Vec<[f64; 2]>, Unreadable> {
    let is_data = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let first = text
        .lines()
        .map(str::trim)
        .find(is_data)
        .unwrap_or_default();
    let separator = [';', '\t', ',', ' ']
        .into_iter()
        .find(|separator| first.contains(*separator))
        .unwrap_or(',');
    let rows = rows(text, separator)
        .into_iter()
        .filter_map(|(line, cells)| {
            let cells = cells
                .iter()
                .map(|cell| cell.trim().trim_matches('"').trim().to_owned());
            // Spaces may stand for one.
            let cells: Vec<String> = cells
                .filter(|cell| separator != ' ' || !cell.is_empty())
                .collect();
            let is_comment = cells.first().is_some_and(|first| first.starts_with('#'));
            let is_empty = cells.iter().all(String::is_empty) && cells.len() < 2;
            (!is_comment && !is_empty).then_some((line, cells))
        });
    let mut rows = rows.peekable();
    let header = rows
        .peek()
        .map(|(_, cells)| cells.clone())
        .unwrap_or_default();
    // Words where numbers belong are a header, unless only one of two is a word: that is a mistake.
    let is_header = header.iter().all(|cell| number(cell).is_none());
    let named = |name: &str| {
        header
            .iter()
            .position(|cell| cell.eq_ignore_ascii_case(name))
    };
    let named = named("x").zip(named("y")).filter(|_| is_header);
    if is_header
        && header
            .iter()
            .any(|cell| cell.chars().any(char::is_alphabetic))
    {
        rows.next();
    }
    let point = |(line, cells): (usize, Vec<String>)| {
        let columns = match named {
            Some((x, y)) if cells.len() == header.len() => [x, y],
            None if cells.len() == 2 => [0, 1],
            _ => {
                let found = cells.len();
                return Err(Unreadable::Columns { line, found });
            }
        };
        let mut point = [0.0; 2];
        for (place, column) in point.iter_mut().zip(columns) {
            *place = number(&cells[column]).ok_or_else(|| Unreadable::Number {
                line,
                found: quoted(&cells[column]),
            })?;
        }
        Ok(point)
    };
    rows.map(point).collect()
}

/// The records of a table after RFC 4180, each with the line where it begins.
fn rows(text: &str, separator: char) -> Vec<(usize, Vec<String>)> {
    let mut reader = csv_core::ReaderBuilder::new()
        .delimiter(separator as u8)
        .build();
    // No record is longer than the text, nor has it more fields than that has bytes and one.
    let (mut bytes, mut ends) = (vec![0; text.len()], vec![0; text.len() + 1]);
    let (mut rest, mut rows) = (text.as_bytes(), Vec::new());
    let (mut line, mut length, mut fields) = (0, 0, 0);
    loop {
        if length == 0 && fields == 0 {
            // Empty lines before a record are skipped with it.
            let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
            line = reader.line() as usize + blank.filter(|byte| **byte == b'\n').count();
        }
        let (result, taken, written, ended) =
            reader.read_record(rest, &mut bytes[length..], &mut ends[fields..]);
        rest = &rest[taken..];
        (length, fields) = (length + written, fields + ended);
        match result {
            csv_core::ReadRecordResult::Record => {
                let mut start = 0;
                let cells = ends[..fields].iter().map(|end| {
                    let cell = String::from_utf8_lossy(&bytes[start..*end]).into_owned();
                    start = *end;
                    cell
                });
                rows.push((line, cells.collect()));
                (length, fields) = (0, 0);
            }
            // Asked again with nothing left, it ends the last record.
            csv_core::ReadRecordResult::InputEmpty => {}
            _ => return rows,
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(is_taken)
}

/// Neither endless nor so large that differences would be.
fn is_taken(number: &f64) -> bool {
    number.abs() <= LARGEST
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
