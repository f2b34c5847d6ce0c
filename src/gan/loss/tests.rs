use std::f64::consts::LN_2;

use burn::tensor::Device;

use super::*;

const ZERO_ONE: Loss = Loss::Lsgan {
    a: 0.0,
    b: 1.0,
    c: 1.0,
    sigmoid: false,
};
const PEARSON: Loss = Loss::Lsgan {
    a: -1.0,
    b: 1.0,
    c: 0.0,
    sigmoid: false,
};
const ON_SIGMOID: Loss = Loss::Lsgan {
    a: 0.0,
    b: 1.0,
    c: 1.0,
    sigmoid: true,
};
const ALL: [Loss; 5] = [
    Loss::Minimax,
    Loss::NonSaturating,
    ZERO_ONE,
    PEARSON,
    ON_SIGMOID,
];

#[track_caller]
fn assert_close(found: f64, expected: f64, relative: f64) {
    assert!(
        (found - expected).abs() <= relative * expected.abs(),
        "{found}, not {expected}"
    );
}

fn tensor(values: &[f64]) -> Tensor<1> {
    let values: Vec<f32> = values.iter().map(|value| *value as f32).collect();
    Tensor::from_floats(values.as_slice(), &Device::flex())
}

fn scalar(tensor: Tensor<1>) -> f64 {
    f64::from(tensor.into_scalar::<f32>())
}

#[test]
fn slopes_are_those_worked_out_by_hand() {
    // sigmoid(6) = 1 / (1 + e^-6) = 0.9975273768, with e^-6 = 0.0024787522.
    let s = 0.997_527_376_8;
    let cases = [
        (Loss::Minimax, [-(1.0 - s), -0.5, -s]),
        (Loss::NonSaturating, [-s, -0.5, -(1.0 - s)]),
        (ZERO_ONE, [-7.0, -1.0, 5.0]),
        (PEARSON, [-6.0, 0.0, 6.0]),
        (
            ON_SIGMOID,
            [-s * s * (1.0 - s), -0.125, -(1.0 - s) * (1.0 - s) * s],
        ),
    ];
    for (loss, expected) in cases {
        for (y, expected) in [-6.0, 0.0, 6.0].into_iter().zip(expected) {
            assert_close(slope(loss, y), expected, 1e-7);
        }
    }
}

/// The gradient of a mean over one output by that output.
fn gradient(y: f64, loss: impl Fn(Tensor<1>) -> Tensor<1>) -> f64 {
    let y = tensor(&[y]).autodiff().require_grad();
    let gradients = loss(y.clone()).backward();
    scalar(y.grad(&gradients).expect("y takes part in the loss"))
}

/// Zero, where D is at the origin before its first update, is the place at which parts of the formulas
/// have kinks.
#[test]
fn both_losses_have_the_slopes_of_their_samples_at_zero_too() {
    for loss in ALL {
        for y in [-6.0, -0.5, 0.0, 0.25, 6.0] {
            let found = gradient(y, |y| generator(loss, y));
            assert!(
                (found - slope(loss, y)).abs() < 1e-5,
                "{loss:?} at {y}: {found}"
            );
            let far = tensor(&[3.0]);
            let found = gradient(y, |y| discriminator(loss, y, far.clone().autodiff()));
            let expected = on_real(loss, y)[1];
            assert!(
                (found - expected).abs() < 1e-5,
                "{loss:?} real at {y}: {found}, not {expected}"
            );
            let found = gradient(y, |y| discriminator(loss, far.clone().autodiff(), y));
            let expected = on_fake(loss, y)[1];
            assert!(
                (found - expected).abs() < 1e-5,
                "{loss:?} fake at {y}: {found}, not {expected}"
            );
        }
    }
}

#[test]
fn values_are_those_worked_out_by_hand() {
    // At 0: -log s = ln 2. At 6: log(1 + e^-6) = 0.0024756851; sigmoid(6) as above.
    let cases = [
        (Loss::Minimax, [-0.002_475_685_1, -LN_2, -6.002_475_685_1]),
        (
            Loss::NonSaturating,
            [6.002_475_685_1, LN_2, 0.002_475_685_1],
        ),
        (ZERO_ONE, [24.5, 0.5, 12.5]),
        (PEARSON, [18.0, 0.0, 18.0]),
        (ON_SIGMOID, [0.497_530_434_0, 0.125, 3.056_932_8e-6]),
    ];
    for (loss, expected) in cases {
        for (y, expected) in [-6.0, 0.0, 6.0].into_iter().zip(expected) {
            assert_close(value(loss, y), expected, 1e-6);
        }
    }
}

#[test]
fn slopes_are_the_derivatives_of_the_values() {
    let h = 1e-5;
    for loss in ALL {
        for y in [-8.0, -3.3, -1.0, -0.1, 0.0, 0.4, 1.0, 2.7, 9.0] {
            let difference = (value(loss, y + h) - value(loss, y - h)) / (2.0 * h);
            assert!(
                (difference - slope(loss, y)).abs() < 1e-8,
                "{loss:?} at {y}"
            );
        }
    }
}

#[test]
fn slopes_stay_exact_where_a_naive_form_would_round_to_zero() {
    assert_close(slope(Loss::NonSaturating, 60.0), -(-60.0_f64).exp(), 1e-12);
    assert_close(slope(Loss::Minimax, -60.0), -(-60.0_f64).exp(), 1e-12);
    assert_close(slope(ON_SIGMOID, -60.0), -(-60.0_f64).exp(), 1e-12);
    assert_close(slope(ON_SIGMOID, 60.0), -(-120.0_f64).exp(), 1e-12);
    assert_eq!(slope(ZERO_ONE, 60.0), 59.0);
}

#[test]
fn tensors_give_the_mean_of_the_single_values() {
    let outputs = [-60.0, -6.0, -0.5, 0.0, 0.25, 1.0, 3.0, 60.0];
    for loss in ALL {
        let expected = outputs.iter().map(|y| value(loss, *y)).sum::<f64>() / outputs.len() as f64;
        assert_close(scalar(generator(loss, tensor(&outputs))), expected, 1e-6);
    }
}

#[test]
fn the_discriminators_losses_are_those_worked_out_by_hand() {
    // Real at 2 and 0, generated at -1 and 1: (1 + 1) / 4 + (1 + 1) / 4 under 0-1 coding.
    assert_close(
        scalar(discriminator(
            ZERO_ONE,
            tensor(&[2.0, 0.0]),
            tensor(&[-1.0, 1.0]),
        )),
        1.0,
        1e-6,
    );
    // (1 + 1) / 4 + (0 + 4) / 4 under Pearson coding.
    assert_close(
        scalar(discriminator(
            PEARSON,
            tensor(&[2.0, 0.0]),
            tensor(&[-1.0, 1.0]),
        )),
        1.5,
        1e-6,
    );
    // softplus(-2) = 0.1269280110 and softplus(-1) = 0.3132616875.
    for loss in [Loss::NonSaturating, Loss::Minimax] {
        assert_close(
            scalar(discriminator(loss, tensor(&[2.0]), tensor(&[-1.0]))),
            0.440_189_698_5,
            1e-6,
        );
    }
    // sigmoid(2) = 0.8807970780, sigmoid(-1) = 0.2689414214: (0.1192029^2 + 0.2689414^2) / 2.
    assert_close(
        scalar(discriminator(ON_SIGMOID, tensor(&[2.0]), tensor(&[-1.0]))),
        0.043_269_413,
        1e-5,
    );
}

#[test]
fn losses_stay_finite_far_out() {
    for loss in ALL {
        for y in [-1e4, 1e4] {
            assert!(
                scalar(generator(loss, tensor(&[y]))).is_finite(),
                "{loss:?} at {y}"
            );
            assert!(
                scalar(discriminator(loss, tensor(&[y]), tensor(&[y]))).is_finite(),
                "{loss:?} at {y}"
            );
        }
    }
}

#[test]
fn the_boundary_lies_halfway_between_the_labels() {
    assert_eq!(boundary(ZERO_ONE), 0.5);
    assert_eq!(boundary(PEARSON), 0.0);
    assert_eq!(boundary(Loss::Minimax), 0.0);
    assert_eq!(boundary(ON_SIGMOID), 0.0);
    // s = 1/4 where y = ln(1/3).
    let uneven = Loss::Lsgan {
        a: 0.0,
        b: 0.5,
        c: 0.5,
        sigmoid: true,
    };
    assert_close(boundary(uneven), (1.0_f64 / 3.0).ln(), 1e-12);
}

#[test]
fn at_its_rest_a_loss_has_no_slope_and_around_it_opposite_ones() {
    let on_sigmoid = |c| Loss::Lsgan {
        a: 0.0,
        b: 1.0,
        c,
        sigmoid: true,
    };
    for (loss, expected) in [
        (ZERO_ONE, 1.0),
        (PEARSON, 0.0),
        // s = 1/4 where y = ln(1/3).
        (on_sigmoid(0.25), (1.0_f64 / 3.0).ln()),
    ] {
        let level = rest(loss).unwrap();
        assert_close(level, expected, 1e-12);
        assert!(slope(loss, level).abs() < 1e-15);
        assert!(slope(loss, level - 0.1) < 0.0 && slope(loss, level + 0.1) > 0.0);
    }
    for loss in [
        Loss::Minimax,
        Loss::NonSaturating,
        ON_SIGMOID,
        on_sigmoid(0.0),
    ] {
        assert_eq!(rest(loss), None);
    }
}

#[test]
fn the_four_losses_take_the_runs_labels() {
    assert_eq!(
        four(Loss::NonSaturating),
        [Loss::Minimax, Loss::NonSaturating, ZERO_ONE, ON_SIGMOID]
    );
    assert_eq!(four(PEARSON)[2], PEARSON);
    assert_eq!(four(ON_SIGMOID), four(ZERO_ONE));
}
