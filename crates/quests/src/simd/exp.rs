//! 2^x for x ≤ 0.

use super::Isa;

/// Adding and subtracting this rounds to the nearest integer, and leaves that integer in the low bits of the sum.
const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 · 2^52

/// Exponents below this give 2^−1022 instead of a smaller number: kernel sums in which that matters are taken again
/// with a shift (see `kernel`).
const SMALLEST: f64 = -1022.0;

/// Coefficients of 2^f on |f| ≤ ½, highest power first: the minimax fit of degree 10, whose relative error with these
/// rounded coefficients is 2.8e-16.
const COEFFICIENTS: [f64; 11] = [
    7.037_278_846_726_901e-9,
    1.020_853_792_965_674e-7,
    1.321_566_283_595_923_8e-6,
    1.525_265_811_640_985_4e-5,
    1.540_352_996_112_707_6e-4,
    1.333_355_822_845_071_6e-3,
    9.618_129_108_034_596e-3,
    5.550_410_866_445_883e-2,
    2.402_265_069_590_876_8e-1,
    6.931_471_805_599_497e-1,
    1.0,
];

/// 2^x for x ≤ 0 of N vectors side by side, to about one unit in the last place; 2^−1022 for anything below −1022, −∞
/// included.
#[inline(always)]
pub fn exp2_negative<S: Isa, const N: usize>(simd: S, mut x: [S::f64s; N]) -> [S::f64s; N] {
    let (round, smallest) = (simd.splat_f64s(ROUND), simd.splat_f64s(SMALLEST));
    let mut shifted = [round; N];
    let mut powers = [simd.splat_f64s(COEFFICIENTS[0]); N];
    for n in 0..N {
        x[n] = simd.larger(x[n], smallest);
        shifted[n] = simd.add_f64s(x[n], round);
        x[n] = simd.sub_f64s(x[n], simd.sub_f64s(shifted[n], round));
    }
    for &coefficient in &COEFFICIENTS[1..] {
        let coefficient = simd.splat_f64s(coefficient);
        for n in 0..N {
            powers[n] = simd.multiply_add(powers[n], x[n], coefficient);
        }
    }
    for n in 0..N {
        let exponent = simd.shift_to_exponent(simd.transmute_u64s_f64s(shifted[n]));
        powers[n] = simd.transmute_f64s_u64s(simd.add_u64s(simd.transmute_u64s_f64s(powers[n]), exponent));
    }
    powers
}
