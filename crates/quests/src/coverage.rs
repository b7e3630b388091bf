//! How much of one set another covers.

use crate::entropy::check;
use crate::{Error, Result};

/// Share of queries with δH = −log p below ε (nats), from their log p against the reference.
///
/// Source: arXiv 2404.12367.
///
/// # Errors
/// [`Error::Empty`] without values, [`Error::Argument`] for NaN.
pub fn overlap(log_sums: &[f64], epsilon: f64) -> Result<f64> {
    check(log_sums)?;
    if epsilon.is_nan() {
        return Err(Error::Argument(
            "epsilon is NaN, expected a number of nats".into(),
        ));
    }
    Ok(log_sums.iter().filter(|log| -**log < epsilon).count() as f64 / log_sums.len() as f64)
}
