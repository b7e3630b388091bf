//! Random descriptor matrices, and kernel problems made of them.

mod noise;
mod problem;

pub use noise::Noise;
pub use problem::{Layout, Problem, Recipe, recipe};
