//! Lines on which the discriminator's output has a given level, by marching squares (the
//! `contour` crate), as polylines in the plane's own coordinates.
//!
//! The surface's values are samples at the centres of its cells, so the outermost samples lie half
//! a cell inside the picture. The grid is therefore framed by values carried on linearly to the
//! picture's edge, and every line runs right up to it. The crate closes each line into a ring
//! along the border of its grid; those border parts are not level lines and are cut away here.
//!
//! Lines are straight between grid edges and exact for a linear output; they are not smoothed any
//! further, and they stop where the output is not finite. Colours, widths and labels are the
//! canvas's work.

use crate::measure::Surface;
use contour::ContourBuilder;

/// A line through the plane: at least two points `[x, y]`. A closed one ends where it began.
pub type Polyline = Vec<[f32; 2]>;

/// The lines on which `surface` has the value `level`.
///
/// None where the surface has no cells, where `values` is not `width * height` long, and for a
/// level that is not finite.
pub fn lines(surface: &Surface, level: f32) -> Vec<Polyline> {
    let (width, height) = (surface.width, surface.height);
    if width == 0 || height == 0 || surface.values.len() != width * height {
        return Vec::new();
    }
    let framed = framed_values(surface);
    let builder = ContourBuilder::new(width + 2, height + 2, true);
    // The only error is a length that does not match the dimensions.
    let Ok(rings) = builder.lines(&framed, &[f64::from(level)]) else {
        return Vec::new();
    };

    let place = |[u, v]: [f64; 2]| {
        [
            from_left(u, width, surface.x) as f32,
            // Rows count downwards from the largest y.
            from_left(v, height, [surface.y[1], surface.y[0]]) as f32,
        ]
    };
    let inside =
        |[u, v]: [f64; 2]| u > 0.0 && u < (width + 2) as f64 && v > 0.0 && v < (height + 2) as f64;
    rings
        .iter()
        .flat_map(|ring| ring.geometry().0.iter())
        .flat_map(|ring| {
            let ring: Vec<[f64; 2]> = ring.0.iter().map(|point| [point.x, point.y]).collect();
            open_runs(&ring, inside)
        })
        .map(|run| run.into_iter().map(place).collect())
        .collect()
}

/// The samples with one more on every side, `width + 2` by `height + 2`, row by row: each outer
/// one lies on the picture's edge, half a cell outside the outermost sample. What is not finite
/// becomes NaN, so that no line passes beside it.
fn framed_values(surface: &Surface) -> Vec<f64> {
    let rows: Vec<Vec<f64>> = surface
        .values
        .chunks(surface.width)
        .map(|row| {
            let row = row.iter().map(|&v| {
                if v.is_finite() {
                    f64::from(v)
                } else {
                    f64::NAN
                }
            });
            let row: Vec<f64> = row.collect();
            let last = row.len() - 1;
            let left = carried_on(row[0], row[1.min(last)]);
            let right = carried_on(row[last], row[last.saturating_sub(1)]);
            [&[left], row.as_slice(), &[right]].concat()
        })
        .collect();
    let beyond = |edge: &[f64], inner: &[f64]| -> Vec<f64> {
        edge.iter()
            .zip(inner)
            .map(|(&edge, &inner)| carried_on(edge, inner))
            .collect()
    };
    let last = rows.len() - 1;
    let top = beyond(&rows[0], &rows[1.min(last)]);
    let bottom = beyond(&rows[last], &rows[last.saturating_sub(1)]);
    [top, rows.concat(), bottom].concat()
}

/// The value half a cell outside `edge`, on the straight line through its `inner` neighbour.
fn carried_on(edge: f64, inner: f64) -> f64 {
    edge + 0.5 * (edge - inner)
}

/// From the crate's coordinate, in which framed sample `j` lies at `j + 1/2`, to the plane's, for
/// `count` cells that fill `range` from its first end to its second.
fn from_left(coordinate: f64, count: usize, range: [f32; 2]) -> f64 {
    let [first, second] = range.map(f64::from);
    // Cells from the picture's edge; the frame's own intervals are half a cell wide.
    let sample = coordinate - 0.5;
    let cells = if sample < 1.0 {
        0.5 * sample
    } else if sample > count as f64 {
        count as f64 - 0.5 * (count as f64 + 1.0 - sample)
    } else {
        sample - 0.5
    };
    first + cells * (second - first) / count as f64
}

/// Cuts a closed ring (last point = first point) at its points that are on the grid's border or
/// not finite. An uncut ring comes back whole and closed.
fn open_runs(ring: &[[f64; 2]], inside: impl Fn([f64; 2]) -> bool) -> Vec<Vec<[f64; 2]>> {
    // Comparisons with NaN are false, so `inside` also refuses points that are not finite.
    let Some(cut) = ring.iter().position(|&point| !inside(point)) else {
        return vec![ring.to_vec()];
    };
    let open = &ring[..ring.len() - 1];
    let cut = cut % open.len();
    let mut from_cut = open.to_vec();
    from_cut.rotate_left(cut);
    from_cut
        .split(|&point| !inside(point))
        .filter(|run| run.len() > 1)
        .map(<[_]>::to_vec)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [f32; 2] = [-2.0, 3.0];
    const Y: [f32; 2] = [-1.5, 2.5];

    /// `value(x, y)` sampled at the cells' centres, as the snapshot does it.
    fn sampled(width: usize, height: usize, value: impl Fn(f32, f32) -> f32) -> Surface {
        let mut values = Vec::new();
        for i in 0..height {
            for j in 0..width {
                let x = X[0] + (j as f32 + 0.5) * (X[1] - X[0]) / width as f32;
                let y = Y[1] - (i as f32 + 0.5) * (Y[1] - Y[0]) / height as f32;
                values.push(value(x, y));
            }
        }
        Surface {
            width,
            height,
            x: X,
            y: Y,
            values,
        }
    }

    fn on_the_edge(&[x, y]: &[f32; 2]) -> bool {
        let near = |a: f32, b: f32| (a - b).abs() < 1e-5;
        near(x, X[0]) || near(x, X[1]) || near(y, Y[0]) || near(y, Y[1])
    }

    fn length(line: &Polyline) -> f32 {
        line.windows(2)
            .map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1]))
            .sum()
    }

    #[test]
    fn a_straight_boundary_is_found_exactly_and_from_edge_to_edge() {
        // Angles all round the circle, so that each pair of the picture's edges is crossed.
        for k in 0..24 {
            let (w2, w1) = (k as f32 * std::f32::consts::TAU / 24.0 + 0.01).sin_cos();
            let level = 0.3;
            let surface = sampled(31, 20, |x, y| w1 * x + w2 * y + 0.1);
            let found = lines(&surface, level);
            assert_eq!(found.len(), 1, "angle {k}");
            for [x, y] in &found[0] {
                assert!(
                    (w1 * x + w2 * y + 0.1 - level).abs() < 1e-5,
                    "angle {k}: {x}, {y}"
                );
            }
            let (first, last) = (found[0][0], found[0][found[0].len() - 1]);
            assert!(
                on_the_edge(&first) && on_the_edge(&last),
                "angle {k}: {first:?} {last:?}"
            );
            // A straight line without detours: as long as the way between its ends.
            let chord = (last[0] - first[0]).hypot(last[1] - first[1]);
            assert!((length(&found[0]) - chord).abs() < 1e-4, "angle {k}");
        }
    }

    #[test]
    fn a_level_beyond_every_value_has_no_line() {
        let surface = sampled(16, 16, |x, y| 0.1 * x + 0.1 * y);
        assert!(lines(&surface, 9.0).is_empty());
        assert!(lines(&surface, -9.0).is_empty());
    }

    #[test]
    fn a_circle_is_one_closed_line_of_the_right_length() {
        let surface = sampled(128, 128, |x, y| (x - 0.5).hypot(y - 0.5));
        let found = lines(&surface, 1.2);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].first(), found[0].last());
        for [x, y] in &found[0] {
            assert!(((x - 0.5).hypot(y - 0.5) - 1.2).abs() < 1e-3);
        }
        let circumference = std::f32::consts::TAU * 1.2;
        assert!((length(&found[0]) / circumference - 1.0).abs() < 2e-3);
    }

    #[test]
    fn a_circle_cut_by_the_edges_comes_in_pieces_that_end_there() {
        // Radius 2.3 about (0.5, 0.5) crosses all but the narrow corners: top and bottom cut it.
        let surface = sampled(100, 100, |x, y| (x - 0.5).hypot(y - 0.5));
        let found = lines(&surface, 2.3);
        assert_eq!(found.len(), 2);
        for line in &found {
            assert!(on_the_edge(&line[0]) && on_the_edge(&line[line.len() - 1]));
            for [x, y] in line {
                assert!(((x - 0.5).hypot(y - 0.5) - 2.3).abs() < 2e-3, "{x}, {y}");
            }
        }
    }

    #[test]
    fn a_flat_surface_at_the_level_itself_draws_no_border() {
        assert!(lines(&sampled(16, 16, |_, _| 0.5), 0.5).is_empty());
    }

    #[test]
    fn lines_stop_where_the_output_is_not_finite() {
        for hole in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let in_hole = |x: f32| (0.0..0.5).contains(&x);
            let surface = sampled(50, 40, |x, y| if in_hole(x) { hole } else { y });
            let found = lines(&surface, 0.2);
            assert_eq!(found.len(), 2, "{hole}");
            for [x, y] in found.iter().flatten() {
                assert!((y - 0.2).abs() < 1e-5 && !in_hole(*x), "{hole}: {x}, {y}");
            }
        }
        assert!(lines(&sampled(9, 9, |_, _| f32::NAN), 0.0).is_empty());
    }

    #[test]
    fn no_line_enters_a_cell_without_a_value_nor_goes_along_its_side() {
        // Islands of values, as where two densities are known, and single cells missing from them.
        let (width, height) = (64, 48);
        let mut surface = sampled(width, height, |x, y| {
            if (x + 0.4).hypot(y) < 1.1 || (x - 1.9).hypot(y - 0.8) < 0.8 {
                (3.0 * x).sin() + y
            } else {
                f32::NAN
            }
        });
        surface
            .values
            .iter_mut()
            .step_by(37)
            .for_each(|value| *value = f32::NAN);
        let (step_x, step_y) = ((X[1] - X[0]) / width as f32, (Y[1] - Y[0]) / height as f32);
        let (mut points, mut whole) = (0, 0.0);
        for level in [-0.5, 0.0, 0.3, 0.7] {
            for line in lines(&surface, level) {
                whole += length(&line);
                for two in line.windows(2) {
                    for part in 0..=20 {
                        let at = |k: usize| {
                            let part = part as f32 / 20.0;
                            two[0][k] + part * (two[1][k] - two[0][k])
                        };
                        let column = ((at(0) - X[0]) / step_x) as usize;
                        let row = ((Y[1] - at(1)) / step_y) as usize;
                        assert!(!surface.values[row * width + column].is_nan());
                        // It is where the value is the level, give or take a cell's bend.
                        let value = (3.0 * at(0)).sin() + at(1);
                        assert!((value - level).abs() < 0.02, "{value}, not {level}");
                        points += 1;
                    }
                }
            }
        }
        assert!(points > 1000 && whole > 10.0, "{points} {whole}");
    }

    #[test]
    fn rough_surfaces_give_points_inside_the_picture_only() {
        // A fixed pattern of jumps, every seventh value missing.
        let noise = |x: f32, y: f32| (x * 917.3 + y * 523.7).sin() * 1e6;
        let mut surface = sampled(64, 64, noise);
        surface
            .values
            .iter_mut()
            .step_by(7)
            .for_each(|value| *value = f32::NAN);
        let found = lines(&surface, 0.0);
        assert!(found.len() > 10 && found.iter().all(|line| line.len() > 1));
        for [x, y] in found.iter().flatten() {
            assert!(
                (X[0]..=X[1]).contains(x) && (Y[0]..=Y[1]).contains(y),
                "{x}, {y}"
            );
        }
    }

    #[test]
    fn tiny_and_ill_formed_surfaces_are_answered_quietly() {
        assert!(lines(&sampled(1, 1, |_, _| 2.0), 1.0).is_empty());
        assert_eq!(lines(&sampled(1, 2, |_, y| y), 0.5).len(), 1);
        assert!(lines(&sampled(0, 0, |_, _| 2.0), 1.0).is_empty());
        let mut short = sampled(4, 4, |x, _| x);
        short.values.pop();
        assert!(lines(&short, 0.0).is_empty());
        for level in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(lines(&sampled(4, 4, |x, _| x), level).is_empty());
        }
        short.values.clear();
        assert!(lines(&short, 0.0).is_empty());
    }
}
