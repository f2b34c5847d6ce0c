//! Vectors of f32 as the processor has them: the one place that names its instructions.
//!
//! [`Lanes`] is all that the kernels are written in. It knows no matrix and no network.

/// A block for each number below a constant of at most ten, the number itself a constant in it: a loop that
/// is unrolled whatever the optimisation level, so that a tile of vectors stays in registers in the small
/// bundles as well.
macro_rules! unrolled {
    ($index:ident < $count:ident $body:block) => {
        unrolled!(@each $index < $count $body, 0 1 2 3 4 5 6 7 8 9)
    };
    (@each $index:ident < $count:ident $body:block, $($number:literal)*) => {
        const { assert!($count <= 10, "so many blocks are written out") };
        $(if $number < $count {
            let $index = $number;
            $body
        })*
    };
}
pub(super) use unrolled;

/// A few f32 side by side, on which each operation is one instruction or two.
pub trait Lanes: Copy {
    /// How many.
    const N: usize;
    /// The same number in every lane.
    fn splat(x: f32) -> Self;
    /// The first `N` numbers.
    fn load(from: &[f32]) -> Self {
        let [vector] = Self::load_all(from);
        vector
    }
    /// Over the first `N` numbers.
    fn store(self, to: &mut [f32]) {
        Self::store_all([self], to);
    }
    /// The first `V` times `N` numbers.
    fn load_all<const V: usize>(from: &[f32]) -> [Self; V];
    /// Over the first `V` times `N` numbers.
    fn store_all<const V: usize>(vectors: [Self; V], to: &mut [f32]);
    /// self + other.
    fn add(self, other: Self) -> Self;
    /// self - other.
    fn sub(self, other: Self) -> Self;
    /// self * other.
    fn mul(self, other: Self) -> Self;
    /// self / other.
    fn div(self, other: Self) -> Self;
    /// self * factor + addend, rounded once where the processor can.
    fn mul_add(self, factor: Self, addend: Self) -> Self;
    /// The larger in each lane; `self` where neither is, and so a NaN in `self` stays.
    fn max(self, other: Self) -> Self;
    /// The smaller in each lane; `self` where neither is.
    fn min(self, other: Self) -> Self;
    /// The square root.
    fn sqrt(self) -> Self;
    /// `self` where `test` is above zero, else `other`.
    fn where_positive(self, test: Self, other: Self) -> Self;
    /// 2^n for whole n from -126 to 127, where `self` is the f32 sum n + 1.5 * 2^23: its low bits are n.
    fn power_of_two(self) -> Self;
}

/// The first `V` times `N` numbers.
#[inline(always)]
fn first_chunks<const N: usize, const V: usize>(numbers: &[f32]) -> &[[f32; N]; V] {
    let chunks = numbers.as_chunks().0.first_chunk();
    chunks.expect("the numbers fill the vectors")
}

/// The first `V` times `N` numbers.
#[inline(always)]
fn first_chunks_mut<const N: usize, const V: usize>(numbers: &mut [f32]) -> &mut [[f32; N]; V] {
    let chunks = numbers.as_chunks_mut().0.first_chunk_mut();
    chunks.expect("the numbers fill the vectors")
}

/// Any processor: arrays that the compiler turns into vectors where it can.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy)]
pub struct Portable([f32; 4]);

#[cfg(not(target_arch = "wasm32"))]
impl Portable {
    #[inline(always)]
    fn each(self, other: Self, operation: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|lane| {
            operation(self.0[lane], other.0[lane])
        }))
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Lanes for Portable {
    const N: usize = 4;

    #[inline(always)]
    fn splat(x: f32) -> Self {
        Self([x; 4])
    }

    #[inline(always)]
    fn load_all<const V: usize>(from: &[f32]) -> [Self; V] {
        let numbers: &[[f32; 4]; V] = first_chunks(from);
        numbers.map(Self)
    }

    #[inline(always)]
    fn store_all<const V: usize>(vectors: [Self; V], to: &mut [f32]) {
        *first_chunks_mut(to) = vectors.map(|vector| vector.0);
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.each(other, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.each(other, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.each(other, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.each(other, |a, b| a / b)
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        // Every aarch64 has the fused instruction; elsewhere the call would be emulated.
        if cfg!(target_arch = "aarch64") {
            Self(std::array::from_fn(|lane| {
                self.0[lane].mul_add(factor.0[lane], addend.0[lane])
            }))
        } else {
            self.mul(factor).add(addend)
        }
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.each(other, |a, b| if a < b { b } else { a })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.each(other, |a, b| if b < a { b } else { a })
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(self.0.map(f32::sqrt))
    }

    #[inline(always)]
    fn where_positive(self, test: Self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| {
            if test.0[lane] > 0.0 {
                self.0[lane]
            } else {
                other.0[lane]
            }
        }))
    }

    #[inline(always)]
    fn power_of_two(self) -> Self {
        Self(
            self.0
                .map(|sum| f32::from_bits((sum.to_bits() << 23).wrapping_add(127 << 23))),
        )
    }
}

/// Implements [`Lanes`] for a vector type by its intrinsics.
macro_rules! lanes {
    (
        $(#[$doc:meta])* $name:ident($vector:ty), $n:literal,
        splat $splat:expr, add $add:expr, sub $sub:expr, mul $mul:expr,
        div $div:expr, mul_add $mul_add:expr, max $max:expr, min $min:expr, sqrt $sqrt:expr,
        where_positive $where_positive:expr, power_of_two $power_of_two:expr $(,)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name($vector);

        // SAFETY, for all of them: the kernels that use this type are only reached through a table that is
        // handed out once the processor was seen to have these instructions. A vector is as large as its
        // numbers, and any numbers make one.
        #[allow(unused_unsafe)] // On wasm some of these intrinsics are safe.
        impl Lanes for $name {
            const N: usize = $n;

            #[inline(always)]
            fn splat(x: f32) -> Self {
                Self(unsafe { $splat(x) })
            }

            #[inline(always)]
            fn load_all<const V: usize>(from: &[f32]) -> [Self; V] {
                let numbers: &[[f32; $n]; V] = first_chunks(from);
                let mut vectors = [Self::splat(0.0); V];
                unrolled!(v < V {
                    vectors[v] = Self(unsafe { transmute::<[f32; $n], $vector>(numbers[v]) });
                });
                vectors
            }

            #[inline(always)]
            fn store_all<const V: usize>(vectors: [Self; V], to: &mut [f32]) {
                let numbers: &mut [[f32; $n]; V] = first_chunks_mut(to);
                unrolled!(v < V {
                    numbers[v] = unsafe { transmute::<$vector, [f32; $n]>(vectors[v].0) };
                });
            }

            #[inline(always)]
            fn add(self, other: Self) -> Self {
                Self(unsafe { $add(self.0, other.0) })
            }

            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                Self(unsafe { $sub(self.0, other.0) })
            }

            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                Self(unsafe { $mul(self.0, other.0) })
            }

            #[inline(always)]
            fn div(self, other: Self) -> Self {
                Self(unsafe { $div(self.0, other.0) })
            }

            #[inline(always)]
            fn mul_add(self, factor: Self, addend: Self) -> Self {
                Self(unsafe { $mul_add(self.0, factor.0, addend.0) })
            }

            #[inline(always)]
            fn max(self, other: Self) -> Self {
                Self(unsafe { $max(self.0, other.0) })
            }

            #[inline(always)]
            fn min(self, other: Self) -> Self {
                Self(unsafe { $min(self.0, other.0) })
            }

            #[inline(always)]
            fn sqrt(self) -> Self {
                Self(unsafe { $sqrt(self.0) })
            }

            #[inline(always)]
            fn where_positive(self, test: Self, other: Self) -> Self {
                Self(unsafe { $where_positive(self.0, test.0, other.0) })
            }

            #[inline(always)]
            fn power_of_two(self) -> Self {
                Self(unsafe { $power_of_two(self.0) })
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
pub use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Lanes, first_chunks, first_chunks_mut};
    use std::{arch::x86_64::*, mem::transmute};

    lanes! {
        /// Eight lanes with fused multiply-add.
        Avx2(__m256), 8,
        splat _mm256_set1_ps, add _mm256_add_ps, sub _mm256_sub_ps,
        mul _mm256_mul_ps, div _mm256_div_ps, mul_add _mm256_fmadd_ps,
        // These return their second operand where neither is larger.
        max |a, b| _mm256_max_ps(b, a), min |a, b| _mm256_min_ps(b, a),
        sqrt _mm256_sqrt_ps,
        where_positive |yes, test, no| {
            _mm256_blendv_ps(no, yes, _mm256_cmp_ps::<_CMP_GT_OQ>(test, _mm256_setzero_ps()))
        },
        power_of_two |sum| _mm256_castsi256_ps(_mm256_add_epi32(
            _mm256_slli_epi32::<23>(_mm256_castps_si256(sum)),
            _mm256_set1_epi32(127 << 23),
        )),
    }

    lanes! {
        /// Sixteen lanes with fused multiply-add.
        Avx512(__m512), 16,
        splat _mm512_set1_ps, add _mm512_add_ps, sub _mm512_sub_ps,
        mul _mm512_mul_ps, div _mm512_div_ps, mul_add _mm512_fmadd_ps,
        // These return their second operand where neither is larger.
        max |a, b| _mm512_max_ps(b, a), min |a, b| _mm512_min_ps(b, a),
        sqrt _mm512_sqrt_ps,
        where_positive |yes, test, no| {
            _mm512_mask_blend_ps(_mm512_cmp_ps_mask::<_CMP_GT_OQ>(test, _mm512_setzero_ps()), no, yes)
        },
        power_of_two |sum| _mm512_castsi512_ps(_mm512_add_epi32(
            _mm512_slli_epi32::<23>(_mm512_castps_si512(sum)),
            _mm512_set1_epi32(127 << 23),
        )),
    }
}

#[cfg(target_arch = "wasm32")]
pub use wasm::Simd128;

#[cfg(target_arch = "wasm32")]
mod wasm {
    use super::{Lanes, first_chunks, first_chunks_mut};
    use std::{arch::wasm32::*, mem::transmute};

    #[cfg(feature = "relaxed-simd")]
    use std::arch::wasm32::f32x4_relaxed_madd as mul_add;

    #[cfg(not(feature = "relaxed-simd"))]
    #[inline(always)]
    fn mul_add(a: v128, b: v128, c: v128) -> v128 {
        f32x4_add(f32x4_mul(a, b), c)
    }

    lanes! {
        /// Four lanes, with fused multiply-add where the bundle was built for browsers that have it.
        Simd128(v128), 4,
        splat f32x4_splat, add f32x4_add, sub f32x4_sub, mul f32x4_mul,
        div f32x4_div,
        mul_add mul_add,
        // pmax and pmin are one instruction where max and min, minding NaN and -0, are several.
        max |a, b| f32x4_pmax(a, b), min |a, b| f32x4_pmin(a, b), sqrt f32x4_sqrt,
        where_positive |yes, test, no| v128_bitselect(yes, no, f32x4_gt(test, f32x4_splat(0.0))),
        power_of_two |sum| i32x4_add(i32x4_shl(sum, 23), i32x4_splat(127 << 23)),
    }
}
