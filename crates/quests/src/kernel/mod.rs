//! Kernel sums p(y) = Σ_j K(y, x_j) with K(x, y) = exp(−|x − y|²/2h²), as logarithms.
//!
//! - `points`: rows of a matrix, put in order so that rows that are near each other lie together.
//! - `sums`: exact sums over pairs of rows, and sums over a few nearest rows or all other rows.
//! - `estimate`: sums within a tolerance, by sampling.
//! - `out_of_core`: sums over sets that do not fit the memory.
//! - `duplicates`: rows and frames that are there already.
//! - `bandwidth` and `checks`: bandwidths for a volume per atom, and what is refused.
//!
//! Imports go from the last of these to the first, never back; `tests/layers.rs` holds them to it.

mod bandwidth;
mod checks;
mod duplicates;
mod estimate;
pub mod out_of_core;
mod points;
mod sums;

pub use bandwidth::bandwidth;
pub(crate) use checks::{check_bandwidth, check_exponents};
pub use duplicates::DuplicateJob;
pub use estimate::{BoundsJob, EstimateJob};
pub(crate) use estimate::{Draw, check_seed};
pub use points::Reference;
pub(crate) use points::{
    AXES, Axes, Bounds, PANEL_VECTORS, Projection, check_matrix, largest_value, order_by_locality,
};
pub use sums::{KernelJob, LeastSumsJob, LeaveOneOutJob, MutualJob, NearestJob, Precision};
pub(crate) use sums::{half_squared_distances, negligible_exponent, squared_distances, sum_blocks};
