//! Kernel sums of two sets, each over the other, from one pass over their pairs: K(x, y) = K(y, x),
//! so a kernel that is added to the sum of a query is added to the sum of the reference row as
//! well.

use std::sync::Arc;

use super::distant_queries::log_sum_of;
use super::job::{BLOCK_LEAVES, KernelJob, leaf_count};
use super::negligible::{SMALL_SUM, squared_reach};
use crate::job::as_given;
use crate::kernel::checks::check_bandwidth;
use crate::kernel::points::{Queries, Reference, leaf_rows};
use crate::room::zeros;
use crate::{Error, Result, parallel};

/// Leaves of the reference that are checked in one step, as many as a group of queries has.
const STEP_LEAVES: usize = BLOCK_LEAVES;

/// Sums of the reference's rows over the queries.
#[derive(Debug)]
pub(super) struct Mutual {
    /// In the order of the reference.
    sums: Vec<f64>,
    /// Step with the last blocks, after which the sums are whole.
    last_blocks: usize,
    /// The queries as a reference, from the first row on that is recomputed.
    queries: Option<Reference>,
    /// log p of rows that were recomputed.
    again: Vec<(usize, f64)>,
}

impl KernelJob {
    /// Plans log p of every query with respect to the reference, and then of every row of the
    /// reference with respect to the queries, in the order in which the rows were given.
    ///
    /// The reach R is that of sums of as many terms as the larger of the two sets has. A panel and
    /// a group of queries that are further apart take at most exp(−R²/2h²) for each query out of
    /// the sum of a reference row, and as much for each such row out of the sum of a query. Either
    /// way what is missing from a sum of [`SMALL_SUM`] or more is below 1e-12 of it, and smaller
    /// sums are recomputed once all blocks are done.
    ///
    /// # Errors
    /// [`Error::Empty`] without queries; otherwise as [`Self::new`].
    pub fn mutual(reference: Arc<Reference>, queries: &[f64], bandwidth: f64) -> Result<Self> {
        if queries.is_empty() {
            return Err(Error::Empty("the queries have no rows".into()));
        }
        check_bandwidth(bandwidth)?;
        let mut job = Self::plan(reference, queries, &[bandwidth], Vec::new(), None)?;
        let rows = job.reference.rows();
        job.squared_reach = squared_reach(&job.queries, rows.max(job.rows()), bandwidth);
        job.mutual = Some(Mutual {
            sums: zeros(rows, "sums")?,
            last_blocks: job.steps - 1,
            queries: None,
            again: Vec::new(),
        });
        // The step with the last blocks checks the first leaves, so the work of a step stays the
        // same.
        job.steps += leaf_count(rows).div_ceil(STEP_LEAVES) - 1;
        Ok(job)
    }
}

impl Mutual {
    pub fn sums(&mut self) -> &mut Vec<f64> {
        &mut self.sums
    }

    /// Once the sums are complete, recomputes rows whose sums are small: those of some leaves at
    /// the end of each step.
    pub fn end_step(
        &mut self,
        step: usize,
        reference: &Reference,
        queries: &Queries,
        bandwidth: f64,
    ) -> Result<()> {
        let Some(part) = step.checked_sub(self.last_blocks) else {
            return Ok(());
        };
        let count = reference.rows();
        let end = ((part + 1) * STEP_LEAVES).min(leaf_count(count));
        let small: Vec<usize> = (part * STEP_LEAVES..end)
            .flat_map(|leaf| leaf_rows(leaf, count))
            .filter(|row| self.sums[*row] < SMALL_SUM)
            .collect();
        if small.is_empty() {
            return Ok(());
        }
        let queries = match &mut self.queries {
            Some(queries) => &*queries,
            none => none.insert(queries.laid_out(reference)?),
        };
        let taken = parallel::map_with(
            || (),
            small,
            |(), row| {
                let values: Vec<f64> = reference.row(row).collect();
                let point = &reference.projections()[row];
                (row, log_sum_of(queries, &values, point, bandwidth))
            },
        )?;
        self.again.extend(taken);
        Ok(())
    }

    /// log p of the reference's rows, in the order in which they were given.
    pub fn logs(&self, reference: &Reference) -> Vec<f64> {
        let mut logs: Vec<f64> = self.sums.iter().map(|sum| sum.ln()).collect();
        for (row, log) in &self.again {
            logs[*row] = *log;
        }
        as_given(reference.order(), &logs)
    }
}
