//! Structures to try: random ones, perfect crystals, dense and dilute gases, and the same ones
//! written differently.

mod crystals;
mod gas;
mod random;
mod rewriting;

pub use crystals::crystals;
pub use gas::{gas, in_clusters};
pub use random::{BOUNDARIES, cutoff, neighbor_count, structure, structure_in};
pub use rewriting::{Rewriting, rewriting, rotation};
