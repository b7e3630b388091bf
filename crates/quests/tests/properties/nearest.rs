//! Sums over the nearest rows: those that sorting all distances gives.

use crate::agreement::{Tolerance, agree};
use crate::calls::{kernel_sums, run};
use crate::cases::{cases, check};
use crate::comparisons::log_sums_agree;
use crate::matrices::{Problem, Recipe, recipe};
use proptest::prelude::any;
use proptest::sample::Index;
use quests::kernel::{NearestJob, Reference};
use quests::{Error, Result};
use std::sync::Arc;

fn nearest(problem: &Problem, neighbors: f64, bandwidth: f64) -> Result<Vec<f64>> {
    let reference = Arc::new(Reference::new(&problem.reference, problem.width)?);
    run(NearestJob::new(
        reference,
        &problem.queries,
        neighbors,
        bandwidth,
    )?)
}

/// By all distances, sorted.
fn obvious(problem: &Problem, neighbors: usize, bandwidth: f64) -> Vec<f64> {
    let queries = problem.queries.chunks_exact(problem.width);
    let log_sum = |query: &[f64]| {
        let rows = problem.reference.chunks_exact(problem.width);
        let mut exponents: Vec<f64> = rows
            .map(|row| row.iter().zip(query).map(|(x, y)| (x - y).powi(2)).sum::<f64>())
            .map(|squared| squared / (2.0 * bandwidth * bandwidth))
            .collect();
        exponents.sort_unstable_by(f64::total_cmp);
        let terms = exponents[..neighbors]
            .iter()
            .map(|exponent| (exponents[0] - exponent).exp());
        terms.sum::<f64>().ln() - exponents[0]
    };
    queries.map(log_sum).collect()
}

#[test]
fn distances_are_those_of_sorted_distances() {
    check(cases() / 4, &(recipe(), any::<Index>()), |(recipe, index)| {
        let recipe = Recipe {
            queries: recipe.queries.min(100),
            ..recipe
        };
        let problem = recipe.build();
        let neighbors = 1 + index.index(recipe.rows.min(40));
        let reference = Arc::new(Reference::new(&problem.reference, problem.width)?);
        let actual = run(NearestJob::distances(
            reference,
            &problem.queries,
            neighbors as f64,
        )?)?;
        let expected: Vec<f64> = problem
            .queries
            .chunks_exact(problem.width)
            .map(|query| {
                let rows = problem.reference.chunks_exact(problem.width);
                let mut squares: Vec<f64> = rows
                    .map(|row| row.iter().zip(query).map(|(x, y)| (x - y).powi(2)).sum::<f64>())
                    .collect();
                squares.sort_unstable_by(f64::total_cmp);
                squares[neighbors - 1].sqrt()
            })
            .collect();
        agree(&actual, &expected, Tolerance::Scaled(1e-12))
    });
}

#[test]
fn they_are_those_of_sorted_distances() {
    check(cases() / 4, &(recipe(), any::<Index>()), |(recipe, index)| {
        let recipe = Recipe {
            queries: recipe.queries.min(100),
            ..recipe
        };
        let (problem, bandwidth) = (recipe.build(), recipe.bandwidths[0]);
        let neighbors = 1 + index.index(recipe.rows.min(40));
        let actual = nearest(&problem, neighbors as f64, bandwidth)?;
        log_sums_agree(
            &problem,
            &[bandwidth],
            &actual,
            &obvious(&problem, neighbors, bandwidth),
        )
    });
}

#[test]
fn all_rows_give_the_whole_sum() {
    check(cases() / 8, &recipe(), |recipe| {
        let recipe = Recipe {
            rows: recipe.rows.min(600),
            queries: recipe.queries.min(100),
            ..recipe
        };
        let (problem, bandwidth) = (recipe.build(), recipe.bandwidths[0]);
        let actual = nearest(&problem, recipe.rows as f64, bandwidth)?;
        let whole = kernel_sums(
            &problem.reference,
            problem.width,
            &problem.queries,
            &[bandwidth],
            &[],
        )?;
        log_sums_agree(&problem, &[bandwidth], &actual, &whole)
    });
}

#[test]
fn a_row_is_its_own_nearest() {
    let problem = Problem {
        width: 1,
        reference: (0..700).map(f64::from).collect(),
        queries: Vec::new(),
        weights: Vec::new(),
    };
    agree(
        &nearest(&problem, 1.0, 0.1).unwrap(),
        &[0.0; 700],
        Tolerance::Absolute(0.0),
    )
    .unwrap();
}

#[test]
fn unusable_numbers_of_neighbors_are_refused() {
    let problem = Problem {
        width: 1,
        reference: vec![0.0; 5],
        queries: vec![0.0],
        weights: Vec::new(),
    };
    for neighbors in [0.0, 1.5, 6.0, f64::NAN] {
        let refused = nearest(&problem, neighbors, 0.1);
        assert!(
            matches!(refused, Err(Error::Argument(_))),
            "{neighbors}: {refused:?}"
        );
    }
}
