//! The lattice a neighbour search works in: three independent vectors, short and as right-angled as the lattice allows.

use crate::errand::Numbers;
use crate::structure::{Cell, Vector};

/// Below this ratio of volume to the product of the edges, periodic cell vectors count as dependent.
const SINGULAR: f64 = 1e-9;

/// Rounds of pairwise reduction after which a basis is taken as it is; a few suffice, the limit only guards against
/// rounding that goes back and forth.
const ROUNDS: usize = 1000;

pub(crate) fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: Vector, b: Vector) -> Vector {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

fn scaled(a: Vector, factor: f64) -> Vector {
    a.map(|x| x * factor)
}

fn norm(a: Vector) -> f64 {
    dot(a, a).sqrt()
}

/// `a` plus `factor` times `b`.
pub(crate) fn plus(a: Vector, b: Vector, factor: f64) -> Vector {
    std::array::from_fn(|axis| a[axis] + factor * b[axis])
}

/// Three independent vectors that span space: those of the periodic directions, reduced, and unit vectors at right angles to
/// them for the directions that do not repeat.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Basis {
    /// Rows.
    pub vectors: [Vector; 3],
    /// Whether the structure repeats along each.
    pub periodic: [bool; 3],
    /// Rows r_i with r_i · v_j = 1 for i = j, else 0.
    reciprocal: [Vector; 3],
}

impl Basis {
    /// `Err` says what is wrong with the cell.
    pub fn new(cell: &Cell) -> Result<Self, String> {
        let mut vectors = cell.vectors;
        let axes: Vec<usize> = (0..3).filter(|axis| cell.periodic[*axis]).collect();
        if let Some(axis) = axes.iter().find(|axis| norm(vectors[**axis]) == 0.0) {
            let name = ["a", "b", "c"][*axis];
            return Err(format!(
                "cell vector {name} is zero, but the structure is periodic along it"
            ));
        }
        let content = content(&axes.iter().map(|axis| vectors[*axis]).collect::<Vec<_>>());
        let edges: f64 = axes.iter().map(|axis| norm(vectors[*axis])).product();
        // Written so that NaN and overflow are refused, too.
        if !(content >= SINGULAR * edges && edges.is_finite()) {
            return Err("the cell is singular: its periodic vectors are not independent, or too long".into());
        }
        reduce(&mut vectors, &axes);
        complete(&mut vectors, &axes);
        let volume = dot(vectors[0], cross(vectors[1], vectors[2]));
        let reciprocal = [
            scaled(cross(vectors[1], vectors[2]), 1.0 / volume),
            scaled(cross(vectors[2], vectors[0]), 1.0 / volume),
            scaled(cross(vectors[0], vectors[1]), 1.0 / volume),
        ];
        Ok(Self {
            vectors,
            periodic: cell.periodic,
            reciprocal,
        })
    }

    /// Writes the basis as [`Basis::read`] reads it.
    pub fn push(&self, out: &mut Vec<f64>) {
        out.extend(self.vectors.iter().chain(&self.reciprocal).flatten());
        out.extend(self.periodic.map(|periodic| f64::from(u8::from(periodic))));
    }

    pub fn read(numbers: &mut Numbers<'_>) -> crate::Result<Self> {
        let mut rows = || -> crate::Result<[Vector; 3]> {
            let mut rows = [[0.0; 3]; 3];
            rows.as_flattened_mut().copy_from_slice(numbers.take(9)?);
            Ok(rows)
        };
        let (vectors, reciprocal) = (rows()?, rows()?);
        let periodic = numbers.take(3)?;
        Ok(Self {
            vectors,
            periodic: std::array::from_fn(|axis| periodic[axis] != 0.0),
            reciprocal,
        })
    }

    /// Coordinates of `position` in units of the basis vectors.
    pub fn fractional(&self, position: Vector) -> Vector {
        self.reciprocal.map(|row| dot(row, position))
    }

    /// Distance between the two faces of the cell that the vector `axis` joins.
    pub fn height(&self, axis: usize) -> f64 {
        1.0 / norm(self.reciprocal[axis])
    }
}

/// Length, area or volume that up to three vectors span.
fn content(vectors: &[Vector]) -> f64 {
    match vectors {
        [a, b, c] => dot(*a, cross(*b, *c)).abs(),
        [a, b] => norm(cross(*a, *b)),
        [a] => norm(*a),
        _ => 1.0,
    }
}

/// Shortens the periodic vectors by whole multiples of each other. The lattice stays the same; a skewed description of it
/// would only cost images in the search.
fn reduce(vectors: &mut [Vector; 3], axes: &[usize]) {
    for _ in 0..ROUNDS {
        let mut changed = false;
        for &i in axes {
            for &j in axes {
                if i == j {
                    continue;
                }
                let multiple = (dot(vectors[i], vectors[j]) / dot(vectors[j], vectors[j])).round();
                let shorter = plus(vectors[i], vectors[j], -multiple);
                // Without the margin, vectors of equal length could be exchanged for ever.
                if multiple != 0.0 && dot(shorter, shorter) < dot(vectors[i], vectors[i]) * (1.0 - 1e-12) {
                    vectors[i] = shorter;
                    changed = true;
                }
            }
        }
        if !changed {
            return;
        }
    }
}

/// Fills the directions that do not repeat with unit vectors at right angles to all others.
fn complete(vectors: &mut [Vector; 3], axes: &[usize]) {
    let free: Vec<usize> = (0..3).filter(|axis| !axes.contains(axis)).collect();
    match (axes, free.as_slice()) {
        (_, []) => {}
        ([i, j], [open]) => {
            let normal = cross(vectors[*i], vectors[*j]);
            vectors[*open] = scaled(normal, 1.0 / norm(normal));
        }
        ([i], [first, second]) => {
            let along = scaled(vectors[*i], 1.0 / norm(vectors[*i]));
            let least = (0..3)
                .min_by(|a, b| along[*a].abs().total_cmp(&along[*b].abs()))
                .unwrap_or(0);
            let mut unit = [0.0; 3];
            unit[least] = 1.0;
            let normal = cross(along, unit);
            vectors[*first] = scaled(normal, 1.0 / norm(normal));
            vectors[*second] = cross(along, vectors[*first]);
        }
        _ => *vectors = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    }
}
