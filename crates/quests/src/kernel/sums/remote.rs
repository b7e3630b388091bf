//! Remote steps of a kernel job: the rows of the leaves that are near each other, and the blocks to
//! sum over them.
//!
//! The other instance gets leaves, never the whole reference, and lays them out as they are laid
//! out here: its sums have the same bits. The result is the sums of each block, one after the
//! other.

use std::collections::BTreeSet;
use std::ops::Range;

use super::block::{Block, Sums};
use super::job::KernelJob;
use super::single_precision::Precision;
use crate::kernel::points::{AXES, Bounds, Projection, Queries, Reference, leaf_rows};
use crate::message::{Kind, Reader, push_flag, push_list};
use crate::simd::Level;
use crate::{Error, Result};

/// Blocks that were sent, and the leaves of the reference that went along.
#[derive(Debug)]
pub(super) struct Sent {
    blocks: Vec<(usize, Range<usize>)>,
    leaves: Vec<usize>,
}

/// Where the leaves of a range are among the leaves that were sent.
fn within(leaves: &[usize], range: &Range<usize>) -> Range<usize> {
    leaves.partition_point(|leaf| *leaf < range.start)..leaves.partition_point(|leaf| *leaf < range.end)
}

impl KernelJob {
    /// Writes blocks as a remote step. Empty if no two of their leaves are near each other.
    pub(super) fn send(&mut self, blocks: Vec<(usize, Range<usize>)>) -> Vec<f64> {
        let near = self.near_leaves(&blocks);
        let leaves: Vec<usize> = near.into_iter().collect();
        let remote_step = if leaves.is_empty() {
            Vec::new()
        } else {
            self.remote_step_of(&blocks, &leaves)
        };
        self.away.push_back(Sent { blocks, leaves });
        remote_step
    }

    fn near_leaves(&self, blocks: &[(usize, Range<usize>)]) -> BTreeSet<usize> {
        let mut near = BTreeSet::new();
        for (leaf, leaves) in blocks {
            let own = Bounds::of(&self.queries.projections(&self.reference)[leaf_rows(*leaf, self.rows())]);
            near.extend(leaves.clone().filter(|other| {
                self.reference.leaves()[*other].bounds.squared_gap(&own) <= self.squared_reach
            }));
        }
        near
    }

    fn remote_step_of(&self, blocks: &[(usize, Range<usize>)], leaves: &[usize]) -> Vec<f64> {
        let mut queries: Vec<usize> = blocks.iter().map(|(leaf, _)| *leaf).collect();
        queries.sort_unstable();
        queries.dedup();
        let mut out = Kind::Blocks.message();
        out.extend([self.reference.width() as f64, self.squared_reach]);
        push_flag(&mut out, self.both_ways());
        push_flag(&mut out, self.precision == Precision::Single);
        push_list(&mut out, self.bandwidths.iter().copied());
        out.push(blocks.len() as f64);
        for (leaf, range) in blocks {
            let range_there = within(leaves, range);
            // Place of the queries among the leaves of the reference; beyond them if they are not
            // among them.
            let own = leaves
                .iter()
                .position(|other| self.is_triangle() && other == leaf);
            out.extend([
                within(&queries, &(*leaf..leaf + 1)).start as f64,
                range_there.start as f64,
                range_there.end as f64,
                own.unwrap_or(leaves.len()) as f64,
            ]);
        }
        let rows = |leaves: &[usize], count: usize| -> Vec<usize> {
            leaves.iter().flat_map(|leaf| leaf_rows(*leaf, count)).collect()
        };
        let query_rows = rows(&queries, self.rows());
        let projections = self.queries.projections(&self.reference);
        push_list(
            &mut out,
            query_rows
                .iter()
                .flat_map(|row| projections[*row])
                .collect::<Vec<_>>()
                .into_iter(),
        );
        for row in &query_rows {
            out.extend(self.queries.row(&self.reference, *row));
        }
        let reference_rows = rows(leaves, self.reference.rows());
        let projections = self.reference.projections();
        push_list(
            &mut out,
            reference_rows
                .iter()
                .flat_map(|row| projections[*row])
                .collect::<Vec<_>>()
                .into_iter(),
        );
        for row in &reference_rows {
            out.extend(self.reference.row(*row));
        }
        let weights = reference_rows
            .iter()
            .filter_map(|row| self.weights.get(*row).copied());
        push_list(&mut out, weights.collect::<Vec<_>>().into_iter());
        out
    }

    /// Adds the result of the step that was sent first.
    pub(super) fn take_result(&mut self, result: &[f64]) -> Result<Vec<(usize, Range<usize>)>> {
        let away = self.away.pop_front();
        let Sent { blocks, leaves } = away.ok_or_else(|| Error::Internal("no step was sent".into()))?;
        let mut message = Reader::new(result);
        for block in &blocks {
            if within(&leaves, &block.1).is_empty() {
                continue;
            }
            let sums = Sums {
                rows: message.list()?.to_vec(),
                weighted: message.list()?.to_vec(),
                columns: self.spread(block, &leaves, message.list()?),
            };
            self.add(block, &sums);
        }
        Ok(blocks)
    }

    /// Column sums of the leaves that were sent, at their places among those of all leaves of the
    /// block.
    fn spread(&self, (_, range): &(usize, Range<usize>), leaves: &[usize], columns: &[f64]) -> Vec<f64> {
        if columns.is_empty() {
            return Vec::new();
        }
        let size = self.reference.panel_rows();
        let length = |leaves: Range<usize>| -> usize {
            leaves
                .map(|leaf| self.reference.leaf_panels(leaf).len() * size)
                .sum()
        };
        let bandwidths = self.bandwidths.len();
        let (padded, sent) = (length(range.clone()), columns.len() / bandwidths);
        let mut out = vec![0.0; bandwidths * padded];
        let mut from = 0;
        for leaf in &leaves[within(leaves, range)] {
            let (to, own) = (length(range.start..*leaf), length(*leaf..leaf + 1));
            for at in 0..bandwidths {
                out[at * padded + to..][..own].copy_from_slice(&columns[at * sent + from..][..own]);
            }
            from += own;
        }
        out
    }
}

/// Computes a remote step: sums its blocks.
pub(crate) fn sum_blocks(message: &mut Reader<'_>) -> Result<Vec<f64>> {
    let (width, squared_reach, both_ways) = (message.count()?, message.number()?, message.flag()?);
    let precision = if message.flag()? {
        Precision::Single
    } else {
        Precision::Double
    };
    let bandwidths = message.list()?;
    let blocks = message.count()?;
    let blocks = message.numbers(4 * blocks)?;
    let mut rows = || -> Result<(&[f64], Vec<Projection>)> {
        let (projections, rest) = message.list()?.as_chunks::<AXES>();
        if !rest.is_empty() {
            return Err(Error::Internal("projections are cut short".into()));
        }
        Ok((message.numbers(projections.len() * width)?, projections.to_vec()))
    };
    let (queries, query_projections) = rows()?;
    let (matrix, projections) = rows()?;
    let reference = Reference::laid_out(Level::selected()?, matrix, width, projections)?;
    let queries = Queries::ordered(queries.to_vec(), query_projections);
    let mut weights = message.list()?.to_vec();
    weights.resize(weights.len().next_multiple_of(reference.panel_rows()), 0.0);
    let mut out = Vec::new();
    for block in blocks.chunks_exact(4) {
        let [leaf, start, end, own] = [0, 1, 2, 3].map(|at| block[at] as usize);
        if start == end {
            continue;
        }
        let sums = Block {
            reference: &reference,
            queries: &queries,
            leaf,
            own: Some(own),
            leaves: start..end,
            bandwidths,
            weights: &weights,
            both_ways,
            squared_reach,
            precision,
        }
        .sum();
        for part in [sums.rows, sums.weighted, sums.columns] {
            push_list(&mut out, part.into_iter());
        }
    }
    Ok(out)
}
