//! Duplicate environments and duplicate frames, as a job.

mod near_means;

use std::ops::Range;
use std::sync::Arc;

use self::near_means::NearMeans;
use super::points::{Bounds, LEAF, ROW_NUMBERS, Reference, leaf_rows};
use super::sums::half_squared_distances;
use crate::job::{check_end, check_turn};
use crate::math::{radix_sort, squared_distance, squared_distance_up_to};
use crate::room::{check_room, zeros};
use crate::{Error, Job, Result, parallel};

/// Leaves of rows in one step; see `STEP_PRODUCTS` of the kernel sums.
const STEP_LEAVES: usize = if cfg!(feature = "threads") { 32 } else { 1 };

/// Frames in one step.
const STEP_FRAMES: usize = if cfg!(feature = "threads") { 1024 } else { 64 };

/// Rounding of a distance, relative to the largest value: bounds are that much wider.
const ROUNDING: f64 = 1e-13;

/// Finds, for every row of a reference, the first row (in the order given, itself at the latest)
/// within a distance and with the same label; and for every frame the first frame (itself at the
/// latest) that it is a duplicate of. Duplicates have the same number of rows of each label, mean
/// rows within the distance, and every row of either within the distance of some row of the other
/// with the same label.
///
/// Leaves are searched in the order of the lowest row they hold, except those out of reach, and
/// until a lower row is found: many identical rows cost no more than many different ones. Which
/// leaves are within reach is asked for all rows of a leaf at once. A frame is compared only if
/// each of its rows has a row of an earlier frame within the distance, and only with frames whose
/// mean rows are near ([`NearMeans`]).
///
/// Result: for each distance the rows, then the frames.
#[derive(Debug)]
pub struct DuplicateJob {
    reference: Arc<Reference>,
    /// First row of each frame, then the number of rows.
    offsets: Vec<u32>,
    labels: Vec<u32>,
    distances: Vec<f64>,
    /// Leaves by the lowest given row in them.
    leaves: Vec<(u64, usize)>,
    /// Place of each given row in the order of the reference.
    places: Vec<u32>,
    /// Given rows of each frame by label and first coordinate.
    sorted: Vec<u32>,
    /// Mean row of each frame, row-major.
    means: Vec<f64>,
    /// Frames with near means under the distance whose frames come next or are under way.
    near: Option<NearMeans>,
    done: usize,
    /// By distance, then given row, then frame.
    found: Vec<f64>,
}

impl DuplicateJob {
    /// Plans the search among the rows of `reference`, which `offsets` divides into frames;
    /// `labels` has a number for each row, `distances` are in the unit of the rows.
    ///
    /// # Errors
    /// [`Error::Argument`] for arrays of the wrong length, offsets that do not rise from 0 to the
    /// number of rows, no distance or one that is negative or not finite.
    pub fn new(
        reference: Arc<Reference>,
        offsets: &[u32],
        labels: &[u32],
        distances: &[f64],
    ) -> Result<Self> {
        let rows = reference.rows();
        if offsets.len() < 2
            || offsets[0] != 0
            || offsets[offsets.len() - 1] as usize != rows
            || offsets.windows(2).any(|pair| pair[0] >= pair[1])
        {
            return Err(Error::Argument(format!(
                "offsets must rise from 0 to the number of rows, {rows}"
            )));
        }
        if labels.len() != rows {
            return Err(Error::Argument(format!(
                "labels has {} values, expected one per row: {rows}",
                labels.len()
            )));
        }
        let unusable = |distance: &&f64| !(**distance >= 0.0 && distance.is_finite());
        if distances.is_empty() || distances.iter().any(|distance| unusable(&distance)) {
            return Err(Error::Argument(format!(
                "distances are {distances:?}, expected at least one, each 0 or more"
            )));
        }
        check_room::<f64>(rows * ROW_NUMBERS, "duplicates")?;
        let order = reference.order();
        let mut places = vec![0; rows];
        for (place, given) in order.iter().enumerate() {
            places[*given as usize] = place as u32;
        }
        let leaf_count = reference.leaves().len();
        let lowest = |leaf: usize| order[leaf_rows(leaf, rows)].iter().copied().min();
        let leaves = radix_sort((0..leaf_count).map(|leaf| u64::from(lowest(leaf).unwrap_or(u32::MAX))));
        let mut sorted: Vec<u32> = (0..rows as u32).collect();
        let key = |row: u32| (labels[row as usize], first_coordinate(&reference, &places, row));
        for frame in offsets.windows(2) {
            sorted[frame[0] as usize..frame[1] as usize].sort_unstable_by(|a, b| {
                let ((one, at), (other, to)) = (key(*a), key(*b));
                one.cmp(&other).then(at.total_cmp(&to)).then(a.cmp(b))
            });
        }
        let width = reference.width();
        let mut means = zeros((offsets.len() - 1) * width, "means of frames")?;
        for (frame, mean) in offsets.windows(2).zip(means.chunks_exact_mut(width)) {
            for row in frame[0]..frame[1] {
                let values = reference.row(places[row as usize] as usize);
                for (mean, value) in mean.iter_mut().zip(values) {
                    *mean += value / f64::from(frame[1] - frame[0]);
                }
            }
        }
        Ok(Self {
            offsets: offsets.to_vec(),
            labels: labels.to_vec(),
            distances: distances.to_vec(),
            found: zeros(distances.len() * (rows + offsets.len() - 1), "duplicates")?,
            leaves,
            places,
            sorted,
            means,
            near: None,
            done: 0,
            reference,
        })
    }

    fn frames(&self) -> usize {
        self.offsets.len() - 1
    }

    fn leaf_steps(&self) -> usize {
        self.leaves.len().div_ceil(STEP_LEAVES)
    }

    fn steps_per_distance(&self) -> usize {
        self.leaf_steps() + self.frames().div_ceil(STEP_FRAMES)
    }

    /// Where the results of a distance begin.
    fn begin(&self, distance: usize) -> usize {
        distance * (self.reference.rows() + self.frames())
    }

    fn slack(&self) -> f64 {
        ROUNDING * self.reference.largest() * (self.reference.width() as f64).sqrt()
    }

    /// Leaves that may hold a row within `distance` of one of leaf `leaf`, by the lowest given row
    /// in them.
    fn leaves_near(&self, leaf: usize, distance: f64) -> Vec<(u64, usize)> {
        let leaves = self.reference.leaves();
        let reach = (distance + self.slack()).powi(2);
        let is_near =
            |(_, other): &&(u64, usize)| leaves[*other].bounds.squared_gap(&leaves[leaf].bounds) <= reach;
        self.leaves.iter().filter(is_near).copied().collect()
    }

    /// First given row within `distance` of the row at `place`, of those in some leaves, and how
    /// many of these were looked into.
    fn first_row(&self, place: usize, distance: f64, leaves: &[(u64, usize)]) -> (u32, usize) {
        let reference = &*self.reference;
        let query: Vec<f64> = reference.row(place).collect();
        let own = Bounds::of([&reference.projections()[place]]);
        let given = reference.order()[place];
        let label = self.labels[given as usize];
        let reach = (distance + self.slack()).powi(2);
        let (mut first, mut visited) = (given, 0);
        for &(lowest, leaf) in leaves {
            if lowest >= u64::from(first) {
                break;
            }
            if reference.leaves()[leaf].bounds.squared_gap(&own) > reach {
                continue;
            }
            visited += 1;
            let others = &reference.order()[leaf_rows(leaf, reference.rows())];
            let halves = half_squared_distances(reference, &query, leaf);
            for (other, half) in others.iter().zip(halves) {
                let is_near = 2.0 * half <= distance * distance;
                if is_near && *other < first && self.labels[*other as usize] == label {
                    first = *other;
                }
            }
        }
        (first, visited)
    }

    /// First frame that frame `index` is a duplicate of, from the first rows of all rows.
    fn first_frame(&self, index: usize, firsts: &[f64], distance: f64, near: &NearMeans) -> usize {
        let start = self.offsets[index];
        let rows = start as usize..self.offsets[index + 1] as usize;
        if firsts[rows].iter().any(|first| *first >= f64::from(start)) {
            return index;
        }
        let is_one = |other: &usize| {
            self.same_labels(index, *other)
                && self.near_means(index, *other, distance)
                && self.covers(index, *other, distance)
                && self.covers(*other, index, distance)
        };
        near.before(index).find(is_one).unwrap_or(index)
    }

    fn rows_of(&self, frame: usize) -> &[u32] {
        &self.sorted[self.offsets[frame] as usize..self.offsets[frame + 1] as usize]
    }

    fn same_labels(&self, a: usize, b: usize) -> bool {
        let labels = |frame: usize| self.rows_of(frame).iter().map(|row| self.labels[*row as usize]);
        self.rows_of(a).len() == self.rows_of(b).len() && labels(a).eq(labels(b))
    }

    fn near_means(&self, a: usize, b: usize, distance: f64) -> bool {
        let width = self.reference.width();
        let mean = |frame: usize| &self.means[frame * width..(frame + 1) * width];
        let reach = (distance + self.slack()).powi(2);
        squared_distance(mean(a), mean(b)) <= reach
    }

    /// Whether every row of `of` has one of `by` within `distance`.
    fn covers(&self, by: usize, of: usize, distance: f64) -> bool {
        let reference = &*self.reference;
        let coordinate = |row: u32| first_coordinate(reference, &self.places, row);
        let place = |row: u32| self.places[row as usize] as usize;
        let reach = distance + self.slack();
        let others = self.rows_of(by);
        let mut from = 0;
        self.rows_of(of).iter().all(|row| {
            let label = self.labels[*row as usize];
            let below = |other: u32| {
                let theirs = self.labels[other as usize];
                theirs < label || theirs == label && coordinate(other) < coordinate(*row) - reach
            };
            while from < others.len() && below(others[from]) {
                from += 1;
            }
            let window = others[from..].iter().take_while(|other| {
                self.labels[**other as usize] == label && coordinate(**other) <= coordinate(*row) + reach
            });
            window.into_iter().any(|other| {
                let (a, b) = (reference.row(place(*row)), reference.row(place(*other)));
                squared_distance_up_to(a, b, distance * distance) <= distance * distance
            })
        })
    }

    fn rows_step(&mut self, at: usize, leaves: Range<usize>) -> Result<()> {
        let (rows, distance) = (self.reference.rows(), self.distances[at]);
        let first = |leaf: usize| -> Vec<u32> {
            let near = self.leaves_near(leaf, distance);
            leaf_rows(leaf, rows)
                .map(|place| self.first_row(place, distance, &near).0)
                .collect()
        };
        let start = leaves.start * LEAF;
        let parts = parallel::map_with(|| (), leaves.collect(), |(), leaf| first(leaf))?;
        let begin = self.begin(at);
        for (place, first) in parts.into_iter().flatten().enumerate() {
            let given = self.reference.order()[start + place] as usize;
            self.found[begin + given] = f64::from(first);
        }
        Ok(())
    }

    fn frames_step(&mut self, at: usize, frames: Range<usize>) -> Result<()> {
        let (rows, distance, begin) = (self.reference.rows(), self.distances[at], self.begin(at));
        let firsts = &self.found[begin..begin + rows];
        let start = begin + rows + frames.start;
        let near = match self.near.take().filter(|_| frames.start > 0) {
            Some(near) => near,
            // Twice the rounding: of the means, and of what they are along the axes.
            None => NearMeans::new(
                self.reference.axes(),
                &self.means,
                self.reference.width(),
                distance + 2.0 * self.slack(),
            ),
        };
        let parts = parallel::map_with(
            || (),
            frames.collect(),
            |(), frame| self.first_frame(frame, firsts, distance, &near),
        )?;
        self.near = Some(near);
        for (place, first) in self.found[start..].iter_mut().zip(parts) {
            *place = first as f64;
        }
        Ok(())
    }
}

impl Job for DuplicateJob {
    fn steps(&self) -> usize {
        self.distances.len() * self.steps_per_distance()
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.steps())?;
        let (at, part) = (
            index / self.steps_per_distance(),
            index % self.steps_per_distance(),
        );
        match part.checked_sub(self.leaf_steps()) {
            None => {
                let end = ((part + 1) * STEP_LEAVES).min(self.leaves.len());
                self.rows_step(at, part * STEP_LEAVES..end)?;
            }
            Some(part) => {
                let end = ((part + 1) * STEP_FRAMES).min(self.frames());
                self.frames_step(at, part * STEP_FRAMES..end)?;
            }
        }
        self.done += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.steps())?;
        Ok(std::mem::take(&mut self.found))
    }
}

fn first_coordinate(reference: &Reference, places: &[u32], row: u32) -> f64 {
    reference.projections()[places[row as usize] as usize][0]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows in clusters that are far apart, in no order; each with the rows that it has near.
    fn clusters(count: usize, members: usize) -> Vec<f64> {
        let rows = count * members;
        (0..rows)
            .map(|row| row * 7919 % rows)
            .flat_map(|row| {
                let (cluster, member) = (row % count, row / count);
                let turn = member as f64 * 2.399;
                let radius = 0.3 * (member as f64 / members as f64).sqrt();
                [10.0 * cluster as f64 + radius * turn.cos(), radius * turn.sin()]
            })
            .collect()
    }

    #[test]
    fn few_leaves_are_looked_into_and_the_answer_is_that_of_all() -> Result<()> {
        let (count, members, distance) = (40, 480, 0.01);
        let rows = clusters(count, members);
        let reference = Arc::new(Reference::new(&rows, 2)?);
        let all = reference.rows();
        let labels = vec![0; all];
        let job = DuplicateJob::new(Arc::clone(&reference), &[0, all as u32], &labels, &[distance])?;
        let leaves = reference.leaves().len();
        let (mut listed, mut visited) = (0, 0);
        for leaf in 0..leaves {
            let near = job.leaves_near(leaf, distance);
            listed += near.len();
            for place in leaf_rows(leaf, all) {
                let (first, looked) = job.first_row(place, distance, &near);
                visited += looked;
                assert_eq!(
                    job.first_row(place, distance, &job.leaves).0,
                    first,
                    "row at {place}"
                );
                let own = &rows[2 * reference.order()[place] as usize..][..2];
                let is_near =
                    |row: &usize| squared_distance(own, &rows[2 * row..2 * row + 2]) <= distance * distance;
                assert_eq!((0..all).find(is_near), Some(first as usize), "row at {place}");
            }
        }
        // Leaves that are within reach of a leaf, and of those within reach of a row: of 80 each.
        assert!(listed <= 6 * leaves, "{listed} pairs of {leaves} leaves");
        assert!(visited <= 4 * all, "{visited} visits of {all} rows");
        Ok(())
    }
}
