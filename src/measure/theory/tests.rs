//! Against closed forms, one-dimensional quadrature and sums written out, on samples that are random
//! only where randomness is the question.

mod optimal;

use super::*;
use crate::{
    config::TrainingConfig,
    random::{Draws, Stream},
    target::{Sampler, mixture},
};

const ZERO_ONE: Loss = lsgan(0.0, 1.0, 1.0);
const PEARSON: Loss = lsgan(-1.0, 1.0, 0.0);

const fn lsgan(a: f64, b: f64, c: f64) -> Loss {
    Loss::Lsgan {
        a,
        b,
        c,
        sigmoid: false,
    }
}

const fn on_sigmoid(a: f64, b: f64) -> Loss {
    Loss::Lsgan {
        a,
        b,
        c: 1.0,
        sigmoid: true,
    }
}

fn target(assignments: &[&str]) -> Target {
    assignments
        .iter()
        .fold(TrainingConfig::default(), |config, assignment| {
            config.with_assignment(assignment).unwrap()
        })
        .target
}

fn theory(assignments: &[&str]) -> Theory {
    Theory::new(&target(assignments)).unwrap()
}

fn chi_squared(theory: &Theory, fake: &[f32]) -> f64 {
    let p_g = theory.estimate(fake);
    theory.divergence(ZERO_ONE, &p_g).chi_squared
}

fn two_c(theory: &Theory, loss: Loss, fake: &[f32]) -> f64 {
    let p_g = theory.estimate(fake);
    theory.divergence(loss, &p_g).two_c.unwrap()
}

#[track_caller]
fn assert_near(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found}, not {expected}"
    );
}

/// The n-th of `count` points spread evenly over the unit square: one in each of `count` columns, each
/// higher than the last by the golden section, going round.
fn evenly(n: usize, count: usize) -> [f64; 2] {
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let n = n as f64 + 0.5;
    [n / count as f64, (n * GOLDEN).fract()]
}

/// The n-th of `count` points spread like a standard normal in two dimensions.
fn evenly_normal(n: usize, count: usize) -> [f64; 2] {
    let [u, v] = evenly(n, count);
    let (radius, angle) = ((-2.0 * u.ln()).sqrt(), TAU * v);
    [radius * angle.cos(), radius * angle.sin()]
}

/// `each` points spread evenly over every mode of a mixture, moved by `shift`.
fn even_mixture(target: &Target, each: usize, shift: [f64; 2]) -> Vec<f32> {
    let mixture = mixture(target).unwrap();
    let place = |mode: &[f32; 2], n: usize| {
        let normal = evenly_normal(n, each);
        [0, 1].map(|axis| {
            (f64::from(mode[axis]) + f64::from(mixture.sigma) * normal[axis] + shift[axis]) as f32
        })
    };
    mixture
        .modes
        .iter()
        .flat_map(|mode| (0..each).flat_map(move |n| place(mode, n)))
        .collect()
}

/// Chi-squared between two normal densities in the plane of standard deviation 1 whose means lie `t`
/// apart. Across the line through the means both have the same factor, which cancels from the quotient
/// and integrates to 1; what is left is the integral along that line.
fn between_normals(t: f64) -> f64 {
    let normal = |x: f64| (-0.5 * x * x).exp() / TAU.sqrt();
    let step = 1e-3;
    let from = -12.0;
    (0..((24.0 + t) / step) as usize)
        .map(|index| from + (index as f64 + 0.5) * step)
        .map(|x| (normal(x), normal(x - t)))
        .map(|(p, q)| step * (p - q).powi(2) / (p + q))
        .sum()
}

#[test]
fn a_target_without_a_known_density_has_no_theory() {
    assert!(Theory::new(&target(&["target.kind=moons"])).is_none());
    assert!(Theory::new(&target(&["target.kind=spiral"])).is_none());
}

#[test]
fn the_kernel_is_as_wide_as_the_target_is_blurred_but_never_below_one_and_a_half_cells() {
    let of = |assignments: &[&str]| theory(assignments).bandwidth;
    // The square of a ring reaches 1.5 (1 + 3 sigma) to either side.
    assert_eq!(of(&["target.sigma=0.05"]), 0.05);
    assert_near(of(&["target.sigma=0.01"]), 1.5 * 3.0 * 1.03 / 128.0, 1e-8);
    assert_eq!(of(&["target.kind=line", "target.sigma=0.1"]), 0.1);
    // A board of width 2: 1.5 to either side, 3/128 a cell.
    assert_near(of(&["target.kind=checkerboard"]), 4.5 / 128.0, 1e-8);
}

#[test]
fn equal_densities_have_chi_squared_zero_and_evenly_laid_samples_come_as_near_as_they_are_many() {
    let ring = target(&["target.sigma=0.02"]);
    let theory = Theory::new(&ring).unwrap();
    let exact = theory.divergence(PEARSON, &theory.p_d);
    assert_eq!((exact.chi_squared, exact.two_c), (0.0, Some(0.0)));
    let [few, more, most] =
        [20, 200, 20_000].map(|each| chi_squared(&theory, &even_mixture(&ring, each, [0.0; 2])));
    assert!(few > 10.0 * more, "{few} {more}");
    // The tails cut off the kernels alone are 1e-6 of p_g that p_d does not have out there.
    assert!(most < 2e-6, "{most}");
}

#[test]
fn evenly_laid_samples_of_a_checkerboard_have_its_blurred_density() {
    // A board of 2 x 2 squares of side 1, the lower left and the upper right one dark.
    let theory = theory(&["target.kind=checkerboard", "target.side=2"]);
    let board = |n: usize| {
        let [x, y] = evenly(n, 50_000);
        [x - 1.0, y - 1.0, x, y].map(|x| x as f32)
    };
    let dark: Vec<f32> = (0..50_000).flat_map(board).collect();
    assert!(chi_squared(&theory, &dark) < 1e-5);
    let mirrored: Vec<f32> = dark
        .chunks(2)
        .flat_map(|point| [-point[0], point[1]])
        .collect();
    assert!(chi_squared(&theory, &mirrored) > 1.5);
}

#[test]
fn a_perfect_sampler_scores_what_its_finite_sample_is_expected_to() {
    // To first order in 1/n (see `bandwidth`): (M ((sigma^2 + h^2) / h^2)^2 - 1) / 2n. The modes are
    // far apart, and sigma is below h, so that little lies where few samples fall and the first order
    // is too large.
    const SEEDS: u32 = 400;
    let (sigma, n) = (0.01_f64, 2_500);
    let ring = target(&["target.sigma=0.01"]);
    let theory = Theory::new(&ring).unwrap();
    let widening = 1.0 + (sigma / theory.bandwidth).powi(2);
    let expected = (8.0 * widening * widening - 1.0) / (2.0 * f64::from(n));
    let found: Vec<f64> = (0..SEEDS)
        .map(|seed| Sampler::new(&ring).samples(&Draws::new(seed, Stream::Real, 0, 0), n as usize))
        .map(|real| chi_squared(&theory, &real))
        .collect();
    let mean = found.iter().sum::<f64>() / f64::from(SEEDS);
    let variance = found.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(SEEDS - 1);
    let standard_error = (variance / f64::from(SEEDS)).sqrt();
    assert!(standard_error < 0.03 * expected);
    assert_near(mean, expected, 4.0 * standard_error);
}

#[test]
fn disjoint_densities_have_chi_squared_2_wherever_the_samples_are() {
    let theory = theory(&["target.sigma=0.05"]);
    let corner = 0.8 * theory.half_side;
    for place in [corner, 1.1 * theory.half_side, 100.0, -1e30, f32::MAX] {
        let fake = [place, place].repeat(100);
        assert_near(chi_squared(&theory, &fake), 2.0, 1e-6);
        // a = 0, b = c = 1: 2 C(G) = ∫ p_g^2 / (p_d + p_g).
        assert_near(two_c(&theory, ZERO_ONE, &fake), 1.0, 1e-6);
    }
}

#[test]
fn mass_that_leaves_the_square_counts_outside_of_it() {
    let ring = target(&["target.sigma=0.05"]);
    let theory = Theory::new(&ring).unwrap();
    // Half of a sample's kernel on an edge lies outside, three quarters of one in a corner.
    let edge = theory.half_side;
    assert_near(theory.estimate(&[edge, 0.3]).outside, 0.5, 1e-6);
    assert_near(theory.estimate(&[-0.2, -edge]).outside, 0.5, 1e-6);
    assert_near(theory.estimate(&[-edge, edge]).outside, 0.75, 1e-6);
    // Half of p_g is p_d/2, the other half far away: ∫ (p/2)^2 / (3p/2) + 1/2 = 1/6 + 1/2; with the
    // labels 0, 1, 1: ∫ (p/2)^2 / (3p/2) + 1/2 again; with -1, 0, 1: ∫ (-p - p)^2 / (3p/2) + 4/2.
    let mut fake = even_mixture(&ring, 5_000, [0.0; 2]);
    fake.extend([-40.0, 7.0].repeat(40_000));
    assert_near(chi_squared(&theory, &fake), 2.0 / 3.0, 1e-4);
    assert_near(two_c(&theory, ZERO_ONE, &fake), 2.0 / 3.0, 1e-4);
    assert_near(
        two_c(&theory, lsgan(-1.0, 0.0, 1.0), &fake),
        14.0 / 3.0,
        1e-4,
    );
}

#[test]
fn two_gaussians_t_apart_have_the_chi_squared_of_a_one_dimensional_quadrature() {
    // Both are blurred, to a variance of sigma^2 + h^2 = 2 sigma^2. Moved along y, along x and aslant.
    let one = target(&["target.modes=1", "target.sigma=0.05"]);
    let blurred = Theory::new(&one).unwrap();
    let spread = 0.05 * 2.0_f64.sqrt();
    for (t, direction) in [
        (0.25, [0.0, 1.0]),
        (0.5, [-1.0, 0.0]),
        (1.0, [0.6, 0.8]),
        (2.0, [-0.8, 0.6]),
        (4.0, [0.0, -1.0]),
    ] {
        let fake = even_mixture(&one, 40_000, direction.map(|part| part * t * spread));
        assert_near(chi_squared(&blurred, &fake), between_normals(t), 1e-4);
    }
    // Where sigma is far below a cell, a single sample is a Gaussian as wide as p_d, and the kernel as
    // narrow as the grid allows: so this also bounds the error of the grid.
    let sharp = theory(&["target.modes=1", "target.sigma=0.0001"]);
    for t in [0.1, 0.7, 1.5, 3.0, 4.0, 5.0] {
        let fake = [1.0, (t * sharp.bandwidth) as f32];
        assert_near(chi_squared(&sharp, &fake), between_normals(t), 1e-3);
    }
}

#[test]
fn two_c_is_chi_squared_in_the_pearson_case_and_another_number_under_0_1() {
    let ring = target(&["target.sigma=0.05"]);
    let theory = Theory::new(&ring).unwrap();
    for shift in [0.0, 0.03, 0.1, 0.5, 9.0] {
        let p_g = theory.estimate(&even_mixture(&ring, 400, [shift, -shift]));
        let pearson = theory.divergence(PEARSON, &p_g);
        assert!(pearson.pearson);
        assert_near(pearson.two_c.unwrap(), pearson.chi_squared, 1e-13);
        // By the last row of the module's table.
        let zero_one = theory.divergence(ZERO_ONE, &p_g);
        assert!(!zero_one.pearson);
        assert_eq!(zero_one.chi_squared, pearson.chi_squared);
        assert_near(
            zero_one.two_c.unwrap(),
            0.25 * zero_one.chi_squared + 0.5,
            1e-6,
        );
    }
    // Equal: ∫ p^2 / 2p = 1/2, where chi-squared is 0.
    let equal = theory.divergence(ZERO_ONE, &theory.p_d);
    assert_eq!(equal.chi_squared, 0.0);
    assert_near(equal.two_c.unwrap(), 0.5, 1e-12);
}

#[test]
fn the_pearson_case_is_told_by_both_differences() {
    assert!(pearson_case(-1.0, 1.0, 0.0));
    assert!(pearson_case(2.0, 4.0, 3.0));
    // 0.1 + 0.2 - 1 is not -0.7 in binary.
    assert!(pearson_case(0.1 + 0.2 - 1.0, 1.3, 0.3));
    assert!(!pearson_case(0.0, 1.0, 1.0));
    assert!(!pearson_case(0.0, 1.0, 0.0));
    assert!(!pearson_case(-1.0, 1.0, 1.0));
    assert!(!pearson_case(-1.0, 1.0, 1e-9));
    let ring = theory(&[]);
    for loss in [
        Loss::Minimax,
        Loss::NonSaturating,
        Loss::Lsgan {
            a: -1.0,
            b: 1.0,
            c: 0.0,
            sigmoid: true,
        },
    ] {
        let divergence = ring.divergence(loss, &ring.p_d);
        assert_eq!((divergence.two_c, divergence.pearson), (None, false));
    }
}

/// Two modes and four generated samples, all of it well inside the square.
const FEW: [f32; 8] = [-0.9, 0.1, 1.3, 0.2, 0.4, -0.5, 1.0, 0.0];

/// p_d and p_g blurred by `h` at a point, written out.
fn few_densities(h: f64, [x, y]: [f64; 2]) -> [f64; 2] {
    let normal = |dx: f64, dy: f64, variance: f64| {
        (-(dx * dx + dy * dy) / (2.0 * variance)).exp() / (TAU * variance)
    };
    let p_d = [-1.0, 1.0].map(|mode| 0.5 * normal(x - mode, y, 0.04 + h * h));
    let p_g = FEW
        .chunks(2)
        .map(|at| normal(x - f64::from(at[0]), y - f64::from(at[1]), h * h) / 4.0);
    [p_d.iter().sum(), p_g.sum()]
}

#[test]
fn two_c_with_any_labels_is_the_loss_of_the_optimal_discriminator_summed_by_hand() {
    let theory = theory(&["target.kind=two_gaussians", "target.sigma=0.2"]);
    let h = theory.bandwidth;
    // A grid of its own: finer, and over more of the plane.
    let (half, side) = (3.5, 500);
    let cell = 2.0 * half / side as f64;
    let place = |index: usize| (index as f64 + 0.5) * cell - half;
    let sum = |a: f64, b: f64, c: f64| -> f64 {
        (0..side * side)
            .map(|index| few_densities(h, [place(index % side), place(index / side)]))
            .map(|[p_d, p_g]| {
                let total = p_d + p_g;
                let optimal = a + (b - a) * (p_d / total);
                total * (optimal - c).powi(2) * cell * cell
            })
            .sum()
    };
    for (a, b, c) in [
        (0.0, 1.0, 1.0),
        (-1.0, 1.0, 0.0),
        (1.0, -1.0, 0.0),
        (-2.0, 0.5, 3.0),
        (0.3, 0.3, -1.0),
    ] {
        let found = two_c(&theory, lsgan(a, b, c), &FEW);
        let expected = sum(a, b, c);
        assert_near(found, expected, 2e-5 * expected);
        let by_chi_squared =
            0.25 * (b - a).powi(2) * chi_squared(&theory, &FEW) + 2.0 * (c - 0.5 * (a + b)).powi(2);
        assert_near(found, by_chi_squared, 1e-9);
    }
}

#[test]
fn one_sample_that_is_not_finite_leaves_no_number() {
    let theory = theory(&[]);
    let mut fake = [0.5_f32, 0.5].repeat(100);
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        fake[151] = bad;
        let p_g = theory.estimate(&fake);
        let divergence = theory.divergence(ZERO_ONE, &p_g);
        assert!(divergence.chi_squared.is_nan() && divergence.two_c.unwrap().is_nan());
        for loss in [ZERO_ONE, Loss::Minimax] {
            let surface = theory.optimal_discriminator(loss, &p_g);
            assert!(surface.values.iter().all(|value| value.is_nan()));
        }
    }
    assert!(chi_squared(&theory, &[]).is_nan());
}
