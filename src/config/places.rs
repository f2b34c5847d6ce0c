//! Places on the plane as a configuration holds them, on a lattice of a thousandth, so that a link can
//! say many of them in few letters and open the same run elsewhere to the last bit.
//!
//! In a link each coordinate is its difference to the point before, in thousandths, by the digits of
//! base64url: zigzag (0, -1, 1, -2, …), then five bits to a digit, the lowest first, each digit but the
//! last with its sixth bit set. What the places are for is not known here.

use std::f64::consts::TAU;

/// Where places stand in a configuration.
pub(crate) const PLACES: [&str; 2] = ["target.points", "target.means"];

/// Lattice points along one unit.
const GRAIN: f64 = 1000.0;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Most digits of one number: 20 bits, for differences of up to 524 units.
const MOST_DIGITS: u32 = 4;

/// The place on the lattice that is nearest to a point.
pub fn on_lattice(point: [f64; 2]) -> [f64; 2] {
    // Zero has no sign here.
    point.map(|coordinate| (coordinate * GRAIN).round() / GRAIN + 0.0)
}

/// Places as a link writes them.
pub(crate) fn compact(places: &[[f64; 2]]) -> String {
    let mut text = String::new();
    let mut last = [0i32; 2];
    for place in places {
        let now = place.map(|coordinate| (coordinate * GRAIN).round() as i32);
        for axis in 0..2 {
            let way = now[axis] - last[axis];
            let mut rest = ((way << 1) ^ (way >> 31)) as u32;
            loop {
                let more = u32::from(rest > 31) << 5;
                text.push(char::from(DIGITS[(rest & 31 | more) as usize]));
                rest >>= 5;
                if more == 0 {
                    break;
                }
            }
        }
        last = now;
    }
    text
}

/// What [`compact`] wrote; nothing where it wrote no such text, or more than `most` places.
pub(crate) fn expanded(text: &str, most: usize) -> Option<Vec<[f64; 2]>> {
    let mut bytes = text.bytes();
    let mut places = Vec::new();
    let mut last = [0i32; 2];
    while bytes.len() > 0 {
        if places.len() == most {
            return None;
        }
        for coordinate in &mut last {
            *coordinate = coordinate.checked_add(way(&mut bytes)?)?;
        }
        places.push(last.map(|coordinate| f64::from(coordinate) / GRAIN));
    }
    Some(places)
}

/// The next difference.
fn way(bytes: &mut std::str::Bytes) -> Option<i32> {
    let mut bits = 0;
    for digit in 0..MOST_DIGITS {
        let byte = bytes.next()?;
        let value = DIGITS.iter().position(|known| *known == byte)? as u32;
        bits |= (value & 31) << (5 * digit);
        if value < 32 {
            return Some((bits >> 1) as i32 ^ -((bits & 1) as i32));
        }
    }
    None
}

/// A heart of so many points: where one's own points begin.
pub(crate) fn heart(count: usize) -> Vec<[f64; 2]> {
    let point = |index: usize| {
        let t = TAU * index as f64 / count as f64;
        let cos = |times: f64| libm::cos(times * t);
        let y = 13.0 * cos(1.0) - 5.0 * cos(2.0) - 2.0 * cos(3.0) - cos(4.0);
        on_lattice([libm::sin(t).powi(3), (y + 2.5) / 16.0])
    };
    (0..count).map(point).collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_few_places_are_a_few_letters() {
        // By hand: 0.001 is 1, zigzag 2, "C"; -0.001 is zigzag 1, "B"; a step of -0.016 is zigzag 31,
        // "f", the last single digit; of 0.016 is zigzag 32: low digit 0 with its sixth bit, "g", then 1.
        assert_eq!(compact(&[[0.001, -0.001]]), "CB");
        assert_eq!(compact(&[[0.0, 0.0], [-0.016, 0.016]]), "AAfgB");
        assert_eq!(expanded("AAfgB", 2), Some(vec![[0.0; 2], [-0.016, 0.016]]));
    }

    #[test]
    fn what_is_no_such_text_is_nothing() {
        for text in ["A", "AAA", "A A", "g", "Ag", "ggggA", "A\u{e9}", "[[0,0]]"] {
            assert_eq!(expanded(text, 100), None, "{text}");
        }
        assert_eq!(expanded("AAAA", 2).map(|places| places.len()), Some(2));
        assert_eq!(expanded("AAAAAA", 2), None, "too many");
    }

    proptest! {
        #[test]
        fn places_come_back_to_the_last_bit(
            places in prop::collection::vec([-100_000i32..=100_000, -100_000i32..=100_000], 0..50)
        ) {
            let places: Vec<_> = places
                .into_iter()
                .map(|place| on_lattice(place.map(|part| f64::from(part) / 1000.0)))
                .collect();
            prop_assert_eq!(expanded(&compact(&places), 50), Some(places));
        }

        #[test]
        fn hostile_text_never_panics(text in ".{0,60}", digits in "[A-Za-z0-9_-]{0,60}") {
            let _ = (expanded(&text, 10), expanded(&digits, 10));
        }
    }
}
