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

use super::Settings;
use crate::environment::{Environment, Neighbors, sqrt_weight};
use crate::math::squared_norm;
use crate::neighbors::{Candidates, Grid};
use crate::simd::padded;
use crate::structure::Vector;

/// Length over which the weight falls to 0 before the nearest atom that is left out, in Å.
const TAPER: f64 = 0.5;

/// Neighbours of one atom, as they weigh in all channels.
#[derive(Debug, Default)]
pub(super) struct Channels {
    /// Squared distances of all within the search radius, and which candidates they are.
    near: Vec<(f64, u32)>,
    /// w and r of each neighbour, and its species.
    weights: Vec<f64>,
    distances: Vec<f64>,
    species: Vec<u32>,
}

impl Channels {
    /// Chooses the neighbours of an atom and puts their coordinates into `environment`.
    pub fn choose(
        &mut self,
        neighbors: &Neighbors,
        candidates: &Candidates,
        grid: &Grid,
        centre: Vector,
        settings: &Settings,
        environment: &mut Environment,
    ) {
        let (k, cutoff) = (settings.k, settings.cutoff);
        self.near.clear();
        self.near.extend(neighbors.squared_distances());
        let mut beyond = cutoff * cutoff;
        if self.near.len() > k {
            let (.., next, _) = self.near.select_nth_unstable_by(k, |a, b| a.0.total_cmp(&b.0));
            beyond = beyond.min(next.0);
        }
        // In the order of the candidates, which does not depend on how they were chosen.
        self.near.retain(|(squared, _)| *squared < beyond);
        self.near.sort_unstable_by_key(|(_, at)| *at);
        let edge = beyond.sqrt();
        for line in [&mut self.weights, &mut self.distances] {
            line.clear();
        }
        self.species.clear();
        environment.begin();
        for &(_, at) in &self.near {
            let at = at as usize;
            let place = [candidates.x[at], candidates.y[at], candidates.z[at]];
            let to: Vector = std::array::from_fn(|axis| place[axis] - centre[axis]);
            let squared = squared_norm(to);
            let distance = squared.sqrt();
            self.weights
                .push(sqrt_weight(squared, cutoff).powi(2) * taper((edge - distance) / TAPER));
            self.distances.push(distance);
            self.species.push(grid.species(candidates.atom[at] as usize));
            environment.add(to);
        }
        environment.pad();
    }

    /// Weighs the neighbours by what their species weigh in a channel, and writes X1.
    pub fn weigh(&self, weight_of: impl Fn(u32) -> f64, environment: &mut Environment, x1: &mut [f64]) {
        environment.sqrt_weight.clear();
        let lines = self.weights.iter().zip(&self.distances).zip(&self.species);
        for (((weight, distance), species), out) in lines.zip(x1.iter_mut()) {
            let weight = weight * weight_of(*species);
            environment.sqrt_weight.push(weight.sqrt());
            *out = weight / distance;
        }
        environment.sqrt_weight.resize(padded(self.weights.len()), 0.0);
        x1[..self.weights.len()].sort_unstable_by(|a, b| b.total_cmp(a));
    }
}

/// 0 below 0, 1 above 1, and smooth between.
fn taper(share: f64) -> f64 {
    let share = share.clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}
