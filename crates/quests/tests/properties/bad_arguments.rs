//! Parameters and matrices outside their domain are refused, each with its code.

use crate::calls::{frames, kernel_sums};
use crate::structures::gas;
use quests::coverage::overlap;
use quests::descriptor::DescriptorJob;
use quests::entropy::{diversity, entropy};
use quests::kernel::bandwidth;
use quests::neighbors::candidate_pairs;
use quests::{Error, Result};

const NO_NUMBERS: [f64; 3] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

/// What is neither positive nor finite.
const NOT_POSITIVE: [f64; 6] = [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

#[track_caller]
fn assert_code<T>(result: Result<T>, expected: &str, what: &str) {
    let error: Error = result.err().unwrap_or_else(|| panic!("{what} must be refused"));
    assert_eq!(error.code(), expected, "{what}: {error}");
    assert!(
        !error.to_string().is_empty() && error.to_string().lines().count() == 1,
        "{what}: {error}"
    );
}

fn job(k: f64, cutoff: f64) -> Result<DescriptorJob> {
    DescriptorJob::new(frames(&[gas(8, [true; 3], 1)], 0)?, k, cutoff)
}

#[test]
fn numbers_of_neighbors() {
    for k in [
        0.0,
        -0.0,
        -1.0,
        0.5,
        2.5,
        31.999_999,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -1e300,
    ] {
        assert_code(job(k, 5.0), "INVALID_ARGUMENT", &format!("k = {k}"));
    }
    for k in [1e9, 1e18, 1e300] {
        let code = job(k, 5.0).err().map(|error| error.code());
        assert!(
            matches!(code, Some("INVALID_ARGUMENT" | "TOO_LARGE")),
            "k = {k}: {code:?}"
        );
    }
}

#[test]
fn cutoffs() {
    for cutoff in NOT_POSITIVE {
        assert_code(job(8.0, cutoff), "INVALID_ARGUMENT", &format!("cutoff {cutoff}"));
        let pairs = frames(&[gas(8, [true; 3], 1)], 0).and_then(|frames| candidate_pairs(&frames, cutoff));
        assert_code(pairs, "INVALID_ARGUMENT", &format!("pairs within {cutoff}"));
    }
}

#[test]
fn bandwidths() {
    let sums = |bandwidths: &[f64]| kernel_sums(&[1.0, 2.0], 1, &[], bandwidths, &[]);
    for bandwidth in NOT_POSITIVE {
        assert_code(
            sums(&[bandwidth]),
            "INVALID_ARGUMENT",
            &format!("h = {bandwidth}"),
        );
        assert_code(
            sums(&[0.015, bandwidth]),
            "INVALID_ARGUMENT",
            &format!("a second h of {bandwidth}"),
        );
    }
    assert_code(sums(&[]), "INVALID_ARGUMENT", "no bandwidth");
}

#[test]
fn matrices() {
    let sums = |reference: &[f64], width, queries: &[f64], weights: &[f64]| {
        kernel_sums(reference, width, queries, &[0.015], weights)
    };
    assert_code(sums(&[1.0, 2.0], 0, &[], &[]), "INVALID_ARGUMENT", "a width of 0");
    assert_code(
        sums(&[1.0, 2.0, 3.0], 2, &[], &[]),
        "INVALID_ARGUMENT",
        "half a row of the reference",
    );
    assert_code(
        sums(&[1.0, 2.0], 2, &[1.0, 2.0, 3.0], &[]),
        "INVALID_ARGUMENT",
        "half a query",
    );
    assert_code(
        sums(&[1.0, 2.0], 1, &[], &[1.0]),
        "INVALID_ARGUMENT",
        "a weight less than rows",
    );
    assert_code(
        sums(&[1.0, 2.0], 1, &[], &[1.0; 3]),
        "INVALID_ARGUMENT",
        "a weight more than rows",
    );
    assert_code(sums(&[], 1, &[], &[]), "EMPTY", "no rows");
    for value in NO_NUMBERS {
        assert_code(
            sums(&[1.0, value], 1, &[], &[]),
            "INVALID_ARGUMENT",
            &format!("{value} in the reference"),
        );
        assert_code(
            sums(&[1.0, 2.0], 1, &[value], &[]),
            "INVALID_ARGUMENT",
            &format!("{value} in a query"),
        );
        assert_code(
            sums(&[1.0, 2.0], 1, &[], &[value, 1.0]),
            "INVALID_ARGUMENT",
            &format!("a weight of {value}"),
        );
    }
}

/// Squares that overflow must not become a δH of infinity.
#[test]
fn numbers_too_large_to_square() {
    let sums = |queries: &[f64]| kernel_sums(&[0.0, 1.0], 1, queries, &[0.015], &[]);
    assert_code(sums(&[1e200]), "INVALID_ARGUMENT", "1e200");
    assert_code(
        sums(&[1e153]),
        "INVALID_ARGUMENT",
        "1e153, whose square divided by 2h² overflows",
    );
    assert!(sums(&[1e100]).unwrap()[0].is_finite());
}

#[test]
fn log_sums() {
    assert_code(entropy(&[]), "EMPTY", "entropy of nothing");
    assert_code(diversity(&[]), "EMPTY", "diversity of nothing");
    assert_code(overlap(&[], 1e-5), "EMPTY", "overlap of nothing");
    assert_code(entropy(&[0.0, f64::NAN]), "INVALID_ARGUMENT", "entropy of NaN");
    assert_code(
        diversity(&[0.0, f64::NAN]),
        "INVALID_ARGUMENT",
        "diversity of NaN",
    );
    assert_code(
        overlap(&[0.0, f64::NAN], 1e-5),
        "INVALID_ARGUMENT",
        "overlap of NaN",
    );
    assert_code(overlap(&[0.0], f64::NAN), "INVALID_ARGUMENT", "ε of NaN");
}

#[test]
fn volumes_and_methods() {
    for volume in NOT_POSITIVE {
        assert_code(
            bandwidth(volume, "gaussian"),
            "INVALID_ARGUMENT",
            &format!("a volume of {volume}"),
        );
    }
    for method in ["", "Gaussian", "silverman"] {
        assert_code(
            bandwidth(10.0, method),
            "INVALID_ARGUMENT",
            &format!("method '{method}'"),
        );
    }
}
