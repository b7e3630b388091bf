//! The leaves nearest to a point along the leading axes, without a look at every leaf.

use crate::kernel::points::{Bounds, Leaf, Projection};

/// Leaves that share a box: those that follow each other lie together.
const SHARED: usize = 16;

/// Boxes of leaves, and of runs of leaves.
#[derive(Debug)]
pub(super) struct NearLeaves {
    /// Of each leaf.
    leaves: Vec<Bounds>,
    /// Of [`SHARED`] leaves each.
    runs: Vec<Bounds>,
}

impl NearLeaves {
    pub fn new(leaves: &[Leaf]) -> Self {
        let leaves: Vec<Bounds> = leaves.iter().map(|leaf| leaf.bounds).collect();
        let corners = |run: &[Bounds]| run.iter().flat_map(|bounds| [bounds.low, bounds.high]).collect();
        let runs = leaves.chunks(SHARED).map(|run| {
            let corners: Vec<Projection> = corners(run);
            Bounds::of(&corners)
        });
        Self {
            runs: runs.collect(),
            leaves,
        }
    }

    /// The `count` leaves whose boxes are nearest to a point, nearest first; those that come first
    /// where boxes are equally near.
    pub fn of(&self, point: &Projection, count: usize) -> Vec<usize> {
        let point = Bounds::of([point]);
        let gaps: Vec<f64> = self.runs.iter().map(|run| run.squared_gap(&point)).collect();
        let nearest = (1..gaps.len()).fold(
            0,
            |nearest, run| if gaps[run] < gaps[nearest] { run } else { nearest },
        );
        // Squares of the gaps, and their leaves, in ascending order.
        let mut found: Vec<(f64, usize)> = Vec::with_capacity(count + 1);
        let rest = (0..gaps.len()).filter(|run| *run != nearest);
        for run in std::iter::once(nearest).chain(rest) {
            if found.len() == count && found.last().is_some_and(|(last, _)| gaps[run] > *last) {
                continue;
            }
            for leaf in run * SHARED..((run + 1) * SHARED).min(self.leaves.len()) {
                let key = (self.leaves[leaf].squared_gap(&point), leaf);
                if found.len() == count && found.last().is_some_and(|last| key >= *last) {
                    continue;
                }
                let at = found.partition_point(|known| *known < key);
                found.insert(at, key);
                found.truncate(count);
            }
        }
        found.into_iter().map(|(_, leaf)| leaf).collect()
    }

    /// Squares of the least distances between rows of a box and those of each leaf.
    pub fn squared_gaps(&self, bounds: &Bounds) -> impl Iterator<Item = f64> {
        self.leaves.iter().map(|leaf| leaf.squared_gap(bounds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::points::{AXES, Reference};

    #[test]
    fn they_are_those_of_all_gaps_in_order() {
        let mut state = 1_u64;
        let mut number = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f64 / 1e6
        };
        let matrix: Vec<f64> = (0..20_000 * 3).map(|_| number()).collect();
        let reference = Reference::new(&matrix, 3).unwrap();
        let near = NearLeaves::new(reference.leaves());
        for count in [1, 2, 7, 64, 1000] {
            for _ in 0..20 {
                let point = reference.axes().project(&[number(), number(), number()]);
                let own = Bounds {
                    low: point,
                    high: point,
                };
                let mut all: Vec<(f64, usize)> = near.squared_gaps(&own).zip(0..).collect();
                all.sort_by(|a, b| a.partial_cmp(b).unwrap());
                all.truncate(count);
                let expected: Vec<usize> = all.into_iter().map(|(_, leaf)| leaf).collect();
                assert_eq!(near.of(&point, count), expected);
            }
        }
        assert_eq!(near.of(&[0.0; AXES], 1000).len(), reference.leaves().len());
    }
}
