//! The order in which blocks are computed and added up.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::check_bandwidth;
use super::far::{HalfSquaredDistances, UNDERFLOW, log_sum};
use super::reference::{Reference, check_matrix};
use super::tile::{Block, Queries, Sums};
use crate::{Error, Job, Result, parallel};

/// Queries of a block: a multiple of the rows that any instruction set takes at once, and of any panel.
const BLOCK_ROWS: usize = 240;

/// Values of the reference rows of a block: they stay in a core's second-level cache.
const BLOCK_VALUES: usize = 32_256;

/// Products of two numbers in one step. Large steps keep many threads busy; where there is one thread they must be
/// short, since nothing else happens meanwhile.
const STEP_PRODUCTS: usize = if cfg!(feature = "threads") {
    1 << 31
} else {
    1 << 28
};

/// Computes log p for every query and every bandwidth: a matrix bandwidths × queries, row-major; with weights followed
/// by the kernel-weighted means Σ_j w_j K(y, x_j)/p(y) in the same shape.
///
/// Without queries the reference is compared with itself, and every pair is computed once.
#[derive(Debug)]
pub struct KernelJob {
    reference: Arc<Reference>,
    /// Centred as the reference is; empty for the reference itself.
    queries: Vec<f64>,
    rows: usize,
    bandwidths: Vec<f64>,
    weights: Vec<f64>,
    /// Reference rows of a block.
    block_columns: usize,
    blocks_per_step: usize,
    steps: usize,
    done: usize,
    /// First query and first reference row of the next block.
    next: (usize, usize),
    sums: Vec<f64>,
    weighted: Vec<f64>,
    /// log p of rows whose sum underflowed, and their weighted means: query × bandwidths.
    far: Vec<(usize, Vec<(f64, f64)>)>,
}

impl KernelJob {
    /// Plans the sums of `queries` (row-major, as wide as the reference; empty: the reference against itself) under all
    /// `bandwidths` (1/Å), with one weight per reference row or none.
    ///
    /// # Errors
    /// [`Error::Argument`] for arrays of the wrong length, values that are not finite, a bandwidth that is not positive, or
    /// values so large that the exponent overflows.
    pub fn new(
        reference: Arc<Reference>,
        queries: &[f64],
        bandwidths: &[f64],
        weights: &[f64],
    ) -> Result<Self> {
        let width = reference.width();
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
        let rows = if queries.is_empty() {
            reference.rows()
        } else {
            check_matrix("the queries", queries, width)?
        };
        let queries = reference.centred(queries);
        let half_norm = |row: &[f64]| 0.5 * row.iter().map(|value| value * value).sum::<f64>();
        let largest = queries
            .chunks_exact(width)
            .map(half_norm)
            .fold(reference.largest_half_norm(), f64::max);
        if let Some(h) = bandwidths
            .iter()
            .find(|h| !(8.0 * largest / (**h * **h)).is_finite())
        {
            return Err(Error::Argument(format!(
                "bandwidth {h} is too narrow for values as large as these"
            )));
        }
        let block_columns = (BLOCK_VALUES / width).next_multiple_of(16).max(64);
        let mut job = Self {
            reference,
            queries,
            rows,
            bandwidths: bandwidths.to_vec(),
            weights: weights.to_vec(),
            block_columns,
            blocks_per_step: (STEP_PRODUCTS / (BLOCK_ROWS * block_columns * width)).max(1),
            steps: 0,
            done: 0,
            next: (0, 0),
            sums: vec![0.0; rows * bandwidths.len()],
            weighted: vec![
                0.0;
                if weights.is_empty() {
                    0
                } else {
                    rows * bandwidths.len()
                }
            ],
            far: Vec::new(),
        };
        job.steps = job.count_blocks().div_ceil(job.blocks_per_step);
        Ok(job)
    }

    /// Whether each pair is computed once and added to both of its rows.
    fn both_ways(&self) -> bool {
        self.queries.is_empty() && self.weights.is_empty()
    }

    fn count_blocks(&self) -> usize {
        let columns = self.reference.rows();
        let groups = |from: usize| columns.div_ceil(self.block_columns) - from / self.block_columns;
        (0..self.rows)
            .step_by(BLOCK_ROWS)
            .map(|first| match first + BLOCK_ROWS {
                _ if !self.both_ways() => groups(0),
                end if end >= columns => 1,
                // The square on the diagonal, then whatever lies to its right.
                end => 1 + groups(end),
            })
            .sum()
    }

    /// Takes the next block off the plan: its queries and its reference rows.
    fn next_block(&mut self) -> Option<(Range<usize>, Range<usize>)> {
        let (first, column) = self.next;
        if first >= self.rows {
            return None;
        }
        let columns = self.reference.rows();
        let rows = first..(first + BLOCK_ROWS).min(self.rows);
        let end = if self.both_ways() && column == first {
            rows.end
        } else {
            ((column / self.block_columns + 1) * self.block_columns).min(columns)
        };
        self.next = if end < columns {
            (first, end)
        } else {
            (rows.end, if self.both_ways() { rows.end } else { 0 })
        };
        Some((rows, column..end))
    }

    fn add(&mut self, rows: &Range<usize>, columns: &Range<usize>, sums: &Sums) {
        let padded = self.reference.padded(columns).len();
        for at in 0..self.bandwidths.len() {
            let start = at * self.rows;
            let mine = start + rows.start..start + rows.end;
            let from = at * rows.len()..(at + 1) * rows.len();
            add_to(&mut self.sums[mine.clone()], &sums.rows[from.clone()]);
            if !sums.weighted.is_empty() {
                add_to(&mut self.weighted[mine], &sums.weighted[from]);
            }
            if !sums.columns.is_empty() {
                let mine = &mut self.sums[start + columns.start..start + columns.end];
                add_to(mine, &sums.columns[at * padded..][..columns.len()]);
            }
        }
    }

    /// Takes those of the finished `rows` again whose sums underflow. A row of the reference counts itself, so that only
    /// queries can be that far.
    fn retake(&mut self, rows: impl Iterator<Item = usize>) -> Result<()> {
        let far: Vec<usize> = rows
            .filter(|row| (0..self.bandwidths.len()).any(|at| self.sums[at * self.rows + row] < UNDERFLOW))
            .collect();
        let (reference, width) = (&self.reference, self.reference.width());
        let taken = parallel::map_with(Vec::new, far.clone(), |distances, row| {
            let query = &self.queries[row * width..(row + 1) * width];
            reference.level.run(HalfSquaredDistances {
                reference,
                query,
                out: distances,
            });
            let known = &distances[..reference.rows()];
            self.bandwidths
                .iter()
                .map(|h| log_sum(known, *h, &self.weights))
                .collect::<Vec<_>>()
        })?;
        self.far.extend(far.into_iter().zip(taken));
        Ok(())
    }
}

fn add_to(sums: &mut [f64], terms: &[f64]) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum += term;
    }
}

impl Job for KernelJob {
    fn steps(&self) -> usize {
        self.steps
    }

    fn step(&mut self, index: usize) -> Result<()> {
        if index != self.done || index >= self.steps {
            return Err(Error::Internal(format!(
                "step {index} called after {} steps",
                self.done
            )));
        }
        let mut blocks = Vec::with_capacity(self.blocks_per_step);
        while blocks.len() < self.blocks_per_step
            && let Some(block) = self.next_block()
        {
            blocks.push(block);
        }
        let block = |(rows, columns): &(Range<usize>, Range<usize>)| Block {
            reference: &self.reference,
            queries: if self.queries.is_empty() {
                Queries::Own
            } else {
                Queries::Given(&self.queries)
            },
            rows: rows.clone(),
            columns: columns.clone(),
            bandwidths: &self.bandwidths,
            weights: &self.weights,
            // The square on the diagonal holds every pair twice already.
            both_ways: self.both_ways() && columns.start != rows.start,
        };
        let sums = parallel::map_with(|| (), blocks.iter().map(block).collect(), |(), block| block.sum())?;
        let mut finished = BTreeSet::new();
        for ((rows, columns), sums) in blocks.iter().zip(&sums) {
            self.add(rows, columns, sums);
            if !self.queries.is_empty() && columns.end == self.reference.rows() {
                finished.insert(rows.start);
            }
        }
        let ends = self.rows;
        self.retake(
            finished
                .into_iter()
                .flat_map(|first| first..(first + BLOCK_ROWS).min(ends)),
        )?;
        self.done += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        if self.done != self.steps {
            return Err(Error::Internal(format!(
                "finished after {} of {} steps",
                self.done, self.steps
            )));
        }
        let mut means = std::mem::take(&mut self.weighted);
        for (mean, sum) in means.iter_mut().zip(&self.sums) {
            *mean /= sum;
        }
        let mut result = std::mem::take(&mut self.sums);
        result.iter_mut().for_each(|sum| *sum = sum.ln());
        for (row, values) in &self.far {
            for (at, (log, mean)) in values.iter().enumerate() {
                result[at * self.rows + row] = *log;
                if let Some(slot) = means.get_mut(at * self.rows + row) {
                    *slot = *mean;
                }
            }
        }
        result.append(&mut means);
        Ok(result)
    }
}
