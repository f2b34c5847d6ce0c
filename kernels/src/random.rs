//! Counter-based random numbers: the same integers on every device for (seed, stream, step, update,
//! index), with no state to carry, to save or to share between threads.
//!
//! The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw, *Parallel Random Numbers: As Easy
//! as 1, 2, 3*, SC 2011): 32-bit integer arithmetic only, so that a shader reproduces it bit for bit.
//! Key = (seed, stream), counter = (index, step low, step high, update); one block yields four
//! 32-bit words. Floats are made from the words by [`uniform`] and [`normal_pairs`], by sums, products,
//! quotients and roots alone, whose results do not depend on the platform.

/// What the numbers are for: streams never share a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Stream {
    /// Initial weights of the generator; `step` is the layer.
    GeneratorWeights = 0,
    /// Initial weights of the discriminator; `step` is the layer.
    DiscriminatorWeights = 1,
    /// Real samples of the discriminator's updates.
    Real = 2,
    /// Latents of the discriminator's updates.
    DiscriminatorLatent = 3,
    /// Latents of the generator's updates.
    GeneratorLatent = 4,
    /// Real samples that are shown; the same at every step.
    ShownReal = 5,
    /// Latents whose images are shown; the same at every step, so that the eye can follow them.
    ShownLatent = 6,
    /// Directions of the plane of latents whose image is shown, where there are more than two.
    LatentPlane = 7,
    /// Real samples that generated ones are measured against; the same at every step.
    EvaluatedReal = 8,
    /// Latents whose images are measured; the same at every step.
    EvaluatedLatent = 9,
    /// Further real samples, measured like generated ones: the noise floor. `step` is the pair.
    FloorReal = 10,
}

/// Blocks that are worked on together.
pub const SIDE_BY_SIDE: usize = 16;

/// The random words of one update.
#[derive(Clone, Copy, Debug)]
pub struct Draws {
    key: [u32; 2],
    step: u64,
    update: u32,
}

impl Draws {
    /// Words for the `update`-th update of `step` in `stream`.
    pub fn new(seed: u32, stream: Stream, step: u64, update: u32) -> Self {
        Self {
            key: [seed, stream as u32],
            step,
            update,
        }
    }

    /// Four independent words, each uniform over all `u32`.
    pub fn words(&self, index: u32) -> [u32; 4] {
        philox(
            [
                index,
                self.step as u32,
                (self.step >> 32) as u32,
                self.update,
            ],
            self.key,
        )
    }

    /// Standard normal numbers; block `i` of the words yields numbers `4 i` to `4 i + 3`.
    pub fn fill_normals(&self, numbers: &mut [f32]) {
        for (first, some) in (0..)
            .step_by(SIDE_BY_SIDE)
            .zip(numbers.chunks_mut(4 * SIDE_BY_SIDE))
        {
            let words = self.transposed_words(first);
            let (even, odd) = (
                normal_pairs(words[0], words[1]),
                normal_pairs(words[2], words[3]),
            );
            for (index, number) in some.iter_mut().enumerate() {
                let pair = if index % 4 < 2 { &even } else { &odd };
                *number = pair[index % 2][index / 4];
            }
        }
    }

    /// The words of so many blocks side by side, from block `first` on: the first words, the second ones,
    /// and so on.
    pub fn transposed_words(&self, first: u32) -> [[u32; SIDE_BY_SIDE]; 4] {
        let mut words = [[0; SIDE_BY_SIDE]; 4];
        for lane in 0..SIDE_BY_SIDE {
            let block = self.words(first.wrapping_add(lane as u32));
            for (words, word) in words.iter_mut().zip(block) {
                words[lane] = word;
            }
        }
        words
    }

    /// Numbers uniform on (-1, 1), in the order of [`Draws::fill_normals`].
    pub fn fill_signed_uniforms(&self, numbers: &mut [f32]) {
        self.fill(numbers, |words| words.map(|word| 2.0 * uniform(word) - 1.0));
    }

    /// `count` numbers as [`Draws::fill_normals`] has them.
    pub fn normals(&self, count: usize) -> Vec<f32> {
        let mut numbers = vec![0.0; count];
        self.fill_normals(&mut numbers);
        numbers
    }

    fn fill(&self, numbers: &mut [f32], four: impl Fn([u32; 4]) -> [f32; 4]) {
        for (index, some) in (0..).zip(numbers.chunks_mut(4)) {
            some.copy_from_slice(&four(self.words(index))[..some.len()]);
        }
    }
}

/// A number in the open interval (0, 1): the middle of one of 2^23 equal cells, so that it is exact
/// in f32 and neither end is ever reached.
pub fn uniform(word: u32) -> f32 {
    ((word >> 9) as f32 + 0.5) * (1.0 / 8_388_608.0)
}

/// Two independent standard normal numbers for each pair of words (Box and Muller 1958), to a millionth of
/// their distance from 0.
///
/// Sums and products alone, the same for every pair, so that the compiler makes vectors of them, and the
/// same bits come out on every processor.
pub fn normal_pairs<const N: usize>(for_radius: [u32; N], for_angle: [u32; N]) -> [[f32; N]; 2] {
    let mut pairs = [[0.0; N]; 2];
    for i in 0..N {
        let radius = (-2.0 * ln(uniform(for_radius[i]))).sqrt();
        let [cos, sin] = cos_sin_of_turn(uniform(for_angle[i]));
        pairs[0][i] = radius * cos;
        pairs[1][i] = radius * sin;
    }
    pairs
}

/// The natural logarithm of a positive normal number.
#[inline(always)]
fn ln(x: f32) -> f32 {
    // x = m 2^e with m from sqrt(1/2) to sqrt(2).
    let (bits, e) = (x.to_bits(), ((x.to_bits() >> 23) as i32 - 127) as f32);
    let m = f32::from_bits(bits & 0x007F_FFFF | 0x3F80_0000);
    let above = m > std::f32::consts::SQRT_2;
    let (m, e) = (
        if above { 0.5 * m } else { m },
        if above { e + 1.0 } else { e },
    );
    // ln m = 2 artanh(s) = 2 (s + s^3/3 + s^5/5 + …) with |s| < 0.172: the next term is below 2^-30.
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let series = 1.0 + square * (1.0 / 3.0 + square * (0.2 + square * (1.0 / 7.0 + square / 9.0)));
    e * std::f32::consts::LN_2 + 2.0 * s * series
}

/// Cosine and sine of 2 pi v for v in (0, 1).
#[inline(always)]
fn cos_sin_of_turn(v: f32) -> [f32; 2] {
    // Half of the angle, half a turn back, lies between -pi/2 and pi/2, where Taylor's series are short:
    // the next terms are below 2^-27. Doubling it needs no quadrants: cos(2a + pi) = 2 sin^2 a - 1.
    let a = std::f32::consts::PI * (v - 0.5);
    let square = a * a;
    let series = |terms: [f32; 6]| {
        let mut sum = 1.0;
        for term in terms {
            sum = 1.0 - square / term * sum;
        }
        sum
    };
    let sin = a * series([
        13.0 * 12.0,
        11.0 * 10.0,
        9.0 * 8.0,
        7.0 * 6.0,
        5.0 * 4.0,
        3.0 * 2.0,
    ]);
    let cos = series([
        12.0 * 11.0,
        10.0 * 9.0,
        8.0 * 7.0,
        6.0 * 5.0,
        4.0 * 3.0,
        2.0 * 1.0,
    ]);
    [2.0 * sin * sin - 1.0, -2.0 * sin * cos]
}

/// Philox4x32 with ten rounds.
fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let low = u64::from(counter[0]) * 0xD251_1F53;
        let high = u64::from(counter[2]) * 0xCD9E_8D57;
        counter = [
            (high >> 32) as u32 ^ counter[1] ^ key[0],
            high as u32,
            (low >> 32) as u32 ^ counter[3] ^ key[1],
            low as u32,
        ];
        key = [
            key[0].wrapping_add(0x9E37_79B9),
            key[1].wrapping_add(0xBB67_AE85),
        ];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_gives_the_known_answers_of_its_authors() {
        // Random123 1.14, tests/kat_vectors, philox4x32 10.
        let cases = [
            (
                [0; 4],
                [0; 2],
                [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
            ),
            (
                [u32::MAX; 4],
                [u32::MAX; 2],
                [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
            ),
            (
                [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
                [0xa4093822, 0x299f31d0],
                [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
            ),
        ];
        for (counter, key, expected) in cases {
            assert_eq!(philox(counter, key), expected);
        }
    }

    #[test]
    fn uniform_stays_inside_its_open_interval() {
        assert_eq!(uniform(0), 1.0 / 16_777_216.0);
        assert_eq!(uniform(u32::MAX), 1.0 - 1.0 / 16_777_216.0);
    }

    #[test]
    fn normal_pairs_are_those_of_the_formula() {
        // Box and Muller in f64, at the ends of both intervals and at every quarter turn between.
        let words = |word: u32| [word, u32::MAX - word];
        for radius in [0, 1 << 9, 1 << 20, 1 << 31, 3 << 30].map(words).concat() {
            for angle in [0, 1 << 9, 1 << 29, 1 << 30, 3 << 29, (1 << 31) - 1]
                .map(words)
                .concat()
            {
                let found = normal_pairs([radius], [angle]).map(|[number]| f64::from(number));
                let [u, v] = [radius, angle].map(|word| f64::from(uniform(word)));
                let (size, turn) = ((-2.0 * u.ln()).sqrt(), std::f64::consts::TAU * v);
                for (found, expected) in found
                    .into_iter()
                    .zip([size * turn.cos(), size * turn.sin()])
                {
                    let off = (found - expected).abs();
                    assert!(
                        off < 1e-6 * size.max(1.0),
                        "{radius}, {angle}: {found}, not {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn numbers_do_not_depend_on_how_many_are_drawn() {
        let draws = Draws::new(3, Stream::Real, 5, 1);
        let many = draws.normals(1_000);
        for count in [1, 2, 3, 5, 63, 64, 65, 130] {
            assert_eq!(draws.normals(count), many[..count]);
        }
        let [[x], [y]] = {
            let [w0, w1, ..] = draws.words(40);
            normal_pairs([w0], [w1])
        };
        assert_eq!([x, y], [many[160], many[161]]);
    }

    #[test]
    fn normals_have_the_moments_of_a_normal() {
        let numbers = Draws::new(1, Stream::Real, 0, 0).normals(40_000);
        let moment = |power: i32| {
            numbers
                .iter()
                .map(|x| f64::from(*x).powi(power))
                .sum::<f64>()
                / 40_000.0
        };
        // Five standard errors: 5 sqrt(var(x^k) / n) with var 1, 2, 15, 96.
        for (power, expected, variance) in
            [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)]
        {
            let error = (moment(power) - expected).abs();
            assert!(
                error < 5.0 * f64::sqrt(variance / 40_000.0),
                "moment {power} is off by {error}"
            );
        }
    }

    #[test]
    fn every_part_of_the_address_matters() {
        let here = Draws::new(1, Stream::Real, 2, 3);
        let others = [
            Draws::new(2, Stream::Real, 2, 3),
            Draws::new(1, Stream::GeneratorLatent, 2, 3),
            Draws::new(1, Stream::Real, 2 + (1 << 32), 3),
            Draws::new(1, Stream::Real, 2, 4),
        ];
        assert!(others.iter().all(|other| other.words(5) != here.words(5)));
        assert_ne!(here.words(5), here.words(6));
    }
}
