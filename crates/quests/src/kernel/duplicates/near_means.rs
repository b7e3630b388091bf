//! Frames whose mean rows may be near each other, without a look at all pairs of frames.

use crate::kernel::points::{Axes, Projection};

/// Frames in cells along the first axis, so that those within reach are in a cell or beside it.
#[derive(Debug)]
pub(super) struct NearMeans {
    reach: f64,
    /// Frames by cell, then as given.
    cells: Vec<(i64, u32)>,
    /// Mean row of each frame along the axes.
    means: Vec<Projection>,
}

impl NearMeans {
    /// Of `means`, row-major, those at most `reach` apart: the distance that is meant, and what
    /// rounding may add to it.
    pub fn new(axes: &Axes, means: &[f64], width: usize, reach: f64) -> Self {
        let means: Vec<Projection> = means.chunks_exact(width).map(|mean| axes.project(mean)).collect();
        let mut cells: Vec<(i64, u32)> = (0..)
            .zip(&means)
            .map(|(frame, mean)| (cell(mean, reach), frame))
            .collect();
        cells.sort_unstable();
        Self { reach, cells, means }
    }

    /// Frames before frame `index` that may be within reach of it, rising.
    pub fn before(&self, index: usize) -> impl Iterator<Item = usize> {
        let own = &self.means[index];
        let middle = cell(own, self.reach);
        let mut parts = [-1, 0, 1].map(|step| {
            let at = middle.saturating_add(step);
            let start = self.cells.partition_point(|(cell, _)| *cell < at);
            let end = self
                .cells
                .partition_point(|(cell, frame)| (*cell, *frame as usize) < (at, index));
            // At either end of the numbers two of the three are the same cell.
            if step != 0 && at == middle {
                &[]
            } else {
                &self.cells[start..end]
            }
        });
        let rising = std::iter::from_fn(move || {
            let first = |part: &[(i64, u32)]| part.first().map_or(u32::MAX, |(_, frame)| *frame);
            let next = parts.iter_mut().min_by_key(|part| first(part))?;
            let (&(_, frame), rest) = next.split_first()?;
            *next = rest;
            Some(frame as usize)
        });
        rising.filter(|other| self.is_near(own, &self.means[*other]))
    }

    fn is_near(&self, a: &Projection, b: &Projection) -> bool {
        let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
        squares.sum::<f64>() <= self.reach * self.reach
    }
}

/// Cells are twice as wide as the reach, so that rounding leads to no cell further away.
fn cell(mean: &Projection, reach: f64) -> i64 {
    if reach > 0.0 {
        (mean[0] / (2.0 * reach)).floor() as i64
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(means: &[f64], width: usize, reach: f64) -> NearMeans {
        NearMeans::new(&Axes::new(means, width), means, width, reach)
    }

    #[test]
    fn those_within_reach_are_among_them() {
        // A walk that comes back to where it was, in steps of about the reach.
        let means: Vec<f64> = (0..600)
            .flat_map(|at| {
                let turn = f64::from(at) * 0.37;
                [turn.sin(), (turn * 1.3).cos(), 0.1 * (turn * 7.0).sin()]
            })
            .collect();
        for reach in [0.0, 1e-9, 0.02, 0.3, 10.0] {
            let near = near(&means, 3, reach);
            for index in 0..600 {
                let found: Vec<usize> = near.before(index).collect();
                assert!(found.is_sorted() && found.iter().all(|other| *other < index));
                for other in 0..index {
                    let square: f64 = (0..3)
                        .map(|column| (means[3 * index + column] - means[3 * other + column]).powi(2))
                        .sum();
                    assert!(square.sqrt() > 0.999 * reach || found.contains(&other) || reach == 0.0);
                }
            }
        }
    }

    #[test]
    fn frames_that_differ_are_met_by_few_and_copies_by_one() {
        let apart: Vec<f64> = (0..20_000).map(|at| f64::from(at * 7919 % 20_000)).collect();
        let near_apart = near(&apart, 1, 1.5);
        let met: usize = (0..20_000).map(|index| near_apart.before(index).count()).sum();
        assert!(met <= 20_000, "{met}");

        let same = near(&vec![3.0; 20_000], 1, 1.5);
        assert!((1..20_000).all(|index| same.before(index).next() == Some(0)));
    }
}
