//! One block of pairs: the exponentials of all pairs of some queries with some reference rows, summed both ways.
//!
//! −|x − y|²/2 = x·y − |x|²/2 − |y|²/2, so the exponents of a block are a product of two matrices. The rounding of that
//! form grows with the norms; where it would show, the squared differences are summed instead. Exponents go through a
//! buffer that stays in the first-level cache: one loop that multiplied and exponentiated would need more registers than
//! there are.

use std::ops::Range;

use super::reference::{PANEL_VECTORS, Reference};
use crate::simd::{Isa, Kernel, exp2_negative};

/// Rounding of the exponent that is put up with: beyond it the differences are taken first. The typical error of the
/// norm form is about 2ε(|x|² + |y|²)/h² or less.
const EXPONENT_ERROR: f64 = 5e-13;

/// Exponents in the buffer: half of a small first-level cache.
const BUFFER: usize = 2048;

/// Whether the norm form is exact enough for rows of these half squared norms.
fn norm_form_suffices(half_norm_x: f64, half_norm_y: f64, smallest_bandwidth: f64) -> bool {
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

impl Block<'_> {
    /// Computes the sums.
    pub fn sum(&self) -> Sums {
        let (reference, width) = (self.reference, self.reference.width());
        let (level, group_rows) = (reference.level, reference.level.product_rows());
        let (packed, half_norms) = self.pack(group_rows);
        let column_norms = reference.half_norms(&self.columns);
        let largest = |norms: &[f64]| {
            norms
                .iter()
                .copied()
                .filter(|norm| norm.is_finite())
                .fold(0.0, f64::max)
        };
        let smallest = self.bandwidths.iter().copied().fold(f64::INFINITY, f64::min);
        let norm_form = norm_form_suffices(largest(&half_norms), largest(column_norms), smallest);

        // Rows that fill the last panel up have weight 0; their exponentials vanish anyhow.
        let padded = column_norms.len();
        let mut weights = self
            .weights
            .get(self.columns.clone())
            .unwrap_or_default()
            .to_vec();
        weights.resize(if weights.is_empty() { 0 } else { padded }, 0.0);

        let (rows, bandwidths) = (self.rows.len(), self.bandwidths.len());
        let mut sums = Sums {
            rows: vec![0.0; bandwidths * rows],
            weighted: vec![0.0; if weights.is_empty() { 0 } else { bandwidths * rows }],
            columns: vec![0.0; if self.both_ways { bandwidths * padded } else { 0 }],
        };
        let chunk = (BUFFER / group_rows).next_multiple_of(reference.panel_rows());
        let mut exponents = vec![0.0; chunk * group_rows];
        let panels = reference.panels(&self.columns);
        for (group, packed) in packed.chunks_exact(group_rows * width).enumerate() {
            let first = group * group_rows;
            let norms = &half_norms[first..first + group_rows];
            for start in (0..padded).step_by(chunk) {
                let columns = start..(start + chunk).min(padded);
                level.run(Exponents {
                    queries: packed,
                    query_norms: norms,
                    panels: &panels[start * width..columns.end * width],
                    panel_norms: &column_norms[columns.clone()],
                    norm_form,
                    out: &mut exponents,
                });
                for (at, h) in self.bandwidths.iter().enumerate() {
                    for row in first..rows.min(first + group_rows) {
                        let (sum, weighted) = level.run(Exponentials {
                            exponents: &exponents[(row - first) * columns.len()..][..columns.len()],
                            scale: std::f64::consts::LOG2_E / (h * h),
                            weights: weights.get(columns.clone()).unwrap_or_default(),
                            columns: sums
                                .columns
                                .get_mut(at * padded + start..at * padded + columns.end),
                        });
                        sums.rows[at * rows + row] += sum;
                        if !weights.is_empty() {
                            sums.weighted[at * rows + row] += weighted;
                        }
                    }
                }
            }
        }
        sums
    }

    /// Queries in groups, column after column, and their half squared norms (∞ for those that fill up).
    fn pack(&self, group_rows: usize) -> (Vec<f64>, Vec<f64>) {
        let width = self.reference.width();
        let padded = self.rows.len().next_multiple_of(group_rows);
        let mut packed = vec![0.0; padded * width];
        let mut half_norms = vec![f64::INFINITY; padded];
        for (at, row) in self.rows.clone().enumerate() {
            let group = &mut packed[at / group_rows * group_rows * width..];
            let places = group.iter_mut().skip(at % group_rows).step_by(group_rows);
            let mut norm = 0.0;
            let mut put = |(place, value): (&mut f64, f64)| {
                *place = value;
                norm += value * value;
            };
            match self.queries {
                Queries::Own => places.zip(self.reference.row(row)).for_each(&mut put),
                Queries::Given(matrix) => {
                    places
                        .zip(matrix[row * width..(row + 1) * width].iter().copied())
                        .for_each(&mut put);
                }
            }
            half_norms[at] = 0.5 * norm;
        }
        (packed, half_norms)
    }
}

/// −|x − y|²/2 of a group of queries and some panels, one query after the other; −∞ where a row only fills up.
struct Exponents<'a> {
    queries: &'a [f64],
    query_norms: &'a [f64],
    panels: &'a [f64],
    panel_norms: &'a [f64],
    norm_form: bool,
    out: &'a mut [f64],
}

impl Kernel for Exponents<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        // As `Level::product_rows`, known to the compiler.
        if const { S::REGISTER_COUNT >= 32 } {
            self.of_rows::<S, 8>(simd);
        } else if const { S::F64_LANES >= 4 } {
            self.of_rows::<S, 6>(simd);
        } else {
            self.of_rows::<S, 4>(simd);
        }
    }
}

impl Exponents<'_> {
    #[inline(always)]
    fn of_rows<S: Isa, const R: usize>(self, simd: S) {
        if self.norm_form {
            self.of_form::<S, R, true>(simd);
        } else {
            self.of_form::<S, R, false>(simd);
        }
    }

    #[inline(always)]
    fn of_form<S: Isa, const R: usize, const NORM_FORM: bool>(self, simd: S) {
        let (panels, _) = S::as_simd_f64s(self.panels);
        let (norms, _) = S::as_simd_f64s(self.panel_norms);
        let (out, _) = S::as_mut_simd_f64s(self.out);
        let vectors = norms.len();
        let width = self.queries.len() / R;
        let queries = &self.queries[..width * R];
        let panels = panels
            .chunks_exact(PANEL_VECTORS * width)
            .zip(norms.chunks_exact(PANEL_VECTORS));
        for (at, (panel, norms)) in panels.enumerate() {
            let exponents: [[S::f64s; PANEL_VECTORS]; R] = if NORM_FORM {
                products(simd, queries, self.query_norms, panel, norms)
            } else {
                differences(simd, queries, self.query_norms, panel, norms)
            };
            // Indices known to the compiler keep the exponents in registers; an iterator would put them in memory.
            for r in 0..R {
                for v in 0..PANEL_VECTORS {
                    out[r * vectors + at * PANEL_VECTORS + v] = exponents[r][v];
                }
            }
        }
    }
}

#[inline(always)]
fn products<S: Isa, const R: usize>(
    simd: S,
    queries: &[f64],
    query_norms: &[f64],
    panel: &[S::f64s],
    panel_norms: &[S::f64s],
) -> [[S::f64s; PANEL_VECTORS]; R] {
    let zero = simd.splat_f64s(0.0);
    let mut sums = [[zero; PANEL_VECTORS]; R];
    for (x, y) in queries.chunks_exact(R).zip(panel.chunks_exact(PANEL_VECTORS)) {
        for r in 0..R {
            let x = simd.splat_f64s(x[r]);
            for v in 0..PANEL_VECTORS {
                sums[r][v] = simd.multiply_add(x, y[v], sums[r][v]);
            }
        }
    }
    for r in 0..R {
        let norm = simd.splat_f64s(query_norms[r]);
        for v in 0..PANEL_VECTORS {
            let exponent = simd.sub_f64s(simd.sub_f64s(sums[r][v], norm), panel_norms[v]);
            // Rounding must not make a kernel larger than 1.
            sums[r][v] = simd.min_f64s(exponent, zero);
        }
    }
    sums
}

#[inline(always)]
fn differences<S: Isa, const R: usize>(
    simd: S,
    queries: &[f64],
    query_norms: &[f64],
    panel: &[S::f64s],
    panel_norms: &[S::f64s],
) -> [[S::f64s; PANEL_VECTORS]; R] {
    let zero = simd.splat_f64s(0.0);
    let mut sums = [[zero; PANEL_VECTORS]; R];
    for (x, y) in queries.chunks_exact(R).zip(panel.chunks_exact(PANEL_VECTORS)) {
        for r in 0..R {
            let x = simd.splat_f64s(x[r]);
            for v in 0..PANEL_VECTORS {
                let difference = simd.sub_f64s(x, y[v]);
                sums[r][v] = simd.multiply_add(difference, difference, sums[r][v]);
            }
        }
    }
    let infinity = simd.splat_f64s(f64::INFINITY);
    for r in 0..R {
        let fills_up = query_norms[r] == f64::INFINITY;
        for v in 0..PANEL_VECTORS {
            let half = simd.mul_f64s(sums[r][v], simd.splat_f64s(-0.5));
            let of_panel = simd.select_f64s(simd.equal_f64s(panel_norms[v], infinity), infinity, zero);
            sums[r][v] = simd.sub_f64s(half, if fills_up { infinity } else { of_panel });
        }
    }
    sums
}

/// Σ 2^(scale · exponent) of one query, plain and weighted; adds every term to its column, where there are columns.
struct Exponentials<'a> {
    exponents: &'a [f64],
    scale: f64,
    weights: &'a [f64],
    columns: Option<&'a mut [f64]>,
}

impl Kernel for Exponentials<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) -> (f64, f64) {
        let (exponents, _) = S::as_simd_f64s(self.exponents);
        let (weights, _) = S::as_simd_f64s(self.weights);
        let scale = simd.splat_f64s(self.scale);
        let kernel = |exponent: &S::f64s| exp2_negative(simd, simd.mul_f64s(*exponent, scale));
        let mut sum = simd.splat_f64s(0.0);
        let mut weighted = simd.splat_f64s(0.0);
        match self.columns {
            Some(columns) if !columns.is_empty() => {
                let (columns, _) = S::as_mut_simd_f64s(columns);
                for (exponent, column) in exponents.iter().zip(columns) {
                    let kernel = kernel(exponent);
                    sum = simd.add_f64s(sum, kernel);
                    *column = simd.add_f64s(*column, kernel);
                }
            }
            _ if !weights.is_empty() => {
                for (exponent, weight) in exponents.iter().zip(weights) {
                    let kernel = kernel(exponent);
                    sum = simd.add_f64s(sum, kernel);
                    weighted = simd.multiply_add(kernel, *weight, weighted);
                }
            }
            _ => exponents
                .iter()
                .for_each(|exponent| sum = simd.add_f64s(sum, kernel(exponent))),
        }
        (simd.reduce_sum_f64s(sum), simd.reduce_sum_f64s(weighted))
    }
}
