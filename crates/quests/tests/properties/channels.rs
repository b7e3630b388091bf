//! Descriptors with labels and channels: what they are by definition, what leaves them as they are,
//! and that they are continuous.

use crate::calls::{describe, describe_channels, elements, frames, rows, run};
use crate::oracle::Structure;
use crate::structures::gas;
use quests::descriptor::{DescriptorJob, Elements, MovedJob};

const K: usize = 12;
const CUTOFF: f64 = 4.0;

fn channels(structure: &Structure) -> Vec<Vec<f64>> {
    let matrix = describe_channels(std::slice::from_ref(structure), K, CUTOFF).unwrap();
    matrix
        .chunks_exact(1 + 2 * (2 * K - 1))
        .map(<[f64]>::to_vec)
        .collect()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
}

/// By the definition, with every image within the cutoff.
fn by_definition(structure: &Structure, atom: usize, weights: [f64; 2]) -> Vec<f64> {
    let mut near: Vec<(f64, [f64; 3], usize)> = Vec::new();
    for other in 0..structure.len() {
        for image in 0..27 {
            let shift = [image % 3, image / 3 % 3, image / 9].map(|step| f64::from(step) - 1.0);
            let to: [f64; 3] = std::array::from_fn(|axis| {
                let along: f64 = (0..3).map(|row| shift[row] * structure.cell[row][axis]).sum();
                structure.positions[other][axis] + along - structure.positions[atom][axis]
            });
            let length = to.iter().map(|x| x * x).sum::<f64>().sqrt();
            if length > 0.0 && length < CUTOFF {
                near.push((length, to, structure.species[other] as usize));
            }
        }
    }
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    let edge = near.get(K).map_or(CUTOFF, |next| next.0);
    near.truncate(K);
    let weight = |(r, _, species): &(f64, [f64; 3], usize)| {
        let share = ((edge - r) / 0.5).clamp(0.0, 1.0);
        (1.0 - (r / CUTOFF).powi(2)).powi(2) * share * share * (3.0 - 2.0 * share) * weights[*species]
    };
    let mut x1: Vec<f64> = near.iter().map(|one| weight(one) / one.0).collect();
    x1.sort_by(|a, b| b.total_cmp(a));
    x1.resize(K, 0.0);
    let mut means = [0.0; K];
    for (a, one) in near.iter().enumerate() {
        let mut row = vec![0.0; K];
        for (b, other) in near.iter().enumerate().filter(|(b, _)| *b != a) {
            row[b] = (weight(one) * weight(other)).sqrt() / distance(&one.1, &other.1);
        }
        row.sort_by(f64::total_cmp);
        means
            .iter_mut()
            .zip(&row)
            .for_each(|(mean, value)| *mean += value / K as f64);
    }
    x1.extend(means[1..].iter().rev());
    x1
}

#[test]
fn blocks_are_those_of_the_definition() {
    let structure = gas(60, [true; 3], 3);
    for (atom, row) in channels(&structure).iter().enumerate() {
        assert_eq!(row[0], [7.0, 300.0][structure.species[atom] as usize]);
        let expected = [[0.25, 4.0], [2.0, 0.5]].map(|weights| by_definition(&structure, atom, weights));
        for (found, expected) in row[1..].iter().zip(expected.concat()) {
            assert!(
                (found - expected).abs() < 1e-11,
                "atom {atom}: {found} {expected}"
            );
        }
    }
}

#[test]
fn labels_alone_leave_the_block_as_it_is() {
    let structure = gas(60, [true; 3], 4);
    let elements = Elements::new(2, &[7.0, 300.0], &[]).unwrap();
    let job = DescriptorJob::with_elements(
        frames(std::slice::from_ref(&structure), 2).unwrap(),
        K as f64,
        CUTOFF,
        elements,
    );
    let found = run(job.unwrap()).unwrap();
    let plain = rows(&structure, K, CUTOFF).unwrap();
    for (row, plain) in found.chunks_exact(2 * K).zip(&plain) {
        assert!(row[1..] == plain[..]);
    }
    let blocks = describe(std::slice::from_ref(&structure), K, CUTOFF, 2).unwrap();
    assert_eq!(blocks.len(), 3 * plain.concat().len());
}

/// Along a path on which neighbours change places, and come and go at the k-th place, a row moves
/// no farther than atoms do: halving the steps halves the largest change.
#[test]
fn rows_are_continuous() {
    let start = gas(80, [true; 3], 5);
    let end = gas(80, [true; 3], 6);
    let at = |share: f64| {
        let mut between = start.clone();
        for (place, to) in between.positions.iter_mut().zip(&end.positions) {
            for axis in 0..3 {
                // A short way, so that no two atoms meet.
                place[axis] += 0.04 * share * (to[axis] - place[axis]);
            }
        }
        channels(&between)
    };
    let largest = |steps: usize| -> f64 {
        let path: Vec<_> = (0..=steps).map(|step| at(step as f64 / steps as f64)).collect();
        let changes = path.windows(2).flat_map(|pair| {
            let rows = pair[0].iter().zip(&pair[1]);
            rows.map(|(a, b)| distance(a, b)).collect::<Vec<_>>()
        });
        changes.fold(0.0, f64::max)
    };
    let (coarse, fine) = (largest(50), largest(800));
    // Something moves, and sixteen times as many steps are about sixteen times as short.
    assert!(coarse > 1e-3, "{coarse}");
    assert!(fine < coarse / 8.0, "{coarse} {fine}");
}

#[test]
fn moves_give_the_bits_of_the_whole() {
    let before = gas(90, [true, true, false], 7);
    let mut after = before.clone();
    after.positions[11][0] += 0.05;
    after.positions[40][2] -= 0.3;
    let frame = |structure: &Structure| frames(std::slice::from_ref(structure), 2).unwrap();
    let job = MovedJob::with_elements(frame(&before), frame(&after), K as f64, CUTOFF, elements()).unwrap();
    let result = run(job).unwrap();
    let count = result[0] as usize;
    let (atoms, moved) = result[1..].split_at(count);
    let mut found = channels(&before);
    for (atom, row) in atoms.iter().zip(moved.chunks_exact(found[0].len())) {
        found[*atom as usize] = row.to_vec();
    }
    assert!(count < 90 && found == channels(&after));
}

#[test]
fn what_is_no_label_or_weight_is_refused() {
    let code = |species, labels: &[f64], channels: &[f64]| {
        Elements::new(species, labels, channels).unwrap_err().code()
    };
    assert_eq!(code(2, &[1.0], &[]), "INVALID_ARGUMENT");
    assert_eq!(code(0, &[], &[1.0]), "INVALID_ARGUMENT");
    assert_eq!(code(2, &[], &[1.0, 2.0]), "INVALID_ARGUMENT");
    assert_eq!(code(2, &[1.0, 2.0], &[1.0, 2.0, 3.0]), "INVALID_ARGUMENT");
    for bad in [0.0, -1.0, 1.5, f64::NAN, f64::INFINITY] {
        assert_eq!(code(1, &[bad], &[]), "INVALID_ARGUMENT");
    }
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(code(1, &[1.0], &[bad]), "INVALID_ARGUMENT");
    }
    let other = DescriptorJob::with_elements(
        frames(&[gas(8, [true; 3], 1)], 0).unwrap(),
        4.0,
        CUTOFF,
        elements(),
    );
    assert_eq!(other.unwrap_err().code(), "INVALID_ARGUMENT");
}
