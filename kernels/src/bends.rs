//! The second layer of a network of rectifiers at points in a row, for far less than the product.
//!
//! Along a row of the plane each unit of the first layer is a straight line that its rectifier bends once at
//! most. So the sums of the second layer are straight lines from bend to bend, and a bend adds a multiple of
//! one row of weights to their values and slopes. Training does without: sums made like this are not rounded
//! as those of [`crate::Kernels::product`] are.

use crate::{
    lanes::{Lanes, unrolled},
    products::Rows,
};

/// Vectors of columns that are followed together: values, slopes and weights stay in registers.
const VECTORS: usize = 4;

/// From a point of a row on, a unit is larger than it would have been by `value` + `slope` x.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bend {
    /// The point's place in the row.
    place: usize,
    unit: usize,
    value: f32,
    slope: f32,
}

/// The bends of a first layer along a row: points with the same y, x nowhere falling. Each unit has one at
/// the first point, up from zero; those in which the rectifiers change sides follow, point by point.
///
/// `weights` are those by x, those by y and the biases; `below` is the rectifier's slope below zero.
pub fn find(weights: [&[f32]; 3], below: f32, points: &[[f32; 2]], bends: &mut Vec<Bend>) {
    bends.clear();
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return;
    };
    let [_, y] = first;
    let [by_x, by_y, biases] = weights;
    let units = by_x.len();
    let value = |unit: usize| by_y[unit] * y + biases[unit];
    let is_above = |unit: usize, [x, _]: &[f32; 2]| by_x[unit] * x + value(unit) > 0.0;
    let bend = |place, unit, factor| Bend {
        place,
        unit,
        value: factor * value(unit),
        slope: factor * by_x[unit],
    };
    for unit in 0..units {
        let factor = if is_above(unit, first) { 1.0 } else { below };
        bends.push(bend(0, unit, factor));
    }
    for unit in 0..units {
        let begins_above = is_above(unit, first);
        if is_above(unit, last) != begins_above {
            // Rounding keeps the order of numbers, so that sides are changed once on the points as well.
            let place = points.partition_point(|point| is_above(unit, point) == begins_above);
            let change = if begins_above {
                below - 1.0
            } else {
                1.0 - below
            };
            bends.push(bend(place, unit, change));
        }
    }
    bends[units..].sort_unstable_by_key(|bend| (bend.place, bend.unit));
}

/// out\[point\]\[..\] = start + sum over units of unit(point) weights\[unit\]\[..\], for each point of the
/// row that the bends were found on; whole vectors of `out` are written, `weights.stride` wide.
#[inline(always)]
pub fn follow<L: Lanes>(
    bends: &[Bend],
    weights: Rows,
    start: &[f32],
    points: &[[f32; 2]],
    out: &mut [f32],
) {
    let vectors = weights.width.div_ceil(L::N);
    let mut first = 0;
    while first < vectors {
        let columns = first * L::N;
        if vectors - first >= VECTORS {
            follow_columns::<L, VECTORS>(bends, weights, start, points, out, columns);
            first += VECTORS;
        } else {
            follow_columns::<L, 1>(bends, weights, start, points, out, columns);
            first += 1;
        }
    }
}

/// The part of [`follow`] in `V` vectors of columns.
#[inline(always)]
fn follow_columns<L: Lanes, const V: usize>(
    mut bends: &[Bend],
    weights: Rows,
    start: &[f32],
    points: &[[f32; 2]],
    out: &mut [f32],
    columns: usize,
) {
    let mut values = L::load_all::<V>(&start[columns..]);
    let mut slopes = [L::splat(0.0); V];
    let rows = out.chunks_exact_mut(weights.stride);
    for ((place, [x, _]), out) in points.iter().enumerate().zip(rows) {
        while let Some((bend, later)) = bends.split_first()
            && bend.place == place
        {
            let row = L::load_all::<V>(&weights.numbers[bend.unit * weights.stride + columns..]);
            let (value, slope) = (L::splat(bend.value), L::splat(bend.slope));
            unrolled!(v < V {
                values[v] = row[v].mul_add(value, values[v]);
                slopes[v] = row[v].mul_add(slope, slopes[v]);
            });
            bends = later;
        }
        // From x = 0, and not on from the point before: errors would add up on the way.
        let x = L::splat(*x);
        let mut sums = values;
        unrolled!(v < V {
            sums[v] = slopes[v].mul_add(x, values[v]);
        });
        L::store_all(sums, &mut out[columns..]);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::lanes::Portable;

    #[test]
    fn a_row_worked_out_by_hand_is_right_at_the_bends_too() {
        // At y = 2 the units are x, 1 - x and 2, leaky by a half: at x = -1, 0, 1, 2
        let weights: [&[f32]; 3] = [&[1.0, -1.0, 0.0], &[0.0, 1.0, 1.0], &[0.0, -1.0, 0.0]];
        // they are -1/2, 0, 1, 2 and 2, 1, 0, -1/2, each at zero on a point, and 2 throughout.
        let points = [[-1.0, 2.0], [0.0, 2.0], [1.0, 2.0], [2.0, 2.0]];
        let mut bends = Vec::new();
        find(weights, 0.5, &points, &mut bends);
        let places: Vec<_> = bends.iter().map(|bend| (bend.place, bend.unit)).collect();
        assert_eq!(places, [(0, 0), (0, 1), (0, 2), (2, 0), (2, 1)]);

        // The first unit, the second, and ten times the first less the second and the third.
        let second = [
            1.0, 0.0, 10.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, 0.0, -1.0, 0.0,
        ];
        let rows = Rows {
            numbers: &second,
            stride: 4,
            width: 3,
        };
        let mut out = [f32::NAN; 16];
        follow::<Portable>(&bends, rows, &[0.0, 0.5, 0.0, 0.0], &points, &mut out);
        let expected = [
            [-0.5, 2.5, -9.0, 0.0],
            [0.0, 1.5, -3.0, 0.0],
            [1.0, 0.5, 8.0, 0.0],
            [2.0, 0.0, 18.5, 0.0],
        ];
        assert_eq!(out.as_chunks().0, expected);
    }
}
