//! Sums over some leaves of the reference, and the bounds that they give of the whole sums.
//!
//! Kernels are positive, so a sum over some leaves is a lower bound of p. The rows of a leaf that
//! was not visited add at most their number times the kernel at the distance of its box, which
//! gives an upper one. Kernels beyond the reach, which sums leave out, are below 1e-12 of any that
//! is not recomputed; smaller sums are made by log-sum-exp, of all rows of the leaves.

use std::ops::Range;

use super::block::{Block, Sums};
use super::job::KernelJob;
use super::near_leaves::NearLeaves;
use super::negligible::{BEYOND_REACH, SMALL_SUM};
use super::pairs::Work;
use super::row_distances::half_squared_distances;
use super::single_precision::Precision;
use crate::kernel::points::{AXES, Bounds, LEAF, Packed, leaf_rows};
use crate::math::log_add;

/// What rounding may make of log p, at most: sums over some leaves are added up in another order
/// than whole ones.
fn rounding(log: f64) -> f64 {
    1e-8 + 1e-11 * log.abs()
}

/// Kernels whose logarithm is less than this may be 0.
const UNDERFLOW: f64 = -700.0;

/// What is known of log p of one query.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Σ K over the leaves visited.
    sum: f64,
    /// log of it, while it is too small to be told by `sum`.
    log: f64,
    /// Bounds of log p; equal where it is known.
    pub low: f64,
    pub high: f64,
    pub is_exact: bool,
}

impl Known {
    /// log Σ K over the leaves visited.
    fn log(&self) -> f64 {
        if self.sum < SMALL_SUM {
            self.log
        } else {
            self.sum.ln()
        }
    }

    /// Takes log p.
    pub fn take(&mut self, log: f64) {
        (self.low, self.high, self.is_exact) = (log, log, true);
    }
}

/// As many queries as are multiplied at once, which lie together.
#[derive(Debug, Clone)]
pub(super) struct QueryGroup {
    /// Leaf of the queries, and number of the group in it.
    pub leaf: usize,
    pub at: usize,
    /// In the order of the queries.
    pub rows: Range<usize>,
    /// Leaves of the reference that were visited.
    seen: Vec<usize>,
    pub known: Vec<Known>,
    /// Whether it was summed over all leaves.
    pub is_summed: bool,
}

impl QueryGroup {
    /// A group of which nothing is known but that p is no more than `terms`.
    pub fn new(leaf: usize, at: usize, rows: Range<usize>, terms: f64) -> Self {
        let nothing = Known {
            sum: 0.0,
            log: f64::NEG_INFINITY,
            low: f64::NEG_INFINITY,
            high: terms.ln() + rounding(terms.ln()),
            is_exact: false,
        };
        Self {
            leaf,
            at,
            known: vec![nothing; rows.len()],
            rows,
            seen: Vec::new(),
            is_summed: false,
        }
    }

    /// Takes the whole Σ K of its queries. It is log p, unless it is so small that the query is
    /// recomputed.
    pub fn take(&mut self, sums: &[f64]) {
        self.is_summed = true;
        for (known, sum) in self.known.iter_mut().zip(sums) {
            if *sum < SMALL_SUM {
                // Vectors do not tell kernels that are almost 0 from each other.
                let high = sum.max(BEYOND_REACH) + BEYOND_REACH;
                known.high = known.high.min(high.ln() + rounding(high.ln()));
                if *sum >= BEYOND_REACH {
                    known.low = known.low.max(sum.ln() - rounding(sum.ln()));
                }
            } else {
                known.take(sum.ln());
            }
        }
    }

    /// Least log p that a query can have.
    pub fn low(&self) -> f64 {
        self.known
            .iter()
            .map(|known| known.low)
            .fold(f64::INFINITY, f64::min)
    }
}

/// What visits need beside the groups.
pub(super) struct Visits<'a> {
    pub sums: &'a KernelJob,
    pub near: &'a NearLeaves,
    /// Terms of each leaf of the reference.
    pub terms: &'a [f64],
    /// log p from which on queries need no upper bound.
    pub threshold: f64,
}

impl Visits<'_> {
    /// The block of a leaf of queries and all of the reference.
    pub fn block(&self, leaf: usize) -> Block<'_> {
        Block {
            reference: &self.sums.reference,
            queries: &self.sums.queries,
            leaf,
            own: None,
            leaves: 0..self.sums.reference.leaves().len(),
            bandwidths: &self.sums.bandwidths,
            weights: &self.sums.weights,
            both_ways: false,
            squared_reach: self.sums.squared_reach,
            precision: Precision::Double,
        }
    }

    /// Box of some queries along the axes.
    pub fn bounds(&self, rows: Range<usize>) -> Bounds {
        Bounds::of(&self.sums.queries.projections(&self.sums.reference)[rows])
    }

    /// Σ K of a group over some leaves.
    pub fn sum(
        &self,
        group: &QueryGroup,
        packed: &Packed,
        leaves: &mut dyn Iterator<Item = usize>,
        work: &mut Work,
    ) -> Vec<f64> {
        let block = self.block(group.leaf);
        let bounds = self.bounds(group.rows.clone());
        let rows = packed.rows.len();
        let mut sums = Sums {
            rows: vec![0.0; rows],
            weighted: vec![0.0; if self.sums.weights.is_empty() { 0 } else { rows }],
            columns: Vec::new(),
        };
        for leaf in leaves {
            block.add_to_group(leaf, packed, (group.at, &bounds), work, &mut sums);
        }
        let terms = if self.sums.weights.is_empty() {
            sums.rows
        } else {
            sums.weighted
        };
        let first = group.rows.start - packed.rows.start;
        terms[first..first + group.rows.len()].to_vec()
    }

    /// Visits `count` more leaves for queries of a group: those nearest to the queries for which
    /// `is_open`.
    pub fn visit(
        &self,
        group: &mut QueryGroup,
        packed: &Packed,
        count: usize,
        is_open: impl Fn(&Known) -> bool,
        work: &mut Work,
    ) {
        let open: Vec<usize> = (0..group.rows.len())
            .filter(|at| is_open(&group.known[*at]))
            .collect();
        if open.is_empty() {
            return;
        }
        let projections = &self.sums.queries.projections(&self.sums.reference)[group.rows.clone()];
        let mut middle = [0.0; AXES];
        for at in &open {
            for (middle, value) in middle.iter_mut().zip(projections[*at]) {
                *middle += value / open.len() as f64;
            }
        }
        let near = self.near.of(&middle, group.seen.len() + count);
        let leaves = near
            .into_iter()
            .filter(|leaf| !group.seen.contains(leaf))
            .take(count);
        let leaves: Vec<usize> = leaves.collect();
        let sums = self.sum(group, packed, &mut leaves.iter().copied(), work);
        for (known, sum) in group.known.iter_mut().zip(sums) {
            known.sum += sum;
        }
        group.seen.extend(&leaves);
        for at in &open {
            let known = &mut group.known[*at];
            if known.sum < SMALL_SUM {
                let query = self.sums.queries.row(&self.sums.reference, group.rows.start + at);
                for leaf in &leaves {
                    known.log = log_add(known.log, self.log_sum(&query, *leaf));
                }
            }
            let log = known.log();
            known.low = log - rounding(log);
        }
        self.bound(group, &open, projections);
    }

    /// log Σ K of a query over a leaf.
    fn log_sum(&self, query: &[f64], leaf: usize) -> f64 {
        let squared = self.sums.bandwidths[0] * self.sums.bandwidths[0];
        let distances = half_squared_distances(&self.sums.reference, query, leaf);
        let nearest = distances.iter().copied().fold(f64::INFINITY, f64::min);
        let weight = |at: usize| self.sums.weights.get(leaf * LEAF + at).copied().unwrap_or(1.0);
        let terms = distances.iter().enumerate();
        let sum: f64 = terms
            .map(|(at, distance)| weight(at) * ((nearest - distance) / squared).exp())
            .sum();
        sum.ln() - nearest / squared
    }

    /// Upper bounds of log p of those queries that may be below the threshold.
    fn bound(&self, group: &mut QueryGroup, open: &[usize], projections: &[[f64; AXES]]) {
        let needs = |known: &Known| known.low <= self.threshold && known.high > self.threshold;
        let low: Vec<usize> = open
            .iter()
            .copied()
            .filter(|at| needs(&group.known[*at]))
            .collect();
        if low.is_empty() {
            return;
        }
        let bounds = Bounds::of(low.iter().map(|at| &projections[*at]));
        let exponent = -0.5 / (self.sums.bandwidths[0] * self.sums.bandwidths[0]);
        let gaps = self.near.squared_gaps(&bounds).zip(self.terms).enumerate();
        let rest: f64 = gaps
            .filter(|(leaf, _)| !group.seen.contains(leaf))
            .map(|(_, (gap, terms))| terms * (exponent * gap).exp())
            .sum();
        for at in low {
            let known = &mut group.known[at];
            let high = log_add(known.log(), rest.ln()).max(UNDERFLOW);
            known.high = known.high.min(high + rounding(high));
        }
    }
}

/// Rows of a group of queries.
pub(super) fn group_rows(leaf: usize, at: usize, size: usize, count: usize) -> Range<usize> {
    let rows = leaf_rows(leaf, count);
    rows.start + at * size..(rows.start + (at + 1) * size).min(rows.end)
}
