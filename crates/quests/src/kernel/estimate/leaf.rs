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

/// A leaf of queries before the final draw.
struct Prepared<'a> {
    /// Bounds of all queries, and of each group.
    own: Bounds,
    groups: Vec<Bounds>,
    distant: Vec<Distant>,
    /// p̲ of each group; empty where no leaf is distant.
    smallest: Vec<f64>,
    samples: Samples<'a>,
    /// What the leaf that is summed in full has given.
    estimates: Vec<Estimate>,
}

/// Products of groups and panels that kernel sums of a leaf of queries take.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Work {
    /// Within reach: those of the exact sum.
    pub exact: f64,
    /// Those of the sample, as expected; pilots and the leaf that is summed in full included.
    pub sampled: f64,
    /// Boxes that are looked at on the way.
    pub looked_at: f64,
}

impl<'a> Sampling<'a> {
    /// Estimates the sums of all queries of leaf `leaf`, in order, by the random numbers of
    /// `stream`.
    pub fn estimate(&self, leaf: usize, stream: usize) -> Vec<Estimate> {
        let mut prepared = self.prepare(leaf, stream);
        if !prepared.distant.is_empty() {
            self.add_sample(&mut prepared);
            let groups = prepared.estimates.chunks_mut(self.reference.level.product_rows());
            for (group, smallest) in groups.zip(&prepared.smallest) {
                // No kernel sum of a sample is above U, and it counts 1/q times: p̲/λ at most where
                // q < 1.
                for estimate in group {
                    estimate.grain = smallest / self.quality;
                }
            }
        }
        prepared.estimates
    }

    /// What the exact sums of leaf `leaf` and their estimates take.
    pub fn work(&self, leaf: usize, stream: usize) -> Work {
        let reference = self.reference;
        let Prepared {
            own,
            groups,
            distant,
            smallest,
            ..
        } = self.prepare(leaf, stream);
        let per_group = (PILOTS as f64).mul_add(PILOT_SAMPLES, reference.leaf_panels(0).len() as f64);
        let mut work = Work {
            sampled: per_group * groups.len() as f64,
            ..Work::default()
        };
        for (at, other) in reference.leaves().iter().enumerate() {
            if other.bounds.squared_gap(&own) > self.squared_reach {
                continue;
            }
            for panel in reference.panel_bounds(reference.leaf_panels(at)) {
                let near = groups
                    .iter()
                    .filter(|group| panel.squared_gap(group) <= self.squared_reach);
                work.exact += near.count() as f64;
            }
        }
        let least = smallest.iter().copied().fold(f64::INFINITY, f64::min);
        for Distant { leaf, bound } in &distant {
            let panels = reference.panel_bounds(reference.leaf_panels(*leaf));
            let of_leaf = self.rate(*bound, least);
            let bounds = &reference.leaves()[*leaf].bounds;
            let all = (panels.len() * groups.len()) as f64;
            work.looked_at += if of_leaf * (panels.len() as f64) < 1.0 {
                of_leaf * all
            } else {
                all
            };
            for (group, smallest) in groups.iter().zip(&smallest) {
                if self.rate_across(bounds.squared_gap(group), *smallest) > 0.0 {
                    let rates = panels
                        .iter()
                        .map(|panel| self.rate_across(panel.squared_gap(group), *smallest));
                    work.sampled += rates.sum::<f64>();
                }
            }
        }
        work
    }

    /// Sums the nearest leaf in full, and finds p̲ of each group.
    fn prepare(&self, leaf: usize, stream: usize) -> Prepared<'a> {
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
        let smallest = if distant.is_empty() {
            Vec::new()
        } else {
            self.smallest_sums(&distant, &mut samples, &estimates)
        };
        Prepared {
            own,
            groups,
            distant,
            smallest,
            samples,
            estimates,
        }
    }

    /// q of a sample whose kernels are at most `bound`.
    fn rate(&self, bound: f64, smallest: f64) -> f64 {
        (self.quality * self.reference.panel_rows() as f64 * bound / smallest).min(1.0)
    }

    /// The same by the gap between the boxes.
    fn rate_across(&self, squared_gap: f64, smallest: f64) -> f64 {
        if squared_gap <= self.squared_reach {
            self.rate(self.bound(squared_gap), smallest)
        } else {
            0.0
        }
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
    fn add_sample(&self, prepared: &mut Prepared) {
        let reference = self.reference;
        let Prepared {
            groups,
            distant,
            smallest,
            samples,
            estimates,
            ..
        } = prepared;
        let least = smallest.iter().copied().fold(f64::INFINITY, f64::min);
        for Distant { leaf, bound } in distant {
            let panels = reference.panel_bounds(reference.leaf_panels(*leaf));
            let of_sample = |group: usize, panel: usize| {
                self.rate_across(panels[panel].squared_gap(&groups[group]), smallest[group])
            };
            let of_leaf = self.rate(*bound, least);
            if of_leaf * (panels.len() as f64) < 1.0 {
                samples.add_sample(*leaf, of_leaf, of_sample, estimates);
                continue;
            }
            // Most groups are further from the leaf than the nearest of them is.
            let bounds = &reference.leaves()[*leaf].bounds;
            for (group, own) in groups.iter().enumerate() {
                let of_group = self.rate_across(bounds.squared_gap(own), smallest[group]);
                samples.choose(panels.len(), of_group, |panel| of_sample(group, panel));
                samples.add(group, *leaf, estimates);
            }
        }
    }
}
