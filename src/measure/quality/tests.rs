//! Metrics against closed forms and hand-worked values.

use super::*;
use crate::{config::TrainingConfig, random::Stream};

fn config(assignments: &[&str]) -> TrainingConfig {
    assignments
        .iter()
        .fold(TrainingConfig::default(), |config, assignment| {
            config.with_assignment(assignment).expect("allowed")
        })
}

/// Real samples that no part of the measurement uses.
fn perfect(config: &TrainingConfig, draw: u32) -> Vec<f32> {
    let draws = crate::random::Draws::new(config.seed, Stream::Real, 0, draw);
    target::Sampler::new(&config.target).samples(&draws, EVALUATED_SAMPLES)
}

fn floor(evaluator: &mut Evaluator) -> NoiseFloor {
    while evaluator.prepare_floor() {}
    evaluator.floor().expect("it is worked out")
}

#[test]
fn a_perfect_sampler_has_98_89_percent_of_high_quality_and_every_mode() {
    for assignment in ["seed=1", "target.kind=grid", "target.kind=two_gaussians"] {
        let config = config(&[assignment]);
        let evaluator = Evaluator::new(&config);
        let modes = evaluator
            .quality(0, &perfect(&config, 0))
            .modes
            .expect("a mixture");
        let expected = 0.988_891_003;
        assert!((perfect_hq() - expected).abs() < 1e-9);
        let error = f64::sqrt(expected * (1.0 - expected) / EVALUATED_SAMPLES as f64);
        assert!((modes.hq - expected).abs() < 3.0 * error, "{modes:?}");
        assert_eq!(modes.covered, modes.of);
        // Of a sample of n, twice n times the divergence is chi-squared with k - 1 degrees of freedom
        // (Wilks 1938): mean k - 1, variance 2 (k - 1).
        let freedom = modes.of as f64 - 1.0;
        let statistic = 2.0 * EVALUATED_SAMPLES as f64 * modes.reverse_kl;
        assert!(
            statistic < freedom + 4.0 * f64::sqrt(2.0 * freedom),
            "{modes:?}"
        );
    }
}

#[test]
fn samples_shared_by_k_of_eight_modes_have_ln_8_over_k() {
    let config = config(&[]);
    let evaluator = Evaluator::new(&config);
    let modes = target::mixture(&config.target).expect("a ring").modes;
    for k in [1, 2, 4, 5, 8] {
        let fake: Vec<f32> = (0..40 * k).flat_map(|index| modes[index % k]).collect();
        let found = evaluator.quality(0, &fake).modes.expect("a mixture");
        assert!((found.reverse_kl - f64::ln(8.0 / k as f64)).abs() < 1e-12);
        assert_eq!((found.covered, found.of, found.hq), (k, 8, 1.0));
    }
}

#[test]
fn high_quality_ends_at_three_sigma_and_a_covered_mode_needs_one_such_sample() {
    let config = config(&["target.sigma=0.1"]);
    // The first mode is (1, 0): two samples just inside and outside; far ones still are nearest to it.
    let fake = [1.29, 0.0, 1.31, 0.0, 9.0, 0.0, 7.0, 1.0];
    let found = mode_quality(&target::mixture(&config.target).expect("a ring"), &fake);
    assert_eq!((found.covered, found.hq), (1, 0.25));
    assert!((found.reverse_kl - f64::ln(8.0)).abs() < 1e-12);
    let none = mode_quality(
        &target::mixture(&config.target).expect("a ring"),
        &fake[2..],
    );
    assert_eq!((none.covered, none.hq), (0, 0.0));
}

#[test]
fn a_perfect_sampler_is_at_the_noise_floor_95_times_of_100() {
    for assignment in ["target.kind=ring", "target.kind=moons"] {
        let mut inside = [0, 0, 0];
        for seed in 1..=10 {
            let config = config(&[assignment, &format!("seed={seed}")]);
            let mut evaluator = Evaluator::new(&config);
            let floor = floor(&mut evaluator);
            assert_eq!(floor.chi_squared.is_some(), assignment.ends_with("ring"));
            for draw in 0..10 {
                let quality = evaluator.quality(0, &perfect(&config, draw));
                let found = quality.distances;
                let holds = |band: Band, number| (band.low..=band.high).contains(&number);
                inside[0] += usize::from(holds(floor.sliced_w1, found.sliced_w1));
                inside[1] += usize::from(holds(floor.energy, found.energy));
                let densities = floor.chi_squared.zip(quality.theory);
                inside[2] += usize::from(
                    densities.is_none_or(|(band, theory)| holds(band, theory.chi_squared)),
                );
            }
        }
        // 95 of 100 expected. The draws of a seed share a band that holds a beta-distributed share (38
        // and 2) of them, so the standard deviation is 3.2.
        assert!(inside.iter().all(|number| *number >= 85), "{inside:?}");
        assert!(inside.iter().any(|number| *number < 100), "{inside:?}");
    }
}

#[test]
fn the_energy_floor_is_the_one_expected_of_two_samples_of_one_distribution() {
    // E of the statistic between two samples of n is 2 E|x - x'| / n. For normals of deviation s in the
    // plane E|x - x'| = s sqrt(pi): one mode, so s is sigma.
    let config = config(&["target.modes=1", "target.sigma=0.5"]);
    let means: f64 = (1..=8)
        .map(|seed| {
            let config = config
                .with_assignment(&format!("seed={seed}"))
                .expect("allowed");
            floor(&mut Evaluator::new(&config)).energy.mean
        })
        .sum();
    let expected = 2.0 * 0.5 * f64::sqrt(std::f64::consts::PI) / EVALUATED_SAMPLES as f64;
    // The reference sample is common to a seed's 39 pairs, so eight seeds are eight independent draws of
    // about half the statistic.
    assert!(
        (means / 8.0 / expected - 1.0).abs() < 0.25,
        "{}",
        means / 8.0 / expected
    );
}

#[test]
fn a_generator_that_diverged_has_no_numbers() {
    let config = config(&[]);
    let found = Evaluator::new(&config).quality(3, &vec![f32::NAN; 2 * EVALUATED_SAMPLES]);
    let modes = found.modes.expect("a mixture");
    assert_eq!((modes.covered, modes.hq), (0, 0.0));
    assert!(modes.reverse_kl.is_nan() && found.distances.energy.is_nan());
}

#[test]
fn a_floor_is_told_only_once_it_is_complete() {
    let mut evaluator = Evaluator::new(&config(&[]));
    assert!(evaluator.prepare_floor() && evaluator.floor().is_none());
    let floor = floor(&mut evaluator);
    assert!(floor.energy.low < floor.energy.mean && floor.energy.mean < floor.energy.high);
    assert!(!evaluator.prepare_floor());
}
