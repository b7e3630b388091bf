//! Perfect crystals, where the k-th neighbour is tied with others: all atoms are alike, however
//! they are written.

use crate::agreement::{Tolerance, rows_agree};
use crate::calls::rows;
use crate::cases::{cases, check};
use crate::comparisons::descriptors_match;
use crate::oracle::Structure;
use crate::structures::{Rewriting, crystals, rewriting, rotation};
use proptest::array::uniform3;
use proptest::collection::vec;

/// Shells of fcc end at 12, 18 and 42, of bcc at 8, 14, 26 and 50, of sc at 6, 18, 26 and 32, of
/// diamond at 4, 16 and 28, of hcp at 12, 18, 20 and 38: these cut them and meet their ends.
const NEIGHBOR_COUNTS: [usize; 9] = [1, 3, 12, 13, 17, 26, 31, 32, 48];

/// The third one does not reach 32 neighbours in diamond.
const CUTOFFS: [f64; 3] = [6.0, 7.5, 5.0];

#[test]
fn crystals_agree_with_the_oracle() {
    for crystal in crystals() {
        for (cell, k, cutoff) in settings(&crystal.cells) {
            descriptors_match(cell, k, cutoff, 0).unwrap_or_else(|error| {
                panic!("{}, k = {k}, cutoff {cutoff}: {error}", crystal.name);
            });
        }
    }
}

#[test]
fn all_cells_of_a_crystal_give_one_row() {
    for crystal in crystals() {
        for (cell, k, cutoff) in settings(&crystal.cells) {
            let expected = rows(&crystal.cells[0], k, cutoff).unwrap().swap_remove(0);
            rows_agree(
                &rows(cell, k, cutoff).unwrap(),
                &vec![expected; cell.len()],
                Tolerance::Absolute(1e-9),
            )
            .unwrap_or_else(|error| panic!("{}, k = {k}, cutoff {cutoff}: {error}", crystal.name));
        }
    }
}

#[test]
fn a_crystal_written_differently_gives_the_same_row() {
    for crystal in crystals() {
        let expected = rows(&crystal.cells[0], 32, 6.0).unwrap().swap_remove(0);
        check(cases() / 8, &vec(rewriting(), 1..4), |rewritings| {
            for cell in &crystal.cells {
                let rewritten = rewritings
                    .iter()
                    .fold(cell.clone(), |cell, rewriting| rewriting.apply(&cell).0);
                let expected = vec![expected.clone(); rewritten.len()];
                rows_agree(&rows(&rewritten, 32, 6.0)?, &expected, Tolerance::Absolute(1e-9))?;
            }
            Ok(())
        });
    }
}

/// What a file with 8 decimals keeps of a crystal that was turned, repeated and moved.
#[test]
fn a_crystal_from_a_file_gives_the_same_row() {
    for crystal in crystals() {
        let expected = rows(&crystal.cells[0], 32, 6.0).unwrap().swap_remove(0);
        check(
            cases() / 16,
            &(rotation(), uniform3(-9.0..9.0)),
            |(rotation, shift)| {
                let steps = [
                    Rewriting::Rotated(rotation),
                    Rewriting::Repeated([3; 3]),
                    Rewriting::Translated(shift),
                ];
                let written = steps
                    .iter()
                    .fold(crystal.cells[0].clone(), |cell, step| step.apply(&cell).0);
                let read = to_eight_decimals(&written);
                let expected = vec![expected.clone(); read.len()];
                rows_agree(&rows(&read, 32, 6.0)?, &expected, Tolerance::Absolute(1e-6))
            },
        );
    }
}

fn settings(cells: &[Structure]) -> impl Iterator<Item = (&Structure, usize, f64)> {
    cells.iter().flat_map(|cell| {
        NEIGHBOR_COUNTS
            .into_iter()
            .flat_map(move |k| CUTOFFS.into_iter().map(move |cutoff| (cell, k, cutoff)))
    })
}

fn to_eight_decimals(structure: &Structure) -> Structure {
    let mut rounded = structure.clone();
    for coordinate in rounded.positions.iter_mut().chain(&mut rounded.cell).flatten() {
        *coordinate = (*coordinate * 1e8).round() / 1e8;
    }
    rounded
}
