//! White paper with a heading, and a chart on it.

use std::fmt::Write;

use super::escaped;

/// Room around a chart, and above it for the heading.
pub(super) const MARGIN: u32 = 24;
pub(super) const HEAD: u32 = 64;

/// The family of all letters: what the page has, by the same names.
const FONT: &str = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

/// The two lines at the head of a sheet: what the run is, and how it was made.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// In large letters.
    pub title: &'a str,
    /// In small ones.
    pub details: &'a str,
}

/// The size of the sheet of a chart of this size.
pub fn chart_sheet(size: (u32, u32)) -> [f32; 2] {
    [size.0 + 2 * MARGIN, size.1 + HEAD + MARGIN].map(|side| side as f32)
}

/// A chart, which is an SVG element of this size, on white paper under a heading.
pub fn chart(heading: Heading, chart: &str, size: (u32, u32), ink: &str) -> String {
    let mut sheet = Sheet::new(chart_sheet(size), heading, ink);
    let placed = format!("<svg x=\"{MARGIN}\" y=\"{HEAD}\" ");
    let inside = chart.trim_end().replacen("<svg ", &placed, 1);
    sheet.add(format_args!("{inside}"));
    sheet.end()
}

/// A sheet in the making.
pub(super) struct Sheet(String);

impl Sheet {
    /// White paper with its heading.
    pub(super) fn new([width, height]: [f32; 2], heading: Heading, ink: &str) -> Self {
        let mut sheet = Self(String::new());
        let (title, details) = (escaped(heading.title), escaped(heading.details));
        sheet.add(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" aria-label=\"{title}\" font-family=\"{FONT}\" \
             stroke-linejoin=\"round\" stroke-linecap=\"round\">\n\
             <title>{title}</title>\n<desc>{details}</desc>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
             <text x=\"24\" y=\"32\" font-size=\"19\" font-weight=\"600\" fill=\"#17181f\">{title}</text>\n\
             <text x=\"24\" y=\"53\" font-size=\"13\" fill=\"{ink}\">{details}</text>"
        ));
        sheet
    }

    /// Adds markup, a line.
    pub(super) fn add(&mut self, markup: std::fmt::Arguments) {
        // Writing into a string never fails.
        let _ = self.0.write_fmt(markup);
        self.0.push('\n');
    }

    pub(super) fn end(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }
}
