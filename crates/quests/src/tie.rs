//! The descriptor where the k-th neighbour is not alone at its distance.
//!
//! A perfect fcc crystal has shells of 12, 6 and 24 atoms: k = 32 cuts the third, and no choice of 14 among 24 is
//! invariant. So the t tied neighbours share the s places that are left: each counts with multiplicity s/t, as a row and as
//! a column of X2's matrix. In the row of a tied atom its own zero counts once, and the others share the remaining
//! s − 1 places. Column c of a row is the mean of the row's weighted quantile function over [c/k, (c + 1)/k]. Without
//! a tie this is the plain definition. It needs no speed: ties are rare.

use crate::environment::{Environment, Tie, sqrt_weight};
use crate::ranked::{rank, ranked};

/// Overwrites the tied places of `x1`, and writes `x2`.
#[cold]
pub(crate) fn share_places(
    environment: &Environment,
    tie: Tie,
    k: usize,
    cutoff: f64,
    x1: &mut [f64],
    x2: &mut [f64],
) {
    let certain = environment.count - tie.tied;
    let squared = |a: usize, b: usize| {
        let [dx, dy, dz] = [&environment.x, &environment.y, &environment.z].map(|axis| axis[a] - axis[b]);
        dx * dx + dy * dy + dz * dz
    };
    let own = |a: usize| {
        let [x, y, z] = [&environment.x, &environment.y, &environment.z].map(|axis| axis[a]);
        x * x + y * y + z * z
    };
    let mean = (certain..environment.count)
        .map(|at| sqrt_weight(own(at), cutoff).powi(2) / own(at).sqrt())
        .sum::<f64>()
        / tie.tied as f64;
    x1[certain..].fill(mean);

    let multiplicity = tie.places as f64 / tie.tied as f64;
    let among_tied = if tie.tied > 1 {
        (tie.places - 1) as f64 / (tie.tied - 1) as f64
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
        let rising = ranked(row.iter().map(|(value, _)| rank(*value)));
        let rising = rising.into_iter().map(|(_, at)| row[at]);
        add_quantiles(rising, if j < certain { 1.0 } else { multiplicity }, &mut columns);
    }
    for (out, column) in x2.iter_mut().rev().zip(&columns[1..]) {
        *out = column / k as f64;
    }
}

/// Adds `times` the means of the quantile function of `(value, weight)` pairs, sorted by value, over unit intervals.
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
