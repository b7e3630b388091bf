//! Sums of two sets, each over the other, from one pass equal the oracle's.

use crate::calls::mutual_sums;
use crate::cases::{cases, check};
use crate::comparisons::mutual_sums_match;
use crate::matrices::{Layout, Problem, Recipe, recipe};
use quests::Error;

/// Leaves enough for several blocks, and for rows to be recomputed in several steps.
fn large(layout: Layout) -> Recipe {
    Recipe {
        rows: 3000,
        queries: 2100,
        width: 63,
        layout,
        spread: 0.05,
        offset: 0.0,
        bandwidths: vec![0.015],
        seed: 1,
    }
}

#[test]
fn random_matrices_agree() {
    check(cases(), &recipe(), |recipe| {
        mutual_sums_match(recipe.build(), recipe.bandwidths[0])
    });
}

#[test]
fn large_matrices_agree() {
    for layout in [
        Layout::Cloud,
        Layout::Clusters(1e4),
        Layout::Duplicates,
        Layout::Identical,
    ] {
        for bandwidth in [0.015, 0.001, 0.3] {
            mutual_sums_match(large(layout).build(), bandwidth)
                .unwrap_or_else(|error| panic!("{layout:?}, {bandwidth}: {error}"));
        }
    }
}

#[test]
fn any_numbers_of_rows_agree() {
    for rows in (1..=20).chain([239, 240, 241, 479, 481, 1921]) {
        for queries in [1, 7, 240, 245] {
            let recipe = Recipe {
                rows,
                queries,
                width: 5,
                ..large(Layout::Cloud)
            };
            mutual_sums_match(recipe.build(), 0.05)
                .unwrap_or_else(|error| panic!("{rows} rows, {queries} queries: {error}"));
        }
    }
}

/// Rows of the one set ever farther from those of the other: all near, some beyond the reach, all.
#[test]
fn sets_apart_agree() {
    for distance in [0.01, 0.05, 0.1, 0.2, 1.0, 1e3] {
        let problem = Recipe {
            queries: 700,
            ..large(Layout::Cloud)
        }
        .build();
        let queries = problem.queries.iter().map(|value| value + distance).collect();
        mutual_sums_match(Problem { queries, ..problem }, 0.015)
            .unwrap_or_else(|error| panic!("{distance} apart: {error}"));
    }
}

#[test]
fn what_cannot_be_summed_is_refused() {
    assert!(matches!(
        mutual_sums(&[0.5, 0.5], 2, &[], 0.1),
        Err(Error::Empty(_))
    ));
    for (queries, bandwidth) in [(&[0.5][..], 0.1), (&[0.5, f64::NAN], 0.1), (&[0.5, 0.5], 0.0)] {
        let refused = mutual_sums(&[0.5, 0.5], 2, queries, bandwidth);
        assert!(matches!(refused, Err(Error::Argument(_))), "{refused:?}");
    }
}
