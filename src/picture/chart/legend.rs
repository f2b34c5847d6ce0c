//! What tells the curves of a chart apart, never colour alone, on the curve and in the legend above
//! it. The networks' losses carry markers: discs for the discriminator, triangles for the generator.
//!
//! plotters has a legend of its own, which measures its texts in the document (see
//! [`svg`](super::svg)) and stands in the way of the curves; this one stands above them.

use super::letters::{LINE, draw_text, text_width};
use super::strokes::{Dash, Marks, Shape, Stroke};
use super::{Area, CURVE, ChartStyle, Drawn, HAIRLINE, MARK, pixels, rgb, stroke, units};
use plotters::prelude::*;

/// Half the size of a marker in CSS pixels.
const MARKER: f64 = 3.5;

/// The width of the rim that parts a marker from the curves it stands on, in CSS pixels.
const RIM: f64 = 1.5;

/// The width of a piece of curve before an entry's text, in em.
const SAMPLE: f64 = 2.0;

/// The room between a sign and its text, and between two entries, in em.
const GAP: f64 = 0.4;
const BETWEEN: f64 = 1.2;

/// The room between the picture's edge and a text, in em.
pub const EDGE: f64 = 0.3;

/// Whose curve it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    Discriminator,
    Generator,
}

impl Network {
    pub fn color(self, style: &ChartStyle) -> RGBColor {
        rgb(match self {
            Self::Discriminator => style.discriminator,
            Self::Generator => style.generator,
        })
    }
}

/// What stands before the text of an entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sign {
    /// A piece of a network's curve with its marker.
    Network(Network),
    /// A piece of a line.
    Line {
        color: RGBColor,
        /// In CSS pixels.
        width: f64,
        dash: Dash,
    },
    /// A piece of a shaded band.
    Band(RGBAColor),
    /// A piece of a shaded band with a line in its middle.
    Halved(RGBAColor, RGBColor),
    /// A sample's mark.
    Mark(Shape, RGBColor),
}

impl Sign {
    /// Its width in em.
    fn width(self) -> f64 {
        match self {
            Self::Network(_) | Self::Line { .. } => SAMPLE,
            Self::Halved(..) => 1.5,
            Self::Band(_) | Self::Mark(..) => 1.0,
        }
    }
}

/// One entry of the legend: its sign, then the text.
#[derive(Debug)]
pub struct Entry<'a> {
    sign: Sign,
    text: &'a str,
    /// Left end in em.
    left: f64,
    row: usize,
}

/// The entries side by side, the first row from `left` on, the others from the picture's edge, and
/// on as many rows as they need to stay within `width` (both in em). The first row stays empty where
/// an entry fits only below it. An entry without a text is left out.
pub fn legend<'a>(
    entries: impl IntoIterator<Item = (Sign, &'a str)>,
    left: f64,
    width: f64,
) -> Vec<Entry<'a>> {
    let mut placed: Vec<Entry> = Vec::new();
    let mut free = left;
    let mut row = 0;
    for (sign, text) in entries.into_iter().filter(|(_, text)| !text.is_empty()) {
        let length = sign.width() + GAP + text_width(text);
        let fits_below = EDGE + length + EDGE <= width;
        if free + length + EDGE > width && (fits_below || !placed.is_empty()) {
            free = EDGE;
            row += 1;
        }
        placed.push(Entry {
            sign,
            text,
            left: free,
            row,
        });
        free += length + BETWEEN;
    }
    placed
}

/// How many lines of text the entries take.
pub fn row_count(entries: &[Entry]) -> usize {
    entries.iter().map(|entry| entry.row + 1).max().unwrap_or(0)
}

/// Draws one entry, its row counted from the top of `root`.
pub fn draw_entry(root: &Area, entry: &Entry, style: &ChartStyle) -> Drawn {
    let middle = LINE * (entry.row as f64 + 0.6);
    let right = entry.left + entry.sign.width();
    let y = units(style, middle);
    let ends = [entry.left, right].map(|em| (units(style, em), y));
    let centre = ((ends[0].0 + ends[1].0) / 2, y);
    match entry.sign {
        Sign::Network(network) => {
            let curve = stroke(network.color(style), CURVE);
            root.draw(&PathElement::new(ends.to_vec(), curve))?;
            draw_marker(root, centre, network, style)?;
        }
        Sign::Line { color, width, dash } => root.draw(&Stroke {
            points: ends.to_vec(),
            color: color.mix(1.0),
            width,
            dash,
        })?,
        Sign::Band(color) => draw_band(root, ends, color, style)?,
        Sign::Halved(color, middle) => {
            draw_band(root, ends, color, style)?;
            root.draw(&PathElement::new(ends.to_vec(), stroke(middle, HAIRLINE)))?;
        }
        Sign::Mark(shape, color) => root.draw(&Marks {
            shape,
            at: vec![centre],
            half: MARK,
            color,
            inside: 0.5,
        })?,
    }
    draw_text(root, entry.text, [right + GAP, middle], style)
}

fn draw_band(
    root: &Area,
    [(left, y), (right, _)]: [(i32, i32); 2],
    color: RGBAColor,
    style: &ChartStyle,
) -> Drawn {
    let half = units(style, 0.45);
    let corners = [(left, y - half), (right, y + half)];
    root.draw(&Rectangle::new(corners, color.filled()))
}

/// Draws one marker with its rim around `at`, in the backend's units.
pub fn draw_marker(root: &Area, at: (i32, i32), network: Network, style: &ChartStyle) -> Drawn {
    for (size, color) in [
        (MARKER + RIM, rgb(style.background)),
        (MARKER, network.color(style)),
    ] {
        match network {
            Network::Discriminator => {
                root.draw(&Circle::new(at, pixels(size), color.filled()))?;
            }
            // An equilateral triangle about its centre of mass, larger since it looks smaller than a disc. plotters'
            // own would bring a second sine and cosine into the bundle.
            Network::Generator => {
                let (up, down) = (pixels(1.4 * size), pixels(0.7 * size));
                let across = pixels(1.4 * size * 0.75_f64.sqrt());
                let corners = [(0, -up), (across, down), (-across, down)];
                let corners = corners.map(|(dx, dy)| (at.0 + dx, at.1 + dy));
                root.draw(&Polygon::new(corners, color.filled()))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(texts: &[&'static str], left: f64, width: f64) -> Vec<Entry<'static>> {
        let sign = Sign::Network(Network::Generator);
        legend(texts.iter().map(|text| (sign, *text)), left, width)
    }

    #[test]
    fn entries_stand_side_by_side_where_there_is_room_and_below_each_other_where_not() {
        // 13 letters, six of them narrow and one wide, are 7 em after 2.4 em, and 1.2 em between:
        // the second entry starts at 4 + 9.4 + 1.2 = 14.6 em and ends 7.2 em later.
        let texts = ["Discriminator", "Generator"];
        let wide = entries(&texts, 4.0, 22.2);
        assert_eq!((wide[0].row, wide[1].row, row_count(&wide)), (0, 0, 1));
        assert!((wide[1].left - 14.6).abs() < 1e-9, "{}", wide[1].left);
        let narrow = entries(&texts, 4.0, 22.0);
        assert_eq!(
            (narrow[0].row, narrow[1].row, row_count(&narrow)),
            (0, 1, 2)
        );
        assert_eq!(narrow[1].left, EDGE);
        // Beside a long title there may be no room at all; nor may there be below it.
        assert_eq!(entries(&texts, 15.0, 22.0)[0].row, 1);
        assert_eq!(entries(&texts, 4.0, 1.0)[0].row, 0);
    }

    #[test]
    fn a_later_row_takes_as_many_entries_as_fit_and_a_missing_text_none() {
        let found = entries(&["Discriminator", "", "one", "two", "Generator"], 4.0, 21.0);
        let rows: Vec<usize> = found.iter().map(|entry| entry.row).collect();
        assert_eq!(rows, [0, 0, 1, 1]);
    }

    #[test]
    fn the_networks_have_their_own_colours() {
        let style = ChartStyle::LIGHT;
        let [d, g] = [Network::Discriminator, Network::Generator].map(|n| n.color(&style));
        assert_eq!(
            [[d.0, d.1, d.2], [g.0, g.1, g.2]],
            [style.discriminator, style.generator]
        );
        assert_ne!(d, g);
    }
}
