//! The core's jobs, run whole.

use crate::oracle::Structure;
use quests::descriptor::{DescriptorJob, Elements};
use quests::kernel::{EstimateJob, KernelJob, MutualJob, Precision, Reference};
use quests::structure::Frames;
use quests::{Job, Result};
use std::sync::Arc;

/// Runs all steps of a job.
pub fn run(mut job: impl Job) -> Result<Vec<f64>> {
    for step in 0..job.steps() {
        job.step(step)?;
    }
    job.finish()
}

/// The structures laid end to end, with species where `species_count` is not 0.
pub fn frames(structures: &[Structure], species_count: u32) -> Result<Frames> {
    let mut offsets = vec![0];
    for structure in structures {
        offsets.push(offsets[offsets.len() - 1] + structure.len() as u32);
    }
    let species = if species_count == 0 {
        |_: &Structure| Vec::new()
    } else {
        |s: &Structure| s.species.clone()
    };
    Frames::new(
        structures
            .iter()
            .flat_map(|structure| structure.positions.concat())
            .collect(),
        offsets,
        structures
            .iter()
            .flat_map(|structure| structure.cell.concat())
            .collect(),
        structures.iter().map(boundary_bits).collect(),
        structures.iter().flat_map(species).collect(),
        species_count,
    )
}

/// Descriptors of all atoms of all structures, one after the other.
pub fn describe(structures: &[Structure], k: usize, cutoff: f64, species_count: u32) -> Result<Vec<f64>> {
    run(DescriptorJob::new(
        frames(structures, species_count)?,
        k as f64,
        cutoff,
    )?)
}

/// Labels and weights in two channels, for two species.
pub fn elements() -> Elements {
    Elements::new(2, &[7.0, 300.0], &[0.25, 2.0, 4.0, 0.5]).unwrap()
}

/// The same with [`elements`].
pub fn describe_channels(structures: &[Structure], k: usize, cutoff: f64) -> Result<Vec<f64>> {
    let frames = frames(structures, 2)?;
    run(DescriptorJob::with_elements(
        frames,
        k as f64,
        cutoff,
        elements(),
    )?)
}

/// Descriptors of one structure, a row per atom.
pub fn rows(structure: &Structure, k: usize, cutoff: f64) -> Result<Vec<Vec<f64>>> {
    let matrix = describe(std::slice::from_ref(structure), k, cutoff, 0)?;
    Ok(matrix.chunks_exact(2 * k - 1).map(<[f64]>::to_vec).collect())
}

/// log p, bandwidths × queries, and after it the weighted means where there are weights.
pub fn kernel_sums(
    reference: &[f64],
    width: usize,
    queries: &[f64],
    bandwidths: &[f64],
    weights: &[f64],
) -> Result<Vec<f64>> {
    run(KernelJob::new(
        Arc::new(Reference::new(reference, width)?),
        queries,
        bandwidths,
        weights,
    )?)
}

/// log p, bandwidths × queries, from kernels in single precision.
pub fn single_sums(reference: &[f64], width: usize, queries: &[f64], bandwidths: &[f64]) -> Result<Vec<f64>> {
    let reference = Arc::new(Reference::new(reference, width)?);
    run(KernelJob::new(reference, queries, bandwidths, &[])?.with_precision(Precision::Single))
}

/// log p of the queries with respect to the reference, then of the reference's rows with respect to
/// the queries.
pub fn mutual_sums(reference: &[f64], width: usize, queries: &[f64], bandwidth: f64) -> Result<Vec<f64>> {
    let reference = Arc::new(Reference::new(reference, width)?);
    run(MutualJob::new(reference, queries, bandwidth)?)
}

/// log p, its half-widths, and the half-width of their mean; by sampling or not, whichever takes
/// less time.
pub fn estimate(
    reference: &[f64],
    width: usize,
    queries: &[f64],
    bandwidth: f64,
    tolerance: f64,
    seed: f64,
) -> Result<Vec<f64>> {
    let reference = Arc::new(Reference::new(reference, width)?);
    run(EstimateJob::new(reference, queries, bandwidth, tolerance, seed)?)
}

/// The same, always by sampling.
pub fn sampled_estimate(
    reference: &[f64],
    width: usize,
    queries: &[f64],
    bandwidth: f64,
    tolerance: f64,
    seed: f64,
) -> Result<Vec<f64>> {
    let reference = Arc::new(Reference::new(reference, width)?);
    run(EstimateJob::sampled(
        reference, queries, bandwidth, tolerance, seed,
    )?)
}

fn boundary_bits(structure: &Structure) -> u8 {
    (0..3)
        .map(|direction| u8::from(structure.pbc[direction]) << direction)
        .sum()
}
