//! The colours of the page's theme, from its style sheet: the one place where colours are chosen.

use super::page;
use crate::picture::{colormap::ColorMap, numerals::Numerals};

/// The colours in which the plane is drawn, as CSS writes them.
pub struct PlaneStyle {
    /// Text and ticks.
    pub ink: String,
    /// Real samples.
    pub real: String,
    /// Generated samples.
    pub fake: String,
    /// The halo around samples and lines.
    pub outline: String,
    /// The decision boundary.
    pub boundary: String,
    /// The levels a, b and c.
    pub level: String,
    /// Force arrows.
    pub force: String,
    /// The force arrows of the four losses, in the order of `gan::loss::four`.
    pub ghosts: [String; 4],
    /// The generator's grid.
    pub mesh: String,
    /// What is selected.
    pub selected: String,
    /// The font family of the page.
    pub font: String,
    /// The font size of the page in CSS pixels; it grows with the screen.
    pub em: f64,
    /// The map of the surface.
    pub map: ColorMap,
    /// How the numbers of axes and arrows are written.
    pub numerals: Numerals,
}

/// A property of the page's root, as computed.
fn computed(name: &str) -> String {
    let style = page::window()
        .get_computed_style(&page::root())
        .ok()
        .flatten();
    style
        .and_then(|style| style.get_property_value(name).ok())
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// A custom property that holds a colour such as #1b1b22, as red, green and blue; black if it does not.
pub fn rgb(name: &str) -> [u8; 3] {
    let text = computed(name);
    let digits = text.trim_start_matches('#');
    let channel = |at: usize| {
        digits
            .get(at..at + 2)
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
            .unwrap_or(0)
    };
    [channel(0), channel(2), channel(4)]
}

/// Whether the theme in force is a dark one.
pub fn is_dark() -> bool {
    rgb("--plane-paper").map(u32::from).iter().sum::<u32>() < 3 * 128
}

impl PlaneStyle {
    /// The style in force.
    pub fn read(numerals: Numerals) -> Self {
        Self {
            ink: computed("--plane-ink"),
            real: computed("--plane-real"),
            fake: computed("--plane-fake"),
            outline: computed("--plane-outline"),
            boundary: computed("--plane-boundary"),
            level: computed("--plane-level"),
            force: computed("--plane-force"),
            ghosts: [
                "--loss-minimax",
                "--loss-non-saturating",
                "--loss-lsgan",
                "--loss-lsgan-sigmoid",
            ]
            .map(computed),
            mesh: computed("--plane-mesh"),
            selected: computed("--plane-selected"),
            font: computed("font-family"),
            em: computed("font-size")
                .trim_end_matches("px")
                .parse()
                .unwrap_or(16.0),
            map: if is_dark() {
                ColorMap::dark()
            } else {
                ColorMap::light()
            },
            numerals,
        }
    }
}
