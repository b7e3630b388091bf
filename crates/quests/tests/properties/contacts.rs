//! Contacts and lone atoms: those that brute force over all images finds.

use std::collections::BTreeMap;

use crate::calls::{frames, run};
use crate::cases::{cases, check};
use crate::oracle::{Structure, neighbors};
use crate::structures::{gas, structure};
use proptest::collection::vec;
use proptest::prelude::TestCaseError;
use quests::contacts::ContactJob;
use quests::{Error, Result};

/// The images of the second atom of each pair, seen from the first, and lone atoms.
type Found = (BTreeMap<(usize, usize), Vec<[f64; 3]>>, Vec<usize>);

fn contacts(structures: &[Structure], radii: &[f64], fraction: f64, cutoff: f64) -> Result<Found> {
    let numbers = run(ContactJob::new(frames(structures, 0)?, radii, fraction, cutoff)?)?;
    let (rows, isolated) = numbers[1..].split_at(5 * numbers[0] as usize);
    let atoms = |row: &[f64]| (row[0] as usize, row[1] as usize);
    assert!(rows.chunks_exact(5).is_sorted_by_key(atoms));
    let mut pairs = BTreeMap::<_, Vec<_>>::new();
    for row in rows.chunks_exact(5) {
        pairs
            .entry(atoms(row))
            .or_default()
            .push([row[2], row[3], row[4]]);
    }
    Ok((pairs, isolated.iter().map(|atom| *atom as usize).collect()))
}

/// From every image of every atom.
fn obvious(structures: &[Structure], radii: &[f64], fraction: f64, cutoff: f64) -> Found {
    let (mut pairs, mut isolated, mut first) = (BTreeMap::<_, Vec<_>>::new(), Vec::new(), 0);
    for structure in structures {
        let radius = |atom: usize| radii[first + atom];
        let largest = radii.iter().copied().fold(0.0, f64::max);
        for atom in 0..structure.len() {
            let around = neighbors(structure, atom, cutoff.max(2.0 * fraction * largest));
            if around.iter().all(|other| other.distance > cutoff) {
                isolated.push(first + atom);
            }
            for other in around.iter().filter(|other| other.atom >= atom) {
                let (one, two) = (radius(atom), radius(other.atom));
                let is_known = one > 0.0 && two > 0.0;
                // Of an image of the atom itself and the one opposite to it, one counts.
                let counts =
                    other.atom > atom || other.displacement.iter().find(|x| x.abs() > 1e-6) > Some(&0.0);
                if is_known && counts && other.distance < fraction * (one + two) {
                    let pair = (first + atom, first + other.atom);
                    pairs.entry(pair).or_default().push(other.displacement);
                }
            }
        }
        first += structure.len();
    }
    (pairs, isolated)
}

/// A radius for each atom; that of some is not known.
fn radii_of(structures: &[Structure]) -> Vec<f64> {
    let species = structures.iter().flat_map(|structure| &structure.species);
    let radius = |(atom, species): (usize, &u32)| {
        if atom % 7 == 3 {
            0.0
        } else {
            [1.3, 0.7][*species as usize]
        }
    };
    species.enumerate().map(radius).collect()
}

fn agree(structures: &[Structure], fraction: f64, cutoff: f64) -> std::result::Result<(), TestCaseError> {
    let radii = radii_of(structures);
    let (pairs, isolated) = contacts(structures, &radii, fraction, cutoff)
        .map_err(|error| TestCaseError::fail(error.to_string()))?;
    let (expected_pairs, expected_isolated) = obvious(structures, &radii, fraction, cutoff);
    let fail = |text: String| Err(TestCaseError::fail(text));
    if isolated != expected_isolated {
        return fail(format!("isolated: {isolated:?}, expected {expected_isolated:?}"));
    }
    if !pairs.keys().eq(expected_pairs.keys()) {
        return fail(format!("pairs: {pairs:?}, expected {expected_pairs:?}"));
    }
    for (pair, mut left) in expected_pairs {
        for image in &pairs[&pair] {
            let is_same = |other: &[f64; 3]| (0..3).all(|axis| (image[axis] - other[axis]).abs() < 1e-7);
            match left.iter().position(is_same) {
                Some(at) => _ = left.swap_remove(at),
                None => return fail(format!("{pair:?} along {image:?}, expected one of {left:?}")),
            }
        }
        if !left.is_empty() {
            return fail(format!("{pair:?} is missing along {left:?}"));
        }
    }
    Ok(())
}

#[test]
fn they_are_those_of_all_images() {
    let strategy = (vec(structure(), 1..4), 0.2..1.3, 0.3..4.0);
    check(cases(), &strategy, |(structures, fraction, cutoff)| {
        agree(&structures, fraction, cutoff)
    });
}

#[test]
fn frames_done_in_parts_lose_none() {
    let structures = [
        gas(9, [true; 3], 1),
        gas(1400, [true, false, true], 2),
        gas(60, [false; 3], 3),
    ];
    agree(&structures, 0.9, 1.9).unwrap();
}

#[test]
fn atoms_on_top_of_each_other_are_a_contact() {
    let structure = Structure {
        positions: vec![[1.0; 3], [1.0; 3], [4.0; 3]],
        species: vec![0; 3],
        cell: [[9.0, 0.0, 0.0], [0.0, 9.0, 0.0], [0.0, 0.0, 9.0]],
        pbc: [true; 3],
    };
    let found = contacts(&[structure], &[0.5; 3], 0.6, 2.0).unwrap();
    assert_eq!(found, (BTreeMap::from([((0, 1), vec![[0.0; 3]])]), vec![2]));
}

#[test]
fn an_atom_is_bonded_to_its_images_once_for_each_direction() {
    let structure = Structure {
        positions: vec![[0.3, 0.1, 0.7]],
        species: vec![0],
        cell: [[2.0, 0.0, 0.0], [0.0, 2.5, 0.0], [0.0, 0.0, 9.0]],
        pbc: [true, true, false],
    };
    let (pairs, isolated) = contacts(&[structure], &[1.7; 1], 1.0, 1.0).unwrap();
    assert_eq!(pairs[&(0, 0)].len(), 4, "{pairs:?}");
    assert_eq!(isolated, [0]);
}

#[test]
fn unusable_arguments_are_refused() {
    let structures = [gas(8, [true; 3], 1)];
    for (radii, fraction, cutoff) in [
        (vec![1.0; 7], 0.6, 5.0),
        (vec![-1.0; 8], 0.6, 5.0),
        (vec![f64::NAN; 8], 0.6, 5.0),
        (vec![1.0; 8], 0.0, 5.0),
        (vec![1.0; 8], f64::INFINITY, 5.0),
        (vec![1.0; 8], 0.6, -1.0),
    ] {
        let refused = contacts(&structures, &radii, fraction, cutoff);
        assert!(matches!(refused, Err(Error::Argument(_))), "{refused:?}");
    }
}
