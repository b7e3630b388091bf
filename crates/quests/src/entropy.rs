//! Entropy and diversity from kernel sums.

use crate::{Error, Result};

/// Refuses an empty or unusable set of log kernel sums.
pub(crate) fn check(log_sums: &[f64]) -> Result<()> {
    if log_sums.is_empty() {
        return Err(Error::Empty("there are no kernel sums".into()));
    }
    match log_sums.iter().position(|value| value.is_nan()) {
        None => Ok(()),
        Some(at) => Err(Error::Argument(format!("kernel sum {at} is not a number"))),
    }
}

/// H = −(1/N) Σ_i log(p(x_i)/N) = log N − mean(log p), from log p of a set against itself, in nats; 0 ≤ H ≤ log N.
///
/// Source: arXiv 2404.12367.
///
/// # Errors
/// [`Error::Empty`] without values, [`Error::Argument`] for NaN.
pub fn entropy(log_sums: &[f64]) -> Result<f64> {
    check(log_sums)?;
    let count = log_sums.len() as f64;
    Ok(count.ln() - log_sums.iter().sum::<f64>() / count)
}

/// D = log Σ_i 1/p(x_i), from log p of a set against itself, in nats.
///
/// Source: arXiv 2404.12367.
///
/// # Errors
/// [`Error::Empty`] without values, [`Error::Argument`] for NaN.
pub fn diversity(log_sums: &[f64]) -> Result<f64> {
    check(log_sums)?;
    let smallest = log_sums.iter().copied().fold(f64::INFINITY, f64::min);
    Ok(log_sums
        .iter()
        .map(|log| (smallest - log).exp())
        .sum::<f64>()
        .ln()
        - smallest)
}
