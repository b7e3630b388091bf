//! The rows whose kernel sums are wanted: a matrix of their own, or the reference itself.

use std::ops::Range;

use super::axes::Projection;
use super::locality::order_by_locality;
use super::reference::{ROW_NUMBERS, Reference, check_matrix, largest_value, leaf_rows};
use crate::Result;
use crate::kernel::checks::check_exponents;
use crate::room::check_room;

/// Queries, ordered like a reference: in leaves of rows that are close together.
#[derive(Debug)]
pub(crate) enum Queries {
    /// The rows of the reference.
    Own,
    /// Row-major, in order.
    Given {
        matrix: Vec<f64>,
        order: Vec<u32>,
        projections: Vec<Projection>,
        largest: f64,
    },
}

impl Queries {
    /// Checks and orders `matrix`; empty means the reference itself.
    pub fn new(matrix: &[f64], reference: &Reference) -> Result<Self> {
        if matrix.is_empty() {
            return Ok(Self::Own);
        }
        let width = reference.width();
        check_matrix("the queries", matrix, width)?;
        let rows = matrix.len() / width;
        check_room::<f64>(matrix.len() + rows * ROW_NUMBERS, "the queries")?;
        let given: Vec<Projection> = matrix
            .chunks_exact(width)
            .map(|row| reference.axes().project(row))
            .collect();
        let order = order_by_locality(&given);
        let projections = order.iter().map(|row| given[*row as usize]).collect();
        let rows = order.iter().map(|row| &matrix[*row as usize * width..][..width]);
        let ordered = rows.flatten().copied().collect();
        Ok(Self::Given {
            matrix: ordered,
            order,
            projections,
            largest: largest_value(matrix),
        })
    }

    /// Takes rows that are in order already.
    pub fn ordered(matrix: Vec<f64>, projections: Vec<Projection>) -> Self {
        Self::Given {
            largest: largest_value(&matrix),
            order: (0..projections.len() as u32).collect(),
            matrix,
            projections,
        }
    }

    /// Given index of each ordered query.
    pub fn order<'a>(&'a self, reference: &'a Reference) -> &'a [u32] {
        match self {
            Self::Own => reference.order(),
            Self::Given { order, .. } => order,
        }
    }

    pub fn projections<'a>(&'a self, reference: &'a Reference) -> &'a [Projection] {
        match self {
            Self::Own => reference.projections(),
            Self::Given { projections, .. } => projections,
        }
    }

    /// Largest |value| that was given.
    pub fn largest(&self, reference: &Reference) -> f64 {
        match self {
            Self::Own => reference.largest(),
            Self::Given { largest, .. } => *largest,
        }
    }

    /// Refuses values so large, for bandwidths so narrow, that the exponent overflows.
    pub fn check_range(&self, reference: &Reference, bandwidths: &[f64]) -> Result<()> {
        let largest = reference.largest() + self.largest(reference);
        check_exponents(largest, reference.width(), bandwidths)
    }

    /// One leaf's queries in groups of `group_rows`, column after column.
    pub fn pack(&self, reference: &Reference, leaf: usize, group_rows: usize) -> Packed {
        let width = reference.width();
        let rows = leaf_rows(leaf, self.order(reference).len());
        let mut values = vec![0.0; rows.len().next_multiple_of(group_rows) * width];
        for (at, row) in rows.clone().enumerate() {
            let group = &mut values[at / group_rows * group_rows * width..];
            let places = group.iter_mut().skip(at % group_rows).step_by(group_rows);
            match self {
                Self::Own => places
                    .zip(reference.row(row))
                    .for_each(|(place, value)| *place = value),
                Self::Given { matrix, .. } => {
                    let values = &matrix[row * width..][..width];
                    places.zip(values).for_each(|(place, value)| *place = *value);
                }
            }
        }
        Packed { rows, values }
    }

    /// The queries as a reference, in their order and along the axes of the reference they belong
    /// to.
    pub fn laid_out(&self, reference: &Reference) -> Result<Reference> {
        match self {
            Self::Own => Ok(reference.clone()),
            Self::Given {
                matrix, projections, ..
            } => Reference::laid_out(reference.level, matrix, reference.width(), projections.clone()),
        }
    }

    /// Values of one ordered query.
    pub fn row(&self, reference: &Reference, row: usize) -> Vec<f64> {
        match self {
            Self::Own => reference.row(row).collect(),
            Self::Given { matrix, .. } => matrix[row * reference.width()..][..reference.width()].to_vec(),
        }
    }
}

/// Queries of one leaf.
#[derive(Debug)]
pub(crate) struct Packed {
    pub rows: Range<usize>,
    /// Groups of queries, each column after column.
    pub values: Vec<f64>,
}
