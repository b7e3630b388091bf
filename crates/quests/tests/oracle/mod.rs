//! The obvious implementation: every definition written down as it is stated, with no regard for
//! speed, sharing no code with the core. The core is pinned to it.
//!
//! Atoms are compared with every image of every atom, environments are sorted whole, kernels are
//! summed over direct differences. Units are Å, 1/Å and nats.

mod descriptor;
mod kernel;
mod neighbors;
mod structure;

pub use descriptor::descriptors;
pub use kernel::{KernelSums, bandwidth, diversity, entropy, kernel_sums, overlap};
pub use neighbors::{closest_approach, neighbors};
pub use structure::{Structure, Vector, dot, norm};
