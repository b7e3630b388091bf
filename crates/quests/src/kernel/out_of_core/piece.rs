//! Some leaves of a set that is in order.

use std::ops::Range;

use crate::kernel::checks::{check_bandwidth, check_exponents};
use crate::kernel::points::{AXES, Projection, Queries, Reference, check_matrix};
use crate::kernel::sums::BLOCK_LEAVES;
use crate::simd::Level;
use crate::{Error, Result};

/// Some leaves of a set, in its order: from the first row of a share on, or any of them.
#[derive(Debug)]
pub struct Piece {
    pub(super) reference: Reference,
    pub(super) queries: Queries,
    /// Leaves of each share of which some are here.
    shares: Vec<Range<usize>>,
    /// How often each row is there, in order, filled up to whole panels; or none.
    pub(super) counts: Vec<f64>,
}

impl Piece {
    /// Takes rows and their coordinates.
    ///
    /// # Errors
    /// As [`Reference::new`]; [`Error::Argument`] for another number of coordinates.
    pub fn new(matrix: &[f64], width: usize, projections: &[f64]) -> Result<Self> {
        let rows = check_matrix("the piece", matrix, width)?;
        let points = points(projections)?;
        if points.len() != rows {
            return Err(Error::Argument(format!(
                "{} coordinates for {rows} rows",
                points.len()
            )));
        }
        let reference = Reference::laid_out(Level::selected()?, matrix, width, points.clone())?;
        let leaves = reference.leaves().len();
        Ok(Self {
            queries: Queries::ordered(matrix.to_vec(), points),
            shares: (0..leaves)
                .step_by(BLOCK_LEAVES)
                .map(|first| first..(first + BLOCK_LEAVES).min(leaves))
                .collect(),
            reference,
            counts: Vec::new(),
        })
    }

    /// Takes any leaves of a set, by their rising numbers, and how often each row is there, or
    /// nothing where each is there once. They are summed over only.
    ///
    /// # Errors
    /// As [`Self::new`]; [`Error::Argument`] for another number of leaves or counts.
    pub fn of_leaves(
        matrix: &[f64],
        width: usize,
        projections: &[f64],
        leaves: &[u32],
        counts: &[f64],
    ) -> Result<Self> {
        let mut piece = Self::new(matrix, width, projections)?;
        if leaves.len() != piece.leaves() || !leaves.is_sorted_by(|a, b| a < b) {
            return Err(Error::Argument(format!(
                "{} numbers of {} leaves, expected one for each, rising",
                leaves.len(),
                piece.leaves()
            )));
        }
        if !counts.is_empty() && counts.len() != piece.rows() {
            return Err(Error::Argument(format!(
                "{} counts of {} rows",
                counts.len(),
                piece.rows()
            )));
        }
        piece.shares.clear();
        let mut first = 0;
        let share = |leaf: &u32| *leaf as usize / BLOCK_LEAVES;
        for same in leaves.chunk_by(|a, b| share(a) == share(b)) {
            piece.shares.push(first..first + same.len());
            first += same.len();
        }
        piece.counts = counts.to_vec();
        if !counts.is_empty() {
            let padded = counts.len().next_multiple_of(piece.reference.panel_rows());
            piece.counts.resize(padded, 0.0);
        }
        Ok(piece)
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.reference.rows()
    }

    /// Number of columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.reference.width()
    }

    pub(super) fn leaves(&self) -> usize {
        self.reference.leaves().len()
    }

    /// Shares of which some leaves are here.
    pub(super) fn shares(&self) -> usize {
        self.shares.len()
    }

    /// Leaves of a share.
    pub(super) fn share(&self, share: usize) -> Range<usize> {
        self.shares[share].clone()
    }
}

pub(super) fn points(projections: &[f64]) -> Result<Vec<Projection>> {
    let (points, rest) = projections.as_chunks::<AXES>();
    if !rest.is_empty() {
        return Err(Error::Argument(format!(
            "projections have {} values, expected a multiple of {AXES}",
            projections.len()
        )));
    }
    Ok(points.to_vec())
}

pub(super) fn check_pair(queries: &Piece, piece: &Piece, bandwidths: &[f64]) -> Result<()> {
    bandwidths.iter().try_for_each(|h| check_bandwidth(*h))?;
    if queries.width() != piece.width() {
        return Err(Error::Argument(format!(
            "queries have {} columns, the piece {}",
            queries.width(),
            piece.width()
        )));
    }
    let largest = queries.reference.largest() + piece.reference.largest();
    check_exponents(largest, piece.width(), bandwidths)
}
