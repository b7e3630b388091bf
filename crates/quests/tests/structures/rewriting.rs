//! The same structure written differently. Every rewriting keeps the descriptors.

use crate::oracle::{Structure, Vector, dot, norm};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::{array, prop_oneof};

/// Rows are the new axes.
pub type Rotation = [Vector; 3];

/// One way to write a structure differently.
#[derive(Clone, Debug)]
pub enum Rewriting {
    /// Turns atoms and cell.
    Rotated(Rotation),
    /// Moves all atoms.
    Translated(Vector),
    /// Turns x into −x, atoms and cell.
    Mirrored,
    /// Sorts the atoms by these keys.
    Reordered(Vec<u32>),
    /// Repeats the cell along its periodic directions.
    Repeated([usize; 3]),
    /// Chooses another cell of the same lattice: adds multiples of one periodic vector to another.
    Recelled(Vec<(usize, usize, i32)>),
    /// Renames the cell vectors: the new first one is the old one of this index, and so on.
    Renamed([usize; 3]),
    /// Moves each atom by its own multiples of the periodic vectors.
    Unwrapped(Vec<[i32; 3]>),
}

/// Any rotation, uniformly.
pub fn rotation() -> impl Strategy<Value = Rotation> {
    array::uniform4(-1.0..1.0).prop_filter_map("a quaternion of length zero", |q: [f64; 4]| {
        let length = q.iter().map(|x| x * x).sum::<f64>().sqrt();
        (length > 0.1).then(|| from_quaternion(q.map(|x| x / length)))
    })
}

/// Any rewriting, of structures with up to 64 atoms.
pub fn rewriting() -> impl Strategy<Value = Rewriting> {
    prop_oneof![
        rotation().prop_map(Rewriting::Rotated),
        array::uniform3(-50.0..50.0).prop_map(Rewriting::Translated),
        Just(Rewriting::Mirrored),
        vec(any::<u32>(), 64).prop_map(Rewriting::Reordered),
        array::uniform3(1..=3_usize).prop_map(Rewriting::Repeated),
        vec((0..3_usize, 0..3_usize, -2..=2), 1..4).prop_map(Rewriting::Recelled),
        Just([0, 1, 2]).prop_shuffle().prop_map(Rewriting::Renamed),
        vec(array::uniform3(-3..=3), 64).prop_map(Rewriting::Unwrapped),
    ]
}

impl Rewriting {
    /// The structure written differently, and for each of its atoms the index of the original one.
    pub fn apply(&self, structure: &Structure) -> (Structure, Vec<usize>) {
        let mut new = structure.clone();
        let mut origin: Vec<usize> = (0..structure.len()).collect();
        match self {
            Self::Rotated(rotation) => change_all(&mut new, |vector| rotate(rotation, vector)),
            Self::Mirrored => change_all(&mut new, |[x, y, z]| [-x, y, z]),
            Self::Translated(by) => new
                .positions
                .iter_mut()
                .for_each(|position| *position = plus(*position, 1.0, *by)),
            Self::Reordered(keys) => {
                origin.sort_by_key(|&atom| keys[atom % keys.len()]);
                take(&mut new, structure, &origin);
            }
            Self::Repeated(counts) => origin = repeat(&mut new, *counts),
            Self::Recelled(additions) => {
                for &(to, from, times) in additions {
                    if to != from && new.pbc[to] && new.pbc[from] {
                        new.cell[to] = plus(new.cell[to], f64::from(times), new.cell[from]);
                    }
                }
            }
            Self::Renamed(order) => {
                new.cell = order.map(|direction| structure.cell[direction]);
                new.pbc = order.map(|direction| structure.pbc[direction]);
            }
            Self::Unwrapped(counts) => {
                for (atom, position) in new.positions.iter_mut().enumerate() {
                    for direction in structure.periodic() {
                        let times = f64::from(counts[atom % counts.len()][direction]);
                        *position = plus(*position, times, structure.cell[direction]);
                    }
                }
            }
        }
        (new, origin)
    }
}

/// The vector in the turned frame.
pub fn rotate(rotation: &Rotation, vector: Vector) -> Vector {
    rotation.map(|axis| dot(axis, vector))
}

fn from_quaternion([w, x, y, z]: [f64; 4]) -> Rotation {
    let rows = [
        [
            1.0 - 2.0 * (y * y + z * z),
            2.0 * (x * y - w * z),
            2.0 * (x * z + w * y),
        ],
        [
            2.0 * (x * y + w * z),
            1.0 - 2.0 * (x * x + z * z),
            2.0 * (y * z - w * x),
        ],
        [
            2.0 * (x * z - w * y),
            2.0 * (y * z + w * x),
            1.0 - 2.0 * (x * x + y * y),
        ],
    ];
    debug_assert!(rows.iter().all(|row| (norm(*row) - 1.0).abs() < 1e-12));
    rows
}

fn plus(x: Vector, times: f64, y: Vector) -> Vector {
    [0, 1, 2].map(|axis| x[axis] + times * y[axis])
}

fn change_all(structure: &mut Structure, change: impl Fn(Vector) -> Vector) {
    structure
        .positions
        .iter_mut()
        .chain(&mut structure.cell)
        .for_each(|vector| *vector = change(*vector));
}

fn take(new: &mut Structure, old: &Structure, order: &[usize]) {
    new.positions = order.iter().map(|&atom| old.positions[atom]).collect();
    new.species = order.iter().map(|&atom| old.species[atom]).collect();
}

/// Copies the atoms `counts` times along the periodic vectors, and says of which one each is a
/// copy.
fn repeat(structure: &mut Structure, counts: [usize; 3]) -> Vec<usize> {
    let mut origin: Vec<usize> = (0..structure.len()).collect();
    for direction in structure.periodic() {
        let (once, vector) = (structure.clone(), structure.cell[direction]);
        let first_origin = origin.clone();
        for copy in 1..counts[direction] {
            structure.positions.extend(
                once.positions
                    .iter()
                    .map(|&position| plus(position, copy as f64, vector)),
            );
            structure.species.extend(&once.species);
            origin.extend(&first_origin);
        }
        structure.cell[direction] = vector.map(|coordinate| coordinate * counts[direction] as f64);
    }
    origin
}
