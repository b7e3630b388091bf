//! The core beside the oracle.

use crate::agreement::{Tolerance, agree};
use crate::calls;
use crate::matrices::Problem;
use crate::oracle::{self, Structure};
use proptest::test_runner::TestCaseError;

/// Descriptors, ≤ 1e-10; `species_count` 0 for plain ones.
pub fn descriptors_match(
    structure: &Structure,
    k: usize,
    cutoff: f64,
    species_count: u32,
) -> Result<(), TestCaseError> {
    let actual = calls::describe(std::slice::from_ref(structure), k, cutoff, species_count)?;
    let expected = oracle::descriptors(structure, k, cutoff, species_count).concat();
    agree(&actual, &expected, Tolerance::Absolute(1e-10))
}

/// Kernel sums in single precision and in double: no log p is off by more than 1e-5.
pub fn single_sums_match(problem: &Problem, bandwidths: &[f64]) -> Result<(), TestCaseError> {
    let Problem {
        width,
        reference,
        queries,
        ..
    } = problem;
    let double = calls::kernel_sums(reference, *width, queries, bandwidths, &[])?;
    let single = calls::single_sums(reference, *width, queries, bandwidths)?;
    agree(&single, &double, Tolerance::Absolute(1e-5))
}

/// Kernel sums and weighted means under all bandwidths, weights being at most 1.
pub fn kernel_sums_match(problem: &Problem, bandwidths: &[f64]) -> Result<(), TestCaseError> {
    let Problem {
        width,
        reference,
        queries,
        weights,
    } = problem;
    let actual = calls::kernel_sums(reference, *width, queries, bandwidths, weights)?;
    let (log_sums, means) = actual.split_at(actual.len() / 2);
    let mut expected = oracle::KernelSums::default();
    let queries = if queries.is_empty() { reference } else { queries };
    for &bandwidth in bandwidths {
        let sums = oracle::kernel_sums(reference, *width, queries, bandwidth, Some(weights));
        expected.log_sums.extend(sums.log_sums);
        expected.means.extend(sums.means);
    }
    let tolerances = problem.tolerances(bandwidths, &expected.log_sums);
    within(log_sums, &expected.log_sums, &tolerances, "log p")?;
    within(means, &expected.means, &tolerances, "weighted mean")
}

/// Kernel sums of queries and reference, each over the other.
pub fn mutual_sums_match(problem: Problem, bandwidth: f64) -> Result<(), TestCaseError> {
    let Problem {
        width,
        reference,
        queries,
        weights,
    } = problem;
    let actual = calls::mutual_sums(&reference, width, &queries, bandwidth)?;
    let (of_queries, of_reference) = actual.split_at(queries.len() / width);
    let there = Problem {
        width,
        reference,
        queries,
        weights,
    };
    let back = Problem {
        width,
        reference: there.queries.clone(),
        queries: there.reference.clone(),
        weights: Vec::new(),
    };
    for (problem, actual) in [(&there, of_queries), (&back, of_reference)] {
        let expected =
            oracle::kernel_sums(&problem.reference, width, &problem.queries, bandwidth, None).log_sums;
        log_sums_agree(problem, &[bandwidth], actual, &expected)?;
    }
    Ok(())
}

/// Two ways to the same log p, bandwidths × queries.
pub fn log_sums_agree(
    problem: &Problem,
    bandwidths: &[f64],
    actual: &[f64],
    expected: &[f64],
) -> Result<(), TestCaseError> {
    within(
        actual,
        expected,
        &problem.tolerances(bandwidths, expected),
        "log p",
    )
}

fn within(actual: &[f64], expected: &[f64], tolerances: &[f64], what: &str) -> Result<(), TestCaseError> {
    if actual.len() != expected.len() {
        return Err(TestCaseError::fail(format!(
            "{} of {} numbers",
            actual.len(),
            expected.len()
        )));
    }
    for (index, tolerance) in tolerances.iter().enumerate() {
        agree(
            &actual[index..=index],
            &expected[index..=index],
            Tolerance::Absolute(*tolerance),
        )
        .map_err(|error| TestCaseError::fail(format!("{what} {index}: {error}")))?;
    }
    Ok(())
}
