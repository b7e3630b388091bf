//! The least kernel sums of some queries, and which queries have a sum below a threshold, as a job:
//! what it takes to know that is far less than all sums.
//!
//! Branch and bound. Groups of queries visit the leaves of the reference that are nearest, one by
//! one at first, then twice as many: their sums over these bound p from below. The group whose
//! bound is least is summed in full. Queries whose bound is above the least sums found are done
//! with. Where few groups are left, or many leaves were visited, those with the least bounds are
//! summed in full, until no bound is below the least sums. Queries whose sum is so small that it is
//! to be recomputed are so only where they may be among the least.

use std::sync::Arc;

use super::job::{BLOCK_LEAVES, KernelJob, STEP_PRODUCTS, leaf_count};
use super::near_leaves::NearLeaves;
use super::pairs::Work;
use super::partial_sums::{Known, QueryGroup, Visits, group_rows};
use crate::job::{as_given, check_end, check_turn};
use crate::kernel::points::{LEAF, Reference, leaf_rows};
use crate::math::{ordered_bits, radix_sort};
use crate::{Error, Job, Result, parallel};

/// Leaves that a group visits before it is summed in full, at most.
const MOST_VISITS: usize = 64;

/// A group is summed in full where it has visited one of so many leaves.
const VISITED_SHARE: usize = 4;

/// Most steps: each takes longer where there is more to do.
const MOST_STEPS: usize = 256;

/// Steps that end before they are full: one for each round of visits and of whole sums, at most.
const SPARE_STEPS: usize = 48;

/// Queries that are recomputed in place of one group that is summed.
const AGAIN: usize = 2;

/// Computes bounds of log p for every query: the lower of each, then the upper. They are equal, and
/// those of [`KernelJob`] to the bit, for the `rank` queries with the least log p, and for all that
/// are as low as the last of these. No query has −ε between its bounds: −log p ≥ ε is known.
#[derive(Debug)]
pub struct LeastSumsJob {
    /// Reference, queries and weights; it is never run.
    sums: KernelJob,
    near: NearLeaves,
    /// Terms of each leaf of the reference.
    terms: Vec<f64>,
    groups: Vec<QueryGroup>,
    /// How often each query was given, in order.
    copies: Vec<usize>,
    rank: usize,
    /// log p at or below which a query is new.
    threshold: f64,
    round: Round,
    /// The `rank`-th least log p of those that are known when the round begins.
    limit: f64,
    /// Leaves that every open group has visited.
    visited: usize,
    /// Groups to be summed in full at once, when there is nothing more to visit.
    batch: usize,
    /// Visits of a leaf by a group, in one step.
    step_visits: usize,
    steps: usize,
    done: usize,
}

/// What is being done to some groups, the next one last.
#[derive(Debug)]
enum Round {
    /// More leaves are visited.
    Visits(usize, Vec<usize>),
    /// They are summed in full.
    Sums(Vec<usize>),
    /// Queries, by group and number in it, are recomputed by log-sum-exp.
    Again(Vec<(usize, usize)>),
    /// All is known.
    End,
}

impl LeastSumsJob {
    /// Plans bounds of log Σ_j K(y, x_j) of `queries` (row-major, as wide as the reference, at
    /// least one) for the bandwidth h (1/Å).
    ///
    /// # Errors
    /// [`Error::Argument`] for a rank that is no whole number from 1 to the number of queries, ε
    /// that is no number, no queries, and what [`KernelJob::new`] refuses.
    pub fn new(
        reference: Arc<Reference>,
        queries: &[f64],
        bandwidth: f64,
        rank: f64,
        epsilon: f64,
    ) -> Result<Self> {
        let count = queries.len() / reference.width();
        if count == 0 {
            return Err(Error::Empty("the queries have no rows".into()));
        }
        if !(1.0..=count as f64).contains(&rank) || rank.fract() != 0.0 {
            return Err(Error::Argument(format!(
                "rank is {rank}, expected a whole number from 1 to that of queries, {count}"
            )));
        }
        if epsilon.is_nan() {
            return Err(Error::Argument("ε is NaN, expected a number".into()));
        }
        let sums = KernelJob::new(reference, queries, &[bandwidth], &[])?;
        Ok(Self::plan(sums, rank as usize, -epsilon))
    }

    fn plan(sums: KernelJob, rank: usize, threshold: f64) -> Self {
        let (reference, count) = (&sums.reference, sums.rows());
        let leaves = reference.leaves().len();
        let of_leaf = |leaf: usize| leaf_rows(leaf, reference.rows());
        let terms: Vec<f64> = (0..leaves)
            .map(|leaf| {
                if sums.weights.is_empty() {
                    of_leaf(leaf).len() as f64
                } else {
                    sums.weights[of_leaf(leaf)].iter().sum()
                }
            })
            .collect();
        let size = reference.level.product_rows();
        let all: f64 = terms.iter().sum();
        let groups: Vec<QueryGroup> = (0..leaf_count(count))
            .flat_map(|leaf| {
                (0..leaf_rows(leaf, count).len().div_ceil(size))
                    .map(move |at| QueryGroup::new(leaf, at, group_rows(leaf, at, size, count), all))
            })
            .collect();
        let kept = sums.copies();
        let copies = sums
            .queries
            .order(reference)
            .iter()
            .map(|row| kept[*row as usize]);
        let copies = copies.collect();
        let products = LEAF.min(reference.rows()) * size * reference.width();
        let most = groups.len() * (leaves + MOST_VISITS);
        let step_visits = (STEP_PRODUCTS / products).max(most.div_ceil(MOST_STEPS)).max(1);
        Self {
            near: NearLeaves::new(reference.leaves()),
            steps: most.div_ceil(step_visits) + SPARE_STEPS,
            step_visits,
            round: Round::Visits(1, (0..groups.len()).rev().collect()),
            limit: f64::INFINITY,
            visited: 0,
            batch: 1,
            done: 0,
            sums,
            terms,
            groups,
            copies,
            rank,
            threshold,
        }
    }

    fn visits(&self) -> Visits<'_> {
        Visits {
            sums: &self.sums,
            near: &self.near,
            terms: &self.terms,
            threshold: self.threshold,
        }
    }

    /// The `rank`-th least log p of those that are known; ∞ while there are fewer.
    fn find_limit(&self) -> f64 {
        let all = self
            .groups
            .iter()
            .flat_map(|group| group.known.iter().zip(group.rows.clone()));
        let exact = all.filter(|(known, _)| known.is_exact);
        let logs: Vec<(f64, usize)> = exact.map(|(known, row)| (known.low, row)).collect();
        let mut count = 0;
        let last = rising(&logs, |(log, _)| *log).into_iter().find(|(_, row)| {
            count += self.copies[*row];
            count >= self.rank
        });
        last.map_or(f64::INFINITY, |(log, _)| log)
    }

    /// Whether more must be known of a query, where the least log p are no larger than `limit`.
    fn is_open(threshold: f64, limit: f64, known: &Known) -> bool {
        !known.is_exact && (known.low <= limit || known.low <= threshold && known.high > threshold)
    }

    /// Plans the next round, from what the last one found.
    fn next_round(&mut self) -> Round {
        let limit = self.find_limit();
        self.limit = limit;
        let threshold = self.threshold;
        let leaves = self.terms.len();
        let size = self.sums.reference.level.product_rows();
        let (mut again, mut open) = (Vec::new(), Vec::new());
        let mut exact = 0;
        for (number, group) in self.groups.iter().enumerate() {
            let rows = (0..group.known.len()).filter(|at| Self::is_open(threshold, limit, &group.known[*at]));
            exact += group.known.iter().filter(|known| known.is_exact).count();
            if group.is_summed {
                again.extend(rows.map(|at| (number, at)));
            } else if rows.count() > 0 {
                open.push(number);
            }
        }
        if open.is_empty() && again.is_empty() {
            return Round::End;
        }
        let was_visited = matches!(self.round, Round::Visits(..));
        let is_visited = self.visited >= MOST_VISITS.min(leaves.div_ceil(VISITED_SHARE));
        let few = if limit == f64::INFINITY {
            self.rank.saturating_sub(exact).div_ceil(size).max(1)
        } else if is_visited || !again.is_empty() {
            self.batch *= 2;
            self.batch / 2
        } else if was_visited && open.len() * self.visited > leaves {
            1
        } else {
            let count = self.visited;
            self.visited += count;
            open.reverse();
            return Round::Visits(count, open);
        };
        let low = |(number, at): &(usize, usize)| self.groups[*number].known[*at].low;
        let mut again = rising(&again, low);
        let mut open = rising(&open, |group| self.groups[*group].low());
        if let Some(first) = again.first()
            && open
                .first()
                .is_none_or(|group| low(first) <= self.groups[*group].low())
        {
            again.truncate(few * AGAIN);
            again.reverse();
            return Round::Again(again);
        }
        open.truncate(few);
        open.reverse();
        Round::Sums(open)
    }

    /// Does a part of the round that is no larger than a step.
    fn advance(&mut self) -> Result<()> {
        let leaves = self.terms.len();
        let step = self.step_visits;
        match &mut self.round {
            Round::Visits(count, groups) => {
                let (count, some) = (*count, taken(groups, step / *count));
                self.visit(count, some)?;
            }
            Round::Sums(groups) => {
                let some = taken(groups, step / leaves);
                self.sum(&some)?;
            }
            Round::Again(queries) => {
                let some = taken(queries, step / leaves);
                self.recompute(&some)?;
            }
            Round::End => return Ok(()),
        }
        let is_over = match &self.round {
            Round::Visits(_, groups) | Round::Sums(groups) => groups.is_empty(),
            Round::Again(queries) => queries.is_empty(),
            Round::End => false,
        };
        if is_over {
            // All have visited one leaf in the first round.
            self.visited = self.visited.max(1);
            self.round = self.next_round();
        }
        Ok(())
    }

    /// Groups visit some more leaves.
    fn visit(&mut self, count: usize, some: Vec<usize>) -> Result<()> {
        let limit = self.limit;
        let some = radix_sort(some.into_iter().map(|number| number as u64));
        let some: Vec<usize> = some.into_iter().map(|(number, _)| number as usize).collect();
        let by_leaf: Vec<Vec<usize>> = some
            .chunk_by(|a, b| self.groups[*a].leaf == self.groups[*b].leaf)
            .map(<[usize]>::to_vec)
            .collect();
        let visits = self.visits();
        let (reference, queries) = (&self.sums.reference, &self.sums.queries);
        let size = reference.level.product_rows();
        let is_open = |known: &Known| Self::is_open(self.threshold, limit, known);
        let visited = parallel::map_with(Work::default, by_leaf, |work, numbers| {
            let packed = queries.pack(reference, self.groups[numbers[0]].leaf, size);
            let visit = |number: usize| {
                let mut group = self.groups[number].clone();
                visits.visit(&mut group, &packed, count, is_open, work);
                (number, group)
            };
            numbers.into_iter().map(visit).collect::<Vec<_>>()
        })?;
        for (number, group) in visited.into_iter().flatten() {
            self.groups[number] = group;
        }
        Ok(())
    }

    /// Sums groups in full, block by block, as [`KernelJob`] does.
    fn sum(&mut self, some: &[usize]) -> Result<()> {
        let visits = self.visits();
        let (reference, queries) = (&self.sums.reference, &self.sums.queries);
        let size = reference.level.product_rows();
        let leaves = self.terms.len();
        let packed: Vec<_> = some
            .iter()
            .map(|number| queries.pack(reference, self.groups[*number].leaf, size))
            .collect();
        let blocks = leaves.div_ceil(BLOCK_LEAVES);
        let parts = (0..some.len()).flat_map(|at| (0..blocks).map(move |block| (at, block)));
        let found = parallel::map_with(Work::default, parts.collect(), |work, (at, block)| {
            let mut range = block * BLOCK_LEAVES..((block + 1) * BLOCK_LEAVES).min(leaves);
            let group = &self.groups[some[at]];
            (at, visits.sum(group, &packed[at], &mut range, work))
        })?;
        let mut sums: Vec<Vec<f64>> = some
            .iter()
            .map(|at| vec![0.0; self.groups[*at].rows.len()])
            .collect();
        for (at, part) in found {
            super::add_to(&mut sums[at], &part);
        }
        for (number, sums) in some.iter().zip(&sums) {
            self.groups[*number].take(sums);
        }
        Ok(())
    }

    /// Recomputes queries by log-sum-exp.
    fn recompute(&mut self, some: &[(usize, usize)]) -> Result<()> {
        let row = |(number, at): &(usize, usize)| self.groups[*number].rows.start + at;
        let found = self.sums.recomputed(some.iter().map(row).collect())?;
        for ((number, at), (_, logs)) in some.iter().zip(found) {
            self.groups[*number].known[*at].take(logs[0].0);
        }
        Ok(())
    }
}

/// Some things by the rising number that each has; equal ones in the order given.
fn rising<T: Copy>(some: &[T], number: impl Fn(&T) -> f64) -> Vec<T> {
    let sorted = radix_sort(some.iter().map(|one| ordered_bits(number(one))));
    sorted.into_iter().map(|(_, at)| some[at]).collect()
}

/// Takes the last of some, at most `count` and at least one.
fn taken<T>(some: &mut Vec<T>, count: usize) -> Vec<T> {
    some.split_off(some.len() - count.clamp(1, some.len()))
}

impl Job for LeastSumsJob {
    fn steps(&self) -> usize {
        self.steps
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.steps)?;
        self.done += 1;
        self.advance()?;
        // There are steps enough, or the last one ends it.
        while self.done == self.steps && !matches!(self.round, Round::End) {
            self.advance()?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.steps)?;
        let order = self.sums.queries.order(&self.sums.reference);
        let known = || self.groups.iter().flat_map(|group| &group.known);
        let low: Vec<f64> = known().map(|known| known.low).collect();
        let high: Vec<f64> = known().map(|known| known.high).collect();
        let mut both = as_given(order, &low);
        both.extend(as_given(order, &high));
        self.sums.for_given(both)
    }
}
