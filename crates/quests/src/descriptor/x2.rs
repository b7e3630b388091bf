//! X2 of one environment: rows of a matrix sorted all at once, then averaged.
//!
//! The matrix is symmetric, and the order within a row doesn't matter. So line d holds element j +
//! d (modulo the number of neighbours n) of every row j, one row in each lane. Lines d = 1 … n/2
//! are computed; line n − d is line d moved by d lanes. Line 0 would be the diagonal, the zero that
//! sorts to the front and is dropped.

use super::Settings;
use super::sorting::{FEW_LINES, LINES, sort_few_lines, sort_lines, sort_many_lines};
use crate::environment::Environment;
use crate::profile::{Profile, Stage};
use crate::simd::{Aligned, Isa, PADDING, padded};

/// Whether there is code for certain numbers of neighbours. Not in WebAssembly: it would have to be
/// loaded, and lines go through memory there anyway.
const IS_KNOWN: bool = cfg!(not(target_arch = "wasm32"));

/// Buffers of one thread.
#[derive(Debug, Default)]
pub(super) struct Matrix {
    /// Coordinates and square roots of the weights, one array after the other, repeated: neighbour
    /// j stands at j, n + j …
    round: Aligned,
    /// Line d, once from lane 0 and again from lane n, so that the moved lines lie there as well.
    lines: Aligned,
    /// 1/r_jl of lines 1 … n/2, which the channels of an environment share.
    inverse: Aligned,
    /// The lines of the lanes of one vector, if there are more lines than registers.
    column: Aligned,
    /// Sums of the sorted lines over the vectors before.
    sums: Aligned,
}

/// X2: sorts the rows of the matrix √(w_j w_l)/r_jl and takes the mean of each column, largest
/// first.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
pub(super) fn mean_sorted_rows<S: Isa>(
    simd: S,
    settings: &Settings,
    environment: &Environment,
    matrix: &mut Matrix,
    x2: &mut [f64],
    profile: &mut Profile,
) {
    let count = environment.count;
    if count < 2 {
        return;
    }
    // The usual number is known to the compiler, which then copies without loops.
    match count {
        32 if IS_KNOWN => matrix.fill(simd, environment, 32),
        _ => matrix.fill(simd, environment, count),
    }
    profile.lap(Stage::Distances);
    matrix.mean_of_sorted(simd, settings, count, x2, profile);
}

/// The same for one channel of an environment whose distances [`Matrix::measure`] has computed.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
pub(super) fn mean_sorted_rows_of_channel<S: Isa>(
    simd: S,
    settings: &Settings,
    environment: &Environment,
    matrix: &mut Matrix,
    x2: &mut [f64],
    profile: &mut Profile,
) {
    let count = environment.count;
    if count < 2 {
        return;
    }
    match count {
        32 if IS_KNOWN => matrix.weigh(simd, environment, 32),
        _ => matrix.weigh(simd, environment, count),
    }
    profile.lap(Stage::Distances);
    matrix.mean_of_sorted(simd, settings, count, x2, profile);
}

/// Takes the lines d of each vector, zeros for missing ones, sorts them and adds them up. A macro:
/// in a loop or a function the lines would go through memory first.
macro_rules! sort_and_add {
    ($matrix:ident, $simd:ident, $count:ident, $sort:ident, $($d:literal)+) => {{
        let (stride, zero) = (stride($count), $simd.splat_f64s(0.0));
        $matrix.sums.resize([$($d),+].len() * S::F64_LANES);
        for start in (0..$count).step_by(S::F64_LANES) {
            let mut column = [$(
                if $d <= $count / 2 {
                    S::as_simd_f64s(&$matrix.lines[($d - 1) * stride + start..]).0[0]
                } else if $d < $count {
                    // Line n − d, moved by n − d lanes.
                    S::as_simd_f64s(&$matrix.lines[($count - $d - 1) * stride + $d + start..]).0[0]
                } else {
                    zero
                }
            ),+];
            $sort($simd, &mut column);
            add_lanes($simd, start, $count, &column, &mut $matrix.sums);
        }
    }};
}

impl Matrix {
    /// Computes lines 1 … n/2.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn fill<S: Isa>(&mut self, simd: S, environment: &Environment, count: usize) {
        let span = padded(count);
        let reach = span + padded(count / 2);
        self.round.resize(4 * reach);
        let own = [
            &environment.x,
            &environment.y,
            &environment.z,
            &environment.sqrt_weight,
        ];
        for (round, own) in self.round.chunks_exact_mut(reach).zip(own) {
            repeat(round, own, count);
        }
        let stride = stride(count);
        self.lines.resize(count / 2 * stride);
        let (xs, _) = S::as_simd_f64s(&environment.x);
        let (ys, _) = S::as_simd_f64s(&environment.y);
        let (zs, _) = S::as_simd_f64s(&environment.z);
        let (roots, _) = S::as_simd_f64s(&environment.sqrt_weight);
        let groups = span / S::F64_LANES;
        let (xs, ys, zs, roots) = (&xs[..groups], &ys[..groups], &zs[..groups], &roots[..groups]);
        for (line, d) in self.lines.chunks_exact_mut(stride).zip(1..) {
            let moved = |axis: usize| S::as_simd_f64s(&self.round[axis * reach + d..][..span]).0;
            let (xd, yd, zd, rd) = (moved(0), moved(1), moved(2), moved(3));
            let (vectors, _) = S::as_mut_simd_f64s(line);
            let (first, second) = vectors.split_at_mut(groups);
            // Not in a closure: it would have to be inlined.
            for g in 0..groups {
                let inverse = inverse_distance(simd, [xd[g], yd[g], zd[g]], [xs[g], ys[g], zs[g]]);
                first[g] = simd.mul_f64s(simd.mul_f64s(rd[g], roots[g]), inverse);
                if count == span {
                    second[g] = first[g];
                }
            }
            if count != span {
                line.copy_within(..span, count);
            }
        }
    }

    /// Computes 1/r_jl of lines 1 … n/2, for [`mean_sorted_rows_of_channel`].
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub fn measure<S: Isa>(&mut self, simd: S, environment: &Environment) {
        let count = environment.count;
        if count < 2 {
            return;
        }
        let span = padded(count);
        let reach = span + padded(count / 2);
        self.round.resize(4 * reach);
        let own = [&environment.x, &environment.y, &environment.z];
        for (round, own) in self.round.chunks_exact_mut(reach).zip(own) {
            repeat(round, own, count);
        }
        self.inverse.resize(count / 2 * span);
        let (xs, _) = S::as_simd_f64s(&environment.x);
        let (ys, _) = S::as_simd_f64s(&environment.y);
        let (zs, _) = S::as_simd_f64s(&environment.z);
        let groups = span / S::F64_LANES;
        let (xs, ys, zs) = (&xs[..groups], &ys[..groups], &zs[..groups]);
        for (line, d) in self.inverse.chunks_exact_mut(span).zip(1..) {
            let moved = |axis: usize| S::as_simd_f64s(&self.round[axis * reach + d..][..span]).0;
            let (xd, yd, zd) = (moved(0), moved(1), moved(2));
            let (line, _) = S::as_mut_simd_f64s(line);
            for g in 0..groups {
                line[g] = inverse_distance(simd, [xd[g], yd[g], zd[g]], [xs[g], ys[g], zs[g]]);
            }
        }
    }

    /// Computes lines 1 … n/2 from what [`Self::measure`] found.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn weigh<S: Isa>(&mut self, simd: S, environment: &Environment, count: usize) {
        let span = padded(count);
        let reach = span + padded(count / 2);
        let repeated = &mut self.round[3 * reach..4 * reach];
        repeat(repeated, &environment.sqrt_weight, count);
        let stride = stride(count);
        self.lines.resize(count / 2 * stride);
        let groups = span / S::F64_LANES;
        let (roots, _) = S::as_simd_f64s(&environment.sqrt_weight);
        let roots = &roots[..groups];
        let inverse = self.inverse.chunks_exact(span);
        for ((line, inverse), d) in self.lines.chunks_exact_mut(stride).zip(inverse).zip(1..) {
            let (rd, _) = S::as_simd_f64s(&repeated[d..][..span]);
            let (inverse, _) = S::as_simd_f64s(inverse);
            let (vectors, _) = S::as_mut_simd_f64s(line);
            let (first, second) = vectors.split_at_mut(groups);
            for g in 0..groups {
                first[g] = simd.mul_f64s(simd.mul_f64s(rd[g], roots[g]), inverse[g]);
                if count == span {
                    second[g] = first[g];
                }
            }
            if count != span {
                line.copy_within(..span, count);
            }
        }
    }

    /// Sorts the lines and writes their means, largest first.
    #[inline(always)]
    fn mean_of_sorted<S: Isa>(
        &mut self,
        simd: S,
        settings: &Settings,
        count: usize,
        x2: &mut [f64],
        profile: &mut Profile,
    ) {
        let share = 1.0 / settings.k as f64;
        match count {
            32 if IS_KNOWN => self.sort(simd, 32),
            _ if IS_KNOWN && count <= FEW_LINES + 1 => self.sort_few(simd, count),
            _ if IS_KNOWN && count <= LINES + 1 => self.sort(simd, count),
            _ => self.sort_many(simd, count, &settings.network),
        }
        profile.lap(Stage::Sort);
        let (sums, _) = S::as_simd_f64s(&self.sums);
        for (out, sum) in x2.iter_mut().zip(sums.iter().rev()) {
            *out = simd.reduce_sum_f64s(*sum) * share;
        }
        profile.lap(Stage::Sum);
    }

    /// Sorts the n − 1 lines of each vector, filled up with zeros to 31, and adds them up.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn sort<S: Isa>(&mut self, simd: S, count: usize) {
        sort_and_add!(self, simd, count, sort_lines, 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20
            21 22 23 24 25 26 27 28 29 30 31);
    }

    /// The same for up to 15 lines.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn sort_few<S: Isa>(&mut self, simd: S, count: usize) {
        sort_and_add!(self, simd, count, sort_few_lines, 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    }

    /// The same for any number of lines.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn sort_many<S: Isa>(&mut self, simd: S, count: usize, network: &[(u32, u32)]) {
        let stride = stride(count);
        let length = (count - 1).max(LINES) * S::F64_LANES;
        self.sums.resize(length);
        self.column.resize(length);
        for start in (0..count).step_by(S::F64_LANES) {
            let (column, _) = S::as_mut_simd_f64s(&mut self.column);
            for (d, line) in (1..=count / 2).zip(self.lines.chunks_exact(stride)) {
                column[d - 1] = S::as_simd_f64s(&line[start..]).0[0];
                column[count - 1 - d] = S::as_simd_f64s(&line[count - d + start..]).0[0];
            }
            column[count - 1..].fill(simd.splat_f64s(0.0));
            match <&mut [S::f64s; LINES]>::try_from(&mut *column) {
                Ok(lines) => sort_lines(simd, lines),
                Err(_) => sort_many_lines(simd, network, column),
            }
            add_lanes(simd, start, count, column, &mut self.sums);
        }
    }
}

/// 1/r between two points in each lane.
#[inline(always)]
fn inverse_distance<S: Isa>(simd: S, a: [S::f64s; 3], b: [S::f64s; 3]) -> S::f64s {
    let dx = simd.sub_f64s(a[0], b[0]);
    let dy = simd.sub_f64s(a[1], b[1]);
    let dz = simd.sub_f64s(a[2], b[2]);
    let squared = simd.multiply_add(dx, dx, simd.multiply_add(dy, dy, simd.mul_f64s(dz, dz)));
    simd.inverse_sqrt(squared)
}

/// Puts the first `count` numbers one time after the other.
#[inline(always)]
fn repeat(round: &mut [f64], own: &[f64], count: usize) {
    for round in round.chunks_mut(count) {
        round.copy_from_slice(&own[..round.len()]);
    }
}

/// Numbers from one line to the next.
fn stride(count: usize) -> usize {
    padded(count + padded(count))
}

/// Adds the lines of the vector that starts at lane `start` to the sums. Lanes from `count` on
/// belong to no row.
#[inline(always)]
fn add_lanes<S: Isa>(simd: S, start: usize, count: usize, column: &[S::f64s], sums: &mut [f64]) {
    let (sums, _) = S::as_mut_simd_f64s(sums);
    let sums = &mut sums[..column.len()];
    if start == 0 && count >= S::F64_LANES {
        sums.copy_from_slice(column);
    } else if start + S::F64_LANES <= count {
        for (sum, line) in sums.iter_mut().zip(column) {
            *sum = simd.add_f64s(*sum, *line);
        }
    } else {
        let inside: [f64; PADDING] = std::array::from_fn(|lane| if start + lane < count { 1.0 } else { 0.0 });
        let inside = S::as_simd_f64s(&inside).0[0];
        for (sum, line) in sums.iter_mut().zip(column) {
            let inside = simd.mul_f64s(inside, *line);
            *sum = if start == 0 {
                inside
            } else {
                simd.add_f64s(*sum, inside)
            };
        }
    }
}
