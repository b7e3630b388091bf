//! The same structure written differently has the same descriptors.

use crate::agreement::{Tolerance, rows_agree};
use crate::calls::rows;
use crate::cases::{cases, check};
use crate::structures::{neighbor_count, rewriting, structure};
use proptest::collection::vec;

#[test]
fn descriptors_do_not_depend_on_how_a_structure_is_written() {
    check(
        2 * cases(),
        &(structure(), rewriting(), neighbor_count()),
        |(structure, rewriting, k)| {
            let original = rows(&structure, k, 5.0)?;
            let (rewritten, origin) = rewriting.apply(&structure);
            let expected: Vec<_> = origin.iter().map(|&atom| original[atom].clone()).collect();
            rows_agree(&rows(&rewritten, k, 5.0)?, &expected, Tolerance::Absolute(1e-9))
        },
    );
}

#[test]
fn rewritings_may_follow_one_another() {
    check(
        cases() / 2,
        &(structure(), vec(rewriting(), 2..4)),
        |(structure, rewritings)| {
            let mut expected = rows(&structure, 32, 5.0)?;
            let mut rewritten = structure;
            for rewriting in rewritings {
                let (next, origin) = rewriting.apply(&rewritten);
                expected = origin.iter().map(|&atom| expected[atom].clone()).collect();
                rewritten = next;
            }
            rows_agree(&rows(&rewritten, 32, 5.0)?, &expected, Tolerance::Absolute(1e-9))
        },
    );
}
