//! Sums over some leaves of a set after others, as of a stored reference.

use std::sync::Arc;

use quests::kernel::out_of_core::{
    self, DistantPieceJob, LeafBoundsJob, NearestPieceJob, OwnLeavesJob, PieceSumsJob, Relation,
};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::job::Job;
use crate::{Result, thrown};

/// Some leaves of a set in order. wasm-bindgen adds `free`.
#[wasm_bindgen]
pub struct Piece {
    core: Arc<out_of_core::Piece>,
}

#[wasm_bindgen]
impl Piece {
    /// Number of rows.
    #[wasm_bindgen(getter)]
    pub fn rows(&self) -> u32 {
        self.core.rows() as u32
    }
}

/// Rows of a leaf.
#[wasm_bindgen(js_name = leafRows)]
pub fn leaf_rows() -> u32 {
    out_of_core::LEAF_ROWS as u32
}

/// Rows of a share.
#[wasm_bindgen(js_name = shareRows)]
pub fn share_rows() -> u32 {
    out_of_core::SHARE as u32
}

/// Distance of the rows that make the sample for the axes.
#[wasm_bindgen(js_name = sampleStride)]
pub fn sample_stride(rows: f64) -> f64 {
    out_of_core::sample_stride(rows as usize) as f64
}

/// Axes of a set.
#[wasm_bindgen]
pub fn axes(sample: &[f64], width: u32) -> Result<Vec<f64>> {
    out_of_core::axes(sample, width as usize).map_err(thrown)
}

/// Coordinates along axes.
#[wasm_bindgen]
pub fn project(axes: &[f64], matrix: &[f64], width: u32) -> Result<Vec<f64>> {
    out_of_core::project(axes, matrix, width as usize).map_err(thrown)
}

/// The order of rows.
#[wasm_bindgen]
pub fn order(projections: &[f64]) -> Result<Vec<u32>> {
    out_of_core::order(projections).map_err(thrown)
}

/// Copies of rows, where at least half are.
#[wasm_bindgen]
pub fn copies(matrix: &[f64], width: u32) -> Result<Vec<u32>> {
    out_of_core::copies(matrix, width as usize).map_err(thrown)
}

/// Joins rows of each leaf.
#[wasm_bindgen(js_name = mergeRows)]
pub fn merge_rows(matrix: &[f64], width: u32, radius: f64) -> Result<Vec<f64>> {
    out_of_core::merged(matrix, width as usize, radius)
        .map(|merged| merged.numbers())
        .map_err(thrown)
}

/// Lays a piece out.
#[wasm_bindgen]
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
    core.map(|core| Piece { core: Arc::new(core) }).map_err(thrown)
}

/// Leaves that the sums of queries look into.
#[wasm_bindgen(js_name = nearLeaves)]
pub fn near_leaves(queries: &Piece, boxes: &[f64], terms: f64, bandwidths: &[f64]) -> Result<Vec<u32>> {
    out_of_core::near_leaves(&queries.core, boxes, terms as usize, bandwidths).map_err(thrown)
}

/// Leaves that queries without near neighbours look into.
#[wasm_bindgen(js_name = farLeaves)]
pub fn far_leaves(
    queries: &Piece,
    boxes: &[f64],
    rows: &[u32],
    nearest: &[f64],
    terms: f64,
    bandwidths: &[f64],
) -> Result<Vec<u32>> {
    let terms = terms as usize;
    out_of_core::far_leaves(&queries.core, boxes, rows, nearest, terms, bandwidths).map_err(thrown)
}

/// Adds a piece to sums.
#[wasm_bindgen(js_name = pieceSums)]
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
    let (queries, piece) = (Arc::clone(&queries.core), Arc::clone(&piece.core));
    PieceSumsJob::new(queries, piece, relation, terms as usize, bandwidths, sums)
        .map(Job::new)
        .map_err(thrown)
}

/// Sums the rows of each leaf of a piece over that leaf.
#[wasm_bindgen(js_name = ownLeafSums)]
pub fn own_leaf_sums(piece: &Piece, terms: f64, bandwidth: f64) -> Result<Job> {
    OwnLeavesJob::new(Arc::clone(&piece.core), terms as usize, bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// Bounds of log p of all rows of a set, from such sums.
#[wasm_bindgen(js_name = leafBounds)]
pub fn leaf_bounds(boxes: &[f64], counts: &[f64], sums: &[f64], terms: f64, bandwidth: f64) -> Result<Job> {
    LeafBoundsJob::new(boxes, counts, sums, terms as usize, bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// log p from sums that are whole.
#[wasm_bindgen(js_name = pieceLogs)]
pub fn piece_logs(sums: &[f64], bandwidths: u32, own: bool) -> Vec<f64> {
    out_of_core::logs(sums, bandwidths as usize, own)
}

/// Looks for nearer rows in a piece.
#[wasm_bindgen(js_name = nearestPiece)]
pub fn nearest_piece(queries: &Piece, piece: &Piece, rows: &[u32], nearest: &[f64]) -> Result<Job> {
    let (queries, piece) = (Arc::clone(&queries.core), Arc::clone(&piece.core));
    NearestPieceJob::new(queries, piece, rows, nearest)
        .map(Job::new)
        .map_err(thrown)
}

/// Adds a piece to sums relative to the nearest row.
#[wasm_bindgen(js_name = distantSums)]
pub fn distant_sums(
    queries: &Piece,
    piece: &Piece,
    rows: &[u32],
    nearest: &[f64],
    terms: f64,
    bandwidths: &[f64],
    sums: &[f64],
) -> Result<Job> {
    let (queries, piece) = (Arc::clone(&queries.core), Arc::clone(&piece.core));
    DistantPieceJob::new(queries, piece, rows, nearest, terms as usize, bandwidths, sums)
        .map(Job::new)
        .map_err(thrown)
}

/// log p from sums relative to the nearest row.
#[wasm_bindgen(js_name = distantLogs)]
pub fn distant_logs(sums: &[f64], nearest: &[f64], bandwidths: &[f64]) -> Vec<f64> {
    out_of_core::distant_logs(sums, nearest, bandwidths)
}

/// Half the squared distance of a row to each row of a piece.
#[wasm_bindgen(js_name = halfSquaredDistances)]
pub fn half_squared_distances(piece: &Piece, row: &[f64]) -> Result<Vec<f64>> {
    out_of_core::half_squared_distances_to(&piece.core, row).map_err(thrown)
}
