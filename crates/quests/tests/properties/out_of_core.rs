//! Sums over pieces of a set have the bits of those over the whole set, however the set and the
//! queries are cut.

use crate::agreement::same_bits;
use crate::calls::{kernel_sums, mutual_sums, run};
use crate::matrices::Noise;
use quests::Error;
use quests::kernel::out_of_core::{
    DistantPieceJob, NearestPieceJob, Piece, PieceSumsJob, Relation, SHARE, axes, distant_logs, logs, order,
    project, sample_stride,
};
use std::sync::Arc;

const WIDTH: usize = 21;

/// Rows around `centres` points, `apart` from each other; few centres make it dense, many far ones
/// leave most blocks out.
fn rows(count: usize, centres: usize, apart: f64, seed: u64) -> Vec<f64> {
    let mut noise = Noise::new(seed);
    let mut matrix = Vec::with_capacity(count * WIDTH);
    for row in 0..count {
        let centre = apart * (row % centres) as f64;
        matrix.extend((0..WIDTH).map(|_| 0.4 + centre + noise.between(-0.01, 0.01)));
    }
    matrix
}

/// How queries are related to the set that is summed over, of N rows.
#[derive(Clone, Copy)]
enum Sums {
    Own {
        terms: usize,
    },
    Of {
        terms: usize,
    },
    /// Either side of a mutual job; `larger` is N of the larger set.
    Asked {
        terms: usize,
        larger: usize,
    },
    Asking {
        terms: usize,
        larger: usize,
    },
}

impl Sums {
    fn relation(self, queries: usize, piece: usize) -> Relation {
        match self {
            Self::Own { .. } => Relation::Own(queries, piece),
            Self::Of { .. } | Self::Asked { .. } => Relation::Asked,
            Self::Asking { .. } => Relation::Asking,
        }
    }

    fn terms(self) -> usize {
        match self {
            Self::Own { terms }
            | Self::Of { terms }
            | Self::Asked { terms, .. }
            | Self::Asking { terms, .. } => terms,
        }
    }

    fn of_reach(self) -> usize {
        match self {
            Self::Own { terms } | Self::Of { terms } => terms,
            Self::Asked { larger, .. } | Self::Asking { larger, .. } => larger,
        }
    }
}

/// A set in its order: rows, coordinates, given index of each row.
struct Ordered {
    rows: Vec<f64>,
    points: Vec<f64>,
    order: Vec<u32>,
}

fn ordered(axes: &[f64], matrix: &[f64]) -> Ordered {
    let points = project(axes, matrix, WIDTH).unwrap();
    let order = order(&points).unwrap();
    let gather = |values: &[f64], width: usize| -> Vec<f64> {
        order
            .iter()
            .flat_map(|row| values[*row as usize * width..][..width].to_vec())
            .collect()
    };
    Ordered {
        rows: gather(matrix, WIDTH),
        points: gather(&points, 8),
        order: order.clone(),
    }
}

fn axes_of(matrix: &[f64]) -> Vec<f64> {
    let stride = sample_stride(matrix.len() / WIDTH);
    let sample: Vec<&[f64]> = matrix.chunks_exact(WIDTH).step_by(stride).collect();
    axes(&sample.concat(), WIDTH).unwrap()
}

impl Ordered {
    /// Pieces of so many shares, and the number of shares before each.
    fn pieces(&self, shares: usize) -> Vec<(usize, Arc<Piece>)> {
        let size = shares * SHARE;
        let rows = self.rows.chunks(size * WIDTH);
        let pieces = rows.zip(self.points.chunks(size * 8)).enumerate();
        pieces
            .map(|(at, (rows, points))| (at * shares, Arc::new(Piece::new(rows, WIDTH, points).unwrap())))
            .collect()
    }

    /// log p of all rows over the pieces of a set, bandwidths × rows in the order given.
    fn logs(&self, set: &[(usize, Arc<Piece>)], kind: Sums, shares: usize, h: &[f64]) -> Vec<f64> {
        let count = self.order.len();
        let mut out = vec![0.0; h.len() * count];
        let mut first = 0;
        for (before, queries) in self.pieces(shares) {
            let found = summed(&queries, before, set, kind, h);
            let rows = queries.rows();
            for at in 0..h.len() {
                for row in 0..rows {
                    out[at * count + self.order[first + row] as usize] = found[at * rows + row];
                }
            }
            first += rows;
        }
        out
    }
}

fn summed(
    queries: &Arc<Piece>,
    before: usize,
    set: &[(usize, Arc<Piece>)],
    kind: Sums,
    h: &[f64],
) -> Vec<f64> {
    let rows = queries.rows();
    let mut sums = vec![0.0; h.len() * rows];
    for (first, piece) in set {
        let relation = kind.relation(before, *first);
        let (queries, piece) = (Arc::clone(queries), Arc::clone(piece));
        let job = PieceSumsJob::new(queries, piece, relation, kind.of_reach(), h, &sums);
        sums = run(job.unwrap()).unwrap();
    }
    let mut found = logs(&sums, h.len(), matches!(kind, Sums::Own { .. }));
    let again: Vec<u32> = (0..rows as u32)
        .filter(|row| found[*row as usize].is_nan())
        .collect();
    let mut nearest = vec![f64::INFINITY; again.len()];
    for (_, piece) in set {
        let job = NearestPieceJob::new(Arc::clone(queries), Arc::clone(piece), &again, &nearest);
        nearest = run(job.unwrap()).unwrap();
    }
    let mut far = vec![0.0; again.len() * h.len()];
    for (_, piece) in set {
        let (queries, piece) = (Arc::clone(queries), Arc::clone(piece));
        let job = DistantPieceJob::new(queries, piece, &again, &nearest, kind.terms(), h, &far);
        far = run(job.unwrap()).unwrap();
    }
    let far = distant_logs(&far, &nearest, h);
    for (row, values) in again.iter().zip(far.chunks_exact(h.len())) {
        for (at, value) in values.iter().enumerate() {
            found[at * rows + *row as usize] = *value;
        }
    }
    found
}

const BANDWIDTHS: [&[f64]; 2] = [&[0.015], &[0.01, 0.05, 0.2]];

#[test]
fn a_set_against_itself_has_the_same_bits() {
    for (count, centres, apart) in [
        (1, 1, 0.0),
        (239, 1, 0.0),
        (5_000, 1, 0.0),
        (12_011, 9, 0.05),
        (9_601, 2, 0.3),
    ] {
        let matrix = rows(count, centres, apart, 1);
        let set = ordered(&axes_of(&matrix), &matrix);
        for h in BANDWIDTHS {
            let expected = kernel_sums(&matrix, WIDTH, &[], h, &[]).unwrap();
            for (pieces, queries) in [(1, 1), (3, 1), (2, 3), (100, 2)] {
                let found = set.logs(&set.pieces(pieces), Sums::Own { terms: count }, queries, h);
                assert!(
                    same_bits(&found, &expected),
                    "{count} rows, {pieces} and {queries} shares"
                );
            }
        }
    }
}

#[test]
fn other_queries_have_the_same_bits() {
    let matrix = rows(12_011, 9, 0.05, 1);
    let axes = axes_of(&matrix);
    let set = ordered(&axes, &matrix);
    // Near all of the set, near some of it, and so far that all are recomputed.
    for (centres, apart, shift) in [(9, 0.05, 0.0), (3, 0.02, 0.01), (2, 0.5, 0.3), (1, 0.0, 40.0)] {
        let given: Vec<f64> = rows(4_111, centres, apart, 2)
            .iter()
            .map(|value| value + shift)
            .collect();
        let queries = ordered(&axes, &given);
        for h in BANDWIDTHS {
            let expected = kernel_sums(&matrix, WIDTH, &given, h, &[]).unwrap();
            for (pieces, shares) in [(1, 1), (2, 3), (100, 2)] {
                let found = queries.logs(&set.pieces(pieces), Sums::Of { terms: 12_011 }, shares, h);
                assert!(
                    same_bits(&found, &expected),
                    "shift {shift}, {pieces} and {shares} shares"
                );
            }
        }
    }
}

#[test]
fn sets_over_each_other_have_the_bits_of_one_pass() {
    let matrix = rows(9_611, 9, 0.05, 1);
    let axes = axes_of(&matrix);
    let set = ordered(&axes, &matrix);
    for (count, centres, apart, shift) in [
        (4_111, 9, 0.05, 0.0),
        (12_003, 3, 0.02, 0.01),
        (700, 2, 0.5, 0.3),
        (241, 1, 0.0, 40.0),
    ] {
        let given: Vec<f64> = rows(count, centres, apart, 2)
            .iter()
            .map(|value| value + shift)
            .collect();
        let other = ordered(&axes, &given);
        let larger = count.max(9_611);
        for h in [&[0.015], &[0.2]] {
            let expected = mutual_sums(&matrix, WIDTH, &given, h[0]).unwrap();
            let (of_given, of_set) = expected.split_at(count);
            for (pieces, shares) in [(1, 1), (2, 3), (100, 2)] {
                let kind = Sums::Asked { terms: 9_611, larger };
                let found = other.logs(&set.pieces(pieces), kind, shares, h);
                assert!(same_bits(&found, of_given), "asked, shift {shift}, {pieces}");
                let kind = Sums::Asking { terms: count, larger };
                let found = set.logs(&other.pieces(pieces), kind, shares, h);
                assert!(same_bits(&found, of_set), "asking, shift {shift}, {pieces}");
            }
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let matrix = rows(100, 1, 0.0, 1);
    let axes = axes_of(&matrix);
    let points = project(&axes, &matrix, WIDTH).unwrap();
    let piece = Arc::new(Piece::new(&matrix, WIDTH, &points).unwrap());
    let sums = |h: &[f64], sums: &[f64]| {
        let (queries, set) = (Arc::clone(&piece), Arc::clone(&piece));
        PieceSumsJob::new(queries, set, Relation::Asked, 100, h, sums).err()
    };
    assert!(matches!(sums(&[0.0], &[0.0; 100]), Some(Error::Argument(_))));
    assert!(matches!(sums(&[0.015], &[0.0; 99]), Some(Error::Argument(_))));
    assert!(matches!(sums(&[], &[]), Some(Error::Argument(_))));
    assert!(matches!(
        Piece::new(&matrix, WIDTH, &points[8..]),
        Err(Error::Argument(_))
    ));
    assert!(matches!(
        project(&axes[1..], &matrix, WIDTH),
        Err(Error::Argument(_))
    ));
    assert!(matches!(order(&points[1..]), Err(Error::Argument(_))));
    let rows = |row: u32| NearestPieceJob::new(Arc::clone(&piece), Arc::clone(&piece), &[row], &[1.0]).err();
    assert!(matches!(rows(100), Some(Error::Argument(_))));
    assert!(rows(99).is_none());
}
