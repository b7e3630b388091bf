//! Kernel sums of two sets, each over the other: from one pass over their pairs, or, where many
//! rows are copies and are summed once, from two passes.

use std::sync::Arc;

use super::job::KernelJob;
use crate::kernel::points::Reference;
use crate::room::check_room;
use crate::{Error, Job, Result};

/// Computes log p of every query with respect to the reference, and then of every row of the
/// reference with respect to the queries: see [`KernelJob::mutual`].
#[derive(Debug)]
pub struct MutualJob {
    /// One for both, or one for each.
    parts: Vec<KernelJob>,
}

impl MutualJob {
    /// Plans the sums.
    ///
    /// # Errors
    /// As [`KernelJob::mutual`].
    pub fn new(reference: Arc<Reference>, queries: &[f64], bandwidth: f64) -> Result<Self> {
        if queries.is_empty() {
            return Err(Error::Empty("the queries have no rows".into()));
        }
        let asked = KernelJob::new(Arc::clone(&reference), queries, &[bandwidth], &[])?;
        if !asked.sums_copies_once() {
            drop(asked);
            let parts = vec![KernelJob::mutual(reference, queries, bandwidth)?];
            return Ok(Self { parts });
        }
        let width = reference.width();
        check_room::<f64>(reference.rows() * width, "the queries")?;
        let mut matrix = vec![0.0; reference.rows() * width];
        for (place, number) in reference.order().iter().enumerate() {
            let row = &mut matrix[*number as usize * width..][..width];
            row.iter_mut()
                .zip(reference.row(place))
                .for_each(|(to, value)| *to = value);
        }
        let other = Arc::new(Reference::new(queries, width)?);
        let parts = vec![asked, KernelJob::new(other, &matrix, &[bandwidth], &[])?];
        Ok(Self { parts })
    }

    /// The part that a step is of, and its number there.
    fn part(&mut self, mut index: usize) -> Result<(&mut KernelJob, usize)> {
        for part in &mut self.parts {
            if index < part.steps() {
                return Ok((part, index));
            }
            index -= part.steps();
        }
        Err(Error::Internal(format!("there is no step {index} more")))
    }
}

impl Job for MutualJob {
    fn steps(&self) -> usize {
        self.parts.iter().map(KernelJob::steps).sum()
    }

    fn step(&mut self, index: usize) -> Result<()> {
        let (part, index) = self.part(index)?;
        part.step(index)
    }

    fn remote_step(&mut self, index: usize) -> Result<Vec<f64>> {
        let (part, index) = self.part(index)?;
        part.remote_step(index)
    }

    fn accept(&mut self, index: usize, result: &[f64]) -> Result<()> {
        let (part, index) = self.part(index)?;
        part.accept(index, result)
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        let parts: Vec<Vec<f64>> = self
            .parts
            .iter_mut()
            .map(KernelJob::finish)
            .collect::<Result<_>>()?;
        Ok(parts.concat())
    }
}
