//! Results of sets that come in parts. Only here: WebAssembly has no place on clusters, and its
//! module stays small.

use napi_derive::napi;
use quests::entropy;

/// Sum of log p that come in parts.
#[napi]
pub fn log_total(total: f64, log_sums: &[f64]) -> f64 {
    entropy::log_total(total, log_sums)
}

/// H from that sum.
#[napi]
pub fn entropy_of(total: f64, count: f64) -> f64 {
    entropy::entropy_of(total, count as usize)
}

/// Sum of the least p over each p, which come in parts.
#[napi]
pub fn inverse_total(total: f64, smallest: f64, log_sums: &[f64]) -> f64 {
    entropy::inverse_total(total, smallest, log_sums)
}

/// D from that sum.
#[napi]
pub fn diversity_of(total: f64, smallest: f64) -> f64 {
    entropy::diversity_of(total, smallest)
}
