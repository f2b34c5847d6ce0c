//! What the site costs a visitor: the size of each file as it is, under gzip and under brotli.

use brotli::CompressorWriter;
use flate2::{Compression, write::GzEncoder};
use std::io::{self, Write};
use std::iter::Sum;
use std::ops::Add;

/// Sizes of one file, or of several together, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    pub raw: usize,
    pub gzip: usize,
    pub brotli: usize,
}

impl Size {
    /// Compresses `content` as hard as each method can.
    pub fn of(content: &[u8]) -> io::Result<Self> {
        // Buffer of 4 KiB, best quality, window of 4 MiB: what servers that care use.
        let mut brotli = CompressorWriter::new(Vec::new(), 4096, 11, 22);
        brotli.write_all(content)?;
        Ok(Self {
            raw: content.len(),
            gzip: gzip(content)?,
            brotli: brotli.into_inner().len(),
        })
    }

    /// A line of the table.
    pub fn row(&self, name: &str) -> String {
        let [raw, gzip, brotli] = [self.raw, self.gzip, self.brotli].map(kilobytes);
        format!("  {name:<44}{raw:>12}{gzip:>12}{brotli:>12}")
    }

    /// The line above the table.
    pub fn heading() -> String {
        format!("  {:<44}{:>12}{:>12}{:>12}", "", "raw", "gzip -9", "brotli")
    }
}

/// What `content` weighs under gzip -9, in bytes.
pub fn gzip(content: &[u8]) -> io::Result<usize> {
    Ok(gzipped(content)?.len())
}

/// `content` under gzip -9.
pub fn gzipped(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(content)?;
    gzip.finish()
}

impl Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            raw: self.raw + other.raw,
            gzip: self.gzip + other.gzip,
            brotli: self.brotli + other.brotli,
        }
    }
}

impl Sum for Size {
    fn sum<I: Iterator<Item = Self>>(sizes: I) -> Self {
        sizes.fold(Self::default(), Self::add)
    }
}

/// Bytes as thousands of bytes, the unit of download sizes.
pub fn kilobytes(bytes: usize) -> String {
    format!("{:.1} kB", bytes as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn sizes_are_those_of_real_compressed_files() {
        let content = b"the same words again and again, ".repeat(200);
        let size = Size::of(&content).unwrap();
        assert_eq!(size.raw, 6400);
        assert!(size.gzip < 150 && size.brotli < size.gzip, "{size:?}");
    }

    #[test]
    fn gzip_is_complete_when_it_is_measured() {
        // An encoder that is measured before its end would leave out the 8 bytes of the trailer.
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(b"some content").unwrap();
        let file = encoder.finish().unwrap();
        assert_eq!(Size::of(b"some content").unwrap().gzip, file.len());
        let mut text = String::new();
        flate2::read::GzDecoder::new(&file[..])
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "some content");
    }

    #[test]
    fn sizes_add_up() {
        let one = Size {
            raw: 100,
            gzip: 50,
            brotli: 40,
        };
        assert_eq!(
            [one, one].into_iter().sum::<Size>(),
            Size {
                raw: 200,
                gzip: 100,
                brotli: 80
            }
        );
    }
}
