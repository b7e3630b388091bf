//! Farthest point sampling by the structures' mean environments, plain or guided by their forces.

use super::fps::distance;
use super::greedy::first_of_best;
use super::structure_set::StructureSet;
use super::{Pick, answer};
use crate::job::{check_end, check_turn};
use crate::kernel::Draw;
use crate::{Error, Job, Result};

/// Exponents of the forces in the worth of a structure, one pick after the other: strained
/// structures, plain distances, relaxed structures.
const EXPONENTS: [f64; 3] = [1.0, 0.0, -1.0];

/// Share of the mean force below which a structure counts as relaxed, however small its forces are.
const RELAXED: f64 = 0.1;

/// Picks the structures whose means are farthest; see [`super::select`].
pub(super) struct MeanFpsJob {
    means: Vec<Vec<f64>>,
    count: usize,
    /// Distance of each structure to the nearest that was picked; −∞ for those that were.
    nearest: Vec<f64>,
    /// Force of each structure over the mean; empty for plain distances.
    forces: Vec<f64>,
    picks: Vec<Pick>,
    seed: u64,
}

impl MeanFpsJob {
    /// By distances alone.
    pub fn new(set: &StructureSet, count: usize, seed: u64) -> Self {
        Self {
            means: (0..set.count()).map(|structure| set.mean(structure)).collect(),
            count,
            nearest: vec![f64::INFINITY; set.count()],
            forces: Vec::new(),
            picks: Vec::new(),
            seed,
        }
    }

    /// Guided by a force for each structure.
    pub fn guided(set: &StructureSet, count: usize, seed: u64, forces: &[f64]) -> Result<Self> {
        if forces.len() != set.count() {
            let problem = format!(
                "{} forces, expected one per structure: {}",
                forces.len(),
                set.count()
            );
            return Err(Error::Argument(problem));
        }
        if let Some(at) = forces
            .iter()
            .position(|force| !(force.is_finite() && *force >= 0.0))
        {
            let problem = format!("force {at} is {}, expected a number of at least 0", forces[at]);
            return Err(Error::Argument(problem));
        }
        let mean = forces.iter().sum::<f64>() / forces.len() as f64;
        // Without any force all structures are alike.
        let relative = |force: &f64| {
            if mean > 0.0 {
                (force / mean).max(RELAXED)
            } else {
                1.0
            }
        };
        Ok(Self {
            forces: forces.iter().map(relative).collect(),
            ..Self::new(set, count, seed)
        })
    }

    fn first(&self) -> usize {
        let mut draw = Draw::new(self.seed, 0);
        if self.forces.is_empty() {
            return draw.below(self.means.len());
        }
        // In proportion to the forces.
        let mut left = draw.uniform() * self.forces.iter().sum::<f64>();
        let passed = self.forces.iter().position(|force| {
            left -= force;
            left <= 0.0
        });
        passed.unwrap_or(self.forces.len() - 1)
    }

    fn next(&self) -> usize {
        let exponent = EXPONENTS[(self.picks.len() - 1) % EXPONENTS.len()];
        let worth = |(at, nearest): (usize, &f64)| match self.forces.get(at) {
            Some(force) => (at, nearest * force.powf(exponent)),
            None => (at, *nearest),
        };
        first_of_best(self.nearest.iter().enumerate().map(worth)).unwrap_or(0)
    }
}

impl Job for MeanFpsJob {
    fn steps(&self) -> usize {
        self.count
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.picks.len(), self.count)?;
        let next = if index == 0 { self.first() } else { self.next() };
        self.picks.push(Pick {
            index: next,
            gain: self.nearest[next],
        });
        for (nearest, mean) in self.nearest.iter_mut().zip(&self.means) {
            *nearest = nearest.min(distance(mean, &self.means[next]));
        }
        self.nearest[next] = f64::NEG_INFINITY;
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.picks.len(), self.count)?;
        Ok(answer(&self.picks, &[]))
    }
}
