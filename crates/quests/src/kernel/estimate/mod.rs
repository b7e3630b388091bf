//! Kernel sums within a tolerance, as a job: each leaf of queries sampled on its own, then
//! logarithms and their errors.

mod bounds;
mod choice;
mod draw;
mod leaf;
mod mean_error;
mod samples;

pub use bounds::BoundsJob;
pub(crate) use draw::{Draw, check_seed};

use std::sync::Arc;

use crate::job::{as_given, check_end, check_turn};
use crate::kernel::checks::check_bandwidth;
use crate::kernel::points::{LEAF, Queries, Reference, leaf_rows};
use crate::kernel::sums::{KernelJob, log_sums, squared_reach};
use crate::math::{ordered_bits, radix_sort};
use crate::{Error, Job, Result, parallel};
use leaf::Sampling;
use mean_error::MeanError;

/// Half-width of an interval that holds 95 % of a normal distribution, in standard deviations.
const NORMAL_95: f64 = 1.959_963_984_540_054;

/// Draws that may all have missed at 95 % confidence (the rule of three, −ln 0.05): panels that add
/// much but are rarely drawn don't show in the variance if they were not drawn.
const UNSEEN: f64 = 3.0;

/// Leaves of queries on which the quality of the sample is tried.
const TRIAL_LEAVES: usize = 24;

/// λ to begin with. Smaller ones hardly save time, since near panels are computed anyway.
const LEAST_QUALITY: f64 = 4.0;

/// Share of the tolerance that the trial must keep: all leaves together may be a little less exact.
const TRIAL_SHARE: f64 = 0.8;

/// Leaves of queries in one step; see `STEP_PRODUCTS` of the exact sums.
const STEP_LEAVES: usize = if cfg!(feature = "threads") { 64 } else { 1 };

/// Estimates log p for every query under one bandwidth. The result is log p of each query, then the
/// half-width of its 95 % interval, then the half-width of that of their mean: 2 × queries + 1
/// numbers.
///
/// Without queries the reference is compared with itself, and the tolerance is that of the mean of
/// log p, hence of H; with queries it is that of log p of 95 % of them. The first step finds on a
/// few leaves how large λ must be. Half-widths are measured on the final draw, and may miss the
/// tolerance by a little. What was not sampled has a half-width of 0, as all has where the exact
/// sums take less time than an estimate. Reproducible: the same data, tolerance, seed and
/// instruction set give the same bits for any number of threads. Another instruction set has other
/// groups and panels, hence draws other samples.
///
/// Error of a row: the variance of its p̂, estimated without bias, and what the sample cannot have
/// seen.
///
/// Error of the mean: log p of a row is ln p̂ + σ²/2, σ² the estimated relative variance of p̂.
/// This removes the bias of the logarithm but for terms of order σ⁴, whose mean is added to the
/// half-width. Groups are sampled independently, so their errors average out; within a group errors
/// go together, which the squares of `Estimate::spreads` account for. It is drawn wide, see
/// `mean_error`.
#[derive(Debug)]
pub struct EstimateJob {
    reference: Arc<Reference>,
    queries: Queries,
    bandwidth: f64,
    tolerance: f64,
    seed: u64,
    /// λ, once it is known.
    quality: f64,
    /// The exact job, if it takes less time; the queries are then its own.
    exact: Option<KernelJob>,
    done: usize,
    /// Per query, in order.
    logs: Vec<f64>,
    errors: Vec<f64>,
    mean: MeanError,
}

/// What a leaf of queries gives.
struct OfLeaf {
    logs: Vec<f64>,
    errors: Vec<f64>,
    mean: MeanError,
}

impl EstimateJob {
    /// Plans the sums of `queries` (row-major, as wide as the reference; empty: the reference
    /// against itself) to within `tolerance` (nats) at 95 %.
    ///
    /// # Errors
    /// [`Error::Argument`] for a tolerance or a bandwidth that is not positive and finite, a seed
    /// that is no whole number from 0 to 2⁵³ − 1, arrays of the wrong length, values that are not
    /// finite or so large that the exponent overflows.
    pub fn new(
        reference: Arc<Reference>,
        queries: &[f64],
        bandwidth: f64,
        tolerance: f64,
        seed: f64,
    ) -> Result<Self> {
        let mut job = Self::sampled(reference, queries, bandwidth, tolerance, seed)?;
        let exact = KernelJob::new(Arc::clone(&job.reference), queries, &[bandwidth], &[])?;
        // An estimate samples copies one by one, the exact sums take them once.
        let share = exact.most_pairs() / job.most_pairs();
        if job.is_slower(share)? {
            // Its own copy of the queries is the one that is needed.
            job.queries = Queries::Own;
            job.exact = Some(exact);
        }
        Ok(job)
    }

    /// As [`Self::new`], but always by sampling, even where the exact sums take less time: to
    /// measure the one against the other.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn sampled(
        reference: Arc<Reference>,
        queries: &[f64],
        bandwidth: f64,
        tolerance: f64,
        seed: f64,
    ) -> Result<Self> {
        check_bandwidth(bandwidth)?;
        let seed = check_seed(seed)?;
        if !(tolerance > 0.0 && tolerance.is_finite()) {
            return Err(Error::Argument(format!(
                "tolerance is {tolerance:?}, expected a positive number of nats"
            )));
        }
        let queries = Queries::new(queries, &reference)?;
        queries.check_range(&reference, &[bandwidth])?;
        let rows = queries.order(&reference).len();
        Ok(Self {
            reference,
            queries,
            bandwidth,
            tolerance,
            seed,
            quality: LEAST_QUALITY,
            exact: None,
            done: 0,
            logs: Vec::with_capacity(rows),
            errors: Vec::with_capacity(rows),
            mean: MeanError::default(),
        })
    }

    /// Leaves of queries, evenly spread over all.
    fn spread_leaves(&self, most: usize) -> Vec<usize> {
        let all = self.leaf_count();
        let count = most.min(all);
        (0..count).map(|at| (2 * at + 1) * all / (2 * count)).collect()
    }

    fn sampling(&self) -> Sampling<'_> {
        Sampling {
            reference: &self.reference,
            queries: &self.queries,
            bandwidth: self.bandwidth,
            quality: self.quality,
            squared_reach: squared_reach(&self.queries, self.reference.rows(), self.bandwidth),
            seed: self.seed,
        }
    }

    fn rows(&self) -> usize {
        self.queries.order(&self.reference).len()
    }

    /// Pairs of rows, copies one by one.
    fn most_pairs(&self) -> f64 {
        let rows = self.rows() as f64;
        match self.queries {
            Queries::Own => rows * (rows + 1.0) / 2.0,
            Queries::Given { .. } => rows * self.reference.rows() as f64,
        }
    }

    fn leaf_count(&self) -> usize {
        self.rows().div_ceil(LEAF)
    }

    /// λ that is good enough whatever the data: every row's relative error is 1/√λ at most, and
    /// those of the rows of a group may all be the same, while those of groups are independent.
    fn sufficient_quality(&self) -> f64 {
        let independent = match self.queries {
            Queries::Own => self.rows() as f64 / self.reference.level.product_rows() as f64,
            Queries::Given { .. } => 1.0,
        };
        let of_variance = 2.0 * (mean_error::WIDTH / self.tolerance).powi(2) / independent;
        of_variance.max((4.0 / self.tolerance).sqrt()).max(LEAST_QUALITY)
    }

    /// Finds λ: raised until some leaves, spread over all, keep to the tolerance.
    fn find_quality(&mut self) -> Result<()> {
        let leaves = self.spread_leaves(TRIAL_LEAVES);
        while self.raise_quality(&leaves)? {}
        Ok(())
    }

    /// Raises λ if some leaves do not keep to the tolerance; says whether it did.
    fn raise_quality(&mut self, leaves: &[usize]) -> Result<bool> {
        let (count, sufficient) = (self.leaf_count(), self.sufficient_quality());
        if self.quality >= sufficient {
            return Ok(false);
        }
        // Streams of their own: the final draw must not be the one that was found good.
        let trial = parallel::map_with(|| (), leaves.to_vec(), |(), leaf| self.leaf(leaf, count + leaf))?;
        let excess = self.excess(&trial);
        if excess <= 1.0 {
            return Ok(false);
        }
        // Errors fall as 1/√λ.
        self.quality = (self.quality * (excess * excess).clamp(1.25, 8.0)).min(sufficient);
        Ok(true)
    }

    /// How many times too wide the intervals of a trial are.
    fn excess(&self, trial: &[OfLeaf]) -> f64 {
        let rows: usize = trial.iter().map(|leaf| leaf.logs.len()).sum();
        let width = match self.queries {
            Queries::Own => {
                let mut mean = MeanError::default();
                for leaf in trial {
                    mean.add(&leaf.mean);
                }
                mean.half_width(rows as f64, self.rows() as f64)
            }
            Queries::Given { .. } => {
                let errors: Vec<f64> = trial.iter().flat_map(|leaf| leaf.errors.clone()).collect();
                let rising = radix_sort(errors.iter().map(|error| ordered_bits(*error)));
                NORMAL_95 * errors[rising[errors.len() * 95 / 100].1]
            }
        };
        width / (TRIAL_SHARE * self.tolerance)
    }

    fn leaf(&self, leaf: usize, stream: usize) -> OfLeaf {
        let estimates = self.sampling().estimate(leaf, stream);
        let mut of_leaf = OfLeaf {
            logs: Vec::with_capacity(LEAF),
            errors: Vec::with_capacity(LEAF),
            mean: MeanError::default(),
        };
        let first = leaf_rows(leaf, self.rows()).start;
        for (at, estimate) in estimates.iter().enumerate() {
            if !estimate.is_enough() {
                let exact = log_sums(
                    &self.reference,
                    &self.queries,
                    first + at,
                    &[self.bandwidth],
                    &[],
                    false,
                );
                of_leaf.logs.push(exact[0].0);
                of_leaf.errors.push(0.0);
                continue;
            }
            let squared = estimate.squared_error();
            of_leaf.logs.push(estimate.sum.ln() + 0.5 * squared);
            let unseen = UNSEEN / NORMAL_95 * estimate.grain / estimate.sum;
            of_leaf.errors.push((squared + unseen * unseen).sqrt());
        }
        for group in estimates.chunks(self.reference.level.product_rows()) {
            of_leaf
                .mean
                .add_group(group.iter().filter(|estimate| estimate.is_enough()));
        }
        of_leaf
    }
}

impl Job for EstimateJob {
    fn steps(&self) -> usize {
        match &self.exact {
            Some(exact) => exact.steps(),
            // The first finds λ.
            None => 1 + self.leaf_count().div_ceil(STEP_LEAVES),
        }
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.steps())?;
        self.done += 1;
        let leaves = match (&mut self.exact, index) {
            (Some(exact), _) => return exact.step(index),
            (None, 0) => return self.find_quality(),
            (None, _) => (index - 1) * STEP_LEAVES..(index * STEP_LEAVES).min(self.leaf_count()),
        };
        let parts = parallel::map_with(|| (), leaves.collect(), |(), leaf| self.leaf(leaf, leaf))?;
        for part in parts {
            self.logs.extend(part.logs);
            self.errors.extend(part.errors);
            self.mean.add(&part.mean);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.steps())?;
        if let Some(exact) = &mut self.exact {
            let mut result = exact.finish()?;
            result.resize(2 * result.len() + 1, 0.0);
            return Ok(result);
        }
        let count = self.rows();
        let order = self.queries.order(&self.reference);
        let widths: Vec<f64> = self.errors.iter().map(|error| NORMAL_95 * error).collect();
        let mut result = as_given(order, &self.logs);
        result.extend(as_given(order, &widths));
        result.push(self.mean.half_width(count as f64, count as f64));
        Ok(result)
    }
}
