//! Farthest point sampling of structures. Their distance is the mean over all pairs of
//! environments.

use super::greedy::{Candidate, Greedy, first_of_best};
use super::preparation::Preparation;
use super::structure_set::{StructureRows, StructureSet};
use super::{Pick, answer};
use crate::job::{check_end, check_turn};
use crate::math::squared_distance;
use crate::{Job, Result};

/// Relative rounding of a lower bound.
const ROUNDING: f64 = 1e-12;

struct Structure {
    index: usize,
    /// Distance to the nearest of the picks it was compared with.
    nearest: f64,
    seen: usize,
}

impl Structure {
    /// Compares with further picks, until it was compared with all, or is no farther than `enough`.
    /// Returns whether it was compared with all.
    fn advance(
        &mut self,
        set: &StructureSet,
        means: &[Vec<f64>],
        picked: &[(usize, StructureRows)],
        enough: f64,
    ) -> bool {
        for (pick, structure) in &picked[self.seen..] {
            if self.nearest <= enough {
                return false;
            }
            self.seen += 1;
            // The mean distance is at least the distance of the means.
            let least = distance(&means[self.index], &means[*pick]) * (1.0 - ROUNDING);
            if least < self.nearest {
                self.nearest = self.nearest.min(set.mean_distance(self.index, structure));
            }
        }
        true
    }
}

impl Candidate for Structure {
    fn index(&self) -> usize {
        self.index
    }

    fn bound(&self) -> f64 {
        self.nearest
    }
}

/// |a − b|.
pub(super) fn distance(a: &[f64], b: &[f64]) -> f64 {
    squared_distance(a, b).sqrt()
}

/// Picks the farthest structures; see [`super::select`].
pub(super) struct FpsJob {
    preparation: Preparation,
    count: usize,
    means: Vec<Vec<f64>>,
    greedy: Option<Greedy<Structure>>,
    picked: Vec<(usize, StructureRows)>,
    picks: Vec<Pick>,
    done: usize,
}

impl FpsJob {
    pub fn new(set: StructureSet, count: usize) -> Self {
        Self {
            preparation: Preparation::new(set),
            count,
            means: Vec::new(),
            greedy: None,
            picked: Vec::new(),
            picks: Vec::new(),
            done: 0,
        }
    }

    fn begin(&mut self) -> Result<()> {
        let Preparation { set, entropies, .. } = &self.preparation;
        self.means = (0..set.count()).map(|structure| set.mean(structure)).collect();
        let first = first_of_best(entropies.iter().copied().enumerate()).unwrap_or(0);
        let others = (0..set.count()).filter(|index| *index != first);
        self.greedy = Some(Greedy::new(others.map(|index| Structure {
            index,
            nearest: f64::INFINITY,
            seen: 0,
        })));
        self.keep(Pick {
            index: first,
            gain: f64::INFINITY,
        })
    }

    fn keep(&mut self, pick: Pick) -> Result<()> {
        self.picked
            .push((pick.index, self.preparation.set.structure(pick.index)?));
        self.picks.push(pick);
        Ok(())
    }
}

impl Job for FpsJob {
    fn steps(&self) -> usize {
        self.preparation.steps() + self.count
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.steps())?;
        self.done += 1;
        if index < self.preparation.steps() {
            return self.preparation.step(index);
        }
        let Some(greedy) = &mut self.greedy else {
            return self.begin();
        };
        let (set, means, picked) = (&self.preparation.set, &self.means, &self.picked);
        let advance = |(): &mut (), structure: &mut Structure, enough: f64| {
            structure.advance(set, means, picked, enough)
        };
        if let Some(structure) = greedy.pick(|| (), advance)? {
            self.keep(Pick {
                index: structure.index,
                gain: structure.nearest,
            })?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.steps())?;
        Ok(answer(&self.picks, &self.preparation.entropies))
    }
}
