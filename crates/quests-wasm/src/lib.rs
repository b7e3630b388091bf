//! WebAssembly binding: borrow → core call → wrap. The names are those of `CoreModule` in
//! `ts/backend/backend.ts`; what the core refuses is thrown as `CODE: text`.

mod job;
pub mod pieces;
mod reference;

use std::sync::Arc;

use quests::contacts::ContactJob;
use quests::descriptor::{DescriptorJob, Elements, MovedJob};
use quests::kernel::{
    BoundsJob, DuplicateJob, EstimateJob, KernelJob, LeastSumsJob, LeaveOneOutJob, MutualJob, NearestJob,
    Precision,
};
use quests::select::{NestedJob, Options};
use quests::structure::Frames;
use quests::table::Column;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

use job::Job;
use reference::Reference;

type Result<T> = std::result::Result<T, JsError>;

/// A panic is our mistake; without this it reaches JavaScript as a bare `unreachable`. So an array
/// that is larger than the memory can be reaches it, as one that the memory has no more room for
/// does: `ts/backend/out-of-memory.ts` knows the sizes and says so.
#[wasm_bindgen(start, private)]
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        if panic.payload().downcast_ref::<&str>() == Some(&"capacity overflow") {
            std::process::abort();
        }
        wasm_bindgen::throw_str(&format!("INTERNAL: {panic}"))
    }));
}

/// Version of the core.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Instruction set in use.
#[wasm_bindgen]
pub fn simd() -> Result<String> {
    quests::simd::level().map(str::to_owned).map_err(thrown)
}

/// Forces an instruction set by name.
#[wasm_bindgen(js_name = setSimd)]
pub fn set_simd(name: &str) -> Result<()> {
    let level = quests::simd::Level::named(name);
    level
        .and_then(|level| quests::simd::force(Some(level)))
        .map_err(thrown)
}

/// Threads in use.
#[wasm_bindgen]
pub fn threads() -> u32 {
    u32::try_from(quests::threads()).unwrap_or(u32::MAX)
}

/// Sets the number of threads; 0 means as many as the machine offers.
#[wasm_bindgen(js_name = setThreads)]
pub fn set_threads(count: u32) -> Result<()> {
    quests::set_threads(count as usize).map_err(thrown)
}

/// Descriptors of frames laid end to end.
#[wasm_bindgen]
#[allow(
    clippy::too_many_arguments,
    reason = "the boundary is flat: arrays and scalars only"
)]
pub fn describe(
    positions: Vec<f64>,
    offsets: Vec<u32>,
    cells: Vec<f64>,
    pbc: Vec<u8>,
    species: Vec<u32>,
    #[wasm_bindgen(js_name = speciesCount)] species_count: u32,
    labels: &[f64],
    channels: &[f64],
    k: f64,
    cutoff: f64,
) -> Result<Job> {
    let frames = Frames::new(positions, offsets, cells, pbc, species, species_count);
    let elements = Elements::new(species_count as usize, labels, channels);
    let job = frames
        .and_then(|frames| DescriptorJob::with_elements(frames, k, cutoff, elements?))
        .map_err(thrown)?;
    Ok(Job::new(job))
}

/// Descriptors that a move of some atoms changes.
#[wasm_bindgen(js_name = describeMoved)]
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
    #[wasm_bindgen(js_name = speciesCount)] species_count: u32,
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
#[wasm_bindgen(js_name = closestPair)]
pub fn closest_pair(positions: &[f64], cell: &[f64], pbc: u8, radius: f64) -> Result<Vec<f64>> {
    Frames::one(positions, cell, pbc, &[], 0)
        .and_then(|frames| quests::neighbors::closest_pair(&frames.frame(0), 0, radius))
        .map(|pair| pair.map_or_else(Vec::new, |pair| pair.numbers().to_vec()))
        .map_err(thrown)
}

/// Prepares a row-major matrix of `width` columns.
#[wasm_bindgen]
pub fn reference(matrix: &[f64], width: u32) -> Result<Reference> {
    quests::kernel::Reference::new(matrix, width as usize)
        .map(Reference::new)
        .map_err(thrown)
}

/// log p of every query under every bandwidth, in single precision or in double.
#[wasm_bindgen(js_name = kernelSums)]
pub fn kernel_sums(
    reference: &Reference,
    queries: &[f64],
    bandwidths: &[f64],
    weights: &[f64],
    single: bool,
) -> Result<Job> {
    let reference = Arc::clone(reference.core());
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
#[wasm_bindgen(js_name = mutualSums)]
pub fn mutual_sums(reference: &Reference, queries: &[f64], bandwidth: f64) -> Result<Job> {
    let reference = Arc::clone(reference.core());
    MutualJob::new(reference, queries, bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// Plain rows of a table of atoms.
#[wasm_bindgen(js_name = readRows)]
pub fn read_rows(bytes: &[u8], kinds: &[u8], widths: &[u32], values: &mut [f64]) -> Result<Vec<u32>> {
    Column::list(kinds, widths)
        .and_then(|columns| quests::table::read_rows(bytes, &columns, values))
        .map(|rows| rows.numbers().to_vec())
        .map_err(thrown)
}

/// Computes a step of a job that lives in another instance of the module.
#[wasm_bindgen(js_name = computeRemoteStep)]
pub fn compute_remote_step(message: &[f64]) -> Result<Vec<f64>> {
    quests::remote::compute_remote_step(message).map_err(thrown)
}

/// log p of every query within a tolerance.
#[wasm_bindgen]
pub fn estimate(
    reference: &Reference,
    queries: &[f64],
    bandwidth: f64,
    tolerance: f64,
    seed: f64,
) -> Result<Job> {
    let reference = Arc::clone(reference.core());
    EstimateJob::new(reference, queries, bandwidth, tolerance, seed)
        .map(Job::new)
        .map_err(thrown)
}

/// Share of all pairs of rows that the exact sums of a set within itself take.
#[wasm_bindgen(js_name = shareOfPairs)]
pub fn share_of_pairs(reference: &Reference) -> Result<f64> {
    reference.core().share_of_pairs().map_err(thrown)
}

/// Bounds of log p of every row of a set within itself.
#[wasm_bindgen(js_name = logBounds)]
pub fn log_bounds(reference: &Reference, bandwidth: f64) -> Result<Job> {
    BoundsJob::new(Arc::clone(reference.core()), bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// log of the kernel sum of every query over its nearest reference rows.
#[wasm_bindgen(js_name = nearestSums)]
pub fn nearest_sums(reference: &Reference, queries: &[f64], neighbors: f64, bandwidth: f64) -> Result<Job> {
    let reference = Arc::clone(reference.core());
    NearestJob::new(reference, queries, neighbors, bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// Distance of every query to its n-th nearest reference row.
#[wasm_bindgen(js_name = nearestDistances)]
pub fn nearest_distances(reference: &Reference, queries: &[f64], neighbors: f64) -> Result<Job> {
    let reference = Arc::clone(reference.core());
    NearestJob::distances(reference, queries, neighbors)
        .map(Job::new)
        .map_err(thrown)
}

/// Bounds of log p of every query, equal for the least of them.
#[wasm_bindgen(js_name = leastSums)]
pub fn least_sums(
    reference: &Reference,
    queries: &[f64],
    bandwidth: f64,
    rank: f64,
    epsilon: f64,
) -> Result<Job> {
    let reference = Arc::clone(reference.core());
    LeastSumsJob::new(reference, queries, bandwidth, rank, epsilon)
        .map(Job::new)
        .map_err(thrown)
}

/// The methods of `select`, one on each line: name, `nested`, and what it needs.
#[wasm_bindgen(js_name = selectionMethods)]
pub fn selection_methods() -> String {
    quests::select::methods()
}

/// Picks structures to keep.
#[wasm_bindgen]
#[allow(
    clippy::too_many_arguments,
    reason = "the boundary is flat: arrays and scalars only"
)]
pub fn select(
    method: &str,
    matrix: &[f64],
    width: u32,
    offsets: &[u32],
    known: Vec<f64>,
    count: f64,
    bandwidth: f64,
    seed: f64,
    target: f64,
    epsilon: f64,
    forces: Vec<f64>,
) -> Result<Job> {
    let options = Options {
        count,
        bandwidth,
        seed,
        known,
        target,
        epsilon,
        forces,
    };
    quests::select::select(method, matrix, width as usize, offsets, &options)
        .map(Job::new)
        .map_err(thrown)
}

/// H and D of the first 1, 2, … structures of an order.
#[wasm_bindgen]
pub fn nested(matrix: &[f64], width: u32, offsets: &[u32], order: &[u32], bandwidth: f64) -> Result<Job> {
    NestedJob::new(matrix, width as usize, offsets, order, bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// Pairs of atoms closer than their radii allow, with the vectors between them, and atoms without
/// neighbours.
#[wasm_bindgen]
pub fn contacts(
    positions: Vec<f64>,
    offsets: Vec<u32>,
    cells: Vec<f64>,
    pbc: Vec<u8>,
    radii: &[f64],
    fraction: f64,
    cutoff: f64,
) -> Result<Job> {
    let frames = Frames::new(positions, offsets, cells, pbc, Vec::new(), 0);
    frames
        .and_then(|frames| ContactJob::new(frames, radii, fraction, cutoff))
        .map(Job::new)
        .map_err(thrown)
}

/// First row and first frame that each row and frame of a reference is a duplicate of.
#[wasm_bindgen]
pub fn duplicates(reference: &Reference, offsets: &[u32], labels: &[u32], distances: &[f64]) -> Result<Job> {
    let reference = Arc::clone(reference.core());
    DuplicateJob::new(reference, offsets, labels, distances)
        .map(Job::new)
        .map_err(thrown)
}

/// log of the kernel sum of rows of a reference, or of all, over all others.
#[wasm_bindgen(js_name = leaveOneOutSums)]
pub fn leave_one_out_sums(reference: &Reference, rows: &[u32], bandwidth: f64) -> Result<Job> {
    let reference = Arc::clone(reference.core());
    LeaveOneOutJob::new(reference, rows, bandwidth)
        .map(Job::new)
        .map_err(thrown)
}

/// H = log N − mean log p.
#[wasm_bindgen]
pub fn entropy(#[wasm_bindgen(js_name = logSums)] log_sums: &[f64]) -> Result<f64> {
    quests::entropy::entropy(log_sums).map_err(thrown)
}

/// D = log Σ 1/p.
#[wasm_bindgen]
pub fn diversity(#[wasm_bindgen(js_name = logSums)] log_sums: &[f64]) -> Result<f64> {
    quests::entropy::diversity(log_sums).map_err(thrown)
}

/// Share of the queries with −log p below ε.
#[wasm_bindgen]
pub fn overlap(#[wasm_bindgen(js_name = logSums)] log_sums: &[f64], epsilon: f64) -> Result<f64> {
    quests::coverage::overlap(log_sums, epsilon).map_err(thrown)
}

/// Bandwidth for a volume per atom.
#[wasm_bindgen]
pub fn bandwidth(volume: f64, method: &str) -> Result<f64> {
    quests::kernel::bandwidth(volume, method).map_err(thrown)
}

/// What JavaScript sees of an error of the core.
fn thrown(error: quests::Error) -> JsError {
    JsError::new(&format!("{}: {error}", error.code()))
}
