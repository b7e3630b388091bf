//! The lattice of a neighbour search: three independent vectors, as short and as right-angled as
//! the lattice allows.

use super::vector::{Vector, cross, dot, norm, plus, scaled};

/// Below this ratio of volume to the product of the edges, periodic cell vectors count as
/// dependent.
const SINGULAR: f64 = 1e-9;

/// Rounds of pairwise reduction at most. A few suffice; the limit only guards against rounding that
/// goes back and forth.
const ROUNDS: usize = 1000;

/// Three independent vectors that span space: the reduced vectors of the periodic directions, and
/// unit vectors at right angles to them for the other directions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lattice {
    /// Rows.
    pub vectors: [Vector; 3],
    /// Whether the structure repeats along each.
    pub periodic: [bool; 3],
    /// Rows r_i with r_i · v_j = 1 for i = j, else 0.
    reciprocal: [Vector; 3],
}

impl Lattice {
    /// How many numbers describe a lattice: two matrices, and a flag for each vector.
    pub const NUMBERS: usize = 21;

    /// The lattice of a unit cell: its vectors (rows, Å), and along which of them it repeats.
    ///
    /// # Errors
    /// What is wrong with the cell, in words.
    pub fn new(mut vectors: [Vector; 3], periodic: [bool; 3]) -> Result<Self, String> {
        let axes: Vec<usize> = (0..3).filter(|axis| periodic[*axis]).collect();
        if let Some(axis) = axes.iter().find(|axis| norm(vectors[**axis]) == 0.0) {
            let name = ["a", "b", "c"][*axis];
            return Err(format!(
                "cell vector {name} is zero, but the structure is periodic along it"
            ));
        }
        let content = content(&axes.iter().map(|axis| vectors[*axis]).collect::<Vec<_>>());
        let edges: f64 = axes.iter().map(|axis| norm(vectors[*axis])).product();
        // Written so that NaN and overflow are refused as well.
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
            periodic,
            reciprocal,
        })
    }

    /// The lattice as plain numbers; see [`Lattice::from_numbers`].
    pub fn numbers(&self) -> impl Iterator<Item = f64> {
        let rows = self.vectors.iter().chain(&self.reciprocal).flatten().copied();
        rows.chain(self.periodic.map(|periodic| f64::from(u8::from(periodic))))
    }

    /// A lattice from [`Self::numbers`].
    pub fn from_numbers(numbers: &[f64; Self::NUMBERS]) -> Self {
        let rows = |first: usize| -> [Vector; 3] {
            std::array::from_fn(|row| std::array::from_fn(|axis| numbers[first + 3 * row + axis]))
        };
        Self {
            vectors: rows(0),
            reciprocal: rows(9),
            periodic: std::array::from_fn(|axis| numbers[18 + axis] != 0.0),
        }
    }

    /// Coordinates of `position` in units of the lattice vectors.
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

/// Shortens the periodic vectors by whole multiples of each other. The lattice stays the same; long
/// and oblique vectors would only add images to the search.
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

/// Fills the directions that don't repeat with unit vectors at right angles to all others.
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
