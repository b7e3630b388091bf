//! Bounds of log p of a set within itself, where its leaves come one piece after the other: the
//! same numbers as of [`BoundsJob`](crate::kernel::BoundsJob).

use std::sync::Arc;

use super::leaves::boxes_of;
use super::piece::{Piece, check_pair};
use crate::job::{check_end, check_turn};
use crate::kernel::checks::check_bandwidth;
use crate::kernel::points::{Bounds, LEAF, Queries, leaf_rows};
use crate::kernel::sums::{Block, squared_reach};
use crate::{Error, Job, Result, parallel};

/// Leaves of one step of [`LeafBoundsJob`].
const STEP_LEAVES: usize = if cfg!(feature = "threads") { 256 } else { 4 };

/// Sums the rows of each leaf of a piece over that leaf: a lower bound of their p.
#[derive(Debug)]
pub struct OwnLeavesJob {
    piece: Arc<Piece>,
    bandwidth: f64,
    squared_reach: f64,
    sums: Vec<f64>,
    done: usize,
}

impl OwnLeavesJob {
    /// Plans the sums; `terms` is N, the rows of the set.
    ///
    /// # Errors
    /// [`Error::Argument`] for an unusable bandwidth, or values so large that the exponent
    /// overflows.
    pub fn new(piece: Arc<Piece>, terms: usize, bandwidth: f64) -> Result<Self> {
        check_pair(&piece, &piece, &[bandwidth])?;
        Ok(Self {
            squared_reach: squared_reach(&Queries::Own, terms, bandwidth),
            piece,
            bandwidth,
            sums: Vec::new(),
            done: 0,
        })
    }

    fn leaf(&self, leaf: usize) -> Vec<f64> {
        let Piece {
            reference, counts, ..
        } = &*self.piece;
        let block = Block::of_own_leaf(reference, leaf, &self.bandwidth, counts, self.squared_reach);
        let sums = block.sum();
        if counts.is_empty() {
            sums.rows
        } else {
            sums.weighted
        }
    }
}

impl Job for OwnLeavesJob {
    fn steps(&self) -> usize {
        1
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, 1)?;
        let leaves = (0..self.piece.leaves()).collect();
        self.sums = parallel::map_with(|| (), leaves, |(), leaf| self.leaf(leaf))?.concat();
        self.done = 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, 1)?;
        Ok(std::mem::take(&mut self.sums))
    }
}

/// From the sums of all rows over their own leaves, the lower bound of log p of each row, then the
/// upper one: every other leaf adds its rows times the largest kernel across the gap between the
/// boxes at most.
#[derive(Debug)]
pub struct LeafBoundsJob {
    boxes: Vec<Bounds>,
    /// Rows of each leaf, each copy counted.
    counts: Vec<f64>,
    sums: Vec<f64>,
    bandwidth: f64,
    squared_reach: f64,
    high: Vec<f64>,
    done: usize,
}

impl LeafBoundsJob {
    /// Plans the bounds: boxes and rows of all leaves, copies counted, and the sums of all rows of
    /// [`OwnLeavesJob`]. `terms` is N, the rows of the set.
    ///
    /// # Errors
    /// [`Error::Argument`] for arrays of the wrong length, and an unusable bandwidth.
    pub fn new(boxes: &[f64], counts: &[f64], sums: &[f64], terms: usize, bandwidth: f64) -> Result<Self> {
        check_bandwidth(bandwidth)?;
        let boxes = boxes_of(boxes)?;
        if counts.len() != boxes.len() || sums.len().div_ceil(LEAF) != boxes.len() {
            return Err(Error::Argument(format!(
                "{} counts and {} sums of {} leaves",
                counts.len(),
                sums.len(),
                boxes.len()
            )));
        }
        Ok(Self {
            boxes,
            counts: counts.to_vec(),
            high: Vec::with_capacity(sums.len()),
            sums: sums.to_vec(),
            bandwidth,
            squared_reach: squared_reach(&Queries::Own, terms, bandwidth),
            done: 0,
        })
    }

    /// The most that all other leaves add to a row of one.
    fn others(&self, leaf: usize) -> f64 {
        let own = &self.boxes[leaf];
        let mut others = 0.0;
        for (at, (other, count)) in self.boxes.iter().zip(&self.counts).enumerate() {
            let gap = other.squared_gap(own);
            if at != leaf && gap <= self.squared_reach {
                let kernel = (-0.5 * gap / (self.bandwidth * self.bandwidth)).exp();
                others += kernel * count;
            }
        }
        others
    }
}

impl Job for LeafBoundsJob {
    fn steps(&self) -> usize {
        self.boxes.len().div_ceil(STEP_LEAVES)
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.steps())?;
        self.done += 1;
        let first = index * STEP_LEAVES;
        let leaves: Vec<usize> = (first..(first + STEP_LEAVES).min(self.boxes.len())).collect();
        let found = parallel::map_with(|| (), leaves, |(), leaf| self.others(leaf))?;
        for (leaf, others) in (first..).zip(found) {
            let sums = &self.sums[leaf_rows(leaf, self.sums.len())];
            self.high.extend(sums.iter().map(|sum| (sum + others).ln()));
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.steps())?;
        let mut bounds: Vec<f64> = self.sums.iter().map(|sum| sum.ln()).collect();
        bounds.append(&mut self.high);
        Ok(bounds)
    }
}
