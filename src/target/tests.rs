//! Samplers against moments and densities worked out by hand.

use super::*;
use crate::{config::TrainingConfig, random::Stream};

const COUNT: usize = 20_000;

fn target(assignments: &[&str]) -> Target {
    assignments
        .iter()
        .fold(TrainingConfig::default(), |config, assignment| {
            config.with_assignment(assignment).unwrap()
        })
        .target
}

fn all_kinds() -> Vec<Target> {
    [
        "ring",
        "grid",
        "two_gaussians",
        "line",
        "moons",
        "spiral",
        "checkerboard",
        "mixture",
        "points",
    ]
    .map(|kind| target(&[&format!("target.kind={kind}")]))
    .into()
}

fn samples(target: &Target, draws: &Draws, count: usize) -> Vec<f32> {
    Sampler::new(target).samples(draws, count)
}

fn drawn(target: &Target) -> Vec<[f32; 2]> {
    let flat = samples(target, &Draws::new(7, Stream::Real, 0, 0), COUNT);
    flat.chunks(2).map(|pair| [pair[0], pair[1]]).collect()
}

fn mean(values: impl Iterator<Item = f32>) -> f64 {
    values.map(f64::from).sum::<f64>() / COUNT as f64
}

#[test]
fn means_and_variances_are_those_of_the_formulas() {
    // (kind, variance of x, variance of y), by hand from the definitions; all means are zero.
    let cases: [(&str, f64, f64); 5] = [
        ("ring", 0.5 + 0.0025, 0.5 + 0.0025),
        ("grid", 0.25 * 2.0 + 0.0025, 0.25 * 2.0 + 0.0025),
        ("two_gaussians", 1.0 + 0.04, 0.04),
        ("line", 4.0 / 12.0 + 0.0025, 0.0025),
        ("checkerboard", 4.0 / 12.0, 4.0 / 12.0),
    ];
    for (kind, variance_x, variance_y) in cases {
        let points = drawn(&target(&[&format!("target.kind={kind}")]));
        for (axis, variance) in [variance_x, variance_y].into_iter().enumerate() {
            let found_mean = mean(points.iter().map(|point| point[axis]));
            let found = mean(points.iter().map(|point| point[axis] * point[axis]));
            // Five standard errors; the fourth moment of these shapes is at most 3 variance^2.
            let (slack_mean, slack) = (
                5.0 * (variance / COUNT as f64).sqrt(),
                5.0 * variance * (2.0 / COUNT as f64).sqrt(),
            );
            assert!(
                found_mean.abs() < slack_mean,
                "{kind} axis {axis}: mean {found_mean}"
            );
            assert!(
                (found - variance).abs() < slack,
                "{kind} axis {axis}: variance {found}, not {variance}"
            );
        }
    }
}

#[test]
fn known_densities_integrate_to_one_and_match_the_samples() {
    const CELLS: usize = 400;
    for target in all_kinds() {
        if density(&target, [0.0, 0.0]).is_none() {
            continue;
        }
        let half = extent(&target);
        let step = 2.0 * half / CELLS as f32;
        let place = |index: usize| (index as f32 + 0.5) * step - half;
        let (mut total, mut right_upper) = (0.0, 0.0);
        for (x, y) in (0..CELLS * CELLS).map(|index| (place(index % CELLS), place(index / CELLS))) {
            let mass = f64::from(density(&target, [x, y]).unwrap() * step * step);
            total += mass;
            // A slanted half plane, so that no symmetry hides a mistake.
            if x > 0.3 + 0.2 * y {
                right_upper += mass;
            }
        }
        let share = drawn(&target)
            .iter()
            .filter(|[x, y]| *x > 0.3 + 0.2 * y)
            .count() as f64
            / COUNT as f64;
        assert!(
            (total - 1.0).abs() < 0.01,
            "{target:?} integrates to {total}"
        );
        assert!(
            (right_upper - share).abs() < 0.02,
            "{target:?}: density says {right_upper}, samples {share}"
        );
    }
}

#[test]
fn a_ring_has_its_first_mode_at_angle_zero_and_equal_weights() {
    let ring = target(&["target.modes=8", "target.sigma=0.01"]);
    let modes = mixture(&ring).unwrap().modes;
    assert_eq!(modes[0], [1.0, 0.0]);
    let mut counts = [0usize; 8];
    for [x, y] in drawn(&ring) {
        counts[((y.atan2(x) / TAU * 8.0).round() as i32).rem_euclid(8) as usize] += 1;
    }
    // Binomial with p = 1/8: standard deviation sqrt(20000 * 7 / 64) = 46.8; five of them.
    assert!(
        counts.iter().all(|count| count.abs_diff(2_500) < 234),
        "{counts:?}"
    );
}

#[test]
fn moons_lie_on_two_half_circles_and_the_spiral_on_its_curve() {
    for [x, y] in drawn(&target(&["target.kind=moons", "target.sigma=0.0001"])) {
        let upper = ((x + 0.25).hypot(y + 0.125) - 0.5).abs();
        let lower = ((x - 0.25).hypot(y - 0.125) - 0.5).abs();
        assert!(upper.min(lower) < 0.001, "({x}, {y})");
    }
    for [x, y] in drawn(&target(&["target.kind=spiral", "target.sigma=0.0001"])) {
        let radius = x.hypot(y);
        let angle = TAU * 1.5 * radius;
        assert!(
            (x - radius * angle.cos()).hypot(y - radius * angle.sin()) < 0.005,
            "({x}, {y})"
        );
    }
}

#[test]
fn checkerboard_cells_are_all_dark_and_all_different() {
    for side in 2..=10 {
        let cells: std::collections::BTreeSet<_> = (0..checkerboard_cells(side))
            .map(|n| checkerboard_cell(side, n))
            .collect();
        assert_eq!(cells.len(), checkerboard_cells(side));
        assert!(
            cells
                .iter()
                .all(|[column, row]| (column + row) % 2 == 0 && *column < side && *row < side)
        );
    }
}

#[test]
fn every_target_fits_its_extent_and_a_sample_ignores_how_many_are_drawn() {
    for target in all_kinds() {
        let draws = Draws::new(3, Stream::Real, 9, 1);
        let many = samples(&target, &draws, 500);
        assert!(many.iter().all(|x| x.abs() < extent(&target)), "{target:?}");
        assert_eq!(samples(&target, &draws, 10), many[..20]);
    }
}

#[test]
fn blurred_densities_are_convolutions_and_integrate_to_one() {
    const BANDWIDTH: f64 = 0.07;
    let normal = |x: f64, y: f64| {
        let variance = BANDWIDTH * BANDWIDTH;
        (-0.5 * (x * x + y * y) / variance).exp() / (std::f64::consts::TAU * variance)
    };
    for target in all_kinds() {
        if density(&target, [0.0, 0.0]).is_none() {
            assert_eq!(blurred_density(&target, [0.0, 0.0], BANDWIDTH), None);
            continue;
        }
        let blurred = |x, y| blurred_density(&target, [x, y], BANDWIDTH).unwrap();
        let half = f64::from(extent(&target)) + 0.5;
        let step = 0.02;
        let along =
            || (0..(2.0 * half / step) as usize).map(|index| (index as f64 + 0.5) * step - half);
        let total: f64 = along()
            .flat_map(|x| along().map(move |y| (x, y)))
            .map(|(x, y)| blurred(x, y) * step * step)
            .sum();
        assert!((total - 1.0).abs() < 1e-6, "{target:?} has {total}");
        // Points on a mode, on an edge and beside them; the kernel summed out to 6 bandwidths, on
        // points that lie evenly on both sides of the checkerboard's edges.
        for (x, y) in [
            (1.0, 0.0),
            (0.5, -0.5),
            (0.9, 0.1),
            (-0.37, 0.53),
            (-1.08, -0.95),
        ] {
            let step = 0.0025;
            let reach = (6.0 * BANDWIDTH / step) as i32;
            let offset = |index: i32| (f64::from(index) + 0.5) * step;
            let convolved: f64 = (-reach..reach)
                .flat_map(|row| (-reach..reach).map(move |column| (column, row)))
                .map(|(column, row)| (offset(column), offset(row)))
                .map(|(u, v)| {
                    let unblurred = blurred_density(&target, [x - u, y - v], 0.0).unwrap();
                    unblurred * normal(u, v) * step * step
                })
                .sum();
            let found = blurred(x, y);
            assert!(
                (found - convolved).abs() < 2e-4 * (1.0 + convolved),
                "{target:?} at ({x}, {y}): {found}, not {convolved}"
            );
        }
    }
}

#[test]
fn every_point_is_as_likely_as_any_other_and_blurred_by_sigma() {
    let four = target(&[
        "target.kind=points",
        "target.points=[[-1,0],[0.5,0.25],[1,1],[0.5,-2]]",
    ]);
    let Target::Points { points, .. } = &four else {
        panic!("{four:?}");
    };
    let sharp = Target::Points {
        points: points.clone(),
        sigma: 0.0,
    };
    let drawn_sharp = drawn(&sharp);
    for [x, y] in points {
        let at = [*x as f32, *y as f32];
        let count = drawn_sharp.iter().filter(|point| **point == at).count();
        // Binomial with p = 1/4: standard deviation sqrt(20000 * 3 / 16) = 61; five of them.
        assert!(count.abs_diff(COUNT / 4) < 306, "{at:?}: {count}");
    }
    // Each sample is the same point, blurred.
    let drawn_blurred = drawn(&four);
    let away = |axis: usize| {
        mean(
            std::iter::zip(&drawn_sharp, &drawn_blurred)
                .map(|(sharp, blurred)| (blurred[axis] - sharp[axis]).powi(2)),
        )
    };
    for axis in 0..2 {
        // 0.02 squared, give or take five times sqrt(2 / 20000) of it.
        assert!((away(axis) / 0.0004 - 1.0).abs() < 0.05, "{}", away(axis));
    }
    assert_eq!(density(&sharp, [0.5, 0.25]), None, "it is no number there");
    assert!(blurred_density(&sharp, [0.5, 0.25], 0.1).is_some());
    assert_eq!(mixture(&four), None, "points are no modes to be counted");
}

#[test]
fn a_mixture_at_the_places_of_a_ring_is_that_ring() {
    let ring = target(&["target.modes=4", "target.radius=0.5"]);
    let mixture = target(&[
        "target.kind=mixture",
        "target.means=[[0.5,0],[0,0.5],[-0.5,0],[0,-0.5]]",
        "target.sigma=0.05",
    ]);
    for (one, other) in std::iter::zip(drawn(&ring), drawn(&mixture)) {
        assert!(
            (one[0] - other[0]).hypot(one[1] - other[1]) < 1e-6,
            "{one:?}, {other:?}"
        );
    }
    for point in [[0.5, 0.0], [0.45, 0.1], [-1.0, 0.3]] {
        let [a, b] = [&ring, &mixture].map(|target| density(target, point).unwrap());
        assert!((a - b).abs() <= 1e-4 * a, "{a}, {b}");
    }
}

#[test]
fn the_plane_stays_while_places_move_within_it() {
    let at = |x: f64| {
        extent(&Target::Points {
            points: vec![[0.0, 0.0], [x, 0.1]],
            sigma: 0.0,
        })
    };
    assert_eq!(
        [0.01, 1.0, 1.6, 1.601, 3.2, 8.0].map(at),
        [2.0, 2.0, 2.0, 4.0, 4.0, 16.0]
    );
}
