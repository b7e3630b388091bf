//! Samples, each a group of queries and a panel of the reference: drawn at random, computed, added
//! up.

use super::draw::Draw;
use crate::kernel::points::{Packed, Reference};
use crate::kernel::sums::{Group, Precision, SMALL_SUM, SampleWeights, Weighted, Work};

pub(super) use crate::kernel::sums::SIGNS;

/// A kernel sum and its error.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Estimate {
    pub sum: f64,
    /// Variance of the sum, estimated without bias.
    pub variance: f64,
    /// Errors of the samples under random signs, several times. The square of Σ spread/sum over a
    /// group estimates the variance of its Σ log p: samples are drawn for the whole group, so
    /// errors within it go together.
    pub spreads: [f64; SIGNS],
    /// The most that a single sample may add: what the variance cannot know of samples that were
    /// not drawn.
    pub grain: f64,
}

impl Estimate {
    /// Whether all kernels that matter were there to be drawn; smaller sums are recomputed.
    pub fn is_enough(&self) -> bool {
        self.sum >= SMALL_SUM
    }

    /// Relative variance.
    pub fn squared_error(&self) -> f64 {
        self.variance / (self.sum * self.sum)
    }
}

/// One leaf of queries, its random numbers, and the samples drawn last.
pub(super) struct Samples<'a> {
    reference: &'a Reference,
    packed: Packed,
    bandwidth: f64,
    draw: Draw,
    /// Its active panels are those drawn.
    work: Work,
    weights: Vec<SampleWeights>,
}

impl<'a> Samples<'a> {
    /// No samples yet; `packed` are the queries.
    pub fn new(reference: &'a Reference, packed: Packed, bandwidth: f64, seed: u64, stream: usize) -> Self {
        Self {
            reference,
            packed,
            bandwidth,
            draw: Draw::new(seed, stream),
            work: Work::default(),
            weights: Vec::new(),
        }
    }

    fn groups(&self) -> usize {
        self.packed
            .rows
            .len()
            .div_ceil(self.reference.level.product_rows())
    }

    /// Adds all panels of a leaf of the reference, for all groups.
    pub fn add_leaf(&mut self, leaf: usize, estimates: &mut [Estimate]) {
        let panels = self.reference.leaf_panels(leaf).len();
        for group in 0..self.groups() {
            self.choose(panels, 1.0, |_| 1.0);
            self.add(group, leaf, estimates);
        }
    }

    /// Adds samples of a leaf of the reference. Each group and panel is drawn with the probability
    /// `rate_of` gives, which is `rate` at most. It takes time only for the share `rate` of them.
    pub fn add_sample(
        &mut self,
        leaf: usize,
        rate: f64,
        rate_of: impl Fn(usize, usize) -> f64,
        estimates: &mut [Estimate],
    ) {
        let panels = self.reference.leaf_panels(leaf).len();
        let mut chosen = Vec::new();
        self.draw.each(self.groups() * panels, rate, |draw, at| {
            let (group, panel) = (at / panels, at % panels);
            let own = rate_of(group, panel).min(rate);
            if draw.uniform() * rate <= own {
                chosen.push((group, panel, weights(own, draw)));
            }
        });
        for of_group in chosen.chunk_by(|a, b| a.0 == b.0) {
            self.work
                .active
                .extend(of_group.iter().map(|(_, panel, _)| *panel as u32));
            self.weights
                .extend(of_group.iter().map(|(_, _, weights)| *weights));
            self.add(of_group[0].0, leaf, estimates);
        }
    }

    /// Draws panels, each with the probability that `of_panel` gives, which is `rate` at most.
    pub fn choose(&mut self, panels: usize, rate: f64, of_panel: impl Fn(usize) -> f64) {
        let (work, all) = (&mut self.work, &mut self.weights);
        self.draw.each(panels, rate, |draw, panel| {
            let own = of_panel(panel).min(rate);
            if own >= 1.0 || draw.uniform() * rate <= own {
                work.active.push(panel as u32);
                all.push(weights(own, draw));
            }
        });
    }

    /// Adds the drawn panels of a leaf of the reference to the sums of a group.
    pub fn add(&mut self, group: usize, leaf: usize, estimates: &mut [Estimate]) {
        if !self.work.active.is_empty() {
            let level = self.reference.level;
            let first = group * level.product_rows();
            let scale = std::f64::consts::LOG2_E / (self.bandwidth * self.bandwidth);
            let (known, _) = self.work.exponentiate(
                self.reference,
                &self.packed,
                group,
                leaf,
                self.bandwidth,
                Precision::Double,
            );
            let sampled = level.run(Group(Weighted {
                exponents: &self.work.exponents,
                scale,
                weights: &self.weights,
            }));
            let of_group = estimates[first..first + known].iter_mut();
            for (estimate, found) in of_group.zip(sampled) {
                estimate.sum += found.sum;
                estimate.variance += found.variance;
                for (spread, found) in estimate.spreads.iter_mut().zip(found.spreads) {
                    *spread += found;
                }
            }
        }
        self.work.active.clear();
        self.weights.clear();
    }
}

/// Weights of a sample that was drawn with probability q = `rate`: 1/q, (1 − q)/q², and ±√((1 −
/// q)/q²) with several signs.
fn weights(rate: f64, draw: &mut Draw) -> SampleWeights {
    if rate >= 1.0 {
        return SampleWeights::certain();
    }
    let variance = (1.0 - rate) / (rate * rate);
    SampleWeights {
        sum: 1.0 / rate,
        square: variance,
        spreads: draw.signs().map(|sign| sign * variance.sqrt()),
    }
}
