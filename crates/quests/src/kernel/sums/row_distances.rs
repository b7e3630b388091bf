//! Squared distances of one row to the rows of panels: the one vector loop for them. (The growing
//! set of a selection has a loop with two sums in turns, whose results have other bits.)

use crate::kernel::points::{LEAF, PANEL_VECTORS, Reference};
use crate::simd::{Isa, Kernel};

/// |x − y|² of a row and the rows of one panel.
#[inline(always)]
pub(crate) fn squared_distances<S: Isa>(simd: S, row: &[f64], panel: &[S::f64s]) -> [S::f64s; PANEL_VECTORS] {
    let mut sums = [simd.splat_f64s(0.0); PANEL_VECTORS];
    for (x, y) in row.iter().zip(panel.chunks_exact(PANEL_VECTORS)) {
        let x = simd.splat_f64s(*x);
        for v in 0..PANEL_VECTORS {
            let difference = simd.sub_f64s(x, y[v]);
            sums[v] = simd.multiply_add(difference, difference, sums[v]);
        }
    }
    sums
}

/// |x − y|²/2 of a row and each row of a leaf.
pub(crate) fn half_squared_distances(reference: &Reference, row: &[f64], leaf: usize) -> Vec<f64> {
    let centre = &reference.leaves()[leaf].centre;
    let row: Vec<f64> = row
        .iter()
        .zip(centre)
        .map(|(value, centre)| value - centre)
        .collect();
    let panels = reference.leaf_panels(leaf);
    let mut distances = vec![0.0; panels.len() * reference.panel_rows()];
    reference.level.run(HalfSquaredDistances {
        row: &row,
        panels: reference.panels(&panels),
        out: &mut distances,
    });
    distances.truncate(LEAF.min(reference.rows() - leaf * LEAF));
    distances
}

/// A row and some panels, both relative to the same centre.
struct HalfSquaredDistances<'a> {
    row: &'a [f64],
    panels: &'a [f64],
    out: &'a mut [f64],
}

impl Kernel for HalfSquaredDistances<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        let (panels, _) = S::as_simd_f64s(self.panels);
        let (out, _) = S::as_mut_simd_f64s(self.out);
        let panels = panels.chunks_exact(PANEL_VECTORS * self.row.len());
        for (out, panel) in out.chunks_exact_mut(PANEL_VECTORS).zip(panels) {
            let squares = squared_distances(simd, self.row, panel);
            for v in 0..PANEL_VECTORS {
                out[v] = simd.mul_f64s(squares[v], simd.splat_f64s(0.5));
            }
        }
    }
}
