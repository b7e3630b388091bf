//! Sorting networks over lines of vectors, lane by lane.
//!
//! Networks of a fixed size are written out, so that lines stay in registers as far as there are
//! enough: sorted in memory, line after line, half the time went into stores.

use crate::simd::Isa;

/// Lines that [`sort_lines`] sorts: those of 32 neighbours.
pub(super) const LINES: usize = 31;

/// Lines that [`sort_few_lines`] sorts.
pub(super) const FEW_LINES: usize = 15;

/// Puts the smaller of each two into the first line, the larger into the second. Lines count from
/// `$from`.
macro_rules! compare {
    ($simd:ident, $lines:ident, $from:literal: $($low:literal $high:literal),+) => {
        $(
            let (low, high) = ($lines[$from + $low], $lines[$from + $high]);
            $lines[$from + $low] = $simd.smaller(low, high);
            $lines[$from + $high] = $simd.larger(low, high);
        )+
    };
}

/// Green's network for 16 lines: 60 comparators (Knuth, The Art of Computer Programming, volume 3,
/// section 5.3.4).
macro_rules! sort_sixteen {
    ($simd:ident, $lines:ident, $from:literal) => {
        compare!($simd, $lines, $from:
            0 1, 2 3, 4 5, 6 7, 8 9, 10 11, 12 13, 14 15, 0 2, 4 6, 8 10, 12 14, 1 3, 5 7, 9 11, 13 15,
            0 4, 8 12, 1 5, 9 13, 2 6, 10 14, 3 7, 11 15, 0 8, 1 9, 2 10, 3 11, 4 12, 5 13, 6 14, 7 15,
            5 10, 6 9, 3 12, 13 14, 4 8, 7 11, 1 2, 1 4, 7 13, 2 8, 11 14, 2 4, 5 6, 9 10, 11 13, 3 8,
            7 12, 6 8, 10 12, 3 5, 7 9, 3 4, 5 6, 7 8, 9 10, 11 12, 6 7, 8 9
        )
    };
}

/// The same without its last line, which would hold the largest: 56 comparators.
macro_rules! sort_fifteen {
    ($simd:ident, $lines:ident, $from:literal) => {
        compare!($simd, $lines, $from:
            0 1, 2 3, 4 5, 6 7, 8 9, 10 11, 12 13, 0 2, 4 6, 8 10, 12 14, 1 3, 5 7, 9 11, 0 4, 8 12,
            1 5, 9 13, 2 6, 10 14, 3 7, 0 8, 1 9, 2 10, 3 11, 4 12, 5 13, 6 14, 5 10, 6 9, 3 12, 13 14,
            4 8, 7 11, 1 2, 1 4, 7 13, 2 8, 11 14, 2 4, 5 6, 9 10, 11 13, 3 8, 7 12, 6 8, 10 12, 3 5,
            7 9, 3 4, 5 6, 7 8, 9 10, 11 12, 6 7, 8 9
        )
    };
}

/// Sorts 31 lines: two halves, then Batcher's odd–even merge without its last line; 180
/// comparators. In WebAssembly a function of its own, see [`crate::simd::Level::run`].
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
pub(super) fn sort_lines<S: Isa>(simd: S, lines: &mut [S::f64s; LINES]) {
    let mut sorted = *lines;
    sort_sixteen!(simd, sorted, 0);
    sort_fifteen!(simd, sorted, 16);
    compare!(simd, sorted, 0:
            0 16, 8 24, 8 16, 4 20, 12 28, 12 20, 4 8, 12 16, 20 24, 2 18, 10 26, 10 18, 6 22, 14 30,
            14 22, 6 10, 14 18, 22 26, 2 4, 6 8, 10 12, 14 16, 18 20, 22 24, 26 28, 1 17, 9 25, 9 17,
            5 21, 13 29, 13 21, 5 9, 13 17, 21 25, 3 19, 11 27, 11 19, 7 23, 15 23, 7 11, 15 19, 23 27,
            3 5, 7 9, 11 13, 15 17, 19 21, 23 25, 27 29, 1 2, 3 4, 5 6, 7 8, 9 10, 11 12, 13 14, 15 16,
            17 18, 19 20, 21 22, 23 24, 25 26, 27 28, 29 30
    );
    *lines = sorted;
}

/// Sorts 15 lines.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
pub(super) fn sort_few_lines<S: Isa>(simd: S, lines: &mut [S::f64s; FEW_LINES]) {
    let mut sorted = *lines;
    sort_fifteen!(simd, sorted, 0);
    *lines = sorted;
}

/// Sorts any number of lines by a network for at least as many: one without its last lines sorts
/// the others.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
pub(super) fn sort_many_lines<S: Isa>(simd: S, network: &[(u32, u32)], lines: &mut [S::f64s]) {
    let count = lines.len() as u32;
    for &(low, high) in network.iter().filter(|(_, high)| *high < count) {
        let (low, high) = (low as usize, high as usize);
        let (smaller, larger) = (
            simd.smaller(lines[low], lines[high]),
            simd.larger(lines[low], lines[high]),
        );
        (lines[low], lines[high]) = (smaller, larger);
    }
}

/// Comparators of Batcher's odd–even merge sort for `n` values.
pub(super) fn sorting_network(n: usize) -> Vec<(u32, u32)> {
    let mut network = Vec::new();
    let mut p = 1;
    while p < n {
        let mut k = p;
        while k >= 1 {
            for j in (k % p..n.saturating_sub(k)).step_by(2 * k) {
                for i in 0..k.min(n - j - k) {
                    if (i + j) / (2 * p) == (i + j + k) / (2 * p) {
                        network.push(((i + j) as u32, (i + j + k) as u32));
                    }
                }
            }
            k /= 2;
        }
        p *= 2;
    }
    network
}
