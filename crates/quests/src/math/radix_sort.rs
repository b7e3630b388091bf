//! The one sort outside inner loops. Everything is sorted by whole numbers, since each further type
//! that is sorted adds 5 kB of machine code, which a page would have to load.

/// Fewer numbers than this are sorted by comparing them.
const FEW: usize = 512;

/// Bits of one digit.
const DIGIT: u32 = 11;

/// Keys and their places, by rising key; equal keys in the order given.
#[must_use]
pub fn radix_sort(keys: impl IntoIterator<Item = u64>) -> Vec<(u64, usize)> {
    let mut entries: Vec<(u64, usize)> = keys.into_iter().zip(0..).collect();
    if entries.len() < FEW {
        entries.sort_unstable();
    } else {
        sort_by_digits(&mut entries);
    }
    entries
}

/// Sorts by one digit after the other, the lowest first, and keeps equal keys in order each time.
/// Digits in which all keys agree are skipped.
fn sort_by_digits(entries: &mut Vec<(u64, usize)>) {
    let first = entries[0].0;
    let differing = entries.iter().fold(0, |bits, (key, _)| bits | (key ^ first));
    let mut sorted = vec![(0, 0); entries.len()];
    for shift in (0..u64::BITS).step_by(DIGIT as usize) {
        let digit = |key: u64| (key >> shift) as usize & ((1 << DIGIT) - 1);
        if digit(differing) == 0 {
            continue;
        }
        let mut places = [0; 1 << DIGIT];
        for (key, _) in &*entries {
            places[digit(*key)] += 1;
        }
        let mut below = 0;
        for place in &mut places {
            below += std::mem::replace(place, below);
        }
        for entry in &*entries {
            let place = &mut places[digit(entry.0)];
            sorted[*place] = *entry;
            *place += 1;
        }
        std::mem::swap(entries, &mut sorted);
    }
}

/// Bits that rise as [`f64::total_cmp`] does.
#[must_use]
pub fn ordered_bits(value: f64) -> u64 {
    let bits = value.to_bits();
    // Negative numbers fall as their bits rise, and have the highest bit set.
    let flipped = if value.is_sign_negative() {
        u64::MAX
    } else {
        1 << 63
    };
    bits ^ flipped
}
