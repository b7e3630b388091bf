//! Rows so far from the reference that their kernel sum underflows: taken again by log-sum-exp.

use super::reference::{PANEL_VECTORS, Reference};
use crate::simd::{Isa, Kernel};

/// Kernel sums below this may have lost terms to underflow and are taken again.
pub(crate) const UNDERFLOW: f64 = 1e-250;

/// Half squared distances of one centred query to every reference row.
pub(crate) struct HalfSquaredDistances<'a> {
    pub reference: &'a Reference,
    pub query: &'a [f64],
    /// Filled up as the reference is.
    pub out: &'a mut Vec<f64>,
}

impl Kernel for HalfSquaredDistances<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        let all = 0..self.reference.rows();
        let (panels, _) = S::as_simd_f64s(self.reference.panels(&all));
        self.out.clear();
        self.out.resize(self.reference.padded(&all).end, 0.0);
        let (out, _) = S::as_mut_simd_f64s(self.out);
        let panels = panels.chunks_exact(PANEL_VECTORS * self.reference.width());
        for (out, panel) in out.chunks_exact_mut(PANEL_VECTORS).zip(panels) {
            let mut sums = [simd.splat_f64s(0.0); PANEL_VECTORS];
            for (x, y) in self.query.iter().zip(panel.chunks_exact(PANEL_VECTORS)) {
                for (sum, y) in sums.iter_mut().zip(y) {
                    let difference = simd.sub_f64s(simd.splat_f64s(*x), *y);
                    *sum = simd.multiply_add(difference, difference, *sum);
                }
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = simd.mul_f64s(sum, simd.splat_f64s(0.5));
            }
        }
    }
}

/// log Σ exp(−d_j/h²) over the half squared distances d_j, and the mean of the weights under these terms (0 without).
///
/// The nearest distance is taken out of the sum: log p = −d_min/h² + log Σ exp(−(d_j − d_min)/h²).
pub(crate) fn log_sum(half_squared: &[f64], h: f64, weights: &[f64]) -> (f64, f64) {
    let nearest = half_squared.iter().copied().fold(f64::INFINITY, f64::min);
    let mut sum = 0.0;
    let mut weighted = 0.0;
    for (at, distance) in half_squared.iter().enumerate() {
        let kernel = (-(distance - nearest) / (h * h)).exp();
        sum += kernel;
        weighted += kernel * weights.get(at).copied().unwrap_or(0.0);
    }
    (sum.ln() - nearest / (h * h), weighted / sum)
}
