//! Queries without near neighbours, recomputed by log-sum-exp over one piece of the set after the
//! other: first the distance to the nearest row, then the sum relative to it.

use std::sync::Arc;

use super::piece::{Piece, check_pair};
use crate::job::{check_end, check_turn};
use crate::kernel::points::{Bounds, LEAF};
use crate::kernel::sums::{half_squared_distances, leaves_by_distance, negligible_exponent};
use crate::{Error, Job, Result, parallel};

/// Half the squared distance of some queries to the nearest row of the pieces so far; ∞ before the
/// first.
#[derive(Debug)]
pub struct NearestPieceJob {
    queries: Arc<Piece>,
    piece: Arc<Piece>,
    rows: Vec<u32>,
    nearest: Vec<f64>,
    done: usize,
}

impl NearestPieceJob {
    /// Plans to search one more piece.
    ///
    /// # Errors
    /// [`Error::Argument`] for rows that are not there, arrays of the wrong length.
    pub fn new(queries: Arc<Piece>, piece: Arc<Piece>, rows: &[u32], nearest: &[f64]) -> Result<Self> {
        check_pair(&queries, &piece, &[])?;
        check_rows(&queries, rows, nearest)?;
        Ok(Self {
            queries,
            piece,
            rows: rows.to_vec(),
            nearest: nearest.to_vec(),
            done: 0,
        })
    }
}

fn check_rows(queries: &Piece, rows: &[u32], values: &[f64]) -> Result<()> {
    if rows.len() == values.len() && rows.iter().all(|row| (*row as usize) < queries.rows()) {
        return Ok(());
    }
    Err(Error::Argument(
        "rows and their distances do not go together".into(),
    ))
}

impl Job for NearestPieceJob {
    fn steps(&self) -> usize {
        1
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, 1)?;
        let rows: Vec<(u32, f64)> = self
            .rows
            .iter()
            .copied()
            .zip(self.nearest.iter().copied())
            .collect();
        let reference = &self.piece.reference;
        self.nearest = parallel::map_with(
            || (),
            rows,
            |(), (row, nearest)| {
                let query = self.queries.queries.row(reference, row as usize);
                let point = &self.queries.queries.projections(reference)[row as usize];
                let mut nearest = nearest;
                for (gap, leaf) in leaves_by_distance(reference, point) {
                    if gap > nearest {
                        break;
                    }
                    let distances = half_squared_distances(reference, &query, leaf);
                    nearest = distances.into_iter().fold(nearest, f64::min);
                }
                nearest
            },
        )?;
        self.done = 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, 1)?;
        Ok(std::mem::take(&mut self.nearest))
    }
}

/// Σ exp(−(d − d_min)/h²) of some queries over the pieces so far, d half a squared distance: rows ×
/// bandwidths. Terms that are negligible all together are left out.
#[derive(Debug)]
pub struct DistantPieceJob {
    nearest: NearestPieceJob,
    bandwidths: Vec<f64>,
    limit: f64,
    sums: Vec<f64>,
}

impl DistantPieceJob {
    /// Plans to add one more piece to `sums`; `nearest` is that of all pieces, `terms` N, the rows
    /// of the set.
    ///
    /// # Errors
    /// As [`NearestPieceJob::new`] and [`PieceSumsJob::new`].
    pub fn new(
        queries: Arc<Piece>,
        piece: Arc<Piece>,
        rows: &[u32],
        nearest: &[f64],
        terms: usize,
        bandwidths: &[f64],
        sums: &[f64],
    ) -> Result<Self> {
        check_pair(&queries, &piece, bandwidths)?;
        if sums.len() != rows.len() * bandwidths.len() {
            return Err(Error::Argument("sums are not rows × bandwidths".into()));
        }
        Ok(Self {
            nearest: NearestPieceJob::new(queries, piece, rows, nearest)?,
            bandwidths: bandwidths.to_vec(),
            limit: negligible_exponent(terms),
            sums: sums.to_vec(),
        })
    }

    fn added(&self, at: usize) -> Vec<f64> {
        let NearestPieceJob {
            queries,
            piece,
            rows,
            nearest,
            ..
        } = &self.nearest;
        let (row, nearest, reference) = (rows[at] as usize, nearest[at], &piece.reference);
        let widest = self.bandwidths.iter().copied().fold(0.0, f64::max);
        let reach = reach_beyond(nearest, widest * widest * self.limit);
        let query = queries.queries.row(reference, row);
        let point = &queries.queries.projections(reference)[row];
        let own = Bounds::of([point]);
        let mut sums = self.sums[at * self.bandwidths.len()..][..self.bandwidths.len()].to_vec();
        for (leaf, held) in reference.leaves().iter().enumerate() {
            if 0.5 * held.bounds.squared_gap(&own) > reach {
                continue;
            }
            let distances = half_squared_distances(reference, &query, leaf);
            for (sum, h) in sums.iter_mut().zip(&self.bandwidths) {
                for (at, distance) in distances.iter().enumerate() {
                    let exponent = (distance - nearest) / (h * h);
                    if exponent <= self.limit {
                        let count = piece.counts.get(leaf * LEAF + at).copied().unwrap_or(1.0);
                        *sum += (-exponent).exp() * count;
                    }
                }
            }
        }
        sums
    }
}

impl Job for DistantPieceJob {
    fn steps(&self) -> usize {
        1
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.nearest.done, 1)?;
        let all: Vec<usize> = (0..self.nearest.rows.len()).collect();
        self.sums = parallel::map_with(|| (), all, |(), at| self.added(at))?.concat();
        self.nearest.done = 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.nearest.done, 1)?;
        Ok(std::mem::take(&mut self.sums))
    }
}

/// Half the squared distance up to which rows matter to a query: a little further than they do, so
/// that rounding of a gap leaves out no term that the exponent includes.
pub(super) fn reach_beyond(nearest: f64, slack: f64) -> f64 {
    (nearest + slack) * (1.0 + 1e-9)
}

/// log p of queries that were recomputed: rows × bandwidths.
#[must_use]
pub fn distant_logs(sums: &[f64], nearest: &[f64], bandwidths: &[f64]) -> Vec<f64> {
    sums.chunks_exact(bandwidths.len().max(1))
        .zip(nearest)
        .flat_map(|(sums, nearest)| {
            sums.iter()
                .zip(bandwidths)
                .map(move |(sum, h)| sum.ln() - nearest / (h * h))
        })
        .collect()
}
