//! Code for a group of queries: as many as an instruction set multiplies at once. The compiler has
//! to know this number to keep their sums in registers.

use crate::simd::{Isa, Kernel};

/// Code generic over the instruction set and the number of queries.
pub(crate) trait OfGroup {
    /// What it returns.
    type Output;

    /// Runs for groups of `R` = [`Isa::PRODUCT_ROWS`] queries; exponentials of `N` of them have
    /// registers side by side. Implementations are `#[inline(always)]`, as those of
    /// [`Kernel::run`].
    fn of_group<S: Isa, const R: usize, const N: usize>(self, simd: S) -> Self::Output;
}

/// Most queries in a group.
pub(crate) const MOST_ROWS: usize = 8;

/// Runs it with the number of queries that the instruction set takes.
pub(crate) struct Group<K>(pub K);

impl<K: OfGroup> Kernel for Group<K> {
    type Output = K::Output;

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) -> K::Output {
        match S::PRODUCT_ROWS {
            MOST_ROWS => self.0.of_group::<S, MOST_ROWS, 4>(simd),
            6 => self.0.of_group::<S, 6, 3>(simd),
            _ => self.0.of_group::<S, 4, 4>(simd),
        }
    }
}
