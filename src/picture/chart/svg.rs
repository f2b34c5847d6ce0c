//! plotters' SVG backend for a page: measured without a browser, and free of what a strict
//! Content-Security-Policy refuses.
//!
//! To lay out a text, plotters asks the backend for its size, and in a browser the default answer
//! puts a `span` with a `style` attribute into the document: main thread only, a reflow for each
//! text, nothing under a strict policy. [`PageSvg`] answers from fixed widths instead, the same
//! everywhere. In plotters 0.3.7 two paths measure text without asking the backend and must be
//! left alone: `MultiLineText`, and with it `configure_series_labels`, its legend. (The SVG
//! backend's `draw_text` measures nothing; the browser anchors the text when it shows it.)
//!
//! plotters' coordinates are whole numbers. Here they are quarters of a CSS pixel, so that curves
//! are smooth on dense screens, too; the root element's `viewBox` scales them back.
//!
//! The backend escapes texts and attribute values, writes presentation attributes only (no
//! `style`, no `class`, no script), and so does the root element written here.

use plotters::backend::SVGBackend;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

/// Drawing units to one CSS pixel.
pub const UNITS_PER_PIXEL: u32 = 4;

/// The SVG backend divides a font's size by this (so that "size" means line height).
const SIZE_TO_EM: f64 = 1.24;

/// The size to give a plotters font for letters of `em` CSS pixels.
pub fn font_size(em: f64) -> f64 {
    em * f64::from(UNITS_PER_PIXEL) * SIZE_TO_EM
}

/// An estimate of a text's width in em: 0.6 for most letters, 1 for the square characters of
/// Chinese, Japanese and Korean.
pub fn text_width(text: &str) -> f64 {
    text.chars()
        .map(|character| if is_square(character) { 1.0 } else { 0.6 })
        .sum()
}

/// Whether a character fills a square: CJK radicals to Hangul syllables, compatibility
/// ideographs, full-width forms, and the supplementary ideographs.
fn is_square(character: char) -> bool {
    matches!(character,
        '\u{2e80}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Draws with `draw` on a canvas of `size` CSS pixels and returns the SVG element: a `viewBox` for
/// CSS to scale, the size as its default, and `name` as what a screen reader says.
///
/// # Errors
/// Whatever `draw` returns.
pub fn render<E>(
    size: (u32, u32),
    name: &str,
    draw: impl FnOnce(PageSvg) -> Result<(), E>,
) -> Result<String, E> {
    let units = (size.0 * UNITS_PER_PIXEL, size.1 * UNITS_PER_PIXEL);
    let mut drawn = String::new();
    draw(PageSvg {
        inner: SVGBackend::with_string(&mut drawn, units),
    })?;
    // The backend's own root element ends at the first `>`: its attributes are numbers and a name.
    let content = drawn.split_once('>').map_or("", |(_root, content)| content);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" \
         role=\"img\" aria-label=\"{}\" stroke-linejoin=\"round\" stroke-linecap=\"round\">{content}",
        units.0,
        units.1,
        size.0,
        size.1,
        escaped(name),
    ))
}

fn escaped(text: &str) -> String {
    text.chars().fold(
        String::with_capacity(text.len()),
        |mut escaped, character| {
            match character {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '"' => escaped.push_str("&quot;"),
                other => escaped.push(other),
            }
            escaped
        },
    )
}

/// plotters' SVG backend with a size of texts that needs no browser.
pub struct PageSvg<'a> {
    inner: SVGBackend<'a>,
}

type Drawn<'a> = Result<(), DrawingErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;

impl<'a> DrawingBackend for PageSvg<'a> {
    type ErrorType = <SVGBackend<'a> as DrawingBackend>::ErrorType;

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Self::ErrorType>> {
        let em = style.size() / SIZE_TO_EM;
        Ok((
            (em * text_width(text)).ceil() as u32,
            style.size().ceil() as u32,
        ))
    }

    fn get_size(&self) -> (u32, u32) {
        self.inner.get_size()
    }

    fn ensure_prepared(&mut self) -> Drawn<'a> {
        self.inner.ensure_prepared()
    }

    fn present(&mut self) -> Drawn<'a> {
        self.inner.present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn<'a> {
        self.inner.draw_pixel(point, color)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn<'a> {
        self.inner.draw_line(from, to, style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn<'a> {
        self.inner.draw_rect(upper_left, bottom_right, style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn<'a> {
        self.inner.draw_path(path, style)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn<'a> {
        self.inner.fill_polygon(path, style)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn<'a> {
        self.inner.draw_circle(center, radius, style, fill)
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        position: BackendCoord,
    ) -> Drawn<'a> {
        self.inner.draw_text(text, style, position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plotters::prelude::*;

    fn style() -> TextStyle<'static> {
        TextStyle::from(FontDesc::new(
            FontFamily::SansSerif,
            font_size(12.0),
            FontStyle::Normal,
        ))
    }

    fn written(name: &str, text: &str) -> String {
        render::<DrawingAreaErrorKind<std::io::Error>>((300, 200), name, |backend| {
            let root = backend.into_drawing_area();
            root.draw_text(text, &style(), (40, 80))?;
            root.present()
        })
        .unwrap()
    }

    #[test]
    fn widths_count_letters_and_square_characters() {
        assert!((text_width("loss") - 2.4).abs() < 1e-9);
        assert!((text_width("损失") - 2.0).abs() < 1e-9);
        assert!((text_width("D 的损失") - (1.2 + 3.0)).abs() < 1e-9);
        assert_eq!(text_width(""), 0.0);
    }

    #[test]
    fn plotters_gets_the_estimate_in_its_own_units() {
        let mut drawn = String::new();
        let backend = PageSvg {
            inner: SVGBackend::with_string(&mut drawn, (400, 400)),
        };
        // 12 CSS pixels are 48 units; two square characters are two of them wide.
        let (width, height) = backend.estimate_text_size("损失", &style()).unwrap();
        assert_eq!(width, 96);
        assert!((48..=62).contains(&height));
    }

    #[test]
    fn the_root_element_scales_and_has_a_name() {
        let svg = written("Losses", "0.5");
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "));
        assert!(svg.contains(" viewBox=\"0 0 1200 800\" width=\"300\" height=\"200\" "));
        assert!(svg.contains(" role=\"img\" aria-label=\"Losses\""));
        assert!(svg.trim_end().ends_with("</svg>"));
        assert_eq!(svg.matches("<svg").count(), 1);
        assert_eq!(svg.matches("<text").count(), 1);
    }

    #[test]
    fn letters_have_the_size_that_was_asked_for() {
        // 12 CSS pixels, in quarters.
        assert!(written("Losses", "0.5").contains("font-size=\"48\""));
    }

    #[test]
    fn texts_and_names_cannot_break_out() {
        let hostile = "\"><script>alert('1')</script>&";
        let svg = written(hostile, hostile);
        assert!(!svg.contains("<script") && !svg.contains("\"><s"));
        assert_eq!(svg.matches("&lt;script&gt;").count(), 2);
        assert_eq!(svg.matches("&amp;").count(), 2);
    }

    #[test]
    fn a_strict_policy_finds_nothing_to_refuse() {
        let svg = written("Losses", "损失");
        for forbidden in [
            " style=",
            " class=",
            " href=",
            " on",
            "<script",
            "<foreignObject",
            "url(",
        ] {
            assert!(!svg.contains(forbidden), "{forbidden}");
        }
    }
}
