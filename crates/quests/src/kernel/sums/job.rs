//! Kernel sums as a job: the order in which blocks are computed and added up.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::add_to;
use super::block::{Block, Sums};
use super::counted::Counted;
use super::distant_queries::log_sums;
use super::mutual::Mutual;
use super::negligible::{SMALL_SUM, squared_reach};
use super::remote::Sent;
use super::single_precision::Precision;
use crate::job::{check_end, check_turn};
use crate::kernel::checks::check_bandwidth;
use crate::kernel::points::{LEAF, Queries, Reference, leaf_rows};
use crate::room::zeros;
use crate::{Error, Job, Result, parallel};

/// Leaves of the reference in one block: packing the queries is shared by that many.
pub(crate) const BLOCK_LEAVES: usize = 8;

/// Products of two numbers in one step. Large steps keep many threads busy. On one thread steps
/// must be short, since nothing else happens meanwhile.
pub(super) const STEP_PRODUCTS: usize = if cfg!(feature = "threads") {
    1 << 31
} else {
    1 << 28
};

/// A query that was recomputed, and what [`log_sums`] gives for it.
pub(super) type Recomputed = (usize, Vec<(f64, f64)>);

/// Computes log p for every query and every bandwidth: a matrix bandwidths × queries, row-major;
/// with weights followed by the kernel-weighted means Σ_j w_j K(y, x_j)/p(y) in the same shape.
///
/// Without queries the reference is compared with itself, and every pair is computed once. A mutual
/// job ([`KernelJob::mutual`]) computes every pair once, too: log p of the rows of the reference
/// with respect to the queries follows log p of the queries.
///
/// Where at least half of the rows are copies of others, to the bit, each is summed once and
/// counted as often as it is there: see `counted`.
///
/// Kernels between rows further apart than the reach R (`negligible::squared_reach`) are skipped.
/// Rows whose sum is smaller than R is meant for are recomputed on their own, so what is missing
/// from any sum is below 1e-12 of it.
#[derive(Debug)]
pub struct KernelJob {
    pub(super) reference: Arc<Reference>,
    pub(super) queries: Queries,
    pub(super) bandwidths: Vec<f64>,
    /// In the order of the reference, filled up to whole panels; or none.
    pub(super) weights: Vec<f64>,
    pub(super) squared_reach: f64,
    pub(super) precision: Precision,
    pub(super) blocks_per_step: usize,
    pub(super) steps: usize,
    pub(super) done: usize,
    /// Steps written as remote steps, done or not, and those not yet done.
    pub(super) handed: usize,
    pub(super) away: VecDeque<Sent>,
    /// Leaf of the queries and range of the reference's leaves, by its number, of the next block.
    pub(super) next: (usize, usize),
    /// Bandwidths × queries, in order.
    pub(super) sums: Vec<f64>,
    pub(super) weighted: Vec<f64>,
    /// Where the weights say how often each row is there: what was kept of which row.
    pub(super) counted: Option<Counted>,
    /// Sums of the rows of the reference, in a mutual job.
    pub(super) mutual: Option<Mutual>,
    /// log p and weighted mean of queries that were recomputed, by bandwidth.
    pub(super) again: Vec<Recomputed>,
}

impl KernelJob {
    /// Plans the sums of `queries` (row-major, as wide as the reference; empty: the reference
    /// against itself) under all `bandwidths` (1/Å), with one weight per reference row or none.
    ///
    /// # Errors
    /// [`Error::Argument`] for arrays of the wrong length, values that are not finite, a bandwidth
    /// that is not positive, or values so large that the exponent overflows.
    pub fn new(
        reference: Arc<Reference>,
        queries: &[f64],
        bandwidths: &[f64],
        weights: &[f64],
    ) -> Result<Self> {
        if bandwidths.is_empty() {
            return Err(Error::Argument("there is no bandwidth".into()));
        }
        bandwidths.iter().try_for_each(|h| check_bandwidth(*h))?;
        if !weights.is_empty() && weights.len() != reference.rows() {
            let (found, expected) = (weights.len(), reference.rows());
            return Err(Error::Argument(format!(
                "weights has {found} values, expected one per reference row: {expected}"
            )));
        }
        if let Some(at) = weights.iter().position(|weight| !weight.is_finite()) {
            return Err(Error::Argument(format!(
                "weight {at} is {}, expected a finite number",
                weights[at]
            )));
        }
        if weights.is_empty()
            && let Some(counted) = Self::counted(&reference, queries, bandwidths)?
        {
            return Ok(counted);
        }
        let mut ordered: Vec<f64> = Vec::new();
        if !weights.is_empty() {
            ordered.extend(reference.order().iter().map(|row| weights[*row as usize]));
            ordered.resize(weights.len().next_multiple_of(reference.panel_rows()), 0.0);
        }
        Self::plan(reference, queries, bandwidths, ordered, None)
    }

    /// Plans sums with weights in the order of the reference.
    pub(super) fn plan(
        reference: Arc<Reference>,
        queries: &[f64],
        bandwidths: &[f64],
        weights: Vec<f64>,
        counted: Option<Counted>,
    ) -> Result<Self> {
        let queries = Queries::new(queries, &reference)?;
        queries.check_range(&reference, bandwidths)?;
        let rows = queries.order(&reference).len();
        let widest = bandwidths.iter().copied().fold(0.0, f64::max);
        let leaf = leaf_rows(0, reference.rows()).len().max(1);
        let products = leaf * leaf * BLOCK_LEAVES * reference.width();
        let mut job = Self {
            squared_reach: squared_reach(&queries, reference.terms(), widest),
            precision: Precision::Double,
            blocks_per_step: (STEP_PRODUCTS / products).max(1),
            sums: zeros(rows * bandwidths.len(), "sums")?,
            weighted: zeros(
                if weights.is_empty() || counted.is_some() {
                    0
                } else {
                    rows * bandwidths.len()
                },
                "sums",
            )?,
            reference,
            queries,
            bandwidths: bandwidths.to_vec(),
            weights,
            steps: 0,
            done: 0,
            handed: 0,
            away: VecDeque::new(),
            next: (0, 0),
            counted,
            mutual: None,
            again: Vec::new(),
        };
        job.steps = job.count_blocks().div_ceil(job.blocks_per_step);
        Ok(job)
    }

    /// Kernels of another precision than double. Weighted sums and recomputed queries stay in
    /// double precision.
    #[must_use]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }

    pub(super) fn rows(&self) -> usize {
        self.queries.order(&self.reference).len()
    }

    /// For each query that is summed, how many of those that were given it stands for.
    pub(super) fn copies(&self) -> Vec<usize> {
        let count = self.rows();
        self.counted
            .as_ref()
            .map_or_else(|| vec![1; count], |counted| counted.copies(count))
    }

    /// Values of the queries that are summed, for all that were given.
    pub(super) fn for_given(&self, values: Vec<f64>) -> Result<Vec<f64>> {
        match &self.counted {
            Some(counted) => counted.spread(&values, self.rows()),
            None => Ok(values),
        }
    }

    /// Whether the weights say how often each row is there.
    fn is_counted(&self) -> bool {
        self.counted.as_ref().is_some_and(|counted| counted.of_reference)
    }

    /// Whether the blocks of one triangle stand for all: the reference against itself.
    pub(super) fn is_triangle(&self) -> bool {
        matches!(self.queries, Queries::Own) && self.weights.is_empty()
    }

    /// Whether each pair is computed once and added to both of its rows.
    pub(super) fn both_ways(&self) -> bool {
        self.is_triangle() || self.mutual.is_some()
    }

    fn count_blocks(&self) -> usize {
        let all = self.reference.leaves().len().div_ceil(BLOCK_LEAVES);
        let query_leaves = 0..leaf_count(self.rows());
        query_leaves
            .map(|leaf| {
                if self.is_triangle() {
                    all - leaf / BLOCK_LEAVES
                } else {
                    all
                }
            })
            .sum()
    }

    /// Takes the next block off the plan: the leaf of its queries, and the leaves of its reference
    /// rows. As many leaves of queries as a block has leaves of the reference take turns before the
    /// next range of the reference: a step is then about square, and touches few rows.
    fn next_block(&mut self) -> Option<(usize, Range<usize>)> {
        let (leaf, range) = self.next;
        let count = leaf_count(self.rows());
        if leaf >= count {
            return None;
        }
        let all = self.reference.leaves().len();
        let group = leaf / BLOCK_LEAVES;
        let start = if self.is_triangle() {
            leaf.max(range * BLOCK_LEAVES)
        } else {
            range * BLOCK_LEAVES
        };
        let group_end = ((group + 1) * BLOCK_LEAVES).min(count);
        self.next = if leaf + 1 < group_end {
            (leaf + 1, range)
        } else if range + 1 < all.div_ceil(BLOCK_LEAVES) {
            (group * BLOCK_LEAVES, range + 1)
        } else if self.is_triangle() {
            (group_end, group + 1)
        } else {
            (group_end, 0)
        };
        Some((leaf, start..((range + 1) * BLOCK_LEAVES).min(all)))
    }

    /// Blocks of the next step.
    fn next_step(&mut self) -> Vec<(usize, Range<usize>)> {
        let mut blocks = Vec::with_capacity(self.blocks_per_step);
        while blocks.len() < self.blocks_per_step
            && let Some(block) = self.next_block()
        {
            blocks.push(block);
        }
        blocks
    }

    /// Ends a step whose sums have been added.
    fn end_step(&mut self, blocks: Vec<(usize, Range<usize>)>) -> Result<()> {
        if !matches!(self.queries, Queries::Own) {
            let last = self.reference.leaves().len();
            let finished = blocks
                .into_iter()
                .filter(|(_, leaves)| leaves.end == last)
                .map(|(leaf, _)| leaf);
            self.recompute_small(finished)?;
        }
        if let Some(mutual) = &mut self.mutual {
            mutual.end_step(self.done, &self.reference, &self.queries, self.bandwidths[0])?;
        }
        self.done += 1;
        Ok(())
    }

    pub(super) fn add(&mut self, block: &(usize, Range<usize>), sums: &Sums) {
        let count = self.rows();
        let rows = leaf_rows(block.0, count);
        let first = leaf_rows(block.1.start, count).start;
        let padded = sums.columns.len() / self.bandwidths.len();
        for at in 0..self.bandwidths.len() {
            let mine = at * count + rows.start..at * count + rows.end;
            let from = at * rows.len()..(at + 1) * rows.len();
            let terms = if self.is_counted() {
                &sums.weighted
            } else {
                &sums.rows
            };
            add_to(&mut self.sums[mine.clone()], &terms[from.clone()]);
            if !self.weighted.is_empty() {
                add_to(&mut self.weighted[mine], &sums.weighted[from]);
            }
            if padded > 0 {
                let count = self.reference.rows();
                let length = padded.min(count - first);
                let mine = self.mutual.as_mut().map_or(&mut self.sums, Mutual::sums);
                add_to(
                    &mut mine[at * count + first..][..length],
                    &sums.columns[at * padded..][..length],
                );
            }
        }
    }

    /// Recomputes those queries of finished leaves whose sums are small.
    fn recompute_small(&mut self, leaves: impl Iterator<Item = usize>) -> Result<()> {
        let count = self.rows();
        let small =
            |row: &usize| (0..self.bandwidths.len()).any(|at| self.sums[at * count + row] < SMALL_SUM);
        let small: Vec<usize> = leaves
            .flat_map(|leaf| leaf_rows(leaf, count))
            .filter(small)
            .collect();
        let taken = self.recomputed(small)?;
        self.again.extend(taken);
        Ok(())
    }

    /// Recomputes some queries, in the order given.
    pub(super) fn recomputed(&self, rows: Vec<usize>) -> Result<Vec<Recomputed>> {
        parallel::map_with(
            || (),
            rows,
            |(), row| {
                (
                    row,
                    log_sums(
                        &self.reference,
                        &self.queries,
                        row,
                        &self.bandwidths,
                        &self.weights,
                        self.is_counted(),
                    ),
                )
            },
        )
    }
}

pub(super) fn leaf_count(rows: usize) -> usize {
    rows.div_ceil(LEAF)
}

impl Job for KernelJob {
    fn steps(&self) -> usize {
        self.steps
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.steps)?;
        let blocks = self.next_step();
        let block = |(leaf, leaves): &(usize, Range<usize>)| Block {
            reference: &self.reference,
            queries: &self.queries,
            leaf: *leaf,
            own: self.is_triangle().then_some(*leaf),
            leaves: leaves.clone(),
            bandwidths: &self.bandwidths,
            weights: &self.weights,
            both_ways: self.both_ways(),
            squared_reach: self.squared_reach,
            precision: self.precision,
        };
        let sums = parallel::map_with(|| (), blocks.iter().map(block).collect(), |(), block| block.sum())?;
        for (block, sums) in blocks.iter().zip(&sums) {
            self.add(block, sums);
        }
        self.end_step(blocks)
    }

    fn remote_step(&mut self, index: usize) -> Result<Vec<f64>> {
        check_turn(index, self.handed, self.steps)?;
        self.handed += 1;
        let blocks = self.next_step();
        Ok(self.send(blocks))
    }

    fn accept(&mut self, index: usize, result: &[f64]) -> Result<()> {
        check_turn(index, self.done, self.handed)?;
        let blocks = self.take_result(result)?;
        self.end_step(blocks)
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.steps)?;
        let count = self.rows();
        let (sums, weighted) = (std::mem::take(&mut self.sums), std::mem::take(&mut self.weighted));
        let mut result = zeros(sums.len() + weighted.len(), "sums")?;
        let (logs, means) = result.split_at_mut(sums.len());
        let order = self.queries.order(&self.reference);
        for at in 0..self.bandwidths.len() {
            for (row, given) in order.iter().enumerate() {
                let (from, to) = (at * count + row, at * count + *given as usize);
                logs[to] = sums[from].ln();
                if let Some(mean) = means.get_mut(to) {
                    *mean = weighted[from] / sums[from];
                }
            }
        }
        for (row, values) in &self.again {
            for (at, (log, mean)) in values.iter().enumerate() {
                let to = at * count + order[*row] as usize;
                logs[to] = *log;
                if let Some(slot) = means.get_mut(to) {
                    *slot = *mean;
                }
            }
        }
        if let Some(mutual) = &self.mutual {
            result.extend(mutual.logs(&self.reference));
        }
        self.for_given(result)
    }
}
