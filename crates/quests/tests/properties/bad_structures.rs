//! Structures that have no meaning are refused, each with its code and its frame.

use crate::calls::run;
use quests::descriptor::DescriptorJob;
use quests::structure::Frames;
use quests::{Error, Result};

/// Arrays as a caller hands them over.
struct Input {
    positions: Vec<f64>,
    offsets: Vec<u32>,
    cells: Vec<f64>,
    pbc: Vec<u8>,
    species: Vec<u32>,
    species_count: u32,
    cutoff: f64,
}

type Change = fn(&mut Input);

/// Two frames that are in order, with two atoms each in a cube of 4 Å; the cell of the second
/// begins at number 9, its positions begin at number 6.
fn in_order() -> Input {
    let cube = [4.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 4.0];
    let pair = [0.5, 0.5, 0.5, 2.0, 2.5, 3.0];
    Input {
        positions: [pair, pair].concat(),
        offsets: vec![0, 2, 4],
        cells: [cube, cube].concat(),
        pbc: vec![7, 7],
        species: vec![0, 1, 1, 0],
        species_count: 2,
        cutoff: 5.0,
    }
}

fn describe(input: Input) -> Result<Vec<f64>> {
    let Input {
        positions,
        offsets,
        cells,
        pbc,
        species,
        species_count,
        cutoff,
    } = input;
    let frames = Frames::new(positions, offsets, cells, pbc, species, species_count)?;
    run(DescriptorJob::new(frames, 8.0, cutoff)?)
}

/// The error after this change to an input that is in order; its text is one line.
fn refusal(change: impl FnOnce(&mut Input)) -> Error {
    let mut input = in_order();
    change(&mut input);
    let error = describe(input).expect_err("must be refused");
    assert!(
        !error.to_string().is_empty() && error.to_string().lines().count() == 1,
        "{error}"
    );
    error
}

/// Whether it names the second frame.
fn is_structure(error: &Error) -> bool {
    matches!(error, Error::Structures(bad) if bad.len() == 1 && bad[0].frame == 1)
}

#[test]
fn what_is_in_order_is_accepted() {
    assert_eq!(describe(in_order()).unwrap().len(), 4 * 3 * 15);
}

#[test]
fn coordinates_that_are_no_numbers() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for place in 6..12 {
            let error = refusal(|input| input.positions[place] = value);
            assert!(is_structure(&error), "{value} at {place}: {error:?}");
        }
        let error = refusal(|input| input.cells[13] = value);
        assert!(is_structure(&error), "{value} in the cell: {error:?}");
    }
}

#[test]
fn atoms_on_top_of_each_other() {
    let shifts = [
        [0.0; 3],
        [9e-4, 0.0, 0.0],
        [5e-4, -5e-4, 5e-4],
        [4.0, 0.0, 0.0],
        [-400.0, 8.0, 4.0005],
    ];
    for shift in shifts {
        let error =
            refusal(|input| (0..3).for_each(|i| input.positions[9 + i] = input.positions[6 + i] + shift[i]));
        assert!(is_structure(&error), "{shift:?}: {error:?}");
    }
}

/// The shortest distance is 1e-3 Å, whatever the cutoff.
#[test]
fn atoms_on_top_of_each_other_beyond_the_cutoff() {
    let error = refusal(|input| {
        input.cutoff = 1e-4;
        (0..3).for_each(|i| input.positions[9 + i] = input.positions[6 + i]);
        input.positions[9] += 5e-4;
    });
    assert!(is_structure(&error), "{error:?}");
}

#[test]
fn atoms_just_far_enough_apart_are_accepted() {
    let mut input = in_order();
    input.positions[9..12].copy_from_slice(&[0.5 + 1.1e-3, 0.5, 0.5]);
    describe(input).unwrap();
}

#[test]
fn atoms_on_top_of_their_own_images() {
    for (pbc, direction) in [(1, 0), (2, 4), (4, 8)] {
        let error = refusal(|input| {
            input.pbc[1] = pbc;
            input.cells[9 + direction] = 5e-4;
        });
        assert!(is_structure(&error), "{pbc}: {error:?}");
    }
    let sheared = refusal(|input| input.cells[9..12].copy_from_slice(&[0.0, 4.0005, 0.0]));
    assert!(
        is_structure(&sheared),
        "the difference of two vectors: {sheared:?}"
    );
}

#[test]
fn cells_that_are_none() {
    let zero = refusal(|input| input.cells[9..18].fill(0.0));
    assert!(is_structure(&zero), "{zero:?}");
    for (direction, bit) in [(0, 1), (1, 2), (2, 4)] {
        let error = refusal(|input| {
            input.pbc[1] = bit;
            input.cells[9 + 3 * direction..12 + 3 * direction].fill(0.0);
        });
        assert!(is_structure(&error), "zero vector {direction}: {error:?}");
    }
    let flat = refusal(|input| input.cells[15..18].copy_from_slice(&[4.0, 4.0, 0.0]));
    assert!(is_structure(&flat), "three vectors in a plane: {flat:?}");
    let parallel = refusal(|input| {
        input.pbc[1] = 3;
        input.cells[12..15].copy_from_slice(&[-8.0, 0.0, 0.0]);
    });
    assert!(is_structure(&parallel), "two parallel vectors: {parallel:?}");
}

#[test]
fn cells_with_too_many_images() {
    let error = refusal(|input| {
        (9..18).for_each(|i| input.cells[i] *= 0.01);
        input.positions[6..12].copy_from_slice(&[0.0, 0.0, 0.0, 0.02, 0.02, 0.02]);
    });
    assert!(matches!(error, Error::TooLarge(_)), "{error:?}");
    assert!(error.to_string().contains("frame 1"), "{error}");
    let far_reaching = refusal(|input| input.cutoff = 1e4);
    assert!(matches!(far_reaching, Error::TooLarge(_)), "{far_reaching:?}");
}

#[test]
fn arrays_of_the_wrong_length() {
    let changes: [(&str, Change); 13] = [
        ("a coordinate less", |input| input.positions.truncate(11)),
        ("a coordinate more", |input| input.positions.push(1.0)),
        ("an atom that no frame has", |input| {
            input.positions.extend([3.5, 0.5, 0.5]);
        }),
        ("an offset less", |input| input.offsets.truncate(2)),
        ("an offset more", |input| input.offsets.push(4)),
        ("offsets that begin late", |input| input.offsets[0] = 1),
        ("offsets that go back", |input| input.offsets = vec![0, 4, 2]),
        ("offsets beyond the atoms", |input| input.offsets[2] = 5),
        ("a number of the cell less", |input| input.cells.truncate(17)),
        ("a boundary less", |input| input.pbc.truncate(1)),
        ("a species less", |input| input.species.truncate(3)),
        ("species of no count", |input| input.species_count = 0),
        ("a species beyond the count", |input| input.species[3] = 2),
    ];
    for (what, change) in changes {
        let error = refusal(change);
        assert!(matches!(error, Error::Argument(_)), "{what}: {error:?}");
    }
}

#[test]
fn nothing_to_describe() {
    let nothing = refusal(|input| {
        input.positions.clear();
        input.species.clear();
        input.cells.clear();
        input.pbc.clear();
        input.offsets = vec![0];
    });
    assert!(matches!(nothing, Error::Empty(_)), "no frames: {nothing:?}");
    let no_atoms = refusal(|input| input.offsets = vec![0, 4, 4]);
    assert!(is_structure(&no_atoms), "a frame without atoms: {no_atoms:?}");
}
