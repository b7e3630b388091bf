//! Neighbours by brute force over all images.

use super::structure::{Structure, Vector, cross, dot, norm};

/// An atom, or an image of one, seen from another atom.
#[derive(Clone, Debug)]
pub struct Neighbor {
    /// Index of the atom.
    pub atom: usize,
    /// From the central atom to this one.
    pub displacement: Vector,
    /// Length of the displacement.
    pub distance: f64,
}

/// Everything within `cutoff` of atom `center`, nearest first. Its own images count, it itself does
/// not.
pub fn neighbors(structure: &Structure, center: usize, cutoff: f64) -> Vec<Neighbor> {
    let mut found = Vec::new();
    for atom in 0..structure.len() {
        for image in images(structure, center, atom, cutoff) {
            let displacement = displacement(structure, center, atom, image);
            let distance = norm(displacement);
            let itself = atom == center && image == [0, 0, 0];
            if !itself && distance <= cutoff {
                found.push(Neighbor {
                    atom,
                    displacement,
                    distance,
                });
            }
        }
    }
    found.sort_by(|x, y| x.distance.total_cmp(&y.distance));
    found
}

/// Shortest distance between any two atoms, images included, if it is below `cutoff`.
pub fn closest_approach(structure: &Structure, cutoff: f64) -> Option<f64> {
    (0..structure.len())
        .filter_map(|center| {
            neighbors(structure, center, cutoff)
                .first()
                .map(|nearest| nearest.distance)
        })
        .min_by(f64::total_cmp)
}

/// Multiples of the cell vectors by which images of `atom` may come within `cutoff` of `center`,
/// and some more.
fn images(structure: &Structure, center: usize, atom: usize, cutoff: f64) -> impl Iterator<Item = [i64; 3]> {
    let between = displacement(structure, center, atom, [0, 0, 0]);
    let [a, b, c] = [0, 1, 2].map(|direction| {
        if !structure.pbc[direction] {
            return 0..=0;
        }
        let across = across(structure, direction);
        // Along `across`, of length `height`, only this vector of the lattice moves an atom.
        let height = norm(across);
        let middle = -dot(between, across) / (height * height);
        let reach = cutoff / height + 1.0;
        (middle - reach).floor() as i64..=(middle + reach).ceil() as i64
    });
    a.flat_map(move |i| b.clone().map(move |j| (i, j)))
        .flat_map(move |(i, j)| c.clone().map(move |k| [i, j, k]))
}

/// The part of a periodic cell vector at right angles to the other periodic ones: its length is the
/// lattice's height.
fn across(structure: &Structure, direction: usize) -> Vector {
    let vector = structure.cell[direction];
    let others: Vec<Vector> = structure
        .periodic()
        .into_iter()
        .filter(|&d| d != direction)
        .map(|d| structure.cell[d])
        .collect();
    match others[..] {
        [] => vector,
        [other] => {
            let share = dot(vector, other) / dot(other, other);
            [0, 1, 2].map(|axis| vector[axis] - share * other[axis])
        }
        [first, second] => {
            let normal = cross(first, second);
            let share = dot(vector, normal) / dot(normal, normal);
            normal.map(|coordinate| share * coordinate)
        }
        _ => unreachable!("a cell has three vectors"),
    }
}

/// From atom `center` to an image of `atom`. Atoms far outside a large cell must not cost digits,
/// so the sum is compensated: what rounding takes away is gathered and given back.
fn displacement(structure: &Structure, center: usize, atom: usize, image: [i64; 3]) -> Vector {
    [0, 1, 2].map(|axis| {
        let mut sum = structure.positions[atom][axis];
        let mut lost = 0.0;
        let mut add = |term: f64| {
            let next = sum + term;
            let kept = next - sum;
            lost += (sum - (next - kept)) + (term - kept);
            sum = next;
        };
        add(-structure.positions[center][axis]);
        for direction in structure.periodic() {
            let (count, length) = (image[direction] as f64, structure.cell[direction][axis]);
            let product = count * length;
            add(product);
            add(count.mul_add(length, -product));
        }
        sum + lost
    })
}
