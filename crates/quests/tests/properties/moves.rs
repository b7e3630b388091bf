//! What a move of some atoms changes, against the whole computed anew; the closest pair against the
//! obvious search.

use crate::calls::{describe, frames, run};
use crate::cases::{cases, check};
use crate::oracle::{Structure, closest_approach, neighbors};
use crate::structures::{cutoff, gas, in_clusters, neighbor_count, structure};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq};
use proptest::test_runner::TestCaseError;
use proptest::{array, prop_oneof};
use quests::descriptor::MovedJob;
use quests::neighbors::closest_pair;

const SPECIES: u32 = 2;

/// Atoms that move, by any number, and how far, in Å.
fn displacements() -> impl Strategy<Value = Vec<(usize, [f64; 3])>> {
    let length = prop_oneof![Just(0.0), Just(0.02), Just(1.0), Just(30.0)];
    let one = (any::<usize>(), length, array::uniform3(-1.0..1.0));
    vec(one, 0..5).prop_map(|all| {
        let one = |(atom, length, direction): (usize, f64, [f64; 3])| (atom, direction.map(|x| length * x));
        all.into_iter().map(one).collect()
    })
}

fn displaced(structure: &Structure, displacements: &[(usize, [f64; 3])]) -> Structure {
    let mut after = structure.clone();
    for (atom, by) in displacements {
        let atom = atom % structure.len();
        for (coordinate, by) in after.positions[atom].iter_mut().zip(by) {
            *coordinate += by;
        }
    }
    after
}

/// Rows as they were, with those replaced that the move is said to change; and how many these are.
fn updated(before: &Structure, after: &Structure, k: usize, cutoff: f64) -> (Vec<f64>, usize) {
    let frame = |structure: &Structure| frames(std::slice::from_ref(structure), SPECIES).unwrap();
    let job = MovedJob::new(frame(before), frame(after), k as f64, cutoff).unwrap();
    let result = run(job).unwrap();
    let count = result[0] as usize;
    let (atoms, rows) = result[1..].split_at(count);
    let mut matrix = describe(std::slice::from_ref(before), k, cutoff, SPECIES).unwrap();
    let width = matrix.len() / before.len();
    assert_eq!(rows.len(), count * width);
    assert!(atoms.windows(2).all(|pair| pair[0] < pair[1]));
    for (atom, row) in atoms.iter().zip(rows.chunks_exact(width)) {
        matrix[*atom as usize * width..][..width].copy_from_slice(row);
    }
    (matrix, count)
}

fn has_same_bits(before: &Structure, after: &Structure, k: usize, cutoff: f64) -> Result<(), TestCaseError> {
    let expected = describe(std::slice::from_ref(after), k, cutoff, SPECIES).unwrap();
    let (matrix, _) = updated(before, after, k, cutoff);
    for (at, (found, expected)) in matrix.iter().zip(&expected).enumerate() {
        prop_assert_eq!(found.to_bits(), expected.to_bits(), "value {}", at);
    }
    Ok(())
}

#[test]
fn moves_give_the_bits_of_the_whole() {
    check(
        cases(),
        &(structure(), displacements(), neighbor_count(), cutoff()),
        |(structure, displacements, k, cutoff)| {
            let after = displaced(&structure, &displacements);
            // Atoms on top of each other are refused, moved or not.
            if closest_approach(&after, 0.01).is_some() {
                return Ok(());
            }
            has_same_bits(&structure, &after, k, cutoff)
        },
    );
}

/// Many bins, candidates that come and go without being neighbours, and outermost atoms that take
/// the bins along.
#[test]
fn moves_in_large_frames_give_the_bits_of_the_whole() {
    let mixes = [[true; 3], [false; 3], [true, false, true], [false, true, false]];
    let strategy = (0..mixes.len(), 100..600_usize, any::<u64>(), displacements());
    check(cases() / 16, &strategy, |(mix, atoms, seed, displacements)| {
        let structure = gas(atoms, mixes[mix], seed);
        let after = displaced(&structure, &displacements);
        if closest_approach(&after, 0.01).is_some() {
            return Ok(());
        }
        has_same_bits(&structure, &after, 12, 3.5)
    });
}

#[test]
fn only_environments_near_moved_atoms_are_computed() {
    let structure = gas(2000, [true; 3], 5);
    let cutoff = 4.0;
    let after = displaced(&structure, &[(7, [0.3, -0.2, 0.1])]);
    let near = |structure: &Structure| -> Vec<usize> {
        neighbors(structure, 7, cutoff)
            .iter()
            .map(|near| near.atom)
            .collect()
    };
    let mut expected = [near(&structure), near(&after), vec![7]].concat();
    expected.sort_unstable();
    expected.dedup();
    let (_, count) = updated(&structure, &after, 16, cutoff);
    assert_eq!(count, expected.len());
    assert!(count < 100);
    // Without a move there is nothing to compute.
    assert_eq!(updated(&structure, &structure, 16, cutoff).1, 0);
    // Nor does a cluster far away notice.
    let cluster = gas(300, [false; 3], 2);
    let two = in_clusters(&cluster, &[[0.0; 3], [900.0; 3]], 2000.0, [true; 3]);
    let after = displaced(&two, &[(0, [0.5, 0.5, 0.5])]);
    assert!(updated(&two, &after, 16, cutoff).1 < 60);
}

#[test]
fn the_closest_pair_is_that_of_the_obvious_search() {
    check(cases(), &(structure(), cutoff()), |(structure, radius)| {
        let frames = frames(std::slice::from_ref(&structure), 0).unwrap();
        let found = closest_pair(&frames.frame(0), 0, radius).unwrap();
        let expected = closest_approach(&structure, radius);
        prop_assert_eq!(found.is_some(), expected.is_some());
        if let (Some(found), Some(expected)) = (found, expected) {
            prop_assert!((found.distance - expected).abs() <= 1e-9 * expected.max(1.0));
            let [one, two] = found.atoms;
            prop_assert!(one <= two);
            let near = neighbors(&structure, one, radius * (1.0 + 1e-9));
            prop_assert!(near.iter().any(|near| near.atom == two
                && (near.distance - found.distance).abs() <= 1e-9 * found.distance.max(1.0)));
        }
        Ok(())
    });
}
