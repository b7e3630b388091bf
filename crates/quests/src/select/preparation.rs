//! What is needed of each structure on its own before any is picked: its entropy, and where its environments are.

use crate::job::check_turn;
use crate::kernel::{Parts, Single};
use crate::{Result, parallel};

/// Products of two numbers in one step, about.
const STEP_PRODUCTS: usize = if cfg!(feature = "threads") {
    1 << 31
} else {
    1 << 28
};

/// Computes the entropies of all structures, step by step.
#[derive(Debug)]
pub(super) struct Preparation {
    pub parts: Parts,
    pub entropies: Vec<f64>,
    /// First structure of each step, then their number.
    cuts: Vec<usize>,
    done: usize,
}

impl Preparation {
    pub fn new(parts: Parts) -> Self {
        let mut cuts = vec![0];
        let mut products = 0;
        for part in 0..parts.count() {
            products += parts.of(part).len().pow(2) * parts.width();
            if products >= STEP_PRODUCTS || part + 1 == parts.count() {
                cuts.push(part + 1);
                products = 0;
            }
        }
        Self {
            entropies: Vec::with_capacity(parts.count()),
            parts,
            cuts,
            done: 0,
        }
    }

    pub fn steps(&self) -> usize {
        self.cuts.len() - 1
    }

    pub fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.steps())?;
        self.done += 1;
        let parts = &self.parts;
        let of_part = |work: &mut Single, part: usize| -> Result<_> {
            let projections = parts.projected(part);
            let laid_out = parts.laid_out(part, &projections)?;
            let rows = parts.of(part);
            let count = rows.len() as f64;
            // Every row counts itself: no sum is below 1.
            let logs = rows
                .zip(&projections)
                .map(|(row, point)| parts.log_sum(row, point, &laid_out, 0.0, work));
            let entropy = count.ln() - logs.sum::<f64>() / count;
            Ok((projections, entropy.max(0.0)))
        };
        let range = self.cuts[index]..self.cuts[index + 1];
        let found = parallel::map_with(Single::default, range.collect(), of_part)?;
        for result in found {
            let (projections, entropy) = result?;
            self.parts.keep(projections);
            self.entropies.push(entropy);
        }
        Ok(())
    }
}
