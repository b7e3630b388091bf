//! Entropy and diversity of the first 1, 2, 3, … structures of an order, from one pass over the
//! pairs.

use super::structure_set::{RowSum, StructureRows, StructureSet};
use crate::job::{check_end, check_turn};
use crate::room::copied;
use crate::{Error, Job, Result, parallel};

/// A structure that was added, and p of its rows, in its order and filled up to whole panels.
struct Added {
    part: StructureRows,
    sums: Vec<f64>,
}

/// Computes H and D, in nats, of the first n structures of an order, n from 1 to the length of the
/// order: first all H, then all D. Every pair of structures is computed once, when the later of the
/// two is added.
pub struct NestedJob {
    set: StructureSet,
    order: Vec<usize>,
    added: Vec<Added>,
    rows: usize,
    entropies: Vec<f64>,
    diversities: Vec<f64>,
}

impl NestedJob {
    /// Plans them for structures of a row-major matrix of `width` columns; `offsets` has the first
    /// row of each structure, then the number of rows.
    ///
    /// # Errors
    /// [`Error::Argument`] for an index in `order` that is no structure or comes twice, and all
    /// that [`super::select`] refuses; [`Error::Empty`] for an empty order.
    pub fn new(matrix: &[f64], width: usize, offsets: &[u32], order: &[u32], bandwidth: f64) -> Result<Self> {
        let set = StructureSet::new(copied(matrix, "structures")?, width, offsets.to_vec(), bandwidth)?;
        if order.is_empty() {
            return Err(Error::Empty("there are no structures in the order".into()));
        }
        let mut seen = vec![false; set.count()];
        for index in order {
            match seen.get_mut(*index as usize) {
                None => {
                    return Err(Error::Argument(format!(
                        "structure {index} of {} is in the order",
                        seen.len()
                    )));
                }
                Some(true) => {
                    return Err(Error::Argument(format!(
                        "structure {index} comes twice in the order"
                    )));
                }
                Some(seen) => *seen = true,
            }
        }
        Ok(Self {
            set,
            order: order.iter().map(|index| *index as usize).collect(),
            added: Vec::new(),
            rows: 0,
            entropies: Vec::new(),
            diversities: Vec::new(),
        })
    }
}

/// Σ log p and Σ 1/p.
fn totals(sums: &[f64]) -> (f64, f64) {
    sums.iter().fold((0.0, 0.0), |(logs, inverses), sum| {
        (logs + sum.ln(), inverses + sum.recip())
    })
}

impl Job for NestedJob {
    fn steps(&self) -> usize {
        self.order.len()
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.entropies.len(), self.order.len())?;
        let next = self.order[index];
        let projections = self.set.projected(next);
        let part = self.set.laid_out(next, &projections)?;
        let points: Vec<_> = part
            .rows
            .iter()
            .map(|row| projections[*row - self.set.rows_of(next).start])
            .collect();
        let set = &self.set;
        // Adds the kernels between the new rows and those of an earlier structure to both sums.
        let meet = |work: &mut RowSum, mut earlier: Added| {
            let rows = part.rows.iter().zip(&points);
            let own: Vec<f64> = rows
                .map(|(row, point)| set.add_sums(*row, point, &earlier.part, &mut earlier.sums, work))
                .collect();
            let totals = totals(&earlier.sums[..earlier.part.rows.len()]);
            (earlier, own, totals)
        };
        let met = parallel::map_with(RowSum::default, std::mem::take(&mut self.added), meet)?;
        let mut sums = vec![0.0; part.padded()];
        let mut work = RowSum::default();
        for (row, point) in part.rows.iter().zip(&points) {
            set.add_sums(*row, point, &part, &mut sums, &mut work);
        }
        let (mut logs, mut inverses) = (0.0, 0.0);
        for (earlier, own, of_earlier) in met {
            sums.iter_mut().zip(&own).for_each(|(sum, term)| *sum += term);
            logs += of_earlier.0;
            inverses += of_earlier.1;
            self.added.push(earlier);
        }
        let of_new = totals(&sums[..part.rows.len()]);
        self.rows += part.rows.len();
        self.added.push(Added { part, sums });
        let count = self.rows as f64;
        self.entropies
            .push((count.ln() - (logs + of_new.0) / count).max(0.0));
        self.diversities.push((inverses + of_new.1).ln());
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.entropies.len(), self.order.len())?;
        let mut out = std::mem::take(&mut self.entropies);
        out.append(&mut self.diversities);
        Ok(out)
    }
}
