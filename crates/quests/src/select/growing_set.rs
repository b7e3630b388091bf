//! A growing set, block after block, and log p of single rows with respect to it: first from near
//! rows, which is cheap and mostly enough to tell that a row is covered, then from the rest.
//!
//! Distances along the leading axes bound those between rows from below: for blocks of panels and
//! for panels by their boxes, for the rows of a panel by their coordinates. All use the same
//! operations in the same order, which are monotonic in floating point, too, so no bound exceeds
//! one that it contains.

use std::ops::Range;

use super::structure_set::StructureSet;
use crate::kernel::{AXES, Bounds, PANEL_VECTORS, Projection, negligible_exponent, order_by_locality};
use crate::math::log_add;
use crate::simd::{Aligned, Isa, Kernel, Level, PADDING, exp2_negative};
use crate::{Error, Result};

/// A kernel is near if it is above e^−`NEAR` of the sum.
const NEAR: f64 = 7.0;

/// Panels after which a row is checked again: the sum so far may be enough.
const BATCH: usize = 16;

/// Vectors of exponents side by side; see `exp2_negative`.
const EXPONENTIALS: usize = 4;

/// Vectors in the bounds of as many boxes as a vector has lanes: low and high along each axis.
const BOX_VECTORS: usize = 2 * AXES;

/// The rows of some structures of a set, in panels: a few rows side by side, column after column.
/// As many panels as a vector has lanes make a block, and as many blocks a group, so that bounds of
/// all of them are found at once.
#[derive(Debug)]
pub(crate) struct GrowingSet {
    level: Level,
    width: usize,
    /// h².
    squared: f64,
    /// d²/2h² by which a kernel must exceed another to be negligible.
    negligible: f64,
    /// First panel of each block, then the number of panels.
    starts: Vec<u32>,
    /// Rows, ∞ for those that fill up.
    panels: Aligned,
    /// Their coordinates along the axes.
    points: Aligned,
    /// Boxes of the panels of each block.
    panel_boxes: Aligned,
    /// Boxes of the blocks of each group.
    block_boxes: Aligned,
}

/// How much of the set is in the sum of a row: all of the blocks before `distant`, and rows within
/// `reach`, half a squared distance, of those before `near`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    near: u32,
    distant: u32,
    reach: f64,
}

impl Progress {
    /// Nothing so far.
    pub const NONE: Self = Self {
        near: 0,
        distant: 0,
        reach: f64::INFINITY,
    };
}

impl GrowingSet {
    /// The empty set, for rows of some structures.
    pub fn none(set: &StructureSet) -> Self {
        let bandwidth = set.bandwidth();
        Self {
            level: set.level(),
            width: set.width(),
            squared: bandwidth * bandwidth,
            negligible: negligible_exponent(set.rows()),
            starts: vec![0],
            panels: Aligned::default(),
            points: Aligned::default(),
            panel_boxes: Aligned::default(),
            block_boxes: Aligned::default(),
        }
    }

    /// Adds the rows of one structure, whose projections are stored.
    pub fn add(&mut self, set: &StructureSet, structure: usize) -> Result<()> {
        let lanes = self.level.lanes();
        let columns = PANEL_VECTORS * lanes;
        let range = set.rows_of(structure);
        let points: Vec<Projection> = range.clone().map(|row| *set.point(row)).collect();
        let order = order_by_locality(&points);
        let rows: Vec<&[f64]> = order
            .iter()
            .map(|row| set.row(range.start + *row as usize))
            .collect();
        let points: Vec<Projection> = order.iter().map(|row| points[*row as usize]).collect();
        for (rows, points) in rows.chunks(columns * lanes).zip(points.chunks(columns * lanes)) {
            let block = self.starts.len() - 1;
            let first = self.starts[block] as usize;
            let panels = rows.len().div_ceil(columns);
            let room = [
                (&mut self.panels, (first + panels) * columns * self.width),
                (&mut self.points, (first + panels) * columns * AXES),
                (&mut self.panel_boxes, (block + 1) * lanes * BOX_VECTORS),
                (&mut self.block_boxes, (block / lanes + 1) * lanes * BOX_VECTORS),
            ];
            for (values, length) in room {
                values
                    .extend(length)
                    .ok_or_else(|| Error::TooLarge("the picked rows do not fit the memory".into()))?;
            }
            self.starts.push((first + panels) as u32);
            for (at, (rows, points)) in rows.chunks(columns).zip(points.chunks(columns)).enumerate() {
                let panel = first + at;
                let bounds = Bounds::of(points);
                put_side_by_side(&mut self.panels[panel * columns * self.width..], columns, rows);
                put_side_by_side(&mut self.points[panel * columns * AXES..], columns, points);
                put_box(
                    &mut self.panel_boxes[block * lanes * BOX_VECTORS..],
                    lanes,
                    at,
                    &bounds,
                );
            }
            let group = &mut self.block_boxes[block / lanes * lanes * BOX_VECTORS..];
            put_box(group, lanes, block % lanes, &Bounds::of(points));
        }
        Ok(())
    }

    fn blocks(&self) -> usize {
        self.starts.len() - 1
    }

    /// Half a squared distance beyond which all kernels together are negligible for sums of e^`log`
    /// and more.
    fn limit(&self, log: f64) -> f64 {
        self.squared * (self.negligible - log)
    }

    /// Whether the sum of a row has all terms that matter.
    pub fn is_complete(&self, log: f64, progress: &Progress) -> bool {
        progress.near as usize == self.blocks()
            && (progress.distant == progress.near || progress.reach >= self.limit(log))
    }

    /// Adds to log p of a row the terms of some more rows of the set.
    pub fn add_terms(
        &self,
        set: &StructureSet,
        row: usize,
        log: f64,
        progress: &mut Progress,
        distances: &mut Aligned,
    ) -> f64 {
        let limit = self.limit(log);
        // If nothing is left out, near rows may be defined anew.
        if progress.distant == progress.near || progress.reach >= limit {
            progress.distant = progress.near;
            progress.reach = self.squared * (NEAR - log);
        }
        let is_near = (progress.near as usize) < self.blocks();
        let (blocks, beyond, within) = if is_near {
            let reach = progress.reach.min(limit);
            (progress.near as usize..self.blocks(), -1.0, reach)
        } else {
            (
                progress.distant as usize..progress.near as usize,
                progress.reach,
                limit,
            )
        };
        let found = self.level.run(BlockSum {
            set: self,
            row: set.row(row),
            point: set.point(row),
            blocks,
            beyond: 2.0 * beyond,
            within: 2.0 * within,
            distances,
        });
        if is_near {
            progress.near = found.end as u32;
        } else {
            progress.distant = found.end as u32;
        }
        if found.sum > 0.0 {
            log_add(log, found.sum.ln() - found.nearest / self.squared)
        } else {
            log
        }
    }
}

/// Writes rows column after column; ∞ in those that fill up.
fn put_side_by_side<R: AsRef<[f64]>>(panel: &mut [f64], columns: usize, rows: &[R]) {
    for column in 0..rows[0].as_ref().len() {
        for at in 0..columns {
            panel[column * columns + at] = rows.get(at).map_or(f64::INFINITY, |row| row.as_ref()[column]);
        }
    }
}

fn put_box(boxes: &mut [f64], lanes: usize, at: usize, bounds: &Bounds) {
    for axis in 0..AXES {
        boxes[2 * axis * lanes + at] = bounds.low[axis];
        boxes[(2 * axis + 1) * lanes + at] = bounds.high[axis];
    }
}

/// Sums a row over some blocks, in order, until a batch of panels was within reach.
struct BlockSum<'a> {
    set: &'a GrowingSet,
    row: &'a [f64],
    point: &'a Projection,
    blocks: Range<usize>,
    /// Squared distances along the axes: the nearest row of a panel that matters is between them.
    beyond: f64,
    within: f64,
    distances: &'a mut Aligned,
}

/// Half the least squared distance h²·m, and Σ exp(m − d²/2h²), over the blocks before `end`.
struct Found {
    end: usize,
    nearest: f64,
    sum: f64,
}

impl Kernel for BlockSum<'_> {
    type Output = Found;

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) -> Found {
        let set = self.set;
        let lanes = S::F64_LANES;
        let (panels, _) = S::as_simd_f64s(&set.panels);
        let (points, _) = S::as_simd_f64s(&set.points);
        let (panel_boxes, _) = S::as_simd_f64s(&set.panel_boxes);
        let (block_boxes, _) = S::as_simd_f64s(&set.block_boxes);
        self.distances
            .resize((BATCH + lanes + EXPONENTIALS) * PANEL_VECTORS * lanes);
        let (distances, _) = S::as_mut_simd_f64s(self.distances);
        let infinity = simd.splat_f64s(f64::INFINITY);
        let mut least = infinity;
        let mut count = 0;
        let mut at = self.blocks.start;
        while at < self.blocks.end && count < BATCH * PANEL_VECTORS {
            let group = at / lanes;
            let gaps = squared_gaps(
                simd,
                &block_boxes[group * BOX_VECTORS..][..BOX_VECTORS],
                self.point,
            );
            let end = self.blocks.end.min((group + 1) * lanes);
            while at < end && count < BATCH * PANEL_VECTORS {
                let block = at;
                at += 1;
                if gaps[block % lanes] > self.within {
                    continue;
                }
                let boxes = &panel_boxes[block * BOX_VECTORS..][..BOX_VECTORS];
                let gaps = squared_gaps(simd, boxes, self.point);
                let first = set.starts[block] as usize;
                for panel in first..set.starts[block + 1] as usize {
                    if gaps[panel - first] > self.within {
                        continue;
                    }
                    let points = &points[panel * AXES * PANEL_VECTORS..][..AXES * PANEL_VECTORS];
                    let along = squared_distances(simd, self.point, points);
                    let nearest = along.into_iter().fold(infinity, |a, b| simd.smaller(a, b));
                    let nearest = simd.reduce_min_f64s(nearest);
                    if nearest > self.within || nearest <= self.beyond {
                        continue;
                    }
                    let width = set.width;
                    let values = &panels[panel * width * PANEL_VECTORS..][..width * PANEL_VECTORS];
                    let squares = squared_distances(simd, self.row, values);
                    for v in 0..PANEL_VECTORS {
                        distances[count + v] = squares[v];
                        least = simd.smaller(least, squares[v]);
                    }
                    count += PANEL_VECTORS;
                }
            }
        }
        if count == 0 {
            return Found {
                end: at,
                nearest: f64::INFINITY,
                sum: 0.0,
            };
        }
        distances[count..][..EXPONENTIALS].fill(infinity);
        let nearest = simd.reduce_min_f64s(least);
        let origin = simd.splat_f64s(nearest);
        let scale = simd.splat_f64s(0.5 * std::f64::consts::LOG2_E / set.squared);
        let mut sum = simd.splat_f64s(0.0);
        for distances in distances[..count.next_multiple_of(EXPONENTIALS)].chunks_exact(EXPONENTIALS) {
            let mut exponents = [origin; EXPONENTIALS];
            for n in 0..EXPONENTIALS {
                exponents[n] = simd.mul_f64s(simd.sub_f64s(origin, distances[n]), scale);
            }
            for kernel in exp2_negative(simd, exponents) {
                sum = simd.add_f64s(sum, kernel);
            }
        }
        Found {
            end: at,
            nearest: 0.5 * nearest,
            sum: simd.reduce_sum_f64s(sum),
        }
    }
}

/// Squares of the distances from a point to the boxes of one vector.
#[inline(always)]
fn squared_gaps<S: Isa>(simd: S, boxes: &[S::f64s], point: &Projection) -> [f64; PADDING] {
    let zero = simd.splat_f64s(0.0);
    let mut sums = [zero; 2];
    for (axis, (coordinate, bounds)) in point.iter().zip(boxes.chunks_exact(2)).enumerate() {
        let coordinate = simd.splat_f64s(*coordinate);
        let below = simd.sub_f64s(bounds[0], coordinate);
        let above = simd.sub_f64s(coordinate, bounds[1]);
        let gap = simd.larger(simd.larger(below, above), zero);
        sums[axis % 2] = simd.multiply_add(gap, gap, sums[axis % 2]);
    }
    let mut out = [0.0; PADDING];
    let (vectors, _) = S::as_mut_simd_f64s(&mut out);
    vectors[0] = simd.add_f64s(sums[0], sums[1]);
    out
}

/// Squared distances from a row to those of a panel. Columns are added to two sums in turns, since
/// each addition waits for the one before.
#[inline(always)]
fn squared_distances<S: Isa>(simd: S, row: &[f64], panel: &[S::f64s]) -> [S::f64s; PANEL_VECTORS] {
    let mut sums = [[simd.splat_f64s(0.0); PANEL_VECTORS]; 2];
    let (pairs, last) = row.as_chunks::<2>();
    let (panels, rest) = panel.as_chunks::<{ 2 * PANEL_VECTORS }>();
    for (x, y) in pairs.iter().zip(panels) {
        for turn in 0..2 {
            let x = simd.splat_f64s(x[turn]);
            for v in 0..PANEL_VECTORS {
                let difference = simd.sub_f64s(x, y[turn * PANEL_VECTORS + v]);
                sums[turn][v] = simd.multiply_add(difference, difference, sums[turn][v]);
            }
        }
    }
    if let [x] = last {
        let x = simd.splat_f64s(*x);
        for v in 0..PANEL_VECTORS {
            let difference = simd.sub_f64s(x, rest[v]);
            sums[0][v] = simd.multiply_add(difference, difference, sums[0][v]);
        }
    }
    let mut out = sums[0];
    for v in 0..PANEL_VECTORS {
        out[v] = simd.add_f64s(sums[0][v], sums[1][v]);
    }
    out
}
