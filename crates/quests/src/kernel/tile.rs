//! One block of pairs: the kernels of all pairs of one leaf of queries with some leaves of the reference, summed both ways.
//!
//! −|x − y|²/2 = x·y − |x|²/2 − |y|²/2, with x and y relative to the centre of the reference's leaf, so the exponents of
//! a group of queries and a panel of reference rows are a product of two matrices. The rounding of that form grows with the
//! norms; where it would show, the squared differences are summed instead. Panels whose bounds are further away than the
//! kernel reaches are left out. Exponents go through a buffer that stays in the first-level cache: one loop that
//! multiplied and exponentiated would need more registers than there are.

use std::ops::Range;

use super::axes::Bounds;
use super::queries::{Packed, Queries};
use super::reference::{PANEL_VECTORS, Reference};
use crate::simd::{Aligned, Isa, Kernel, exp2_negative};

/// Rounding of the exponent that is put up with: beyond it the differences are taken first. The norm form's error is
/// about ε(|x|² + |y|²)/h².
const EXPONENT_ERROR: f64 = 1e-12;

/// A block of pairs.
#[derive(Debug, Clone)]
pub(crate) struct Block<'a> {
    pub reference: &'a Reference,
    pub queries: &'a Queries,
    /// Leaf of the queries.
    pub leaf: usize,
    /// Leaf of the reference that holds the same rows, where the queries are its own.
    pub own: Option<usize>,
    /// Leaves of the reference.
    pub leaves: Range<usize>,
    pub bandwidths: &'a [f64],
    /// One per row of the reference, in its order and filled up to whole panels; or none.
    pub weights: &'a [f64],
    /// Whether sums for the reference rows are wanted, too.
    pub both_ways: bool,
    /// Square of the distance beyond which kernels are left out.
    pub squared_reach: f64,
}

/// What a block adds to the sums, each bandwidths × rows or columns.
#[derive(Debug)]
pub(crate) struct Sums {
    /// For each query, Σ K over the columns.
    pub rows: Vec<f64>,
    /// For each query, Σ w K over the columns; empty without weights.
    pub weighted: Vec<f64>,
    /// For each row of the reference's leaves, filled up to whole panels, Σ K over the queries; empty unless wanted.
    pub columns: Vec<f64>,
}

impl Block<'_> {
    /// Panels of the block.
    pub fn panels(&self) -> Range<usize> {
        self.reference.leaf_panels(self.leaves.start).start
            ..self.reference.leaf_panels(self.leaves.end - 1).end
    }

    /// Computes the sums.
    pub fn sum(&self) -> Sums {
        let group_rows = self.reference.level.product_rows();
        let packed = self.queries.pack(self.reference, self.leaf, group_rows);
        let rows = packed.rows.len();
        let weighted = if self.weights.is_empty() {
            0
        } else {
            self.bandwidths.len() * rows
        };
        let columns = if self.both_ways {
            self.panels().len() * self.reference.panel_rows()
        } else {
            0
        };
        let mut sums = Sums {
            rows: vec![0.0; self.bandwidths.len() * rows],
            weighted: vec![0.0; weighted],
            columns: vec![0.0; self.bandwidths.len() * columns],
        };
        let projections = &self.queries.projections(self.reference)[packed.rows.clone()];
        let bounds = Bounds::of(projections);
        let groups: Vec<Bounds> = projections.chunks(group_rows).map(Bounds::of).collect();
        let mut work = Work::default();
        for leaf in self.leaves.clone() {
            if self.reference.leaves()[leaf].bounds.squared_gap(&bounds) <= self.squared_reach {
                self.add_leaf(leaf, &packed, &groups, &mut work, &mut sums);
            }
        }
        sums
    }

    fn add_leaf(&self, leaf: usize, packed: &Packed, groups: &[Bounds], work: &mut Work, sums: &mut Sums) {
        let (reference, width) = (self.reference, self.reference.width());
        let (level, group_rows) = (reference.level, reference.level.product_rows());
        let panels = reference.leaf_panels(leaf);
        let centre = &reference.leaves()[leaf].centre;
        let smallest = self.bandwidths.iter().copied().fold(f64::INFINITY, f64::min);
        let largest_norm = EXPONENT_ERROR * smallest * smallest / (2.0 * f64::EPSILON);
        for (group, bounds) in groups.iter().enumerate() {
            work.active.clear();
            let near = reference.panel_bounds(panels.clone()).iter().enumerate();
            let near = near.filter(|(_, panel)| panel.squared_gap(bounds) <= self.squared_reach);
            work.active.extend(near.map(|(at, _)| at as u32));
            if work.active.is_empty() {
                continue;
            }
            let first = group * group_rows;
            let known = group_rows.min(packed.rows.len() - first);
            work.queries.resize(group_rows * width);
            work.norms.resize(group_rows, 0.0);
            level.run(Place {
                group: &packed.values[first * width..][..group_rows * width],
                centre,
                queries: &mut work.queries,
                half_norms: &mut work.norms,
            });
            work.norms[known..].fill(f64::INFINITY);
            let norm = work.norms[..known].iter().copied().fold(0.0, f64::max);
            let stride = work.active.len() * reference.panel_rows();
            work.exponents.resize(group_rows * stride);
            level.run(Exponents {
                queries: &work.queries,
                query_norms: &work.norms,
                panels: reference.panels(&panels),
                panel_norms: reference.half_norms(&panels),
                active: &work.active,
                norm_form: norm + reference.leaves()[leaf].largest_half_norm <= largest_norm,
                out: &mut work.exponents,
            });
            for row in 0..known {
                self.add_row(
                    leaf,
                    first + row,
                    &work.exponents[row * stride..][..stride],
                    &work.active,
                    sums,
                );
            }
        }
    }

    fn add_row(&self, leaf: usize, row: usize, exponents: &[f64], active: &[u32], sums: &mut Sums) {
        let bandwidths = self.bandwidths.len();
        let rows = sums.rows.len() / bandwidths;
        let size = self.reference.panel_rows();
        let panels = self.reference.leaf_panels(leaf);
        let weights = self
            .weights
            .get(panels.start * size..panels.end * size)
            .unwrap_or_default();
        // The square on the diagonal holds every pair twice already.
        let both_ways = self.both_ways && self.own != Some(leaf);
        let padded = sums.columns.len() / bandwidths;
        let offset = (panels.start - self.panels().start) * size;
        for (at, h) in self.bandwidths.iter().enumerate() {
            let columns = if both_ways {
                at * padded + offset..at * padded + offset + panels.len() * size
            } else {
                0..0
            };
            let (sum, weighted) = self.reference.level.run(Exponentials {
                exponents,
                active,
                scale: std::f64::consts::LOG2_E / (h * h),
                weights,
                columns: &mut sums.columns[columns],
            });
            sums.rows[at * rows + row] += sum;
            if !self.weights.is_empty() {
                sums.weighted[at * rows + row] += weighted;
            }
        }
    }
}

/// Buffers of one block.
#[derive(Debug, Default)]
struct Work {
    /// Panels of the leaf that are near.
    active: Vec<u32>,
    /// One group of queries relative to the centre of the reference's leaf.
    queries: Aligned,
    /// Their |x|²/2, ∞ for those that fill up.
    norms: Vec<f64>,
    exponents: Aligned,
}

/// Takes a packed group of queries relative to the centre of the reference's leaf, and their |x|²/2.
struct Place<'a> {
    group: &'a [f64],
    centre: &'a [f64],
    queries: &'a mut [f64],
    half_norms: &'a mut [f64],
}

impl Kernel for Place<'_> {
    type Output = ();

    // Left to the compiler, which has the instruction set to do it with.
    #[inline(always)]
    fn run<S: Isa>(self, _: S) {
        let rows = self.half_norms.len();
        self.half_norms.fill(0.0);
        let columns = self
            .group
            .chunks_exact(rows)
            .zip(self.queries.chunks_exact_mut(rows));
        for ((group, queries), centre) in columns.zip(self.centre) {
            for ((value, query), norm) in group.iter().zip(queries).zip(&mut *self.half_norms) {
                *query = value - centre;
                *norm += 0.5 * *query * *query;
            }
        }
    }
}

/// −|x − y|²/2 of a group of queries and the active panels, one query after the other; −∞ where a row only fills up.
struct Exponents<'a> {
    queries: &'a [f64],
    query_norms: &'a [f64],
    panels: &'a [f64],
    panel_norms: &'a [f64],
    active: &'a [u32],
    norm_form: bool,
    out: &'a mut [f64],
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
        let stride = self.active.len() * PANEL_VECTORS;
        let width = self.queries.len() / R;
        for (at, panel) in self.active.iter().enumerate() {
            let first = *panel as usize * PANEL_VECTORS;
            let values = &panels[first * width..(first + PANEL_VECTORS) * width];
            let norms = &norms[first..first + PANEL_VECTORS];
            let exponents: [[S::f64s; PANEL_VECTORS]; R] = if NORM_FORM {
                products(simd, self.queries, self.query_norms, values, norms)
            } else {
                differences(simd, self.queries, self.query_norms, values, norms)
            };
            // Indices known to the compiler keep the exponents in registers; an iterator would put them in memory.
            for r in 0..R {
                for v in 0..PANEL_VECTORS {
                    out[r * stride + at * PANEL_VECTORS + v] = exponents[r][v];
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
    /// Panel of each run of exponents.
    active: &'a [u32],
    scale: f64,
    weights: &'a [f64],
    columns: &'a mut [f64],
}

impl Kernel for Exponentials<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) -> (f64, f64) {
        let (exponents, _) = S::as_simd_f64s(self.exponents);
        let (weights, _) = S::as_simd_f64s(self.weights);
        let (columns, _) = S::as_mut_simd_f64s(self.columns);
        let scale = simd.splat_f64s(self.scale);
        let kernel = |exponent: S::f64s| exp2_negative(simd, simd.mul_f64s(exponent, scale));
        let mut sum = simd.splat_f64s(0.0);
        let mut weighted = simd.splat_f64s(0.0);
        let runs = exponents.chunks_exact(PANEL_VECTORS).zip(self.active);
        if !columns.is_empty() {
            for (exponents, panel) in runs {
                let columns = &mut columns[*panel as usize * PANEL_VECTORS..][..PANEL_VECTORS];
                for (exponent, column) in exponents.iter().zip(columns) {
                    let kernel = kernel(*exponent);
                    sum = simd.add_f64s(sum, kernel);
                    *column = simd.add_f64s(*column, kernel);
                }
            }
        } else if !weights.is_empty() {
            for (exponents, panel) in runs {
                let weights = &weights[*panel as usize * PANEL_VECTORS..][..PANEL_VECTORS];
                for (exponent, weight) in exponents.iter().zip(weights) {
                    let kernel = kernel(*exponent);
                    sum = simd.add_f64s(sum, kernel);
                    weighted = simd.multiply_add(kernel, *weight, weighted);
                }
            }
        } else {
            for exponent in exponents {
                sum = simd.add_f64s(sum, kernel(*exponent));
            }
        }
        (simd.reduce_sum_f64s(sum), simd.reduce_sum_f64s(weighted))
    }
}
