//! A reference to which rows were added gives the sums of one that was made at once.

use crate::agreement::{Tolerance, agree};
use crate::calls::{kernel_sums, run};
use crate::cases::{cases, check};
use crate::comparisons::log_sums_agree;
use crate::matrices::{Problem, Recipe, recipe};
use proptest::prelude::any;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;
use quests::Error;
use quests::kernel::{KernelJob, Reference};
use std::sync::Arc;

/// The reference of a problem, made of its first rows, to which the others are added, a few more
/// each time.
fn grown(problem: &Problem, first: usize) -> Result<Reference, Error> {
    let width = problem.width;
    let (start, mut rest) = problem.reference.split_at(first * width);
    let mut reference = Reference::new(start, width)?;
    let mut count = 1;
    while !rest.is_empty() {
        let (added, after) = rest.split_at((count * width).min(rest.len()));
        reference.extend(added)?;
        (rest, count) = (after, 3 * count);
    }
    Ok(reference)
}

fn matches(problem: &Problem, bandwidths: &[f64], first: usize) -> Result<(), TestCaseError> {
    let grown = Arc::new(grown(problem, first)?);
    for queries in [&problem.queries[..], &[]] {
        let of_queries = Problem {
            reference: problem.reference.clone(),
            queries: queries.to_vec(),
            weights: Vec::new(),
            ..*problem
        };
        let expected = kernel_sums(&problem.reference, problem.width, queries, bandwidths, &[])?;
        let actual = run(KernelJob::new(Arc::clone(&grown), queries, bandwidths, &[])?)?;
        log_sums_agree(&of_queries, bandwidths, &actual, &expected)?;
    }
    Ok(())
}

#[test]
fn sums_are_those_of_a_reference_made_at_once() {
    check(cases() / 4, &(recipe(), any::<Index>()), |(recipe, first)| {
        let recipe = Recipe {
            rows: recipe.rows.min(1500),
            ..recipe
        };
        matches(&recipe.build(), &recipe.bandwidths, 1 + first.index(recipe.rows))
    });
}

#[test]
fn weights_stay_with_their_rows() {
    let matrix: Vec<f64> = (0..1000).map(|row| f64::from(row * 37 % 1000)).collect();
    let mut reference = Reference::new(&matrix[..300], 1).unwrap();
    reference.extend(&matrix[300..555]).unwrap();
    reference.extend(&matrix[555..]).unwrap();
    assert_eq!(reference.rows(), 1000);
    // Every row is far from all others, so the mean of the weights at a row is its own.
    let means = run(KernelJob::new(Arc::new(reference), &matrix, &[0.05], &matrix).unwrap()).unwrap();
    agree(&means[1000..], &matrix, Tolerance::Absolute(1e-12)).unwrap();
}

#[test]
fn what_cannot_be_added_leaves_the_reference_as_it_was() {
    let mut reference = Reference::new(&[0.0; 6], 3).unwrap();
    for (matrix, code) in [
        (&[1.0, 2.0][..], "INVALID_ARGUMENT"),
        (&[1.0, 2.0, f64::NAN], "INVALID_ARGUMENT"),
        (&[], "EMPTY"),
    ] {
        assert_eq!(reference.extend(matrix).unwrap_err().code(), code, "{matrix:?}");
        assert_eq!(reference.rows(), 2);
    }
    let sums = run(KernelJob::new(Arc::new(reference), &[0.0; 3], &[1.0], &[]).unwrap()).unwrap();
    assert_eq!(sums, [2.0_f64.ln()]);
}
