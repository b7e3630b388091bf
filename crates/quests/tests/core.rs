//! The core against the obvious implementation in `oracle`, and against what must hold whatever the
//! numbers are.
//!
//! One program for all properties, so that the core is linked once. Environment variables:
//!
//! - `QUESTS_CASES`: how many random cells the descriptors are compared on, 320 unless given; the
//!   other properties take a fixed share of it. The full run is
//!   `QUESTS_CASES=12000 cargo test --release -p quests`.
//! - `QUESTS_SEED`: seed of the random cases, 0 unless given.

mod agreement;
mod calls;
mod cases;
mod comparisons;
mod matrices;
mod oracle;
mod properties;
mod structures;
mod texts;
