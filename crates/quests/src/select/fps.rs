//! Farthest point sampling of structures, their distance being the mean over all pairs of environments.

use super::greedy::{Candidate, Greedy, first_of_best};
use super::preparation::Preparation;
use super::{Pick, answer};
use crate::job::{check_end, check_turn};
use crate::kernel::{Part, Parts};
use crate::{Job, Result};

/// Share by which a bound from below may be too large by rounding.
const ROUNDING: f64 = 1e-12;

struct Structure {
    index: usize,
    /// Distance to the nearest of the picks it has seen.
    nearest: f64,
    seen: usize,
}

impl Structure {
    /// Compares with the picks it has not seen, until it has seen all, or is no farther than `enough`. Says which.
    fn advance(&mut self, parts: &Parts, means: &[Vec<f64>], kept: &[(usize, Part)], enough: f64) -> bool {
        for (pick, part) in &kept[self.seen..] {
            if self.nearest <= enough {
                return false;
            }
            self.seen += 1;
            // The mean distance is at least the distance of the means.
            let least = distance(&means[self.index], &means[*pick]) * (1.0 - ROUNDING);
            if least < self.nearest {
                self.nearest = self.nearest.min(parts.mean_distance(self.index, part));
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
    a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt()
}

/// Picks the farthest structures; see [`super::select`].
pub(super) struct FpsJob {
    preparation: Preparation,
    count: usize,
    means: Vec<Vec<f64>>,
    greedy: Option<Greedy<Structure>>,
    kept: Vec<(usize, Part)>,
    picks: Vec<Pick>,
    done: usize,
}

impl FpsJob {
    pub fn new(parts: Parts, count: usize) -> Self {
        Self {
            preparation: Preparation::new(parts),
            count,
            means: Vec::new(),
            greedy: None,
            kept: Vec::new(),
            picks: Vec::new(),
            done: 0,
        }
    }

    fn begin(&mut self) -> Result<()> {
        let Preparation { parts, entropies, .. } = &self.preparation;
        self.means = (0..parts.count()).map(|part| parts.mean(part)).collect();
        let first = first_of_best(entropies.iter().copied().enumerate()).unwrap_or(0);
        let others = (0..parts.count()).filter(|index| *index != first);
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
        self.kept
            .push((pick.index, self.preparation.parts.part(pick.index)?));
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
        let (parts, means, kept) = (&self.preparation.parts, &self.means, &self.kept);
        let advance = |(): &mut (), structure: &mut Structure, enough: f64| {
            structure.advance(parts, means, kept, enough)
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
