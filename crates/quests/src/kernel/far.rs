//! Queries so far from the reference that what was left out, or lost to underflow, may count: taken again, nearest leaf
//! first, by log-sum-exp.

use super::axes::{Bounds, Projection};
use super::order::LEAF;
use super::queries::Queries;
use super::reference::{PANEL_VECTORS, Reference};
use crate::ranked::{rank, ranked};
use crate::simd::{Isa, Kernel};

/// Share of a kernel sum that may be left out: N terms, each below this/N of the largest.
pub(crate) const NEGLIGIBLE: f64 = 1e-12;

/// Queries with a smaller kernel sum are taken again: kernels are summed far enough for larger ones.
pub(crate) const SMALL_SUM: f64 = 1e-6;

/// d²/2h² by which a kernel must exceed another to be negligible among `rows` of them.
pub(crate) fn negligible_exponent(rows: usize) -> f64 {
    (rows as f64 / NEGLIGIBLE).ln()
}

/// log p of one query under each bandwidth, and the mean of the weights (0 without), from all rows that can count.
///
/// Leaves are visited by the distance of their bounds, until the next one is so far beyond the nearest row found that all
/// the rest together are negligible under the widest kernel.
pub(crate) fn log_sums(
    reference: &Reference,
    queries: &Queries,
    row: usize,
    bandwidths: &[f64],
    weights: &[f64],
) -> Vec<(f64, f64)> {
    let widest = bandwidths.iter().copied().fold(0.0, f64::max);
    let limit = negligible_exponent(reference.rows());
    let query = queries.row(reference, row);
    let point = &queries.projections(reference)[row];
    let (nearest, seen) = nearby(reference, &query, point, None, widest * widest * limit);
    bandwidths
        .iter()
        .map(|h| log_sum(&seen, nearest, *h, limit, weights))
        .collect()
}

/// log of the kernel sum of one row, as wide as the reference and at `point` along its axes, over all rows of it.
pub(crate) fn log_sum_of(reference: &Reference, row: &[f64], point: &Projection, h: f64) -> f64 {
    let limit = negligible_exponent(reference.rows());
    let (nearest, seen) = nearby(reference, row, point, None, h * h * limit);
    log_sum(&seen, nearest, h, limit, &[]).0
}

/// log of the kernel sum of one ordered row of the reference over all others.
pub(crate) fn log_sum_of_others(reference: &Reference, row: usize, h: f64) -> f64 {
    let limit = negligible_exponent(reference.rows());
    let query: Vec<f64> = reference.row(row).collect();
    let point = &reference.projections()[row];
    let (nearest, seen) = nearby(reference, &query, point, Some(row), h * h * limit);
    log_sum(&seen, nearest, h, limit, &[]).0
}

/// Half squared distances from a query to the rows of all leaves that can hold a row within `slack` of the nearest, and
/// the least of them; an ordered row that is to be left out is infinitely far.
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
    let rising = ranked(seen.iter().map(|(leaf, _)| *leaf as u64));
    let mut take = |(leaf, at): (u64, usize)| (leaf as usize, std::mem::take(&mut seen[at].1));
    (nearest, rising.into_iter().map(&mut take).collect())
}

/// Half the square of the least distance that rows of a leaf can have from a point, and the leaf; nearest first.
pub(crate) fn leaves_by_distance(reference: &Reference, point: &Projection) -> Vec<(f64, usize)> {
    let own = Bounds::of([point]);
    let leaves = reference.leaves().iter();
    let gaps: Vec<f64> = leaves.map(|leaf| 0.5 * leaf.bounds.squared_gap(&own)).collect();
    let rising = ranked(gaps.iter().map(|gap| rank(*gap)));
    rising.into_iter().map(|(_, leaf)| (gaps[leaf], leaf)).collect()
}

/// |x − y|²/2 of a query and each row of a leaf.
pub(crate) fn half_squared_distances(reference: &Reference, query: &[f64], leaf: usize) -> Vec<f64> {
    let centre = &reference.leaves()[leaf].centre;
    let query: Vec<f64> = query
        .iter()
        .zip(centre)
        .map(|(value, centre)| value - centre)
        .collect();
    let panels = reference.leaf_panels(leaf);
    let mut distances = vec![0.0; panels.len() * reference.panel_rows()];
    let panels = reference.panels(&panels);
    reference.level.run(HalfSquaredDistances {
        query: &query,
        panels,
        out: &mut distances,
    });
    distances.truncate(LEAF.min(reference.rows() - leaf * LEAF));
    distances
}

/// log Σ exp(−d_j/h²) over half squared distances, the nearest taken out: −d_min/h² + log Σ exp(−(d_j − d_min)/h²).
/// Terms that are negligible all together are not computed: most of what the leaves hold is that far.
fn log_sum(seen: &[(usize, Vec<f64>)], nearest: f64, h: f64, limit: f64, weights: &[f64]) -> (f64, f64) {
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
    (sum.ln() - nearest / (h * h), weighted / sum)
}

/// Half squared distances of one query to the rows of some panels, both relative to the same centre.
struct HalfSquaredDistances<'a> {
    query: &'a [f64],
    panels: &'a [f64],
    out: &'a mut [f64],
}

impl Kernel for HalfSquaredDistances<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        let (panels, _) = S::as_simd_f64s(self.panels);
        let (out, _) = S::as_mut_simd_f64s(self.out);
        let panels = panels.chunks_exact(PANEL_VECTORS * self.query.len());
        for (out, panel) in out.chunks_exact_mut(PANEL_VECTORS).zip(panels) {
            let mut sums = [simd.splat_f64s(0.0); PANEL_VECTORS];
            for (x, y) in self.query.iter().zip(panel.chunks_exact(PANEL_VECTORS)) {
                for v in 0..PANEL_VECTORS {
                    let difference = simd.sub_f64s(simd.splat_f64s(*x), y[v]);
                    sums[v] = simd.multiply_add(difference, difference, sums[v]);
                }
            }
            for v in 0..PANEL_VECTORS {
                out[v] = simd.mul_f64s(sums[v], simd.splat_f64s(0.5));
            }
        }
    }
}
