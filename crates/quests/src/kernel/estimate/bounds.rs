//! Bounds of log p of a set within itself, as a job: what is known before any pair of leaves is
//! summed.

use std::sync::Arc;

use crate::job::{check_end, check_turn};
use crate::kernel::checks::check_bandwidth;
use crate::kernel::points::{Queries, Reference, leaf_rows};
use crate::kernel::sums::{Block, squared_reach};
use crate::{Job, Result, parallel};

/// Leaves in one step; see `STEP_PRODUCTS` of the exact sums.
const STEP_LEAVES: usize = if cfg!(feature = "threads") { 256 } else { 4 };

/// Finds for every row of a set between which numbers log p lies. p is at least its sum over the
/// row's own leaf, and at most that and the sum over all other leaves of their rows times the
/// largest kernel across the gap between the boxes.
///
/// The result is the given number of each row, in the order of the set, in which rows that are near
/// each other lie together; then the lower bound of each; then the upper one: 3 × rows numbers.
#[derive(Debug)]
pub struct BoundsJob {
    reference: Arc<Reference>,
    bandwidth: f64,
    done: usize,
    low: Vec<f64>,
    high: Vec<f64>,
}

impl BoundsJob {
    /// Plans the bounds.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] for a bandwidth that is not positive and finite, or so narrow
    /// that the exponent overflows.
    pub fn new(reference: Arc<Reference>, bandwidth: f64) -> Result<Self> {
        check_bandwidth(bandwidth)?;
        Queries::Own.check_range(&reference, &[bandwidth])?;
        Ok(Self {
            low: Vec::with_capacity(reference.rows()),
            high: Vec::with_capacity(reference.rows()),
            reference,
            bandwidth,
            done: 0,
        })
    }

    /// Sums of the rows of a leaf over that leaf, and the most that all other leaves can add.
    fn leaf(&self, leaf: usize) -> (Vec<f64>, f64) {
        let reference = &self.reference;
        let reach = squared_reach(&Queries::Own, reference.rows(), self.bandwidth);
        let block = Block::of_own_leaf(reference, leaf, &self.bandwidth, &[], reach);
        let own = &reference.leaves()[leaf].bounds;
        let mut others = 0.0;
        for (at, other) in reference.leaves().iter().enumerate() {
            let gap = other.bounds.squared_gap(own);
            if at != leaf && gap <= reach {
                let kernel = (-0.5 * gap / (self.bandwidth * self.bandwidth)).exp();
                others += kernel * leaf_rows(at, reference.rows()).len() as f64;
            }
        }
        (block.sum().rows, others)
    }
}

impl Job for BoundsJob {
    fn steps(&self) -> usize {
        self.reference.leaves().len().div_ceil(STEP_LEAVES)
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.steps())?;
        self.done += 1;
        let end = ((index + 1) * STEP_LEAVES).min(self.reference.leaves().len());
        let leaves = (index * STEP_LEAVES..end).collect();
        for (sums, others) in parallel::map_with(|| (), leaves, |(), leaf| self.leaf(leaf))? {
            self.high.extend(sums.iter().map(|sum| (sum + others).ln()));
            self.low.extend(sums.iter().map(|sum| sum.ln()));
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.steps())?;
        let numbers = self.reference.order().iter().map(|row| f64::from(*row));
        Ok(numbers
            .chain(self.low.iter().copied())
            .chain(self.high.iter().copied())
            .collect())
    }
}
