//! The inner loops of the fast CPU engine, made for each set of instructions, and the choice of one.
//!
//! A crate of its own because it alone is compiled for speed where the rest of the page is compiled for size.
//! It knows rows of numbers and where random ones come from, no network and no batch: those are the engine's.

#![warn(missing_docs)]
// The intrinsics of each set of instructions, and the calls of functions made for one.
#![allow(unsafe_code)]
// They are in two macros, and why they are sound is said once for all blocks of each.
#![allow(clippy::undocumented_unsafe_blocks)]

pub mod bends;
mod lanes;
mod nonlinearity;
mod optimizer;
mod products;
pub mod random;

use bends::Bend;
pub use nonlinearity::{Activation, Nonlinearity};
pub use optimizer::Rule;
pub use products::Rows;

/// Which of the processor's instructions the loops are made of. Results are the same to the last bit
/// between those that round a multiply-add once, and between those that round it twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstructionSet {
    /// Sixteen lanes, fused multiply-add.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// Eight lanes, fused multiply-add.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Four lanes; with fused multiply-add where the bundle was built for browsers that have it.
    #[cfg(target_arch = "wasm32")]
    Simd128,
    /// Four lanes, as the compiler sees fit.
    #[cfg(not(target_arch = "wasm32"))]
    Portable,
}

impl InstructionSet {
    /// All that this processor has, the widest first.
    pub fn all() -> Vec<Self> {
        vec![
            #[cfg(target_arch = "x86_64")]
            Self::Avx512,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2,
            #[cfg(target_arch = "wasm32")]
            Self::Simd128,
            #[cfg(not(target_arch = "wasm32"))]
            Self::Portable,
        ]
        .into_iter()
        .filter(|set| set.is_there())
        .collect()
    }

    /// The widest that this processor has.
    pub fn widest() -> Self {
        Self::all()[0]
    }

    fn is_there(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => is_x86_feature_detected!("avx512f"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "wasm32")]
            Self::Simd128 => true,
            #[cfg(not(target_arch = "wasm32"))]
            Self::Portable => true,
        }
    }

    /// The name that is shown.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => "AVX-512",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => "AVX2",
            #[cfg(target_arch = "wasm32")]
            Self::Simd128 if cfg!(feature = "relaxed-simd") => "relaxed SIMD",
            #[cfg(target_arch = "wasm32")]
            Self::Simd128 => "SIMD",
            #[cfg(not(target_arch = "wasm32"))]
            Self::Portable => "portable",
        }
    }

    /// The kernels made of it.
    ///
    /// # Panics
    /// If this processor does not have it.
    pub fn kernels(self) -> &'static Kernels {
        assert!(self.is_there(), "{} is not on this processor", self.name());
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => &avx512::KERNELS,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => &avx2::KERNELS,
            #[cfg(target_arch = "wasm32")]
            Self::Simd128 => &simd128::KERNELS,
            #[cfg(not(target_arch = "wasm32"))]
            Self::Portable => &portable::KERNELS,
        }
    }
}

/// The loops, made for one set of instructions.
#[allow(clippy::type_complexity)] // The signatures are those of the functions named beside them.
pub struct Kernels {
    /// Lanes in a vector: rows are padded to a multiple of it.
    pub lanes: usize,
    /// `products::product`.
    pub product: fn(Rows, Rows, Option<&[f32]>, &mut [f32], usize),
    /// `products::accumulate`.
    pub accumulate: fn(Rows, Rows, &mut [f32]),
    /// `nonlinearity::activate`.
    pub activate: fn(Nonlinearity, &mut [f32]),
    /// `nonlinearity::times_slope`.
    pub times_slope: fn(Nonlinearity, &[f32], &mut [f32]),
    /// `bends::follow`.
    pub follow: fn(&[Bend], Rows, &[f32], &[[f32; 2]], &mut [f32]),
    /// `optimizer::update`.
    pub update: fn(Rule, &[f32], &mut [f32], &mut [f32], &mut [f32]),
    /// `products::multiply_adds`, and how many of single numbers a round makes.
    pub multiply_adds: (fn(usize) -> f32, usize),
}

/// Sums that are independent of each other, so that one need not wait for another: more than the
/// multiply-adds that a core has under way, less than its registers.
const ACCUMULATORS: usize = 10;

/// One table, in a module of its own: each kernel once inside a function that may use the instructions,
/// once as a function pointer.
macro_rules! table {
    ($set:ident, $lanes:ty, $rows:literal x $vectors:literal $(, $feature:literal)?) => {
        mod $set {
            use super::*;

            pub static KERNELS: Kernels = Kernels {
                lanes: <$lanes as lanes::Lanes>::N,
                // SAFETY, for all: the table is handed out by `InstructionSet::kernels` alone, which has seen
                // that the processor has the instructions.
                #[allow(unused_unsafe)]
                product: |a, b, start, out, stride| unsafe { product(a, b, start, out, stride) },
                #[allow(unused_unsafe)]
                accumulate: |a, b, sums| unsafe { accumulate(a, b, sums) },
                #[allow(unused_unsafe)]
                activate: |nonlinearity, numbers| unsafe { activate(nonlinearity, numbers) },
                #[allow(unused_unsafe)]
                times_slope: |nonlinearity, outputs, gradients| unsafe {
                    times_slope(nonlinearity, outputs, gradients)
                },
                #[allow(unused_unsafe)]
                follow: |bends, weights, start, points, out| unsafe {
                    follow(bends, weights, start, points, out)
                },
                #[allow(unused_unsafe)]
                update: |rule, gradients, weights, first, second| unsafe {
                    update(rule, gradients, weights, first, second)
                },
                #[allow(unused_unsafe)]
                multiply_adds: (
                    |rounds| unsafe { multiply_adds(rounds) },
                    ACCUMULATORS * <$lanes as lanes::Lanes>::N,
                ),
            };

            $(#[target_feature(enable = $feature)])?
            fn multiply_adds(rounds: usize) -> f32 {
                products::multiply_adds::<$lanes, ACCUMULATORS>(rounds)
            }

            $(#[target_feature(enable = $feature)])?
            fn product(a: Rows, b: Rows, start: Option<&[f32]>, out: &mut [f32], stride: usize) {
                products::product::<$lanes, $rows, $vectors>(a, b, start, out, stride);
            }

            $(#[target_feature(enable = $feature)])?
            fn accumulate(a: Rows, b: Rows, sums: &mut [f32]) {
                products::accumulate::<$lanes, $rows, $vectors>(a, b, sums);
            }

            $(#[target_feature(enable = $feature)])?
            fn activate(nonlinearity: Nonlinearity, numbers: &mut [f32]) {
                nonlinearity::activate::<$lanes>(nonlinearity, numbers);
            }

            $(#[target_feature(enable = $feature)])?
            fn times_slope(nonlinearity: Nonlinearity, outputs: &[f32], gradients: &mut [f32]) {
                nonlinearity::times_slope::<$lanes>(nonlinearity, outputs, gradients);
            }

            $(#[target_feature(enable = $feature)])?
            fn follow(bends: &[Bend], weights: Rows, start: &[f32], points: &[[f32; 2]], out: &mut [f32]) {
                bends::follow::<$lanes>(bends, weights, start, points, out);
            }

            $(#[target_feature(enable = $feature)])?
            fn update(rule: Rule, gradients: &[f32], weights: &mut [f32], first: &mut [f32], second: &mut [f32]) {
                optimizer::update::<$lanes>(rule, gradients, weights, first, second);
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
table!(avx512, lanes::Avx512, 6 x 4, "avx512f");
#[cfg(target_arch = "x86_64")]
table!(avx2, lanes::Avx2, 6 x 2, "avx2,fma");
#[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
table!(simd128, lanes::Simd128, 4 x 2, "relaxed-simd");
#[cfg(all(target_arch = "wasm32", not(feature = "relaxed-simd")))]
table!(simd128, lanes::Simd128, 4 x 2);
#[cfg(not(target_arch = "wasm32"))]
table!(portable, lanes::Portable, 4 x 2);
