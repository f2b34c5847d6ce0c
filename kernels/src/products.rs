//! Products over blocks of rows.
//!
//! A row is one sample; its numbers stand side by side, padded to whole vectors. Every product here is a
//! sum of outer products held in registers: a tile of a few rows by a few vectors of columns, to which each
//! step of the sum adds a number of each row times the vectors. So nothing is transposed but the weights.

use crate::lanes::{Lanes, unrolled};

/// Rows of numbers, `stride` apart; what stands behind `width` numbers in a row is padding.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// The numbers.
    pub numbers: &'a [f32],
    /// From one row to the next.
    pub stride: usize,
    /// Numbers in a row that count.
    pub width: usize,
}

impl Rows<'_> {
    /// Puts the numbers that count behind others, row by row.
    pub fn append_to(&self, others: &mut Vec<f32>) {
        for row in self.numbers.chunks_exact(self.stride) {
            others.extend_from_slice(&row[..self.width]);
        }
    }
}

/// out\[row\]\[..\] = start + sum over k of a\[row\]\[k\] b\[k\]\[..\], for every row of `out`; `start` is
/// zero if it is none. `a.width` numbers are summed; whole vectors of `out` are written, `stride` wide.
#[inline(always)]
pub fn product<L: Lanes, const R: usize, const V: usize>(
    a: Rows,
    b: Rows,
    start: Option<&[f32]>,
    out: &mut [f32],
    stride: usize,
) {
    let vectors = b.width.div_ceil(L::N);
    let mut first = 0;
    while first < vectors {
        let columns = first * L::N;
        if vectors - first >= V {
            product_columns::<L, R, V>(a, b, start, out, stride, columns);
            first += V;
        } else {
            product_columns::<L, R, 1>(a, b, start, out, stride, columns);
            first += 1;
        }
    }
}

/// The part of [`product`] in `V` vectors of columns.
#[inline(always)]
fn product_columns<L: Lanes, const R: usize, const V: usize>(
    a: Rows,
    b: Rows,
    start: Option<&[f32]>,
    out: &mut [f32],
    stride: usize,
    columns: usize,
) {
    let rows = out.len() / stride;
    let mut row = 0;
    while row + R <= rows {
        product_tile::<L, R, V>(a, b, start, out, stride, columns, row);
        row += R;
    }
    while row + 2 <= rows {
        product_tile::<L, 2, V>(a, b, start, out, stride, columns, row);
        row += 2;
    }
    if row < rows {
        product_tile::<L, 1, V>(a, b, start, out, stride, columns, row);
    }
}

#[inline(always)]
fn product_tile<L: Lanes, const R: usize, const V: usize>(
    a: Rows,
    b: Rows,
    start: Option<&[f32]>,
    out: &mut [f32],
    stride: usize,
    columns: usize,
    row: usize,
) {
    let depth = a.width;
    let mut rows = [&a.numbers[..0]; R];
    unrolled!(r < R {
        rows[r] = &a.numbers[(row + r) * a.stride..][..depth];
    });
    let mut sums = [[L::splat(0.0); V]; R];
    if let Some(start) = start {
        let start = L::load_all::<V>(&start[columns..]);
        sums = [start; R];
    }
    for (k, b) in b.numbers.chunks_exact(b.stride).take(depth).enumerate() {
        let vectors = L::load_all::<V>(&b[columns..]);
        unrolled!(r < R {
            let factor = L::splat(rows[r][k]);
            unrolled!(v < V {
                sums[r][v] = vectors[v].mul_add(factor, sums[r][v]);
            });
        });
    }
    unrolled!(r < R {
        L::store_all(sums[r], &mut out[(row + r) * stride + columns..]);
    });
}

/// sums\[i\]\[..\] += sum over rows of a\[row\]\[i\] b\[row\]\[..\], for each i of `a.width`; `sums` is
/// `b.stride` wide and has one row more, to which the rows of b are added as they are.
#[inline(always)]
pub fn accumulate<L: Lanes, const R: usize, const V: usize>(a: Rows, b: Rows, sums: &mut [f32]) {
    let vectors = b.width.div_ceil(L::N);
    let mut first = 0;
    while first < vectors {
        let columns = first * L::N;
        if vectors - first >= V {
            accumulate_columns::<L, R, V>(a, b, sums, columns);
            first += V;
        } else {
            accumulate_columns::<L, R, 1>(a, b, sums, columns);
            first += 1;
        }
    }
}

/// The part of [`accumulate`] in `V` vectors of columns.
#[inline(always)]
fn accumulate_columns<L: Lanes, const R: usize, const V: usize>(
    a: Rows,
    b: Rows,
    sums: &mut [f32],
    columns: usize,
) {
    let mut i = 0;
    while i + R <= a.width {
        accumulate_tile::<L, R, V>(a, b, sums, columns, i);
        i += R;
    }
    while i + 2 <= a.width {
        accumulate_tile::<L, 2, V>(a, b, sums, columns, i);
        i += 2;
    }
    if i < a.width {
        accumulate_tile::<L, 1, V>(a, b, sums, columns, i);
    }
    let to = &mut sums[a.width * b.stride + columns..];
    let mut total = L::load_all::<V>(to);
    for row in b.numbers.chunks_exact(b.stride) {
        let vectors = L::load_all::<V>(&row[columns..]);
        unrolled!(v < V {
            total[v] = total[v].add(vectors[v]);
        });
    }
    L::store_all(total, to);
}

#[inline(always)]
fn accumulate_tile<L: Lanes, const R: usize, const V: usize>(
    a: Rows,
    b: Rows,
    sums: &mut [f32],
    columns: usize,
    i: usize,
) {
    let mut totals = [[L::splat(0.0); V]; R];
    unrolled!(r < R {
        totals[r] = L::load_all(&sums[(i + r) * b.stride + columns..]);
    });
    let rows = a
        .numbers
        .chunks_exact(a.stride)
        .zip(b.numbers.chunks_exact(b.stride));
    for (a, b) in rows {
        let vectors = L::load_all::<V>(&b[columns..]);
        let factors = &a[i..i + R];
        unrolled!(r < R {
            let factor = L::splat(factors[r]);
            unrolled!(v < V {
                totals[r][v] = vectors[v].mul_add(factor, totals[r][v]);
            });
        });
    }
    unrolled!(r < R {
        L::store_all(totals[r], &mut sums[(i + r) * b.stride + columns..]);
    });
}

/// Rounds of `A` independent multiply-adds of whole vectors, with nothing else to do: what they take is
/// the least that any sum of so many products can take. Returns a number, so that none can be left out.
#[inline(always)]
pub fn multiply_adds<L: Lanes, const A: usize>(rounds: usize) -> f32 {
    let (factor, addend) = (L::splat(0.999), L::splat(0.001));
    let mut sums = [addend; A];
    for _ in 0..rounds {
        unrolled!(a < A {
            sums[a] = sums[a].mul_add(factor, addend);
        });
    }
    let mut total = addend;
    for sum in sums {
        total = total.add(sum);
    }
    let mut numbers = [0.0; 16];
    total.store(&mut numbers);
    numbers.iter().sum()
}
