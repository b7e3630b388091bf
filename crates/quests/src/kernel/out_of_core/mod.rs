//! Kernel sums over sets that don't fit the memory: some leaves of queries, and one piece of the
//! reference after the other.
//!
//! A piece is some leaves of a set that is in order already, along axes that were found in a sample
//! of it. Blocks of pairs are cut, computed and added up as by a [`KernelJob`](super::KernelJob)
//! over the whole set, so sums have the same bits. A row depends only on the leaf it is in, so any
//! share of the leaves can be computed on its own. A set against itself then computes every pair
//! twice, once for each of its rows.
//!
//! A stored reference knows the boxes of its leaves: `leaves` says which of them some queries need.

mod bounds;
mod distant_queries;
mod leaves;
mod merge;
mod piece;
mod sums;

pub use bounds::{LeafBoundsJob, OwnLeavesJob};
pub use distant_queries::{DistantPieceJob, NearestPieceJob, distant_logs};
pub use leaves::{far_leaves, near_leaves};
pub use merge::{Merged, merged};
pub use piece::Piece;
pub use sums::{PieceSumsJob, Relation, logs};

use super::points::{Axes, Copies, LEAF, check_matrix, order_by_locality};
use super::sums::{BLOCK_LEAVES, half_squared_distances};
use crate::{Error, Result, parallel};
use piece::points;

/// Rows of a leaf: sets are halved at multiples of it.
pub const LEAF_ROWS: usize = LEAF;

/// Rows that are computed together: the smallest share of a set.
pub const SHARE: usize = LEAF * BLOCK_LEAVES;

/// Distance of the rows of a set of `rows` that make the sample for its axes.
#[must_use]
pub fn sample_stride(rows: usize) -> usize {
    Axes::stride(rows).max(1)
}

/// Axes of a set from a sample of its rows, every [`sample_stride`]-th: an origin and directions,
/// `width` numbers each.
///
/// # Errors
/// As [`Reference::new`].
pub fn axes(sample: &[f64], width: usize) -> Result<Vec<f64>> {
    check_matrix("the sample", sample, width)?;
    Ok(Axes::new(sample, width).numbers())
}

/// Coordinates of the rows of a matrix along axes, 8 numbers each.
///
/// # Errors
/// As [`Reference::new`]; [`Error::Argument`] for axes of another width.
pub fn project(axes: &[f64], matrix: &[f64], width: usize) -> Result<Vec<f64>> {
    check_matrix("the matrix", matrix, width)?;
    let axes = Axes::of(axes, width).ok_or_else(|| Error::Argument("axes have another width".into()))?;
    let rows: Vec<&[f64]> = matrix.chunks(SHARE * width).collect();
    let coordinates = parallel::map_with(
        || (),
        rows,
        |(), rows| -> Vec<f64> {
            rows.chunks_exact(width)
                .flat_map(|row| axes.project(row))
                .collect()
        },
    )?;
    Ok(coordinates.concat())
}

/// The order of rows with these coordinates.
///
/// # Errors
/// [`Error::Argument`] for a length that is no multiple of 8.
pub fn order(projections: &[f64]) -> Result<Vec<u32>> {
    Ok(order_by_locality(&points(projections)?))
}

/// Rows of a matrix that are copies, to the bit, where at least half are: the number of distinct
/// rows, the first of each, rising, and for each row the place of its like among those. Empty where
/// sums take each row by itself.
///
/// # Errors
/// As [`Reference::new`](super::Reference::new).
pub fn copies(matrix: &[f64], width: usize) -> Result<Vec<u32>> {
    let rows = check_matrix("the matrix", matrix, width)?;
    let found = Copies::among(rows, |at| matrix[at * width..][..width].iter().copied());
    Ok(found.map_or_else(Vec::new, |Copies { firsts, of }| {
        [&[firsts.len() as u32][..], &firsts, &of].concat()
    }))
}

/// Half the squared distance of one row, as wide as they are, to each row of a piece.
///
/// # Errors
/// [`Error::Argument`] for a row of another width, or with values that are not finite.
pub fn half_squared_distances_to(piece: &Piece, row: &[f64]) -> Result<Vec<f64>> {
    if check_matrix("the row", row, piece.width())? != 1 {
        return Err(Error::Argument("there are several rows, expected one".into()));
    }
    let of_leaf = |leaf: usize| half_squared_distances(&piece.reference, row, leaf);
    Ok((0..piece.leaves()).flat_map(of_leaf).collect())
}
