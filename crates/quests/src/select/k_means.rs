//! Clusters of the structures' mean environments, and one structure of each.

use super::greedy::first_of_best;
use super::preparation::Preparation;
use super::structure_set::StructureSet;
use super::{Pick, answer};
use crate::job::{check_end, check_turn};
use crate::kernel::Draw;
use crate::math::squared_distance;
use crate::{Job, Result, parallel};

/// Rounds of Lloyd's algorithm at most; rounds after the clusters have settled take no time.
const ROUNDS: usize = 300;

/// Structures that one thread assigns at a time.
const CHUNK: usize = 256;

/// Picks one structure of each cluster; see [`super::select`].
pub(super) struct KMeansJob {
    preparation: Preparation,
    by_entropy: bool,
    count: usize,
    draw: Draw,
    means: Vec<Vec<f64>>,
    centres: Vec<Vec<f64>>,
    /// Squared distance of each structure to the nearest centre, while these are chosen.
    nearest: Vec<f64>,
    /// Cluster of each structure.
    clusters: Vec<usize>,
    settled: bool,
    done: usize,
}

impl KMeansJob {
    pub fn new(set: StructureSet, count: usize, seed: u64, by_entropy: bool) -> Self {
        Self {
            by_entropy,
            count,
            draw: Draw::new(seed, 0),
            means: (0..set.count()).map(|structure| set.mean(structure)).collect(),
            centres: Vec::new(),
            nearest: vec![f64::INFINITY; set.count()],
            clusters: Vec::new(),
            settled: false,
            preparation: Preparation::new(set),
            done: 0,
        }
    }

    /// Steps before the centres are chosen: entropies, if they are used.
    fn preparing(&self) -> usize {
        if self.by_entropy {
            self.preparation.steps()
        } else {
            0
        }
    }

    /// k-means++: the next centre is a structure drawn with a probability proportional to its
    /// squared distance to the nearest centre.
    fn choose_centre(&mut self) {
        let total: f64 = self.nearest.iter().sum();
        let next = if self.centres.is_empty() {
            self.draw.below(self.means.len())
        } else if total > 0.0 {
            let mut left = self.draw.uniform() * total;
            let passed = self.nearest.iter().position(|weight| {
                left -= weight;
                *weight > 0.0 && left <= 0.0
            });
            // Rounding may leave a little of the total.
            let last = self.nearest.iter().rposition(|weight| *weight > 0.0);
            passed.or(last).unwrap_or(0)
        } else {
            // All others are where a centre is: their clusters will be empty, and take a structure
            // each.
            self.centres.len()
        };
        let centre = self.means[next].clone();
        for (nearest, mean) in self.nearest.iter_mut().zip(&self.means) {
            *nearest = nearest.min(squared_distance(mean, &centre));
        }
        self.centres.push(centre);
    }

    /// Assigns every structure to the cluster of the nearest centre. An empty cluster takes the
    /// structure that is farthest from its own centre, unless that is alone there.
    fn assign(&mut self) -> Result<()> {
        let (means, centres) = (&self.means, &self.centres);
        let chunks: Vec<usize> = (0..means.len()).step_by(CHUNK).collect();
        let nearest_of = |mean: &Vec<f64>| {
            let mut best = (0, f64::INFINITY);
            for (at, centre) in centres.iter().enumerate() {
                let distance = squared_distance(mean, centre);
                if distance < best.1 {
                    best = (at, distance);
                }
            }
            best
        };
        let of_chunk = |(): &mut (), start: usize| -> Vec<(usize, f64)> {
            means[start..(start + CHUNK).min(means.len())]
                .iter()
                .map(nearest_of)
                .collect()
        };
        let found = parallel::map_with(|| (), chunks, of_chunk)?.concat();
        let (mut clusters, mut distances): (Vec<usize>, Vec<f64>) = found.into_iter().unzip();
        let mut sizes = vec![0; self.count];
        for cluster in &clusters {
            sizes[*cluster] += 1;
        }
        for cluster in 0..self.count {
            if sizes[cluster] > 0 {
                continue;
            }
            let company = |at: &usize| sizes[clusters[*at]] > 1;
            let candidates = (0..clusters.len()).filter(company).map(|at| (at, distances[at]));
            if let Some(at) = first_of_best(candidates) {
                sizes[clusters[at]] -= 1;
                sizes[cluster] = 1;
                (clusters[at], distances[at]) = (cluster, 0.0);
            }
        }
        self.settled = clusters == self.clusters;
        self.clusters = clusters;
        Ok(())
    }

    /// Moves every centre to the mean of its cluster.
    fn move_centres(&mut self) {
        let mut sizes = vec![0.0; self.count];
        let mut sums = vec![vec![0.0; self.preparation.set.width()]; self.count];
        for (mean, cluster) in self.means.iter().zip(&self.clusters) {
            sizes[*cluster] += 1.0;
            for (sum, value) in sums[*cluster].iter_mut().zip(mean) {
                *sum += value;
            }
        }
        for (sum, size) in sums.iter_mut().zip(sizes) {
            for value in sum {
                *value /= size;
            }
        }
        self.centres = sums;
    }
}

impl Job for KMeansJob {
    fn steps(&self) -> usize {
        self.preparing() + self.count + ROUNDS
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.steps())?;
        self.done += 1;
        if index < self.preparing() {
            self.preparation.step(index)
        } else if index < self.preparing() + self.count {
            self.choose_centre();
            Ok(())
        } else if self.settled {
            Ok(())
        } else {
            if !self.clusters.is_empty() {
                self.move_centres();
            }
            self.assign()
        }
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.steps())?;
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.count];
        for (structure, cluster) in self.clusters.iter().enumerate() {
            members[*cluster].push(structure);
        }
        let mut picks = Vec::with_capacity(self.count);
        for members in members {
            let index = if self.by_entropy {
                let entropy = |at: &usize| (*at, self.preparation.entropies[*at]);
                first_of_best(members.iter().map(entropy)).unwrap_or(0)
            } else {
                members[self.draw.below(members.len())]
            };
            picks.push(Pick {
                index,
                gain: members.len() as f64,
            });
        }
        Ok(answer(&picks, &self.preparation.entropies))
    }
}
