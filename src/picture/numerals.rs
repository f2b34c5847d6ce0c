//! How a language writes the numbers beside axes and arrows.

/// The characters of plain numbers. Powers of ten are written by an `e` in every language, and thousands are not
/// parted: not all languages do it, nor alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numerals {
    /// The digits from 0 to 9.
    pub digits: [char; 10],
    /// What stands before the decimals.
    pub decimal: char,
    /// What stands before numbers below zero.
    pub minus: char,
}

impl Numerals {
    /// As programs write them: `-0.5`.
    pub const PLAIN: Self = Self {
        digits: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
        decimal: '.',
        minus: '-',
    };

    /// A number that stands there as programs write it.
    pub fn write(&self, plain: &str) -> String {
        let character = |character| match character {
            '.' => self.decimal,
            '-' => self.minus,
            _ => match Self::PLAIN
                .digits
                .iter()
                .position(|&digit| digit == character)
            {
                Some(digit) => self.digits[digit],
                None => character,
            },
        };
        plain.chars().map(character).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_a_number_has_its_own_in_another_language() {
        let persian = Numerals {
            digits: ['۰', '۱', '۲', '۳', '۴', '۵', '۶', '۷', '۸', '۹'],
            decimal: '٫',
            minus: '−',
        };
        for (plain, written) in [
            ("-0.5", "−۰٫۵"),
            ("12346789", "۱۲۳۴۶۷۸۹"),
            ("2.5e-7", "۲٫۵e−۷"),
            ("", ""),
        ] {
            assert_eq!(persian.write(plain), written);
            assert_eq!(Numerals::PLAIN.write(plain), plain);
        }
    }
}
