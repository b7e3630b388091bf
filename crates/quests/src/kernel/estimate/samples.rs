//! Samples, each a group of queries and a panel of the reference: chosen at random, computed, added up.

use super::draw::Draw;
use crate::kernel::points::{Packed, Reference};
use crate::kernel::sums::{Group, Precision, SampleWeights, Weighted, Work};

/// A kernel sum and its error.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Estimate {
    pub sum: f64,
    /// Variance of the sum, estimated without bias.
    pub variance: f64,
    /// Errors of the cells under random signs. The square of Σ spread/sum over a group estimates the variance of its
    /// Σ log p: cells are chosen for the whole group, so that errors within it go together.
    pub spread: f64,
    /// The most that a single cell may add: what the variance cannot know of cells that were not chosen.
    pub grain: f64,
}

/// One leaf of queries, its random choices, and the cells chosen last.
pub(super) struct Samples<'a> {
    reference: &'a Reference,
    packed: Packed,
    bandwidth: f64,
    draw: Draw,
    /// Its active panels are those chosen.
    work: Work,
    weights: Vec<SampleWeights>,
}

impl<'a> Samples<'a> {
    /// Nothing chosen yet; `packed` are the queries.
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

    /// Adds all cells of a leaf of the reference.
    pub fn add_leaf(&mut self, leaf: usize, estimates: &mut [Estimate]) {
        let panels = self.reference.leaf_panels(leaf).len();
        for group in 0..self.groups() {
            self.choose(panels, 1.0, |_| 1.0);
            self.add(group, leaf, estimates);
        }
    }

    /// Adds cells of a leaf of the reference, each with the probability that `of_cell` gives for its group and panel, which
    /// is `rate` at most. Takes time for the share `rate` of the cells only.
    pub fn add_sample(
        &mut self,
        leaf: usize,
        rate: f64,
        of_cell: impl Fn(usize, usize) -> f64,
        estimates: &mut [Estimate],
    ) {
        let panels = self.reference.leaf_panels(leaf).len();
        let mut chosen = Vec::new();
        self.draw.each(self.groups() * panels, rate, |draw, cell| {
            let (group, panel) = (cell / panels, cell % panels);
            let own = of_cell(group, panel).min(rate);
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

    /// Chooses among panels, each with the probability that `of_panel` gives, which is `rate` at most.
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

    /// Adds the chosen panels of a leaf of the reference to the sums of a group.
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
            let cells = level.run(Group(Weighted {
                exponents: &self.work.exponents,
                scale,
                weights: &self.weights,
            }));
            for (estimate, [sum, variance, spread]) in estimates[first..first + known].iter_mut().zip(cells) {
                estimate.sum += sum;
                estimate.variance += variance;
                estimate.spread += spread;
            }
        }
        self.work.active.clear();
        self.weights.clear();
    }
}

/// Weights of a cell that was chosen with probability `rate`: 1/q, (1 − q)/q² and ±√((1 − q)/q²).
fn weights(rate: f64, draw: &mut Draw) -> SampleWeights {
    if rate >= 1.0 {
        return [1.0, 0.0, 0.0];
    }
    let variance = (1.0 - rate) / (rate * rate);
    [1.0 / rate, variance, draw.sign() * variance.sqrt()]
}
