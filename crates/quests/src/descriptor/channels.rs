//! The environment of an atom in channels: in each, a neighbour weighs v·w(r), where v is what its
//! element weighs in the channel.
//!
//! - X1 is v_j w_j/r_j, largest first. Sorted by value, it is continuous where neighbours change
//!   places.
//! - X2 is that of the plain descriptor with these weights: its rows are sorted by value anyway.
//!
//! Which atoms are the k nearest must not matter either, for two at the k-th place may be of
//! different elements. So the weight also falls to 0 at the distance r₊ of the nearest atom that is
//! left out (the k + 1-th, or the cutoff): w(r) = (1 − (r/rc)²)² t((r₊ − r)/[`TAPER`]) with
//! t(u) = u²(3 − 2u), 1 from u = 1 on. Neighbours that would be tied at the k-th place weigh
//! nothing, and need no rule.

use crate::environment::{Environment, sqrt_weights};
use crate::neighbors::{Candidates, Grid};
use crate::simd::{Isa, RankSort, padded};

/// Length over which the weight falls to 0 before the nearest atom that is left out, in Å.
const TAPER: f64 = 0.5;

/// Neighbours of one atom, as they weigh in all channels. Arrays are filled up to whole vectors.
#[derive(Debug, Default)]
pub(super) struct Channels {
    /// √w and 1/r of each neighbour, and its species.
    roots: Vec<f64>,
    inverse_distances: Vec<f64>,
    species: Vec<u32>,
    /// X1, in the order of the neighbours and sorted.
    x1: Vec<f64>,
    ascending: Vec<f64>,
    sort: RankSort,
}

impl Channels {
    /// Takes the neighbours in `environment` over, which were chosen nearer than `beyond` (Å²).
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub fn take<S: Isa>(
        &mut self,
        simd: S,
        environment: &Environment,
        candidates: &Candidates,
        grid: &Grid,
        beyond: f64,
        cutoff: f64,
    ) {
        self.take_species(environment, candidates, grid, beyond);
        let edge = simd.splat_f64s(beyond.sqrt());
        let (zero, one) = (simd.splat_f64s(0.0), simd.splat_f64s(1.0));
        let (two, three) = (simd.splat_f64s(2.0), simd.splat_f64s(3.0));
        let per_taper = simd.splat_f64s(1.0 / TAPER);
        let length = environment.sqrt_weight.len();
        self.roots.resize(length, 0.0);
        self.inverse_distances.resize(length, 0.0);
        let (squares, _) = S::as_simd_f64s(&environment.sqrt_weight);
        let (roots, _) = S::as_mut_simd_f64s(&mut self.roots);
        let (inverses, _) = S::as_mut_simd_f64s(&mut self.inverse_distances);
        for ((squared, root), inverse) in squares.iter().zip(roots).zip(inverses) {
            let distance = simd.sqrt_f64s(*squared);
            let share = simd.mul_f64s(simd.sub_f64s(edge, distance), per_taper);
            let share = simd.smaller(simd.larger(share, zero), one);
            // √t(u) = u √(3 − 2u).
            let slope = simd.sqrt_f64s(simd.sub_f64s(three, simd.mul_f64s(two, share)));
            let taper = simd.mul_f64s(share, slope);
            *root = simd.mul_f64s(sqrt_weights(simd, *squared, cutoff), taper);
            *inverse = simd.div_f64s(one, distance);
        }
    }

    /// Species of the neighbours that are chosen.
    #[inline(always)]
    fn take_species(&mut self, environment: &Environment, candidates: &Candidates, grid: &Grid, beyond: f64) {
        self.species.resize(environment.count + 1, 0);
        let mut count = 0;
        // No branch: all are written, and the next overwrites those that are not chosen.
        for (squared, at) in environment.accepted() {
            self.species[count] = grid.species(candidates.atom[at] as usize);
            count += usize::from(squared < beyond);
        }
        self.species.truncate(count);
    }

    /// Weighs the neighbours by what their species weigh in a channel, given as a square root, and
    /// writes X1.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub fn weigh<S: Isa>(
        &mut self,
        simd: S,
        sqrt_weight_of: impl Fn(u32) -> f64,
        environment: &mut Environment,
        x1: &mut [f64],
    ) {
        let count = self.species.len();
        self.x1.resize(padded(count), 0.0);
        let lines = environment.sqrt_weight.iter_mut().zip(&self.roots);
        for ((out, root), species) in lines.zip(&self.species) {
            *out = root * sqrt_weight_of(*species);
        }
        environment.sqrt_weight[count..].fill(0.0);
        let (roots, _) = S::as_simd_f64s(&environment.sqrt_weight);
        let (inverses, _) = S::as_simd_f64s(&self.inverse_distances);
        let (values, _) = S::as_mut_simd_f64s(&mut self.x1);
        for ((value, root), inverse) in values.iter_mut().zip(roots).zip(inverses) {
            *value = simd.mul_f64s(simd.mul_f64s(*root, *root), *inverse);
        }
        self.x1[count..].fill(f64::INFINITY);
        self.sort.run(simd, &self.x1, count, &mut self.ascending);
        for (out, value) in x1.iter_mut().zip(self.ascending.iter().rev()) {
            *out = *value;
        }
    }
}
