//! Atoms in a cell, and the little vector algebra they need.

/// A vector in Cartesian coordinates.
pub type Vector = [f64; 3];

/// Atoms in a cell; the rows of `cell` are a, b, c.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    /// Cartesian coordinates; atoms may lie outside the cell.
    pub positions: Vec<Vector>,
    /// Index of each atom's species.
    pub species: Vec<u32>,
    /// Cell vectors; one along which nothing repeats has no meaning.
    pub cell: [Vector; 3],
    /// Periodic along a, b, c.
    pub pbc: [bool; 3],
}

impl Structure {
    /// Number of atoms.
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Indices of the periodic cell vectors.
    pub fn periodic(&self) -> Vec<usize> {
        (0..3).filter(|&direction| self.pbc[direction]).collect()
    }
}

/// x · y.
pub fn dot(x: Vector, y: Vector) -> f64 {
    x[0] * y[0] + x[1] * y[1] + x[2] * y[2]
}

/// x × y.
pub fn cross(x: Vector, y: Vector) -> Vector {
    [
        x[1] * y[2] - x[2] * y[1],
        x[2] * y[0] - x[0] * y[2],
        x[0] * y[1] - x[1] * y[0],
    ]
}

/// |x|.
pub fn norm(x: Vector) -> f64 {
    dot(x, x).sqrt()
}
