//! Kernel sums p(y) = Σ_j K(y, x_j) with K(x, y) = exp(−|x − y|²/2h²), as logarithms.
//!
//! `axes` and `order` put rows that are near each other together, `reference` and `queries` hold them in the layout the
//! sums want, `pairs` computes exponents of kernels and `exponentials` their sums, `single` both in single precision, `tile` one block of
//! them, `far` takes again the queries whose sum is small, `job` cuts the work into blocks and adds them up in a fixed order; `estimate` samples cells (`cells`, `sampled`, `draw`) in place of
//! summing all, `nearest` sums over a few nearest rows, `others` over all but the row itself, `parts` over the structures of
//! a set as they are picked; `pieces` over sets that are not in memory as a whole; `duplicates` finds rows that are there already.

mod axes;
mod cells;
mod draw;
mod duplicates;
mod estimate;
mod exponentials;
mod far;
mod group;
mod job;
mod kept;
mod nearest;
mod order;
mod others;
mod pairs;
mod parts;
pub mod pieces;
mod queries;
mod reference;
mod sampled;
mod single;
mod tile;

pub(crate) use draw::{Draw, check_seed};
pub use duplicates::DuplicateJob;
pub use estimate::EstimateJob;
pub use job::KernelJob;
pub(crate) use job::sum_blocks;
pub(crate) use kept::{Kept, Progress};
pub use nearest::NearestJob;
pub use others::OthersJob;
pub(crate) use parts::{Part, Parts, Single, log_add};
pub use reference::Reference;
pub use single::Precision;

use crate::{Error, Result};

/// Checks a bandwidth h, in 1/Å.
pub(crate) fn check_bandwidth(h: f64) -> Result<()> {
    if h > 0.0 && h.is_finite() && (1.0 / (h * h)).is_finite() {
        Ok(())
    } else {
        Err(Error::Argument(format!(
            "bandwidth is {h:?}, expected a positive number of 1/Å above 1e-150"
        )))
    }
}

/// Refuses differences of values so large, for bandwidths so narrow, that the exponent overflows.
pub(crate) fn check_exponents(difference: f64, width: usize, bandwidths: &[f64]) -> Result<()> {
    let exponent = |h: f64| width as f64 * (difference * difference) / (h * h);
    match bandwidths.iter().find(|h| !exponent(**h).is_finite()) {
        None => Ok(()),
        Some(h) => Err(Error::Argument(format!(
            "bandwidth {h:?} is too narrow for values as large as these"
        ))),
    }
}

/// Bandwidth for a volume per atom V (Å³): `gaussian` gives 0.0897141·exp(−½(V/10.896)²) + 0.0119417, `cutoff` gives
/// 0.086164·w(ln²V; 11.61172) + 0.016, with the weight function w of the descriptor.
///
/// Source: fits of arXiv 2404.12367, as in the Python package.
///
/// # Errors
/// [`Error::Argument`] for a volume that is not positive or a method of another name.
pub fn bandwidth(volume: f64, method: &str) -> Result<f64> {
    if !(volume > 0.0 && volume.is_finite()) {
        return Err(Error::Argument(format!(
            "volume per atom is {volume:?}, expected a positive number of Å³"
        )));
    }
    match method {
        "gaussian" => Ok(0.089_714_1 * (-0.5 * (volume / 10.896).powi(2)).exp() + 0.011_941_7),
        "cutoff" => {
            let reduced = volume.ln().powi(2).min(11.611_72) / 11.611_72;
            Ok(0.086_164 * (1.0 - reduced * reduced).powi(2) + 0.016)
        }
        _ => Err(Error::Argument(format!(
            "method is {method}, expected gaussian or cutoff"
        ))),
    }
}
