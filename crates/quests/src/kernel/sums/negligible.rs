//! Kernels that are so small that they are left out of a sum.

use crate::kernel::points::Queries;

/// Share of a kernel sum that may be left out: N terms, each below this/N of the largest.
const NEGLIGIBLE: f64 = 1e-12;

/// Smallest sum for which kernels are summed far enough. Smaller ones are recomputed.
pub(crate) const SMALL_SUM: f64 = 1e-6;

/// What kernels beyond the reach add to the sum of a query that was given, at most.
pub(super) const BEYOND_REACH: f64 = NEGLIGIBLE * SMALL_SUM;

/// d²/2h² by which a kernel must exceed another to be negligible among `rows` of them.
pub(crate) fn negligible_exponent(rows: usize) -> f64 {
    (rows as f64 / NEGLIGIBLE).ln()
}

/// R², the square of the distance beyond which kernels of bandwidth h are left out of sums of N
/// terms: N·exp(−R²/2h²) ≤ 1e-12·p_min. For the reference itself p_min = 1, since every row counts
/// itself; for other queries it is [`SMALL_SUM`].
pub(crate) fn squared_reach(queries: &Queries, terms: usize, h: f64) -> f64 {
    let smallest_sum = match queries {
        Queries::Own => 1.0,
        Queries::Given { .. } => SMALL_SUM,
    };
    2.0 * h * h * (negligible_exponent(terms) - f64::ln(smallest_sum))
}
