//! What the generator does to the latent space: a grid of latents carried to the plane, shaded by
//! how densely samples lie there.
//!
//! The grid's cells hold equal shares of the latents, so a cell's density is one over its area (of a
//! curve's segment: one over its length). Shades follow the logarithm of the density, because a
//! generator stretches one place a thousand times as far as another, and leave a twentieth of the
//! cells at either end aside, because a single fold is denser than any scale.
//!
//! Shades compare the cells of one picture, not two pictures. Nothing here evaluates a generator,
//! chooses the latents or draws.

/// The image of a latent grid, in the plane's coordinates.
#[derive(Debug, Clone, Copy)]
pub struct Mesh<'a> {
    columns: usize,
    rows: usize,
    points: &'a [f32],
}

/// A cell between four neighbouring nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Its corners, in order around it.
    pub corners: [[f32; 2]; 4],
    /// From 0, where samples are thinnest, to 1, where they are densest.
    pub shade: f32,
}

/// A piece of a curve between two neighbouring nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Its ends.
    pub ends: [[f32; 2]; 2],
    /// From 0, where samples are thinnest, to 1, where they are densest.
    pub shade: f32,
}

/// The part of the cells at either end of the densities that share the first or the last shade.
const TAIL: f64 = 0.05;

/// The shades cover at least this ratio of densities, so that an even mesh looks even.
const LEAST_RATIO: f64 = 4.0;

/// Smaller parts of the largest extent count as this part of it: a cell folded to a line is dense,
/// not infinitely so.
const THINNEST: f64 = 1e-9;

impl<'a> Mesh<'a> {
    /// The mesh of `columns * rows` nodes given as x0, y0, x1, y1, … row by row; one row (or one
    /// column) is a curve. None where the numbers do not fit together.
    pub fn new(columns: usize, rows: usize, points: &'a [f32]) -> Option<Self> {
        let count = columns.checked_mul(rows)?.checked_mul(2)?;
        (count > 0 && count == points.len()).then_some(Self {
            columns,
            rows,
            points,
        })
    }

    /// Whether the latents are one-dimensional.
    pub fn is_curve(&self) -> bool {
        self.rows == 1 || self.columns == 1
    }

    /// The position of a node.
    pub fn node(&self, index: usize) -> Option<[f32; 2]> {
        let at = self.points.get(index.checked_mul(2)?..)?;
        Some([*at.first()?, *at.get(1)?])
    }

    /// The cells, row by row, without those that have a corner that is not finite; none of a curve.
    pub fn cells(&self) -> Vec<Cell> {
        let row_starts = (1..self.rows).map(|row| (row - 1) * self.columns);
        let corners: Vec<[[f32; 2]; 4]> = row_starts
            .flat_map(|start| (1..self.columns).map(move |column| start + column - 1))
            .filter_map(|first| {
                let below = first + self.columns;
                self.finite([first, first + 1, below + 1, below])
            })
            .collect();
        let areas: Vec<f64> = corners.iter().map(area).collect();
        let shaded = corners.into_iter().zip(shades(&areas));
        shaded
            .map(|(corners, shade)| Cell { corners, shade })
            .collect()
    }

    /// The pieces of a curve in order, without those that have an end that is not finite; none of a
    /// surface.
    pub fn segments(&self) -> Vec<Segment> {
        let count = if self.is_curve() {
            self.points.len() / 2
        } else {
            0
        };
        let ends: Vec<[[f32; 2]; 2]> = (1..count)
            .filter_map(|index| self.finite([index - 1, index]))
            .collect();
        let lengths: Vec<f64> = ends.iter().map(|[a, b]| distance(*a, *b)).collect();
        let shaded = ends.into_iter().zip(shades(&lengths));
        shaded
            .map(|(ends, shade)| Segment { ends, shade })
            .collect()
    }

    /// The node nearest to a point of the plane, if one is within `radius` of it.
    pub fn nearest(&self, point: [f32; 2], radius: f32) -> Option<usize> {
        let distances = self
            .points
            .chunks_exact(2)
            .map(|node| distance([node[0], node[1]], point));
        distances
            .enumerate()
            .filter(|(_, distance)| *distance <= f64::from(radius))
            .min_by(|(_, one), (_, other)| one.total_cmp(other))
            .map(|(index, _)| index)
    }

    /// The nodes of these indices, if all are finite.
    fn finite<const N: usize>(&self, indices: [usize; N]) -> Option<[[f32; 2]; N]> {
        let nodes = indices.map(|index| [self.points[2 * index], self.points[2 * index + 1]]);
        let finite = nodes.as_flattened().iter().all(|x| x.is_finite());
        finite.then_some(nodes)
    }
}

fn distance([x, y]: [f32; 2], [u, v]: [f32; 2]) -> f64 {
    (f64::from(x) - f64::from(u)).hypot(f64::from(y) - f64::from(v))
}

/// The area of a quadrilateral as two triangles, each counted as positive: a cell twisted into a
/// bow tie has two wings, which cancel each other in the signed area. The mean over both diagonals,
/// so that no corner comes first.
fn area([a, b, c, d]: &[[f32; 2]; 4]) -> f64 {
    let across = |p, q, r, s| triangle(p, q, r) + triangle(p, r, s);
    0.5 * (across(a, b, c, d) + across(b, c, d, a))
}

fn triangle(a: &[f32; 2], b: &[f32; 2], c: &[f32; 2]) -> f64 {
    let from_a = |p: &[f32; 2], axis: usize| f64::from(p[axis]) - f64::from(a[axis]);
    0.5 * (from_a(b, 0) * from_a(c, 1) - from_a(b, 1) * from_a(c, 0)).abs()
}

/// The shades of cells of equal mass, by their extents.
fn shades(extents: &[f64]) -> Vec<f32> {
    let mut sorted = extents.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else {
        return Vec::new();
    };
    let thinnest = (THINNEST * sorted[last]).max(f64::MIN_POSITIVE);
    let density = |extent: f64| -extent.max(thinnest).ln();
    let tail = (TAIL * last as f64).round() as usize;
    let (dense, thin) = (density(sorted[tail]), density(sorted[last - tail]));
    let middle = 0.5 * (dense + thin);
    let span = (dense - thin).max(LEAST_RATIO.ln());
    let shade = |extent: &f64| (0.5 + (density(*extent) - middle) / span).clamp(0.0, 1.0) as f32;
    extents.iter().map(shade).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grid of nodes at the given columns and rows.
    fn grid(xs: &[f32], ys: &[f32]) -> Vec<f32> {
        ys.iter()
            .flat_map(|y| xs.iter().flat_map(move |x| [*x, *y]))
            .collect()
    }

    fn close(found: f32, expected: f64) -> bool {
        (f64::from(found) - expected).abs() < 1e-5
    }

    #[test]
    fn cells_lie_between_their_nodes_row_by_row() {
        let points = grid(&[0.0, 1.0, 3.0], &[0.0, -2.0]);
        let cells = Mesh::new(3, 2, &points).unwrap().cells();
        let corners: Vec<_> = cells.iter().map(|cell| cell.corners).collect();
        assert_eq!(
            corners,
            [
                [[0.0, 0.0], [1.0, 0.0], [1.0, -2.0], [0.0, -2.0]],
                [[1.0, 0.0], [3.0, 0.0], [3.0, -2.0], [1.0, -2.0]],
            ]
        );
    }

    #[test]
    fn shades_go_with_the_logarithm_of_the_density() {
        // Columns of widths 1, 10 and 100: densities a factor of ten apart, one shade step each.
        let points = grid(&[0.0, 1.0, 11.0, 111.0], &[0.0, 1.0]);
        let cells = Mesh::new(4, 2, &points).unwrap().cells();
        for (cell, expected) in cells.iter().zip([1.0, 0.5, 0.0]) {
            assert!(close(cell.shade, expected), "{cell:?}");
        }
    }

    #[test]
    fn an_even_mesh_has_one_shade_and_a_nearly_even_one_nearly_one() {
        let points = grid(&[0.0, 1.0, 2.0, 3.0], &[0.0, 1.0, 2.0]);
        let cells = Mesh::new(4, 3, &points).unwrap().cells();
        assert_eq!(cells.len(), 6);
        assert!(cells.iter().all(|cell| cell.shade == 0.5));
        // Areas 1 and 2 about a range of 4: a quarter of it to either side of the middle.
        let points = grid(&[0.0, 1.0, 3.0], &[0.0, 1.0]);
        let cells = Mesh::new(3, 2, &points).unwrap().cells();
        assert!(close(cells[0].shade, 0.75) && close(cells[1].shade, 0.25));
    }

    #[test]
    fn one_cell_denser_than_any_scale_leaves_the_others_their_shades() {
        // 40 cells of widths 1 and 10 in turn, and one folded to nothing.
        let mut xs = vec![0.0_f32, 0.0];
        for k in 0..40 {
            xs.push(xs[xs.len() - 1] + if k % 2 == 0 { 1.0 } else { 10.0 });
        }
        let points = grid(&xs, &[0.0, 1.0]);
        let cells = Mesh::new(42, 2, &points).unwrap().cells();
        assert_eq!(cells[0].shade, 1.0);
        assert!(close(cells[1].shade, 1.0) && close(cells[2].shade, 0.0));
    }

    #[test]
    fn a_turned_or_twisted_cell_has_its_area_and_only_a_line_has_none() {
        let square = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]];
        assert_eq!(area(&square), 4.0);
        let [a, b, c, d] = square;
        assert_eq!(area(&[d, c, b, a]), 4.0, "turned over");
        // A bow tie: its signed area is 0. Each diagonal makes two triangles of 2.
        assert_eq!(area(&[a, b, d, c]), 4.0, "twisted");
        assert_eq!(area(&[a, b, b, a]), 0.0, "folded to a line");
    }

    #[test]
    fn a_generator_that_gives_one_point_only_has_shades_all_the_same() {
        let points = [0.25; 2 * 9];
        let cells = Mesh::new(3, 3, &points).unwrap().cells();
        assert_eq!(cells.len(), 4);
        assert!(cells.iter().all(|cell| cell.shade == 0.5));
    }

    #[test]
    fn a_row_is_a_curve_shaded_by_length() {
        let points = [0.0, 0.0, 3.0, 4.0, 3.0, 54.0, 3.0, 554.0];
        for mesh in [Mesh::new(4, 1, &points), Mesh::new(1, 4, &points)] {
            let mesh = mesh.unwrap();
            assert!(mesh.is_curve() && mesh.cells().is_empty());
            let segments = mesh.segments();
            assert_eq!(segments[0].ends, [[0.0, 0.0], [3.0, 4.0]]);
            // Lengths 5, 50 and 500.
            for (segment, expected) in segments.iter().zip([1.0, 0.5, 0.0]) {
                assert!(close(segment.shade, expected), "{segment:?}");
            }
        }
        let points = [0.0; 8];
        let surface = Mesh::new(2, 2, &points).unwrap();
        assert!(!surface.is_curve() && surface.segments().is_empty());
    }

    #[test]
    fn what_is_not_finite_is_left_out() {
        let mut points = grid(&[0.0, 1.0, 2.0], &[0.0, 1.0, 2.0]);
        points[0] = f32::NAN;
        points[17] = f32::INFINITY;
        let mesh = Mesh::new(3, 3, &points).unwrap();
        assert_eq!(mesh.cells().len(), 2);
        assert_eq!(mesh.nearest([0.0, 0.0], 1e9), Some(1));
        let line = [0.0, 0.0, f32::NAN, 0.0, 2.0, 0.0, 3.0, 0.0];
        assert_eq!(Mesh::new(4, 1, &line).unwrap().segments().len(), 1);
    }

    #[test]
    fn the_nearest_node_is_found_within_the_radius_only() {
        let points = grid(&[0.0, 1.0, 2.0], &[0.0, 1.0]);
        let mesh = Mesh::new(3, 2, &points).unwrap();
        assert_eq!(mesh.nearest([1.2, 0.9], 0.3), Some(4));
        assert_eq!(mesh.node(4), Some([1.0, 1.0]));
        assert_eq!(mesh.nearest([1.5, 0.5], 0.3), None);
        assert_eq!(mesh.nearest([f32::NAN, 0.5], 9.0), None);
        assert_eq!(mesh.node(6), None);
    }

    #[test]
    fn numbers_that_do_not_fit_together_make_no_mesh() {
        assert!(Mesh::new(3, 2, &[0.0; 11]).is_none());
        assert!(Mesh::new(0, 2, &[]).is_none());
        assert!(Mesh::new(usize::MAX, 2, &[0.0; 4]).is_none());
        assert!(Mesh::new(1, 1, &[0.0; 2]).unwrap().segments().is_empty());
    }
}
