//! Information theory for atomistic simulation: descriptors of atomic environments, kernel sums,
//! entropy, diversity, differential entropy and overlap. Pure mathematics: no JavaScript, no I/O,
//! no printing. Units are Å, 1/Å and nats.
//!
//! Imports point to the left, and `tests/layers.rs` holds them to it:
//!
//! - for all: `error ← math, message, parallel, profile, room, simd ← job`
//! - from atoms to descriptors: `structure ← neighbors ← environment, frame_steps ← descriptor,
//!   contacts`
//! - from descriptors to results: `kernel ← entropy ← coverage, select`, which know no atoms
//! - `table` reads rows of text files; `remote` computes steps of jobs of another instance, so it
//!   knows all that have such steps.
//!
//! Source of the definitions: D. Schwalbe-Koda et al., Nat. Commun. 16, 4014 (2025),
//! arXiv 2404.12367.

mod error;
mod frame_steps;
mod job;
mod message;
mod parallel;
mod room;

pub mod contacts;
pub mod coverage;
pub mod descriptor;
pub mod entropy;
pub mod environment;
pub mod kernel;
pub mod math;
pub mod neighbors;
pub mod profile;
pub mod remote;
pub mod select;
pub mod simd;
pub mod structure;
pub mod table;

pub use error::{BadFrame, Error, Result};
pub use job::Job;
pub use parallel::{set_threads, threads};
