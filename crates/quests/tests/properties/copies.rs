//! Rows that are there many times are summed once, with the same result.

use std::sync::Arc;

use crate::agreement::{Tolerance, agree};
use crate::calls::{kernel_sums, mutual_sums, run};
use crate::matrices::Noise;
use crate::oracle::kernel_sums as oracle_sums;
use quests::Job;
use quests::kernel::{KernelJob, LeaveOneOutJob, Reference};
use quests::remote::compute_remote_step;

const WIDTH: usize = 7;

/// `kinds` rows, each of them `copies` times, mixed.
fn mixed(kinds: usize, copies: usize, seed: u64) -> Vec<f64> {
    let mut noise = Noise::new(seed);
    let rows: Vec<f64> = (0..kinds * WIDTH).map(|_| noise.between(-0.05, 0.05)).collect();
    let mut order: Vec<usize> = (0..kinds * copies).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, (noise.between(0.0, 1.0) * at as f64) as usize);
    }
    let kind = |at: usize| at % kinds;
    order
        .into_iter()
        .flat_map(|at| rows[kind(at) * WIDTH..][..WIDTH].to_vec())
        .collect()
}

fn job(reference: &[f64], queries: &[f64]) -> KernelJob {
    let reference = Arc::new(Reference::new(reference, WIDTH).unwrap());
    KernelJob::new(reference, queries, &[0.015, 0.05], &[]).unwrap()
}

fn log_sums(reference: &[f64], width: usize, queries: &[f64], h: f64) -> Vec<f64> {
    oracle_sums(reference, width, queries, h, None).log_sums
}

fn expected(reference: &[f64], queries: &[f64]) -> Vec<f64> {
    [0.015, 0.05]
        .iter()
        .flat_map(|h| log_sums(reference, WIDTH, queries, *h))
        .collect()
}

#[test]
fn pairs_grow_with_the_kinds_not_with_the_copies() {
    for copies in [200, 1000, 10_000] {
        let own = job(&mixed(5, copies, 1), &[]);
        assert_eq!(own.most_pairs(), 25.0, "{copies} copies");
        let asked = job(&mixed(5, copies, 1), &mixed(3, copies, 2));
        assert_eq!(asked.most_pairs(), 15.0, "{copies} copies");
    }
    // As many as without copies where less than half are.
    let few = [mixed(500, 1, 1), mixed(1, 499, 2)].concat();
    assert_eq!(job(&few, &[]).most_pairs(), 999.0 * 1000.0 / 2.0);
}

#[test]
fn identical_rows_take_no_time() {
    let rows = vec![0.3; 200_000 * WIDTH];
    let reference = Arc::new(Reference::new(&rows, WIDTH).unwrap());
    let own = KernelJob::new(Arc::clone(&reference), &[], &[0.015], &[]).unwrap();
    assert_eq!(own.most_pairs(), 1.0);
    let logs = run(own).unwrap();
    assert_eq!(logs, vec![200_000_f64.ln(); 200_000]);
    let without = run(LeaveOneOutJob::new(reference, &[], 0.015).unwrap()).unwrap();
    agree(
        &without,
        &vec![199_999_f64.ln(); 200_000],
        Tolerance::Absolute(1e-12),
    )
    .unwrap();
}

#[test]
fn sums_agree() {
    for (kinds, copies) in [(1, 480), (1, 700), (7, 90), (300, 2), (450, 3), (1000, 2)] {
        let reference = mixed(kinds, copies, 3);
        let queries = mixed(60, 11, 4);
        // Some far from all of the reference, where sums underflow.
        let far: Vec<f64> = queries.iter().map(|value| value + 2.0).collect();
        for queries in [&queries, &far, &reference, &mixed(600, 1, 5)] {
            let actual = kernel_sums(&reference, WIDTH, queries, &[0.015, 0.05], &[]).unwrap();
            let wanted = expected(&reference, queries);
            agree(&actual, &wanted, Tolerance::Scaled(1e-11)).unwrap_or_else(|error| {
                panic!("{kinds} kinds {copies} times: {error}");
            });
            let both = mutual_sums(&reference, WIDTH, queries, 0.05).unwrap();
            let rows = queries.len() / WIDTH;
            agree(&both[..rows], &wanted[rows..], Tolerance::Scaled(1e-11)).unwrap();
            let other = log_sums(queries, WIDTH, &reference, 0.05);
            agree(&both[rows..], &other, Tolerance::Scaled(1e-11)).unwrap();
        }
        let own = kernel_sums(&reference, WIDTH, &[], &[0.015, 0.05], &[]).unwrap();
        agree(&own, &expected(&reference, &reference), Tolerance::Scaled(1e-11)).unwrap();
    }
}

#[test]
fn a_reference_that_grows_finds_its_copies_anew() {
    let first = mixed(400, 1, 6);
    let mut reference = Reference::new(&first, WIDTH).unwrap();
    let sums = |reference: &Reference| {
        let job = KernelJob::new(Arc::new(reference.clone()), &[], &[0.05], &[]).unwrap();
        (job.most_pairs(), run(job).unwrap())
    };
    assert_eq!(sums(&reference).0, 401.0 * 200.0);
    for times in 2..4 {
        reference.extend(&first).unwrap();
        let (pairs, logs) = sums(&reference);
        assert_eq!(pairs, 160_000.0);
        let wanted: Vec<f64> = log_sums(&first, WIDTH, &first, 0.05)
            .iter()
            .map(|log| log + f64::from(times).ln())
            .collect();
        agree(&logs[..400], &wanted, Tolerance::Absolute(1e-11)).unwrap();
        assert_eq!(logs[..400], logs[400..800]);
    }
}

#[test]
fn remote_steps_have_the_same_bits() {
    let reference = mixed(700, 4, 7);
    for queries in [vec![], mixed(300, 5, 8)] {
        let wanted = run(job(&reference, &queries)).unwrap();
        let mut away = job(&reference, &queries);
        for step in 0..away.steps() {
            let message = away.remote_step(step).unwrap();
            let result = if message.is_empty() {
                Vec::new()
            } else {
                compute_remote_step(&message).unwrap()
            };
            away.accept(step, &result).unwrap();
        }
        assert!(away.finish().unwrap() == wanted);
    }
}
