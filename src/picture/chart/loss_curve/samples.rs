//! The samples on the run's own curve.
//!
//! Five hundred marks on one line would be a rope. Marks that would cover each other are drawn as
//! one, and the more samples it stands for, the fuller it is.

use super::super::strokes::{Marks, Shape};
use super::super::{Area, ChartStyle, Drawn, MARK, pixels, rgb, stroke};
use plotters::prelude::*;

/// The radius of the ring around the selected sample, in CSS pixels.
const RING: f64 = 6.5;

/// Marks stand at least this far apart, in CSS pixels; one that stands for several is filled the
/// more, in these steps: from which part of the most crowded one's samples on, and how opaque.
const APART: f64 = 5.0;
const FILLED: [(f64, f64); 3] = [(0.0, 0.15), (0.15, 0.5), (0.5, 1.0)];

/// The marks of all samples, each where `place` puts its output.
pub fn draw_samples(
    root: &Area,
    outputs: &[f32],
    boundary: f64,
    style: &ChartStyle,
    place: impl Fn(f64) -> (i32, i32),
) -> Drawn {
    let mut finite: Vec<f64> = outputs.iter().map(|y| f64::from(*y)).collect();
    finite.retain(|y| y.is_finite());
    finite.sort_by(f64::total_cmp);
    let (below, above) = finite.split_at(finite.partition_point(|y| *y <= boundary));
    let sides = [(Shape::Diamond, below), (Shape::Triangle, above)];
    let crowds = sides.map(|(shape, side)| (shape, crowds(side.iter().map(|y| place(*y)))));
    let counts = crowds.iter().flat_map(|(_, crowds)| crowds);
    let most = counts.map(|(_, count)| *count).max().unwrap_or(1);
    for (shape, crowds) in crowds {
        for (index, (from, inside)) in FILLED.into_iter().enumerate() {
            let to = FILLED.get(index + 1).map_or(f64::INFINITY, |next| next.0);
            let in_step = |count: usize| (from..to).contains(&(count as f64 / most as f64));
            let at = crowds.iter().filter(|(_, count)| in_step(*count));
            root.draw(&Marks {
                shape,
                at: at.map(|(at, _)| *at).collect(),
                half: MARK,
                color: rgb(style.generator),
                inside,
            })?;
        }
    }
    Ok(())
}

/// Of marks in their order along a curve, the first and each that stands apart from the last one
/// taken, with the number of marks that it stands for.
fn crowds(marks: impl Iterator<Item = (i32, i32)>) -> Vec<((i32, i32), usize)> {
    let apart = |a: (i32, i32), b: (i32, i32)| {
        f64::from(a.0 - b.0).hypot(f64::from(a.1 - b.1)) >= f64::from(pixels(APART))
    };
    let mut crowds: Vec<((i32, i32), usize)> = Vec::new();
    for mark in marks {
        match crowds.last_mut() {
            Some((at, count)) if !apart(*at, mark) => *count += 1,
            _ => crowds.push((mark, 1)),
        }
    }
    crowds
}

/// A ring with a rim of the page's colour, so that it shows on a crowd of marks.
pub fn draw_ring(root: &Area, at: (i32, i32), style: &ChartStyle) -> Drawn {
    for (color, width) in [(style.background, 4.0), (style.text, 2.0)] {
        root.draw(&Circle::new(at, pixels(RING), stroke(rgb(color), width)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_would_cover_each_other_are_counted_as_one() {
        // Five pixels are twenty units.
        let marks = [(0, 0), (3, 0), (16, 12), (16, 20), (200, 0)];
        assert_eq!(
            crowds(marks.into_iter()),
            [((0, 0), 2), ((16, 12), 2), ((200, 0), 1)]
        );
        assert!(crowds([].into_iter()).is_empty());
    }
}
