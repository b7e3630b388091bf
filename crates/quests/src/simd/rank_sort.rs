//! Sorts some fifty positive numbers, as often as there are atoms.

use super::Isa;

/// What stands in places that are not written.
const UNWRITTEN: f64 = -1.0;

/// Buffers of a sort.
#[derive(Debug, Default)]
pub(crate) struct RankSort {
    /// For each number, how many are smaller.
    rank: Vec<f64>,
    /// Their bits, sorted, where vectors are narrow.
    bits: Vec<u64>,
}

impl RankSort {
    /// Puts the first `count` of `numbers` into `sorted`, ascending. They are not negative; what
    /// comes after them, up to whole vectors, is as large as they are or larger.
    #[inline(always)]
    pub fn run<S: Isa>(&mut self, simd: S, numbers: &[f64], count: usize, sorted: &mut Vec<f64>) {
        sorted.clear();
        if S::F64_LANES > 2 {
            return self.by_counting(simd, numbers, count, sorted);
        }
        // The bits of positive numbers sort as the numbers do, and integers sort faster.
        self.bits.clear();
        self.bits
            .extend(numbers[..count].iter().map(|number| number.to_bits()));
        self.bits.sort_unstable();
        sorted.extend(self.bits.iter().map(|bits| f64::from_bits(*bits)));
    }

    /// Counts, for each number, those below it, without a branch. With vectors of more than two
    /// numbers this is faster than comparing and swapping.
    #[inline(always)]
    fn by_counting<S: Isa>(&mut self, simd: S, numbers: &[f64], count: usize, sorted: &mut Vec<f64>) {
        /// Vectors that are counted side by side.
        const VECTORS: usize = 3;
        self.rank.resize(numbers.len(), 0.0);
        let one = simd.splat_f64s(1.0);
        let (vectors, _) = S::as_simd_f64s(numbers);
        let (rank, _) = S::as_mut_simd_f64s(&mut self.rank);
        for (some, rank) in vectors.chunks(VECTORS).zip(rank.chunks_mut(VECTORS)) {
            // Counts beyond the last are not used.
            let some: [S::f64s; VECTORS] = std::array::from_fn(|at| some[at.min(some.len() - 1)]);
            let mut ranks = [simd.splat_f64s(0.0); VECTORS];
            for other in &numbers[..count] {
                let other = simd.splat_f64s(*other);
                for (own, rank) in some.iter().zip(&mut ranks) {
                    let is_smaller = simd.less_than_f64s(other, *own);
                    *rank = simd.select_f64s(is_smaller, simd.add_f64s(*rank, one), *rank);
                }
            }
            rank.copy_from_slice(&ranks[..rank.len()]);
        }
        // Equal numbers have the same rank: the places after the first are not written.
        sorted.resize(count, UNWRITTEN);
        for (number, rank) in numbers[..count].iter().zip(&self.rank) {
            sorted[*rank as usize] = *number;
        }
        let mut last = 0.0;
        for number in sorted {
            if *number == UNWRITTEN {
                *number = last;
            }
            last = *number;
        }
    }
}
