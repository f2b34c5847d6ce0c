//! The optimal discriminator, by the densities written out and by what it is best at.

use super::*;

#[test]
fn the_optimal_discriminator_is_the_labels_mean_weighted_by_the_densities_at_each_point() {
    let theory = theory(&["target.kind=two_gaussians", "target.sigma=0.2"]);
    let p_g = theory.estimate(&FEW);
    let surface = theory.optimal_discriminator(lsgan(-0.5, 2.0, 1.0), &p_g);
    let logits = theory.optimal_discriminator(Loss::NonSaturating, &p_g);
    let half = 1.5 * (1.0 + 0.6);
    assert_eq!((surface.width, surface.height), (128, 128));
    assert!((surface.x[0] + half).abs() < 1e-6 && (surface.y[1] - half).abs() < 1e-6);
    // Cells by column and row from the upper left: at a mode, at a sample, between, off both axes; all
    // so near to samples that what is cut off their kernels' tails does not tell.
    for (column, row) in [(37, 64), (90, 64), (75, 76), (45, 58), (41, 60), (98, 57)] {
        let cell = 2.0 * f64::from(half) / 128.0;
        let point = [
            (column as f64 + 0.5) * cell - f64::from(half),
            f64::from(half) - (row as f64 + 0.5) * cell,
        ];
        let [p_d, p_g] = few_densities(theory.bandwidth, point);
        let index = row * 128 + column;
        let expected = (2.0 * p_d - 0.5 * p_g) / (p_d + p_g);
        assert_near(f64::from(surface.values[index]), expected, 2e-5);
        assert_near(f64::from(logits.values[index]), (p_d / p_g).ln(), 1e-4);
    }
}

#[test]
fn equal_densities_leave_the_discriminator_undecided_and_a_lone_one_gets_its_label() {
    for (a, b) in [(0.0, 1.0), (-1.0, 1.0), (2.0, -0.5)] {
        let loss = lsgan(a, b, 1.0);
        assert_eq!(optimal_output(loss, 0.3, 0.3), 0.5 * (a + b));
        assert_eq!(optimal_output(loss, 0.3, 0.0), b);
        assert_eq!(optimal_output(loss, 0.0, 0.3), a);
    }
    for loss in [Loss::Minimax, Loss::NonSaturating, on_sigmoid(0.0, 1.0)] {
        assert_eq!(optimal_output(loss, 0.3, 0.3), 0.0);
        assert_near(optimal_output(loss, 0.3, 0.0), 8.0, 1e-9);
        assert_near(optimal_output(loss, 0.0, 0.3), -8.0, 1e-9);
        // Three to one.
        assert_near(optimal_output(loss, 0.3, 0.1), 3.0_f64.ln(), 1e-12);
    }
    // With labels -1 and 1 a sigmoid cannot go below 0: at p_d = p_g it stays there, at 3 to 1 it
    // reaches 1/2.
    assert_near(optimal_output(on_sigmoid(-1.0, 1.0), 0.3, 0.3), -8.0, 1e-9);
    assert_near(optimal_output(on_sigmoid(-1.0, 1.0), 0.3, 0.1), 0.0, 1e-12);
}

#[test]
fn another_output_raises_the_discriminators_loss_at_a_point() {
    // The discriminator's loss as SCIENCE and `gan::loss` state it, for densities instead of means.
    let loss_at = |loss: Loss, p_d: f64, p_g: f64, y: f64| {
        let s = logistic(y);
        match loss {
            Loss::Lsgan { a, b, sigmoid, .. } => {
                let output = if sigmoid { s } else { y };
                0.5 * p_d * (output - b).powi(2) + 0.5 * p_g * (output - a).powi(2)
            }
            Loss::NonSaturating | Loss::Minimax => -p_d * s.ln() - p_g * (1.0 - s).ln(),
        }
    };
    for loss in [
        ZERO_ONE,
        PEARSON,
        lsgan(3.0, -2.0, 0.5),
        on_sigmoid(0.0, 1.0),
        on_sigmoid(0.2, 0.7),
        on_sigmoid(0.9, 0.1),
        Loss::Minimax,
        Loss::NonSaturating,
    ] {
        for (p_d, p_g) in [(1.0, 1.0), (0.2, 3.0), (5.0, 0.1), (1e-3, 2e-3)] {
            let best = optimal_output(loss, p_d, p_g);
            let least = loss_at(loss, p_d, p_g, best);
            for moved in [-3.0, -0.1, -1e-3, 1e-3, 0.1, 3.0] {
                let other = loss_at(loss, p_d, p_g, best + moved);
                assert!(
                    other > least,
                    "{loss:?} at {p_d}, {p_g}: {best} moved by {moved} has {other}, not above {least}"
                );
            }
        }
    }
}

#[test]
fn far_from_both_densities_there_is_no_optimal_discriminator() {
    let theory = theory(&["target.sigma=0.05"]);
    // 2,500 samples: all but one on the first mode, one in the upper right corner's direction.
    let lone = [1.2_f32, 1.3];
    let mut fake = [1.0, 0.0].repeat(EVALUATED_SAMPLES - 1);
    fake.extend(lone);
    let surface = theory.optimal_discriminator(ZERO_ONE, &theory.estimate(&fake));
    let value = |x: f32, y: f32| {
        let cell = 2.0 * theory.half_side / 128.0;
        let (column, row) = ((x + theory.half_side) / cell, (theory.half_side - y) / cell);
        surface.values[row as usize * 128 + column as usize]
    };
    // Told within three bandwidths of the lone sample, as the label of generated samples.
    assert!(value(lone[0], lone[1]).abs() < 1e-6);
    assert!(value(lone[0] + 0.12, lone[1]).abs() < 1e-6);
    assert!(value(lone[0], lone[1] - 0.12).abs() < 1e-6);
    // Not told four bandwidths from it, nor in the ring's empty middle, nor mirrored.
    assert!(value(lone[0] + 0.21, lone[1]).is_nan());
    assert!(value(lone[0], lone[1] - 0.21).is_nan());
    assert!(value(0.0, 0.0).is_nan() && value(lone[0], -lone[1]).is_nan());
    // A mode that no generated sample comes near is certainly real.
    assert_eq!(value(-1.0, 0.0), 1.0);
}
