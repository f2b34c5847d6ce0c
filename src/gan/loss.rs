//! The losses, as functions of y, the discriminator's output, before any sigmoid; s = sigmoid(y).
//!
//! Sources: Mao et al., *Least Squares Generative Adversarial Networks*, ICCV 2017 (arXiv
//! 1611.04076), equations 2 and 9 (least squares); Goodfellow et al., *Generative Adversarial
//! Networks*, 2014 (arXiv 1406.2661), section 3 (minimax and non-saturating).
//!
//! | generator's loss | l(y) | l'(y) |
//! |---|---|---|
//! | minimax | log(1 - s) | -s |
//! | non-saturating | -log s | s - 1 |
//! | LSGAN | (y - c)^2 / 2 | y - c |
//! | least squares on a sigmoid | (s - c)^2 / 2 | (s - c) s (1 - s) |
//!
//! The discriminator minimises 1/2 E_real\[(D - b)^2\] + 1/2 E_fake\[(D - a)^2\], with D = y (LSGAN) or
//! D = s (on a sigmoid); under cross-entropy, -E_real\[log s\] - E_fake\[log(1 - s)\]. Logarithms are
//! written by softplus(y) = log(1 + exp(y)), which neither overflows nor loses its tail: -log s =
//! softplus(-y), log(1 - s) = -softplus(y).

use burn::tensor::{Tensor, activation::sigmoid};

use crate::config::Loss;

/// log(1 + exp(y)) for each entry, finite wherever y is.
fn softplus(outputs: Tensor<1>) -> Tensor<1> {
    let size = outputs.clone().abs();
    // (y + |y|) / 2 is max(y, 0), and has the right slope, 1/2, at y = 0, where a clamp has 0 or 1: there
    // D is at the origin while its biases are zero, and there a generator whose units are dead puts all.
    (outputs + size.clone()) * 0.5 + size.neg().exp().log1p()
}

/// Half the mean squared distance to `label`.
fn half_mean_square(outputs: Tensor<1>, label: f64) -> Tensor<1> {
    (outputs - label).square().mean() * 0.5
}

/// The discriminator's loss, from its outputs on real and on generated samples, each of shape
/// \[batch\]; a scalar of shape \[1\].
pub fn discriminator(loss: Loss, on_real: Tensor<1>, on_fake: Tensor<1>) -> Tensor<1> {
    match loss {
        Loss::Lsgan {
            a,
            b,
            sigmoid: false,
            ..
        } => half_mean_square(on_real, b) + half_mean_square(on_fake, a),
        Loss::Lsgan {
            a,
            b,
            sigmoid: true,
            ..
        } => half_mean_square(sigmoid(on_real), b) + half_mean_square(sigmoid(on_fake), a),
        Loss::NonSaturating | Loss::Minimax => softplus(-on_real).mean() + softplus(on_fake).mean(),
    }
}

/// The generator's loss, from the discriminator's outputs on generated samples, shape \[batch\]; a
/// scalar of shape \[1\].
pub fn generator(loss: Loss, on_fake: Tensor<1>) -> Tensor<1> {
    match loss {
        Loss::Lsgan {
            c, sigmoid: false, ..
        } => half_mean_square(on_fake, c),
        Loss::Lsgan {
            c, sigmoid: true, ..
        } => half_mean_square(sigmoid(on_fake), c),
        Loss::NonSaturating => softplus(-on_fake).mean(),
        Loss::Minimax => -softplus(on_fake).mean(),
    }
}

/// l(y): the generator's loss on one sample.
pub fn value(loss: Loss, y: f64) -> f64 {
    // libm's functions, whose bits are the same on every platform, as std's are not.
    let softplus = |y: f64| y.max(0.0) + libm::log1p(libm::exp(-y.abs()));
    match loss {
        Loss::Lsgan {
            c, sigmoid: false, ..
        } => 0.5 * (y - c).powi(2),
        Loss::Lsgan {
            c, sigmoid: true, ..
        } => 0.5 * (logistic(y) - c).powi(2),
        Loss::NonSaturating => softplus(-y),
        Loss::Minimax => -softplus(y),
    }
}

/// l'(y): the slope that drives one sample; its force is -l'(y) grad_x y(x).
pub fn slope(loss: Loss, y: f64) -> f64 {
    match loss {
        Loss::Lsgan {
            c, sigmoid: false, ..
        } => y - c,
        // s (1 - s) as a product of two logistics, and s - 1 as minus the other one, so that neither
        // end rounds to zero early.
        Loss::Lsgan {
            c, sigmoid: true, ..
        } => {
            let to_label = if y > 0.0 {
                (1.0 - c) - logistic(-y)
            } else {
                logistic(y) - c
            };
            to_label * logistic(y) * logistic(-y)
        }
        Loss::NonSaturating => -logistic(-y),
        Loss::Minimax => -logistic(y),
    }
}

/// The generator's loss on one of its samples: its value and its slope by y.
pub fn on_generated(loss: Loss, y: f64) -> [f64; 2] {
    [value(loss, y), slope(loss, y)]
}

/// The discriminator's loss on one real sample: its value and its slope by y.
pub fn on_real(loss: Loss, y: f64) -> [f64; 2] {
    match loss {
        Loss::Lsgan { b, .. } => to_label(loss, b, y),
        // -log s, as in the non-saturating generator's loss.
        Loss::NonSaturating | Loss::Minimax => {
            [value(Loss::NonSaturating, y), slope(Loss::NonSaturating, y)]
        }
    }
}

/// The discriminator's loss on one generated sample: its value and its slope by y.
pub fn on_fake(loss: Loss, y: f64) -> [f64; 2] {
    match loss {
        Loss::Lsgan { a, .. } => to_label(loss, a, y),
        // -log(1 - s): what the minimax generator wins, the discriminator loses.
        Loss::NonSaturating | Loss::Minimax => [-value(Loss::Minimax, y), -slope(Loss::Minimax, y)],
    }
}

/// Half the squared distance to a label, whichever network it is for.
fn to_label(mut loss: Loss, label: f64, y: f64) -> [f64; 2] {
    if let Loss::Lsgan { c, .. } = &mut loss {
        *c = label;
    }
    on_generated(loss, y)
}

/// The level of the decision surface at which the discriminator is undecided, as a value of y:
/// (a + b) / 2, or 0 under cross-entropy and wherever a sigmoid turns 0 into the labels' middle.
pub fn boundary(loss: Loss) -> f64 {
    match loss {
        Loss::Lsgan {
            a,
            b,
            sigmoid: false,
            ..
        } => 0.5 * (a + b),
        Loss::Lsgan {
            a,
            b,
            sigmoid: true,
            ..
        } => {
            // Labels whose middle no sigmoid reaches leave y = 0 as the only neutral level.
            inverse_logistic(0.5 * (a + b)).unwrap_or(0.0)
        }
        Loss::NonSaturating | Loss::Minimax => 0.0,
    }
}

/// The level at which a sample rests, l'(y) = 0, as a value of y: c, or where a sigmoid reaches c.
/// Cross-entropy has none, nor has a c that no sigmoid reaches: there samples drift for ever.
pub fn rest(loss: Loss) -> Option<f64> {
    match loss {
        Loss::Lsgan {
            c, sigmoid: false, ..
        } => Some(c),
        Loss::Lsgan {
            c, sigmoid: true, ..
        } => inverse_logistic(c),
        Loss::NonSaturating | Loss::Minimax => None,
    }
}

/// The four losses that are shown side by side, always in this order: minimax, non-saturating, LSGAN,
/// least squares on a sigmoid. The labels are those of `run` where it has any, else 0, 1, 1.
pub fn four(run: Loss) -> [Loss; 4] {
    let (a, b, c) = match run {
        Loss::Lsgan { a, b, c, .. } => (a, b, c),
        Loss::NonSaturating | Loss::Minimax => (0.0, 1.0, 1.0),
    };
    let least_squares = |sigmoid| Loss::Lsgan { a, b, c, sigmoid };
    [
        Loss::Minimax,
        Loss::NonSaturating,
        least_squares(false),
        least_squares(true),
    ]
}

/// The labels a, b and c as levels of y, where they are levels of y: without a sigmoid.
pub fn labels(loss: Loss) -> Option<[f64; 3]> {
    match loss {
        Loss::Lsgan {
            a,
            b,
            c,
            sigmoid: false,
        } => Some([a, b, c]),
        Loss::Lsgan { sigmoid: true, .. } | Loss::NonSaturating | Loss::Minimax => None,
    }
}

/// 1 / (1 + exp(-y)), accurate in both tails.
pub fn logistic(y: f64) -> f64 {
    if y >= 0.0 {
        1.0 / (1.0 + libm::exp(-y))
    } else {
        let exp = libm::exp(y);
        exp / (1.0 + exp)
    }
}

/// The y at which the sigmoid is `s`; none outside (0, 1).
fn inverse_logistic(s: f64) -> Option<f64> {
    (0.0 < s && s < 1.0).then(|| (s / (1.0 - s)).ln())
}

#[cfg(test)]
mod tests;
