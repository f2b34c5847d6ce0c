//! A text as a QR code: the outline of its dark squares.

use std::fmt::Write;

use qrcodegen::{QrCode, QrCodeEcc};

/// Light squares that a reader needs around the code.
const QUIET: i32 = 4;

/// How wide a square is at least, and a code as long as its squares are wider, in CSS pixels.
const NARROWEST: i32 = 3;
const USUAL: i32 = 240;

/// A QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// Squares along a side, with the light frame around it.
    pub side: i32,
    /// The dark squares as the `d` of an SVG path, a square being one unit.
    pub path: String,
}

impl Qr {
    /// The code of a text, of which a reader may miss some 15 per cent; nothing if it is too long for
    /// any, which it is from 2,331 bytes on.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            let mut x = 0;
            while x < code.size() {
                let dark = (x..code.size())
                    .take_while(|x| code.get_module(*x, y))
                    .count() as i32;
                if dark > 0 {
                    // Writing into a string cannot fail.
                    let _ = write!(path, "M{} {}h{dark}v1h-{dark}z", x + QUIET, y + QUIET);
                }
                x += dark.max(1);
            }
        }
        Some(Self {
            side: code.size() + 2 * QUIET,
            path,
        })
    }

    /// How wide it is to be drawn, in CSS pixels: squares are as wide as each other, so that a reader counts them
    /// right, and wide enough for a camera.
    pub fn width(&self) -> i32 {
        self.side * (USUAL / self.side).max(NARROWEST)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    /// The dark squares that a path covers.
    fn squares(qr: &Qr) -> Vec<(i32, i32)> {
        let runs = qr.path.split('M').skip(1).map(|run| {
            let (start, rest) = run.split_once('h').unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let length = rest.split_once('v').unwrap().0;
            [x, y, length].map(|number| number.parse::<i32>().unwrap())
        });
        runs.flat_map(|[x, y, length]| (x..x + length).map(move |x| (x, y)))
            .collect()
    }

    #[test]
    fn a_short_link_has_its_three_finder_patterns_inside_a_light_frame() {
        let qr = Qr::of("https://a.example/#v=1").unwrap();
        // Version 2 has 25 modules along a side.
        assert_eq!(qr.side, 25 + 8);
        let dark = squares(&qr);
        let inside = 4..4 + 25;
        assert!(
            dark.iter()
                .all(|(x, y)| inside.contains(x) && inside.contains(y))
        );
        for (left, top) in [(4, 4), (22, 4), (4, 22)] {
            for step in 0..7 {
                for edge in [
                    (left + step, top),
                    (left, top + step),
                    (left + step, top + 6),
                ] {
                    assert!(dark.contains(&edge), "{edge:?}");
                }
            }
            assert!(!dark.contains(&(left + 1, top + 1)));
        }
    }

    #[test]
    fn squares_are_whole_pixels_wide_and_never_too_narrow() {
        for (length, square) in [(22, 7), (60, 5), (424, 3), (2331, 3)] {
            let qr = Qr::of(&"a".repeat(length)).unwrap();
            assert_eq!(qr.width(), square * qr.side, "{length} letters");
        }
    }

    #[test]
    fn the_longest_text_fits_and_a_longer_one_does_not() {
        assert!(Qr::of(&"a".repeat(2331)).is_some());
        assert_eq!(Qr::of(&"a".repeat(2332)), None);
    }
}
