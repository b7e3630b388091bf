//! 2^x for x ≤ 0.

use super::Isa;

/// Adding and subtracting this rounds to the nearest integer, and leaves that integer in the low bits of the sum.
const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 · 2^52

/// Exponents below this give 2^−1022 instead of a smaller number: kernel sums in which that matters are taken again
/// with a shift (see `kernel`).
const SMALLEST: f64 = -1022.0;

/// Coefficients of 2^f on |f| ≤ ½, highest power first: near-minimax (Chebyshev) fit of degree 11, whose relative error
/// with these rounded coefficients is 2.0e-17.
const COEFFICIENTS: [f64; 12] = [
    4.455_817_908_336_064_5e-10,
    7.074_194_297_288_521e-9,
    1.017_805_708_773_394_1e-7,
    1.321_543_253_591_237_5e-6,
    1.525_273_384_155_677_3e-5,
    1.540_353_046_372_435_3e-4,
    1.333_355_814_640_647e-3,
    9.618_129_107_587_256e-3,
    5.550_410_866_482_162_5e-2,
    2.402_265_069_591_015_8e-1,
    std::f64::consts::LN_2,
    1.0,
];

/// 2^x for x ≤ 0, to about one unit in the last place; 2^−1022 for anything below −1022, −∞ included.
#[inline(always)]
pub fn exp2_negative<S: Isa>(simd: S, x: S::f64s) -> S::f64s {
    let x = simd.max_f64s(x, simd.splat_f64s(SMALLEST));
    let shifted = simd.add_f64s(x, simd.splat_f64s(ROUND));
    let fraction = simd.sub_f64s(x, simd.sub_f64s(shifted, simd.splat_f64s(ROUND)));
    let mut power = simd.splat_f64s(COEFFICIENTS[0]);
    for &coefficient in &COEFFICIENTS[1..] {
        power = simd.multiply_add(power, fraction, simd.splat_f64s(coefficient));
    }
    let exponent = simd.shift_to_exponent(simd.transmute_u64s_f64s(shifted));
    simd.transmute_f64s_u64s(simd.add_u64s(simd.transmute_u64s_f64s(power), exponent))
}
