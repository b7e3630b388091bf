//! Exponentials of the exponents that [`super::pairs`] computes, and their sums.

use pulp::bytemuck::cast_slice;

use super::group::{MOST_ROWS, OfGroup};
use crate::kernel::points::PANEL_VECTORS;
use crate::simd::{Isa, exp2_negative};

/// Adds Σ 2^(scale · exponent) of each query to `sums`, with weights also Σ weight · 2^(scale ·
/// exponent) to `weighted`; adds every term to its column, where there are columns.
pub(crate) struct Exponentials<'a> {
    pub exponents: &'a [f64],
    /// Panel of each run of exponents.
    pub active: &'a [u32],
    pub scale: f64,
    pub weights: &'a [f64],
    pub columns: &'a mut [f64],
    pub sums: &'a mut [f64],
    pub weighted: &'a mut [f64],
}

impl OfGroup for Exponentials<'_> {
    type Output = ();

    #[inline(always)]
    fn of_group<S: Isa, const R: usize, const N: usize>(self, simd: S) {
        if !self.weights.is_empty() {
            self.weighted::<S, R, N>(simd);
        } else if S::JOINS_SUMS && self.columns.is_empty() {
            self.joined::<S, R, N, false>(simd);
        } else if S::JOINS_SUMS {
            self.joined::<S, R, N, true>(simd);
        } else if self.columns.is_empty() {
            self.of_queries::<S, R, N>(simd);
        } else {
            self.both_ways::<S, R, N>(simd);
        }
    }
}

/// 2^(scale · exponent) of R vectors, N of them side by side: as many as there are registers for,
/// since a polynomial on its own waits for each of its multiplications.
#[inline(always)]
fn exponentials<S: Isa, const R: usize, const N: usize>(
    simd: S,
    exponents: &[S::f64s],
    scale: S::f64s,
) -> [S::f64s; R] {
    let mut kernels = [scale; R];
    for first in (0..R).step_by(N) {
        let mut some = [scale; N];
        for n in 0..N {
            some[n] = simd.mul_f64s(exponents[first + n], scale);
        }
        let some = exp2_negative(simd, some);
        kernels[first..first + N].copy_from_slice(&some);
    }
    kernels
}

/// Sum of an even number of vectors, two by two.
#[inline(always)]
fn total<S: Isa, const R: usize>(simd: S, vectors: [S::f64s; R]) -> S::f64s {
    let mut sum = simd.add_f64s(vectors[0], vectors[1]);
    for r in (2..R).step_by(2) {
        sum = simd.add_f64s(sum, simd.add_f64s(vectors[r], vectors[r + 1]));
    }
    sum
}

impl Exponentials<'_> {
    /// Sums of two queries in one vector; see [`Isa::joined`].
    #[inline(always)]
    fn joined<S: Isa, const R: usize, const N: usize, const COLUMNS: bool>(self, simd: S) {
        let (exponents, _) = S::as_simd_f64s(self.exponents);
        let (columns, _) = S::as_mut_simd_f64s(self.columns);
        let scale = simd.splat_f64s(self.scale);
        // Only half of them are used.
        let mut sums = [simd.splat_f64s(0.0); R];
        for (exponents, panel) in exponents.chunks_exact(R * PANEL_VECTORS).zip(self.active) {
            let first = exponentials::<S, R, N>(simd, &exponents[..R], scale);
            let second = exponentials::<S, R, N>(simd, &exponents[R..], scale);
            for r in (0..R).step_by(2) {
                let a = simd.add_f64s(first[r], second[r]);
                let b = simd.add_f64s(first[r + 1], second[r + 1]);
                sums[r / 2] = simd.add_f64s(sums[r / 2], simd.joined(a, b));
            }
            if COLUMNS {
                let columns = &mut columns[*panel as usize * PANEL_VECTORS..][..PANEL_VECTORS];
                columns[0] = simd.add_f64s(columns[0], total(simd, first));
                columns[1] = simd.add_f64s(columns[1], total(simd, second));
            }
        }
        let sums: &[f64] = cast_slice(&sums);
        for (sum, joined) in self.sums.iter_mut().zip(sums) {
            *sum += joined;
        }
    }

    #[inline(always)]
    fn both_ways<S: Isa, const R: usize, const N: usize>(self, simd: S) {
        let (exponents, _) = S::as_simd_f64s(self.exponents);
        let (columns, _) = S::as_mut_simd_f64s(self.columns);
        let scale = simd.splat_f64s(self.scale);
        let mut sums = [simd.splat_f64s(0.0); R];
        for (exponents, panel) in exponents.chunks_exact(R * PANEL_VECTORS).zip(self.active) {
            let columns = &mut columns[*panel as usize * PANEL_VECTORS..][..PANEL_VECTORS];
            for v in 0..PANEL_VECTORS {
                let kernels = exponentials::<S, R, N>(simd, &exponents[v * R..][..R], scale);
                let mut column = columns[v];
                for r in 0..R {
                    sums[r] = simd.add_f64s(sums[r], kernels[r]);
                    column = simd.add_f64s(column, kernels[r]);
                }
                columns[v] = column;
            }
        }
        add_lanes(simd, sums, self.sums);
    }

    #[inline(always)]
    fn of_queries<S: Isa, const R: usize, const N: usize>(self, simd: S) {
        let (exponents, _) = S::as_simd_f64s(self.exponents);
        let scale = simd.splat_f64s(self.scale);
        let mut sums = [simd.splat_f64s(0.0); R];
        for exponents in exponents.chunks_exact(R) {
            let kernels = exponentials::<S, R, N>(simd, exponents, scale);
            for r in 0..R {
                sums[r] = simd.add_f64s(sums[r], kernels[r]);
            }
        }
        add_lanes(simd, sums, self.sums);
    }

    #[inline(always)]
    fn weighted<S: Isa, const R: usize, const N: usize>(self, simd: S) {
        let (exponents, _) = S::as_simd_f64s(self.exponents);
        let (weights, _) = S::as_simd_f64s(self.weights);
        let scale = simd.splat_f64s(self.scale);
        let zero = simd.splat_f64s(0.0);
        let (mut sums, mut weighted) = ([zero; R], [zero; R]);
        for (exponents, panel) in exponents.chunks_exact(R * PANEL_VECTORS).zip(self.active) {
            let weights = &weights[*panel as usize * PANEL_VECTORS..][..PANEL_VECTORS];
            for v in 0..PANEL_VECTORS {
                let kernels = exponentials::<S, R, N>(simd, &exponents[v * R..][..R], scale);
                for r in 0..R {
                    sums[r] = simd.add_f64s(sums[r], kernels[r]);
                    weighted[r] = simd.multiply_add(kernels[r], weights[v], weighted[r]);
                }
            }
        }
        add_lanes(simd, sums, self.sums);
        add_lanes(simd, weighted, self.weighted);
    }
}

/// Adds the lanes of each vector to a number.
#[inline(always)]
fn add_lanes<S: Isa, const R: usize>(simd: S, vectors: [S::f64s; R], to: &mut [f64]) {
    for (sum, vector) in to.iter_mut().zip(vectors) {
        *sum += simd.reduce_sum_f64s(vector);
    }
}

/// How often samples are added up under random signs: their squares are estimates of a variance,
/// and a single one is a poor estimate.
pub(crate) const SIGNS: usize = 4;

/// How a sample, the kernels of one query with one panel, counts: the weight of its sum, of the
/// square of its sum, and of its sum under random signs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SampleWeights {
    pub sum: f64,
    pub square: f64,
    pub spreads: [f64; SIGNS],
}

impl SampleWeights {
    /// Those of a sample that is always drawn.
    pub fn certain() -> Self {
        Self {
            sum: 1.0,
            square: 0.0,
            spreads: [0.0; SIGNS],
        }
    }
}

/// What samples add to the estimate of a query: Σ of weight times sum, of weight times square, of
/// weight times sum under random signs.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sampled {
    pub sum: f64,
    pub variance: f64,
    pub spreads: [f64; SIGNS],
}

/// Adds up samples for each query.
pub(crate) struct Weighted<'a> {
    pub exponents: &'a [f64],
    pub scale: f64,
    /// One per panel.
    pub weights: &'a [SampleWeights],
}

impl OfGroup for Weighted<'_> {
    type Output = [Sampled; MOST_ROWS];

    #[inline(always)]
    fn of_group<S: Isa, const R: usize, const N: usize>(self, simd: S) -> Self::Output {
        let (exponents, _) = S::as_simd_f64s(self.exponents);
        let scale = simd.splat_f64s(self.scale);
        let zero = simd.splat_f64s(0.0);
        let mut out = [Sampled::default(); MOST_ROWS];
        let mut sums = [zero; R];
        for (exponents, weights) in exponents.chunks_exact(R * PANEL_VECTORS).zip(self.weights) {
            let mut samples = [zero; R];
            for v in 0..PANEL_VECTORS {
                let kernels = exponentials::<S, R, N>(simd, &exponents[v * R..][..R], scale);
                for r in 0..R {
                    samples[r] = simd.add_f64s(samples[r], kernels[r]);
                }
            }
            for r in 0..R {
                sums[r] = simd.multiply_add(samples[r], simd.splat_f64s(weights.sum), sums[r]);
            }
            if weights.square > 0.0 {
                for r in 0..R {
                    let sample = simd.reduce_sum_f64s(samples[r]);
                    out[r].variance += weights.square * sample * sample;
                    for (spread, weight) in out[r].spreads.iter_mut().zip(weights.spreads) {
                        *spread += weight * sample;
                    }
                }
            }
        }
        for r in 0..R {
            out[r].sum = simd.reduce_sum_f64s(sums[r]);
        }
        out
    }
}
