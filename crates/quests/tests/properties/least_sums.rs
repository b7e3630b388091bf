//! The least sums: those of all sums, sorted; and bounds of all others that hold.

use crate::calls::run;
use crate::cases::{cases, check};
use crate::matrices::{Noise, Problem, Recipe, recipe};
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;
use quests::kernel::{KernelJob, LeastSumsJob, Reference};
use quests::{Error, Job};
use std::sync::Arc;

/// Where ε lies.
#[derive(Clone, Copy, Debug)]
enum Threshold {
    At(f64),
    /// The δH of one of the queries.
    Of(Index),
}

fn threshold() -> impl Strategy<Value = Threshold> {
    prop_oneof![
        Just(Threshold::At(1e-5)),
        Just(Threshold::At(f64::INFINITY)),
        Just(Threshold::At(f64::NEG_INFINITY)),
        (-9.0..30.0).prop_map(Threshold::At),
        any::<Index>().prop_map(Threshold::Of),
    ]
}

fn fail(text: String) -> Result<(), TestCaseError> {
    Err(TestCaseError::fail(text))
}

/// Compares with all sums.
fn hold(
    reference: &Arc<Reference>,
    problem: &Problem,
    h: f64,
    rank: usize,
    threshold: Threshold,
) -> Result<(), TestCaseError> {
    let logs = run(KernelJob::new(
        Arc::clone(reference),
        &problem.queries,
        &[h],
        &[],
    )?)?;
    let epsilon = match threshold {
        Threshold::At(epsilon) => epsilon,
        Threshold::Of(index) => -logs[index.index(logs.len())],
    };
    let job = LeastSumsJob::new(Arc::clone(reference), &problem.queries, h, rank as f64, epsilon)?;
    let found = run(job)?;
    let (low, high) = found.split_at(logs.len());
    assert_eq!(high.len(), logs.len());
    let mut rising = logs.clone();
    rising.sort_by(f64::total_cmp);
    let last = rising[rank - 1];
    for (at, log) in logs.iter().enumerate() {
        let (low, high) = (low[at], high[at]);
        if !(low <= *log && *log <= high) {
            return fail(format!("query {at}: {log} is not within {low} and {high}"));
        }
        if *log <= last && low < high {
            return fail(format!(
                "query {at}: {log} is among the least, and not known: {low} to {high}"
            ));
        }
        if low <= -epsilon && high > -epsilon && low < high {
            return fail(format!("query {at}: {} is between {low} and {high}", -epsilon));
        }
    }
    Ok(())
}

#[test]
fn they_are_those_of_all_sums() {
    let strategy = (recipe(), any::<Index>(), any::<bool>(), threshold());
    check(cases(), &strategy, |(recipe, index, is_first, threshold)| {
        let (problem, h) = (recipe.build(), recipe.bandwidths[0]);
        let count = problem.queries.len() / problem.width;
        let rank = if is_first { 1 } else { 1 + index.index(count) };
        let reference = Arc::new(Reference::new(&problem.reference, problem.width)?);
        hold(&reference, &problem, h, rank, threshold)
    });
}

#[test]
fn a_set_that_has_grown_gives_them() {
    let strategy = (recipe(), any::<Index>(), threshold());
    check(cases() / 8, &strategy, |(recipe, index, threshold)| {
        let recipe = Recipe {
            rows: recipe.rows.max(2),
            ..recipe
        };
        let (problem, h) = (recipe.build(), recipe.bandwidths[0]);
        let first = (1 + index.index(recipe.rows - 1)) * problem.width;
        let mut reference = Reference::new(&problem.reference[..first], problem.width)?;
        reference.extend(&problem.reference[first..])?;
        hold(&Arc::new(reference), &problem, h, 1, threshold)
    });
}

/// Rows in a cloud of many leaves, and queries in it, at its rim and far from it.
fn cloud(rows: usize, queries: usize, width: usize) -> Problem {
    let mut noise = Noise::new(7);
    let mut row = |spread: f64| -> Vec<f64> { (0..width).map(|_| noise.between(-spread, spread)).collect() };
    let reference = (0..rows).flat_map(|_| row(1.0)).collect();
    let queries = (0..queries)
        .flat_map(|at| row(if at % 97 == 0 { 3.0 } else { 1.0 }))
        .collect();
    Problem {
        width,
        reference,
        queries,
        weights: Vec::new(),
    }
}

#[test]
fn many_leaves_give_them_too() {
    for (width, h) in [(3, 0.02), (3, 0.3), (20, 0.1), (20, 0.5)] {
        let problem = cloud(20_000, 1000, width);
        let reference = Arc::new(Reference::new(&problem.reference, width).unwrap());
        for rank in [1, 300] {
            for epsilon in [1e-5, -3.0, 12.0, f64::INFINITY] {
                hold(&reference, &problem, h, rank, Threshold::At(epsilon)).unwrap();
            }
        }
    }
}

#[test]
fn few_queries_are_summed_in_full() {
    let problem = cloud(20_000, 1000, 3);
    let reference = Arc::new(Reference::new(&problem.reference, 3).unwrap());
    let found = run(LeastSumsJob::new(reference, &problem.queries, 0.1, 1.0, 1e-5).unwrap()).unwrap();
    let (low, high) = found.split_at(1000);
    let known = low.iter().zip(high).filter(|(low, high)| low == high).count();
    assert!((1..100).contains(&known), "{known} of 1000");
}

#[test]
fn steps_that_are_left_over_change_nothing() {
    let problem = cloud(600, 50, 4);
    let reference = Arc::new(Reference::new(&problem.reference, 4).unwrap());
    let mut job = LeastSumsJob::new(reference, &problem.queries, 0.2, 3.0, 0.5).unwrap();
    assert!(matches!(job.step(1), Err(Error::Internal(_))));
    assert!(matches!(job.finish(), Err(Error::Internal(_))));
    for index in 0..job.steps() {
        job.step(index).unwrap();
    }
    assert!(matches!(job.step(job.steps()), Err(Error::Internal(_))));
    assert_eq!(job.finish().unwrap().len(), 100);
}

#[test]
fn unusable_numbers_are_refused() {
    let reference = Arc::new(Reference::new(&[0.0; 5], 1).unwrap());
    let refused = |queries: &[f64], h: f64, rank: f64, epsilon: f64| {
        LeastSumsJob::new(Arc::clone(&reference), queries, h, rank, epsilon).map(|_| ())
    };
    assert_eq!(refused(&[0.0, 1.0], 0.1, 2.0, 0.0), Ok(()));
    assert!(matches!(refused(&[], 0.1, 1.0, 0.0), Err(Error::Empty(_))));
    for rank in [0.0, 1.5, 3.0, f64::NAN] {
        assert!(
            matches!(refused(&[0.0, 1.0], 0.1, rank, 0.0), Err(Error::Argument(_))),
            "{rank}"
        );
    }
    assert!(matches!(
        refused(&[0.0], 0.1, 1.0, f64::NAN),
        Err(Error::Argument(_))
    ));
    assert!(matches!(
        refused(&[f64::NAN], 0.1, 1.0, 0.0),
        Err(Error::Argument(_))
    ));
    assert!(matches!(refused(&[0.0], 0.0, 1.0, 0.0), Err(Error::Argument(_))));
}
