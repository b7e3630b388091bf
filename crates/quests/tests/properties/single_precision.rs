//! Sums of kernels in single precision are near those in double.

use crate::calls::{kernel_sums, single_sums};
use crate::cases::{cases, check};
use crate::comparisons::single_sums_match;
use crate::matrices::{Layout, Problem, Recipe, recipe};
use proptest::prelude::any;

#[test]
fn it_is_near_double_for_any_matrix() {
    check(cases(), &recipe(), |recipe| {
        single_sums_match(&recipe.build(), &recipe.bandwidths)
    });
}

#[test]
fn a_set_against_itself_is_near() {
    check(cases() / 2, &(recipe(), any::<bool>()), |(recipe, copied)| {
        single_sums_match(&recipe.build().against_itself(copied), &recipe.bandwidths)
    });
}

/// One phase: rows some bandwidths apart, as many columns as descriptors have. That single
/// precision was used at all is seen by what it is off by.
#[test]
fn one_phase_is_summed_in_single_precision() {
    let recipe = Recipe {
        rows: 2_000,
        queries: 500,
        width: 63,
        layout: Layout::Cloud,
        spread: 0.002,
        offset: 0.0,
        bandwidths: vec![0.015],
        seed: 1,
    };
    for problem in [recipe.build(), recipe.build().against_itself(false)] {
        single_sums_match(&problem, &recipe.bandwidths).unwrap();
        let Problem {
            width,
            reference,
            queries,
            ..
        } = &problem;
        let double = kernel_sums(reference, *width, queries, &[0.015], &[]).unwrap();
        let single = single_sums(reference, *width, queries, &[0.015]).unwrap();
        assert!(double != single, "nothing was rounded");
    }
}

/// Numbers whose squares have no place in single precision.
#[test]
fn extreme_bandwidths_are_summed_in_double_precision() {
    for factor in [1e-30, 1e30] {
        let reference: Vec<f64> = (0..500).map(|i| factor * f64::from(i % 17)).collect();
        let double = kernel_sums(&reference, 5, &[], &[5.0 * factor], &[]).unwrap();
        let single = single_sums(&reference, 5, &[], &[5.0 * factor]).unwrap();
        assert!(double == single, "{factor}");
    }
}
