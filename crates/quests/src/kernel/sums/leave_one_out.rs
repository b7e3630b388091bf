//! Kernel sums of rows over all other rows, as a job.

use std::sync::Arc;

use super::distant_queries::log_sum_leaving_out;
use super::job::KernelJob;
use crate::job::{check_end, check_turn};
use crate::kernel::points::{LEAF, Reference};
use crate::room::{check_room, zeros};
use crate::{Error, Job, Result, parallel};

/// Below this p − 1 has lost digits, since a row counts 1 for itself: the sum is recomputed without
/// the row.
const SMALL_REST: f64 = 1e-3;

/// Rows in one step of the second pass; see `STEP_PRODUCTS` in `job`.
const STEP_ROWS: usize = if cfg!(feature = "threads") {
    64 * LEAF
} else {
    LEAF
};

/// Computes log Σ_{j≠i} K(x_i, x_j) for rows of a reference: p minus the share of the row itself,
/// which is 1. If that is small, it is recomputed by log-sum-exp, nearest leaf first.
#[derive(Debug)]
pub struct LeaveOneOutJob {
    reference: Arc<Reference>,
    bandwidth: f64,
    kernel: KernelJob,
    done: usize,
    /// Where each row that is asked for lies in the order of the reference.
    places: Vec<u32>,
    /// As the rows were asked for, once the first pass is over.
    logs: Vec<f64>,
}

impl LeaveOneOutJob {
    /// Plans the sums of some rows, by the numbers they were given by, or of all where there are
    /// none.
    ///
    /// # Errors
    /// [`Error::Empty`] for a single row; [`Error::Argument`] for a row that is not there;
    /// otherwise as [`KernelJob::new`].
    pub fn new(reference: Arc<Reference>, rows: &[u32], bandwidth: f64) -> Result<Self> {
        let count = reference.rows();
        if count < 2 {
            return Err(Error::Empty("there is one environment, and no others".into()));
        }
        if let Some(row) = rows.iter().find(|row| **row as usize >= count) {
            return Err(Error::Argument(format!(
                "row {row} is asked for, expected one of {count}"
            )));
        }
        check_room::<u32>(count, "places of rows")?;
        let mut places = vec![0; count];
        for (place, row) in reference.order().iter().enumerate() {
            places[*row as usize] = place as u32;
        }
        let mut queries = Vec::new();
        if !rows.is_empty() {
            places = rows.iter().map(|row| places[*row as usize]).collect();
            queries = zeros(rows.len() * reference.width(), "rows")?;
            for (query, place) in queries.chunks_exact_mut(reference.width()).zip(&places) {
                for (value, own) in query.iter_mut().zip(reference.row(*place as usize)) {
                    *value = own;
                }
            }
        }
        Ok(Self {
            kernel: KernelJob::new(Arc::clone(&reference), &queries, &[bandwidth], &[])?,
            reference,
            bandwidth,
            done: 0,
            places,
            logs: Vec::new(),
        })
    }

    fn recompute_small(&mut self, part: usize) -> Result<()> {
        if part == 0 {
            self.logs = self.kernel.finish()?;
            for log in &mut self.logs {
                *log = log.exp_m1().ln();
            }
        }
        let asked = part * STEP_ROWS..((part + 1) * STEP_ROWS).min(self.places.len());
        // NaN if rounding has left less than the 1 of the row itself.
        let is_small = |log: f64| log.is_nan() || log <= SMALL_REST.ln();
        let (reference, places) = (&*self.reference, &self.places);
        let again = parallel::map_with(
            || (),
            asked.filter(|row| is_small(self.logs[*row])).collect(),
            |(), row| {
                let place = places[row] as usize;
                (row, log_sum_leaving_out(reference, place, self.bandwidth))
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
        self.kernel.steps() + self.places.len().div_ceil(STEP_ROWS)
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
