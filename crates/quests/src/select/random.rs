//! Structures at random, without replacement.

use super::{Pick, answer};
use crate::job::{check_end, check_turn};
use crate::kernel::Draw;
use crate::{Job, Result};

/// Picks at random; see [`super::select`]. The first picks of a longer selection are those of a
/// shorter one.
pub(super) struct RandomJob {
    structures: usize,
    count: usize,
    seed: u64,
    picks: Vec<Pick>,
    done: usize,
}

impl RandomJob {
    pub fn new(structures: usize, count: usize, seed: u64) -> Self {
        Self {
            structures,
            count,
            seed,
            picks: Vec::new(),
            done: 0,
        }
    }
}

impl Job for RandomJob {
    fn steps(&self) -> usize {
        1
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, 1)?;
        self.done = 1;
        let mut draw = Draw::new(self.seed, 0);
        let mut structures: Vec<usize> = (0..self.structures).collect();
        for at in 0..self.count {
            let other = at + draw.below(structures.len() - at);
            structures.swap(at, other);
            self.picks.push(Pick {
                index: structures[at],
                gain: f64::NAN,
            });
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, 1)?;
        Ok(answer(&self.picks, &[]))
    }
}
