//! Some leaves of a set that is in order.

use std::ops::Range;

use crate::kernel::checks::{check_bandwidth, check_exponents};
use crate::kernel::points::{AXES, Projection, Queries, Reference, check_matrix};
use crate::kernel::sums::BLOCK_LEAVES;
use crate::simd::Level;
use crate::{Error, Result};

/// Some leaves of a set, in its order, from the first row of a share on.
#[derive(Debug)]
pub struct Piece {
    pub(super) reference: Reference,
    pub(super) queries: Queries,
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
        Ok(Self {
            queries: Queries::ordered(matrix.to_vec(), points.clone()),
            reference: Reference::laid_out(Level::selected()?, matrix, width, points)?,
        })
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

    /// Leaves of a share.
    pub(super) fn share(&self, share: usize) -> Range<usize> {
        share * BLOCK_LEAVES..((share + 1) * BLOCK_LEAVES).min(self.leaves())
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
