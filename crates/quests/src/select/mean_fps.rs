//! Farthest point sampling by the structures' mean environments.

use super::fps::distance;
use super::greedy::first_of_best;
use super::structure_set::StructureSet;
use super::{Pick, answer};
use crate::job::{check_end, check_turn};
use crate::kernel::Draw;
use crate::{Job, Result};

/// Picks the structures whose means are farthest; see [`super::select`].
pub(super) struct MeanFpsJob {
    means: Vec<Vec<f64>>,
    count: usize,
    /// Distance of each structure to the nearest that was picked; −∞ for those that were.
    nearest: Vec<f64>,
    picks: Vec<Pick>,
    seed: u64,
}

impl MeanFpsJob {
    pub fn new(set: &StructureSet, count: usize, seed: u64) -> Self {
        Self {
            means: (0..set.count()).map(|structure| set.mean(structure)).collect(),
            count,
            nearest: vec![f64::INFINITY; set.count()],
            picks: Vec::new(),
            seed,
        }
    }
}

impl Job for MeanFpsJob {
    fn steps(&self) -> usize {
        self.count
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.picks.len(), self.count)?;
        let next = if index == 0 {
            Draw::new(self.seed, 0).below(self.means.len())
        } else {
            first_of_best(self.nearest.iter().copied().enumerate()).unwrap_or(0)
        };
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
