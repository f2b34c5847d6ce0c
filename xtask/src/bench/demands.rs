//! What the engines are to reach: ratios of medians of one run, each met or not, or not measured.

use super::contest::{Contestant, Engine, Entry};
use super::native::SEEDS;
use super::sizes::Named;

/// GANs in one dispatch that are compared with one alone.
pub const MANY: u32 = 8;

/// LSGAN Lab's page on the CPU, on the GPU, and there without fused kernels.
const CPU: Contestant = Contestant::one(Engine::Page, "cpu");
const GPU: Contestant = Contestant::one(Engine::Page, "webgpu");
const UNFUSED: Contestant = Contestant::one(Engine::Page, "webgpu_autodiff");

/// The command line's engine on the CPU, all cores, and its peer.
const NATIVE: Contestant = Contestant::one(Engine::Native, "cpu").with(SEEDS);
const JAX: Contestant = Contestant::one(Engine::Jax, "cpu").with(SEEDS);

/// A number that is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
    /// Told, not wanted.
    Told,
}

/// A ratio and what it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    pub what: String,
    pub bound: Bound,
    /// None where one of the two was not measured.
    pub found: Option<f64>,
}

impl Demand {
    /// Whether it is met, in a word.
    pub fn verdict(&self) -> &'static str {
        match (self.found, self.bound) {
            (None, _) => "not measured",
            (Some(found), Bound::AtLeast(least)) if found >= least => "met",
            (Some(found), Bound::AtMost(most)) if found <= most => "met",
            (Some(_), Bound::Told) => "–",
            _ => "not met",
        }
    }

    /// The bound in a word or two.
    pub fn wanted(&self) -> String {
        match self.bound {
            Bound::AtLeast(least) => format!("at least {least}"),
            Bound::AtMost(most) => format!("at most {most}"),
            Bound::Told => "–".to_owned(),
        }
    }
}

/// All ratios at the default size.
pub fn demands(entries: &[Entry]) -> Vec<Demand> {
    let name = Named::Default.size().name;
    let at = |contestant: Contestant| {
        let mut all = entries.iter();
        all.find(|entry| entry.size.name == name && entry.contestant == contestant)
    };
    // How many times as long the other takes.
    let times_as_fast = |of: Contestant, other: Contestant, bound| Demand {
        what: format!("{of}: times as fast as {other}"),
        bound,
        found: at(of)
            .zip(at(other))
            .map(|(of, other)| other.median() / of.median()),
    };
    let snapshot = |of: Contestant| Demand {
        what: format!("{of}: ms for a snapshot"),
        bound: Bound::AtMost(3.0),
        found: at(of).and_then(Entry::snapshot),
    };
    let tfjs = |backend| Contestant::one(Engine::Tfjs, backend);
    let by_hand = |backend| Contestant::one(Engine::TfjsByHand, backend);
    vec![
        times_as_fast(CPU, tfjs("wasm"), Bound::AtLeast(7.0)),
        times_as_fast(CPU, by_hand("wasm"), Bound::Told),
        Demand {
            what: format!("{CPU}: share of the measured simd128 roofline"),
            bound: Bound::AtLeast(0.6),
            found: at(CPU).and_then(Entry::roofline_share),
        },
        times_as_fast(GPU, tfjs("webgpu"), Bound::AtLeast(25.0)),
        times_as_fast(GPU, by_hand("webgpu"), Bound::Told),
        times_as_fast(GPU, UNFUSED, Bound::AtLeast(50.0)),
        times_as_fast(GPU.with(MANY), GPU, Bound::AtLeast(1.5)),
        Demand {
            what: format!("{NATIVE}: time for a step of one GAN, as a share of {JAX}'s"),
            bound: Bound::AtMost(0.5),
            found: at(NATIVE)
                .zip(at(JAX))
                .map(|(ours, jax)| ours.median() / jax.median()),
        },
        snapshot(CPU),
        snapshot(NATIVE.with(1)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::contest::tests::entry;
    use super::*;

    fn found(entries: &[Entry], what: &str) -> Demand {
        let all = demands(entries).into_iter();
        let mut named = all.filter(|demand| demand.what.contains(what));
        named.next().unwrap()
    }

    #[test]
    fn ratios_are_of_medians_and_met_or_not() {
        let wasm = Contestant::one(Engine::Tfjs, "wasm");
        let entries = [
            entry(CPU, &[1.0, 1.5, 90.0], &[20.0]),
            entry(wasm, &[10.0, 12.0, 11.0], &[]),
            entry(GPU, &[24.0], &[]),
            entry(GPU.with(MANY), &[16.0], &[]),
            entry(NATIVE, &[0.3], &[]),
            entry(JAX, &[0.4], &[]),
        ];
        let cpu = found(
            &entries,
            "lsgan-lab cpu: times as fast as tensorflow.js wasm",
        );
        assert!((cpu.found.unwrap() - 11.0 / 1.5).abs() < 1e-12);
        assert_eq!(cpu.verdict(), "met");
        // 26 million operations in 1.5 ms of 20 GFLOP/s.
        let share = found(&entries, "roofline");
        assert!((share.found.unwrap() - 26.0 / 1.5 / 20.0).abs() < 1e-12);
        assert_eq!(found(&entries, "8 GANs: times").found, Some(1.5));
        assert_eq!(found(&entries, "8 GANs: times").verdict(), "met");
        let native = found(&entries, "jax");
        assert!((native.found.unwrap() - 0.75).abs() < 1e-12);
        assert_eq!(native.verdict(), "not met");
        assert_eq!(found(&entries, "webgpu_autodiff").verdict(), "not measured");
    }

    #[test]
    fn other_sizes_do_not_count() {
        let mut other = entry(CPU, &[1.0], &[20.0]);
        other.size.name = "wide".to_owned();
        assert_eq!(found(&[other], "roofline").found, None);
    }
}
