//! The environment of an atom: its k nearest neighbours, and the tied neighbours if several are at
//! the distance of the k-th.

use crate::neighbors::Candidates;
use crate::simd::{Isa, PADDING, RankSort, padded};
use crate::structure::Vector;

/// Atoms closer than this, in Å, are refused.
pub const MIN_DISTANCE: f64 = 1e-3;

/// Distances within this relative difference are equal: coordinates in files have 8 decimals.
pub const SAME_DISTANCE: f64 = 1e-8;

/// Weight of a neighbour at distance r: w = (1 − (min(r, rc)/rc)²)²; returns its square root.
#[inline(always)]
pub(crate) fn sqrt_weight(squared_distance: f64, cutoff: f64) -> f64 {
    (1.0 - squared_distance / (cutoff * cutoff)).max(0.0)
}

/// [`sqrt_weight`] of several.
#[inline(always)]
pub(crate) fn sqrt_weights<S: Isa>(simd: S, squared: S::f64s, cutoff: f64) -> S::f64s {
    let share = simd.div_f64s(squared, simd.splat_f64s(cutoff * cutoff));
    let below = simd.sub_f64s(simd.splat_f64s(1.0), share);
    simd.larger(below, simd.splat_f64s(0.0))
}

/// Radius of the search: a little over the cutoff, so that all tied neighbours at the cutoff are
/// found, and never so small that overlapping atoms are missed.
#[must_use]
pub fn search_radius(cutoff: f64) -> f64 {
    (cutoff * (1.0 + 2.0 * SAME_DISTANCE)).max(MIN_DISTANCE)
}

/// Neighbours of one atom within the search radius, before the choice of the k nearest.
#[derive(Debug, Default)]
pub(crate) struct Neighbors {
    /// Squared distance of every candidate; ∞ for the atom itself, NaN for padding.
    squared: Vec<f64>,
    /// Candidates within the search radius, and room for a few more.
    within: Vec<u32>,
    found: usize,
}

/// Places of the bits that are set in a number of four bits.
const PLACES: [[u32; 4]; 16] = {
    let mut places = [[0; 4]; 16];
    let mut bits = 0;
    while bits < 16 {
        let mut found = 0;
        let mut place = 0;
        while place < 4 {
            if bits >> place & 1 == 1 {
                places[bits][found] = place as u32;
                found += 1;
            }
            place += 1;
        }
        bits += 1;
    }
    places
};

impl Neighbors {
    /// Finds the neighbours of the candidate `own` among all candidates.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub fn search<S: Isa>(&mut self, simd: S, candidates: &Candidates, own: usize, radius: f64) {
        self.distances(simd, candidates, own);
        let length = self.squared.len();
        if self.within.len() < length + 4 {
            self.within.resize(length + 4, 0);
        }
        let limit = simd.splat_f64s(radius * radius);
        let (vectors, _) = S::as_simd_f64s(&self.squared);
        let mut found = 0;
        // No branch: four places are written, and the next four overwrite those that are not within
        // the radius.
        for (eight, start) in vectors
            .chunks_exact(PADDING / S::F64_LANES)
            .zip((0..).step_by(PADDING))
        {
            let mut bits = 0;
            for (vector, lane) in eight.iter().zip((0..).step_by(S::F64_LANES)) {
                bits |= simd.bits_upto(*vector, limit) << lane;
            }
            for (four, start) in [(bits & 15, start), (bits >> 4, start + 4)] {
                let places = PLACES[four as usize];
                let out = &mut self.within[found..found + 4];
                for (out, place) in out.iter_mut().zip(places) {
                    *out = start + place;
                }
                found += four.count_ones() as usize;
            }
        }
        self.found = found;
    }

    fn within(&self) -> &[u32] {
        &self.within[..self.found]
    }

    /// The nearest candidate and its distance.
    pub fn nearest(&self) -> Option<(usize, f64)> {
        let all = self
            .within()
            .iter()
            .map(|at| (*at as usize, self.squared[*at as usize]));
        let nearest = all.min_by(|one, other| one.1.total_cmp(&other.1))?;
        Some((nearest.0, nearest.1.sqrt()))
    }

    #[inline(always)]
    fn distances<S: Isa>(&mut self, simd: S, candidates: &Candidates, own: usize) {
        self.squared.resize(candidates.x.len(), 0.0);
        let (x, y, z) = (candidates.x[own], candidates.y[own], candidates.z[own]);
        let (xs, _) = S::as_simd_f64s(&candidates.x);
        let (ys, _) = S::as_simd_f64s(&candidates.y);
        let (zs, _) = S::as_simd_f64s(&candidates.z);
        let (out, _) = S::as_mut_simd_f64s(&mut self.squared);
        let (vx, vy, vz) = (simd.splat_f64s(x), simd.splat_f64s(y), simd.splat_f64s(z));
        for (((out, cx), cy), cz) in out.iter_mut().zip(xs).zip(ys).zip(zs) {
            let dx = simd.sub_f64s(*cx, vx);
            let dy = simd.sub_f64s(*cy, vy);
            let dz = simd.sub_f64s(*cz, vz);
            *out = simd.multiply_add(dx, dx, simd.multiply_add(dy, dy, simd.mul_f64s(dz, dz)));
        }
        self.squared[own] = f64::INFINITY;
    }
}

/// More neighbours at the distance of the k-th than there are places left for them: `count` of them
/// share `places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TiedNeighbors {
    pub count: usize,
    pub places: usize,
}

/// The neighbours that make an atom's environment, relative to the atom. Tied neighbours come last.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    /// Number of neighbours: k at most, or more if some are tied.
    pub count: usize,
    pub tied: Option<TiedNeighbors>,
    /// Squared distances, sorted; k at most.
    pub squared: Vec<f64>,
    /// Relative coordinates, padded with points far apart.
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub z: Vec<f64>,
    /// Square roots of the weights, padded with zeros.
    pub sqrt_weight: Vec<f64>,
    /// Squared distances of the accepted neighbours, padded with ∞, and which candidates they are.
    near: Vec<f64>,
    candidate: Vec<u32>,
    sort: RankSort,
}

impl Environment {
    /// Chooses the `k` nearest of `neighbors` that `accept` accepts.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub fn choose<S: Isa>(
        &mut self,
        simd: S,
        neighbors: &Neighbors,
        candidates: &Candidates,
        centre: Vector,
        settings: (usize, f64),
        accept: impl Fn(usize) -> bool,
    ) {
        let (k, cutoff) = settings;
        let accepted = self.accept(neighbors, accept);
        self.sort.run(simd, &self.near, accepted, &mut self.squared);

        let (mut certain, mut limit) = (f64::INFINITY, f64::INFINITY);
        self.tied = None;
        if accepted > k {
            let kth = self.squared[k - 1];
            limit = kth * (1.0 + SAME_DISTANCE).powi(2);
            if self.squared[k] <= limit {
                certain = kth * (1.0 - SAME_DISTANCE).powi(2);
                let below = self.squared.iter().filter(|squared| **squared < certain).count();
                let upto = self.squared.iter().filter(|squared| **squared <= limit).count();
                self.tied = Some(TiedNeighbors {
                    count: upto - below,
                    places: k - below,
                });
            }
            self.squared.truncate(k);
        }

        self.make_room(accepted);
        self.place(candidates, centre, accepted, |squared| {
            squared < certain && squared <= limit
        });
        if self.tied.is_some() {
            self.place(candidates, centre, accepted, |squared| {
                squared >= certain && squared <= limit
            });
        }
        self.weigh(simd, cutoff);
    }

    /// Chooses those of the `k` nearest of `neighbors` that are nearer than the next one, which is
    /// left out, and than the cutoff; returns the squared distance of the nearer of these two. They
    /// are not weighed: in place of weights stand squared distances, that of the cutoff where there
    /// is no neighbour.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub fn choose_nearer_than_next<S: Isa>(
        &mut self,
        simd: S,
        neighbors: &Neighbors,
        candidates: &Candidates,
        centre: Vector,
        settings: (usize, f64),
    ) -> f64 {
        let (k, cutoff) = settings;
        let accepted = self.accept(neighbors, |_| true);
        self.sort.run(simd, &self.near, accepted, &mut self.squared);
        let next = self.squared.get(k).copied().unwrap_or(f64::INFINITY);
        let beyond = next.min(cutoff * cutoff);
        self.tied = None;
        self.make_room(accepted);
        self.place(candidates, centre, accepted, |squared| squared < beyond);
        self.pad(cutoff * cutoff);
        beyond
    }

    /// Squared distances of the neighbours that the choice was among, and which candidates they
    /// are; those chosen are in the same order.
    pub fn accepted(&self) -> impl Iterator<Item = (f64, usize)> {
        let candidates = self.candidate.iter().map(|at| *at as usize);
        self.near.iter().copied().zip(candidates)
    }

    /// Takes all neighbours out, and makes room for so many.
    fn make_room(&mut self, count: usize) {
        for line in [&mut self.x, &mut self.y, &mut self.z, &mut self.sqrt_weight] {
            line.resize(padded(count) + PADDING, 0.0);
        }
        self.count = 0;
    }

    /// Takes the squared distances of those accepted; returns how many there are.
    #[inline(always)]
    fn accept(&mut self, neighbors: &Neighbors, accept: impl Fn(usize) -> bool) -> usize {
        let within = neighbors.within();
        self.near.resize(padded(within.len()), 0.0);
        self.candidate.resize(within.len(), 0);
        let (near, candidate) = (
            &mut self.near[..within.len()],
            &mut self.candidate[..within.len()],
        );
        let mut accepted = 0;
        for &at in within {
            near[accepted] = neighbors.squared[at as usize];
            candidate[accepted] = at;
            accepted += usize::from(accept(at as usize));
        }
        self.candidate.truncate(accepted);
        self.near.truncate(padded(accepted));
        self.near[accepted..].fill(f64::INFINITY);
        accepted
    }

    /// Appends those accepted neighbours that `take` takes.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn place(
        &mut self,
        candidates: &Candidates,
        centre: Vector,
        accepted: usize,
        take: impl Fn(f64) -> bool,
    ) {
        let length = candidates.len();
        let (xs, ys, zs) = (
            &candidates.x[..length],
            &candidates.y[..length],
            &candidates.z[..length],
        );
        let room = self.x.len();
        let (x, y, z) = (&mut self.x[..room], &mut self.y[..room], &mut self.z[..room]);
        let weights = &mut self.sqrt_weight[..room];
        let mut count = self.count;
        // No branch: all are written, and the next overwrites those that are not taken.
        for (&squared, &at) in self.near[..accepted].iter().zip(&self.candidate) {
            let at = at as usize;
            x[count] = xs[at] - centre[0];
            y[count] = ys[at] - centre[1];
            z[count] = zs[at] - centre[2];
            weights[count] = squared;
            count += usize::from(take(squared));
        }
        self.count = count;
    }

    /// Padding is far away and all different, so that no distance is 0; its weight is 0.
    #[inline(always)]
    fn put_padding(&mut self, length: usize) {
        for at in self.count..length {
            self.x[at] = 1e3 * (at - self.count + 1) as f64;
        }
        self.y[self.count..length].fill(1e6);
        self.z[self.count..length].fill(0.0);
    }

    /// Fills up to whole vectors; in place of weights by `beyond`.
    #[inline(always)]
    fn pad(&mut self, beyond: f64) {
        let length = padded(self.count);
        self.put_padding(length);
        self.sqrt_weight[self.count..length].fill(beyond);
        for line in [&mut self.x, &mut self.y, &mut self.z, &mut self.sqrt_weight] {
            line.truncate(length);
        }
    }

    /// Turns the squared distances into weights, and pads.
    #[inline(always)]
    fn weigh<S: Isa>(&mut self, simd: S, cutoff: f64) {
        self.pad(f64::INFINITY);
        let (weights, _) = S::as_mut_simd_f64s(&mut self.sqrt_weight);
        for weight in weights {
            *weight = sqrt_weights(simd, *weight, cutoff);
        }
    }

    /// Writes X1_j = w_j/r_j of the sorted neighbours.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub fn write_x1<S: Isa>(&mut self, simd: S, cutoff: f64, x1: &mut [f64]) {
        let count = self.squared.len();
        // At the cutoff the weight is 0.
        self.squared.resize(padded(count), cutoff * cutoff);
        let (vectors, _) = S::as_mut_simd_f64s(&mut self.squared);
        for squared in vectors {
            let root = sqrt_weights(simd, *squared, cutoff);
            *squared = simd.mul_f64s(simd.mul_f64s(root, root), simd.inverse_sqrt(*squared));
        }
        x1[..count].copy_from_slice(&self.squared[..count]);
    }
}
