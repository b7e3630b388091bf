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

/// H = −(1/N) Σ_i log(p(x_i)/N) = log N − mean(log p), from log p of a set against itself, in nats;
/// 0 ≤ H ≤ log N.
///
/// Source: arXiv 2404.12367.
///
/// # Errors
/// [`Error::Empty`] without values, [`Error::Argument`] for NaN.
pub fn entropy(log_sums: &[f64]) -> Result<f64> {
    check(log_sums)?;
    Ok(entropy_of(log_total(0.0, log_sums), log_sums.len()))
}

/// Σ log p, for values that come in parts: with those so far in `total`, 0 before the first.
#[must_use]
pub fn log_total(total: f64, log_sums: &[f64]) -> f64 {
    log_sums.iter().fold(total, |total, log| total + log)
}

/// H from Σ log p of so many environments.
#[must_use]
pub fn entropy_of(total: f64, count: usize) -> f64 {
    let count = count as f64;
    count.ln() - total / count
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
    Ok(diversity_of(inverse_total(0.0, smallest, log_sums), smallest))
}

/// Σ p_min/p, for values of which log p_min is the smallest and that come in parts, as
/// [`log_total`].
#[must_use]
pub fn inverse_total(total: f64, smallest: f64, log_sums: &[f64]) -> f64 {
    log_sums
        .iter()
        .fold(total, |total, log| total + (smallest - log).exp())
}

/// D from Σ p_min/p.
#[must_use]
pub fn diversity_of(total: f64, smallest: f64) -> f64 {
    total.ln() - smallest
}
