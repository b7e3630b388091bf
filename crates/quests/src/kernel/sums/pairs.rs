//! Exponents of the pairs of a group of queries and some panels of reference rows.
//!
//! −|x − y|²/2 = x·y − |x|²/2 − |y|²/2, with x and y relative to the centre of the leaf of the
//! reference. So the exponents of a group of queries and a panel of reference rows are a product of
//! two matrices. Rounding of that form grows with the norms; if it would show, squared differences
//! are summed instead. Exponents go through a buffer in the first-level cache, from which
//! [`super::exponentials`] takes them: a loop that multiplies and exponentiates would need more
//! registers than there are.

use pulp::bytemuck::{cast_slice, cast_slice_mut};

use super::group::{Group, OfGroup};
use super::single_precision::{self, Precision, SinglePrecision};
use crate::kernel::points::{PANEL_VECTORS, Packed, Reference};
use crate::simd::{Aligned, Isa};

/// Largest acceptable rounding of the exponent; beyond it differences are taken first. The error of
/// the norm form is about ε(|x|² + |y|²)/h².
const EXPONENT_ERROR: f64 = 1e-12;

/// Buffers of one thread.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// Panels of the leaf within reach, by their number in it.
    pub active: Vec<u32>,
    /// One group of queries relative to the centre of the reference's leaf.
    queries: Aligned,
    /// Their |x|²/2, ∞ for padding.
    norms: Vec<f64>,
    /// For each active panel, for each of its vectors, one vector for each query.
    pub exponents: Aligned,
    /// The same in single precision.
    pub single: SinglePrecision,
}

impl Work {
    /// Computes −|x − y|²/2 of the queries of `group` and the rows of the active panels of `leaf`,
    /// as exactly as the bandwidth `narrowest` needs. Single precision, for which the leaf has been
    /// prepared ([`SinglePrecision::take_leaf`]), is replaced by double if it is not enough.
    /// Returns the number of queries and the precision; padding of the group is at −∞.
    pub fn exponentiate(
        &mut self,
        reference: &Reference,
        packed: &Packed,
        group: usize,
        leaf: usize,
        narrowest: f64,
        precision: Precision,
    ) -> (usize, Precision) {
        let (known, norms) = self.place(reference, packed, group, leaf);
        if precision == Precision::Single && single_precision::is_enough(reference.level, norms, narrowest) {
            self.single
                .exponentiate(reference, &self.queries, &self.norms, &self.active);
            return (known, Precision::Single);
        }
        self.multiply(reference, leaf, norms, narrowest);
        (known, Precision::Double)
    }

    /// Takes a group of queries relative to the centre of the leaf: their number, and the largest
    /// |x|²/2 + |y|²/2 of a pair.
    fn place(&mut self, reference: &Reference, packed: &Packed, group: usize, leaf: usize) -> (usize, f64) {
        let (level, width) = (reference.level, reference.width());
        let group_rows = level.product_rows();
        let first = group * group_rows;
        let known = group_rows.min(packed.rows.len() - first);
        self.norms.resize(group_rows, 0.0);
        level.run(Group(Place {
            group: &packed.values[first * width..][..group_rows * width],
            centre: &reference.leaves()[leaf].centre,
            queries: &mut self.queries,
            half_norms: &mut self.norms,
        }));
        self.norms[known..].fill(f64::INFINITY);
        let norm = self.norms[..known].iter().copied().fold(0.0, f64::max);
        (known, norm + reference.leaves()[leaf].largest_half_norm)
    }

    fn multiply(&mut self, reference: &Reference, leaf: usize, half_norms: f64, narrowest: f64) {
        let panels = reference.leaf_panels(leaf);
        self.exponents
            .resize(self.norms.len() * self.active.len() * reference.panel_rows());
        reference.level.run(Group(Exponents {
            queries: &self.queries,
            query_norms: &self.norms,
            panels: reference.panels(&panels),
            panel_norms: reference.half_norms(&panels),
            active: &self.active,
            norm_form: half_norms <= EXPONENT_ERROR * narrowest * narrowest / (2.0 * f64::EPSILON),
            out: &mut self.exponents,
        }));
    }
}

/// Takes a packed group of queries relative to the centre of the reference's leaf, and their
/// |x|²/2.
struct Place<'a> {
    pub group: &'a [f64],
    pub centre: &'a [f64],
    /// As [`Isa::Held`].
    pub queries: &'a mut Aligned,
    pub half_norms: &'a mut [f64],
}

impl OfGroup for Place<'_> {
    type Output = ();

    // The compiler vectorises this by itself.
    #[inline(always)]
    fn of_group<S: Isa, const R: usize, const N: usize>(self, simd: S) {
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

impl OfGroup for Exponents<'_> {
    type Output = ();

    #[inline(always)]
    fn of_group<S: Isa, const R: usize, const N: usize>(self, simd: S) {
        if self.norm_form {
            self.of_form::<S, R, true>(simd);
        } else {
            self.of_form::<S, R, false>(simd);
        }
    }
}

impl Exponents<'_> {
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
            // Indices known to the compiler keep the exponents in registers; an iterator would put
            // them in memory.
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
