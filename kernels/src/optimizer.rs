//! The optimizers' rules (Kingma and Ba 2015, algorithm 1; Tieleman and Hinton 2012), over whole vectors.

use crate::lanes::Lanes;

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
