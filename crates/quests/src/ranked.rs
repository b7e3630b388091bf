//! The one sort of whatever is sorted outside inner loops: by numbers, whatever they stand for. Each type that is sorted brings
//! 5 kB of machine code along, which a page would have to load.

/// Numbers and their places, by rising number; equal numbers in the order given.
#[must_use]
pub fn ranked(keys: impl IntoIterator<Item = u64>) -> Vec<(u64, usize)> {
    let mut ranked: Vec<(u64, usize)> = keys.into_iter().zip(0..).collect();
    ranked.sort_unstable();
    ranked
}

/// A number that rises as [`f64::total_cmp`] does.
#[must_use]
pub fn rank(value: f64) -> u64 {
    let bits = value.to_bits();
    // Negative numbers fall as their bits rise, and have the highest bit set.
    let flipped = if value.is_sign_negative() {
        u64::MAX
    } else {
        1 << 63
    };
    bits ^ flipped
}
