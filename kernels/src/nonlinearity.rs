//! The nonlinearities of the hidden layers, and their slopes told by their own outputs.

use crate::lanes::Lanes;

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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::lanes::Portable;

    #[test]
    fn the_sigmoid_and_tanh_are_those_of_the_formula_and_so_are_their_slopes() {
        let numbers: Vec<f32> = (-4000..4000).map(|i| i as f32 * 0.01).collect();
        for (kind, expected) in [
            (
                Activation::Sigmoid,
                (|x: f64| 1.0 / (1.0 + (-x).exp())) as fn(f64) -> f64,
            ),
            (Activation::Tanh, f64::tanh),
        ] {
            let nonlinearity = Nonlinearity { kind, slope: 0.0 };
            let mut outputs = numbers.clone();
            activate::<Portable>(nonlinearity, &mut outputs);
            let mut slopes = vec![1.0; outputs.len()];
            times_slope::<Portable>(nonlinearity, &outputs, &mut slopes);
            for ((x, y), slope) in numbers.iter().zip(&outputs).zip(&slopes) {
                let (x, step) = (f64::from(*x), 1e-4);
                let off = (f64::from(*y) - expected(x)).abs();
                assert!(off < 3e-7, "{kind:?} at {x} is {y}");
                let difference = (expected(x + step) - expected(x - step)) / (2.0 * step);
                let off = (f64::from(*slope) - difference).abs();
                assert!(off < 1e-6, "{kind:?} at {x} has the slope {slope}");
            }
        }
    }
}
