//! One block of pairs: the exponentials of all pairs of some queries with some reference rows, summed both ways.
//!
//! −|x − y|²/2 = x·y − |x|²/2 − |y|²/2, so a block is a product of two matrices with the exponential fused in. The
//! rounding of that form grows with the norms; where it would show, the squared differences are summed instead.

use std::ops::Range;

use super::reference::{PANEL_VECTORS, Reference};
use crate::simd::{Isa, Kernel, exp2_negative};

/// Rounding of the exponent that is put up with: beyond it the differences are taken first. The typical error of the
/// norm form is about 2ε(|x|² + |y|²)/h² or less.
const EXPONENT_ERROR: f64 = 5e-13;

/// log2(e): the sums use powers of 2.
pub(crate) const LOG2_E: f64 = std::f64::consts::LOG2_E;

/// Whether the norm form is exact enough for rows of these half squared norms.
pub(crate) fn norm_form_suffices(half_norm_x: f64, half_norm_y: f64, smallest_bandwidth: f64) -> bool {
    let error = 4.0 * f64::EPSILON * (half_norm_x + half_norm_y) / (smallest_bandwidth * smallest_bandwidth);
    error <= EXPONENT_ERROR
}

/// The queries of a block, centred as the reference is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Queries<'a> {
    /// Rows of the reference itself.
    Own,
    /// Row-major.
    Given(&'a [f64]),
}

/// A block of pairs.
#[derive(Debug, Clone)]
pub(crate) struct Block<'a> {
    pub reference: &'a Reference,
    pub queries: Queries<'a>,
    /// Queries of this block.
    pub rows: Range<usize>,
    /// Reference rows of this block; the first is the first of a panel.
    pub columns: Range<usize>,
    pub bandwidths: &'a [f64],
    pub weights: &'a [f64],
    /// Whether sums for the reference rows are wanted, too.
    pub both_ways: bool,
}

/// What a block adds to the sums, each bandwidths × rows or columns.
#[derive(Debug)]
pub(crate) struct Sums {
    /// For each query, Σ K over the columns.
    pub rows: Vec<f64>,
    /// For each query, Σ w K over the columns; empty without weights.
    pub weighted: Vec<f64>,
    /// For each reference row, Σ K over the queries; empty unless wanted.
    pub columns: Vec<f64>,
}

impl Kernel for Block<'_> {
    type Output = Sums;

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) -> Sums {
        // As many rows as leave registers for two vectors of a panel and a few more.
        if const { S::REGISTER_COUNT >= 32 } {
            self.with_rows::<S, 12>(simd)
        } else if const { S::F64_LANES >= 4 } {
            self.with_rows::<S, 6>(simd)
        } else {
            self.with_rows::<S, 4>(simd)
        }
    }
}

impl Block<'_> {
    #[inline(always)]
    fn with_rows<S: Isa, const R: usize>(self, simd: S) -> Sums {
        let (packed, half_norms) = self.pack::<R>();
        let largest = |norms: &[f64]| norms.iter().copied().filter(|norm| norm.is_finite()).fold(0.0, f64::max);
        let smallest = self.bandwidths.iter().copied().fold(f64::INFINITY, f64::min);
        let column_norms = self.reference.half_norms(&self.columns);
        let norm_form = norm_form_suffices(largest(&half_norms), largest(column_norms), smallest);
        match (norm_form, self.both_ways, self.weights.is_empty()) {
            (true, true, _) => self.sum::<S, R, true, true, false>(simd, &packed, &half_norms),
            (true, false, true) => self.sum::<S, R, true, false, false>(simd, &packed, &half_norms),
            (true, false, false) => self.sum::<S, R, true, false, true>(simd, &packed, &half_norms),
            (false, true, _) => self.sum::<S, R, false, true, false>(simd, &packed, &half_norms),
            (false, false, true) => self.sum::<S, R, false, false, false>(simd, &packed, &half_norms),
            (false, false, false) => self.sum::<S, R, false, false, true>(simd, &packed, &half_norms),
        }
    }

    /// Queries in groups of `R`, column after column, and their half squared norms (∞ for those that fill up).
    fn pack<const R: usize>(&self) -> (Vec<f64>, Vec<f64>) {
        let width = self.reference.width();
        let padded = self.rows.len().next_multiple_of(R);
        let mut packed = vec![0.0; padded * width];
        let mut half_norms = vec![f64::INFINITY; padded];
        for (at, row) in self.rows.clone().enumerate() {
            let group = &mut packed[at / R * R * width..(at / R + 1) * R * width];
            let mut norm = 0.0;
            let mut put = |column: usize, value: f64| {
                group[column * R + at % R] = value;
                norm += value * value;
            };
            match self.queries {
                Queries::Own => self.reference.row(row).enumerate().for_each(|(column, value)| put(column, value)),
                Queries::Given(matrix) => {
                    let values = &matrix[row * width..(row + 1) * width];
                    values.iter().enumerate().for_each(|(column, value)| put(column, *value));
                }
            }
            half_norms[at] = 0.5 * norm;
        }
        (packed, half_norms)
    }

    #[inline(always)]
    fn sum<S: Isa, const R: usize, const NORM_FORM: bool, const BOTH_WAYS: bool, const WEIGHTED: bool>(
        &self,
        simd: S,
        packed: &[f64],
        half_norms: &[f64],
    ) -> Sums {
        let width = self.reference.width();
        let (panels, _) = S::as_simd_f64s(self.reference.panels(&self.columns));
        let column_norms = self.reference.half_norms(&self.columns);
        let padded = column_norms.len();
        let (column_norms, _) = S::as_simd_f64s(column_norms);
        // Weights of the rows that fill the last panel up do not matter: their exponentials vanish.
        let weights: Vec<f64> = if WEIGHTED {
            let mut weights = self.weights[self.columns.clone()].to_vec();
            weights.resize(padded, 0.0);
            weights
        } else {
            Vec::new()
        };
        let (weights, _) = S::as_simd_f64s(&weights);
        let scales: Vec<f64> = self.bandwidths.iter().map(|h| LOG2_E / (h * h)).collect();
        let zero = simd.splat_f64s(0.0);

        let rows = self.rows.len();
        let mut sums = Sums {
            rows: vec![0.0; scales.len() * rows],
            weighted: vec![0.0; if WEIGHTED { scales.len() * rows } else { 0 }],
            columns: vec![0.0; if BOTH_WAYS { scales.len() * padded } else { 0 }],
        };
        let mut row_sums = vec![[zero; R]; scales.len()];
        let mut weighted_sums = vec![[zero; R]; if WEIGHTED { scales.len() } else { 0 }];
        for (group, (packed, norms)) in packed.chunks_exact(R * width).zip(half_norms.chunks_exact(R)).enumerate() {
            row_sums.fill([zero; R]);
            weighted_sums.fill([zero; R]);
            for (panel, (vectors, norms_y)) in
                panels.chunks_exact(PANEL_VECTORS * width).zip(column_norms.chunks_exact(PANEL_VECTORS)).enumerate()
            {
                let exponents: [[S::f64s; PANEL_VECTORS]; R] = if NORM_FORM {
                    products(simd, packed, norms, vectors, norms_y)
                } else {
                    differences(simd, packed, norms, vectors, norms_y)
                };
                for (at, scale) in scales.iter().enumerate() {
                    let scale = simd.splat_f64s(*scale);
                    let mut column_sums = [zero; PANEL_VECTORS];
                    for r in 0..R {
                        for v in 0..PANEL_VECTORS {
                            let kernel = exp2_negative(simd, simd.mul_f64s(exponents[r][v], scale));
                            row_sums[at][r] = simd.add_f64s(row_sums[at][r], kernel);
                            if WEIGHTED {
                                let weight = weights[panel * PANEL_VECTORS + v];
                                weighted_sums[at][r] = simd.mul_add_e_f64s(kernel, weight, weighted_sums[at][r]);
                            }
                            if BOTH_WAYS {
                                column_sums[v] = simd.add_f64s(column_sums[v], kernel);
                            }
                        }
                    }
                    if BOTH_WAYS {
                        let (all, _) = S::as_mut_simd_f64s(&mut sums.columns[at * padded..(at + 1) * padded]);
                        let mine = &mut all[panel * PANEL_VECTORS..(panel + 1) * PANEL_VECTORS];
                        for (sum, add) in mine.iter_mut().zip(column_sums) {
                            *sum = simd.add_f64s(*sum, add);
                        }
                    }
                }
            }
            for at in 0..scales.len() {
                for r in 0..R.min(rows - group * R) {
                    sums.rows[at * rows + group * R + r] = simd.reduce_sum_f64s(row_sums[at][r]);
                    if WEIGHTED {
                        sums.weighted[at * rows + group * R + r] = simd.reduce_sum_f64s(weighted_sums[at][r]);
                    }
                }
            }
        }
        sums
    }
}

/// −|x − y|²/2 of `R` queries and one panel, from products and norms.
#[inline(always)]
fn products<S: Isa, const R: usize>(
    simd: S,
    packed: &[f64],
    norms_x: &[f64],
    panel: &[S::f64s],
    norms_y: &[S::f64s],
) -> [[S::f64s; PANEL_VECTORS]; R] {
    let start: [S::f64s; PANEL_VECTORS] = std::array::from_fn(|v| simd.neg_f64s(norms_y[v]));
    let mut sums = [start; R];
    for (x, y) in packed.chunks_exact(R).zip(panel.chunks_exact(PANEL_VECTORS)) {
        for r in 0..R {
            let x = simd.splat_f64s(x[r]);
            for v in 0..PANEL_VECTORS {
                sums[r][v] = simd.mul_add_e_f64s(x, y[v], sums[r][v]);
            }
        }
    }
    for r in 0..R {
        let norm = simd.splat_f64s(norms_x[r]);
        for sum in &mut sums[r] {
            *sum = simd.min_f64s(simd.sub_f64s(*sum, norm), simd.splat_f64s(0.0));
        }
    }
    sums
}

/// −|x − y|²/2 of `R` queries and one panel, from their differences; −∞ where either only fills up.
#[inline(always)]
fn differences<S: Isa, const R: usize>(
    simd: S,
    packed: &[f64],
    norms_x: &[f64],
    panel: &[S::f64s],
    norms_y: &[S::f64s],
) -> [[S::f64s; PANEL_VECTORS]; R] {
    let zero = simd.splat_f64s(0.0);
    let mut sums = [[zero; PANEL_VECTORS]; R];
    for (x, y) in packed.chunks_exact(R).zip(panel.chunks_exact(PANEL_VECTORS)) {
        for r in 0..R {
            let x = simd.splat_f64s(x[r]);
            for v in 0..PANEL_VECTORS {
                let difference = simd.sub_f64s(x, y[v]);
                sums[r][v] = simd.mul_add_e_f64s(difference, difference, sums[r][v]);
            }
        }
    }
    let infinity = simd.splat_f64s(f64::INFINITY);
    for r in 0..R {
        let fills_up = norms_x[r] == f64::INFINITY;
        for v in 0..PANEL_VECTORS {
            let half = simd.mul_f64s(sums[r][v], simd.splat_f64s(-0.5));
            // A norm of ∞ makes the exponent −∞, any other leaves it.
            let bias = simd.select_f64s(simd.equal_f64s(norms_y[v], infinity), infinity, zero);
            let bias = if fills_up { infinity } else { bias };
            sums[r][v] = simd.sub_f64s(half, bias);
        }
    }
    sums
}
