//! Rows of a leaf that are close together, joined into their mean.

use super::LEAF_ROWS;
use crate::kernel::points::check_matrix;
use crate::math::{ordered_bits, radix_sort, squared_distance, squared_distance_up_to};
use crate::{Error, Result, parallel};

/// Rows that were joined: of each group, in the order of their first rows, the mean; of each row
/// its group; and how far a row is from the mean of its group at most.
#[derive(Debug)]
pub struct Merged {
    /// Row-major.
    pub means: Vec<f64>,
    /// Groups are numbered from 0.
    pub of: Vec<u32>,
    /// In the unit of the rows.
    pub furthest: f64,
}

impl Merged {
    /// In one array: how far a row is from its mean at most, the group of each row, the means.
    #[must_use]
    pub fn numbers(&self) -> Vec<f64> {
        let of = self.of.iter().map(|group| f64::from(*group));
        std::iter::once(self.furthest)
            .chain(of)
            .chain(self.means.iter().copied())
            .collect()
    }
}

/// Joins the rows of each leaf of a matrix in order, as long as all rows of a group are within
/// `radius` of their mean: pairs from the closest on, of equally close ones the first.
///
/// A pair further apart than 2 `radius` is in no group. Leaves are joined apart from each other, so
/// any share of whole leaves gives the same groups.
///
/// # Errors
/// As [`Reference::new`](super::super::Reference::new); [`Error::Argument`] for a radius that is
/// below 0 or not finite.
pub fn merged(matrix: &[f64], width: usize, radius: f64) -> Result<Merged> {
    check_matrix("the matrix", matrix, width)?;
    if !(radius.is_finite() && radius >= 0.0) {
        return Err(Error::Argument(format!("the radius is {radius}")));
    }
    let leaves: Vec<&[f64]> = matrix.chunks(LEAF_ROWS * width).collect();
    let mut merged = Merged {
        means: Vec::new(),
        of: Vec::new(),
        furthest: 0.0,
    };
    for leaf in parallel::map_with(|| (), leaves, |(), rows| of_leaf(rows, width, radius))? {
        let first = (merged.means.len() / width) as u32;
        merged.means.extend(leaf.means);
        merged.of.extend(leaf.of.into_iter().map(|group| first + group));
        merged.furthest = merged.furthest.max(leaf.furthest);
    }
    Ok(merged)
}

/// Rows that are together so far.
struct Group {
    /// Rising.
    rows: Vec<usize>,
    mean: Vec<f64>,
}

fn of_leaf(matrix: &[f64], width: usize, radius: f64) -> Merged {
    let rows: Vec<&[f64]> = matrix.chunks_exact(width).collect();
    let most = 4.0 * radius * radius;
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (a, row) in rows.iter().enumerate() {
        for (b, other) in rows.iter().enumerate().skip(a + 1) {
            let squared = squared_distance_up_to(row.iter().copied(), other.iter().copied(), most);
            if squared <= most {
                pairs.push((squared, a, b));
            }
        }
    }
    // The closest first; of equally close ones those of the first rows.
    let closest = radix_sort(pairs.iter().map(|(squared, ..)| ordered_bits(*squared)));

    // A group has a number of its own: what it was before it grew is another.
    let mut groups: Vec<Group> = (rows.iter().enumerate())
        .map(|(at, row)| Group {
            rows: vec![at],
            mean: row.to_vec(),
        })
        .collect();
    let mut group_of: Vec<usize> = (0..rows.len()).collect();
    // Each union makes one more: there are fewer than twice as many numbers as rows.
    let numbers = 2 * rows.len();
    let mut is_too_wide = vec![false; numbers * numbers];
    for (_, pair) in closest {
        let (_, a, b) = pairs[pair];
        let both = (group_of[a].min(group_of[b]), group_of[a].max(group_of[b]));
        let tried = both.0 * numbers + both.1;
        if both.0 == both.1 || is_too_wide[tried] {
            continue;
        }
        let members = [&groups[both.0].rows[..], &groups[both.1].rows].concat();
        let members = radix_sort(members.into_iter().map(|at| at as u64));
        let members: Vec<usize> = members.into_iter().map(|(at, _)| at as usize).collect();
        let mean = mean_of(&members, &rows, width);
        if members
            .iter()
            .any(|at| squared_distance(rows[*at], &mean) > radius * radius)
        {
            is_too_wide[tried] = true;
            continue;
        }
        for at in &members {
            group_of[*at] = groups.len();
        }
        groups.push(Group { rows: members, mean });
    }

    let mut merged = Merged {
        means: Vec::new(),
        of: vec![0; rows.len()],
        furthest: 0.0,
    };
    let mut squared: f64 = 0.0;
    for at in 0..rows.len() {
        let Group { rows: members, mean } = &groups[group_of[at]];
        if members[0] == at {
            let number = (merged.means.len() / width) as u32;
            merged.means.extend(mean);
            for member in members {
                merged.of[*member] = number;
                squared = squared.max(squared_distance(rows[*member], mean));
            }
        }
    }
    merged.furthest = squared.sqrt();
    merged
}

/// The mean of some rows, as what they differ from the first: that of copies is they themselves.
fn mean_of(members: &[usize], rows: &[&[f64]], width: usize) -> Vec<f64> {
    let first = rows[members[0]];
    let mut sums = vec![0.0; width];
    for at in members {
        for (column, sum) in sums.iter_mut().enumerate() {
            *sum += rows[*at][column] - first[column];
        }
    }
    let count = members.len() as f64;
    first
        .iter()
        .zip(sums)
        .map(|(value, sum)| value + sum / count)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_what_is_close_and_nothing_else() {
        let rows = [0.0, 10.0, 0.1, 10.1, 5.0, 0.2];
        let Merged { means, of, furthest } = merged(&rows, 1, 0.11).unwrap();
        assert_eq!(of, [0, 1, 0, 1, 2, 0]);
        let expected: [f64; 3] = [0.1, 10.05, 5.0];
        assert!(
            means.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12),
            "{means:?}"
        );
        assert!((furthest - 0.1).abs() < 1e-12);
        // All three would be 0.1 from their mean.
        let Merged { of, .. } = merged(&rows, 1, 0.09).unwrap();
        assert_eq!(of.iter().filter(|group| **group == of[0]).count(), 2);
    }

    #[test]
    fn copies_stay_as_they_are() {
        let row = [0.1, 0.7, 1.0 / 3.0];
        let matrix = row.repeat(7);
        let Merged { means, of, furthest } = merged(&matrix, 3, 0.0).unwrap();
        assert_eq!((means, of, furthest), (row.to_vec(), vec![0; 7], 0.0));
    }

    #[test]
    fn leaves_are_joined_apart() {
        let matrix = vec![1.5; 2 * LEAF_ROWS + 1];
        let Merged { means, of, .. } = merged(&matrix, 1, 1.0).unwrap();
        assert_eq!(means, [1.5; 3]);
        assert_eq!((of[0], of[LEAF_ROWS], of[2 * LEAF_ROWS]), (0, 1, 2));
    }

    #[test]
    fn refuses_what_is_no_radius() {
        for radius in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(merged(&[1.0], 1, radius).is_err(), "{radius}");
        }
    }
}
