//! Locality: puts rows that are near each other next to each other.

use super::axes::{AXES, Bounds, Projection};

/// Rows of a leaf: a multiple of the queries and of the reference rows that any instruction set
/// takes at once.
pub(crate) const LEAF: usize = 240;

/// Within a leaf, rows are ordered down to groups of this size.
const GROUP: usize = 8;

/// An order of the rows in which every [`LEAF`] of them, and within a leaf every few, are close
/// together. The rows are halved again and again along the axis on which they are widest.
pub(crate) fn order_by_locality(projections: &[Projection]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..projections.len() as u32).collect();
    halve(&mut order, projections);
    order
}

fn halve(rows: &mut [u32], projections: &[Projection]) {
    let unit = if rows.len() > LEAF { LEAF } else { GROUP };
    if rows.len() <= GROUP {
        rows.sort_unstable();
        return;
    }
    let bounds = Bounds::of(rows.iter().map(|row| &projections[*row as usize]));
    let extent = |axis: usize| bounds.high[axis] - bounds.low[axis];
    let axis = (1..AXES).fold(0, |widest, axis| {
        if extent(axis) > extent(widest) {
            axis
        } else {
            widest
        }
    });
    let middle = rows.len().div_ceil(unit) / 2 * unit;
    let at = |row: u32| projections[row as usize][axis];
    rows.select_nth_unstable_by(middle, |a, b| at(*a).total_cmp(&at(*b)).then(a.cmp(b)));
    let (low, high) = rows.split_at_mut(middle);
    halve(low, projections);
    halve(high, projections);
}
