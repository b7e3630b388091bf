//! The few operations in which instruction sets differ; all others come from `pulp`.

use pulp::{Scalar, Simd};

/// An instruction set: `pulp`'s operations, and those it has no common name for.
pub trait Isa: Simd {
    /// Moves the low 12 bits of each 64-bit lane to the top, where the exponent of an `f64` is.
    fn shift_to_exponent(self, a: Self::u64s) -> Self::u64s;

    /// a·b + c, in one instruction where there is one, else in two. (`pulp` would emulate the single rounding.)
    fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s;
}

impl Isa for Scalar {
    #[inline(always)]
    fn shift_to_exponent(self, a: u64) -> u64 {
        a << 52
    }

    #[inline(always)]
    fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s {
        self.add_f64s(self.mul_f64s(a, b), c)
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Isa;
    use pulp::Simd;
    use pulp::cast;
    use pulp::x86::{V2, V3, V4};

    impl Isa for V2 {
        #[inline(always)]
        fn shift_to_exponent(self, a: Self::u64s) -> Self::u64s {
            cast(self.sse2._mm_slli_epi64::<52>(cast(a)))
        }

        #[inline(always)]
        fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s {
            self.add_f64s(self.mul_f64s(a, b), c)
        }
    }

    impl Isa for V3 {
        #[inline(always)]
        fn shift_to_exponent(self, a: Self::u64s) -> Self::u64s {
            cast(self.avx2._mm256_slli_epi64::<52>(cast(a)))
        }

        #[inline(always)]
        fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s {
            self.mul_add_f64s(a, b, c)
        }
    }

    impl Isa for V4 {
        #[inline(always)]
        fn shift_to_exponent(self, a: Self::u64s) -> Self::u64s {
            cast(self.avx512f._mm512_slli_epi64::<52>(cast(a)))
        }

        #[inline(always)]
        fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s {
            self.mul_add_f64s(a, b, c)
        }
    }
}

#[cfg(target_arch = "aarch64")]
impl Isa for pulp::aarch64::Neon {
    #[inline(always)]
    fn shift_to_exponent(self, a: Self::u64s) -> Self::u64s {
        pulp::cast(self.neon.vshlq_n_u64::<52>(pulp::cast(a)))
    }

    #[inline(always)]
    fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s {
        self.mul_add_f64s(a, b, c)
    }
}

#[cfg(target_arch = "wasm32")]
impl Isa for pulp::wasm::Simd128 {
    #[inline(always)]
    fn shift_to_exponent(self, a: Self::u64s) -> Self::u64s {
        pulp::cast(core::arch::wasm32::u64x2_shl(pulp::cast(a), 52))
    }

    #[inline(always)]
    fn multiply_add(self, a: Self::f64s, b: Self::f64s, c: Self::f64s) -> Self::f64s {
        self.add_f64s(self.mul_f64s(a, b), c)
    }
}
