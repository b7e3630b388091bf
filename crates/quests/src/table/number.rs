//! Decimal numbers from bytes, correctly rounded.
//!
//! A decimal below 2^53 without its point, with at most 22 digits after it, is one exact number
//! divided by another, so one division rounds correctly (W. D. Clinger, PLDI 1990). The others go
//! through the standard library.

use super::ends_field;

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    /// Digits after the point.
    pub(super) decimals: u32,
    /// Digits of the exponent.
    pub(super) exponent_digits: u32,
}

impl Decimal {
    /// No number.
    pub(super) const NONE: Self = Self {
        decimals: u32::MAX,
        exponent_digits: u32::MAX,
    };
}

/// Powers of ten that f64 holds exactly.
pub(super) const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// Digits that always fit 64 bits.
const MOST_DIGITS: usize = 19;

/// Digits that always fit 53 bits.
pub(super) const EXACT_DIGITS: usize = 15;

/// Whole numbers from here on are not all held by f64.
pub(super) const EXACT: u64 = 1 << 53;

/// The finite decimal at `start`, where it ends, and how it is written; none for anything else.
#[inline]
pub(super) fn decimal(bytes: &[u8], start: usize) -> Option<(f64, usize, Decimal)> {
    let first = after_sign(bytes, start);
    let (mantissa, mut at) = digits(bytes, first, 0);
    let mut count = at - first;
    let mut mantissa = mantissa;
    let mut decimals = 0;
    if bytes.get(at) == Some(&b'.') {
        let fraction = at + 1;
        (mantissa, at) = digits(bytes, fraction, mantissa);
        decimals = at - fraction;
        count += decimals;
    }
    if !ends_field(bytes.get(at)) || count == 0 || count > MOST_DIGITS || mantissa >= EXACT {
        return long_decimal(bytes, start);
    }
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    let value = mantissa as f64 / POWERS[decimals];
    // Signs of coordinates and forces cannot be predicted; hence no branch.
    let value = f64::from_bits(value.to_bits() | u64::from(bytes[start] == b'-') << 63);
    #[expect(clippy::cast_possible_truncation, reason = "at most 19")]
    let written = Decimal {
        decimals: decimals as u32,
        exponent_digits: 0,
    };
    Some((value, at, written))
}

/// As [`decimal`], for numbers with an exponent or with many digits.
#[cold]
#[inline(never)]
fn long_decimal(bytes: &[u8], start: usize) -> Option<(f64, usize, Decimal)> {
    let rest = bytes.get(start..)?;
    let length = rest.iter().position(|byte| *byte <= b' ')?;
    let text = &rest[..length];
    if !ends_field(rest.get(length)) || text.iter().any(|byte| !b"0123456789.+-eE".contains(byte)) {
        return None;
    }
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    if !value.is_finite() {
        return None;
    }
    let exponent = text
        .iter()
        .position(|byte| matches!(byte, b'e' | b'E'))
        .unwrap_or(length);
    let point = text.iter().position(|byte| *byte == b'.');
    let decimals = point.map_or(0, |point| exponent - point - 1);
    let exponent_digits = text[exponent..]
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .count();
    let written = Decimal {
        decimals: u32::try_from(decimals).ok()?,
        exponent_digits: u32::try_from(exponent_digits).ok()?,
    };
    Some((value, start + length, written))
}

/// The whole number at `start`, and where it ends; none for anything else, and for more than 15
/// digits.
#[inline]
pub(super) fn whole(bytes: &[u8], start: usize) -> Option<(f64, usize)> {
    let first = after_sign(bytes, start);
    let (value, at) = digits(bytes, first, 0);
    if at == first || at - first > EXACT_DIGITS || !ends_field(bytes.get(at)) {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 15 digits")]
    let value = value as f64;
    Some((if bytes[start] == b'-' { -value } else { value }, at))
}

#[inline]
fn after_sign(bytes: &[u8], at: usize) -> usize {
    at + usize::from(matches!(bytes.get(at), Some(b'-' | b'+')))
}

/// `value` with the digits from `at` on appended, wrong beyond 19 of them; and where they end.
#[inline]
fn digits(bytes: &[u8], mut at: usize, mut value: u64) -> (u64, usize) {
    loop {
        let word = eight(bytes, at) ^ 0x3030_3030_3030_3030;
        // Bit 7 of every byte that is above 9, up to the first such byte; beyond it, carries may
        // set others.
        let others = (word.wrapping_add(0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080;
        let count = (others.trailing_zeros() / 8) as usize;
        if count == 0 {
            return (value, at);
        }
        // The digits move to the most significant bytes, zeros before them.
        let aligned = word << (64 - 8 * count);
        value = value
            .wrapping_mul(TENS[count])
            .wrapping_add(eight_digits(aligned));
        at += count;
        if count < 8 {
            return (value, at);
        }
    }
}

/// 10^n for n digits.
const TENS: [u64; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

/// The number of eight digits, the first in the least significant byte: neighbours are joined,
/// three times over.
#[inline]
fn eight_digits(word: u64) -> u64 {
    const MASK: u64 = 0x0000_00ff_0000_00ff;
    let pairs = word.wrapping_mul(10).wrapping_add(word >> 8);
    let one = (pairs & MASK).wrapping_mul(100 + (1_000_000 << 32));
    let two = ((pairs >> 16) & MASK).wrapping_mul(1 + (10_000 << 32));
    one.wrapping_add(two) >> 32
}

/// Eight bytes from `at` on, the first the least significant; zeros after the last.
#[inline]
fn eight(bytes: &[u8], at: usize) -> u64 {
    if let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        return u64::from_le_bytes(*chunk);
    }
    let mut padded = [0; 8];
    if let Some(rest) = bytes.get(at..) {
        padded[..rest.len()].copy_from_slice(rest);
    }
    u64::from_le_bytes(padded)
}
