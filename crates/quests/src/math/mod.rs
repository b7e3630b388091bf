//! Mathematics that several subjects share, each in one place.

mod cholesky;
mod distance;
mod lattice;
mod log_add;
mod radix_sort;
mod vector;

pub(crate) use cholesky::{add_square, factorise, log_determinant, solve_transposed};
pub(crate) use distance::{squared_distance, squared_distance_up_to};
pub(crate) use lattice::Lattice;
pub(crate) use log_add::log_add;
pub use radix_sort::{ordered_bits, radix_sort};
pub use vector::Vector;
pub(crate) use vector::{norm, plus, squared_norm};
