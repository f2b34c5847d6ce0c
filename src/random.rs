//! Counter-based random numbers: the same integers on every device for (seed, stream, step, update,
//! index), with no state to carry, to save or to share between threads.
//!
//! The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw, *Parallel Random Numbers: As Easy
//! as 1, 2, 3*, SC 2011): 32-bit integer arithmetic only, so that a shader reproduces it bit for bit.
//! Key = (seed, stream), counter = (index, step low, step high, update); one block yields four
//! 32-bit words. Floats are made from the words by [`uniform`] and [`normal_pair`], through `libm`,
//! whose results do not depend on the platform.

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
        self.fill(numbers, |[w0, w1, w2, w3]| {
            let ([n0, n1], [n2, n3]) = (normal_pair(w0, w1), normal_pair(w2, w3));
            [n0, n1, n2, n3]
        });
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

/// Two independent standard normal numbers (Box and Muller 1958).
pub fn normal_pair(word_for_radius: u32, word_for_angle: u32) -> [f32; 2] {
    let radius = libm::sqrtf(-2.0 * libm::logf(uniform(word_for_radius)));
    let angle = std::f32::consts::TAU * uniform(word_for_angle);
    [radius * libm::cosf(angle), radius * libm::sinf(angle)]
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
