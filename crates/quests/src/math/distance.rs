//! |a − b|² of two rows, one number after the other.
//!
//! Loops that compare one row with a panel of rows have vector code of their own:
//! `kernel::sums` and `select::growing_set`.

/// |a − b|².
#[inline]
pub(crate) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    squared_distance_up_to(a.iter().copied(), b.iter().copied(), f64::INFINITY)
}

/// |a − b|². If it exceeds `limit`, some number that exceeds `limit`: the sum stops there.
#[inline]
pub(crate) fn squared_distance_up_to(
    a: impl IntoIterator<Item = f64>,
    b: impl IntoIterator<Item = f64>,
    limit: f64,
) -> f64 {
    let mut sum = 0.0;
    for (a, b) in a.into_iter().zip(b) {
        sum += (a - b) * (a - b);
        if sum > limit {
            break;
        }
    }
    sum
}
