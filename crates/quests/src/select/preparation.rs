//! What is needed of each structure on its own before any is picked: its entropy, and the
//! projections of its environments.

use super::structure_set::{RowSum, StructureSet};
use crate::job::check_turn;
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
    pub set: StructureSet,
    pub entropies: Vec<f64>,
    /// First structure of each step, then their number.
    cuts: Vec<usize>,
    done: usize,
}

impl Preparation {
    pub fn new(set: StructureSet) -> Self {
        let mut cuts = vec![0];
        let mut products = 0;
        for structure in 0..set.count() {
            products += set.rows_of(structure).len().pow(2) * set.width();
            if products >= STEP_PRODUCTS || structure + 1 == set.count() {
                cuts.push(structure + 1);
                products = 0;
            }
        }
        Self {
            entropies: Vec::with_capacity(set.count()),
            set,
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
        let set = &self.set;
        let of_structure = |work: &mut RowSum, structure: usize| -> Result<_> {
            let projections = set.projected(structure);
            let laid_out = set.laid_out(structure, &projections)?;
            let rows = set.rows_of(structure);
            let count = rows.len() as f64;
            // Every row counts itself: no sum is below 1.
            let logs = rows
                .zip(&projections)
                .map(|(row, point)| set.log_sum(row, point, &laid_out, 0.0, work));
            let entropy = count.ln() - logs.sum::<f64>() / count;
            Ok((projections, entropy.max(0.0)))
        };
        let range = self.cuts[index]..self.cuts[index + 1];
        let found = parallel::map_with(RowSum::default, range.collect(), of_structure)?;
        for result in found {
            let (projections, entropy) = result?;
            self.set.store_projections(projections);
            self.entropies.push(entropy);
        }
        Ok(())
    }
}
