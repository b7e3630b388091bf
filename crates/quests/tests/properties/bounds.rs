//! Bounds of log p of a set whose leaves come in pieces have the bits of those in memory; with
//! weights they hold what weights say.

use crate::agreement::same_bits;
use crate::calls::run;
use crate::cases::cases;
use crate::matrices::Noise;
use quests::kernel::out_of_core::{
    LEAF_ROWS, LeafBoundsJob, OwnLeavesJob, Piece, SHARE, axes, order, project, sample_stride,
};
use quests::kernel::{BoundsJob, Reference};
use std::sync::Arc;

const COORDINATES: usize = 8;
const H: f64 = 0.05;

/// Rows of a set in its order, and their coordinates.
struct Ordered {
    width: usize,
    rows: Vec<f64>,
    points: Vec<f64>,
}

impl Ordered {
    fn new(matrix: &[f64], width: usize) -> Self {
        let stride = sample_stride(matrix.len() / width);
        let sample: Vec<&[f64]> = matrix.chunks_exact(width).step_by(stride).collect();
        let points = project(&axes(&sample.concat(), width).unwrap(), matrix, width).unwrap();
        let order = order(&points).unwrap();
        let gather = |values: &[f64], size: usize| -> Vec<f64> {
            let row = |row: &u32| values[*row as usize * size..][..size].to_vec();
            order.iter().flat_map(row).collect()
        };
        Self {
            width,
            rows: gather(matrix, width),
            points: gather(&points, COORDINATES),
        }
    }

    fn count(&self) -> usize {
        self.rows.len() / self.width
    }

    /// The lower corner, then the upper one, of each leaf.
    fn boxes(&self) -> Vec<f64> {
        let corner = |leaf: &[f64], end: fn(f64, f64) -> f64| -> Vec<f64> {
            let first = leaf[..COORDINATES].to_vec();
            leaf.chunks_exact(COORDINATES).fold(first, |corner, point| {
                corner.iter().zip(point).map(|(a, b)| end(*a, *b)).collect()
            })
        };
        let leaves = self.points.chunks(LEAF_ROWS * COORDINATES);
        leaves
            .flat_map(|leaf| [corner(leaf, f64::min), corner(leaf, f64::max)].concat())
            .collect()
    }

    /// The lower bounds, then the upper ones, from pieces of so many shares; `counts` of all rows,
    /// or none.
    fn bounds(&self, shares: usize, counts: &[f64]) -> Vec<f64> {
        let weight = |row: usize| counts.get(row).copied().unwrap_or(1.0);
        let terms = (0..self.count()).map(weight).sum::<f64>() as usize;
        let mut sums = Vec::new();
        let mut first = 0;
        for rows in self.rows.chunks(shares * SHARE * self.width) {
            let end = first + rows.len() / self.width;
            let leaves: Vec<u32> = (first / LEAF_ROWS..end.div_ceil(LEAF_ROWS))
                .map(|leaf| leaf as u32)
                .collect();
            let points = &self.points[first * COORDINATES..end * COORDINATES];
            let own = if counts.is_empty() {
                &[][..]
            } else {
                &counts[first..end]
            };
            let piece = Arc::new(Piece::of_leaves(rows, self.width, points, &leaves, own).unwrap());
            sums.extend(run(OwnLeavesJob::new(piece, terms, H).unwrap()).unwrap());
            first = end;
        }
        let rows: Vec<usize> = (0..self.count()).collect();
        let of_leaves: Vec<f64> = rows
            .chunks(LEAF_ROWS)
            .map(|leaf| leaf.iter().map(|row| weight(*row)).sum())
            .collect();
        run(LeafBoundsJob::new(&self.boxes(), &of_leaves, &sums, terms, H).unwrap()).unwrap()
    }

    fn kernel(&self, a: usize, b: usize) -> f64 {
        let row = |at: usize| &self.rows[at * self.width..][..self.width];
        let squares = row(a).iter().zip(row(b)).map(|(x, y)| (x - y) * (x - y));
        (-squares.sum::<f64>() / (2.0 * H * H)).exp()
    }
}

/// Rows about some centres.
fn random_rows(noise: &mut Noise, count: usize, width: usize) -> Vec<f64> {
    let centres = 1 + noise.between(0.0, 6.0) as usize;
    let apart = noise.between(0.0, 0.5);
    let spread = noise.between(0.001, 0.1);
    let mut matrix = Vec::with_capacity(count * width);
    for row in 0..count {
        let centre = apart * (row % centres) as f64;
        matrix.extend((0..width).map(|_| centre + noise.between(-spread, spread)));
    }
    matrix
}

#[test]
fn bounds_of_pieces_have_the_bits_of_those_in_memory() {
    let mut noise = Noise::new(31);
    let sizes = [1, 2, 239, 240, 241, 479, 1919, 1920, 1921, 4801];
    for case in 0..cases().clamp(20, 200) as usize {
        let count = sizes
            .get(case)
            .copied()
            .unwrap_or_else(|| 1 + noise.between(0.0, 6000.0) as usize);
        let width = 1 + noise.between(0.0, 40.0) as usize;
        let matrix = random_rows(&mut noise, count, width);
        let reference = Arc::new(Reference::new(&matrix, width).unwrap());
        let expected = run(BoundsJob::new(reference, H).unwrap()).unwrap();
        let set = Ordered::new(&matrix, width);
        for shares in [1, 2, 100] {
            let found = set.bounds(shares, &[]);
            assert!(
                same_bits(&found, &expected[count..]),
                "{count} rows of {width} columns in pieces of {shares} shares"
            );
        }
    }
}

#[test]
fn weights_count_in_bounds_as_often_as_they_say() {
    let mut noise = Noise::new(32);
    for count in [1, 241, 1000, 2200] {
        let width = 1 + noise.between(0.0, 9.0) as usize;
        let set = Ordered::new(&random_rows(&mut noise, count, width), width);
        // Some rows are not there at all, as of a subset.
        let mut counts: Vec<f64> = (0..count).map(|_| noise.between(0.0, 4.0).floor()).collect();
        counts[0] = 2.0;
        let bounds = set.bounds(1, &counts);
        assert!(same_bits(&bounds, &set.bounds(100, &counts)));
        let (low, high) = bounds.split_at(count);
        for row in (0..count).step_by(7) {
            let sum = |rows: std::ops::Range<usize>| -> f64 {
                rows.map(|other| counts[other] * set.kernel(row, other)).sum()
            };
            let first = row / LEAF_ROWS * LEAF_ROWS;
            let own = sum(first..count.min(first + LEAF_ROWS));
            assert!(
                (low[row].exp() - own).abs() <= 1e-9 * own.max(1.0),
                "{row}: {own}"
            );
            let all = sum(0..count);
            assert!(all <= high[row].exp() * (1.0 + 1e-9) + 1e-9, "{row}: {all}");
        }
        let ones = vec![1.0; count];
        assert!(same_bits(&set.bounds(1, &ones), &set.bounds(1, &[])));
    }
}
