//! Rows that are equal to the bit, as of frames that were written twice.

use std::sync::Arc;

use super::Reference;
use crate::math::radix_sort;

/// Fewer rows than this are summed as they are: all their pairs take no time.
const FEW: usize = 2 * super::LEAF;

/// Rows that are equal to the bit, each kept once.
#[derive(Debug, Clone)]
pub(crate) struct Copies {
    /// The first row of each kind, rising.
    pub firsts: Vec<u32>,
    /// For each row the place of its kind among those.
    pub of: Vec<u32>,
}

impl Copies {
    /// Copies among `count` rows; none where more than half of the rows are distinct. A set within
    /// itself computes each pair once, with copies twice: so fewer pairs are left, at the least
    /// half of them, and the sums of sets with few copies stay as they are.
    pub fn among<Row: Iterator<Item = f64>>(count: usize, row: impl Fn(usize) -> Row) -> Option<Self> {
        if count < FEW {
            return None;
        }
        let sorted = radix_sort((0..count).map(|at| hash(row(at))));
        let kinds = 1 + sorted.windows(2).filter(|pair| pair[0].0 != pair[1].0).count();
        if 2 * kinds > count {
            return None;
        }
        let first_like = |at: usize, firsts: &[usize]| {
            let is_like = |first: &&usize| {
                let values = row(at).zip(row(**first));
                values.into_iter().all(|(a, b)| a.to_bits() == b.to_bits())
            };
            firsts.iter().find(is_like).copied()
        };
        // The first row of its kind, for each row.
        let mut first: Vec<u32> = vec![0; count];
        for same in sorted.chunk_by(|a, b| a.0 == b.0) {
            // One, but for rows that differ and have the same hash.
            let mut firsts: Vec<usize> = Vec::with_capacity(1);
            for (_, at) in same {
                let found = first_like(*at, &firsts).unwrap_or_else(|| {
                    firsts.push(*at);
                    *at
                });
                first[*at] = found as u32;
            }
        }
        let mut firsts: Vec<u32> = Vec::with_capacity(kinds);
        let mut of = vec![0; count];
        for at in 0..count {
            // Equal keys are sorted by place, so the first of a kind comes before its copies.
            if first[at] as usize == at {
                of[at] = firsts.len() as u32;
                firsts.push(at as u32);
            } else {
                of[at] = of[first[at] as usize];
            }
        }
        (2 * firsts.len() <= count).then_some(Self { firsts, of })
    }

    /// The same for rows in the order in which they were given, which is another than theirs:
    /// `order` is the given number of each. The first of each kind is still told by its place.
    pub fn in_order_given(self, order: &[u32]) -> Self {
        let mut places = vec![0; order.len()];
        for (place, number) in order.iter().enumerate() {
            places[*number as usize] = place as u32;
        }
        let mut firsts: Vec<u32> = Vec::with_capacity(self.firsts.len());
        let mut of_kind = vec![u32::MAX; self.firsts.len()];
        let mut of = Vec::with_capacity(places.len());
        for place in places {
            let kept = &mut of_kind[self.of[place as usize] as usize];
            if *kept == u32::MAX {
                *kept = firsts.len() as u32;
                firsts.push(place);
            }
            of.push(*kept);
        }
        Self { firsts, of }
    }
}

/// A set in which at least half of the rows are copies, each row once.
#[derive(Debug, Clone)]
pub(crate) struct Distinct {
    pub reference: Arc<Reference>,
    /// How often each row is there: in the order of the reference, filled up to whole panels.
    pub counts: Vec<f64>,
    /// For each row that was given, the one that was kept.
    pub of: Vec<u32>,
}

/// How many rows there are of each kind that a reference holds, in its order, filled up to whole
/// panels.
pub(super) fn counts_in(reference: &Reference, of: &[u32]) -> Vec<f64> {
    let mut by_number = vec![0.0; reference.rows()];
    for kind in of {
        by_number[*kind as usize] += 1.0;
    }
    let order = reference.order().iter();
    let mut counts: Vec<f64> = order.map(|number| by_number[*number as usize]).collect();
    counts.resize(counts.len().next_multiple_of(reference.panel_rows()), 0.0);
    counts
}

/// A number that equal rows share.
fn hash(row: impl Iterator<Item = f64>) -> u64 {
    // The multiplier of the 64-bit FNV-1a hash, and a rotation, since a product has no memory of
    // the high bits of its factors.
    row.fold(0xcbf2_9ce4_8422_2325, |hash: u64, value| {
        (hash ^ value.to_bits())
            .wrapping_mul(0x0000_0100_0000_01b3)
            .rotate_left(29)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among(rows: &[[f64; 2]]) -> Option<Copies> {
        Copies::among(rows.len(), |at| rows[at].into_iter())
    }

    #[test]
    fn rows_are_kept_once_in_the_order_of_their_first() {
        let rows: Vec<[f64; 2]> = (0..900).map(|at| [f64::from(at % 7), 1.0]).collect();
        let copies = among(&rows).unwrap();
        assert_eq!(copies.firsts, (0..7).collect::<Vec<u32>>());
        assert!(
            copies
                .of
                .iter()
                .enumerate()
                .all(|(at, kind)| at as u32 % 7 == *kind)
        );
        // The same rows, put in order from the last to the first.
        let given = copies.in_order_given(&(0..900).rev().collect::<Vec<u32>>());
        assert_eq!(given.firsts, (893..900).rev().collect::<Vec<u32>>());
        assert!(
            given
                .of
                .iter()
                .enumerate()
                .all(|(at, kind)| at as u32 % 7 == *kind)
        );
    }

    #[test]
    fn zeros_of_two_signs_are_two_kinds() {
        let rows: Vec<[f64; 2]> = (0..900)
            .map(|at| [if at % 2 == 0 { 0.0 } else { -0.0 }, 3.0])
            .collect();
        assert_eq!(among(&rows).unwrap().firsts, [0, 1]);
    }

    #[test]
    fn few_rows_and_few_copies_stay() {
        assert!(among(&[[1.0, 2.0]; FEW - 1]).is_none());
        assert!(among(&[[1.0, 2.0]; FEW]).is_some());
        let distinct =
            |copies: usize| -> Vec<[f64; 2]> { (0..1000).map(|at| [at.max(copies) as f64, 0.0]).collect() };
        assert!(among(&distinct(499)).is_none());
        assert!(among(&distinct(500)).is_some());
    }
}
