//! Settings of the whole process, instruction set and number of threads: a program of its own, so
//! that they change under no other test. `QUESTS_CASES` is as in `core.rs`.

#![allow(dead_code, reason = "what `core.rs` shares is used here in part")]
#![allow(unused_imports, reason = "what `core.rs` shares is used here in part")]

mod agreement;
mod calls;
mod cases;
mod comparisons;
mod matrices;
mod oracle;
mod structures;
mod texts;

use agreement::{Tolerance, agree, same_bits};
use calls::{describe, estimate, kernel_sums, mutual_sums};
use cases::{cases, check};
use comparisons::{descriptors_match, kernel_sums_match, mutual_sums_match, single_sums_match};
use matrices::{Layout, Noise, Recipe, recipe};
use quests::entropy::{diversity, entropy};
use quests::simd::{Level, force, level};
use quests::table::{Column, Rows, read_rows};
use quests::{set_threads, threads};
use std::io::{Write, stderr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use structures::{cutoff, gas, neighbor_count, structure};
use texts::{Table, table};

static ONE_TEST_AT_A_TIME: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE_TEST_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Calls `test` under every level that this machine has, and lets the machine choose again.
fn under_each_level(mut test: impl FnMut(Level)) {
    for level in Level::available() {
        force(Some(level)).unwrap();
        test(level);
    }
    force(None).unwrap();
}

/// What is read of a table, and the bits of its values, for `most` rows at most.
fn rows_of(table: &Table, most: usize) -> (Rows, Vec<u64>) {
    let columns = Column::list(table.kinds.as_bytes(), &vec![1; table.kinds.len()]).unwrap();
    let mut values = vec![0.0; columns.len() * most];
    let rows = read_rows(&table.text, &columns, &mut values).unwrap();
    let read = values.chunks(most).flat_map(|column| &column[..rows.rows]);
    (rows, read.map(|value| value.to_bits()).collect())
}

/// A problem with rows for many blocks; as wide as descriptors.
fn large() -> Recipe {
    let bandwidths = vec![0.015, 0.06];
    let layout = Layout::Clusters(30.0);
    Recipe {
        rows: 2500,
        queries: 900,
        width: 63,
        layout,
        spread: 0.05,
        offset: 0.0,
        bandwidths,
        seed: 11,
    }
}

#[test]
fn every_level_agrees_with_the_oracle() {
    let _alone = alone();
    let available = Level::available();
    for level in Level::ALL.into_iter().filter(|level| !available.contains(level)) {
        // Not `eprintln!`, which the test harness keeps to itself.
        writeln!(stderr(), "not tested here: the machine has no {}", level.name()).unwrap();
    }
    under_each_level(|forced| {
        assert_eq!(level().unwrap(), forced.name());
        check(
            cases() / 4,
            &(structure(), neighbor_count(), cutoff()),
            |(structure, k, cutoff)| descriptors_match(&structure, k, cutoff, 2),
        );
        check(cases() / 4, &recipe(), |recipe| {
            kernel_sums_match(&recipe.build(), &recipe.bandwidths)
        });
        check(cases() / 4, &recipe(), |recipe| {
            single_sums_match(&recipe.build(), &recipe.bandwidths)
        });
        kernel_sums_match(&large().build(), &large().bandwidths).unwrap();
        single_sums_match(&large().build(), &large().bandwidths).unwrap();
        mutual_sums_match(large().build(), 0.015).unwrap();
    });
}

#[test]
fn levels_that_the_machine_lacks_are_refused() {
    let _alone = alone();
    let available = Level::available();
    assert!(available.contains(&Level::Scalar), "{available:?}");
    for level in Level::ALL.into_iter().filter(|level| !available.contains(level)) {
        assert_eq!(
            force(Some(level)).unwrap_err().code(),
            "INVALID_ARGUMENT",
            "{}",
            level.name()
        );
    }
}

/// Descriptors within 1e-12, entropy, diversity and δH within 1e-12·max(1, |value|), 1e-10 below h
/// = 0.015.
#[test]
fn levels_agree_with_one_another() {
    let _alone = alone();
    let structures = [gas(1000, [true; 3], 1), gas(1000, [false; 3], 2)];
    let mut results: Vec<[Vec<f64>; 3]> = Vec::new();
    under_each_level(|_| {
        let rows = describe(&structures, 32, 5.0, 0).unwrap();
        let matrix = results.first().map_or(&rows, |[first, ..]| first);
        let [wide, narrow] = [0.015, 0.001].map(|bandwidth| {
            let mut values = kernel_sums(matrix, 63, &[], &[bandwidth], &[]).unwrap();
            values.extend([entropy(&values).unwrap(), diversity(&values).unwrap()]);
            values
        });
        results.push([rows, wide, narrow]);
    });
    for result in &results {
        agree(&result[0], &results[0][0], Tolerance::Absolute(1e-12)).unwrap();
        agree(&result[1], &results[0][1], Tolerance::Scaled(1e-12)).unwrap();
        agree(&result[2], &results[0][2], Tolerance::Scaled(1e-10)).unwrap();
    }
}

#[test]
fn threads_do_not_matter() {
    let _alone = alone();
    let mut structures = vec![gas(2744, [true; 3], 1), gas(1331, [false; 3], 2)];
    structures.extend((0..100).map(|seed| gas(27, [true, seed % 2 == 0, true], seed)));
    let problem = large().build();
    let cloud = Recipe {
        rows: 16_000,
        width: 5,
        layout: Layout::Cloud,
        ..large()
    }
    .build()
    .reference;
    let results = || {
        let bandwidths = [0.015, 0.001];
        let (reference, weights) = (&problem.reference, &problem.weights);
        [
            describe(&structures, 32, 5.0, 0).unwrap(),
            describe(&structures, 9, 4.0, 2).unwrap(),
            kernel_sums(reference, 63, &problem.queries, &bandwidths, weights).unwrap(),
            kernel_sums(reference, 63, &[], &bandwidths, weights).unwrap(),
            mutual_sums(reference, 63, &problem.queries, 0.015).unwrap(),
            mutual_sums(&cloud, 5, &cloud[..5 * 5000], 0.001).unwrap(),
            estimate(&cloud, 5, &[], 0.03, 1e-2, 3.0).unwrap(),
        ]
    };
    under_each_level(|level| {
        set_threads(1).unwrap();
        let expected = results();
        for count in [2, 3, 8] {
            set_threads(count).unwrap();
            assert_eq!(threads(), count);
            let same = results()
                .iter()
                .zip(&expected)
                .all(|(actual, expected)| same_bits(actual, expected));
            assert!(same, "{count} threads, {}", level.name());
        }
    });
    set_threads(0).unwrap();
}

#[test]
fn tables_are_read_as_byte_by_byte() {
    let _guard = alone();
    let mut noise = Noise::new(2);
    let mut whole = 0;
    for _ in 0..10 * cases() {
        let table = table(&mut noise);
        let most = 1 + noise.below(500);
        force(Some(Level::Scalar)).unwrap();
        let wanted = rows_of(&table, most);
        whole += usize::from(wanted.0.end == table.text.len());
        under_each_level(|level| {
            let found = rows_of(&table, most);
            assert!(
                found == wanted,
                "{}: {:?}",
                level.name(),
                String::from_utf8_lossy(&table.text)
            );
        });
    }
    // Tables without anything odd must be among them.
    assert!(whole > 0);
}
