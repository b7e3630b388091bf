//! Kernel sums of one leaf of queries by sampling: all near panels, distant ones at random, each
//! group of queries on its own.
//!
//! A sample is a group of queries and a panel of reference rows. It is drawn with probability q =
//! min(1, λU/p̲), where U bounds its kernel sum from above (by the distance of the two boxes) and
//! p̲ is about the smallest p of the group; its sums then count 1/q times. So Σ s/q has the mean p
//! and the variance Σ s²(1 − q)/q ≤ p p̲/λ: no relative error above 1/√λ, whatever the data, at a
//! cost of about λ ΣU/p̲ samples. Panels that matter one by one have q = 1: they are always
//! computed.
//!
//! p̲ comes from the leaf nearest to the queries, which is summed in full, and from small pilot
//! draws from all others, independent of the final draw. It decides the cost and the error, not
//! whether the sums are right on average.

use super::samples::{Estimate, Samples};
use crate::kernel::points::{Bounds, Queries, Reference};

/// Pilot draws before the final one. The smallest of their sums is used: a sum that is too large by
/// chance would leave out panels that matter, and it is unlikely that all of them are.
const PILOTS: usize = 4;

/// Samples of a group in each pilot draw.
const PILOT_SAMPLES: f64 = 16.0;

/// What is to be estimated, and how well.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sampling<'a> {
    pub reference: &'a Reference,
    pub queries: &'a Queries,
    pub bandwidth: f64,
    /// λ: the inverse square of the largest relative error of a sum, one standard deviation.
    pub quality: f64,
    /// Square of the distance beyond which kernels are left out.
    pub squared_reach: f64,
    pub seed: u64,
}

/// A leaf of the reference that is sampled, and a bound of the kernels between it and the queries.
struct Distant {
    leaf: usize,
    bound: f64,
}

impl Sampling<'_> {
    /// Estimates the sums of all queries of leaf `leaf`, in order, by the random numbers of
    /// `stream`.
    pub fn estimate(&self, leaf: usize, stream: usize) -> Vec<Estimate> {
        let reference = self.reference;
        let group_rows = reference.level.product_rows();
        let packed = self.queries.pack(reference, leaf, group_rows);
        let projections = &self.queries.projections(reference)[packed.rows.clone()];
        let groups: Vec<Bounds> = projections.chunks(group_rows).map(Bounds::of).collect();
        let own = Bounds::of(projections);
        let gaps = reference
            .leaves()
            .iter()
            .map(|leaf| leaf.bounds.squared_gap(&own));
        let gaps: Vec<f64> = gaps.collect();
        let certain = match self.queries {
            Queries::Own => leaf,
            Queries::Given { .. } => {
                (1..gaps.len()).fold(
                    0,
                    |nearest, leaf| {
                        if gaps[leaf] < gaps[nearest] { leaf } else { nearest }
                    },
                )
            }
        };
        let distant: Vec<Distant> = (0..gaps.len())
            .filter(|leaf| *leaf != certain && gaps[*leaf] <= self.squared_reach)
            .map(|leaf| Distant {
                leaf,
                bound: self.bound(gaps[leaf]),
            })
            .collect();

        let mut estimates = vec![Estimate::default(); packed.rows.len()];
        let mut samples = Samples::new(reference, packed, self.bandwidth, self.seed, stream);
        samples.add_leaf(certain, &mut estimates);
        if !distant.is_empty() {
            let smallest = self.smallest_sums(&distant, &mut samples, &estimates);
            self.add_sample(&distant, &groups, &smallest, &mut samples, &mut estimates);
            for (group, smallest) in estimates.chunks_mut(group_rows).zip(&smallest) {
                // No kernel sum of a sample is above U, and it counts 1/q times: p̲/λ at most where
                // q < 1.
                for estimate in group {
                    estimate.grain = smallest / self.quality;
                }
            }
        }
        estimates
    }

    /// The largest kernel across a gap.
    fn bound(&self, squared_gap: f64) -> f64 {
        (-0.5 * squared_gap / (self.bandwidth * self.bandwidth)).exp()
    }

    /// p̲ of each group: about the smallest sum, rather too small than too large.
    fn smallest_sums(&self, distant: &[Distant], samples: &mut Samples, known: &[Estimate]) -> Vec<f64> {
        let panels = |leaf: usize| self.reference.leaf_panels(leaf).len() as f64;
        let total: f64 = distant
            .iter()
            .map(|distant| panels(distant.leaf) * distant.bound)
            .sum();
        let mut smallest = vec![f64::INFINITY; known.len()];
        for _ in 0..PILOTS {
            let mut pilot = vec![Estimate::default(); known.len()];
            for Distant { leaf, bound } in distant {
                let rate = (PILOT_SAMPLES * bound / total).min(1.0);
                samples.add_sample(*leaf, rate, |_, _| rate, &mut pilot);
            }
            for (smallest, pilot) in smallest.iter_mut().zip(&pilot) {
                *smallest = pilot.sum.min(*smallest);
            }
        }
        let sums: Vec<f64> = known
            .iter()
            .zip(&smallest)
            .map(|(known, pilot)| known.sum + pilot)
            .collect();
        sums.chunks(self.reference.level.product_rows())
            .map(|group| group.iter().copied().fold(f64::INFINITY, f64::min))
            .collect()
    }

    /// Adds the final draw.
    fn add_sample(
        &self,
        distant: &[Distant],
        groups: &[Bounds],
        smallest: &[f64],
        samples: &mut Samples,
        estimates: &mut [Estimate],
    ) {
        let reference = self.reference;
        let scale = self.quality * reference.panel_rows() as f64;
        let rate = |bound: f64, smallest: f64| (scale * bound / smallest).min(1.0);
        let rate_across = |gap: f64, group: usize| {
            if gap <= self.squared_reach {
                rate(self.bound(gap), smallest[group])
            } else {
                0.0
            }
        };
        let least = smallest.iter().copied().fold(f64::INFINITY, f64::min);
        for Distant { leaf, bound } in distant {
            let panels = reference.panel_bounds(reference.leaf_panels(*leaf));
            let of_sample =
                |group: usize, panel: usize| rate_across(panels[panel].squared_gap(&groups[group]), group);
            let of_leaf = rate(*bound, least);
            if of_leaf * (panels.len() as f64) < 1.0 {
                samples.add_sample(*leaf, of_leaf, of_sample, estimates);
                continue;
            }
            // Most groups are further from the leaf than the nearest of them is.
            let bounds = &reference.leaves()[*leaf].bounds;
            for (group, own) in groups.iter().enumerate() {
                let of_group = rate_across(bounds.squared_gap(own), group);
                samples.choose(panels.len(), of_group, |panel| of_sample(group, panel));
                samples.add(group, *leaf, estimates);
            }
        }
    }
}
