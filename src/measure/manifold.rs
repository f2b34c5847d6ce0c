//! The generator's manifold: a grid of latents and where the generator carries it.
//!
//! The grid lies so that each cell holds the same latent mass; the density of generated samples in a
//! cell's image is then that mass over the image's area. Nothing here draws.

use serde::{Deserialize, Serialize};

use crate::{
    config::{Latent, LatentKind},
    random::{Draws, Stream},
};

/// Nodes of the grid's side, for two latent coordinates and more.
const SIDE: usize = 33;
/// Nodes of the grid, for one latent coordinate.
const LENGTH: usize = 513;

/// A grid of latents: the whole latent space for one coordinate and two, a plane through the origin
/// for more. It leaves out the outermost half cell on each side.
#[derive(Clone, Debug, PartialEq)]
pub struct LatentGrid {
    /// Nodes in a row.
    pub columns: usize,
    /// Rows; 1 for one latent coordinate.
    pub rows: usize,
    /// The nodes, row by row: \[rows * columns\]\[dim\].
    pub latents: Vec<f32>,
    kind: LatentKind,
}

/// A grid of latents carried through the generator.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mesh {
    /// Nodes in a row.
    pub columns: usize,
    /// Rows; 1 for one latent coordinate.
    pub rows: usize,
    /// The image of each node as x0, y0, x1, y1, …, row by row.
    pub points: Vec<f32>,
}

impl LatentGrid {
    /// The grid of a latent distribution; the seed chooses the plane for more than two coordinates.
    pub fn new(latent: &Latent, seed: u32) -> Self {
        let (columns, rows) = if latent.dim == 1 {
            (LENGTH, 1)
        } else {
            (SIDE, SIDE)
        };
        let [across, down] = directions(latent, seed);
        let kind = latent.kind;
        let latents = (0..rows * columns)
            .flat_map(|index| {
                let s = coordinate(kind, index % columns, columns);
                let t = if rows == 1 {
                    0.0
                } else {
                    coordinate(kind, index / columns, rows)
                };
                let at = across
                    .iter()
                    .zip(&down)
                    .map(move |(u, v)| (s * u + t * v) as f32);
                at.collect::<Vec<_>>()
            })
            .collect();
        Self {
            columns,
            rows,
            latents,
            kind,
        }
    }

    /// Where a node lies in the grid's own plane: the latent itself for one and two dimensions; there
    /// is only the first coordinate for one.
    pub fn coordinates(&self, node: usize) -> (f64, Option<f64>) {
        let (column, row) = (node % self.columns, node / self.columns);
        let first = coordinate(self.kind, column, self.columns);
        let second = (self.rows > 1).then(|| coordinate(self.kind, row, self.rows));
        (first, second)
    }
}

/// The coordinate of one of `count` nodes along a side: the middle of as many parts of equal mass.
fn coordinate(kind: LatentKind, index: usize, count: usize) -> f64 {
    let mass = (index as f64 + 0.5) / count as f64;
    match kind {
        LatentKind::Normal => normal_quantile(mass),
        LatentKind::Uniform => 2.0 * mass - 1.0,
    }
}

/// Two orthonormal directions of the latent space: its axes if there are no more than two; else two at
/// random under a normal distribution, which looks the same from all sides, and two random axes under
/// a uniform one, whose cube a slanted plane would leave.
fn directions(latent: &Latent, seed: u32) -> [Vec<f64>; 2] {
    let dim = latent.dim;
    let axis = |index: usize| {
        (0..dim)
            .map(|at| f64::from(u8::from(at == index)))
            .collect()
    };
    if dim <= 2 {
        return [axis(0), axis(1)];
    }
    let draws = Draws::new(seed, Stream::LatentPlane, 0, 0);
    match latent.kind {
        LatentKind::Uniform => {
            let mut pick = [0.0; 2];
            draws.fill_signed_uniforms(&mut pick);
            let index = |number: f32, count: usize| {
                ((f64::from(number) + 1.0) / 2.0 * count as f64) as usize % count
            };
            let first = index(pick[0], dim);
            let second = (first + 1 + index(pick[1], dim - 1)) % dim;
            [axis(first), axis(second)]
        }
        LatentKind::Normal => {
            let numbers: Vec<f64> = draws.normals(2 * dim).into_iter().map(f64::from).collect();
            let (first, second) = numbers.split_at(dim);
            let first = unit(first.to_vec());
            let along: f64 = first.iter().zip(second).map(|(a, b)| a * b).sum();
            let second = second
                .iter()
                .zip(&first)
                .map(|(b, a)| b - along * a)
                .collect();
            [first, unit(second)]
        }
    }
}

fn unit(vector: Vec<f64>) -> Vec<f64> {
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    vector.into_iter().map(|x| x / length).collect()
}

/// The number below which a standard normal one lies with this probability, in (0, 1): found by
/// halving, to the last digit that matters here.
fn normal_quantile(probability: f64) -> f64 {
    let (mut low, mut high) = (-10.0, 10.0);
    while high - low > 1e-12 {
        let middle: f64 = 0.5 * (low + high);
        let below = 0.5 * libm::erfc(-middle / std::f64::consts::SQRT_2);
        if below < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latent(kind: LatentKind, dim: usize) -> Latent {
        Latent { kind, dim }
    }

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (probability, expected) in [
            (0.5, 0.0),
            (0.975, 1.959_963_985),
            (0.01, -2.326_347_874),
            (0.841_344_746, 1.0),
        ] {
            assert!((normal_quantile(probability) - expected).abs() < 1e-8);
        }
    }

    #[test]
    fn one_coordinate_gives_a_line_and_two_give_a_square() {
        let line = LatentGrid::new(&latent(LatentKind::Uniform, 1), 1);
        assert_eq!((line.columns, line.rows, line.latents.len()), (513, 1, 513));
        assert!((line.latents[0] + line.latents[512]).abs() < 1e-6);
        assert!((line.latents[0] - (1.0 / 513.0 - 1.0)).abs() < 1e-6);
        let square = LatentGrid::new(&latent(LatentKind::Normal, 2), 1);
        assert_eq!((square.columns, square.rows), (33, 33));
        // The middle node is the origin; the first coordinate runs along a row.
        assert_eq!(line.coordinates(0), (1.0 / 513.0 - 1.0, None));
        let (across, down) = square.coordinates(40);
        assert_eq!(
            square.latents[80..82],
            [across as f32, down.expect("two rows") as f32]
        );
        let middle = 2 * (16 * 33 + 16);
        assert!(
            square.latents[middle..middle + 2]
                .iter()
                .all(|z| z.abs() < 1e-6)
        );
        assert!(square.latents[2] > square.latents[0] && square.latents[3] == square.latents[1]);
    }

    #[test]
    fn cells_hold_equal_mass() {
        // A third of a standard normal's mass lies below -0.4307: a third of the nodes, too.
        let line = LatentGrid::new(&latent(LatentKind::Normal, 1), 1);
        let below = line.latents.iter().filter(|z| **z < -0.430_727_3).count();
        assert_eq!(below, 513 / 3);
    }

    #[test]
    fn many_coordinates_give_a_plane_through_the_origin() {
        for kind in [LatentKind::Normal, LatentKind::Uniform] {
            let grid = LatentGrid::new(&latent(kind, 7), 3);
            let node = |index: usize| &grid.latents[7 * index..7 * index + 7];
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
            let middle = 16 * 33 + 16;
            assert!(node(middle).iter().all(|z| z.abs() < 1e-6));
            // The ends of the middle row and of the middle column are at right angles, equally far.
            let (right, down) = (node(16 * 33 + 32), node(32 * 33 + 16));
            assert!(dot(right, down).abs() < 1e-4, "{kind:?}");
            assert!(
                (dot(right, right) - dot(down, down)).abs() < 1e-4,
                "{kind:?}"
            );
            assert_eq!(grid, LatentGrid::new(&latent(kind, 7), 3));
            assert_ne!(grid, LatentGrid::new(&latent(kind, 7), 4));
        }
        let cube = LatentGrid::new(&latent(LatentKind::Uniform, 7), 3);
        assert!(cube.latents.iter().all(|z| z.abs() < 1.0));
    }
}
