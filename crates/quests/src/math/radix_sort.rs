//! The one sort of whatever is sorted outside inner loops: by numbers, whatever they stand for. Each type that is sorted brings
//! 5 kB of machine code along, which a page would have to load.

/// Fewer numbers than this are sorted by comparing them.
const FEW: usize = 512;

/// Bits that are sorted by at a time.
const DIGIT: u32 = 11;

/// Reader and their places, by rising number; equal numbers in the order given.
#[must_use]
pub fn radix_sort(keys: impl IntoIterator<Item = u64>) -> Vec<(u64, usize)> {
    let mut ranked: Vec<(u64, usize)> = keys.into_iter().zip(0..).collect();
    if ranked.len() < FEW {
        ranked.sort_unstable();
    } else {
        sort_by_digits(&mut ranked);
    }
    ranked
}

/// Sorts by one digit after the other, the lowest first, each time keeping the order of equal ones; digits in which all agree
/// are left out.
fn sort_by_digits(ranked: &mut Vec<(u64, usize)>) {
    let first = ranked[0].0;
    let differing = ranked.iter().fold(0, |bits, (key, _)| bits | (key ^ first));
    let mut sorted = vec![(0, 0); ranked.len()];
    for shift in (0..u64::BITS).step_by(DIGIT as usize) {
        let digit = |key: u64| (key >> shift) as usize & ((1 << DIGIT) - 1);
        if digit(differing) == 0 {
            continue;
        }
        let mut places = [0; 1 << DIGIT];
        for (key, _) in &*ranked {
            places[digit(*key)] += 1;
        }
        let mut below = 0;
        for place in &mut places {
            below += std::mem::replace(place, below);
        }
        for entry in &*ranked {
            let place = &mut places[digit(entry.0)];
            sorted[*place] = *entry;
            *place += 1;
        }
        std::mem::swap(ranked, &mut sorted);
    }
}

/// A number that rises as [`f64::total_cmp`] does.
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
