//! Selection: which structures of a set to keep.
//!
//! `method` lists the methods. `greedy` is what those have in common that pick one structure after
//! the other: `msc`, `atom_msc`, `fps`, `mean_fps`, `gradient_fps` and `log_det`. `k_means` and
//! `random` are of another kind. `structure_set` and `growing_set` hold rows and sum over them;
//! `preparation` computes what is needed of each structure on its own, `nested` the entropy and
//! diversity of the first 1, 2, 3, … structures of an order.
//!
//! Sources: arXiv 2511.10561, and the Python package, whose picks are the same.

mod atom_msc;
mod fps;
mod greedy;
mod growing_set;
mod k_means;
mod log_det;
mod mean_fps;
mod method;
mod msc;
mod nested;
mod preparation;
mod random;
mod structure_set;

pub use method::{Method, Need, methods};
pub use nested::NestedJob;

use crate::kernel::check_seed;
use crate::room::copied;
use crate::{Error, Job, Result};
use atom_msc::AtomMscJob;
use fps::FpsJob;
use k_means::KMeansJob;
use log_det::LogDetJob;
use mean_fps::MeanFpsJob;
use method::Algorithm;
use msc::MscJob;
use random::RandomJob;
use structure_set::StructureSet;

/// What a selection is asked for. A method ignores what it doesn't need ([`Method::needs`]).
#[derive(Debug, Clone)]
pub struct Options {
    /// Structures to keep at most, from 1 to all.
    pub count: f64,
    /// h, in 1/Å.
    pub bandwidth: f64,
    /// A whole number from 0 to 2⁵³ − 1.
    pub seed: f64,
    /// log p of every environment with respect to the structures you already have; −∞ where these
    /// know nothing of it. Empty, or −∞ throughout, for no such structures.
    pub known: Vec<f64>,
    /// Share of the environments to cover, after which `atom_msc` stops.
    pub target: f64,
    /// ε of `atom_msc`: environments with δH below it are covered.
    pub epsilon: f64,
    /// For `gradient_fps`: the norm of the forces of each structure, in any unit, at least 0.
    pub forces: Vec<f64>,
}

/// Plans a selection among the structures of a row-major matrix of `width` columns; `offsets` has
/// the first row of each structure, then the number of rows.
///
/// The result of the job is the number n of picks, their indices in the order of the picks, the
/// gain of each, and then the entropy of each structure, if the method uses entropies:
///
/// - `msc`: the structure of highest entropy first, or none if there is a known set; then
///   repeatedly the structure with the largest
///   [max over its environments of δH(environment | picked so far)] + its own entropy. The gain is
///   that max.
/// - `atom_msc`: repeatedly the structure with the most environments that are not covered, δH ≥ ε;
///   the gain is their number. Stops once the target is reached.
/// - `fps`: the structure of highest entropy first; then repeatedly the one whose mean distance to
///   the nearest picked structure is largest, over all pairs of environments. The gain is that
///   distance.
/// - `mean_fps`: a random structure first; then repeatedly the one whose mean environment is
///   farthest from those of all picks. The gain is that distance.
/// - `gradient_fps`: the same by the distance times a power of the force of the structure, 1, 0 and
///   −1 in turns, beginning with a structure drawn in proportion to the forces. The gain is the
///   distance (arXiv 2510.08906 has the score).
/// - `log_det`: repeatedly the structure that tells most of a linear model on the descriptor,
///   ½ log det(I + Φ A⁻¹ Φᵀ); the gain is that, in nats.
/// - `k_means`, `k_means_entropy`: k-means++ and Lloyd's algorithm on the mean environments; of
///   each cluster a random structure, or that of highest entropy. The gain is the size of the
///   cluster.
/// - `random`: without replacement. The gain is NaN.
///
/// Where gains agree within rounding, the structure that comes first is taken.
///
/// # Errors
/// [`Error::Argument`] for an unknown method, a count that is no whole number from 1 to that of
/// structures, structures without environments, other options outside their domain, and all that
/// [`crate::kernel::KernelJob`] refuses.
pub fn select(
    method: &str,
    matrix: &[f64],
    width: usize,
    offsets: &[u32],
    options: &Options,
) -> Result<Box<dyn Job + Send>> {
    let set = StructureSet::new(
        copied(matrix, "structures")?,
        width,
        offsets.to_vec(),
        options.bandwidth,
    )?;
    let structures = set.count();
    if !(1.0..=structures as f64).contains(&options.count) || options.count.fract() != 0.0 {
        return Err(Error::Argument(format!(
            "number of structures to keep is {:?}, expected a whole number from 1 to {structures}",
            options.count
        )));
    }
    let count = options.count as usize;
    let seed = check_seed(options.seed)?;
    let known = checked_known(&options.known, set.rows())?;
    let method = Method::named(method)?;
    let (target, epsilon) = (options.target, options.epsilon);
    Ok(match method.algorithm {
        Algorithm::Msc => Box::new(MscJob::new(set, count, known)),
        Algorithm::AtomMsc => Box::new(AtomMscJob::new(set, count, known, target, epsilon)?),
        Algorithm::Fps => Box::new(FpsJob::new(set, count)),
        Algorithm::MeanFps => Box::new(MeanFpsJob::new(&set, count, seed)),
        Algorithm::GradientFps => Box::new(MeanFpsJob::guided(&set, count, seed, &options.forces)?),
        Algorithm::LogDet => Box::new(LogDetJob::new(set, count)),
        Algorithm::KMeans => Box::new(KMeansJob::new(set, count, seed, false)),
        Algorithm::KMeansEntropy => Box::new(KMeansJob::new(set, count, seed, true)),
        Algorithm::Random => Box::new(RandomJob::new(structures, count, seed)),
    })
}

/// log p of each row with respect to the known set; empty if there is none.
fn checked_known(known: &[f64], rows: usize) -> Result<Vec<f64>> {
    if known.iter().all(|log| *log == f64::NEG_INFINITY) {
        return Ok(Vec::new());
    }
    if known.len() != rows {
        return Err(Error::Argument(format!(
            "{} log kernel sums are known, expected one per environment: {rows}",
            known.len()
        )));
    }
    match known.iter().position(|log| log.is_nan() || *log == f64::INFINITY) {
        None => Ok(known.to_vec()),
        Some(at) => Err(Error::Argument(format!(
            "log kernel sum {at} is {}, expected a number or −∞",
            known[at]
        ))),
    }
}

/// A structure that was picked, and what it gained.
#[derive(Debug, Clone, Copy)]
struct Pick {
    index: usize,
    gain: f64,
}

/// The result of a job; see [`select`].
fn answer(picks: &[Pick], entropies: &[f64]) -> Vec<f64> {
    let mut out = vec![picks.len() as f64];
    out.extend(picks.iter().map(|pick| pick.index as f64));
    out.extend(picks.iter().map(|pick| pick.gain));
    out.extend(entropies);
    out
}
