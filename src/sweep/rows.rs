//! The CSV of a sweep as a file: rows read, appended and put in order.
//!
//! A row is appended by one write, so that a process killed in the middle leaves at most one torn line,
//! the last, without its line feed.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

use super::{HEADER, Row, SweepError, replace};

/// The rows of a CSV, or of several that were put one after the other. A torn last line is left out.
///
/// # Errors
/// [`SweepError`] names the line that is no row.
pub fn read_rows(path: &Path) -> Result<Vec<Row>, SweepError> {
    let text = fs::read_to_string(path).map_err(SweepError::at(path))?;
    parse(path, whole_lines(&text))
}

/// The text up to its last line feed.
fn whole_lines(text: &str) -> &str {
    &text[..text.rfind('\n').map_or(0, |at| at + 1)]
}

fn parse(path: &Path, text: &str) -> Result<Vec<Row>, SweepError> {
    let refused = |line: usize, problem: &str| {
        SweepError::Refused(format!("{}, line {line}, {problem}", path.display()))
    };
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line == HEADER {
            continue;
        }
        if index == 0 {
            return Err(refused(1, &format!("must be {HEADER}")));
        }
        rows.push(
            line.parse()
                .map_err(|problem: String| refused(index + 1, &problem))?,
        );
    }
    Ok(rows)
}

/// A CSV that is being written.
pub struct RowsFile {
    path: PathBuf,
    file: File,
}

impl RowsFile {
    /// Opens a CSV, or makes one, and says what is in it; a torn last line goes.
    pub fn open(path: &Path) -> Result<(Self, Vec<Row>), SweepError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(SweepError::at(path)(error)),
        };
        let whole = whole_lines(&text);
        let rows = parse(path, whole)?;
        let mut options = OpenOptions::new();
        let file = options
            .append(true)
            .create(true)
            .open(path)
            .map_err(SweepError::at(path))?;
        if whole.len() < text.len() {
            file.set_len(whole.len() as u64)
                .map_err(SweepError::at(path))?;
        }
        let mut opened = Self {
            path: path.to_owned(),
            file,
        };
        if whole.is_empty() {
            opened.line(HEADER)?;
        }
        Ok((opened, rows))
    }

    /// Appends a row.
    pub fn append(&mut self, row: &Row) -> Result<(), SweepError> {
        self.line(&row.to_string())
    }

    fn line(&mut self, line: &str) -> Result<(), SweepError> {
        let line = format!("{line}\n");
        self.file
            .write_all(line.as_bytes())
            .map_err(SweepError::at(&self.path))
    }

    /// Puts the rows into the order of `key`, in one go.
    pub fn sort_by_key<K: Ord>(self, key: impl Fn(&Row) -> K) -> Result<Vec<Row>, SweepError> {
        let mut rows = read_rows(&self.path)?;
        rows.sort_by_key(key);
        let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
        replace(&self.path, &format!("{HEADER}\n{lines}"))?;
        Ok(rows)
    }
}
