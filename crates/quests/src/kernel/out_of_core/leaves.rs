//! Which leaves of a set matter to some queries, from the boxes of the leaves alone: the others
//! need not be read.

use super::distant_queries::reach_beyond;
use super::piece::Piece;
use crate::kernel::checks::check_bandwidth;
use crate::kernel::points::{AXES, Bounds, leaf_rows};
use crate::kernel::sums::{negligible_exponent, squared_reach};
use crate::{Error, Result, parallel};

/// Numbers of a box: its lower corner, then its upper one.
const BOX: usize = 2 * AXES;

/// Boxes that are looked at together.
const PART: usize = 1 << 12;

pub(super) fn boxes_of(boxes: &[f64]) -> Result<Vec<Bounds>> {
    let (boxes, rest) = boxes.as_chunks::<BOX>();
    if !rest.is_empty() {
        return Err(Error::Argument(format!("boxes are no multiple of {BOX} numbers")));
    }
    let corner = |numbers: &[f64]| std::array::from_fn(|axis| numbers[axis]);
    let bounds = |numbers: &[f64; BOX]| Bounds {
        low: corner(&numbers[..AXES]),
        high: corner(&numbers[AXES..]),
    };
    Ok(boxes.iter().map(bounds).collect())
}

/// Numbers of the leaves, rising, that the sums of some queries look into; `terms` is N, the rows
/// of the set.
///
/// # Errors
/// [`Error::Argument`] for boxes of the wrong length, and a bandwidth that is not positive.
pub fn near_leaves(queries: &Piece, boxes: &[f64], terms: usize, bandwidths: &[f64]) -> Result<Vec<u32>> {
    let boxes = boxes_of(boxes)?;
    if bandwidths.is_empty() {
        return Err(Error::Argument("there is no bandwidth".into()));
    }
    bandwidths.iter().try_for_each(|h| check_bandwidth(*h))?;
    let widest = bandwidths.iter().copied().fold(0.0, f64::max);
    let reach = squared_reach(&queries.queries, terms, widest);
    let points = queries.queries.projections(&queries.reference);
    let size = queries.reference.level.product_rows();
    // As a block of pairs skips leaves, and groups of queries.
    let leaves: Vec<(Bounds, Vec<Bounds>)> = (0..queries.leaves())
        .map(|leaf| {
            let points = &points[leaf_rows(leaf, queries.rows())];
            (Bounds::of(points), points.chunks(size).map(Bounds::of).collect())
        })
        .collect();
    let is_near = |held: &Bounds| {
        let of_leaf = |(leaf, groups): &(Bounds, Vec<Bounds>)| {
            held.squared_gap(leaf) <= reach && groups.iter().any(|group| held.squared_gap(group) <= reach)
        };
        leaves.iter().any(of_leaf)
    };
    let parts: Vec<usize> = (0..boxes.len()).step_by(PART).collect();
    let found = parallel::map_with(
        || (),
        parts,
        |(), first| -> Vec<u32> {
            (first..(first + PART).min(boxes.len()))
                .filter(|leaf| is_near(&boxes[*leaf]))
                .map(|leaf| leaf as u32)
                .collect()
        },
    )?;
    Ok(found.concat())
}

/// Numbers of the leaves, rising, that some queries without near neighbours look into. `nearest` is
/// half the squared distance of each to the nearest row known: with ∞ the leaf that may be nearest
/// is given; without bandwidths those that may have a nearer row; else those whose rows matter to
/// the sum.
///
/// # Errors
/// [`Error::Argument`] for boxes of the wrong length, and rows that are not there.
pub fn far_leaves(
    queries: &Piece,
    boxes: &[f64],
    rows: &[u32],
    nearest: &[f64],
    terms: usize,
    bandwidths: &[f64],
) -> Result<Vec<u32>> {
    let boxes = boxes_of(boxes)?;
    if rows.len() != nearest.len() || rows.iter().any(|row| *row as usize >= queries.rows()) {
        return Err(Error::Argument(
            "rows and their distances do not go together".into(),
        ));
    }
    let widest = bandwidths.iter().copied().fold(0.0, f64::max);
    let slack = widest * widest * negligible_exponent(terms);
    let points = queries.queries.projections(&queries.reference);
    let rows: Vec<(u32, f64)> = rows.iter().copied().zip(nearest.iter().copied()).collect();
    let needed = parallel::map_with(
        || (),
        rows,
        |(), (row, nearest)| -> Vec<u32> {
            let own = Bounds::of([&points[row as usize]]);
            let gaps = || boxes.iter().map(|held| 0.5 * held.squared_gap(&own)).zip(0..);
            if nearest == f64::INFINITY {
                let first = gaps().reduce(|least, next| if next.0 < least.0 { next } else { least });
                return first.map(|(_, leaf)| leaf).into_iter().collect();
            }
            let reach = reach_beyond(nearest, slack);
            gaps()
                .filter(|(gap, _)| *gap <= reach)
                .map(|(_, leaf)| leaf)
                .collect()
        },
    )?;
    let mut is_needed = vec![false; boxes.len()];
    for leaf in needed.iter().flatten() {
        is_needed[*leaf as usize] = true;
    }
    Ok((0..)
        .zip(is_needed)
        .filter(|(_, is)| *is)
        .map(|(leaf, _)| leaf)
        .collect())
}
