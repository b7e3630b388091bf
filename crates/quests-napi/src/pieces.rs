//! Sums over some leaves of a set after others: of stored references, and of sets in shards.

use std::sync::Arc;

use napi::bindgen_prelude::{Float64Array, Result, Uint32Array};
use napi_derive::napi;
use quests::kernel::out_of_core::{
    self, DistantPieceJob, LeafBoundsJob, NearestPieceJob, OwnLeavesJob, PieceSumsJob, Relation,
};

use crate::job::Job;
use crate::thrown;

/// Some leaves of a set in order.
#[napi]
pub struct Piece {
    core: Option<Arc<out_of_core::Piece>>,
}

impl Piece {
    fn core(&self) -> Result<Arc<out_of_core::Piece>> {
        let freed = || thrown(quests::Error::Internal("the piece was freed".into()));
        self.core.as_ref().map(Arc::clone).ok_or_else(freed)
    }
}

#[napi]
impl Piece {
    /// Number of rows.
    #[napi(getter)]
    pub fn rows(&self) -> Result<u32> {
        Ok(self.core()?.rows() as u32)
    }

    /// Frees the rows, once no job uses them any more.
    #[napi]
    pub fn free(&mut self) {
        self.core = None;
    }
}

/// Rows of a leaf.
#[napi]
pub fn leaf_rows() -> u32 {
    out_of_core::LEAF_ROWS as u32
}

/// Rows of a share.
#[napi]
pub fn share_rows() -> u32 {
    out_of_core::SHARE as u32
}

/// Distance of the rows that make the sample for the axes.
#[napi]
pub fn sample_stride(rows: f64) -> f64 {
    out_of_core::sample_stride(rows as usize) as f64
}

/// Axes of a set.
#[napi(catch_unwind)]
pub fn axes(sample: &[f64], width: u32) -> Result<Float64Array> {
    out_of_core::axes(sample, width as usize)
        .map(Float64Array::new)
        .map_err(thrown)
}

/// Coordinates along axes.
#[napi(catch_unwind)]
pub fn project(axes: &[f64], matrix: &[f64], width: u32) -> Result<Float64Array> {
    out_of_core::project(axes, matrix, width as usize)
        .map(Float64Array::new)
        .map_err(thrown)
}

/// The order of rows.
#[napi(catch_unwind)]
pub fn order(projections: &[f64]) -> Result<Uint32Array> {
    out_of_core::order(projections)
        .map(Uint32Array::new)
        .map_err(thrown)
}

/// Lays a piece out. The arrays are copied.
#[napi(catch_unwind)]
pub fn piece(
    matrix: &[f64],
    width: u32,
    projections: &[f64],
    leaves: &[u32],
    counts: &[f64],
) -> Result<Piece> {
    let width = width as usize;
    let core = if leaves.is_empty() {
        out_of_core::Piece::new(matrix, width, projections)
    } else {
        out_of_core::Piece::of_leaves(matrix, width, projections, leaves, counts)
    };
    core.map(|core| Piece {
        core: Some(Arc::new(core)),
    })
    .map_err(thrown)
}

/// Leaves that the sums of queries look into.
#[napi(catch_unwind)]
pub fn near_leaves(queries: &Piece, boxes: &[f64], terms: f64, bandwidths: &[f64]) -> Result<Uint32Array> {
    out_of_core::near_leaves(&*queries.core()?, boxes, terms as usize, bandwidths)
        .map(Uint32Array::new)
        .map_err(thrown)
}

/// Leaves that queries without near neighbours look into.
#[napi(catch_unwind)]
pub fn far_leaves(
    queries: &Piece,
    boxes: &[f64],
    rows: &[u32],
    nearest: &[f64],
    terms: f64,
    bandwidths: &[f64],
) -> Result<Uint32Array> {
    out_of_core::far_leaves(
        &*queries.core()?,
        boxes,
        rows,
        nearest,
        terms as usize,
        bandwidths,
    )
    .map(Uint32Array::new)
    .map_err(thrown)
}

/// Copies of rows, where at least half are.
#[napi(catch_unwind)]
pub fn copies(matrix: &[f64], width: u32) -> Result<Uint32Array> {
    out_of_core::copies(matrix, width as usize)
        .map(Uint32Array::new)
        .map_err(thrown)
}

/// Joins rows of each leaf.
#[napi(catch_unwind)]
pub fn merge_rows(matrix: &[f64], width: u32, radius: f64) -> Result<Float64Array> {
    out_of_core::merged(matrix, width as usize, radius)
        .map(|merged| Float64Array::new(merged.numbers()))
        .map_err(thrown)
}

/// Adds a piece to sums.
#[napi(catch_unwind)]
pub fn piece_sums(
    queries: &Piece,
    piece: &Piece,
    places: &[f64],
    asking: bool,
    terms: f64,
    bandwidths: &[f64],
    sums: &[f64],
) -> Result<Job> {
    let relation = match places {
        [queries, piece] => Relation::Own(*queries as usize, *piece as usize),
        _ if asking => Relation::Asking,
        _ => Relation::Asked,
    };
    let (queries, piece) = (queries.core()?, piece.core()?);
    PieceSumsJob::new(queries, piece, relation, terms as usize, bandwidths, sums)
        .map(Job::new)
        .map_err(thrown)
}

/// Sums the rows of each leaf of a piece over that leaf.
#[napi(catch_unwind)]
pub fn own_leaf_sums(piece: &Piece, terms: f64, bandwidth: f64) -> Result<Job> {
    OwnLeavesJob::new(piece.core()?, terms as usize, bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// Bounds of log p of all rows of a set, from such sums.
#[napi(catch_unwind)]
pub fn leaf_bounds(boxes: &[f64], counts: &[f64], sums: &[f64], terms: f64, bandwidth: f64) -> Result<Job> {
    LeafBoundsJob::new(boxes, counts, sums, terms as usize, bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// log p from sums that are whole.
#[napi]
pub fn piece_logs(sums: &[f64], bandwidths: u32, own: bool) -> Float64Array {
    Float64Array::new(out_of_core::logs(sums, bandwidths as usize, own))
}

/// Looks for nearer rows in a piece.
#[napi(catch_unwind)]
pub fn nearest_piece(queries: &Piece, piece: &Piece, rows: &[u32], nearest: &[f64]) -> Result<Job> {
    let (queries, piece) = (queries.core()?, piece.core()?);
    NearestPieceJob::new(queries, piece, rows, nearest)
        .map(Job::new)
        .map_err(thrown)
}

/// Adds a piece to sums relative to the nearest row.
#[napi(catch_unwind)]
pub fn distant_sums(
    queries: &Piece,
    piece: &Piece,
    rows: &[u32],
    nearest: &[f64],
    terms: f64,
    bandwidths: &[f64],
    sums: &[f64],
) -> Result<Job> {
    let (queries, piece) = (queries.core()?, piece.core()?);
    DistantPieceJob::new(queries, piece, rows, nearest, terms as usize, bandwidths, sums)
        .map(Job::new)
        .map_err(thrown)
}

/// log p from sums relative to the nearest row.
#[napi]
pub fn distant_logs(sums: &[f64], nearest: &[f64], bandwidths: &[f64]) -> Float64Array {
    Float64Array::new(out_of_core::distant_logs(sums, nearest, bandwidths))
}

/// Half the squared distance of a row to each row of a piece.
#[napi(catch_unwind)]
pub fn half_squared_distances(piece: &Piece, row: &[f64]) -> Result<Float64Array> {
    out_of_core::half_squared_distances_to(&*piece.core()?, row)
        .map(Float64Array::new)
        .map_err(thrown)
}
