//! A sheet of small pictures: the samples of several runs, a run in each row, a step in each column.
//!
//! Real samples lie below, generated ones above them; what lies outside the square is not drawn.

use super::letters::{LINE, draw_text};
use super::strokes::{Marks, Shape};
use super::svg::render;
use super::{ChartStyle, Drawn, HAIRLINE, pixels, rgb, stroke};
use plotters::prelude::*;

/// A run.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetRow {
    /// What stands above its pictures.
    pub name: String,
    /// Its pictures.
    pub shots: Vec<Shot>,
}

/// The samples at one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot {
    /// What stands below the picture.
    pub caption: String,
    /// Real samples as x0, y0, x1, y1, …
    pub real: Vec<f32>,
    /// Generated ones.
    pub fake: Vec<f32>,
}

/// The side of a picture and the room between two, in CSS pixels.
const SIDE: f64 = 180.0;
const GAP: f64 = 12.0;
/// Half the width of a sample's mark in CSS pixels.
const DOT: f64 = 1.5;

/// The sheet on the style's background as an SVG element; each picture shows the square of
/// ±`half_side` around the origin. `name` is what a screen reader says.
pub fn sheet(rows: &[SheetRow], half_side: f32, style: &ChartStyle, name: &str) -> String {
    let columns = rows.iter().map(|row| row.shots.len()).max().unwrap_or(0);
    let line = LINE * style.em;
    let high = SIDE + 2.5 * line;
    let width = GAP + columns as f64 * (SIDE + GAP);
    let height = rows.len() as f64 * high + 0.5 * line;
    // Writing into a string cannot fail; were it to, no picture would be better than no page.
    render(
        (width.ceil() as u32, height.ceil() as u32),
        name,
        |backend| -> Drawn {
            let root = backend.into_drawing_area();
            root.fill(&rgb(style.background))?;
            let text = |text: &str, [left, middle]: [f64; 2]| {
                draw_text(&root, text, [left, middle].map(|at| at / style.em), style)
            };
            for (index, row) in rows.iter().enumerate() {
                let top = index as f64 * high;
                text(&row.name, [GAP, top + 0.75 * line])?;
                for (column, shot) in row.shots.iter().enumerate() {
                    let corner = [GAP + column as f64 * (SIDE + GAP), top + 1.4 * line];
                    for (samples, color) in
                        [(&shot.real, style.text), (&shot.fake, style.generator)]
                    {
                        root.draw(&Marks {
                            shape: Shape::Diamond,
                            at: inside(samples, half_side, corner),
                            half: DOT,
                            color: rgb(color),
                            inside: 0.5,
                        })?;
                    }
                    let far = corner.map(|at| pixels(at + SIDE));
                    root.draw(&Rectangle::new(
                        [corner.map(pixels).into(), far.into()],
                        stroke(rgb(style.axis), HAIRLINE),
                    ))?;
                    text(&shot.caption, [corner[0], corner[1] + SIDE + 0.6 * line])?;
                }
            }
            root.present()
        },
    )
    .unwrap_or_default()
}

/// Where samples inside the square lie on the sheet, in the backend's units.
fn inside(samples: &[f32], half_side: f32, corner: [f64; 2]) -> Vec<(i32, i32)> {
    let place = |x: f32| f64::from(x / half_side + 1.0) * 0.5 * SIDE;
    samples
        .chunks_exact(2)
        .filter(|sample| sample.iter().all(|x| x.abs() <= half_side))
        .map(|sample| {
            let [left, down] = [place(sample[0]), place(-sample[1])];
            (pixels(corner[0] + left), pixels(corner[1] + down))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(real: Vec<f32>, fake: Vec<f32>) -> SheetRow {
        SheetRow {
            name: "LSGAN <1>".to_owned(),
            shots: vec![Shot {
                caption: "step 5".to_owned(),
                real,
                fake,
            }],
        }
    }

    #[test]
    fn samples_lie_where_they_are_and_those_outside_are_left_out() {
        let corner = [10.0, 20.0];
        let found = inside(
            &[0.0, 0.0, -2.0, 2.0, 2.0, -2.0, 2.1, 0.0, f32::NAN, 0.0],
            2.0,
            corner,
        );
        // Four units to a pixel: the middle of the square, its upper left, its lower right corner.
        assert_eq!(found, [(400, 440), (40, 80), (760, 800)]);
    }

    #[test]
    fn a_sheet_has_a_frame_for_each_picture_and_its_texts_are_escaped() {
        let rows = [
            row(vec![0.0; 2], vec![0.5; 4]),
            row(vec![], vec![f32::NAN; 2]),
        ];
        let svg = sheet(&rows, 1.0, &ChartStyle::LIGHT, "samples");
        assert_eq!(svg.matches("LSGAN &lt;1&gt;").count(), 2);
        assert_eq!(svg.matches("step 5").count(), 2);
        // The paper and two frames; the marks of the first picture.
        assert_eq!(svg.matches("<rect").count(), 3);
        assert_eq!(svg.matches("<path").count(), 2);
        assert!(!svg.contains("NaN"));
    }
}
