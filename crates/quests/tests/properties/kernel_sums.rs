//! Kernel sums and weighted means equal the oracle's.

use crate::agreement::{Tolerance, agree};
use crate::calls::kernel_sums;
use crate::cases::{cases, check};
use crate::comparisons::kernel_sums_match;
use crate::matrices::{Layout, Recipe, recipe};
use crate::oracle;
use proptest::prop_assert;

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

#[test]
fn random_matrices_agree() {
    check(cases(), &recipe(), |recipe| kernel_sums_match(&recipe));
}

#[test]
fn large_matrices_agree() {
    for layout in [
        Layout::Cloud,
        Layout::Clusters(1e4),
        Layout::Duplicates,
        Layout::Identical,
    ] {
        kernel_sums_match(&large(layout)).unwrap_or_else(|error| panic!("{layout:?}: {error}"));
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
        kernel_sums_match(&recipe).unwrap_or_else(|error| panic!("width {width}: {error}"));
    }
}

/// Every number of rows up to a few tiles.
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
            kernel_sums_match(&recipe)
                .unwrap_or_else(|error| panic!("{rows} rows, {queries} queries: {error}"));
        }
    }
}

#[test]
fn a_set_against_itself_is_a_set_against_its_copy() {
    check(cases() / 2, &recipe(), |recipe| {
        let problem = recipe.build();
        let (reference, width) = (&problem.reference, problem.width);
        let rows = reference.len() / width;
        // The oracle is as slow as it is plain.
        if rows * rows * width > 20_000_000 {
            return Ok(());
        }
        let itself = kernel_sums(reference, width, &[], &recipe.bandwidths, &problem.weights)?;
        let copy = kernel_sums(reference, width, reference, &recipe.bandwidths, &problem.weights)?;
        agree(&itself, &copy, Tolerance::Scaled(1e-10))?;
        for (index, &bandwidth) in recipe.bandwidths.iter().enumerate() {
            let expected = oracle::kernel_sums(reference, width, reference, bandwidth, None);
            let log_sums = &itself[index * rows..(index + 1) * rows];
            agree(log_sums, &expected.log_sums, Tolerance::Scaled(1e-10))?;
        }
        Ok(())
    });
}

#[test]
fn several_bandwidths_in_one_pass_are_one_at_a_time() {
    check(cases() / 4, &recipe(), |recipe| {
        let problem = recipe.build();
        let sums = |bandwidths: &[f64]| {
            kernel_sums(
                &problem.reference,
                problem.width,
                &problem.queries,
                bandwidths,
                &[],
            )
        };
        let mut apart = Vec::new();
        for bandwidth in &recipe.bandwidths {
            apart.extend(sums(&[*bandwidth])?);
        }
        agree(&sums(&recipe.bandwidths)?, &apart, Tolerance::Scaled(1e-10))
    });
}

#[test]
fn weights_do_not_change_the_sums() {
    check(cases() / 4, &recipe(), |recipe| {
        let problem = recipe.build();
        let sums = |weights: &[f64]| {
            kernel_sums(
                &problem.reference,
                problem.width,
                &problem.queries,
                &recipe.bandwidths,
                weights,
            )
        };
        let plain = sums(&[])?;
        let equal = sums(&vec![3.0; recipe.rows])?;
        let none = sums(&vec![0.0; recipe.rows])?;
        agree(&equal[..plain.len()], &plain, Tolerance::Scaled(1e-12))?;
        agree(
            &equal[plain.len()..],
            &vec![3.0; plain.len()],
            Tolerance::Absolute(1e-11),
        )?;
        prop_assert!(
            none[plain.len()..].iter().all(|&mean| mean == 0.0),
            "weights of zero have a mean of zero"
        );
        Ok(())
    });
}
