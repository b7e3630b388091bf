//! The descriptor of an atom with several neighbours at the distance of the k-th.
//!
//! A perfect fcc crystal has shells of 12, 6 and 24 atoms: k = 32 cuts the third, and no choice of
//! 14 among 24 is invariant. So the t tied neighbours share the s places that are left: each counts
//! with multiplicity s/t, as a row and as a column of the matrix of X2. In the row of a tied atom
//! its own zero counts once, and the other tied atoms share the remaining s − 1 places. Column c of
//! a row is the mean of the weighted quantile function of the row over [c/k, (c + 1)/k]. Without
//! tied neighbours this is the plain definition. Tied neighbours are rare, so this code need not be
//! fast.

use crate::environment::{Environment, TiedNeighbors, sqrt_weight};
use crate::math::{ordered_bits, radix_sort, squared_norm};

/// Overwrites the tied places of `x1`, and writes `x2`.
#[cold]
pub(crate) fn share_places(
    environment: &Environment,
    tied: TiedNeighbors,
    k: usize,
    cutoff: f64,
    x1: &mut [f64],
    x2: &mut [f64],
) {
    let certain = environment.count - tied.count;
    let squared = |a: usize, b: usize| {
        let axes = [&environment.x, &environment.y, &environment.z];
        squared_norm(axes.map(|axis| axis[a] - axis[b]))
    };
    let own = |a: usize| {
        let axes = [&environment.x, &environment.y, &environment.z];
        squared_norm(axes.map(|axis| axis[a]))
    };
    let mean = (certain..environment.count)
        .map(|at| sqrt_weight(own(at), cutoff).powi(2) / own(at).sqrt())
        .sum::<f64>()
        / tied.count as f64;
    x1[certain..].fill(mean);

    let multiplicity = tied.places as f64 / tied.count as f64;
    let among_tied = if tied.count > 1 {
        (tied.places - 1) as f64 / (tied.count - 1) as f64
    } else {
        0.0
    };
    let mut columns = vec![0.0; k];
    let mut row: Vec<(f64, f64)> = Vec::with_capacity(environment.count);
    for j in 0..environment.count {
        let tied_weight = if j < certain { multiplicity } else { among_tied };
        row.clear();
        row.extend((0..environment.count).map(|l| {
            let value = environment.sqrt_weight[j] * environment.sqrt_weight[l] / squared(j, l).sqrt();
            match l {
                _ if l == j => (0.0, 1.0),
                _ if l < certain => (value, 1.0),
                _ => (value, tied_weight),
            }
        }));
        let rising = radix_sort(row.iter().map(|(value, _)| ordered_bits(*value)));
        let rising = rising.into_iter().map(|(_, at)| row[at]);
        add_quantiles(rising, if j < certain { 1.0 } else { multiplicity }, &mut columns);
    }
    for (out, column) in x2.iter_mut().rev().zip(&columns[1..]) {
        *out = column / k as f64;
    }
}

/// Adds `times` the means of the quantile function of `(value, weight)` pairs, sorted by value,
/// over unit intervals.
fn add_quantiles(row: impl Iterator<Item = (f64, f64)>, times: f64, columns: &mut [f64]) {
    let mut at = 0.0;
    for (value, weight) in row {
        let end = at + weight;
        let mut from: f64 = at;
        while from < end {
            let column = from.floor();
            // Weights add up to the number of columns, but for rounding.
            let Some(out) = columns.get_mut(column as usize) else {
                break;
            };
            let to = end.min(column + 1.0);
            *out += times * value * (to - from);
            from = to;
        }
        at = end;
    }
}
