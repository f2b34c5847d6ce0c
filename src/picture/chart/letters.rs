//! The letters of a chart: how wide a text is without asking a document, and how it is drawn.

use super::svg::font_size;
use super::{Area, ChartStyle, Drawn, rgb, units};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// The height of a line of text in em.
pub const LINE: f64 = 1.4;

/// An estimate of a text's width in em, not too small for any usual font: 0.6 for most letters,
/// 0.4 for narrow ones, 1 for the widest and for the square characters of Chinese, Japanese and
/// Korean.
pub fn text_width(text: &str) -> f64 {
    let width = |character| match character {
        ' ' | '!' | '"' | '\'' | '('..=')' | ','..='/' | ':' | ';' | '|' | '′' => 0.4,
        'f' | 'i' | 'j' | 'l' | 'r' | 't' | 'I' => 0.4,
        'm' | 'w' | 'M' | 'W' | '%' => 1.0,
        square if is_square(square) => 1.0,
        _ => 0.6,
    };
    text.chars().map(width).sum()
}

/// Whether a character fills a square: CJK radicals to Hangul syllables, compatibility
/// ideographs, full-width forms, and the supplementary ideographs.
fn is_square(character: char) -> bool {
    matches!(character,
        '\u{2e80}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}'
        | '\u{20000}'..='\u{3ffff}')
}

/// The font of all texts.
pub fn font(style: &ChartStyle) -> TextStyle<'static> {
    let family = FontFamily::Name("system-ui, sans-serif");
    let font = FontDesc::new(family, font_size(style.em), FontStyle::Normal);
    TextStyle {
        color: rgb(style.text).to_backend_color(),
        ..TextStyle::from(font)
    }
}

/// Writes `text` from `[left, middle]` on, in em.
pub fn draw_text(root: &Area, text: &str, [left, middle]: [f64; 2], style: &ChartStyle) -> Drawn {
    let text_style = font(style).pos(Pos::new(HPos::Left, VPos::Center));
    root.draw_text(
        text,
        &text_style,
        (units(style, left), units(style, middle)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_count_letters_and_square_characters() {
        assert!((text_width("loss") - (0.4 + 1.8)).abs() < 1e-9);
        assert!((text_width("minimax") - (2.0 + 0.8 + 1.8)).abs() < 1e-9);
        assert!((text_width("95 %") - (1.2 + 0.4 + 1.0)).abs() < 1e-9);
        assert!((text_width("损失") - 2.0).abs() < 1e-9);
        assert!((text_width("D 的损失") - (0.6 + 0.4 + 3.0)).abs() < 1e-9);
        assert_eq!(text_width(""), 0.0);
    }
}
