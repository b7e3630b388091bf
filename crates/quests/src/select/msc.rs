//! Minimum set coverage: the structure whose most novel environment is most novel, and which is
//! diverse itself.

use super::greedy::{Candidate, Greedy, first_of_best};
use super::growing_set::{GrowingSet, Progress};
use super::preparation::Preparation;
use super::structure_set::StructureSet;
use super::{Pick, answer};
use crate::job::{check_end, check_turn};
use crate::simd::Aligned;
use crate::{Job, Result};

/// A structure, and what is known of its environments.
struct Structure {
    index: usize,
    entropy: f64,
    /// First row.
    first: usize,
    /// log p of each environment with respect to the known set and to the picks in its sum so far.
    logs: Vec<f64>,
    progress: Vec<Progress>,
    /// Largest δH.
    largest: f64,
}

impl Structure {
    fn new(set: &StructureSet, entropies: &[f64], known: &[f64], index: usize) -> Self {
        let rows = set.rows_of(index);
        let mut logs = vec![f64::NEG_INFINITY; rows.len()];
        if !known.is_empty() {
            logs.copy_from_slice(&known[rows.clone()]);
        }
        Self {
            index,
            entropy: entropies[index],
            first: rows.start,
            progress: vec![Progress::NONE; rows.len()],
            largest: -logs.iter().copied().fold(f64::INFINITY, f64::min),
            logs,
        }
    }

    /// Adds more picks to the sum of the most novel environment, again and again, until that sum is
    /// complete, or the structure is worth no more than `enough`. Returns whether it is complete.
    fn advance(&mut self, set: &StructureSet, picked: &GrowingSet, enough: f64, work: &mut Aligned) -> bool {
        loop {
            let (at, next) = two_smallest(&self.logs);
            // As long as it stays the most novel one, no other is needed.
            while self.logs[at] <= next {
                let (log, progress) = (self.logs[at], &mut self.progress[at]);
                self.largest = -log;
                if picked.is_complete(log, progress) {
                    return true;
                }
                if self.largest + self.entropy <= enough {
                    return false;
                }
                self.logs[at] = picked.add_terms(set, self.first + at, log, progress, work);
            }
        }
    }
}

impl Candidate for Structure {
    fn index(&self) -> usize {
        self.index
    }

    fn bound(&self) -> f64 {
        self.largest + self.entropy
    }
}

/// Where the smallest value is, and the next smallest value.
fn two_smallest(values: &[f64]) -> (usize, f64) {
    let (mut at, mut least, mut next) = (0, f64::INFINITY, f64::INFINITY);
    for (index, value) in values.iter().enumerate() {
        if *value < least {
            next = least;
            (at, least) = (index, *value);
        } else if *value < next {
            next = *value;
        }
    }
    (at, next)
}

/// Picks by minimum set coverage; see [`super::select`].
pub(super) struct MscJob {
    preparation: Preparation,
    count: usize,
    known: Vec<f64>,
    greedy: Option<Greedy<Structure>>,
    picked: GrowingSet,
    picks: Vec<Pick>,
    done: usize,
}

impl MscJob {
    pub fn new(set: StructureSet, count: usize, known: Vec<f64>) -> Self {
        Self {
            picked: GrowingSet::none(&set),
            preparation: Preparation::new(set),
            count,
            known,
            greedy: None,
            picks: Vec::new(),
            done: 0,
        }
    }

    /// The candidates, and the first pick if there is no known set to compare with.
    fn begin(&mut self) -> Result<()> {
        let Preparation { set, entropies, .. } = &self.preparation;
        let first = if self.known.is_empty() {
            first_of_best(entropies.iter().copied().enumerate())
        } else {
            None
        };
        let others = (0..set.count()).filter(|index| Some(*index) != first);
        let structures = others.map(|index| Structure::new(set, entropies, &self.known, index));
        self.greedy = Some(Greedy::new(structures));
        if let Some(index) = first {
            self.keep(Pick {
                index,
                gain: f64::INFINITY,
            })?;
        }
        Ok(())
    }

    fn keep(&mut self, pick: Pick) -> Result<()> {
        self.picked.add(&self.preparation.set, pick.index)?;
        self.picks.push(pick);
        Ok(())
    }
}

impl Job for MscJob {
    fn steps(&self) -> usize {
        self.preparation.steps() + self.count
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.steps())?;
        self.done += 1;
        if index < self.preparation.steps() {
            return self.preparation.step(index);
        }
        if self.greedy.is_none() {
            self.begin()?;
            if !self.picks.is_empty() {
                return Ok(());
            }
        }
        let (set, picked) = (&self.preparation.set, &self.picked);
        let advance = |work: &mut Aligned, structure: &mut Structure, enough: f64| {
            structure.advance(set, picked, enough, work)
        };
        let picked = match &mut self.greedy {
            Some(greedy) => greedy.pick(Aligned::default, advance)?,
            None => None,
        };
        if let Some(structure) = picked {
            self.keep(Pick {
                index: structure.index,
                gain: structure.largest,
            })?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.steps())?;
        Ok(answer(&self.picks, &self.preparation.entropies))
    }
}
