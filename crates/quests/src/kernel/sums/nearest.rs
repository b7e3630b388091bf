//! What the nearest reference rows of a query say of it, as a job: kernel sums over them alone, or
//! how far the last of them is.

use std::sync::Arc;

use super::distant_queries::leaves_by_distance;
use super::row_distances::half_squared_distances;
use crate::job::{as_given, check_end, check_turn};
use crate::kernel::checks::check_bandwidth;
use crate::kernel::points::{LEAF, Queries, Reference, leaf_rows};
use crate::{Error, Job, Result, parallel};

/// Leaves of queries in one step; see `STEP_PRODUCTS` of the exact sums.
const STEP_LEAVES: usize = if cfg!(feature = "threads") { 64 } else { 1 };

/// Finds the n reference rows nearest to each query, and makes a number of them. The search is
/// exact: leaves are searched by rising distance of their bounds, until the next one is further
/// away than the n-th nearest row found.
#[derive(Debug)]
pub struct NearestJob {
    reference: Arc<Reference>,
    queries: Queries,
    neighbors: usize,
    value: Value,
    done: usize,
    /// Of each query, in order.
    values: Vec<f64>,
}

/// The number that is made of the nearest rows.
#[derive(Debug)]
enum Value {
    /// log of the kernel sum over them, for this bandwidth.
    LogSum(f64),
    /// Distance of the last of them.
    Distance,
}

impl Value {
    /// `nearest` has half squared distances in ascending order, at least one.
    fn of(&self, nearest: &[f64]) -> f64 {
        match self {
            Self::LogSum(bandwidth) => {
                let squared = bandwidth * bandwidth;
                let kernel = |distance: &f64| ((nearest[0] - distance) / squared).exp();
                nearest.iter().map(kernel).sum::<f64>().ln() - nearest[0] / squared
            }
            Self::Distance => (2.0 * nearest[nearest.len() - 1]).sqrt(),
        }
    }
}

impl NearestJob {
    /// Plans log Σ K(y, x_j) of `queries` (row-major, as wide as the reference; empty: the
    /// reference against itself, where every row is its own nearest) over `neighbors` rows each:
    /// log p from below, and log p itself if that is the number of rows.
    ///
    /// Source: `approx_delta_entropy` of the Python package, where the search is approximate.
    ///
    /// # Errors
    /// [`Error::Argument`] for a number of neighbours that is no whole number from 1 to the
    /// reference's rows, a bandwidth that is not positive, arrays of the wrong length, values that
    /// are not finite or so large that the exponent overflows.
    pub fn new(reference: Arc<Reference>, queries: &[f64], neighbors: f64, bandwidth: f64) -> Result<Self> {
        check_bandwidth(bandwidth)?;
        let job = Self::plan(reference, queries, neighbors, Value::LogSum(bandwidth))?;
        job.queries.check_range(&job.reference, &[bandwidth])?;
        Ok(job)
    }

    /// Plans the distance of each query to its `neighbors`-th nearest row.
    ///
    /// # Errors
    /// As [`NearestJob::new`], but for the bandwidth.
    pub fn distances(reference: Arc<Reference>, queries: &[f64], neighbors: f64) -> Result<Self> {
        Self::plan(reference, queries, neighbors, Value::Distance)
    }

    fn plan(reference: Arc<Reference>, queries: &[f64], neighbors: f64, value: Value) -> Result<Self> {
        let rows = reference.rows();
        if !(1.0..=rows as f64).contains(&neighbors) || neighbors.fract() != 0.0 {
            return Err(Error::Argument(format!(
                "number of neighbours is {neighbors}, expected a whole number from 1 to that of \
                 reference rows, {rows}"
            )));
        }
        Ok(Self {
            queries: Queries::new(queries, &reference)?,
            reference,
            neighbors: neighbors as usize,
            value,
            done: 0,
            values: Vec::new(),
        })
    }

    fn leaf_count(&self) -> usize {
        self.queries.order(&self.reference).len().div_ceil(LEAF)
    }

    fn value(&self, row: usize) -> f64 {
        let query = self.queries.row(&self.reference, row);
        let point = &self.queries.projections(&self.reference)[row];
        // Half squared distances of the nearest rows so far, in ascending order.
        let mut nearest: Vec<f64> = Vec::with_capacity(self.neighbors + 1);
        let enough = |nearest: &[f64], distance: f64| {
            nearest.len() == self.neighbors && nearest.last().is_some_and(|last| distance >= *last)
        };
        for (gap, leaf) in leaves_by_distance(&self.reference, point) {
            if enough(&nearest, gap) {
                break;
            }
            for distance in half_squared_distances(&self.reference, &query, leaf) {
                if !enough(&nearest, distance) {
                    let at = nearest.partition_point(|known| *known <= distance);
                    nearest.insert(at, distance);
                    nearest.truncate(self.neighbors);
                }
            }
        }
        self.value.of(&nearest)
    }
}

impl Job for NearestJob {
    fn steps(&self) -> usize {
        self.leaf_count().div_ceil(STEP_LEAVES)
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.steps())?;
        self.done += 1;
        let count = self.queries.order(&self.reference).len();
        let leaves = index * STEP_LEAVES..((index + 1) * STEP_LEAVES).min(self.leaf_count());
        let of_leaf =
            |leaf: usize| -> Vec<f64> { leaf_rows(leaf, count).map(|row| self.value(row)).collect() };
        let parts = parallel::map_with(|| (), leaves.collect(), |(), leaf| of_leaf(leaf))?;
        self.values.extend(parts.into_iter().flatten());
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.steps())?;
        Ok(as_given(self.queries.order(&self.reference), &self.values))
    }
}
