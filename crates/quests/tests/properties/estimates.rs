//! Kernel sums within a tolerance: truth lies inside the intervals as often as promised, and what
//! is not sampled is exact.

use crate::agreement::same_bits;
use crate::calls::{estimate, kernel_sums};
use crate::matrices::Noise;
use quests::Error;
use quests::entropy::entropy;

const WIDTH: usize = 6;
const H: f64 = 0.1;
/// Enough for sampling to save something.
const ROWS: usize = 16_000;

/// One dense cloud and, for every eighth row, a sparse one around it: rows with many neighbours and
/// rows with none.
fn rows(count: usize, seed: u64) -> Vec<f64> {
    let mut noise = Noise::new(seed);
    (0..count)
        .flat_map(|row| {
            let spread = if row % 8 == 0 { 3.0 } else { 0.25 };
            [(); WIDTH].map(|()| noise.between(-spread, spread))
        })
        .collect()
}

/// Number of values within their half-width of what is expected.
fn inside(values: &[f64], widths: &[f64], expected: &[f64]) -> usize {
    let triples = values.iter().zip(widths).zip(expected);
    triples
        .filter(|((value, width), expected)| (*value - *expected).abs() <= **width + 1e-9)
        .count()
}

#[test]
fn entropy_is_inside_its_interval_as_often_as_promised() {
    let (tolerance, seeds) = (4e-3, 50_u32);
    let matrix = rows(ROWS, 1);
    let exact = entropy(&kernel_sums(&matrix, WIDTH, &[], &[H], &[]).unwrap()).unwrap();
    let mut found = Vec::new();
    for seed in 0..seeds {
        let result = estimate(&matrix, WIDTH, &[], H, tolerance, f64::from(seed)).unwrap();
        assert_eq!(result.len(), 2 * ROWS + 1);
        found.push((entropy(&result[..ROWS]).unwrap(), result[2 * ROWS]));
    }
    let (values, widths): (Vec<f64>, Vec<f64>) = found.into_iter().unzip();
    assert!(
        widths.iter().all(|width| *width > 0.0 && *width <= tolerance),
        "{widths:?}"
    );
    let inside = inside(&values, &widths, &vec![exact; values.len()]);
    // 47.5 expected; fewer than 43 of 50 happen by chance in one of 250 runs.
    assert!(inside >= 43, "{inside} of {seeds}");
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    assert!(
        (mean - exact).abs() < tolerance / 5.0,
        "bias {:.2e}",
        mean - exact
    );
    assert_ne!(values[0].to_bits(), values[1].to_bits(), "seeds matter");
}

#[test]
fn each_log_p_is_inside_its_interval_as_often_as_promised() {
    let (tolerance, queries) = (0.05, 2000);
    let (matrix, others) = (rows(ROWS, 2), rows(queries, 3));
    let exact = kernel_sums(&matrix, WIDTH, &others, &[H], &[]).unwrap();
    let result = estimate(&matrix, WIDTH, &others, H, tolerance, 7.0).unwrap();
    let (values, widths) = (&result[..queries], &result[queries..2 * queries]);
    let inside = inside(values, widths, &exact);
    assert!(inside as f64 >= 0.93 * queries as f64, "{inside} of {queries}");
    let narrow = widths.iter().filter(|width| **width <= tolerance).count();
    assert!(narrow as f64 >= 0.9 * queries as f64, "{narrow} of {queries}");
    let sampled = widths.iter().filter(|width| **width > 0.0).count();
    assert!(sampled > queries / 2, "{sampled}: nothing was sampled");
    let mean = |values: &[f64]| values.iter().sum::<f64>() / queries as f64;
    assert!((mean(values) - mean(&exact)).abs() <= 2.0 * result[2 * queries]);
}

#[test]
fn far_queries_are_exact() {
    let matrix = rows(ROWS, 4);
    let far: Vec<f64> = [10.0, 1e3, 1e6].iter().flat_map(|at| [*at; WIDTH]).collect();
    let exact = kernel_sums(&matrix, WIDTH, &far, &[H], &[]).unwrap();
    let result = estimate(&matrix, WIDTH, &far, H, 0.1, 0.0).unwrap();
    assert!(same_bits(&result[..3], &exact), "{result:?} {exact:?}");
    assert_eq!(result[3..], [0.0; 4]);
}

#[test]
fn few_rows_are_summed_in_full() {
    let (matrix, queries) = (rows(3000, 5), rows(100, 6));
    for queries in [&[][..], &queries] {
        let exact = kernel_sums(&matrix, WIDTH, queries, &[H], &[]).unwrap();
        let result = estimate(&matrix, WIDTH, queries, H, 1e-3, 0.0).unwrap();
        assert!(same_bits(&result[..exact.len()], &exact));
        assert!(result[exact.len()..].iter().all(|width| *width == 0.0));
    }
}

#[test]
fn unusable_seeds_are_refused() {
    for seed in [-1.0, 0.5, f64::NAN, f64::INFINITY, 9_007_199_254_740_992.0] {
        let refused = estimate(&rows(10, 0), WIDTH, &[], H, 1e-3, seed);
        assert!(matches!(refused, Err(Error::Argument(_))), "{seed}: {refused:?}");
    }
}

#[test]
fn unusable_tolerances_are_refused() {
    for tolerance in [0.0, -1e-3, f64::NAN, f64::INFINITY] {
        let refused = estimate(&rows(10, 0), WIDTH, &[], H, tolerance, 0.0);
        assert!(
            matches!(refused, Err(Error::Argument(_))),
            "{tolerance}: {refused:?}"
        );
    }
}
