//! Many atoms at a given density, for what needs many.

use crate::matrices::Noise;
use crate::oracle::{Structure, Vector};

/// Volume per atom, in Å³: that of copper.
const VOLUME: f64 = 11.8;

/// About `count` atoms at the density of copper in a cube: on a simple cubic lattice, each
/// displaced by up to a fifth of the spacing.
pub fn gas(count: usize, pbc: [bool; 3], seed: u64) -> Structure {
    let side = (count as f64).cbrt().round() as usize;
    let spacing = VOLUME.cbrt();
    let mut noise = Noise::new(seed);
    let mut positions = Vec::new();
    for site in 0..side.pow(3) {
        let corner = [site % side, site / side % side, site / side.pow(2)];
        positions.push(corner.map(|i| spacing * (i as f64 + 0.2 * noise.between(-1.0, 1.0))));
    }
    let edge = spacing * side as f64;
    let species = (0..positions.len() as u32).map(|atom| atom % 2).collect();
    Structure {
        positions,
        species,
        cell: [[edge, 0.0, 0.0], [0.0, edge, 0.0], [0.0, 0.0, edge]],
        pbc,
    }
}

/// A copy of the atoms at each of these places, in a cube of this edge.
pub fn in_clusters(cluster: &Structure, places: &[Vector], edge: f64, pbc: [bool; 3]) -> Structure {
    let at = |place: Vector| move |position: &Vector| [0, 1, 2].map(|axis| position[axis] + place[axis]);
    Structure {
        positions: places
            .iter()
            .flat_map(|&place| cluster.positions.iter().map(at(place)))
            .collect(),
        species: places.iter().flat_map(|_| cluster.species.clone()).collect(),
        cell: [[edge, 0.0, 0.0], [0.0, edge, 0.0], [0.0, 0.0, edge]],
        pbc,
    }
}
