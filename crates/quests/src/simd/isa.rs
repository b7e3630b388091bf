//! The few operations in which instruction sets differ; all others come from `pulp`.

use super::exp::power_of_64ths;
use super::text::Text;
use pulp::bytemuck::{Pod, cast_slice, cast_slice_mut};
use pulp::{Scalar, Simd};

/// An instruction set: `pulp`'s operations, and those it has no common name for.
pub trait Isa: Simd + Text {
    /// Rows of a matrix product to take at once, 4, 6 or 8: as many as leave registers for two
    /// vectors of columns and a few more. (`REGISTER_COUNT` does not tell: an engine maps
    /// WebAssembly's registers to those of the machine.)
    const PRODUCT_ROWS: usize;

    /// Whether powers of two come from a table and a short polynomial, or from a long polynomial
    /// alone. With two lanes and no fused multiply-add, looking two numbers up costs less than the
    /// operations it saves; and the 13 constants of the long polynomial don't fit the registers
    /// that engines of WebAssembly use for them.
    const POWERS_FROM_TABLE: bool = false;

    /// Whether kernels of two rows end in one sum; see [`Self::joined`].
    const JOINS_SUMS: bool = false;

    /// A value of a query as it is kept for products: one number, or a vector full of it.
    type Held: Pod;

    /// What is kept of a value.
    fn hold(self, value: f64) -> Self::Held;

    /// A vector full of the value.
    fn spread(self, held: Self::Held) -> Self::f64s;

    /// Moves the low 12 bits of each 64-bit lane to the top, where the exponent of an `f64` is.
    fn shift_to_exponent(self, a: Self::u64s) -> Self::u64s;

    /// Bits of 2^(n/64), n being the low 18 bits of each lane, taken as a number with a sign: n/64
    /// within the exponents of an `f64`.
    #[inline(always)]
    fn power_of_64ths(self, n: Self::u64s) -> Self::u64s {
        let mut n = [n];
        let lanes: &mut [u64] = cast_slice_mut(&mut n);
        for n in lanes {
            *n = power_of_64ths(*n);
        }
        n[0]
    }

    /// a·b + c, in one instruction where there is one, else in two. (`pulp` would emulate the
    /// single rounding.)
    fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s;

    /// A bit for each lane, the lowest for the first: whether a ≤ limit, which NaN is not.
    #[inline(always)]
    fn bits_upto(self, a: Self::f64s, limit: Self::f64s) -> u32 {
        let (a, limit) = ([a], [limit]);
        let (a, limit): (&[f64], &[f64]) = (cast_slice(&a), cast_slice(&limit));
        let lanes = a.iter().zip(limit).enumerate();
        lanes.fold(0, |bits, (lane, (a, limit))| bits | u32::from(a <= limit) << lane)
    }

    /// a·b + c in single precision, as [`Self::multiply_add`].
    fn multiply_add_single(self, a: Self::f32s, b: Self::f32s, c: Self::f32s) -> Self::f32s;

    /// Moves the low 9 bits of each 32-bit lane to the top, where the exponent of an `f32` is.
    fn shift_to_exponent_single(self, a: Self::u32s) -> Self::u32s;

    /// The smaller of two numbers, neither of them NaN.
    #[inline(always)]
    fn smaller_single(self, a: Self::f32s, b: Self::f32s) -> Self::f32s {
        self.min_f32s(a, b)
    }

    /// The larger of two numbers, neither of them NaN.
    #[inline(always)]
    fn larger_single(self, a: Self::f32s, b: Self::f32s) -> Self::f32s {
        self.max_f32s(a, b)
    }

    /// The sum of the lanes of a, then that of b, for vectors of two lanes. Engines of WebAssembly
    /// order operations by when their results are needed: exponentials that end in one addition are
    /// computed side by side, those that end in one each one after the other, and the machine waits
    /// for every multiplication.
    #[inline(always)]
    fn joined(self, a: Self::f64s, b: Self::f64s) -> Self::f64s {
        let (a, b) = ([a], [b]);
        let (a, b): (&[f64], &[f64]) = (cast_slice(&a), cast_slice(&b));
        let mut sums = [self.splat_f64s(0.0)];
        let lanes: &mut [f64] = cast_slice_mut(&mut sums);
        lanes[0] = a.iter().sum();
        lanes[1] = b.iter().sum();
        sums[0]
    }

    /// The smaller of two numbers, neither of them NaN: WebAssembly's own minimum takes eight
    /// instructions where there is one.
    #[inline(always)]
    fn smaller(self, a: Self::f64s, b: Self::f64s) -> Self::f64s {
        self.min_f64s(a, b)
    }

    /// The larger of two numbers, neither of them NaN.
    #[inline(always)]
    fn larger(self, a: Self::f64s, b: Self::f64s) -> Self::f64s {
        self.max_f64s(a, b)
    }

    /// 1/√a to within two units in the last place, for numbers that are normal in single precision
    /// (1.2e-38 to 3.4e38); what others give is unspecified.
    #[inline(always)]
    fn inverse_sqrt(self, a: Self::f64s) -> Self::f64s {
        self.div_f64s(self.splat_f64s(1.0), self.sqrt_f64s(a))
    }
}

/// For instruction sets whose splat costs next to nothing: a value is kept as one number.
macro_rules! holds_numbers {
    () => {
        type Held = f64;

        #[inline(always)]
        fn hold(self, value: f64) -> f64 {
            value
        }

        #[inline(always)]
        fn spread(self, held: f64) -> Self::f64s {
            self.splat_f64s(held)
        }
    };
}

impl Isa for Scalar {
    const PRODUCT_ROWS: usize = 4;

    holds_numbers!();

    #[inline(always)]
    fn shift_to_exponent(self, a: u64) -> u64 {
        a << 52
    }

    #[inline(always)]
    fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s {
        self.add_f64s(self.mul_f64s(a, b), c)
    }

    #[inline(always)]
    fn multiply_add_single(self, a: Self::f32s, b: Self::f32s, c: Self::f32s) -> Self::f32s {
        self.add_f32s(self.mul_f32s(a, b), c)
    }

    #[inline(always)]
    fn shift_to_exponent_single(self, a: Self::u32s) -> Self::u32s {
        a << 23
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Isa;
    use core::arch::x86_64::_CMP_LE_OQ;
    use pulp::Simd;
    use pulp::cast;
    use pulp::x86::{V2, V3, V4};

    impl Isa for V2 {
        const PRODUCT_ROWS: usize = 4;
        const POWERS_FROM_TABLE: bool = true;

        holds_numbers!();

        #[inline(always)]
        fn shift_to_exponent(self, a: Self::u64s) -> Self::u64s {
            cast(self.sse2._mm_slli_epi64::<52>(cast(a)))
        }

        #[inline(always)]
        fn bits_upto(self, a: Self::f64s, limit: Self::f64s) -> u32 {
            self.sse2
                ._mm_movemask_pd(self.sse2._mm_cmple_pd(cast(a), cast(limit))) as u32
        }

        #[inline(always)]
        fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s {
            self.add_f64s(self.mul_f64s(a, b), c)
        }

        #[inline(always)]
        fn multiply_add_single(self, a: Self::f32s, b: Self::f32s, c: Self::f32s) -> Self::f32s {
            self.add_f32s(self.mul_f32s(a, b), c)
        }

        #[inline(always)]
        fn shift_to_exponent_single(self, a: Self::u32s) -> Self::u32s {
            cast(self.sse2._mm_slli_epi32::<23>(cast(a)))
        }
    }

    impl Isa for V3 {
        const PRODUCT_ROWS: usize = 6;

        holds_numbers!();

        #[inline(always)]
        fn shift_to_exponent(self, a: Self::u64s) -> Self::u64s {
            cast(self.avx2._mm256_slli_epi64::<52>(cast(a)))
        }

        #[inline(always)]
        fn bits_upto(self, a: Self::f64s, limit: Self::f64s) -> u32 {
            let upto = self.avx._mm256_cmp_pd::<_CMP_LE_OQ>(cast(a), cast(limit));
            self.avx._mm256_movemask_pd(upto) as u32
        }

        #[inline(always)]
        fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s {
            self.mul_add_f64s(a, b, c)
        }

        #[inline(always)]
        fn multiply_add_single(self, a: Self::f32s, b: Self::f32s, c: Self::f32s) -> Self::f32s {
            self.mul_add_f32s(a, b, c)
        }

        #[inline(always)]
        fn shift_to_exponent_single(self, a: Self::u32s) -> Self::u32s {
            cast(self.avx2._mm256_slli_epi32::<23>(cast(a)))
        }

        /// The single-precision estimate y, good to 1.5 · 2⁻¹² (hence the range), and what it lacks
        /// as a series in e = 1 − ay²: 1/√a = y(1 + e/2 + 3e²/8 + 5e³/16 + 35e⁴/128 + …); |e| <
        /// 7.4e-4 leaves 63e⁵/256 < 6e-17. The rounding of ay² adds half a unit in the last place
        /// to that of the sum.
        #[inline(always)]
        fn inverse_sqrt(self, a: Self::f64s) -> Self::f64s {
            let estimate = self.sse._mm_rsqrt_ps(self.avx._mm256_cvtpd_ps(cast(a)));
            let y: Self::f64s = cast(self.avx._mm256_cvtps_pd(estimate));
            let e = self.negate_mul_add_f64s(self.mul_f64s(a, y), y, self.splat_f64s(1.0));
            let mut series = self.splat_f64s(35.0 / 128.0);
            for coefficient in [5.0 / 16.0, 3.0 / 8.0, 0.5] {
                series = self.mul_add_f64s(series, e, self.splat_f64s(coefficient));
            }
            self.mul_add_f64s(self.mul_f64s(y, e), series, y)
        }
    }

    impl Isa for V4 {
        const PRODUCT_ROWS: usize = 8;

        holds_numbers!();

        #[inline(always)]
        fn shift_to_exponent(self, a: Self::u64s) -> Self::u64s {
            cast(self.avx512f._mm512_slli_epi64::<52>(cast(a)))
        }

        #[inline(always)]
        fn bits_upto(self, a: Self::f64s, limit: Self::f64s) -> u32 {
            u32::from(
                self.avx512f
                    ._mm512_cmp_pd_mask::<_CMP_LE_OQ>(cast(a), cast(limit)),
            )
        }

        #[inline(always)]
        fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s {
            self.mul_add_f64s(a, b, c)
        }

        #[inline(always)]
        fn multiply_add_single(self, a: Self::f32s, b: Self::f32s, c: Self::f32s) -> Self::f32s {
            self.mul_add_f32s(a, b, c)
        }

        #[inline(always)]
        fn shift_to_exponent_single(self, a: Self::u32s) -> Self::u32s {
            cast(self.avx512f._mm512_slli_epi32::<23>(cast(a)))
        }

        /// An estimate of 14 bits and two Newton steps y ← y + y(1 − ay²)/2: division and square
        /// root are slow here.
        #[inline(always)]
        fn inverse_sqrt(self, a: Self::f64s) -> Self::f64s {
            let mut y: Self::f64s = cast(self.avx512f._mm512_rsqrt14_pd(cast(a)));
            for _ in 0..2 {
                let half = self.mul_f64s(self.splat_f64s(0.5), y);
                let error = self.negate_mul_add_f64s(self.mul_f64s(a, y), y, self.splat_f64s(1.0));
                y = self.mul_add_f64s(half, error, y);
            }
            y
        }
    }
}

#[cfg(target_arch = "aarch64")]
impl Isa for pulp::aarch64::Neon {
    const PRODUCT_ROWS: usize = 8;

    holds_numbers!();

    #[inline(always)]
    fn shift_to_exponent(self, a: Self::u64s) -> Self::u64s {
        pulp::cast(self.neon.vshlq_n_u64::<52>(pulp::cast(a)))
    }

    #[inline(always)]
    fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s {
        self.mul_add_f64s(a, b, c)
    }

    #[inline(always)]
    fn multiply_add_single(self, a: Self::f32s, b: Self::f32s, c: Self::f32s) -> Self::f32s {
        self.mul_add_f32s(a, b, c)
    }

    #[inline(always)]
    fn shift_to_exponent_single(self, a: Self::u32s) -> Self::u32s {
        pulp::cast(self.neon.vshlq_n_u32::<23>(pulp::cast(a)))
    }
}

#[cfg(target_arch = "wasm32")]
impl Isa for pulp::wasm::Simd128 {
    const PRODUCT_ROWS: usize = 4;
    const POWERS_FROM_TABLE: bool = true;
    const JOINS_SUMS: bool = true;

    type Held = Self::f64s;

    #[inline(always)]
    fn hold(self, value: f64) -> Self::f64s {
        self.splat_f64s(value)
    }

    #[inline(always)]
    fn spread(self, held: Self::f64s) -> Self::f64s {
        held
    }

    #[inline(always)]
    fn shift_to_exponent(self, a: Self::u64s) -> Self::u64s {
        pulp::cast(core::arch::wasm32::u64x2_shl(pulp::cast(a), 52))
    }

    #[inline(always)]
    fn power_of_64ths(self, n: Self::u64s) -> Self::u64s {
        use super::exp::POWER_BITS;
        use core::arch::wasm32::{i64x2_add, u32x4_extract_lane, u64x2, u64x2_shl, u64x2_splat, v128_and};
        let n = pulp::cast(n);
        let j = v128_and(n, u64x2_splat(63));
        let table = u64x2(
            POWER_BITS[u32x4_extract_lane::<0>(j) as usize & 63],
            POWER_BITS[u32x4_extract_lane::<2>(j) as usize & 63],
        );
        pulp::cast(i64x2_add(table, u64x2_shl(n, 46)))
    }

    #[inline(always)]
    fn bits_upto(self, a: Self::f64s, limit: Self::f64s) -> u32 {
        let upto = core::arch::wasm32::f64x2_le(pulp::cast(a), pulp::cast(limit));
        u32::from(core::arch::wasm32::i64x2_bitmask(upto))
    }

    #[inline(always)]
    fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s {
        self.add_f64s(self.mul_f64s(a, b), c)
    }

    #[inline(always)]
    fn multiply_add_single(self, a: Self::f32s, b: Self::f32s, c: Self::f32s) -> Self::f32s {
        self.add_f32s(self.mul_f32s(a, b), c)
    }

    #[inline(always)]
    fn shift_to_exponent_single(self, a: Self::u32s) -> Self::u32s {
        pulp::cast(core::arch::wasm32::u32x4_shl(pulp::cast(a), 23))
    }

    #[inline(always)]
    fn smaller_single(self, a: Self::f32s, b: Self::f32s) -> Self::f32s {
        pulp::cast(core::arch::wasm32::f32x4_pmin(pulp::cast(a), pulp::cast(b)))
    }

    #[inline(always)]
    fn larger_single(self, a: Self::f32s, b: Self::f32s) -> Self::f32s {
        pulp::cast(core::arch::wasm32::f32x4_pmax(pulp::cast(a), pulp::cast(b)))
    }

    #[inline(always)]
    fn joined(self, a: Self::f64s, b: Self::f64s) -> Self::f64s {
        use core::arch::wasm32::{f64x2_add, i64x2_shuffle};
        let (a, b) = (pulp::cast(a), pulp::cast(b));
        pulp::cast(f64x2_add(
            i64x2_shuffle::<0, 2>(a, b),
            i64x2_shuffle::<1, 3>(a, b),
        ))
    }

    #[inline(always)]
    fn smaller(self, a: Self::f64s, b: Self::f64s) -> Self::f64s {
        pulp::cast(core::arch::wasm32::f64x2_pmin(pulp::cast(a), pulp::cast(b)))
    }

    #[inline(always)]
    fn larger(self, a: Self::f64s, b: Self::f64s) -> Self::f64s {
        pulp::cast(core::arch::wasm32::f64x2_pmax(pulp::cast(a), pulp::cast(b)))
    }
}
