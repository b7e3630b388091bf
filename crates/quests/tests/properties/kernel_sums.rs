//! Kernel sums and weighted means equal the oracle's.

use crate::agreement::{Tolerance, agree};
use crate::calls::kernel_sums;
use crate::cases::{cases, check};
use crate::comparisons::{kernel_sums_match, log_sums_agree};
use crate::matrices::{Layout, Problem, Recipe, recipe};
use proptest::prelude::any;
use proptest::prop_assert;
use proptest::test_runner::TestCaseError;

/// As many rows, columns and queries as descriptors have.
fn large(layout: Layout) -> Recipe {
    let bandwidths = vec![0.015, 0.001, 0.3];
    Recipe {
        rows: 3000,
        queries: 700,
        width: 63,
        layout,
        spread: 0.05,
        offset: 0.0,
        bandwidths,
        seed: 1,
    }
}

fn matches(recipe: &Recipe) -> Result<(), TestCaseError> {
    kernel_sums_match(&recipe.build(), &recipe.bandwidths)
}

#[test]
fn random_matrices_agree() {
    check(cases(), &recipe(), |recipe| matches(&recipe));
}

#[test]
fn large_matrices_agree() {
    for layout in [
        Layout::Cloud,
        Layout::Clusters(1e4),
        Layout::Duplicates,
        Layout::Identical,
    ] {
        matches(&large(layout)).unwrap_or_else(|error| panic!("{layout:?}: {error}"));
    }
}

/// Every width: none is a multiple of all numbers of lanes.
#[test]
fn every_width_agrees() {
    for width in 1..=130 {
        let recipe = Recipe {
            rows: 37,
            queries: 23,
            width,
            bandwidths: vec![0.1],
            ..large(Layout::Cloud)
        };
        matches(&recipe).unwrap_or_else(|error| panic!("width {width}: {error}"));
    }
}

/// Every number of rows up to a few leaves, against few queries, as many, and itself.
#[test]
fn every_number_of_rows_agrees() {
    for rows in (1..=70).chain([127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025]) {
        for queries in [1, 7, rows] {
            let recipe = Recipe {
                rows,
                queries,
                width: 5,
                bandwidths: vec![0.05],
                ..large(Layout::Cloud)
            };
            matches(&recipe).unwrap_or_else(|error| panic!("{rows} rows, {queries} queries: {error}"));
        }
        let recipe = Recipe {
            rows,
            queries: 1,
            width: 5,
            ..large(Layout::Cloud)
        };
        kernel_sums_match(&recipe.build().against_itself(false), &[0.05])
            .unwrap_or_else(|error| panic!("{rows} rows against themselves: {error}"));
    }
}

/// Without queries and with a copy of the reference as queries.
#[test]
fn a_set_against_itself_agrees() {
    check(cases() / 2, &(recipe(), any::<bool>()), |(recipe, copied)| {
        let recipe = Recipe {
            rows: recipe.rows.min(500),
            ..recipe
        };
        kernel_sums_match(&recipe.build().against_itself(copied), &recipe.bandwidths)
    });
}

#[test]
fn several_bandwidths_in_one_pass_are_one_at_a_time() {
    check(cases() / 4, &recipe(), |recipe| {
        let problem = recipe.build();
        let mut apart = Vec::new();
        for bandwidth in &recipe.bandwidths {
            apart.extend(sums(&problem, &[*bandwidth], &[])?);
        }
        let together = sums(&problem, &recipe.bandwidths, &[])?;
        log_sums_agree(&problem, &recipe.bandwidths, &together, &apart)
    });
}

#[test]
fn weights_do_not_change_the_sums() {
    check(cases() / 4, &recipe(), |recipe| {
        let problem = recipe.build();
        let plain = sums(&problem, &recipe.bandwidths, &[])?;
        let equal = sums(&problem, &recipe.bandwidths, &vec![3.0; recipe.rows])?;
        let none = sums(&problem, &recipe.bandwidths, &vec![0.0; recipe.rows])?;
        log_sums_agree(&problem, &recipe.bandwidths, &equal[..plain.len()], &plain)?;
        agree(
            &equal[plain.len()..],
            &vec![3.0; plain.len()],
            Tolerance::Absolute(1e-11),
        )?;
        let zero = none[plain.len()..].iter().all(|&mean| mean == 0.0);
        prop_assert!(zero, "weights of zero have a mean of zero");
        Ok(())
    });
}

fn sums(problem: &Problem, bandwidths: &[f64], weights: &[f64]) -> Result<Vec<f64>, quests::Error> {
    kernel_sums(
        &problem.reference,
        problem.width,
        &problem.queries,
        bandwidths,
        weights,
    )
}
