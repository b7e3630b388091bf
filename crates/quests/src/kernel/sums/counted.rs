//! Kernel sums of sets with many copies: of rows that are equal to the bit one is summed, and
//! counted as often as it is there. N copies of n rows take n² pairs in place of N².
//!
//! Kernels are added up in another order than over the rows one by one, and each is multiplied by a
//! count: sums differ by rounding. Sets in which less than half of the rows are copies are summed
//! row by row.

use std::sync::Arc;

use super::job::KernelJob;
use crate::Result;
use crate::kernel::points::{Copies, Reference, check_matrix};
use crate::room::zeros;

/// What became of the rows whose sums are wanted.
#[derive(Debug)]
pub(super) struct Counted {
    /// Whether rows of the reference are counted, by the weights.
    pub of_reference: bool,
    /// For each query that was given the one that was kept; none where all were.
    of: Option<Vec<u32>>,
}

impl Counted {
    /// For each of the `count` queries that were kept, how many of those that were given it is.
    pub fn copies(&self, count: usize) -> Vec<usize> {
        let mut copies = vec![usize::from(self.of.is_none()); count];
        for kept in self.of.iter().flatten() {
            copies[*kept as usize] += 1;
        }
        copies
    }

    /// Values of the `count` queries that were kept, under each bandwidth, for all that were given.
    pub fn spread(&self, values: &[f64], count: usize) -> Result<Vec<f64>> {
        let Some(of) = &self.of else {
            return Ok(values.to_vec());
        };
        let mut out = zeros(values.len() / count * of.len(), "sums")?;
        for (out, values) in out.chunks_exact_mut(of.len()).zip(values.chunks_exact(count)) {
            for (out, kept) in out.iter_mut().zip(of) {
                *out = values[*kept as usize];
            }
        }
        Ok(out)
    }
}

impl KernelJob {
    /// Plans the sums of distinct rows, if many are copies.
    pub(super) fn counted(
        reference: &Arc<Reference>,
        queries: &[f64],
        bandwidths: &[f64],
    ) -> Result<Option<Self>> {
        let distinct = reference.distinct()?;
        let (of, asked) = match distinct {
            Some(distinct) if queries.is_empty() => (Some(distinct.of.clone()), Vec::new()),
            _ => distinct_queries(reference, queries)?,
        };
        if distinct.is_none() && of.is_none() {
            return Ok(None);
        }
        let queries = if asked.is_empty() { queries } else { &asked };
        let (reference, weights) = distinct.map_or((reference, Vec::new()), |distinct| {
            (&distinct.reference, distinct.counts.clone())
        });
        let counted = Counted {
            of_reference: distinct.is_some(),
            of,
        };
        Self::plan(Arc::clone(reference), queries, bandwidths, weights, Some(counted)).map(Some)
    }

    /// Whether copies are summed once.
    pub(super) fn sums_copies_once(&self) -> bool {
        self.counted.is_some()
    }

    /// Pairs of rows that are summed at most.
    #[must_use]
    pub fn most_pairs(&self) -> f64 {
        let (rows, terms) = (self.rows() as f64, self.reference.rows() as f64);
        if self.is_triangle() {
            rows * (rows + 1.0) / 2.0
        } else {
            rows * terms
        }
    }
}

/// For each query the one that is kept, and those that are; none where few are copies.
fn distinct_queries(reference: &Reference, queries: &[f64]) -> Result<(Option<Vec<u32>>, Vec<f64>)> {
    if queries.is_empty() {
        return Ok((None, Vec::new()));
    }
    let width = reference.width();
    let rows = check_matrix("the queries", queries, width)?;
    let row = |at: usize| queries[at * width..][..width].iter().copied();
    Ok(
        Copies::among(rows, row).map_or((None, Vec::new()), |Copies { firsts, of }| {
            let kept = firsts.iter().flat_map(|first| row(*first as usize));
            (Some(of), kept.collect())
        }),
    )
}
