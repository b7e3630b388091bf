//! Contacts and lone atoms: those that brute force over all images finds.

use crate::calls::{frames, run};
use crate::cases::{cases, check};
use crate::oracle::{Structure, neighbors};
use crate::structures::{gas, structure};
use proptest::collection::vec;
use proptest::prelude::TestCaseError;
use quests::contacts::ContactJob;
use quests::{Error, Result};

/// Pairs with their distance, and lone atoms.
type Found = (Vec<(usize, usize, f64)>, Vec<usize>);

fn contacts(structures: &[Structure], radii: &[f64], fraction: f64, cutoff: f64) -> Result<Found> {
    let numbers = run(ContactJob::new(frames(structures, 0)?, radii, fraction, cutoff)?)?;
    let (pairs, isolated) = numbers[1..].split_at(3 * numbers[0] as usize);
    let pair = |pair: &[f64]| (pair[0] as usize, pair[1] as usize, pair[2]);
    Ok((
        pairs.chunks_exact(3).map(pair).collect(),
        isolated.iter().map(|atom| *atom as usize).collect(),
    ))
}

/// By looking at every image of every atom.
fn obvious(structures: &[Structure], radii: &[f64], fraction: f64, cutoff: f64) -> Found {
    let (mut pairs, mut isolated, mut first) = (Vec::new(), Vec::new(), 0);
    for structure in structures {
        let radius = |atom: usize| radii[first + atom];
        let largest = radii.iter().copied().fold(0.0, f64::max);
        for atom in 0..structure.len() {
            let around = neighbors(structure, atom, cutoff.max(2.0 * fraction * largest));
            if around.iter().all(|other| other.distance > cutoff) {
                isolated.push(first + atom);
            }
            for other in atom..structure.len() {
                let nearest = around.iter().find(|at| at.atom == other);
                let Some(nearest) = nearest.filter(|_| radius(atom) > 0.0 && radius(other) > 0.0) else {
                    continue;
                };
                if nearest.distance < fraction * (radius(atom) + radius(other)) {
                    pairs.push((first + atom, first + other, nearest.distance));
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
    let is_same = |(a, b): (&(usize, usize, f64), &(usize, usize, f64))| {
        (a.0, a.1) == (b.0, b.1) && (a.2 - b.2).abs() < 1e-7
    };
    if pairs.len() != expected_pairs.len() || !pairs.iter().zip(&expected_pairs).all(is_same) {
        return fail(format!("pairs: {pairs:?}, expected {expected_pairs:?}"));
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
    assert_eq!(found, (vec![(0, 1, 0.0)], vec![2]));
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
