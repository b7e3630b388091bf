//! Greedy picks: the best of many candidates again and again, where the worth of a candidate only
//! ever falls.
//!
//! The worth of a candidate some picks ago bounds its worth from above. So only those are computed
//! anew whose bound is above the best exact worth: the picks are the same as if all were computed,
//! at a small part of the work.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::{Result, parallel};

/// Candidates computed first for each pick; twice as many in each further round. It is not the
/// number of threads: what is computed, and in which order, must not depend on it.
const FIRST_ROUND: usize = 8;

/// Worths that differ by less than this, relative to max(1, worth), count as the same: sums are
/// exact to 1e-12 of the kernels.
const SAME_WORTH: f64 = 1e-10;

/// A candidate.
pub(super) trait Candidate: Send {
    /// Its place in the set; of equals the first is picked.
    fn index(&self) -> usize;

    /// Upper bound of its worth.
    fn bound(&self) -> f64;
}

/// A candidate in the heap: the largest bound on top, the first in the set among equals.
struct Entry<C>(C);

impl<C: Candidate> Ord for Entry<C> {
    fn cmp(&self, other: &Self) -> Ordering {
        let bounds = self.0.bound().total_cmp(&other.0.bound());
        bounds.then(other.0.index().cmp(&self.0.index()))
    }
}

impl<C: Candidate> PartialOrd for Entry<C> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<C: Candidate> PartialEq for Entry<C> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<C: Candidate> Eq for Entry<C> {}

/// Candidates that were not picked yet.
pub(super) struct Greedy<C>(BinaryHeap<Entry<C>>);

impl<C: Candidate> Greedy<C> {
    pub fn new(candidates: impl IntoIterator<Item = C>) -> Self {
        Self(candidates.into_iter().map(Entry).collect())
    }

    /// Picks the best. `advance` lowers the bound of a candidate by the picks since, until it is
    /// its worth or not above the given number; it returns whether it is its worth.
    pub fn pick<W>(
        &mut self,
        workspace: impl Fn() -> W + Sync + Send,
        advance: impl Fn(&mut W, &mut C, f64) -> bool + Sync + Send,
    ) -> Result<Option<C>> {
        let mut exact: Vec<C> = Vec::new();
        let mut best = f64::NEG_INFINITY;
        let mut round = FIRST_ROUND;
        loop {
            let enough = as_good_as(best);
            let mut items = Vec::new();
            while items.len() < round
                && let Some(top) = self.0.peek()
                && top.0.bound() > enough
            {
                items.extend(self.0.pop().map(|entry| entry.0));
            }
            if items.is_empty() {
                break;
            }
            let advanced = parallel::map_with(&workspace, items, |work, mut candidate| {
                let is_exact = advance(work, &mut candidate, enough);
                (candidate, is_exact)
            })?;
            for (candidate, is_exact) in advanced {
                if is_exact {
                    best = best.max(candidate.bound());
                    exact.push(candidate);
                } else {
                    self.0.push(Entry(candidate));
                }
            }
            round *= 2;
        }
        let chosen = first_of_best(
            exact
                .iter()
                .map(|candidate| (candidate.index(), candidate.bound())),
        );
        let mut picked = None;
        for candidate in exact {
            if Some(candidate.index()) == chosen {
                picked = Some(candidate);
            } else {
                self.0.push(Entry(candidate));
            }
        }
        Ok(picked)
    }
}

/// Above this, a worth is as good as `best`, or better.
fn as_good_as(best: f64) -> f64 {
    if best.is_finite() {
        best - SAME_WORTH * best.abs().max(1.0)
    } else {
        best
    }
}

/// The first of those whose worth is the largest, within rounding.
pub(super) fn first_of_best(worths: impl Iterator<Item = (usize, f64)> + Clone) -> Option<usize> {
    let best = worths
        .clone()
        .map(|(_, worth)| worth)
        .fold(f64::NEG_INFINITY, f64::max);
    let least = as_good_as(best);
    worths
        .filter(|(_, worth)| *worth > least || *worth == best)
        .map(|(index, _)| index)
        .min()
}
