//! Kernel sums within a tolerance: truth lies inside the intervals as often as promised, and what
//! is not sampled is exact.

use crate::agreement::same_bits;
use crate::calls::{estimate, kernel_sums, run, sampled_estimate};
use crate::matrices::Noise;
use quests::Error;
use quests::entropy::entropy;
use quests::kernel::{BoundsJob, Reference};
use std::sync::Arc;

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
        let result = sampled_estimate(&matrix, WIDTH, &[], H, tolerance, f64::from(seed)).unwrap();
        assert_eq!(result.len(), 2 * ROWS + 1);
        found.push((entropy(&result[..ROWS]).unwrap(), result[2 * ROWS]));
    }
    let (values, widths): (Vec<f64>, Vec<f64>) = found.into_iter().unzip();
    assert!(
        widths.iter().all(|width| *width > 0.0 && *width <= tolerance),
        "{widths:?}"
    );
    let inside = inside(&values, &widths, &vec![exact; values.len()]);
    // Intervals are drawn for 99 %; of 95 %, fewer than 45 of 50 would be one of 26 runs.
    assert!(inside >= 45, "{inside} of {seeds}");
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
    let result = sampled_estimate(&matrix, WIDTH, &others, H, tolerance, 7.0).unwrap();
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
fn means_of_log_p_are_inside_their_intervals_as_often_as_promised() {
    let (tolerance, seeds) = (0.3, 100_u32);
    let matrix = rows(ROWS, 8);
    // A few queries, and some more: their groups are few.
    for queries in [40, 400] {
        let others = rows(queries, 9);
        let mean = |values: &[f64]| values.iter().sum::<f64>() / queries as f64;
        let exact = mean(&kernel_sums(&matrix, WIDTH, &others, &[H], &[]).unwrap());
        let (mut inside, mut bias, mut width) = (0, 0.0, 0.0);
        for seed in 0..seeds {
            let result = sampled_estimate(&matrix, WIDTH, &others, H, tolerance, f64::from(seed)).unwrap();
            let error = mean(&result[..queries]) - exact;
            inside += u32::from(error.abs() <= result[2 * queries]);
            bias += error / f64::from(seeds);
            width += result[2 * queries] / f64::from(seeds);
        }
        assert!(inside >= 94, "{queries} queries: {inside} of {seeds}");
        assert!(
            bias.abs() <= width / 4.0,
            "{queries} queries: {bias:.1e} of {width:.1e}"
        );
    }
}

#[test]
fn exact_sums_are_chosen_where_they_take_less_time() {
    // Few rows, or a tolerance that takes nearly all of them.
    let (matrix, queries) = (rows(ROWS, 10), rows(500, 11));
    for queries in [&[][..], &queries] {
        let exact = kernel_sums(&matrix, WIDTH, queries, &[H], &[]).unwrap();
        let result = estimate(&matrix, WIDTH, queries, H, 1e-4, 0.0).unwrap();
        assert!(same_bits(&result[..exact.len()], &exact));
        assert!(result[exact.len()..].iter().all(|width| *width == 0.0));
    }
    // Many rows, all near each other: a small part of them tells.
    let mut noise = Noise::new(12);
    let mut dense =
        |rows: usize| -> Vec<f64> { (0..WIDTH * rows).map(|_| noise.between(-0.05, 0.05)).collect() };
    let (matrix, queries) = (dense(100_000), dense(500));
    let result = estimate(&matrix, WIDTH, &queries, H, 1.5, 0.0).unwrap();
    assert!(result[500..].iter().all(|width| *width > 0.0));
}

#[test]
fn bounds_hold_log_p() {
    for (matrix, count) in [(rows(ROWS, 13), ROWS), (rows(700, 14), 700), (rows(1, 15), 1)] {
        let exact = kernel_sums(&matrix, WIDTH, &[], &[H], &[]).unwrap();
        let reference = Arc::new(Reference::new(&matrix, WIDTH).unwrap());
        let result = run(BoundsJob::new(reference, H).unwrap()).unwrap();
        let (numbers, bounds) = result.split_at(count);
        let (low, high) = bounds.split_at(count);
        let mut seen = vec![false; count];
        for ((number, low), high) in numbers.iter().zip(low).zip(high) {
            let row = *number as usize;
            seen[row] = true;
            let log = exact[row];
            assert!(
                *low <= log + 1e-9 && log <= *high + 1e-9,
                "{row}: {low} {log} {high}"
            );
            assert!(*high <= (count as f64).ln() + 1e-9);
        }
        assert!(seen.into_iter().all(|seen| seen));
    }
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
