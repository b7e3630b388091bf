//! One block of pairs: the kernels of all pairs of one leaf of queries with some leaves of the
//! reference, summed both ways. Panels whose bounds are beyond the reach of the kernel are skipped.

use std::ops::Range;

use super::exponentials::Exponentials;
use super::group::Group;
use super::pairs::Work;
use super::single_precision::Precision;
use crate::kernel::points::{Bounds, Packed, Queries, Reference};

/// A block of pairs.
#[derive(Debug, Clone)]
pub(crate) struct Block<'a> {
    pub reference: &'a Reference,
    pub queries: &'a Queries,
    /// Leaf of the queries.
    pub leaf: usize,
    /// Leaf of the reference that holds the same rows, where the queries are its own.
    pub own: Option<usize>,
    /// Leaves of the reference.
    pub leaves: Range<usize>,
    pub bandwidths: &'a [f64],
    /// One per row of the reference, in its order and filled up to whole panels; or none.
    pub weights: &'a [f64],
    /// Whether sums for the reference rows are wanted, too.
    pub both_ways: bool,
    /// Square of the distance beyond which kernels are left out.
    pub squared_reach: f64,
    pub precision: Precision,
}

/// What a block adds to the sums, each bandwidths × rows or columns.
#[derive(Debug)]
pub(crate) struct Sums {
    /// For each query, Σ K over the columns.
    pub rows: Vec<f64>,
    /// For each query, Σ w K over the columns; empty without weights.
    pub weighted: Vec<f64>,
    /// For each row of the reference's leaves, filled up to whole panels, Σ K over the queries;
    /// empty unless wanted.
    pub columns: Vec<f64>,
}

impl<'a> Block<'a> {
    /// The rows of a leaf over that leaf, with weights or none: what p of them is at least.
    pub fn of_own_leaf(
        reference: &'a Reference,
        leaf: usize,
        bandwidth: &'a f64,
        weights: &'a [f64],
        squared_reach: f64,
    ) -> Self {
        Self {
            reference,
            queries: &Queries::Own,
            leaf,
            own: None,
            leaves: leaf..leaf + 1,
            bandwidths: std::slice::from_ref(bandwidth),
            weights,
            both_ways: false,
            squared_reach,
            precision: Precision::Double,
        }
    }

    /// Panels of the block.
    pub fn panels(&self) -> Range<usize> {
        self.reference.leaf_panels(self.leaves.start).start
            ..self.reference.leaf_panels(self.leaves.end - 1).end
    }

    /// Computes the sums.
    pub fn sum(&self) -> Sums {
        let group_rows = self.reference.level.product_rows();
        let packed = self.queries.pack(self.reference, self.leaf, group_rows);
        let rows = packed.rows.len();
        let weighted = if self.weights.is_empty() {
            0
        } else {
            self.bandwidths.len() * rows
        };
        let columns = if self.both_ways {
            self.panels().len() * self.reference.panel_rows()
        } else {
            0
        };
        let mut sums = Sums {
            rows: vec![0.0; self.bandwidths.len() * rows],
            weighted: vec![0.0; weighted],
            columns: vec![0.0; self.bandwidths.len() * columns],
        };
        let projections = &self.queries.projections(self.reference)[packed.rows.clone()];
        let bounds = Bounds::of(projections);
        let groups: Vec<Bounds> = projections.chunks(group_rows).map(Bounds::of).collect();
        let mut work = Work::default();
        for leaf in self.leaves.clone() {
            if self.reference.leaves()[leaf].bounds.squared_gap(&bounds) <= self.squared_reach {
                self.add_leaf(leaf, &packed, &groups, &mut work, &mut sums);
            }
        }
        sums
    }

    fn add_leaf(&self, leaf: usize, packed: &Packed, groups: &[Bounds], work: &mut Work, sums: &mut Sums) {
        if self.precision() == Precision::Single {
            work.single.take_leaf(self.reference, leaf);
        }
        for (group, bounds) in groups.iter().enumerate() {
            self.add_to_group(leaf, packed, (group, bounds), work, sums);
        }
    }

    /// Weighted sums are kept in double precision.
    fn precision(&self) -> Precision {
        if self.weights.is_empty() {
            self.precision
        } else {
            Precision::Double
        }
    }

    /// Adds the kernels of one group of the packed queries, whose bounds are given, with a leaf.
    /// For single precision `work` has taken the leaf. A call is little beside the kernels, and
    /// four instruction sets of it in two places are a lot of code.
    #[inline(never)]
    pub fn add_to_group(
        &self,
        leaf: usize,
        packed: &Packed,
        (group, bounds): (usize, &Bounds),
        work: &mut Work,
        sums: &mut Sums,
    ) {
        let (reference, group_rows) = (self.reference, self.reference.level.product_rows());
        let panels = reference.leaf_panels(leaf);
        let own = &reference.leaves()[leaf].bounds;
        work.active.clear();
        if own.squared_gap(bounds) > self.squared_reach {
            return;
        }
        if own.squared_span(bounds) <= self.squared_reach {
            work.active.extend(0..panels.len() as u32);
        } else {
            let near = reference.panel_bounds(panels.clone()).iter().enumerate();
            let near = near.filter(|(_, panel)| panel.squared_gap(bounds) <= self.squared_reach);
            work.active.extend(near.map(|(at, _)| at as u32));
        }
        if work.active.is_empty() {
            return;
        }
        let narrowest = self.bandwidths.iter().copied().fold(f64::INFINITY, f64::min);
        let first = group * group_rows;
        let (known, precision) =
            work.exponentiate(reference, packed, group, leaf, narrowest, self.precision());
        self.add_group(leaf, first..first + known, precision, work, sums);
    }

    /// Adds the kernels of some queries with the active panels of a leaf, whose exponents are in
    /// some precision.
    fn add_group(
        &self,
        leaf: usize,
        queries: Range<usize>,
        precision: Precision,
        work: &Work,
        sums: &mut Sums,
    ) {
        let bandwidths = self.bandwidths.len();
        let rows = sums.rows.len() / bandwidths;
        let size = self.reference.panel_rows();
        let panels = self.reference.leaf_panels(leaf);
        let weights = self
            .weights
            .get(panels.start * size..panels.end * size)
            .unwrap_or_default();
        // The block on the diagonal holds every pair twice already.
        let both_ways = self.both_ways && self.own != Some(leaf);
        let padded = sums.columns.len() / bandwidths;
        let offset = (panels.start - self.panels().start) * size;
        for (at, h) in self.bandwidths.iter().enumerate() {
            let columns = if both_ways {
                at * padded + offset..at * padded + offset + panels.len() * size
            } else {
                0..0
            };
            let own = at * rows + queries.start..at * rows + queries.end;
            let scale = std::f64::consts::LOG2_E / (h * h);
            let columns = &mut sums.columns[columns];
            if precision == Precision::Single {
                work.single
                    .add(self.reference, &work.active, scale, columns, &mut sums.rows[own]);
                continue;
            }
            self.reference.level.run(Group(Exponentials {
                exponents: &work.exponents,
                active: &work.active,
                scale,
                weights,
                columns,
                weighted: sums.weighted.get_mut(own.clone()).unwrap_or_default(),
                sums: &mut sums.rows[own],
            }));
        }
    }
}
