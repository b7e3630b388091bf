//! Entropy, diversity, overlap and bandwidth equal the oracle's and stay within their bounds.

use crate::agreement::{Tolerance, agree};
use crate::calls::kernel_sums;
use crate::cases::{cases, check};
use crate::matrices::{Layout, Recipe, recipe};
use crate::oracle;
use proptest::collection::vec;
use proptest::prop_assert;
use quests::coverage::overlap;
use quests::entropy::{diversity, entropy};
use quests::kernel::bandwidth;

#[test]
fn they_agree_on_any_log_sums() {
    check(
        cases(),
        &(vec(-1e6..1e2, 1..200), -10.0..10.0),
        |(log_sums, epsilon)| {
            agree(
                &[entropy(&log_sums)?],
                &[oracle::entropy(&log_sums)],
                Tolerance::Scaled(1e-12),
            )?;
            agree(
                &[diversity(&log_sums)?],
                &[oracle::diversity(&log_sums)],
                Tolerance::Scaled(1e-12),
            )?;
            agree(
                &[overlap(&log_sums, epsilon)?],
                &[oracle::overlap(&log_sums, epsilon)],
                Tolerance::Absolute(0.0),
            )?;
            Ok(())
        },
    );
}

#[test]
fn entropy_and_diversity_of_a_set_lie_between_zero_and_log_n() {
    check(cases() / 2, &recipe(), |recipe| {
        let recipe = Recipe {
            rows: recipe.rows.min(300),
            ..recipe
        };
        let problem = recipe.build();
        let log_sums = kernel_sums(
            &problem.reference,
            problem.width,
            &[],
            &recipe.bandwidths[..1],
            &[],
        )?;
        let most = (recipe.rows as f64).ln();
        for value in [entropy(&log_sums)?, diversity(&log_sums)?] {
            prop_assert!(
                value >= -1e-12 && value <= most + 1e-12,
                "{value} of at most {most}"
            );
        }
        Ok(())
    });
}

#[test]
fn identical_points_have_none_and_distant_ones_all() {
    let make = |layout, spread| {
        let bandwidths = vec![0.015];
        Recipe {
            rows: 257,
            queries: 1,
            width: 63,
            layout,
            spread,
            offset: 0.0,
            bandwidths,
            seed: 3,
        }
        .build()
    };
    for (layout, spread, expected) in [(Layout::Identical, 1.0, 0.0), (Layout::Cloud, 1e3, 257_f64.ln())] {
        let problem = make(layout, spread);
        let log_sums = kernel_sums(&problem.reference, problem.width, &[], &[0.015], &[]).unwrap();
        let values = [entropy(&log_sums).unwrap(), diversity(&log_sums).unwrap()];
        agree(&values, &[expected; 2], Tolerance::Absolute(1e-12)).unwrap();
    }
}

/// δH equal to ε does not overlap.
#[test]
fn overlap_counts_what_is_below_epsilon() {
    let log_sums = [0.5, 0.0, -0.5, -1.0];
    let shares = [-1.0, -0.5, 0.0, 1e-5, 0.5, 1.0, 2.0].map(|epsilon| overlap(&log_sums, epsilon).unwrap());
    assert_eq!(shares, [0.0, 0.0, 0.25, 0.5, 0.5, 0.75, 1.0]);
}

#[test]
fn bandwidths_follow_their_formulas() {
    for method in ["gaussian", "cutoff"] {
        check(cases() / 4, &(0.1..1000.0), |volume| {
            let expected = oracle::bandwidth(volume, method);
            agree(
                &[bandwidth(volume, method)?],
                &[expected],
                Tolerance::Relative(1e-13),
            )
        });
    }
}
