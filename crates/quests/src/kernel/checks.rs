//! Checks of bandwidths, and of values for which an exponent would overflow.

use crate::{Error, Result};

/// Checks a bandwidth h, in 1/Å.
pub(crate) fn check_bandwidth(h: f64) -> Result<()> {
    if h > 0.0 && h.is_finite() && (1.0 / (h * h)).is_finite() {
        Ok(())
    } else {
        Err(Error::Argument(format!(
            "bandwidth is {h:?}, expected a positive number of 1/Å above 1e-150"
        )))
    }
}

/// Refuses differences of values so large, for bandwidths so narrow, that the exponent overflows.
pub(crate) fn check_exponents(difference: f64, width: usize, bandwidths: &[f64]) -> Result<()> {
    let exponent = |h: f64| width as f64 * (difference * difference) / (h * h);
    match bandwidths.iter().find(|h| !exponent(**h).is_finite()) {
        None => Ok(()),
        Some(h) => Err(Error::Argument(format!(
            "bandwidth {h:?} is too narrow for values as large as these"
        ))),
    }
}
