//! Distant queries: so far from the reference that skipped kernels, or underflow, could matter.
//! They are recomputed by log-sum-exp, nearest leaf first.

use super::negligible::negligible_exponent;
use super::row_distances::half_squared_distances;
use crate::kernel::points::{Bounds, LEAF, Projection, Queries, Reference};
use crate::math::{ordered_bits, radix_sort};

/// log p of one query under each bandwidth, and the mean of the weights (0 without weights), from
/// all rows that can matter. Where the weights say how often each row is there, log p counts them.
///
/// Leaves are searched by rising distance of their bounds, until the next one is so far beyond the
/// nearest row found that all remaining rows together are negligible under the widest kernel.
pub(crate) fn log_sums(
    reference: &Reference,
    queries: &Queries,
    row: usize,
    bandwidths: &[f64],
    weights: &[f64],
    counted: bool,
) -> Vec<(f64, f64)> {
    let widest = bandwidths.iter().copied().fold(0.0, f64::max);
    let limit = negligible_exponent(reference.terms());
    let query = queries.row(reference, row);
    let point = &queries.projections(reference)[row];
    let (nearest, seen) = nearby(reference, &query, point, None, widest * widest * limit);
    bandwidths
        .iter()
        .map(|h| {
            let log = |sum: f64| sum.ln() - nearest / (h * h);
            let (sum, weighted) = relative_sums(&seen, nearest, *h, limit, weights);
            if counted {
                (log(weighted), 0.0)
            } else {
                (log(sum), weighted / sum)
            }
        })
        .collect()
}

/// log of the kernel sum of one row over all rows of the reference. The row is as wide as the
/// reference, `point` its coordinates along the axes of the reference.
pub(crate) fn log_sum_of(reference: &Reference, row: &[f64], point: &Projection, h: f64) -> f64 {
    let limit = negligible_exponent(reference.terms());
    let (nearest, seen) = nearby(reference, row, point, None, h * h * limit);
    relative_sums(&seen, nearest, h, limit, &[]).0.ln() - nearest / (h * h)
}

/// log of the kernel sum of one ordered row of the reference over all others.
pub(crate) fn log_sum_leaving_out(reference: &Reference, row: usize, h: f64) -> f64 {
    let limit = negligible_exponent(reference.terms());
    let query: Vec<f64> = reference.row(row).collect();
    let point = &reference.projections()[row];
    let (nearest, seen) = nearby(reference, &query, point, Some(row), h * h * limit);
    relative_sums(&seen, nearest, h, limit, &[]).0.ln() - nearest / (h * h)
}

/// Half squared distances from a query to the rows of all leaves that can hold a row within `slack`
/// of the nearest, and the least of them. The row `except`, in order, is infinitely far.
fn nearby(
    reference: &Reference,
    query: &[f64],
    point: &Projection,
    except: Option<usize>,
    slack: f64,
) -> (f64, Vec<(usize, Vec<f64>)>) {
    let mut nearest = f64::INFINITY;
    let mut seen: Vec<(usize, Vec<f64>)> = Vec::new();
    for (gap, leaf) in leaves_by_distance(reference, point) {
        if gap > nearest + slack {
            break;
        }
        let mut distances = half_squared_distances(reference, query, leaf);
        if let Some(row) = except.filter(|row| row / LEAF == leaf) {
            distances[row % LEAF] = f64::INFINITY;
        }
        nearest = distances.iter().copied().fold(nearest, f64::min);
        seen.push((leaf, distances));
    }
    let rising = radix_sort(seen.iter().map(|(leaf, _)| *leaf as u64));
    let mut take = |(leaf, at): (u64, usize)| (leaf as usize, std::mem::take(&mut seen[at].1));
    (nearest, rising.into_iter().map(&mut take).collect())
}

/// Half the square of the least distance that rows of a leaf can have from a point, and the leaf;
/// nearest first.
pub(crate) fn leaves_by_distance(reference: &Reference, point: &Projection) -> Vec<(f64, usize)> {
    let own = Bounds::of([point]);
    let leaves = reference.leaves().iter();
    let gaps: Vec<f64> = leaves.map(|leaf| 0.5 * leaf.bounds.squared_gap(&own)).collect();
    let rising = radix_sort(gaps.iter().map(|gap| ordered_bits(*gap)));
    rising.into_iter().map(|(_, leaf)| (gaps[leaf], leaf)).collect()
}

/// Σ exp(−(d_j − d_min)/h²) over half squared distances, and the same with weights: log Σ
/// exp(−d_j/h²) is its logarithm less d_min/h². Terms that are negligible all together are not
/// computed: most rows of the leaves are that far.
fn relative_sums(
    seen: &[(usize, Vec<f64>)],
    nearest: f64,
    h: f64,
    limit: f64,
    weights: &[f64],
) -> (f64, f64) {
    let mut sum = 0.0;
    let mut weighted = 0.0;
    for (leaf, distances) in seen {
        for (at, distance) in distances.iter().enumerate() {
            let exponent = (distance - nearest) / (h * h);
            if exponent <= limit {
                let kernel = (-exponent).exp();
                sum += kernel;
                weighted += kernel * weights.get(leaf * LEAF + at).copied().unwrap_or(0.0);
            }
        }
    }
    (sum, weighted)
}
