//! Kernel sums over sets that are never in memory as a whole: some leaves of queries, and the reference piece by piece.
//!
//! A piece is some leaves of a set that is in order already, along axes that were found in a sample of it. Blocks of pairs are cut,
//! computed and added up as a [`KernelJob`](super::KernelJob) over the whole set does, so sums have the same bits; a row depends on
//! the leaf that it is in and on no other row, so any share of the leaves can be computed on its own. A set against itself computes
//! every pair twice then, once for each of its rows.

use std::ops::Range;
use std::sync::Arc;

use super::axes::{AXES, Axes, Bounds, Projection};
use super::far::{self, SMALL_SUM, half_squared_distances, negligible_exponent};
use super::job::BLOCK_LEAVES;
use super::order::LEAF;
use super::queries::Queries;
use super::reference::{Reference, check_matrix, leaf_rows};
use super::single::Precision;
use super::tile::Block;
use super::{check_bandwidth, check_exponents};
use crate::job::{check_end, check_turn};
use crate::simd::Level;
use crate::{Error, Job, Result, parallel};

/// Rows of a leaf: sets are halved at multiples of it.
pub const LEAF_ROWS: usize = LEAF;

/// Rows that are computed together: the smallest share of a set.
pub const SHARE: usize = LEAF * BLOCK_LEAVES;

/// Distance of the rows of a set of `rows` that make the sample for its axes.
#[must_use]
pub fn sample_stride(rows: usize) -> usize {
    Axes::stride(rows).max(1)
}

/// Axes of a set from a sample of its rows, every [`sample_stride`]-th: an origin and directions, `width` numbers each.
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
    Ok(super::order::order(&points(projections)?))
}

fn points(projections: &[f64]) -> Result<Vec<Projection>> {
    let (points, rest) = projections.as_chunks::<AXES>();
    if !rest.is_empty() {
        return Err(Error::Argument(format!(
            "projections have {} values, expected a multiple of {AXES}",
            projections.len()
        )));
    }
    Ok(points.to_vec())
}

/// Some leaves of a set, in its order, from the first row of a share on.
#[derive(Debug)]
pub struct Piece {
    reference: Reference,
    queries: Queries,
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

    fn leaves(&self) -> usize {
        self.reference.leaves().len()
    }

    /// Leaves of a share.
    fn share(&self, share: usize) -> Range<usize> {
        share * BLOCK_LEAVES..((share + 1) * BLOCK_LEAVES).min(self.leaves())
    }
}

/// How the queries are related to the set that is summed over.
#[derive(Debug, Clone, Copy)]
pub enum Relation {
    /// Both are of one set: shares before the queries' first and before the piece's first.
    Own(usize, usize),
    /// They are asked of the set, as the queries of a job.
    Asked,
    /// The set is asked of them: they are of the reference of a mutual job ([`KernelJob::mutual`](super::KernelJob::mutual)), and
    /// its queries are the set that is summed over.
    Asking,
}

/// Adds the kernels of queries with one piece to their sums: bandwidths × queries.
#[derive(Debug)]
pub struct PieceJob {
    queries: Arc<Piece>,
    piece: Arc<Piece>,
    relation: Relation,
    bandwidths: Vec<f64>,
    squared_reach: f64,
    sums: Vec<f64>,
    done: usize,
}

impl PieceJob {
    /// Plans to add to `sums`, zeros before the first piece; pieces must come in their order. `terms`: N, the rows of the set, or of
    /// the larger of the two sets of a mutual job.
    ///
    /// # Errors
    /// [`Error::Argument`] for arrays of the wrong length, unusable bandwidths, or values so large that the exponent overflows.
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
        let widest = bandwidths.iter().copied().fold(0.0, f64::max);
        let asked = match relation {
            Relation::Own(..) => &Queries::Own,
            Relation::Asked | Relation::Asking => &queries.queries,
        };
        Ok(Self {
            squared_reach: asked.squared_reach(terms, widest),
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
        // Pairs of a set with itself are computed where the leaf of one row comes first, as query of the leaf of the other.
        if other > own {
            self.add_rows(leaf, leaves, None, &mut sums);
        } else if other < own {
            self.add_columns(leaf, leaves, &mut sums);
        } else {
            let place = leaves.start + leaf % BLOCK_LEAVES;
            self.add_columns(leaf, leaves.start..place, &mut sums);
            self.add_rows(leaf, place..leaves.end, Some(place), &mut sums);
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
            weights: &[],
            both_ways: false,
            squared_reach: self.squared_reach,
            precision: Precision::Double,
        };
        add_to(sums, &block.sum().rows);
    }

    /// Adds kernels of leaves that come before, as they are computed there: one block for each of them.
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

fn check_pair(queries: &Piece, piece: &Piece, bandwidths: &[f64]) -> Result<()> {
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

fn add_to(sums: &mut [f64], terms: &[f64]) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum += term;
    }
}

impl Job for PieceJob {
    fn steps(&self) -> usize {
        self.piece.leaves().div_ceil(BLOCK_LEAVES)
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

/// log p from sums that are whole. Queries of another set with a sum that is small under any of `bandwidths` bandwidths are NaN:
/// they must be taken again, by [`NearestPieceJob`] and [`FarPieceJob`].
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

/// Half the squared distance of some queries to the nearest row of the pieces so far; ∞ before the first.
#[derive(Debug)]
pub struct NearestPieceJob {
    queries: Arc<Piece>,
    piece: Arc<Piece>,
    rows: Vec<u32>,
    nearest: Vec<f64>,
    done: usize,
}

impl NearestPieceJob {
    /// Plans to look at one more piece.
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
                for (gap, leaf) in far::leaves_by_distance(reference, point) {
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

/// Σ exp(−(d − d_min)/h²) of some queries over the pieces so far, d half a squared distance: rows × bandwidths. Terms that are
/// negligible all together are left out.
#[derive(Debug)]
pub struct FarPieceJob {
    nearest: NearestPieceJob,
    bandwidths: Vec<f64>,
    limit: f64,
    sums: Vec<f64>,
}

impl FarPieceJob {
    /// Plans to add one more piece to `sums`; `nearest` is that of all pieces, `terms` N, the rows of the set.
    ///
    /// # Errors
    /// As [`NearestPieceJob::new`] and [`PieceJob::new`].
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
        // A little further, lest rounding of a gap leaves out what the exponent takes in.
        let reach = (nearest + widest * widest * self.limit) * (1.0 + 1e-9);
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
                for distance in &distances {
                    let exponent = (distance - nearest) / (h * h);
                    if exponent <= self.limit {
                        *sum += (-exponent).exp();
                    }
                }
            }
        }
        sums
    }
}

impl Job for FarPieceJob {
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

/// log p of queries that were taken again: rows × bandwidths.
#[must_use]
pub fn far_logs(sums: &[f64], nearest: &[f64], bandwidths: &[f64]) -> Vec<f64> {
    sums.chunks_exact(bandwidths.len().max(1))
        .zip(nearest)
        .flat_map(|(sums, nearest)| {
            sums.iter()
                .zip(bandwidths)
                .map(move |(sum, h)| sum.ln() - nearest / (h * h))
        })
        .collect()
}
