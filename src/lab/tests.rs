use super::*;
use crate::{
    config::TrainingConfig,
    gan::Discriminator,
    measure::{Detail, SURFACE_SIDE, Shown},
};

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

fn network(activation: &str) -> FixedDiscriminator {
    let config = TrainingConfig::default()
        .with_assignment(&format!("discriminator.activation={activation}"))
        .unwrap();
    let weights = Discriminator::initial_weights(&config);
    FixedDiscriminator::new(&config.discriminator, &weights)
}

fn linear() -> FixedDiscriminator {
    FixedDiscriminator::linear([1.0, 0.0], 0.0)
}

fn walk(lab: &mut Lab, steps: usize) {
    (0..steps).for_each(|_| lab.step());
}

/// The table that README shows.
fn table() -> Vec<Arrival> {
    arrivals(&ALL, &[8.0, -8.0], 0.1, 0.5, 100_000)
}

fn row(table: &[Arrival], loss: Loss, from: f64) -> Arrival {
    let mut rows = table.iter();
    *rows
        .find(|row| row.loss == loss && row.from == from)
        .expect("a row for each loss and side")
}

#[test]
fn least_squares_brings_far_samples_in_and_nothing_else_ever_does() {
    let table = table();
    for (loss, c) in [(ZERO_ONE, 1.0), (PEARSON, 0.0)] {
        for from in [8.0_f64, -8.0] {
            // Each step leaves 1 - rate of the distance: the first n with 0.9^n |from - c| <= 0.5.
            let closed_form = (0..).find(|n| 0.9_f64.powi(*n) * (from - c).abs() <= 0.5);
            let row = row(&table, loss, from);
            assert_eq!(row.to_rest, closed_form.map(|n| n as u64), "{row:?}");
            assert!((row.output - c).abs() < 1e-9, "{row:?}");
        }
    }
    // By hand: ln(0.5 / 7) / ln 0.9 = 25.05, and 27.43 from 9 away, 26.31 from 8 away.
    let steps = |loss, from| row(&table, loss, from).to_rest;
    assert_eq!(
        (steps(ZERO_ONE, 8.0), steps(ZERO_ONE, -8.0)),
        (Some(26), Some(28))
    );
    assert_eq!(
        (steps(PEARSON, 8.0), steps(PEARSON, -8.0)),
        (Some(27), Some(27))
    );
    for loss in [Loss::Minimax, Loss::NonSaturating, ON_SIGMOID] {
        for from in [8.0, -8.0] {
            assert_eq!(steps(loss, from), None, "{loss:?} from {from}");
        }
    }
}

#[test]
fn cross_entropy_crosses_the_boundary_from_below_and_drifts_on() {
    let table = table();
    // The non-saturating diamond against a loop of its own: y <- y + 0.1 (1 - sigmoid(y)).
    let (mut y, mut steps) = (-8.0_f64, 0);
    while y.abs() > 0.5 {
        y += 0.1 / (1.0 + y.exp());
        steps += 1;
    }
    let diamond = row(&table, Loss::NonSaturating, -8.0);
    assert_eq!(diamond.to_boundary, Some(steps));
    assert!((75..100).contains(&steps), "{steps}");
    assert!(diamond.output > 5.0, "it goes on past the boundary");

    // Where a loss is flat, time is the integral of 1 / (rate |l'|) from -8 to -0.5: for minimax
    // 10 (7.5 + e^8 - e^0.5) = 29868, for least squares on a sigmoid 30038.
    for (loss, expected) in [(Loss::Minimax, 29_868.0), (ON_SIGMOID, 30_038.0)] {
        let row = row(&table, loss, -8.0);
        let steps = row.to_boundary.expect("slowly, but it comes") as f64;
        assert!((steps / expected - 1.0).abs() < 1e-3, "{row:?}");
    }

    // The triangles never come: two losses push them further, least squares on a sigmoid forgets them.
    for loss in [Loss::Minimax, Loss::NonSaturating, ON_SIGMOID] {
        let row = row(&table, loss, 8.0);
        assert!(row.to_boundary.is_none() && row.output > 8.0, "{row:?}");
    }
    // With the 0-1 coding a triangle rests at y = 1, not on the boundary at 1/2; with Pearson's the
    // two are the same level.
    assert_eq!(row(&table, ZERO_ONE, 8.0).to_boundary, None);
    let pearson = row(&table, PEARSON, 8.0);
    assert_eq!(pearson.to_boundary, pearson.to_rest);
}

#[test]
fn a_step_is_minus_the_rate_times_the_slope_of_each_loss() {
    for discriminator in [linear(), network("leaky_relu"), network("tanh")] {
        let starts = vec![[0.4, -0.9], [2.0, 1.0]];
        let mut lab = Lab::new(
            discriminator.clone(),
            ALL.to_vec(),
            starts.clone(),
            0.3,
            0.1,
        );
        lab.step();
        let h = 1e-6;
        for track in lab.tracks() {
            for (sample, [x, y]) in track.samples.iter().zip(&starts) {
                let value = |at| loss::value(track.loss, discriminator.at(at).output);
                let slopes = [
                    (value([x + h, *y]) - value([x - h, *y])) / (2.0 * h),
                    (value([*x, y + h]) - value([*x, y - h])) / (2.0 * h),
                ];
                assert!((sample.at[0] - (x - 0.3 * slopes[0])).abs() < 1e-8);
                assert!((sample.at[1] - (y - 0.3 * slopes[1])).abs() < 1e-8);
                assert_eq!(sample.response, discriminator.at(sample.at));
                assert_eq!((sample.steps, sample.start), (1, [*x, *y]));
            }
        }
    }
}

#[test]
fn the_same_start_goes_the_same_way_and_a_restart_goes_it_again() {
    let starts = vec![[0.4, -0.9], [2.0, 1.0], [-1.0, 0.1]];
    let new = || {
        Lab::new(
            network("leaky_relu"),
            ALL.to_vec(),
            starts.clone(),
            0.05,
            0.1,
        )
    };
    let (mut one, mut other) = (new(), new());
    let start = one.tracks().to_vec();
    walk(&mut one, 200);
    walk(&mut other, 200);
    assert_eq!(one.tracks(), other.tracks());
    assert_eq!(one.steps(), 200);
    one.restart();
    assert_eq!((one.tracks(), one.steps()), (start.as_slice(), 0));
    walk(&mut one, 200);
    assert_eq!(one.tracks(), other.tracks());
}

#[test]
fn each_sample_goes_its_way_whatever_happens_to_the_others() {
    let starts = [[3.0, 1.0], [-2.0, 0.5], [0.5, -1.0]];
    let alone = |at| {
        let mut lab = Lab::new(network("tanh"), ALL.to_vec(), vec![at], 0.05, 0.1);
        walk(&mut lab, 30);
        lab.tracks().iter().map(|track| track.samples[0]).collect()
    };
    let ways: Vec<Vec<Sample>> = starts.into_iter().map(alone).collect();
    let mut lab = Lab::new(network("tanh"), ALL.to_vec(), vec![[9.0, 9.0]], 0.05, 0.1);
    walk(&mut lab, 5);
    assert_eq!(lab.add(starts[0]), 1);
    assert_eq!(lab.add(starts[1]), 2);
    lab.place(0, starts[2]);
    walk(&mut lab, 30);
    lab.remove(1);
    for (track, index) in lab.tracks().iter().zip(0..) {
        let expected = [ways[2][index], ways[1][index]];
        assert_eq!(track.samples, expected);
    }
    // Indices that are none change nothing.
    let before = lab.tracks().to_vec();
    lab.remove(2);
    lab.place(7, [0.0, 0.0]);
    assert_eq!(lab.tracks(), before);
}

#[test]
fn arrival_counts_crossing_and_starts_anew_with_what_it_is_measured_by() {
    // Rate 1 at c = 1 jumps from -8 to 1 at once, over the boundary at 1/2 and out of its reach.
    let mut lab = Lab::new(linear(), vec![ZERO_ONE], vec![[-8.0, 0.0]], 1.0, 0.1);
    let marks = |lab: &Lab| {
        let sample = lab.tracks()[0].samples[0];
        (sample.steps, sample.reached_boundary, sample.reached_rest)
    };
    assert_eq!(marks(&lab), (0, None, None));
    walk(&mut lab, 3);
    assert_eq!(marks(&lab), (3, Some(1), Some(1)));
    // A new distance: the sample stays at 1 and is there from the outset.
    lab.set_within(0.01);
    assert_eq!(marks(&lab), (0, None, Some(0)));
    // A new discriminator, D(x) = x - 2: at 1 it says -1.
    lab.set_discriminator(FixedDiscriminator::linear([1.0, 0.0], -2.0));
    assert_eq!(marks(&lab), (0, None, None));
    assert_eq!(lab.tracks()[0].samples[0].response.output, -1.0);
    lab.set_rate(0.5);
    lab.step();
    assert_eq!(lab.tracks()[0].samples[0].at, [2.0, 0.0]);
    lab.restart();
    assert_eq!(lab.tracks()[0].samples[0].at, [-8.0, 0.0]);
}

#[test]
fn distances_are_measured_in_the_plane_not_in_y() {
    // |w| = 5: y = 0.4 at a distance of 0.08 from the Pearson boundary.
    let steep = FixedDiscriminator::linear([3.0, 4.0], 0.0);
    let at = [0.4 * 3.0 / 25.0, 0.4 * 4.0 / 25.0];
    let lab = Lab::new(steep, vec![PEARSON], vec![at], 0.02, 0.1);
    assert_eq!(lab.tracks()[0].samples[0].reached_rest, Some(0));
}

#[test]
fn nothing_becomes_nan_or_leaves_the_plane() {
    let mut broken = Discriminator::initial_weights(&TrainingConfig::default());
    broken.layers[1].weight[5] = f32::NAN;
    let mut endless = broken.clone();
    endless.layers[1].weight.fill(f32::INFINITY);
    let config = TrainingConfig::default();
    let discriminators = [
        FixedDiscriminator::linear([0.0, 0.0], 3.0),
        FixedDiscriminator::linear([100.0, -100.0], 0.0),
        FixedDiscriminator::linear([1e200, 1e200], 0.0),
        FixedDiscriminator::linear([f64::INFINITY, f64::NAN], 0.0),
        FixedDiscriminator::new(&config.discriminator, &broken),
        FixedDiscriminator::new(&config.discriminator, &endless),
        network("sigmoid"),
    ];
    let starts = vec![
        [0.0, 0.0],
        [1.0, -2.0],
        [f64::NAN, 1.0],
        [f64::INFINITY, f64::NEG_INFINITY],
        [1e300, -1e300],
    ];
    for discriminator in discriminators {
        let mut lab = Lab::new(discriminator, ALL.to_vec(), starts.clone(), 1.0, 0.1);
        for _ in 0..50 {
            for sample in lab.tracks().iter().flat_map(|track| &track.samples) {
                assert!(sample.at.iter().all(|x| x.abs() <= LIMIT), "{sample:?}");
                assert!(sample.force.iter().all(|x| x.is_finite()), "{sample:?}");
            }
            lab.step();
        }
    }
}

#[test]
fn flat_ground_moves_nobody_and_is_nowhere_near_a_boundary() {
    let flat = FixedDiscriminator::linear([0.0, 0.0], 3.0);
    let mut lab = Lab::new(flat, ALL.to_vec(), vec![[1.0, 2.0]], 0.1, 10.0);
    walk(&mut lab, 10);
    for track in lab.tracks() {
        let sample = track.samples[0];
        assert_eq!((sample.at, sample.force), ([1.0, 2.0], [0.0, 0.0]));
        assert_eq!((sample.reached_boundary, sample.reached_rest), (None, None));
    }
}

#[test]
fn a_surface_lies_on_the_grid_of_a_runs() {
    let shown = Shown::new(&TrainingConfig::default(), Detail::default());
    let half = f64::from(crate::target::extent(&TrainingConfig::default().target));
    for discriminator in [
        FixedDiscriminator::linear([3.0, -1.0], 0.25),
        network("leaky_relu"),
    ] {
        let surface = surface(&discriminator, half);
        assert_eq!(
            (surface.width, surface.height),
            (SURFACE_SIDE, SURFACE_SIDE)
        );
        assert_eq!(
            (surface.x, surface.y),
            ([-half as f32, half as f32], surface.x)
        );
        // The real samples come after the points of the surface.
        let points = shown.probe().points.chunks(2);
        let points = points.take(SURFACE_SIDE * SURFACE_SIDE);
        assert_eq!(surface.values.len(), points.len());
        for (value, point) in surface.values.iter().zip(points) {
            let expected = discriminator.at([point[0], point[1]].map(f64::from)).output;
            assert!((f64::from(*value) - expected).abs() < 1e-5);
        }
    }
}
