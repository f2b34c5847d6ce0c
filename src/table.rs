//! Tables as text (RFC 4180): cells apart by commas, a record's end is CRLF, quotes where a cell needs them.

use csv_core::{Terminator, WriteResult, Writer, WriterBuilder};

/// A table that is being written.
pub(crate) struct Table {
    writer: Writer,
    bytes: Vec<u8>,
}

impl Table {
    /// A table of a header alone.
    pub(crate) fn new(header: &[&str]) -> Self {
        let writer = WriterBuilder::new().terminator(Terminator::CRLF).build();
        let bytes = Vec::new();
        let mut table = Self { writer, bytes };
        table.add(header);
        table
    }

    /// Adds a record, which has as many cells as the header.
    pub(crate) fn add<S: AsRef<str>>(&mut self, cells: &[S]) {
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                // The last cell's closing quote and the comma.
                self.put(2, |writer, room| writer.delimiter(room));
            }
            let cell = cell.as_ref().as_bytes();
            self.put(2 + 2 * cell.len(), |writer, room| {
                let (result, _, written) = writer.field(cell, room);
                (result, written)
            });
        }
        // The closing quote, or two where the record is one empty cell, and the line's end.
        self.put(4, |writer, room| writer.terminator(room));
    }

    /// Lets the writer add at most so many bytes.
    fn put(
        &mut self,
        most: usize,
        write: impl FnOnce(&mut Writer, &mut [u8]) -> (WriteResult, usize),
    ) {
        let length = self.bytes.len();
        self.bytes.resize(length + most, 0);
        let (_, written) = write(&mut self.writer, &mut self.bytes[length..]);
        self.bytes.truncate(length + written);
    }

    /// What was written.
    pub(crate) fn into_text(self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_the_format_asks_for_it() {
        let mut table = Table::new(&["a", "b"]);
        table.add(&["1,5", "\"\""]);
        table.add(&["", "two\r\nlines"]);
        table.add(&[String::from("猫"), String::new()]);
        let expected = "a,b\r\n\"1,5\",\"\"\"\"\"\"\r\n,\"two\r\nlines\"\r\n猫,\r\n";
        assert_eq!(table.into_text(), expected);
    }

    #[test]
    fn a_lone_empty_cell_is_not_an_empty_line() {
        assert_eq!(Table::new(&[""]).into_text(), "\"\"\r\n");
    }
}
