//! Exponents and exponentials of the pairs of a group of queries and some panels of reference rows.
//!
//! −|x − y|²/2 = x·y − |x|²/2 − |y|²/2, with x and y relative to the centre of the reference's leaf, so the exponents of
//! a group of queries and a panel of reference rows are a product of two matrices. The rounding of that form grows with the
//! norms; where it would show, the squared differences are summed instead. Exponents go through a buffer that stays in
//! the first-level cache: one loop that multiplied and exponentiated would need more registers than there are.

use pulp::bytemuck::{cast_slice, cast_slice_mut};

use super::queries::Packed;
use super::reference::{PANEL_VECTORS, Reference};
use super::single::{self, Single};
use crate::simd::{Aligned, Isa, Kernel, exp2_negative};

/// Rounding of the exponent that is put up with: beyond it the differences are taken first. The norm form's error is
/// about ε(|x|² + |y|²)/h².
const EXPONENT_ERROR: f64 = 1e-12;

/// Buffers of one thread.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// Panels of the leaf that count, by their number in it.
    pub active: Vec<u32>,
    /// One group of queries relative to the centre of the reference's leaf.
    queries: Aligned,
    /// Their |x|²/2, ∞ for those that fill up.
    norms: Vec<f64>,
    /// For each active panel, for each of its vectors, one vector for each query.
    pub exponents: Aligned,
    /// Instead of them, where they are in single precision.
    pub single: Single,
}

impl Work {
    /// Computes −|x − y|²/2 of the queries of `group` and the rows of the active panels of `leaf`, to the precision that the
    /// bandwidth `narrowest` wants. Returns the number of queries; those that fill the group up are at −∞.
    pub fn exponentiate(
        &mut self,
        reference: &Reference,
        packed: &Packed,
        group: usize,
        leaf: usize,
        narrowest: f64,
    ) -> usize {
        let (known, norms) = self.place(reference, packed, group, leaf);
        self.multiply(reference, leaf, norms, narrowest);
        known
    }

    /// The same in single precision where that is enough, and whether it was; the leaf has been taken ([`Single::take_leaf`]).
    pub fn exponentiate_roughly(
        &mut self,
        reference: &Reference,
        packed: &Packed,
        group: usize,
        leaf: usize,
        narrowest: f64,
    ) -> (usize, bool) {
        let (known, norms) = self.place(reference, packed, group, leaf);
        let rough = single::is_enough(reference.level, norms, narrowest);
        if rough {
            self.single
                .exponentiate(reference, &self.queries, &self.norms, &self.active);
        } else {
            self.multiply(reference, leaf, norms, narrowest);
        }
        (known, rough)
    }

    /// Takes a group of queries relative to the centre of the leaf: their number, and the largest |x|²/2 + |y|²/2 of a pair.
    fn place(&mut self, reference: &Reference, packed: &Packed, group: usize, leaf: usize) -> (usize, f64) {
        let (level, width) = (reference.level, reference.width());
        let group_rows = level.product_rows();
        let first = group * group_rows;
        let known = group_rows.min(packed.rows.len() - first);
        self.norms.resize(group_rows, 0.0);
        level.run(Place {
            group: &packed.values[first * width..][..group_rows * width],
            centre: &reference.leaves()[leaf].centre,
            queries: &mut self.queries,
            half_norms: &mut self.norms,
        });
        self.norms[known..].fill(f64::INFINITY);
        let norm = self.norms[..known].iter().copied().fold(0.0, f64::max);
        (known, norm + reference.leaves()[leaf].largest_half_norm)
    }

    fn multiply(&mut self, reference: &Reference, leaf: usize, half_norms: f64, narrowest: f64) {
        let panels = reference.leaf_panels(leaf);
        self.exponents
            .resize(self.norms.len() * self.active.len() * reference.panel_rows());
        reference.level.run(Exponents {
            queries: &self.queries,
            query_norms: &self.norms,
            panels: reference.panels(&panels),
            panel_norms: reference.half_norms(&panels),
            active: &self.active,
            norm_form: half_norms <= EXPONENT_ERROR * narrowest * narrowest / (2.0 * f64::EPSILON),
            out: &mut self.exponents,
        });
    }
}

/// Takes a packed group of queries relative to the centre of the reference's leaf, and their |x|²/2.
struct Place<'a> {
    pub group: &'a [f64],
    pub centre: &'a [f64],
    /// As [`Isa::Held`].
    pub queries: &'a mut Aligned,
    pub half_norms: &'a mut [f64],
}

impl Kernel for Place<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        match S::PRODUCT_ROWS {
            8 => self.of_rows::<S, 8>(simd),
            6 => self.of_rows::<S, 6>(simd),
            _ => self.of_rows::<S, 4>(simd),
        }
    }
}

impl Place<'_> {
    // Left to the compiler, which has the instruction set to do it with.
    #[inline(always)]
    fn of_rows<S: Isa, const R: usize>(self, simd: S) {
        let mut norms = [0.0; R];
        self.queries
            .resize(self.group.len() * size_of::<S::Held>() / size_of::<f64>());
        let queries: &mut [S::Held] = cast_slice_mut(self.queries);
        let columns = self
            .group
            .as_chunks::<R>()
            .0
            .iter()
            .zip(queries.as_chunks_mut::<R>().0);
        for ((group, queries), centre) in columns.zip(self.centre) {
            for r in 0..R {
                let value = group[r] - centre;
                queries[r] = simd.hold(value);
                norms[r] += 0.5 * value * value;
            }
        }
        self.half_norms.copy_from_slice(&norms);
    }
}

/// −|x − y|²/2 of a group of queries and the active panels; −∞ where a row only fills up.
struct Exponents<'a> {
    /// As [`Isa::Held`].
    pub queries: &'a [f64],
    pub query_norms: &'a [f64],
    pub panels: &'a [f64],
    pub panel_norms: &'a [f64],
    pub active: &'a [u32],
    pub norm_form: bool,
    pub out: &'a mut [f64],
}

impl Kernel for Exponents<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        match S::PRODUCT_ROWS {
            8 => self.of_rows::<S, 8>(simd),
            6 => self.of_rows::<S, 6>(simd),
            _ => self.of_rows::<S, 4>(simd),
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
        let queries: &[S::Held] = cast_slice(self.queries);
        let width = queries.len() / R;
        for (panel, out) in self.active.iter().zip(out.chunks_exact_mut(R * PANEL_VECTORS)) {
            let first = *panel as usize * PANEL_VECTORS;
            let values = &panels[first * width..(first + PANEL_VECTORS) * width];
            let norms = &norms[first..first + PANEL_VECTORS];
            let exponents: [[S::f64s; PANEL_VECTORS]; R] = if NORM_FORM {
                products(simd, queries, self.query_norms, values, norms)
            } else {
                differences(simd, queries, self.query_norms, values, norms)
            };
            // Indices known to the compiler keep the exponents in registers; an iterator would put them in memory.
            for v in 0..PANEL_VECTORS {
                for r in 0..R {
                    out[v * R + r] = exponents[r][v];
                }
            }
        }
    }
}

#[inline(always)]
fn products<S: Isa, const R: usize>(
    simd: S,
    queries: &[S::Held],
    query_norms: &[f64],
    panel: &[S::f64s],
    panel_norms: &[S::f64s],
) -> [[S::f64s; PANEL_VECTORS]; R] {
    let zero = simd.splat_f64s(0.0);
    let mut sums = [[zero; PANEL_VECTORS]; R];
    let columns = queries.as_chunks::<R>().0.iter();
    for (x, y) in columns.zip(panel.as_chunks::<PANEL_VECTORS>().0) {
        for r in 0..R {
            let x = simd.spread(x[r]);
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
            sums[r][v] = simd.smaller(exponent, zero);
        }
    }
    sums
}

#[inline(always)]
fn differences<S: Isa, const R: usize>(
    simd: S,
    queries: &[S::Held],
    query_norms: &[f64],
    panel: &[S::f64s],
    panel_norms: &[S::f64s],
) -> [[S::f64s; PANEL_VECTORS]; R] {
    let zero = simd.splat_f64s(0.0);
    let mut sums = [[zero; PANEL_VECTORS]; R];
    let columns = queries.as_chunks::<R>().0.iter();
    for (x, y) in columns.zip(panel.as_chunks::<PANEL_VECTORS>().0) {
        for r in 0..R {
            let x = simd.spread(x[r]);
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

/// Adds Σ 2^(scale · exponent) of each query to `sums`, with weights also Σ weight · 2^(scale · exponent) to `weighted`; adds
/// every term to its column, where there are columns.
pub(super) struct Exponentials<'a> {
    pub exponents: &'a [f64],
    /// Panel of each run of exponents.
    pub active: &'a [u32],
    pub scale: f64,
    pub weights: &'a [f64],
    pub columns: &'a mut [f64],
    pub sums: &'a mut [f64],
    pub weighted: &'a mut [f64],
}

impl Kernel for Exponentials<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        match S::PRODUCT_ROWS {
            8 => self.of_rows::<S, 8, 4>(simd),
            6 => self.of_rows::<S, 6, 3>(simd),
            _ => self.of_rows::<S, 4, 4>(simd),
        }
    }
}

/// 2^(scale · exponent) of R vectors, N of them side by side: as many as there are registers for, since a polynomial on its
/// own waits for each of its multiplications.
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
    #[inline(always)]
    fn of_rows<S: Isa, const R: usize, const N: usize>(self, simd: S) {
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

    /// Sums of two rows in one vector; see [`Isa::joined`].
    #[inline(always)]
    fn joined<S: Isa, const R: usize, const N: usize, const COLUMNS: bool>(self, simd: S) {
        let (exponents, _) = S::as_simd_f64s(self.exponents);
        let (columns, _) = S::as_mut_simd_f64s(self.columns);
        let scale = simd.splat_f64s(self.scale);
        // Half as many are used.
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

/// How a cell, a query's kernels with one panel, counts: the weight of its sum, of the square of its sum, and of its sum
/// once more.
pub(super) type CellWeights = [f64; 3];

/// Most queries in a group; see [`Isa::PRODUCT_ROWS`].
pub(super) const MOST_ROWS: usize = 8;

/// Σ over cells of weight times sum, weight times square, weight times sum, for each query.
pub(super) struct Weighted<'a> {
    pub exponents: &'a [f64],
    pub scale: f64,
    /// One per panel.
    pub weights: &'a [CellWeights],
}

impl Kernel for Weighted<'_> {
    type Output = [[f64; 3]; MOST_ROWS];

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) -> Self::Output {
        match S::PRODUCT_ROWS {
            8 => self.of_rows::<S, 8, 4>(simd),
            6 => self.of_rows::<S, 6, 3>(simd),
            _ => self.of_rows::<S, 4, 4>(simd),
        }
    }
}

impl Weighted<'_> {
    #[inline(always)]
    fn of_rows<S: Isa, const R: usize, const N: usize>(self, simd: S) -> [[f64; 3]; MOST_ROWS] {
        let (exponents, _) = S::as_simd_f64s(self.exponents);
        let scale = simd.splat_f64s(self.scale);
        let zero = simd.splat_f64s(0.0);
        let (mut sums, mut spreads, mut squares) = ([zero; R], [zero; R], [0.0; R]);
        for (exponents, [weight, of_square, of_spread]) in
            exponents.chunks_exact(R * PANEL_VECTORS).zip(self.weights)
        {
            let mut cells = [zero; R];
            for v in 0..PANEL_VECTORS {
                let kernels = exponentials::<S, R, N>(simd, &exponents[v * R..][..R], scale);
                for r in 0..R {
                    cells[r] = simd.add_f64s(cells[r], kernels[r]);
                }
            }
            for r in 0..R {
                sums[r] = simd.multiply_add(cells[r], simd.splat_f64s(*weight), sums[r]);
            }
            if *of_square > 0.0 {
                for r in 0..R {
                    spreads[r] = simd.multiply_add(cells[r], simd.splat_f64s(*of_spread), spreads[r]);
                    squares[r] += of_square * simd.reduce_sum_f64s(cells[r]).powi(2);
                }
            }
        }
        let mut out = [[0.0; 3]; MOST_ROWS];
        for r in 0..R {
            out[r] = [
                simd.reduce_sum_f64s(sums[r]),
                squares[r],
                simd.reduce_sum_f64s(spreads[r]),
            ];
        }
        out
    }
}
