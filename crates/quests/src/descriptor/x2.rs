//! X2 of one environment: rows of a matrix sorted all at once, then averaged.

use super::Settings;
use crate::environment::Environment;
use crate::simd::{Aligned, Isa, PADDING, padded};
use crate::stages::{Clock, Stage};

/// Comparators of Batcher's odd–even merge sort for `n` values, 191 for 32.
pub(super) fn sorting_network(n: usize) -> Vec<(u32, u32)> {
    let mut network = Vec::new();
    let mut p = 1;
    while p < n {
        let mut k = p;
        while k >= 1 {
            for j in (k % p..n.saturating_sub(k)).step_by(2 * k) {
                for i in 0..k.min(n - j - k) {
                    if (i + j) / (2 * p) == (i + j + k) / (2 * p) {
                        network.push(((i + j) as u32, (i + j + k) as u32));
                    }
                }
            }
            k /= 2;
        }
        p *= 2;
    }
    network
}

/// Comparisons side by side. The compiler unrolls no further than it sees fit, which for two lanes is not at all.
const UNROLLED: usize = 8;

/// X2: sorts the rows of the matrix √(w_j w_l)/r_jl and takes the mean of each column, largest first.
#[inline(always)]
pub(super) fn mean_sorted_rows<S: Isa>(
    simd: S,
    settings: &Settings,
    environment: &Environment,
    lines: &mut Aligned,
    x2: &mut [f64],
    clock: &mut Clock,
) {
    let stride = padded(environment.count);
    // Lines of missing neighbours would hold zeros, which sort to the front: they are left out.
    lines.resize(environment.count * stride);
    let (vectors, _) = S::as_mut_simd_f64s(lines);
    // Vectors in a line: the usual numbers are known to the compiler, which then unrolls.
    match stride / S::F64_LANES {
        // Lines are padded to more than two of the narrower vectors.
        2 if 2 * S::F64_LANES >= PADDING => {
            sort_rows::<S, 2>(simd, settings, environment, vectors, x2, clock)
        }
        4 => sort_rows::<S, 4>(simd, settings, environment, vectors, x2, clock),
        8 => sort_rows::<S, 8>(simd, settings, environment, vectors, x2, clock),
        16 => sort_rows::<S, 16>(simd, settings, environment, vectors, x2, clock),
        _ => sort_rows::<S, 0>(simd, settings, environment, vectors, x2, clock),
    }
}

/// [`mean_sorted_rows`] for lines of `G` vectors, or of any number where `G` is 0.
#[inline(always)]
fn sort_rows<S: Isa, const G: usize>(
    simd: S,
    settings: &Settings,
    environment: &Environment,
    lines: &mut [S::f64s],
    x2: &mut [f64],
    clock: &mut Clock,
) {
    let count = environment.count;
    let groups = if G > 0 { G } else { padded(count) / S::F64_LANES };
    fill::<S, G>(simd, environment, lines, groups);
    clock.lap(Stage::Distances);
    sort::<S, G>(simd, &settings.network, lines, count, groups);
    clock.lap(Stage::Sort);
    let zero = simd.splat_f64s(0.0);
    let share = 1.0 / settings.k as f64;
    for (out, line) in x2.iter_mut().zip(lines.chunks_exact(groups.max(1)).rev()) {
        let sum = line.iter().fold(zero, |sum, values| simd.add_f64s(sum, *values));
        *out = simd.reduce_sum_f64s(sum) * share;
    }
    clock.lap(Stage::Sum);
}

/// The matrix is symmetric: line l holds element l of every row, one row in each lane.
#[inline(always)]
fn fill<S: Isa, const G: usize>(simd: S, environment: &Environment, lines: &mut [S::f64s], groups: usize) {
    let groups = if G > 0 { G } else { groups };
    let (x, y, z) = (&environment.x, &environment.y, &environment.z);
    let (xs, _) = S::as_simd_f64s(x);
    let (ys, _) = S::as_simd_f64s(y);
    let (zs, _) = S::as_simd_f64s(z);
    let (roots, _) = S::as_simd_f64s(&environment.sqrt_weight);
    let (xs, ys, zs, roots) = (&xs[..groups], &ys[..groups], &zs[..groups], &roots[..groups]);
    let lines = lines.chunks_exact_mut(groups.max(1)).take(environment.count);
    for (l, line) in lines.enumerate() {
        let (xl, yl, zl) = (
            simd.splat_f64s(x[l]),
            simd.splat_f64s(y[l]),
            simd.splat_f64s(z[l]),
        );
        let root = simd.splat_f64s(environment.sqrt_weight[l]);
        for g in 0..groups {
            let dx = simd.sub_f64s(xs[g], xl);
            let dy = simd.sub_f64s(ys[g], yl);
            let dz = simd.sub_f64s(zs[g], zl);
            let squared = simd.multiply_add(dx, dx, simd.multiply_add(dy, dy, simd.mul_f64s(dz, dz)));
            line[g] = simd.mul_f64s(simd.mul_f64s(root, roots[g]), simd.inverse_sqrt(squared));
        }
        pulp::bytemuck::cast_slice_mut::<S::f64s, f64>(line)[l] = 0.0;
    }
}

/// Sorts the first `count` lines, lane by lane: a network without its last lines sorts the others. In WebAssembly a function
/// of its own, see [`crate::simd::Level::run`].
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
fn sort<S: Isa, const G: usize>(
    simd: S,
    network: &[(u32, u32)],
    lines: &mut [S::f64s],
    count: usize,
    groups: usize,
) {
    let groups = if G > 0 { G } else { groups };
    for &(low, high) in network.iter().filter(|(_, high)| (*high as usize) < count) {
        let (head, tail) = lines.split_at_mut(high as usize * groups);
        let (lows, low) = head[low as usize * groups..][..groups].as_chunks_mut::<UNROLLED>();
        let (highs, high) = tail[..groups].as_chunks_mut::<UNROLLED>();
        for (low, high) in lows.iter_mut().zip(highs) {
            compare(simd, low, high);
        }
        compare(simd, low, high);
    }
}

/// Puts the smaller of each two into the low line, the larger into the high line.
#[inline(always)]
fn compare<S: Isa>(simd: S, low: &mut [S::f64s], high: &mut [S::f64s]) {
    for (low, high) in low.iter_mut().zip(high) {
        let smaller = simd.smaller(*low, *high);
        *high = simd.larger(*low, *high);
        *low = smaller;
    }
}
