//! Perfect crystals in which all atoms have the same environment, each in cells of several kinds.

use crate::oracle::{Structure, Vector};

/// A crystal, its lattice constant in Å, and cells that describe it.
pub struct Crystal {
    /// Structure type and element.
    pub name: &'static str,
    /// The same crystal, each time in another cell.
    pub cells: Vec<Structure>,
}

/// fcc, bcc, simple cubic, diamond and ideal hcp, at the lattice constants of elements.
pub fn crystals() -> Vec<Crystal> {
    let h = 0.5;
    let cube = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let fcc_primitive = [[0.0, h, h], [h, 0.0, h], [h, h, 0.0]];
    let fcc_sites = vec![[0.0; 3], [0.0, h, h], [h, 0.0, h], [h, h, 0.0]];
    let bcc_primitive = [[-h, h, h], [h, -h, h], [h, h, -h]];
    let diamond_sites = fcc_sites
        .iter()
        .flat_map(|&site| [site, site.map(|x| x + 0.25)])
        .collect();
    vec![
        crystal(
            "fcc Cu",
            3.615,
            [(cube, fcc_sites), (fcc_primitive, vec![[0.0; 3]])],
        ),
        crystal(
            "bcc Fe",
            2.866,
            [(cube, vec![[0.0; 3], [h; 3]]), (bcc_primitive, vec![[0.0; 3]])],
        ),
        crystal("sc Po", 3.359, [(cube, vec![[0.0; 3]])]),
        crystal(
            "diamond Si",
            5.431,
            [(cube, diamond_sites), (fcc_primitive, vec![[0.0; 3], [0.25; 3]])],
        ),
        crystal("ideal hcp Mg", 3.209, hcp()),
    ]
}

/// The hexagonal and the orthorhombic cell, with c/a = √(8/3).
fn hcp() -> [([Vector; 3], Vec<Vector>); 2] {
    let (root, height) = (3.0_f64.sqrt(), (8.0_f64 / 3.0).sqrt());
    let hexagonal = [[1.0, 0.0, 0.0], [-0.5, root / 2.0, 0.0], [0.0, 0.0, height]];
    let orthorhombic = [[1.0, 0.0, 0.0], [0.0, root, 0.0], [0.0, 0.0, height]];
    let layer = |y: f64, z: f64| [[0.0, y * root, z * height], [0.5, (y + 0.5) * root, z * height]];
    let second = [0.5, root / 6.0, height / 2.0];
    let both_layers = [layer(0.0, 0.0), layer(1.0 / 3.0, 0.5)].concat();
    [
        (hexagonal, vec![[0.0; 3], second.map(|x| x)]),
        (orthorhombic, both_layers),
    ]
}

/// Samples and Cartesian sites in units of the lattice constant.
fn crystal<const N: usize>(
    name: &'static str,
    constant: f64,
    cells: [([Vector; 3], Vec<Vector>); N],
) -> Crystal {
    let scaled = |vector: Vector| vector.map(|coordinate| coordinate * constant);
    let cells = cells.map(|(cell, sites)| Structure {
        species: vec![0; sites.len()],
        positions: sites.into_iter().map(scaled).collect(),
        cell: cell.map(scaled),
        pbc: [true; 3],
    });
    Crystal {
        name,
        cells: cells.into(),
    }
}
