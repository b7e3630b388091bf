//! Whether kernel sums are estimated or summed in full: whichever takes less time.

use super::leaf::Work;
use super::{EstimateJob, TRIAL_LEAVES};
use crate::kernel::points::Queries;
use crate::{Result, parallel};

/// With fewer leaves of the reference than this, sums are computed in full: sampling saves nothing.
const FEW_LEAVES: usize = 64;

/// Leaves of queries by whose work exact sums and estimates are compared: one of so many, but no
/// more than the second number.
const COMPARED_STEP: usize = 32;
const COMPARED_LEAVES: usize = 4;

/// Time of a product in a sample, over that of one in an exact sum: few panels of a leaf are taken
/// at once.
const SAMPLED_TIME: f64 = 2.2;

/// Time to look at a box, over that of a product.
const LOOK_TIME: f64 = 0.05;

/// Time of a product in the sums of a set within itself, where it stands for two: its kernels are
/// added to the sums of both rows.
const BOTH_WAYS_TIME: f64 = 0.55;

impl EstimateJob {
    /// Whether an estimate takes longer than the exact sums: raises λ until a few leaves keep to
    /// the tolerance, or take as long as their exact sums.
    ///
    /// `share` of all pairs is what the exact sums take, since copies are summed once.
    pub(super) fn is_slower(&mut self, share: f64) -> Result<bool> {
        if self.reference.leaves().len() < FEW_LEAVES {
            return Ok(true);
        }
        let compared = (self.leaf_count() / COMPARED_STEP).clamp(1, COMPARED_LEAVES);
        let leaves = self.spread_leaves(compared);
        loop {
            if self.takes_longer(&leaves, share)? {
                return Ok(true);
            }
            if !self.raise_quality(&leaves)? {
                return Ok(false);
            }
        }
    }

    /// Compares the work that estimates and exact sums of some leaves are. It follows from data and
    /// options alone, so that the choice is the same for any number of threads.
    fn takes_longer(&self, leaves: &[usize], share: f64) -> Result<bool> {
        let (sampling, count) = (self.sampling(), self.leaf_count());
        let works = parallel::map_with(
            || (),
            leaves.to_vec(),
            |(), leaf| sampling.work(leaf, count + leaf),
        )?;
        let exact_time = match self.queries {
            Queries::Own => BOTH_WAYS_TIME,
            Queries::Given { .. } => 1.0,
        };
        let exact: f64 = works.iter().map(|work| share * exact_time * work.exact).sum();
        let time = |work: &Work| SAMPLED_TIME * work.sampled + LOOK_TIME * work.looked_at;
        let trials = 1.0 + TRIAL_LEAVES.min(count) as f64 / count as f64;
        Ok(trials * works.iter().map(time).sum::<f64>() >= exact)
    }
}
