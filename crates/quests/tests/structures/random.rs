//! Random structures: every boundary mix, cells of any shape and size, atoms wherever files have
//! them.
//!
//! Atoms are at least [`CLEARANCE`] apart, images included. Distances of an atom to its own images
//! are tied exactly, so that small cells try the rule for ties as well; other near-ties have no
//! chance worth naming.

use crate::oracle::{Structure, Vector, closest_approach, neighbors, norm};
use crate::structures::rewriting::{rotate, rotation};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::{array, prop_oneof};

/// Smallest distance between atoms, in Å.
const CLEARANCE: f64 = 0.3;

/// Far outside a small cell, in Å.
const OUTSIDE: f64 = 100.0;

/// The eight boundary mixes.
pub const BOUNDARIES: [[bool; 3]; 8] = [
    [false, false, false],
    [true, false, false],
    [false, true, false],
    [false, false, true],
    [true, true, false],
    [true, false, true],
    [false, true, true],
    [true, true, true],
];

/// k, from 1 to 48.
pub fn neighbor_count() -> impl Strategy<Value = usize> {
    prop_oneof![Just(32_usize), 1..=48_usize, 1..=4_usize]
}

/// A cutoff, in Å.
pub fn cutoff() -> impl Strategy<Value = f64> {
    prop_oneof![Just(5.0), 0.5..8.0]
}

/// A structure with any boundary mix.
pub fn structure() -> impl Strategy<Value = Structure> {
    (0..BOUNDARIES.len()).prop_flat_map(|mix| structure_in(BOUNDARIES[mix]))
}

/// A structure with the given boundary mix.
pub fn structure_in(pbc: [bool; 3]) -> impl Strategy<Value = Structure> {
    let cell = (
        array::uniform3(edge()),
        shear(),
        any::<bool>(),
        prop_oneof![Just(None), rotation().prop_map(Some)],
    );
    (cell, idle(), vec(site(), 1..=14)).prop_map(move |((edges, shear, mirrored, rotation), idle, sites)| {
        let mut cell = sheared(edges, shear);
        if mirrored {
            cell.swap(0, 1);
        }
        if let Some(rotation) = rotation {
            cell = cell.map(|vector| rotate(&rotation, vector));
        }
        populated(cell, pbc, idle, &sites)
    })
}

/// Length of a cell vector: ordinary, smaller than any cutoff, huge.
fn edge() -> impl Strategy<Value = f64> {
    prop_oneof![3 => 3.0..12.0, 2 => 0.6..2.5, 1 => 1e2..1e4]
}

/// How much of the directions of a and b goes into b and c.
fn shear() -> impl Strategy<Value = [f64; 3]> {
    prop_oneof![1 => Just([0.0; 3]), 3 => array::uniform3(-0.7..0.7), 1 => array::uniform3(-4.0..4.0)]
}

fn sheared(edges: [f64; 3], [along_b, along_c, across_c]: [f64; 3]) -> [Vector; 3] {
    let directions = [[1.0, 0.0, 0.0], [along_b, 1.0, 0.0], [along_c, across_c, 1.0]];
    [0, 1, 2].map(|i| directions[i].map(|coordinate| coordinate * edges[i] / norm(directions[i])))
}

/// What a file says of a direction that is not periodic.
#[derive(Clone, Copy, Debug)]
enum Idle {
    /// A cell vector like the others.
    GrowingSet,
    Zero,
    /// The same vector as that of another direction.
    Copied,
}

fn idle() -> impl Strategy<Value = Idle> {
    prop_oneof![Just(Idle::GrowingSet), Just(Idle::Zero), Just(Idle::Copied)]
}

/// Where an atom is put: fractional coordinates in [0, 1), and what becomes of them.
#[derive(Clone, Copy, Debug)]
struct Site {
    fraction: [f64; 3],
    species: u32,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Inside,
    /// On a face, an edge or a corner: these coordinates are 0 or 1.
    Boundary([Option<bool>; 3]),
    /// As many cells away as these shares of [`OUTSIDE`] reach, at least one.
    Outside([f64; 3]),
    /// This far, in Å, from the corner that the rounded coordinates name.
    NearCorner([f64; 3]),
}

fn site() -> impl Strategy<Value = Site> {
    let place = prop_oneof![
        Just(Place::Inside),
        array::uniform3(any::<Option<bool>>()).prop_map(Place::Boundary),
        array::uniform3(-1.0..1.0).prop_map(Place::Outside),
        array::uniform3(-4.0..4.0).prop_map(Place::NearCorner),
    ];
    (array::uniform3(0.0..1.0), 0..2_u32, place).prop_map(|(fraction, species, place)| Site {
        fraction,
        species,
        place,
    })
}

impl Site {
    fn position(&self, cell: &[Vector; 3]) -> Vector {
        let mut offset = [0.0; 3];
        let fraction = [0, 1, 2].map(|i| match self.place {
            Place::Inside => self.fraction[i],
            Place::Boundary(sides) => sides[i].map_or(self.fraction[i], f64::from),
            Place::Outside(reach) => {
                let cells = (reach[i] * OUTSIDE / norm(cell[i])).trunc();
                self.fraction[i] + if cells == 0.0 { reach[i].signum() } else { cells }
            }
            Place::NearCorner(away) => {
                offset[i] = away[i];
                self.fraction[i].round()
            }
        });
        [0, 1, 2].map(|axis| {
            fraction[0] * cell[0][axis]
                + fraction[1] * cell[1][axis]
                + fraction[2] * cell[2][axis]
                + offset[axis]
        })
    }
}

/// Puts an atom at each site that is clear of the ones before. A cell so small that an atom meets
/// its own images grows first.
fn populated(mut cell: [Vector; 3], pbc: [bool; 3], idle: Idle, sites: &[Site]) -> Structure {
    let alone = |cell| Structure {
        positions: vec![[0.0; 3]],
        species: vec![0],
        cell,
        pbc,
    };
    while closest_approach(&alone(cell), CLEARANCE).is_some() {
        cell = cell.map(|vector| vector.map(|coordinate| 1.5 * coordinate));
    }
    let mut structure = Structure {
        positions: Vec::new(),
        species: Vec::new(),
        cell,
        pbc,
    };
    for site in sites {
        structure.positions.push(site.position(&cell));
        structure.species.push(site.species);
        let last = structure.len() - 1;
        if !neighbors(&structure, last, CLEARANCE).is_empty() {
            structure.positions.pop();
            structure.species.pop();
        }
    }
    for direction in (0..3).filter(|&direction| !pbc[direction]) {
        structure.cell[direction] = match idle {
            Idle::GrowingSet => cell[direction],
            Idle::Zero => [0.0; 3],
            Idle::Copied => cell[(direction + 1) % 3],
        };
    }
    structure
}
