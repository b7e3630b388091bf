//! Kernels in single precision: vectors hold twice as many numbers, and half the time is spent.
//!
//! Only groups of queries and leaves that are close together are summed so, where rounding of the
//! exponent doesn't show; all others are left to [`super::pairs`]. Values relative to the centre of
//! a leaf are rounded to `f32`, sums over the rows of one leaf are kept in `f32`, and added up in
//! `f64`.

use pulp::bytemuck::{cast_slice, cast_slice_mut};

use super::group::{Group, OfGroup};
use crate::kernel::points::{PANEL_VECTORS, Reference};
use crate::simd::{Aligned, Isa, Kernel, Level, exp2_negative_single};

/// Precision of kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// `f64`: sums to 1e-9 of themselves.
    Double,
    /// `f32` wherever the exponents of a block are exact to some 1e-6, else `f64`.
    Single,
}

/// Largest rounding of an exponent: 2⁻²⁴ (|x|² + |y|²)/h² for a query and a row that are both as
/// far from the centre of the leaf as the farthest row.
const EXPONENT_ERROR: f64 = 1e-6;

/// Bandwidths for which values of their size can be squared.
const BANDWIDTHS: std::ops::RangeInclusive<f64> = 1e-12..=1e12;

/// Whether single precision is enough for exponents of rows with at most this |x − centre|²/2 + |y
/// − centre|²/2. Without vectors there is nothing to gain, and a panel is no vector. Squares of
/// values as small or as large as [`BANDWIDTHS`] excludes may not fit `f32`.
pub(super) fn is_enough(level: Level, half_norms: f64, bandwidth: f64) -> bool {
    level != Level::Scalar
        && BANDWIDTHS.contains(&bandwidth)
        && f64::from(f32::EPSILON) * half_norms <= EXPONENT_ERROR * bandwidth * bandwidth
}

/// Panels of a vector each, and what is computed from them; `f32` stored in room for `f64`.
#[derive(Debug, Default)]
pub(crate) struct SinglePrecision {
    panels: Aligned,
    norms: Aligned,
    queries: Aligned,
    /// For each active panel a vector for each query.
    exponents: Aligned,
}

/// Rounds to single precision.
struct Rounded<'a> {
    /// Each so many times.
    from: &'a [f64],
    copies: usize,
    to: &'a mut [f32],
}

impl Kernel for Rounded<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, _: S) {
        for (to, from) in self.to.iter_mut().zip(self.from.chunks_exact(self.copies)) {
            *to = from[0] as f32;
        }
    }
}

fn round(reference: &Reference, from: &[f64], copies: usize, room: &mut Aligned) {
    room.resize((from.len() / copies).div_ceil(2));
    reference.level.run(Rounded {
        from,
        copies,
        to: cast_slice_mut(room),
    });
}

impl SinglePrecision {
    /// Takes the panels of a leaf.
    pub fn take_leaf(&mut self, reference: &Reference, leaf: usize) {
        let panels = reference.leaf_panels(leaf);
        round(reference, reference.panels(&panels), 1, &mut self.panels);
        round(reference, reference.half_norms(&panels), 1, &mut self.norms);
    }

    /// Computes the exponents of a group of queries, relative to the centre of the leaf, and the
    /// active panels.
    pub fn exponentiate(&mut self, reference: &Reference, queries: &[f64], norms: &[f64], active: &[u32]) {
        let copies = queries.len() / (norms.len() * reference.width());
        round(reference, queries, copies, &mut self.queries);
        let vectors = norms.len() * active.len();
        self.exponents
            .resize((vectors * reference.panel_rows()).div_ceil(2));
        reference.level.run(Group(Exponents {
            queries: &cast_slice(&self.queries)[..norms.len() * reference.width()],
            query_norms: norms,
            panels: cast_slice(&self.panels),
            panel_norms: cast_slice(&self.norms),
            active,
            out: cast_slice_mut(&mut self.exponents),
        }));
    }

    /// Adds Σ 2^(scale · exponent) of each query to `sums`, and every term to its column, where
    /// there are columns.
    pub fn add(
        &self,
        reference: &Reference,
        active: &[u32],
        scale: f64,
        columns: &mut [f64],
        sums: &mut [f64],
    ) {
        reference.level.run(Group(Exponentials {
            exponents: cast_slice(&self.exponents),
            active,
            scale: scale as f32,
            columns,
            sums,
        }));
    }
}

/// −|x − y|²/2 of a group of queries and the active panels, a vector each; −∞ where a row only
/// fills up.
struct Exponents<'a> {
    queries: &'a [f32],
    query_norms: &'a [f64],
    panels: &'a [f32],
    panel_norms: &'a [f32],
    active: &'a [u32],
    out: &'a mut [f32],
}

impl OfGroup for Exponents<'_> {
    type Output = ();

    /// Two panels at once: one alone has too few sums to keep the multipliers busy.
    #[inline(always)]
    fn of_group<S: Isa, const R: usize, const N: usize>(self, simd: S) {
        let Self {
            queries,
            query_norms,
            active,
            ..
        } = self;
        let (panels, _) = S::as_simd_f32s(self.panels);
        let (norms, _) = S::as_simd_f32s(self.panel_norms);
        let (out, _) = S::as_mut_simd_f32s(self.out);
        let columns = queries.as_chunks::<R>().0;
        let width = columns.len();
        let (pairs, last) = active.as_chunks::<2>();
        for (pair, out) in pairs.iter().zip(out.chunks_exact_mut(2 * R)) {
            let [a, b] = [pair[0] as usize, pair[1] as usize];
            let sums = products(
                simd,
                columns,
                [&panels[a * width..][..width], &panels[b * width..][..width]],
            );
            for v in 0..2 {
                for r in 0..R {
                    out[v * R + r] = exponent(simd, sums[r][v], query_norms[r], norms[pair[v] as usize]);
                }
            }
        }
        if let [a] = *last {
            let a = a as usize;
            let sums = products(simd, columns, [&panels[a * width..][..width]]);
            let out = &mut out[pairs.len() * 2 * R..];
            for r in 0..R {
                out[r] = exponent(simd, sums[r][0], query_norms[r], norms[a]);
            }
        }
    }
}

#[inline(always)]
fn products<S: Isa, const R: usize, const V: usize>(
    simd: S,
    columns: &[[f32; R]],
    panels: [&[S::f32s]; V],
) -> [[S::f32s; V]; R] {
    let mut sums = [[simd.splat_f32s(0.0); V]; R];
    for (d, x) in columns.iter().enumerate() {
        for r in 0..R {
            let x = simd.splat_f32s(x[r]);
            for v in 0..V {
                sums[r][v] = simd.multiply_add_single(x, panels[v][d], sums[r][v]);
            }
        }
    }
    sums
}

/// The exponent to a product. Rounding must not make a kernel larger than 1.
#[inline(always)]
fn exponent<S: Isa>(simd: S, product: S::f32s, query_norm: f64, norm: S::f32s) -> S::f32s {
    let exponent = simd.sub_f32s(simd.sub_f32s(product, simd.splat_f32s(query_norm as f32)), norm);
    simd.smaller_single(exponent, simd.splat_f32s(0.0))
}

/// As [`super::exponentials::Exponentials`], without weights.
struct Exponentials<'a> {
    exponents: &'a [f32],
    active: &'a [u32],
    scale: f32,
    columns: &'a mut [f64],
    sums: &'a mut [f64],
}

impl OfGroup for Exponentials<'_> {
    type Output = ();

    #[inline(always)]
    fn of_group<S: Isa, const R: usize, const N: usize>(self, simd: S) {
        let (exponents, _) = S::as_simd_f32s(self.exponents);
        let scale = simd.splat_f32s(self.scale);
        let mut sums = [simd.splat_f32s(0.0); R];
        let rows = PANEL_VECTORS * size_of::<S::f64s>() / size_of::<f64>();
        for (exponents, panel) in exponents.chunks_exact(R).zip(self.active) {
            let mut kernels = [scale; R];
            for r in 0..R {
                kernels[r] = simd.mul_f32s(exponents[r], scale);
            }
            let kernels = exp2_negative_single(simd, kernels);
            for r in 0..R {
                sums[r] = simd.add_f32s(sums[r], kernels[r]);
            }
            if !self.columns.is_empty() {
                let mut total = [kernels[0]];
                for kernel in &kernels[1..] {
                    total[0] = simd.add_f32s(total[0], *kernel);
                }
                let columns = &mut self.columns[*panel as usize * rows..][..rows];
                let total: &[f32] = cast_slice(&total);
                for (column, kernel) in columns.iter_mut().zip(total) {
                    *column += f64::from(*kernel);
                }
            }
        }
        for (sum, vector) in self.sums.iter_mut().zip(sums) {
            *sum += f64::from(simd.reduce_sum_f32s(vector));
        }
    }
}
