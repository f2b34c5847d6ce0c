//! The force on one sample, -dl/dx = -l'(y) grad_x y(x), with its factors, in f64.
//!
//! For any discriminator held fixed and any loss; where samples come from and where they go is not
//! its concern.

use serde::Serialize;

use crate::{
    config::Loss,
    gan::{Response, loss},
};

/// The force on a sample where the discriminator gives `response`.
pub fn force(loss: Loss, response: Response) -> [f64; 2] {
    let slope = loss::slope(loss, response.output);
    // Adding zero turns -0 into 0: no force points nowhere in particular.
    response.gradient.map(|gradient| -slope * gradient + 0.0)
}

/// A point, the force on a sample there and what the force is made of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PointForce {
    /// The point.
    pub x: [f64; 2],
    /// y, the discriminator's output before any sigmoid.
    pub output: f64,
    /// l'(y), the slope of the generator's loss.
    pub slope: f64,
    /// grad_x y.
    pub gradient: [f64; 2],
    /// -l'(y) grad_x y.
    pub force: [f64; 2],
}

impl PointForce {
    /// The force at a point where the discriminator gives `response`.
    pub fn new(loss: Loss, point: [f64; 2], response: Response) -> Self {
        Self {
            x: point,
            output: response.output,
            slope: loss::slope(loss, response.output),
            gradient: response.gradient,
            force: force(loss, response),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::FixedDiscriminator;

    fn lsgan(a: f64, b: f64, c: f64, sigmoid: bool) -> Loss {
        Loss::Lsgan { a, b, c, sigmoid }
    }

    fn losses() -> Vec<Loss> {
        vec![
            Loss::Minimax,
            Loss::NonSaturating,
            lsgan(0.0, 1.0, 1.0, false),
            lsgan(-1.0, 1.0, 0.0, false),
            lsgan(2.0, -3.0, -0.75, false),
            lsgan(0.0, 1.0, 1.0, true),
            lsgan(0.0, 1.0, 0.0, true),
            lsgan(0.0, 1.0, 0.3, true),
        ]
    }

    /// l'(y) as the textbook writes it, in terms of e^-|y| so that it may be trusted on its own far
    /// tail; SCIENCE's table on y's side of zero.
    fn slope_by_hand(loss: Loss, y: f64) -> f64 {
        let tail = (-y.abs()).exp();
        let (s, rest) = if y >= 0.0 {
            (1.0 / (1.0 + tail), tail / (1.0 + tail))
        } else {
            (tail / (1.0 + tail), 1.0 / (1.0 + tail))
        };
        match loss {
            Loss::Minimax => -s,
            Loss::NonSaturating => -rest,
            Loss::Lsgan { c, sigmoid, .. } if !sigmoid => y - c,
            // s - 1 = -(1 - s), without the cancellation.
            Loss::Lsgan { c: 1.0, .. } => -rest * s * rest,
            Loss::Lsgan { c, .. } => (s - c) * s * rest,
        }
    }

    const LEVELS: [f64; 15] = [
        -60.0, -45.5, -37.0, -20.0, -6.0, -1.0, -0.25, 0.0, 0.5, 1.5, 6.0, 20.0, 37.0, 45.5, 60.0,
    ];

    #[test]
    fn forces_through_a_linear_discriminator_are_the_closed_form() {
        // D(x) = 3 x - 4 y + 0.5; along its normal, y = level at x = (level - 0.5) w / |w|^2.
        let (weight, bias) = ([3.0, -4.0], 0.5);
        let fixed = FixedDiscriminator::linear(weight, bias);
        for loss in losses() {
            for level in LEVELS {
                let point = weight.map(|w| (level - bias) * w / 25.0);
                let response = fixed.at(point);
                assert!((response.output - level).abs() < 1e-12);
                let slope = slope_by_hand(loss, response.output);
                let found = force(loss, response);
                for axis in 0..2 {
                    let expected = -slope * weight[axis];
                    assert!(
                        (found[axis] - expected).abs() <= 1e-12 * expected.abs(),
                        "{loss:?} at y = {level}: {found:?}, not {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn no_force_is_lost_to_rounding_up_to_60_on_either_side() {
        let fixed = FixedDiscriminator::linear([1.0, 0.0], 0.0);
        for loss in losses() {
            for level in LEVELS {
                let [along, across] = force(loss, fixed.at([level, 0.0]));
                assert!(along.is_finite() && across == 0.0, "{loss:?} at {level}");
                assert!(
                    along != 0.0 || loss::rest(loss) == Some(level),
                    "{loss:?} at {level}"
                );
            }
        }
        // Both tails of least squares on a sigmoid: (s - 1) s (1 - s) = -e^-120 at 60.
        let [along, _] = force(lsgan(0.0, 1.0, 1.0, true), fixed.at([60.0, 0.0]));
        assert!((along / (-120.0_f64).exp() - 1.0).abs() < 1e-12, "{along}");
    }

    #[test]
    fn far_out_least_squares_pulls_where_cross_entropy_has_let_go() {
        let fixed = FixedDiscriminator::linear([1.0, 0.0], 0.0);
        let along = |loss, level| force(loss, fixed.at([level, 0.0]))[0];
        let least_squares = lsgan(0.0, 1.0, 1.0, false);
        for (level, let_go) in [(20.0, Loss::NonSaturating), (-20.0, Loss::Minimax)] {
            assert!(along(let_go, level).abs() < 1e-6);
            assert!(along(least_squares, level).abs() >= 19.0);
        }
        // On a sigmoid least squares lets go too, on both sides.
        for level in [-20.0, 20.0] {
            assert!(along(lsgan(0.0, 1.0, 1.0, true), level).abs() < 1e-6);
        }
    }

    #[test]
    fn with_c_1_a_sample_beyond_1_is_pulled_back_and_one_short_of_it_forward() {
        let fixed = FixedDiscriminator::linear([0.0, 2.0], 0.0);
        let along = |loss, y: f64| force(loss, fixed.at([0.0, y / 2.0]))[1];
        let zero_one = lsgan(0.0, 1.0, 1.0, false);
        assert_eq!(
            [1.5, 3.0, 9.0].map(|y| along(zero_one, y)),
            [-1.0, -4.0, -16.0]
        );
        assert_eq!([0.5, -3.0].map(|y| along(zero_one, y)), [1.0, 8.0]);
        // There cross-entropy pushes on, beyond any level.
        for loss in [Loss::NonSaturating, Loss::Minimax] {
            assert!(along(loss, 9.0) > 0.0);
        }
    }

    #[test]
    fn another_loss_is_another_arrow() {
        let fixed = FixedDiscriminator::linear([1.0, 1.0], 0.2);
        let arrows: Vec<_> = losses()
            .into_iter()
            .map(|loss| force(loss, fixed.at([0.7, -2.0])))
            .collect();
        for (index, arrow) in arrows.iter().enumerate() {
            assert!(!arrows[..index].contains(arrow), "{arrows:?}");
        }
    }

    #[test]
    fn a_point_force_says_its_factors_in_the_promised_order() {
        let fixed = FixedDiscriminator::linear([1.0, 0.0], 0.0);
        let loss = lsgan(0.0, 1.0, 1.0, false);
        let point = [8.0, 2.0];
        let text = serde_json::to_string(&PointForce::new(loss, point, fixed.at(point))).unwrap();
        assert_eq!(
            text,
            r#"{"x":[8.0,2.0],"output":8.0,"slope":7.0,"gradient":[1.0,0.0],"force":[-7.0,0.0]}"#
        );
    }
}
