//! The environment of an atom: its k nearest neighbours, and what to do when the k-th is not alone.

use crate::neighbors::Candidates;
use crate::simd::{Isa, padded};
use crate::structure::Vector;

/// Atoms closer than this, in Å, are refused.
pub const MIN_DISTANCE: f64 = 1e-3;

/// Distances within this relative difference are equal: coordinates in files have 8 decimals.
pub const TIE: f64 = 1e-8;

/// Weight of a neighbour at distance r: w = (1 − (min(r, rc)/rc)²)²; returns its square root.
#[inline(always)]
pub(crate) fn sqrt_weight(squared_distance: f64, cutoff: f64) -> f64 {
    (1.0 - squared_distance / (cutoff * cutoff)).max(0.0)
}

/// Radius of the search: a little over the cutoff, so that a tie at the cutoff is seen whole, and never so small that
/// overlapping atoms are missed.
#[must_use]
pub fn search_radius(cutoff: f64) -> f64 {
    (cutoff * (1.0 + 2.0 * TIE)).max(MIN_DISTANCE)
}

/// Neighbours of one atom within reach, not yet chosen among.
#[derive(Debug, Default)]
pub(crate) struct Neighbors {
    /// Squared distance of every candidate; ∞ for the atom itself, NaN for what fills up.
    squared: Vec<f64>,
    /// Candidates within the search radius.
    within: Vec<u32>,
}

/// Candidate at which the neighbours of `atom` come too close.
pub(crate) struct Overlap {
    pub candidate: usize,
    pub distance: f64,
}

impl Neighbors {
    /// Finds the neighbours of the candidate `own` among all candidates.
    #[inline(always)]
    pub fn search<S: Isa>(
        &mut self,
        simd: S,
        candidates: &Candidates,
        own: usize,
        radius: f64,
    ) -> Result<(), Overlap> {
        self.distances(simd, candidates, own);
        self.within.resize(self.squared.len(), 0);
        let limit = radius * radius;
        let mut found = 0;
        // Without a branch: every candidate is written, only those within stay.
        let within = &mut self.within[..];
        for (candidate, squared) in self.squared.iter().enumerate() {
            within[found] = candidate as u32;
            found += usize::from(*squared <= limit);
        }
        self.within.truncate(found);
        match self
            .within
            .iter()
            .find(|at| self.squared[**at as usize] < MIN_DISTANCE * MIN_DISTANCE)
        {
            None => Ok(()),
            Some(at) => Err(Overlap {
                candidate: *at as usize,
                distance: self.squared[*at as usize].sqrt(),
            }),
        }
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

/// More neighbours at the k-th distance than places left: `tied` of them share `places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tie {
    pub tied: usize,
    pub places: usize,
}

/// The neighbours that make an atom's environment, relative to the atom. Where there is a tie, the tied ones come last.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    /// Number of neighbours, k at most but for a tie.
    pub count: usize,
    pub tie: Option<Tie>,
    /// Squared distances, sorted; k at most.
    pub squared: Vec<f64>,
    /// Relative coordinates, padded with points far apart.
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub z: Vec<f64>,
    /// Square roots of the weights, padded with zeros.
    pub sqrt_weight: Vec<f64>,
    sorted: Vec<u64>,
}

impl Environment {
    /// Chooses the `k` nearest of `neighbors` that `accept` accepts.
    #[inline(always)]
    pub fn choose(
        &mut self,
        neighbors: &Neighbors,
        candidates: &Candidates,
        centre: Vector,
        k: usize,
        cutoff: f64,
        accept: impl Fn(usize) -> bool,
    ) {
        // Squares of distances are positive, so their bits sort as the numbers do, and integers sort faster.
        self.sorted.clear();
        let accepted = neighbors.within.iter().filter(|at| accept(**at as usize));
        self.sorted
            .extend(accepted.map(|at| neighbors.squared[*at as usize].to_bits()));
        self.sorted.sort_unstable();

        let (mut certain, mut limit) = (f64::INFINITY, f64::INFINITY);
        self.tie = None;
        if self.sorted.len() > k {
            let kth = f64::from_bits(self.sorted[k - 1]);
            certain = kth * (1.0 - TIE).powi(2);
            limit = kth * (1.0 + TIE).powi(2);
            let below = self
                .sorted
                .iter()
                .filter(|bits| f64::from_bits(**bits) < certain)
                .count();
            let upto = self
                .sorted
                .iter()
                .filter(|bits| f64::from_bits(**bits) <= limit)
                .count();
            if upto > k {
                self.tie = Some(Tie {
                    tied: upto - below,
                    places: k - below,
                });
            } else {
                certain = f64::INFINITY;
            }
        }

        self.clear();
        self.squared
            .extend(self.sorted.iter().take(k).map(|bits| f64::from_bits(*bits)));
        for &at in &neighbors.within {
            let at = at as usize;
            let squared = neighbors.squared[at];
            if squared < certain && squared <= limit && accept(at) {
                self.push(candidates, at, squared, centre, cutoff);
            }
        }
        if self.tie.is_some() {
            for &at in &neighbors.within {
                let at = at as usize;
                let squared = neighbors.squared[at];
                if squared >= certain && squared <= limit && accept(at) {
                    self.push(candidates, at, squared, centre, cutoff);
                }
            }
        }
        self.pad();
    }

    fn clear(&mut self) {
        self.squared.clear();
        self.x.clear();
        self.y.clear();
        self.z.clear();
        self.sqrt_weight.clear();
    }

    #[inline(always)]
    fn push(&mut self, candidates: &Candidates, at: usize, squared: f64, centre: Vector, cutoff: f64) {
        self.x.push(candidates.x[at] - centre[0]);
        self.y.push(candidates.y[at] - centre[1]);
        self.z.push(candidates.z[at] - centre[2]);
        self.sqrt_weight.push(sqrt_weight(squared, cutoff));
    }

    fn pad(&mut self) {
        self.count = self.x.len();
        let length = padded(self.count);
        // Far away and all different, so that no distance between them is 0; their weight is 0.
        self.x
            .extend((self.count..length).map(|at| 1e3 * (at - self.count + 1) as f64));
        self.y.resize(length, 1e6);
        self.z.resize(length, 0.0);
        self.sqrt_weight.resize(length, 0.0);
    }
}
