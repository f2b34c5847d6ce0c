//! plotters on a page: a backend that writes SVG, measured without a browser, and free of what a
//! strict Content-Security-Policy refuses.
//!
//! To lay out a text, plotters asks the backend for its size, and in a browser the default answer
//! puts a `span` with a `style` attribute into the document: main thread only, a reflow for each
//! text, nothing under a strict policy. [`PageSvg`] answers from fixed widths instead, the same
//! everywhere. In plotters 0.3.7 two paths measure text without asking the backend and must be
//! left alone: `MultiLineText`, and with it `configure_series_labels`, its legend.
//!
//! plotters' own SVG backend knows neither dashes nor one path for many marks, which
//! `strokes` adds; five hundred samples are one element here, not five hundred.
//!
//! plotters' coordinates are whole numbers. Here they are quarters of a CSS pixel, so that curves
//! are smooth on dense screens, too; the root element's `viewBox` scales them back.
//!
//! Texts and attribute values are escaped, and only presentation attributes are written (no
//! `style`, no `class`, no script).

use super::letters::text_width;
use plotters::style::RGBColor;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use std::convert::Infallible;
use std::fmt::{Display, Write};

/// Drawing units to one CSS pixel.
pub const UNITS_PER_PIXEL: u32 = 4;

/// plotters means a line's height by the size of a font; letters are smaller by this.
const SIZE_TO_EM: f64 = 1.24;

/// The size to give a plotters font for letters of `em` CSS pixels.
pub fn font_size(em: f64) -> f64 {
    em * f64::from(UNITS_PER_PIXEL) * SIZE_TO_EM
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
    let mut content = String::new();
    draw(PageSvg {
        content: &mut content,
        size: units,
    })?;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" \
         role=\"img\" aria-label=\"{}\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n{content}</svg>\n",
        units.0,
        units.1,
        size.0,
        size.1,
        escaped(name),
    ))
}

/// A text as it stands between tags or in an attribute.
pub fn escaped(text: &str) -> String {
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

/// A drawing backend that writes SVG elements, one a line.
pub struct PageSvg<'a> {
    content: &'a mut String,
    size: (u32, u32),
}

/// Writing into a string never fails.
type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl PageSvg<'_> {
    /// Writes an element in a colour, with attributes whose values are numbers, colours and
    /// keywords. What is fully transparent is left out.
    pub fn element(
        &mut self,
        name: &str,
        paint: Paint,
        color: BackendColor,
        attributes: &[(&str, &dyn Display)],
    ) -> Drawn {
        if color.alpha > 0.0 {
            self.open(name, paint, color, attributes);
            self.content.push_str("/>\n");
        }
        Ok(())
    }

    fn open(
        &mut self,
        name: &str,
        paint: Paint,
        BackendColor { alpha, rgb }: BackendColor,
        attributes: &[(&str, &dyn Display)],
    ) {
        let (r, g, b) = rgb;
        let color = Hex(RGBColor(r, g, b));
        let paint = match paint {
            Paint::Fill => "fill=\"",
            Paint::Stroke => "fill=\"none\" stroke=\"",
        };
        // Writing into a string never fails.
        let _ = write!(self.content, "<{name} {paint}{color}\"");
        if alpha < 1.0 {
            let _ = write!(self.content, " opacity=\"{}\"", (1e3 * alpha).round() / 1e3);
        }
        for (name, value) in attributes {
            let _ = write!(self.content, " {name}=\"{value}\"");
        }
    }
}

/// A colour as attributes write it.
pub struct Hex(pub RGBColor);

impl Display for Hex {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        let RGBColor(r, g, b) = self.0;
        write!(formatter, "#{r:02X}{g:02X}{b:02X}")
    }
}

/// Whether a shape is filled with its colour or drawn in outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Filled.
    Fill,
    /// Drawn as a line.
    Stroke,
}

impl Paint {
    fn filled(fill: bool) -> Self {
        if fill { Self::Fill } else { Self::Stroke }
    }
}

/// `points` as the attribute of that name writes them.
pub fn vertices(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut vertices = String::new();
    for (x, y) in points {
        let space = if vertices.is_empty() { "" } else { " " };
        let _ = write!(vertices, "{space}{x},{y}");
    }
    vertices
}

impl DrawingBackend for PageSvg<'_> {
    type ErrorType = Infallible;

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
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        let place: [(&str, &dyn Display); 4] =
            [("x", &x), ("y", &y), ("width", &1), ("height", &1)];
        self.element("rect", Paint::Fill, color, &place)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let (width, height) = (right - left, bottom - top);
        let place: [(&str, &dyn Display); 4] = [
            ("x", &left),
            ("y", &top),
            ("width", &width),
            ("height", &height),
        ];
        self.element("rect", Paint::filled(fill), style.color(), &place)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let line: [(&str, &dyn Display); 2] = [
            ("stroke-width", &style.stroke_width()),
            ("points", &vertices(path)),
        ];
        self.element("polyline", Paint::Stroke, style.color(), &line)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let points = vertices(path);
        self.element(
            "polygon",
            Paint::Fill,
            style.color(),
            &[("points", &points)],
        )
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let width = if fill { 0 } else { style.stroke_width() };
        let place: [(&str, &dyn Display); 4] = [
            ("cx", &x),
            ("cy", &y),
            ("r", &radius),
            ("stroke-width", &width),
        ];
        self.element("circle", Paint::filled(fill), style.color(), &place)
    }

    /// Writes a text upright; the browser anchors it when it shows it.
    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Drawn {
        if style.color().alpha == 0.0 {
            return Ok(());
        }
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        let down = match style.anchor().v_pos {
            VPos::Top => "0.76em",
            VPos::Center => "0.5ex",
            VPos::Bottom => "-0.5ex",
        };
        let (family, size) = (escaped(style.family().as_str()), style.size() / SIZE_TO_EM);
        let place: [(&str, &dyn Display); 6] = [
            ("x", &x),
            ("y", &y),
            ("dy", &down),
            ("text-anchor", &anchor),
            ("font-family", &family),
            ("font-size", &size),
        ];
        self.open("text", Paint::Fill, style.color(), &place);
        let _ = write!(self.content, ">\n{}\n</text>\n", escaped(text));
        Ok(())
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
        render::<DrawingAreaErrorKind<Infallible>>((300, 200), name, |backend| {
            let root = backend.into_drawing_area();
            root.draw_text(text, &style(), (40, 80))?;
            root.present()
        })
        .unwrap()
    }

    #[test]
    fn plotters_gets_the_estimate_in_its_own_units() {
        let backend = PageSvg {
            content: &mut String::new(),
            size: (400, 400),
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
