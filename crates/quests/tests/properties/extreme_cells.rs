//! Samples at the far ends of what is accepted.

use crate::agreement::{Tolerance, rows_agree};
use crate::calls::rows;
use crate::comparisons::descriptors_match;
use crate::oracle::{Structure, descriptors};

fn cubic(edge: f64, positions: Vec<[f64; 3]>, pbc: [bool; 3]) -> Structure {
    let species = vec![0; positions.len()];
    Structure {
        positions,
        species,
        cell: [[edge, 0.0, 0.0], [0.0, edge, 0.0], [0.0, 0.0, edge]],
        pbc,
    }
}

/// Numbers near 1e7 are 2e-9 apart: the neighbours, which meet across corners, can be no closer
/// than that.
#[test]
fn atoms_meet_across_the_corners_of_a_huge_box() {
    let edge = 1e7;
    let far = edge - 0.5;
    let corners = vec![
        [0.25, 0.5, 0.5],
        [far, far, 0.25],
        [0.5, far, far],
        [far, 0.75, 0.25],
        [1.5, 1.5, 1.5],
    ];
    for pbc in [[true; 3], [true, true, false]] {
        let structure = cubic(edge, corners.clone(), pbc);
        let actual = rows(&structure, 4, 5.0).unwrap();
        rows_agree(
            &actual,
            &descriptors(&structure, 4, 5.0, 0),
            Tolerance::Absolute(1e-8),
        )
        .unwrap();
        assert!(actual[0][0] > 0.1, "the corners must have met");
    }
}

#[test]
fn lone_atoms_have_zero_rows() {
    for pbc in [[false; 3], [true; 3]] {
        let structure = cubic(1e7, vec![[0.0; 3], [5e6, 5e6, 5e6]], pbc);
        assert_eq!(rows(&structure, 8, 5.0).unwrap(), vec![vec![0.0; 15]; 2]);
    }
}

/// One atom, thousands of images along one direction.
#[test]
fn a_chain_of_close_images_agrees() {
    let mut structure = cubic(0.01, vec![[3.0, 2.0, 1.0]], [false, true, false]);
    structure.cell[0] = [0.0; 3];
    let actual = rows(&structure, 48, 5.0).unwrap();
    rows_agree(
        &actual,
        &descriptors(&structure, 48, 5.0, 0),
        Tolerance::Relative(1e-11),
    )
    .unwrap();
}

/// A cell sheared by many times its height has no short vector but one.
#[test]
fn a_cell_sheared_out_of_shape_agrees() {
    for shear in [7.0, -40.0, 1000.0] {
        let mut structure = pair_in_a_cube();
        structure.cell[1][0] = 3.0 * shear;
        descriptors_match(&structure, 32, 5.0, 0).unwrap();
    }
}

/// Here the oracle would have to try 10¹¹ images; but the lattice is that of the cube.
#[test]
fn a_cell_sheared_twice_is_the_same() {
    let cube = pair_in_a_cube();
    let mut sheared = cube.clone();
    sheared.cell[1][0] = 3000.0;
    sheared.cell[2][1] = -3000.0;
    let expected = rows(&cube, 32, 5.0).unwrap();
    rows_agree(
        &rows(&sheared, 32, 5.0).unwrap(),
        &expected,
        Tolerance::Absolute(1e-9),
    )
    .unwrap();
}

fn pair_in_a_cube() -> Structure {
    cubic(3.0, vec![[0.1, 0.2, 0.3], [1.6, 1.5, 1.4]], [true; 3])
}

/// Ten thousand Å outside, where numbers are 2e-12 apart.
#[test]
fn atoms_far_outside_agree() {
    let edge = 4.0;
    let structure = cubic(
        edge,
        vec![[0.5, 1.0, 1.5], [-10001.5, 9998.75, 40003.25]],
        [true; 3],
    );
    descriptors_match(&structure, 32, 5.0, 0).unwrap();
}
