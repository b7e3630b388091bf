//! Sums of queries over one piece of the set after the other.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::piece::{Piece, check_pair};
use crate::job::{check_end, check_turn};
use crate::kernel::points::{Bounds, Queries, leaf_rows};
use crate::kernel::sums::{BLOCK_LEAVES, Block, Precision, SMALL_SUM, add_to, squared_reach};
use crate::{Error, Job, Result, parallel};

/// How the queries are related to the set that is summed over.
#[derive(Debug, Clone, Copy)]
pub enum Relation {
    /// Both are of one set: shares before the queries' first and before the piece's first.
    Own(usize, usize),
    /// The queries of a job over the set.
    Asked,
    /// The queries are the reference of a mutual job
    /// ([`KernelJob::mutual`](crate::kernel::KernelJob::mutual)), and the set is its queries.
    Asking,
}

/// Adds the kernels of queries with one piece to their sums: bandwidths × queries.
#[derive(Debug)]
pub struct PieceSumsJob {
    queries: Arc<Piece>,
    piece: Arc<Piece>,
    relation: Relation,
    bandwidths: Vec<f64>,
    squared_reach: f64,
    sums: Vec<f64>,
    done: usize,
}

impl PieceSumsJob {
    /// Plans to add to `sums`, zeros before the first piece; pieces must come in order. `terms` is
    /// N: the rows of the set, or of the larger of the two sets of a mutual job.
    ///
    /// # Errors
    /// [`Error::Argument`] for arrays of the wrong length, unusable bandwidths, or values so large
    /// that the exponent overflows.
    pub fn new(
        queries: Arc<Piece>,
        piece: Arc<Piece>,
        relation: Relation,
        terms: usize,
        bandwidths: &[f64],
        sums: &[f64],
    ) -> Result<Self> {
        if bandwidths.is_empty() || sums.len() != bandwidths.len() * queries.rows() {
            return Err(Error::Argument(format!(
                "{} sums of {} queries under {} bandwidths",
                sums.len(),
                queries.rows(),
                bandwidths.len()
            )));
        }
        check_pair(&queries, &piece, bandwidths)?;
        if !piece.counts.is_empty() && !matches!(relation, Relation::Asked) {
            return Err(Error::Argument(
                "counted rows are summed over by other sets only".into(),
            ));
        }
        let widest = bandwidths.iter().copied().fold(0.0, f64::max);
        let asked = match relation {
            Relation::Own(..) => &Queries::Own,
            Relation::Asked | Relation::Asking => &queries.queries,
        };
        Ok(Self {
            squared_reach: squared_reach(asked, terms, widest),
            relation,
            bandwidths: bandwidths.to_vec(),
            sums: sums.to_vec(),
            queries,
            piece,
            done: 0,
        })
    }

    /// Sums of one leaf of the queries after a share of the piece has been added.
    fn added(&self, leaf: usize, share: usize) -> Vec<f64> {
        let count = self.queries.rows();
        let rows = leaf_rows(leaf, count);
        let mut sums: Vec<f64> = (0..self.bandwidths.len())
            .flat_map(|at| &self.sums[at * count + rows.start..at * count + rows.end])
            .copied()
            .collect();
        let leaves = self.piece.share(share);
        let (own, other) = match self.relation {
            Relation::Own(before, first) => (before + leaf / BLOCK_LEAVES, first + share),
            Relation::Asked => {
                self.add_rows(leaf, leaves, None, &mut sums);
                return sums;
            }
            Relation::Asking => {
                self.add_columns(leaf, leaves, &mut sums);
                return sums;
            }
        };
        // A pair of a set with itself is computed with the row of the earlier leaf as query.
        match other.cmp(&own) {
            Ordering::Greater => self.add_rows(leaf, leaves, None, &mut sums),
            Ordering::Less => self.add_columns(leaf, leaves, &mut sums),
            Ordering::Equal => {
                let place = leaves.start + leaf % BLOCK_LEAVES;
                self.add_columns(leaf, leaves.start..place, &mut sums);
                self.add_rows(leaf, place..leaves.end, Some(place), &mut sums);
            }
        }
        sums
    }

    fn add_rows(&self, leaf: usize, leaves: Range<usize>, own: Option<usize>, sums: &mut [f64]) {
        let bounds = &self.queries.reference.leaves()[leaf].bounds;
        if !leaves
            .clone()
            .any(|other| self.is_near(&self.piece, other, bounds))
        {
            return;
        }
        let block = Block {
            reference: &self.piece.reference,
            queries: &self.queries.queries,
            leaf,
            own,
            leaves,
            bandwidths: &self.bandwidths,
            weights: &self.piece.counts,
            both_ways: false,
            squared_reach: self.squared_reach,
            precision: Precision::Double,
        };
        let found = block.sum();
        let terms = if self.piece.counts.is_empty() {
            &found.rows
        } else {
            &found.weighted
        };
        add_to(sums, terms);
    }

    /// Adds kernels of leaves that come before, computed as they are there: one block for each of
    /// them.
    fn add_columns(&self, leaf: usize, leaves: Range<usize>, sums: &mut [f64]) {
        let bounds = &self.queries.reference.leaves()[leaf].bounds;
        for other in leaves.filter(|other| self.is_near(&self.piece, *other, bounds)) {
            let block = Block {
                reference: &self.queries.reference,
                queries: &self.piece.queries,
                leaf: other,
                own: None,
                leaves: leaf..leaf + 1,
                bandwidths: &self.bandwidths,
                weights: &[],
                both_ways: true,
                squared_reach: self.squared_reach,
                precision: Precision::Double,
            };
            let columns = block.sum().columns;
            let (padded, rows) = (
                columns.len() / self.bandwidths.len(),
                sums.len() / self.bandwidths.len(),
            );
            for (sums, columns) in sums.chunks_exact_mut(rows).zip(columns.chunks_exact(padded)) {
                add_to(sums, columns);
            }
        }
    }

    fn is_near(&self, piece: &Piece, leaf: usize, bounds: &Bounds) -> bool {
        piece.reference.leaves()[leaf].bounds.squared_gap(bounds) <= self.squared_reach
    }
}

impl Job for PieceSumsJob {
    fn steps(&self) -> usize {
        self.piece.shares()
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.steps())?;
        let count = self.queries.rows();
        let leaves: Vec<usize> = (0..self.queries.leaves()).collect();
        let added = parallel::map_with(|| (), leaves, |(), leaf| self.added(leaf, index))?;
        for (leaf, sums) in added.iter().enumerate() {
            let rows = leaf_rows(leaf, count);
            for (at, sums) in sums.chunks_exact(rows.len()).enumerate() {
                self.sums[at * count..][rows.clone()].copy_from_slice(sums);
            }
        }
        self.done += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.steps())?;
        Ok(std::mem::take(&mut self.sums))
    }
}

/// log p from complete sums. Queries of another set with a small sum under any of `bandwidths`
/// bandwidths are NaN: they must be recomputed, by [`NearestPieceJob`](super::NearestPieceJob) and
/// [`DistantPieceJob`](super::DistantPieceJob).
#[must_use]
pub fn logs(sums: &[f64], bandwidths: usize, own: bool) -> Vec<f64> {
    let count = sums.len() / bandwidths.max(1);
    let is_small = |row: usize| !own && (0..bandwidths).any(|at| sums[at * count + row] < SMALL_SUM);
    (0..sums.len())
        .map(|at| {
            if is_small(at % count) {
                f64::NAN
            } else {
                sums[at].ln()
            }
        })
        .collect()
}
