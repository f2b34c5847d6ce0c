//! Two curves told apart by marker as well as by colour, on the curve and in the legend: discs for
//! the discriminator, triangles for the generator.
//!
//! plotters has a legend of its own, which measures its texts in the document (see
//! [`svg`](super::svg)) and stands in the way of the curves; this one stands above them.

use super::svg::text_width;
use super::{
    Area, CURVE, ChartLabels, ChartStyle, Drawn, LINE, draw_text, pixels, rgb, stroke, units,
};
use plotters::prelude::*;

/// Half the size of a marker in CSS pixels.
const MARKER: f64 = 3.5;

/// The width of the rim that parts a marker from the curves it stands on, in CSS pixels.
const RIM: f64 = 1.5;

/// The width of the piece of curve before an entry's text, in em.
const SAMPLE: f64 = 2.2;

/// The room between that piece and the text, in em.
const GAP: f64 = 0.5;

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

/// One entry of the legend: a piece of curve with its marker, then the text.
#[derive(Debug)]
pub struct Entry<'a> {
    network: Network,
    text: &'a str,
    /// Left end in em.
    left: f64,
    row: usize,
}

/// The entries side by side from `left` on, or one below the other where they would reach beyond
/// `width` (both in em).
pub fn legend<'a>(labels: &ChartLabels<'a>, left: f64, width: f64) -> [Entry<'a>; 2] {
    let length = |text| SAMPLE + GAP + text_width(text);
    let beside = left + length(labels.discriminator) + 1.5;
    let fits = beside + length(labels.generator) <= width;
    let (second, row) = if fits { (beside, 0) } else { (left, 1) };
    [
        Entry {
            network: Network::Discriminator,
            text: labels.discriminator,
            left,
            row: 0,
        },
        Entry {
            network: Network::Generator,
            text: labels.generator,
            left: second,
            row,
        },
    ]
}

/// How many lines of text the entries take.
pub fn row_count(entries: &[Entry]) -> usize {
    entries.iter().map(|entry| entry.row + 1).max().unwrap_or(0)
}

/// Draws one entry, its row counted from the top of `root`.
pub fn draw_entry(root: &Area, entry: &Entry, style: &ChartStyle) -> Drawn {
    let middle = LINE * (entry.row as f64 + 0.6);
    let y = units(style, middle);
    let [left, right] = [entry.left, entry.left + SAMPLE].map(|em| units(style, em));
    let curve = stroke(entry.network.color(style), CURVE);
    root.draw(&PathElement::new(vec![(left, y), (right, y)], curve))?;
    draw_marker(root, ((left + right) / 2, y), entry.network, style)?;
    draw_text(root, entry.text, [entry.left + SAMPLE + GAP, middle], style)
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
            // A triangle looks smaller than the disc around the same centre.
            Network::Generator => {
                root.draw(&TriangleMarker::new(at, pixels(1.4 * size), color.filled()))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: ChartLabels = ChartLabels {
        name: "Losses",
        discriminator: "Discriminator",
        generator: "Generator",
        step: "Step",
        loss: "Loss",
    };

    #[test]
    fn entries_stand_side_by_side_where_there_is_room_and_below_each_other_where_not() {
        // 13 letters of 0.6 em after 2.7 em, and 1.5 em between: the second entry starts at
        // 4 + 10.5 + 1.5 = 16 em and ends 8.1 em later.
        let wide = legend(&LABELS, 4.0, 24.2);
        assert_eq!((wide[0].row, wide[1].row, row_count(&wide)), (0, 0, 1));
        assert!((wide[1].left - 16.0).abs() < 1e-9);
        let narrow = legend(&LABELS, 4.0, 24.0);
        assert_eq!(
            (narrow[0].row, narrow[1].row, row_count(&narrow)),
            (0, 1, 2)
        );
        assert_eq!(narrow[1].left, 4.0);
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
