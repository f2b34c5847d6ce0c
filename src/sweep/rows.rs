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

fn no_sweeps(path: &Path) -> SweepError {
    let message = format!(
        "{} is not a sweep's: its first line must be {HEADER}",
        path.display()
    );
    SweepError::Refused(message)
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
            return Err(no_sweeps(path));
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
        if whole.is_empty() && !HEADER.starts_with(&text) {
            return Err(no_sweeps(path));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that goes with the test that made it.
    struct Scratch(PathBuf);

    impl std::ops::Deref for Scratch {
        type Target = PathBuf;

        fn deref(&self) -> &PathBuf {
            &self.0
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    /// A file of this content, whose name ends so.
    fn file(name: &str, content: &str) -> Scratch {
        let name = format!("lsgan-lab-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, content).unwrap();
        Scratch(path)
    }

    const ROW: &str = "a,1,0,,,,0.5,1,,,ok";

    #[test]
    fn a_torn_last_line_goes_and_the_next_row_takes_its_place() {
        let path = file(
            "torn.csv",
            &format!("{HEADER}\n{ROW}\na,1,5,,,,0.25,1,1,1,o"),
        );
        let (mut opened, rows) = RowsFile::open(&path).unwrap();
        assert_eq!(rows, [ROW.parse().unwrap()]);
        opened
            .append(&"b,1,0,,,,0.5,1,,,ok".parse().unwrap())
            .unwrap();
        let text = fs::read_to_string(&*path).unwrap();
        assert_eq!(text, format!("{HEADER}\n{ROW}\nb,1,0,,,,0.5,1,,,ok\n"));
    }

    #[test]
    fn a_file_that_is_new_or_has_half_a_header_gets_a_header() {
        let new = file("new.csv", "");
        fs::remove_file(&*new).unwrap();
        for path in [new, file("half.csv", "variant,se")] {
            let (_, rows) = RowsFile::open(&path).unwrap();
            assert!(rows.is_empty());
            assert_eq!(fs::read_to_string(&*path).unwrap(), format!("{HEADER}\n"));
        }
    }

    #[test]
    fn rows_are_sorted_in_one_go() {
        let lines = [
            "b,1,0,,,,0.5,1,,,ok",
            "a,2,0,,,,0.5,1,,,ok",
            "a,1,5,,,,0.5,1,1,1,ok",
            ROW,
        ];
        let path = file("sorted.csv", &format!("{HEADER}\n{}\n", lines.join("\n")));
        let (opened, _) = RowsFile::open(&path).unwrap();
        let rows = opened
            .sort_by_key(|row| (row.variant.clone(), row.seed, row.step))
            .unwrap();
        assert_eq!(rows.len(), 4);
        let expected = [ROW, lines[2], lines[1], lines[0]].join("\n");
        assert_eq!(
            fs::read_to_string(&*path).unwrap(),
            format!("{HEADER}\n{expected}\n")
        );
        assert!(!super::super::beside(&path, ".partial").exists());
    }

    #[test]
    fn csvs_put_one_after_the_other_read_as_one() {
        let other = "b,1,0,,,,0.5,1,,,ok";
        let path = file("both.csv", &format!("{HEADER}\n{ROW}\n{HEADER}\n{other}\n"));
        let rows = read_rows(&path).unwrap();
        assert_eq!(
            rows.iter().map(Row::to_string).collect::<Vec<_>>(),
            [ROW, other]
        );
    }

    #[test]
    fn another_file_is_not_overwritten() {
        for content in ["a note without a line feed", "a note\n", "variant,seed\n"] {
            let path = file("note.csv", content);
            let said = RowsFile::open(&path).err().unwrap().to_string();
            assert!(said.contains("note.csv is not a sweep's"), "{said}");
            assert_eq!(fs::read_to_string(&*path).unwrap(), content);
        }
    }

    #[test]
    fn a_file_that_is_no_sweeps_is_refused_by_its_line() {
        for (name, content, words) in [
            (
                "other.csv",
                "x,y\n1,2\n".to_owned(),
                "other.csv is not a sweep's: its first line must be variant,seed,",
            ),
            (
                "broken.csv",
                format!("{HEADER}\n{ROW}\na,1\n"),
                "broken.csv, line 3, has 2 cells, not 11",
            ),
        ] {
            let said = read_rows(&file(name, &content)).unwrap_err().to_string();
            assert!(said.contains(words), "{said}");
        }
    }
}
