//! 2^x for x ≤ 0.

use super::Isa;

/// Adding and subtracting this rounds to the nearest integer, and leaves that integer in the low
/// bits of the sum.
const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 · 2^52

/// Exponents below this give 2^−1022 instead of a smaller number. Kernel sums for which that
/// matters are recomputed with a shift (see `kernel`).
const SMALLEST: f64 = -1022.0;

/// Coefficients of 2^f on |f| ≤ ½, highest power first: the minimax fit of degree 10, whose
/// relative error with these rounded coefficients is 2.8e-16.
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

/// 2^(j/64), j from 0 to 63, each the nearest number.
#[expect(clippy::unreadable_literal, reason = "a table as it was computed")]
const POWERS: [f64; 64] = [
    1.0,
    1.0108892860517005,
    1.0218971486541166,
    1.0330248790212284,
    1.0442737824274138,
    1.0556451783605572,
    1.0671404006768237,
    1.0787607977571199,
    1.0905077326652577,
    1.102382583307841,
    1.1143867425958924,
    1.1265216186082418,
    1.1387886347566916,
    1.1511892299529827,
    1.1637248587775775,
    1.1763969916502812,
    1.189207115002721,
    1.202156731452703,
    1.215247359980469,
    1.22848053610687,
    1.241857812073484,
    1.255380757024691,
    1.2690509571917332,
    1.2828700160787783,
    1.2968395546510096,
    1.3109612115247644,
    1.3252366431597413,
    1.339667524053303,
    1.3542555469368927,
    1.3690024229745905,
    1.383909881963832,
    1.3989796725383112,
    std::f64::consts::SQRT_2,
    1.42961333839197,
    1.4451808069770467,
    1.460917794180647,
    1.4768261459394993,
    1.4929077282912648,
    1.5091644275934228,
    1.5255981507445384,
    1.5422108254079407,
    1.559004400237837,
    1.5759808451078865,
    1.593142151342267,
    1.6104903319492543,
    1.6280274218573478,
    1.645755478153965,
    1.6636765803267364,
    1.681792830507429,
    1.7001063537185235,
    1.718619298122478,
    1.7373338352737062,
    1.7562521603732995,
    1.7753764925265212,
    1.7947090750031072,
    1.8142521755003989,
    1.8340080864093424,
    1.8539791250833855,
    1.8741676341103,
    1.8945759815869656,
    1.9152065613971474,
    1.9360617934922943,
    1.9571441241754002,
    1.978456026387951,
];

/// Bits of 2^(j/64) minus what j adds to them when the number of 64ths is moved to the exponent
/// with all its bits.
pub(super) static POWER_BITS: [u64; 64] = {
    let mut bits = [0; 64];
    let mut j = 0;
    while j < 64 {
        bits[j] = POWERS[j].to_bits() - ((j as u64) << 46);
        j += 1;
    }
    bits
};

/// Coefficients of (2^f − 1)/f on |f| ≤ 1/128, highest power first: f times this is within 2.4e-18
/// of 2^f − 1.
const SHORT_COEFFICIENTS: [f64; 5] = [
    1.333_356_978_334_557e-3,
    9.618_140_859_595_685e-3,
    5.550_410_866_480_382_6e-2,
    2.402_265_069_589_214e-1,
    std::f64::consts::LN_2,
];

/// Bits of 2^(n/64), n the low bits of a number with a sign.
#[inline(always)]
pub(super) fn power_of_64ths(n: u64) -> u64 {
    POWER_BITS[(n & 63) as usize].wrapping_add(n << 46)
}

/// 2^x for x ≤ 0 of N vectors side by side, to about one unit in the last place; 2^−1022 for
/// anything below −1022, −∞ included.
#[inline(always)]
pub fn exp2_negative<S: Isa, const N: usize>(simd: S, x: [S::f64s; N]) -> [S::f64s; N] {
    if S::POWERS_FROM_TABLE {
        from_table(simd, x)
    } else {
        from_polynomial(simd, x)
    }
}

/// 2^(n/64) · 2^f, x = n/64 + f: the first from a table, and 2^f = 1 + f · P(f).
#[inline(always)]
fn from_table<S: Isa, const N: usize>(simd: S, mut x: [S::f64s; N]) -> [S::f64s; N] {
    let (round, smallest) = (simd.splat_f64s(ROUND / 64.0), simd.splat_f64s(SMALLEST));
    for x in &mut x {
        let limited = simd.larger(*x, smallest);
        let shifted = simd.add_f64s(limited, round);
        let f = simd.sub_f64s(limited, simd.sub_f64s(shifted, round));
        let mut sum = simd.splat_f64s(SHORT_COEFFICIENTS[0]);
        for &coefficient in &SHORT_COEFFICIENTS[1..] {
            sum = simd.multiply_add(sum, f, simd.splat_f64s(coefficient));
        }
        let power = simd.transmute_f64s_u64s(simd.power_of_64ths(simd.transmute_u64s_f64s(shifted)));
        *x = simd.multiply_add(power, simd.mul_f64s(sum, f), power);
    }
    x
}

#[inline(always)]
fn from_polynomial<S: Isa, const N: usize>(simd: S, mut x: [S::f64s; N]) -> [S::f64s; N] {
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

/// As [`ROUND`], in single precision: 1.5 · 2²³.
const ROUND_SINGLE: f32 = 12_582_912.0;

/// Exponents below this give 2^−126.
const SMALLEST_SINGLE: f32 = -126.0;

/// Coefficients of 2^f on |f| ≤ ½, highest power first, whose relative error is 1.9e-8.
const COEFFICIENTS_SINGLE: [f32; 7] = [
    1.546_144_5e-4,
    1.340_042_8e-3,
    9.618_057e-3,
    5.550_327e-2,
    2.402_265e-1,
    6.931_472e-1,
    1.0,
];

/// 2^x for x ≤ 0 of N vectors side by side, in single precision, to about one unit in the last
/// place; 2^−126 for anything below −126, −∞ included.
#[inline(always)]
pub fn exp2_negative_single<S: Isa, const N: usize>(simd: S, mut x: [S::f32s; N]) -> [S::f32s; N] {
    let (round, smallest) = (simd.splat_f32s(ROUND_SINGLE), simd.splat_f32s(SMALLEST_SINGLE));
    let mut shifted = [round; N];
    let mut powers = [simd.splat_f32s(COEFFICIENTS_SINGLE[0]); N];
    for n in 0..N {
        x[n] = simd.larger_single(x[n], smallest);
        shifted[n] = simd.add_f32s(x[n], round);
        x[n] = simd.sub_f32s(x[n], simd.sub_f32s(shifted[n], round));
    }
    for &coefficient in &COEFFICIENTS_SINGLE[1..] {
        let coefficient = simd.splat_f32s(coefficient);
        for n in 0..N {
            powers[n] = simd.multiply_add_single(powers[n], x[n], coefficient);
        }
    }
    for n in 0..N {
        let exponent = simd.shift_to_exponent_single(simd.transmute_u32s_f32s(shifted[n]));
        powers[n] = simd.transmute_f32s_u32s(simd.add_u32s(simd.transmute_u32s_f32s(powers[n]), exponent));
    }
    powers
}
