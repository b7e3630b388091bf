//! The core beside the oracle.

use crate::agreement::{Tolerance, agree};
use crate::calls;
use crate::matrices::{Problem, Recipe};
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

/// Kernel sums and weighted means under all bandwidths of the recipe, weights being at most 1.
pub fn kernel_sums_match(recipe: &Recipe) -> Result<(), TestCaseError> {
    let problem = recipe.build();
    let Problem {
        width,
        reference,
        queries,
        weights,
    } = &problem;
    let extent = problem.extent();
    let actual = calls::kernel_sums(reference, *width, queries, &recipe.bandwidths, weights)?;
    let (log_sums, means) = actual.split_at(recipe.bandwidths.len() * recipe.queries);
    for (index, &bandwidth) in recipe.bandwidths.iter().enumerate() {
        let expected = oracle::kernel_sums(reference, *width, queries, bandwidth, Some(weights));
        let these = index * recipe.queries..(index + 1) * recipe.queries;
        for (query, (log_sum, mean)) in log_sums[these.clone()].iter().zip(&means[these]).enumerate() {
            let tolerance =
                Tolerance::Absolute(problem.tolerance(extent, bandwidth, expected.log_sums[query]));
            agree(
                &[*log_sum, *mean],
                &[expected.log_sums[query], expected.means[query]],
                tolerance,
            )
            .map_err(|error| {
                TestCaseError::fail(format!(
                    "log p and mean of query {query}, h = {bandwidth}: {error}"
                ))
            })?;
        }
    }
    Ok(())
}
