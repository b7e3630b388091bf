//! Bandwidths that suit a material.

use crate::{Error, Result};

/// Bandwidth for a volume per atom V (Å³): `gaussian` gives 0.0897141·exp(−½(V/10.896)²) +
/// 0.0119417, `cutoff` gives 0.086164·w(ln²V; 11.61172) + 0.016, with the weight function w of the
/// descriptor.
///
/// Source: fits of arXiv 2404.12367, as in the Python package.
///
/// # Errors
/// [`Error::Argument`] for a volume that is not positive or a method of another name.
pub fn bandwidth(volume: f64, method: &str) -> Result<f64> {
    if !(volume > 0.0 && volume.is_finite()) {
        return Err(Error::Argument(format!(
            "volume per atom is {volume:?}, expected a positive number of Å³"
        )));
    }
    match method {
        "gaussian" => Ok(0.089_714_1 * (-0.5 * (volume / 10.896).powi(2)).exp() + 0.011_941_7),
        "cutoff" => {
            let reduced = volume.ln().powi(2).min(11.611_72) / 11.611_72;
            Ok(0.086_164 * (1.0 - reduced * reduced).powi(2) + 0.016)
        }
        _ => Err(Error::Argument(format!(
            "method is {method}, expected gaussian or cutoff"
        ))),
    }
}
