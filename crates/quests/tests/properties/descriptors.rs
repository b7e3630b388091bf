//! Descriptors equal the oracle's.

use crate::agreement::same_bits;
use crate::calls::describe;
use crate::cases::{cases, check};
use crate::comparisons::descriptors_match;
use crate::structures::{BOUNDARIES, cutoff, gas, neighbor_count, structure, structure_in};
use proptest::collection::vec;
use proptest::prop_assert;

#[test]
fn every_boundary_mix_agrees() {
    for pbc in BOUNDARIES {
        check(
            cases() / 8,
            &(structure_in(pbc), neighbor_count(), cutoff()),
            |(structure, k, cutoff)| descriptors_match(&structure, k, cutoff, 0),
        );
    }
}

/// Two species, and a third that no atom has.
#[test]
fn species_blocks_agree() {
    check(
        cases() / 4,
        &(structure(), neighbor_count(), cutoff(), 2..=3_u32),
        |(structure, k, cutoff, count)| descriptors_match(&structure, k, cutoff, count),
    );
}

#[test]
fn frames_of_one_call_do_not_meet() {
    check(
        cases() / 16,
        &(vec(structure(), 2..8), neighbor_count()),
        |(structures, k)| {
            let together = describe(&structures, k, 5.0, 0)?;
            let mut apart = Vec::new();
            for structure in &structures {
                apart.extend(describe(std::slice::from_ref(structure), k, 5.0, 0)?);
            }
            prop_assert!(same_bits(&together, &apart));
            Ok(())
        },
    );
}

/// Atoms in many bins; so many that threads share them.
#[test]
fn many_atoms_agree() {
    for pbc in [[false; 3], [true, false, true]] {
        descriptors_match(&gas(1000, pbc, 1), 32, 5.0, 2).unwrap();
    }
}
