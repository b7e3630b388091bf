//! Sums of kernels over pairs of rows.
//!
//! - `job` cuts the work into blocks and adds them up in a fixed order, `mutual` adds each pair to
//!   both of its rows, `in_turn` chooses between it and two passes, `remote` hands blocks to other
//!   instances of the module.
//! - `counted` sums rows that are equal to the bit once.
//! - `block` sums one block: the queries of a leaf and some leaves of the reference. `pairs`
//!   computes exponents of kernels, `exponentials` adds up their exponentials, `single_precision`
//!   does both in `f32`, and `group` is what they share.
//! - `negligible` says which kernels are left out. `distant_queries` recomputes the queries whose
//!   sum is so small that these, or underflow, could matter.
//! - `leave_one_out` sums over all rows but the row itself, `nearest` over a few nearest rows,
//!   whose distances it knows, too.
//! - `least_sums` finds the least sums without all of them, from bounds: `partial_sums` makes these
//!   of sums over a few leaves, which `near_leaves` finds.

mod block;
mod counted;
mod distant_queries;
mod exponentials;
mod group;
mod in_turn;
mod job;
mod least_sums;
mod leave_one_out;
mod mutual;
mod near_leaves;
mod nearest;
mod negligible;
mod pairs;
mod partial_sums;
mod remote;
mod row_distances;
mod single_precision;

pub(super) use block::Block;
pub(super) use distant_queries::{leaves_by_distance, log_sums};
pub(super) use exponentials::{SIGNS, SampleWeights, Weighted};
pub(super) use group::Group;
pub use in_turn::MutualJob;
pub(super) use job::BLOCK_LEAVES;
pub use job::KernelJob;
pub use least_sums::LeastSumsJob;
pub use leave_one_out::LeaveOneOutJob;
pub use nearest::NearestJob;
pub(crate) use negligible::negligible_exponent;
pub(super) use negligible::{SMALL_SUM, squared_reach};
pub(super) use pairs::Work;
pub(crate) use remote::sum_blocks;
pub(crate) use row_distances::{half_squared_distances, squared_distances};
pub use single_precision::Precision;

/// Adds terms to sums, one to each.
pub(super) fn add_to(sums: &mut [f64], terms: &[f64]) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum += term;
    }
}
