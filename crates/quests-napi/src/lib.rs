//! N-API binding: borrow → core call → wrap. The names are those of `CoreModule` in
//! `ts/backend/backend.ts`; what the core refuses is thrown as `CODE: text`.
//!
//! `catch_unwind`: a panic is our mistake, yet it must reach JavaScript as an error and not end the
//! process.

mod job;
pub mod out_of_core;
pub mod pieces;
mod reference;

use std::sync::Arc;

use napi::bindgen_prelude::{BufferSlice, Float64Array, Result, Uint32Array};
use napi_derive::napi;
use quests::contacts::ContactJob;
use quests::descriptor::{DescriptorJob, Elements, MovedJob};
use quests::kernel::{
    BoundsJob, DuplicateJob, EstimateJob, KernelJob, LeastSumsJob, LeaveOneOutJob, MutualJob, NearestJob,
    Precision,
};
use quests::select::{NestedJob, Options};
use quests::structure::Frames;
use quests::table::Column;

use job::Job;
use reference::Reference;

/// Version of the core.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// Instruction set in use.
#[napi(catch_unwind)]
pub fn simd() -> Result<&'static str> {
    quests::simd::level().map_err(thrown)
}

/// Forces an instruction set by name.
#[napi(catch_unwind)]
pub fn set_simd(name: String) -> Result<()> {
    let level = quests::simd::Level::named(&name);
    level
        .and_then(|level| quests::simd::force(Some(level)))
        .map_err(thrown)
}

/// Threads in use.
#[napi(catch_unwind)]
pub fn threads() -> u32 {
    u32::try_from(quests::threads()).unwrap_or(u32::MAX)
}

/// Sets the number of threads; 0 means as many as the machine offers.
#[napi(catch_unwind)]
pub fn set_threads(count: u32) -> Result<()> {
    quests::set_threads(count as usize).map_err(thrown)
}

/// Descriptors of frames laid end to end. The arrays are copied: the caller may change them
/// afterwards.
#[napi(catch_unwind)]
#[allow(
    clippy::too_many_arguments,
    reason = "the boundary is flat: arrays and scalars only"
)]
pub fn describe(
    positions: &[f64],
    offsets: &[u32],
    cells: &[f64],
    pbc: &[u8],
    species: &[u32],
    species_count: u32,
    labels: &[f64],
    channels: &[f64],
    k: f64,
    cutoff: f64,
) -> Result<Job> {
    let frames = Frames::new(
        positions.to_vec(),
        offsets.to_vec(),
        cells.to_vec(),
        pbc.to_vec(),
        species.to_vec(),
        species_count,
    );
    let elements = Elements::new(species_count as usize, labels, channels);
    let job = frames
        .and_then(|frames| DescriptorJob::with_elements(frames, k, cutoff, elements?))
        .map_err(thrown)?;
    Ok(Job::new(job))
}

/// Descriptors that a move of some atoms changes. The arrays are copied: the caller may change them
/// afterwards.
#[napi(catch_unwind)]
#[allow(
    clippy::too_many_arguments,
    reason = "the boundary is flat: arrays and scalars only"
)]
pub fn describe_moved(
    before: &[f64],
    after: &[f64],
    cell: &[f64],
    pbc: u8,
    species: &[u32],
    species_count: u32,
    labels: &[f64],
    channels: &[f64],
    k: f64,
    cutoff: f64,
) -> Result<Job> {
    let frame = |positions| Frames::one(positions, cell, pbc, species, species_count);
    let elements = Elements::new(species_count as usize, labels, channels);
    frame(before)
        .and_then(|before| MovedJob::with_elements(before, frame(after)?, k, cutoff, elements?))
        .map(Job::new)
        .map_err(thrown)
}

/// The closest pair of atoms.
#[napi(catch_unwind)]
pub fn closest_pair(positions: &[f64], cell: &[f64], pbc: u8, radius: f64) -> Result<Float64Array> {
    Frames::one(positions, cell, pbc, &[], 0)
        .and_then(|frames| quests::neighbors::closest_pair(&frames.frame(0), 0, radius))
        .map(|pair| Float64Array::new(pair.map_or_else(Vec::new, |pair| pair.numbers().to_vec())))
        .map_err(thrown)
}

/// Prepares a row-major matrix of `width` columns.
#[napi(catch_unwind)]
pub fn reference(matrix: &[f64], width: u32) -> Result<Reference> {
    quests::kernel::Reference::new(matrix, width as usize)
        .map(Reference::new)
        .map_err(thrown)
}

/// log p of every query under every bandwidth, in single precision or in double. The arrays are
/// copied: the caller may change them afterwards.
#[napi(catch_unwind)]
pub fn kernel_sums(
    reference: &Reference,
    queries: &[f64],
    bandwidths: &[f64],
    weights: &[f64],
    single: bool,
) -> Result<Job> {
    let reference = Arc::clone(reference.core()?);
    let precision = if single {
        Precision::Single
    } else {
        Precision::Double
    };
    KernelJob::new(reference, queries, bandwidths, weights)
        .map(|job| Job::new(job.with_precision(precision)))
        .map_err(thrown)
}

/// log p of every query with respect to the reference, and of every row of the reference with
/// respect to the queries.
#[napi(catch_unwind)]
pub fn mutual_sums(reference: &Reference, queries: &[f64], bandwidth: f64) -> Result<Job> {
    let reference = Arc::clone(reference.core()?);
    MutualJob::new(reference, queries, bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// Plain rows of a table of atoms. A `BufferSlice` is what can be written to without copying: any
/// view of memory.
#[napi(
    catch_unwind,
    ts_args_type = "bytes: Uint8Array, kinds: Uint8Array, widths: Uint32Array, values: Float64Array"
)]
pub fn read_rows(
    bytes: &[u8],
    kinds: &[u8],
    widths: &[u32],
    mut values: BufferSlice<'_>,
) -> Result<Uint32Array> {
    let values = bytemuck::try_cast_slice_mut(&mut values)
        .map_err(|error| napi::Error::from_reason(format!("INTERNAL: values of a table: {error}")))?;
    Column::list(kinds, widths)
        .and_then(|columns| quests::table::read_rows(bytes, &columns, values))
        .map(|rows| rows.numbers().into())
        .map_err(thrown)
}

/// log p of every query within a tolerance. The array is copied: the caller may change it
/// afterwards.
#[napi(catch_unwind)]
pub fn estimate(
    reference: &Reference,
    queries: &[f64],
    bandwidth: f64,
    tolerance: f64,
    seed: f64,
) -> Result<Job> {
    let reference = Arc::clone(reference.core()?);
    EstimateJob::new(reference, queries, bandwidth, tolerance, seed)
        .map(Job::new)
        .map_err(thrown)
}

/// Share of all pairs of rows that the exact sums of a set within itself take.
#[napi(catch_unwind)]
pub fn share_of_pairs(reference: &Reference) -> Result<f64> {
    reference.core()?.share_of_pairs().map_err(thrown)
}

/// Bounds of log p of every row of a set within itself.
#[napi(catch_unwind)]
pub fn log_bounds(reference: &Reference, bandwidth: f64) -> Result<Job> {
    BoundsJob::new(Arc::clone(reference.core()?), bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// log of the kernel sum of every query over its nearest reference rows. The array is copied: the
/// caller may change it afterwards.
#[napi(catch_unwind)]
pub fn nearest_sums(reference: &Reference, queries: &[f64], neighbors: f64, bandwidth: f64) -> Result<Job> {
    let reference = Arc::clone(reference.core()?);
    NearestJob::new(reference, queries, neighbors, bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// Distance of every query to its n-th nearest reference row. The array is copied: the caller may
/// change it afterwards.
#[napi(catch_unwind)]
pub fn nearest_distances(reference: &Reference, queries: &[f64], neighbors: f64) -> Result<Job> {
    let reference = Arc::clone(reference.core()?);
    NearestJob::distances(reference, queries, neighbors)
        .map(Job::new)
        .map_err(thrown)
}

/// Bounds of log p of every query, equal for the least of them. The array is copied: the caller may
/// change it afterwards.
#[napi(catch_unwind)]
pub fn least_sums(
    reference: &Reference,
    queries: &[f64],
    bandwidth: f64,
    rank: f64,
    epsilon: f64,
) -> Result<Job> {
    let reference = Arc::clone(reference.core()?);
    LeastSumsJob::new(reference, queries, bandwidth, rank, epsilon)
        .map(Job::new)
        .map_err(thrown)
}

/// The methods of `select`, one on each line: name, `nested`, and what it needs.
#[napi]
pub fn selection_methods() -> String {
    quests::select::methods()
}

/// Picks structures to keep. The arrays are copied: the caller may change them afterwards.
#[napi(catch_unwind)]
#[allow(
    clippy::too_many_arguments,
    reason = "the boundary is flat: arrays and scalars only"
)]
pub fn select(
    method: String,
    matrix: &[f64],
    width: u32,
    offsets: &[u32],
    known: &[f64],
    count: f64,
    bandwidth: f64,
    seed: f64,
    target: f64,
    epsilon: f64,
    forces: &[f64],
) -> Result<Job> {
    let options = Options {
        count,
        bandwidth,
        seed,
        known: known.to_vec(),
        target,
        epsilon,
        forces: forces.to_vec(),
    };
    quests::select::select(&method, matrix, width as usize, offsets, &options)
        .map(Job::new)
        .map_err(thrown)
}

/// H and D of the first 1, 2, … structures of an order. The arrays are copied: the caller may
/// change them afterwards.
#[napi(catch_unwind)]
pub fn nested(matrix: &[f64], width: u32, offsets: &[u32], order: &[u32], bandwidth: f64) -> Result<Job> {
    NestedJob::new(matrix, width as usize, offsets, order, bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// Pairs of atoms closer than their radii allow, with the vectors between them, and atoms without
/// neighbours.
#[napi(catch_unwind)]
pub fn contacts(
    positions: &[f64],
    offsets: &[u32],
    cells: &[f64],
    pbc: &[u8],
    radii: &[f64],
    fraction: f64,
    cutoff: f64,
) -> Result<Job> {
    let frames = Frames::new(
        positions.to_vec(),
        offsets.to_vec(),
        cells.to_vec(),
        pbc.to_vec(),
        Vec::new(),
        0,
    );
    frames
        .and_then(|frames| ContactJob::new(frames, radii, fraction, cutoff))
        .map(Job::new)
        .map_err(thrown)
}

/// First row and first frame that each row and frame of a reference is a duplicate of.
#[napi(catch_unwind)]
pub fn duplicates(reference: &Reference, offsets: &[u32], labels: &[u32], distances: &[f64]) -> Result<Job> {
    let reference = Arc::clone(reference.core()?);
    DuplicateJob::new(reference, offsets, labels, distances)
        .map(Job::new)
        .map_err(thrown)
}

/// log of the kernel sum of rows of a reference, or of all, over all others.
#[napi(catch_unwind)]
pub fn leave_one_out_sums(reference: &Reference, rows: &[u32], bandwidth: f64) -> Result<Job> {
    let reference = Arc::clone(reference.core()?);
    LeaveOneOutJob::new(reference, rows, bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// H = log N − mean log p.
#[napi(catch_unwind)]
pub fn entropy(log_sums: &[f64]) -> Result<f64> {
    quests::entropy::entropy(log_sums).map_err(thrown)
}

/// D = log Σ 1/p.
#[napi(catch_unwind)]
pub fn diversity(log_sums: &[f64]) -> Result<f64> {
    quests::entropy::diversity(log_sums).map_err(thrown)
}

/// Share of the queries with −log p below ε.
#[napi(catch_unwind)]
pub fn overlap(log_sums: &[f64], epsilon: f64) -> Result<f64> {
    quests::coverage::overlap(log_sums, epsilon).map_err(thrown)
}

/// Bandwidth for a volume per atom.
#[napi(catch_unwind)]
pub fn bandwidth(volume: f64, method: String) -> Result<f64> {
    quests::kernel::bandwidth(volume, &method).map_err(thrown)
}

/// What JavaScript sees of an error of the core.
fn thrown(error: quests::Error) -> napi::Error {
    napi::Error::from_reason(format!("{}: {error}", error.code()))
}
