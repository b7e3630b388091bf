//! Duplicates: those that comparing everything with everything finds; and sums over all other rows.

use crate::calls::run;
use crate::cases::{cases, check};
use crate::comparisons::log_sums_agree;
use crate::matrices::{Noise, Problem, recipe};
use proptest::prelude::{TestCaseError, any};
use quests::kernel::{DuplicateJob, LeaveOneOutJob, Reference};
use quests::{Error, Result};
use std::sync::Arc;

struct Set {
    width: usize,
    rows: Vec<Vec<f64>>,
    offsets: Vec<u32>,
    labels: Vec<u32>,
}

impl Set {
    fn find(&self, distances: &[f64]) -> Result<Vec<f64>> {
        let reference = Arc::new(Reference::new(&self.rows.concat(), self.width)?);
        run(DuplicateJob::new(
            reference,
            &self.offsets,
            &self.labels,
            distances,
        )?)
    }

    fn near(&self, a: usize, b: usize, distance: f64) -> bool {
        self.labels[a] == self.labels[b] && apart(&self.rows[a], &self.rows[b]) <= distance
    }

    fn frame(&self, index: usize) -> std::ops::Range<usize> {
        self.offsets[index] as usize..self.offsets[index + 1] as usize
    }

    fn mean(&self, frame: usize) -> Vec<f64> {
        let rows = self.frame(frame);
        let count = rows.len() as f64;
        (0..self.width)
            .map(|column| rows.clone().map(|row| self.rows[row][column]).sum::<f64>() / count)
            .collect()
    }

    fn same(&self, a: usize, b: usize, distance: f64) -> bool {
        let labels = |frame: usize| {
            let mut labels = self.labels[self.frame(frame)].to_vec();
            labels.sort_unstable();
            labels
        };
        let covered = |of: usize, by: usize| {
            self.frame(of)
                .all(|row| self.frame(by).any(|other| self.near(row, other, distance)))
        };
        labels(a) == labels(b)
            && apart(&self.mean(a), &self.mean(b)) <= distance + 1e-12
            && covered(a, b)
            && covered(b, a)
    }

    fn obvious(&self, distances: &[f64]) -> Vec<f64> {
        let mut found = Vec::new();
        for distance in distances {
            let first = |row: usize| {
                (0..row)
                    .find(|other| self.near(row, *other, *distance))
                    .unwrap_or(row)
            };
            found.extend((0..self.rows.len()).map(|row| first(row) as f64));
            let first = |at: usize| {
                (0..at)
                    .find(|other| self.same(at, *other, *distance))
                    .unwrap_or(at)
            };
            found.extend((0..self.offsets.len() - 1).map(|frame| first(frame) as f64));
        }
        found
    }
}

fn apart(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// Frames of 1 to 5 rows; many are copies of earlier ones, in another order, or moved a little or
/// by just too much.
fn set(seed: u64, frames: usize, width: usize, spread: f64) -> Set {
    let mut noise = Noise::new(seed);
    let mut choose = {
        let mut noise = Noise::new(!seed);
        move |below: usize| (noise.between(0.0, below as f64) as usize).min(below - 1)
    };
    let mut set = Set {
        width,
        rows: Vec::new(),
        offsets: vec![0],
        labels: Vec::new(),
    };
    for frame in 0..frames {
        let fate = choose(5);
        if frame == 0 || fate < 2 {
            for _ in 0..=choose(5) {
                set.rows
                    .push((0..width).map(|_| noise.between(-spread, spread)).collect());
                set.labels.push(choose(2) as u32);
            }
        } else {
            let mut rows: Vec<usize> = set.frame(choose(frame)).collect();
            rows.reverse();
            let moved = [0.0, 0.004, 0.02][fate - 2] / (width as f64).sqrt();
            for row in rows {
                set.rows.push(
                    set.rows[row]
                        .iter()
                        .map(|x| x + moved * noise.between(-1.0, 1.0))
                        .collect(),
                );
                set.labels.push(if choose(40) == 0 {
                    1 - set.labels[row]
                } else {
                    set.labels[row]
                });
            }
        }
        set.offsets.push(set.rows.len() as u32);
    }
    set
}

#[test]
fn they_are_those_of_comparing_all() {
    let strategy = (any::<u64>(), 1..300_usize, 1..40_usize, 0.001..0.5);
    check(cases() / 4, &strategy, |(seed, frames, width, spread)| {
        let set = set(seed, frames, width, spread);
        let distances = [0.0, 0.005, 0.015];
        let found = set.find(&distances).unwrap();
        let expected = set.obvious(&distances);
        match found.iter().zip(&expected).position(|(a, b)| a != b) {
            None if found.len() == expected.len() => Ok(()),
            at => Err(TestCaseError::fail(format!("at {at:?} of {}", set.rows.len()))),
        }
    });
}

/// If all pairs were computed, this would take minutes.
#[test]
fn many_identical_rows_are_no_trouble() {
    let count = 100_000;
    let set = Set {
        width: 63,
        rows: vec![vec![0.5; 63]; count],
        offsets: vec![0, 50_000, 100_000],
        labels: vec![0; count],
    };
    let found = set.find(&[1e-6]).unwrap();
    assert!(found.iter().all(|first| *first == 0.0));
}

#[test]
fn unusable_arguments_are_refused() {
    let set = set(1, 3, 2, 0.1);
    let reference = Arc::new(Reference::new(&set.rows.concat(), 2).unwrap());
    let rows = set.rows.len() as u32;
    let labels = &set.labels[..];
    for (offsets, labels, distances) in [
        (vec![0, rows + 1], labels, vec![0.1]),
        (vec![0, 0, rows], labels, vec![0.1]),
        (vec![0, rows], &labels[1..], vec![0.1]),
        (vec![0, rows], labels, vec![]),
        (vec![0, rows], labels, vec![-0.1]),
        (vec![0, rows], labels, vec![f64::NAN]),
    ] {
        let refused = DuplicateJob::new(Arc::clone(&reference), &offsets, labels, &distances);
        assert!(
            matches!(refused, Err(Error::Argument(_))),
            "{offsets:?} {distances:?}"
        );
    }
}

fn others(matrix: &[f64], width: usize, rows: &[u32], bandwidth: f64) -> Result<Vec<f64>> {
    run(LeaveOneOutJob::new(
        Arc::new(Reference::new(matrix, width)?),
        rows,
        bandwidth,
    )?)
}

#[test]
fn sums_over_all_others_leave_out_the_row_itself() {
    check(cases() / 4, &recipe(), |mut recipe| {
        recipe.rows = recipe.rows.clamp(2, 600);
        let (whole, bandwidth) = (recipe.build(), recipe.bandwidths[0]);
        let actual = others(&whole.reference, whole.width, &[], bandwidth)?;
        let rows: Vec<&[f64]> = whole.reference.chunks_exact(whole.width).collect();
        let log_sum = |own: usize| {
            let exponents: Vec<f64> = (0..rows.len())
                .filter(|other| *other != own)
                .map(|other| -0.5 * (apart(rows[own], rows[other]) / bandwidth).powi(2))
                .collect();
            let largest = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            exponents.iter().map(|x| (x - largest).exp()).sum::<f64>().ln() + largest
        };
        let expected: Vec<f64> = (0..rows.len()).map(log_sum).collect();
        // The same rows in two calls, from the last to the first.
        let mut in_parts = vec![f64::NAN; rows.len()];
        for part in [0, 1] {
            let asked: Vec<u32> = (part..rows.len() as u32).step_by(2).rev().collect();
            let found = others(&whole.reference, whole.width, &asked, bandwidth)?;
            for (row, log) in asked.iter().zip(found) {
                in_parts[*row as usize] = log;
            }
        }
        let own = Problem {
            queries: whole.reference.clone(),
            ..whole
        };
        log_sums_agree(&own, &[bandwidth], &actual, &expected)?;
        log_sums_agree(&own, &[bandwidth], &in_parts, &expected)
    });
}

#[test]
fn a_single_row_has_no_others() {
    assert!(matches!(others(&[0.5, 0.5], 2, &[], 0.1), Err(Error::Empty(_))));
    assert!(matches!(
        others(&[0.5, 0.5], 1, &[2], 0.1),
        Err(Error::Argument(_))
    ));
}
