//! The inner loops: products over blocks of rows, the nonlinearities, the optimizers' rules.
//!
//! A row is one sample; its numbers stand side by side, padded to whole vectors. Every product here is a
//! sum of outer products held in registers: a tile of a few rows by a few vectors of columns, to which each
//! step of the sum adds a number of each row times the vectors. So nothing is transposed but the weights.
//!
//! The loops are written once, in [`Lanes`], and made for each set of instructions in [`crate::Kernels`].

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

/// A kind of nonlinearity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// max(x, 0).
    Relu,
    /// The larger of x and a part of it.
    LeakyRelu,
    /// tanh.
    Tanh,
    /// 1 / (1 + exp(-x)).
    Sigmoid,
}

/// The nonlinearity of a network's hidden layers.
#[derive(Clone, Copy, Debug)]
pub struct Nonlinearity {
    /// Which.
    pub kind: Activation,
    /// Of the leaky rectifier, below zero.
    pub slope: f32,
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

/// A loop over whole vectors; written out each time, since a closure would be a function of its own, made
/// without the instructions.
macro_rules! each {
    ($lanes:ty, $numbers:ident, |$x:ident| $change:expr) => {
        for some in $numbers.chunks_exact_mut(<$lanes>::N) {
            let $x = <$lanes>::load(some);
            $change.store(some);
        }
    };
    ($lanes:ty, $others:ident, $numbers:ident, |$y:ident, $x:ident| $change:expr) => {
        let others = $others.chunks_exact(<$lanes>::N);
        for (other, some) in others.zip($numbers.chunks_exact_mut(<$lanes>::N)) {
            let ($y, $x) = (<$lanes>::load(other), <$lanes>::load(some));
            $change.store(some);
        }
    };
}

/// Puts each number through the nonlinearity; whole vectors.
#[inline(always)]
pub fn activate<L: Lanes>(nonlinearity: Nonlinearity, numbers: &mut [f32]) {
    let (zero, one, two) = (L::splat(0.0), L::splat(1.0), L::splat(2.0));
    // Of the leaky rectifier, at most 1.
    let slope = L::splat(nonlinearity.slope);
    match nonlinearity.kind {
        Activation::Relu => each!(L, numbers, |x| x.max(zero)),
        Activation::LeakyRelu => each!(L, numbers, |x| x.max(x.mul(slope))),
        Activation::Sigmoid => each!(L, numbers, |x| logistic(x)),
        Activation::Tanh => {
            each!(L, numbers, |x| logistic(x.mul(two)).mul(two).sub(one));
        }
    }
}

/// Multiplies each gradient by the slope of the nonlinearity, which its own output tells.
#[inline(always)]
pub fn times_slope<L: Lanes>(nonlinearity: Nonlinearity, outputs: &[f32], gradients: &mut [f32]) {
    let (zero, one) = (L::splat(0.0), L::splat(1.0));
    let slope = L::splat(nonlinearity.slope);
    match nonlinearity.kind {
        Activation::Relu => {
            each!(L, outputs, gradients, |y, g| g.where_positive(y, zero));
        }
        Activation::LeakyRelu => {
            each!(L, outputs, gradients, |y, g| g
                .where_positive(y, g.mul(slope)));
        }
        Activation::Sigmoid => {
            each!(L, outputs, gradients, |y, g| g.mul(y.mul(one.sub(y))));
        }
        Activation::Tanh => {
            each!(L, outputs, gradients, |y, g| g.mul(one.sub(y.mul(y))));
        }
    }
}

/// 1 / (1 + exp(-x)).
#[inline(always)]
fn logistic<L: Lanes>(x: L) -> L {
    let one = L::splat(1.0);
    one.div(one.add(exp(L::splat(0.0).sub(x))))
}

/// exp(x) to about two units in the last place, x held between -87 and 88.
#[inline(always)]
fn exp<L: Lanes>(x: L) -> L {
    let x = x.max(L::splat(-87.0)).min(L::splat(88.0));
    // x = n ln 2 + r, |r| <= ln 2 / 2. Adding 1.5 * 2^23 rounds to whole numbers.
    let magic = L::splat(12_582_912.0);
    let sum = x.mul_add(L::splat(std::f32::consts::LOG2_E), magic);
    let n = sum.sub(magic);
    // ln 2 in two parts, of which the first has zeros at its end (Cody and Waite 1980).
    let r = n.mul_add(L::splat(-0.693_359_4), x);
    let r = n.mul_add(L::splat(2.121_944_4e-4), r);
    // The Taylor series to r^7: its next term is below 2^-26 here.
    let mut series = L::splat(1.0 / 5040.0);
    for term in [720.0, 120.0, 24.0, 6.0, 2.0, 1.0, 1.0] {
        series = series.mul_add(r, L::splat(1.0 / term));
    }
    series.mul(sum.power_of_two())
}

/// One number for each of an optimizer's rules, worked out for this update.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// w -= rate g.
    Sgd {
        /// The learning rate.
        rate: f32,
    },
    /// The second moment alone.
    Rmsprop {
        /// The learning rate.
        rate: f32,
        /// Decay of the mean square.
        alpha: f32,
        /// Added to the root.
        epsilon: f32,
    },
    /// Both moments, with the corrections for their start at zero.
    Adam {
        /// The learning rate over 1 - beta1^t.
        rate: f32,
        /// Decay of the mean.
        beta1: f32,
        /// Decay of the mean square.
        beta2: f32,
        /// Added to the corrected root.
        epsilon: f32,
        /// 1 / sqrt(1 - beta2^t).
        correction: f32,
    },
}

/// Moves weights against their gradients; whole vectors. A rule leaves alone the moments that it does not
/// keep.
#[inline(always)]
pub fn update<L: Lanes>(
    rule: Rule,
    gradients: &[f32],
    weights: &mut [f32],
    first: &mut [f32],
    second: &mut [f32],
) {
    let numbers = gradients
        .chunks_exact(L::N)
        .zip(weights.chunks_exact_mut(L::N))
        .zip(first.chunks_exact_mut(L::N))
        .zip(second.chunks_exact_mut(L::N));
    for (((gradients, weights), first), second) in numbers {
        let (gradient, weight) = (L::load(gradients), L::load(weights));
        let change = match rule {
            Rule::Sgd { rate } => gradient.mul(L::splat(rate)),
            Rule::Rmsprop {
                rate,
                alpha,
                epsilon,
            } => {
                let square = mean(second, gradient.mul(gradient), alpha);
                gradient
                    .div(square.sqrt().add(L::splat(epsilon)))
                    .mul(L::splat(rate))
            }
            Rule::Adam {
                rate,
                beta1,
                beta2,
                epsilon,
                correction,
            } => {
                let first = mean(first, gradient, beta1);
                let square = mean(second, gradient.mul(gradient), beta2);
                let root = square
                    .sqrt()
                    .mul_add(L::splat(correction), L::splat(epsilon));
                first.div(root).mul(L::splat(rate))
            }
        };
        weight.sub(change).store(weights);
    }
}

/// decay old + (1 - decay) new.
#[inline(always)]
fn mean<L: Lanes>(old: &mut [f32], new: L, decay: f32) -> L {
    let mean = L::load(old)
        .mul(L::splat(decay))
        .add(new.mul(L::splat(1.0 - decay)));
    mean.store(old);
    mean
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
