//! How a message quotes what was read: the beginning of it, on one line, with nothing in it that would not
//! show or would turn the words around it about.

/// Longest quotation in most messages, in characters.
pub const LONGEST: usize = 40;

/// A text from outside as a message may say it.
pub fn quoted(text: &str) -> String {
    shortened(text, LONGEST)
}

/// The same in at most so many characters, and an ellipsis. Control characters, marks of direction, letters of
/// no width and whatever else has no picture of its own are written as Rust writes them: `\n`, `\u{202e}`.
pub fn shortened(text: &str, most: usize) -> String {
    let mut short = String::new();
    let mut length = 0;
    for character in text.chars() {
        let before = short.len();
        match character {
            '"' | '\'' | '\\' => short.push(character),
            other => short.extend(other.escape_debug()),
        }
        length += short[before..].chars().count();
        if length > most {
            short.truncate(before);
            short.push('…');
            break;
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_of_any_language_stay_as_they_are() {
        for text in ["", "ring", "{\"seed\": -1}", "D:\\it's", "最小二乘 é – 🙂"] {
            assert_eq!(quoted(text), text);
        }
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(quoted(&"a".repeat(40)), "a".repeat(40));
        assert_eq!(quoted(&"a".repeat(1 << 20)), "a".repeat(40) + "…");
        // Never within what stands for one character.
        assert_eq!(shortened("ab\u{202e}cd", 9), "ab…");
        assert_eq!(shortened("ab\u{202e}cd", 10), "ab\\u{202e}…");
    }

    #[test]
    fn what_does_not_show_or_turns_words_about_is_written_out() {
        for (mark, written) in [
            ('\n', "\\n"),
            ('\0', "\\0"),
            ('\u{1b}', "\\u{1b}"),
            ('\u{61c}', "\\u{61c}"),
            ('\u{200b}', "\\u{200b}"),
            ('\u{200f}', "\\u{200f}"),
            ('\u{2028}', "\\u{2028}"),
            ('\u{202e}', "\\u{202e}"),
            ('\u{2066}', "\\u{2066}"),
            ('\u{feff}', "\\u{feff}"),
            // Heaped upon a letter, such marks cover the lines above and below.
            ('\u{30d}', "\\u{30d}"),
            ('\u{e0041}', "\\u{e0041}"),
        ] {
            assert_eq!(quoted(&format!("a{mark}b")), format!("a{written}b"));
        }
    }
}
