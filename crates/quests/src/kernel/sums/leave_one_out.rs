//! Kernel sums of every row over all other rows, as a job.

use std::sync::Arc;

use super::distant_queries::log_sum_leaving_out;
use super::job::KernelJob;
use crate::job::{check_end, check_turn};
use crate::kernel::points::{Reference, leaf_rows};
use crate::{Error, Job, Result, parallel};

/// Below this p − 1 has lost digits, since a row counts 1 for itself: the sum is recomputed without
/// the row.
const SMALL_REST: f64 = 1e-3;

/// Leaves in one step of the second pass; see `STEP_PRODUCTS` in `job`.
const STEP_LEAVES: usize = if cfg!(feature = "threads") { 64 } else { 1 };

/// Computes log Σ_{j≠i} K(x_i, x_j) for every row of a reference: p minus the share of the row
/// itself, which is 1. If that is small, it is recomputed by log-sum-exp, nearest leaf first.
#[derive(Debug)]
pub struct LeaveOneOutJob {
    reference: Arc<Reference>,
    bandwidth: f64,
    kernel: KernelJob,
    done: usize,
    /// By given row, once the first pass is over.
    logs: Vec<f64>,
}

impl LeaveOneOutJob {
    /// Plans the sums.
    ///
    /// # Errors
    /// [`Error::Empty`] for a single row; otherwise as [`KernelJob::new`].
    pub fn new(reference: Arc<Reference>, bandwidth: f64) -> Result<Self> {
        if reference.rows() < 2 {
            return Err(Error::Empty("there is one environment, and no others".into()));
        }
        Ok(Self {
            kernel: KernelJob::new(Arc::clone(&reference), &[], &[bandwidth], &[])?,
            reference,
            bandwidth,
            done: 0,
            logs: Vec::new(),
        })
    }

    fn recompute_small(&mut self, part: usize) -> Result<()> {
        let (reference, count) = (&*self.reference, self.reference.rows());
        if part == 0 {
            self.logs = self.kernel.finish()?;
            for log in &mut self.logs {
                *log = log.exp_m1().ln();
            }
        }
        let end = ((part + 1) * STEP_LEAVES).min(reference.leaves().len());
        let places = (part * STEP_LEAVES..end).flat_map(|leaf| leaf_rows(leaf, count));
        let given = |place: usize| reference.order()[place] as usize;
        // NaN if rounding has left less than the 1 of the row itself.
        let is_small = |log: f64| log.is_nan() || log <= SMALL_REST.ln();
        let again = parallel::map_with(
            || (),
            places
                .filter(|place| is_small(self.logs[given(*place)]))
                .collect(),
            |(), place| {
                (
                    given(place),
                    log_sum_leaving_out(reference, place, self.bandwidth),
                )
            },
        )?;
        for (row, log) in again {
            self.logs[row] = log;
        }
        Ok(())
    }
}

impl Job for LeaveOneOutJob {
    fn steps(&self) -> usize {
        self.kernel.steps() + self.reference.leaves().len().div_ceil(STEP_LEAVES)
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.steps())?;
        match index.checked_sub(self.kernel.steps()) {
            None => self.kernel.step(index)?,
            Some(part) => self.recompute_small(part)?,
        }
        self.done += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.steps())?;
        Ok(std::mem::take(&mut self.logs))
    }
}
