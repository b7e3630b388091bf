//! The job that describes the atoms of many frames.

use std::ops::Range;

use super::Settings;
use super::atom::Workspace;
use super::elements::Elements;
use crate::environment::search_radius;
use crate::frame_steps::{self, FrameStep, LargeFrame, chunks, collected};
use crate::job::{check_end, check_turn};
use crate::math::{Lattice, radix_sort};
use crate::neighbors::Grid;
use crate::simd::Level;
use crate::structure::{Frames, Structure};
use crate::{Error, Job, Result, parallel};

/// Work of one step: some 16,000 atoms at k = 32 and a cutoff of 5 Å.
const STEP_WORK: f64 = 3.5e7;

/// Work of one candidate, where an entry of the matrix of X2 is 1.
const CANDIDATE_WORK: f64 = 4.0;

/// Sorted atoms that one thread takes at a time from a shared frame.
const CHUNK: usize = 256;

/// Largest k: a matrix of that size still fits a thread's memory.
pub const MAX_K: f64 = 4096.0;

/// Computes the descriptors of all atoms of [`Frames`]: a row-major matrix, atoms × columns.
#[derive(Debug)]
pub struct DescriptorJob {
    pub(super) frames: Frames,
    pub(super) settings: Settings,
    level: Level,
    plan: Vec<FrameStep>,
    large: LargeFrame,
    done: usize,
    /// Remote steps written so far.
    handed: usize,
    length: usize,
    /// All rows, from the first step on. With remote steps the caller places the rows.
    out: Vec<f64>,
}

impl DescriptorJob {
    /// Plans the descriptors of `frames` with `k` neighbours within `cutoff` (Å).
    ///
    /// # Errors
    /// [`Error::Argument`] unless k is a whole number of at least 1 and the cutoff positive and
    /// finite; [`Error::TooLarge`] where the matrix does not fit the memory.
    pub fn new(frames: Frames, k: f64, cutoff: f64) -> Result<Self> {
        let elements = Elements::Blocks(frames.species_count());
        Self::with_elements(frames, k, cutoff, elements)
    }

    /// The same, where elements enter in another way than by blocks.
    ///
    /// # Errors
    /// As [`Self::new`]; [`Error::Argument`] for elements of another number of species than that of
    /// the frames.
    pub fn with_elements(frames: Frames, k: f64, cutoff: f64, elements: Elements) -> Result<Self> {
        let settings = Settings::checked(k, cutoff, elements.checked(&frames)?)?;
        let plan = frame_steps::plan(&frames, STEP_WORK, |structure| work_of_atom(structure, &settings));
        let length = frames.atoms().checked_mul(settings.width());
        let Some(length) = length else {
            return Err(too_large(&frames, &settings));
        };
        Ok(Self {
            frames,
            settings,
            level: Level::selected()?,
            plan,
            large: LargeFrame::default(),
            done: 0,
            handed: 0,
            length,
            out: Vec::new(),
        })
    }

    /// Columns of the result.
    #[must_use]
    pub fn width(&self) -> usize {
        self.settings.width()
    }

    fn whole_frames(&mut self, range: Range<usize>) -> Result<()> {
        let width = self.settings.width();
        let mut items = Vec::with_capacity(range.len());
        let first = self.frames.first_atom(range.start);
        let mut rest = &mut self.out[first * width..];
        for index in range {
            let (rows, after) = rest.split_at_mut(self.frames.frame(index).len() * width);
            items.push((index, rows));
            rest = after;
        }
        let (frames, settings, level) = (&self.frames, &self.settings, self.level);
        let results = parallel::map_with(Workspace::default, items, |workspace, (index, rows)| {
            let grid = Grid::new(&frames.frame(index), index, search_radius(settings.cutoff))?;
            let atoms = 0..frames.frame(index).len();
            workspace.describe(level, settings, &grid, index, atoms, &mut |atom, row| {
                let at = grid.original(atom) * width;
                rows[at..at + width].copy_from_slice(row);
            })
        })?;
        collected(results).map(drop)
    }

    /// The grid of a frame that is computed in parts.
    pub(super) fn grid_of(&mut self, frame: usize) -> Result<&Grid> {
        let radius = search_radius(self.settings.cutoff);
        self.large.grid(&self.frames, frame, radius)
    }

    fn part(&mut self, frame: usize, atoms: Range<usize>) -> Result<()> {
        let radius = search_radius(self.settings.cutoff);
        let grid = self.large.grid(&self.frames, frame, radius)?;
        let width = self.settings.width();
        let first = self.frames.first_atom(frame) * width;
        let out = &mut self.out[first..first + self.frames.frame(frame).len() * width];
        let mut rows = scattered_rows(
            out,
            width,
            atoms.clone().map(|atom| grid.original(atom)).collect(),
        );
        let items = chunks(atoms, CHUNK)
            .map(|chunk| (chunk.clone(), rows.drain(..chunk.len()).collect::<Vec<_>>()))
            .collect();
        let (settings, level) = (&self.settings, self.level);
        let results = parallel::map_with(Workspace::default, items, |workspace, (chunk, mut rows)| {
            let start = chunk.start;
            workspace.describe(level, settings, grid, frame, chunk, &mut |atom, row| {
                rows[atom - start].copy_from_slice(row);
            })
        })?;
        results.into_iter().collect()
    }
}

impl Job for DescriptorJob {
    fn steps(&self) -> usize {
        self.plan.len()
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.plan.len())?;
        if index == 0 {
            if Vec::<f64>::new().try_reserve_exact(self.length).is_err() {
                return Err(too_large(&self.frames, &self.settings));
            }
            // The system provides these zeros when a thread first touches them.
            self.out = vec![0.0; self.length];
        }
        match self.plan[index].clone() {
            FrameStep::Frames(range) => self.whole_frames(range)?,
            FrameStep::Atoms { frame, atoms } => self.part(frame, atoms)?,
        }
        self.done += 1;
        Ok(())
    }

    fn remote_step(&mut self, index: usize) -> Result<Vec<f64>> {
        check_turn(index, self.handed, self.plan.len())?;
        self.handed += 1;
        self.remote_step_of(&self.plan[index].clone())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.plan.len())?;
        self.large.clear();
        Ok(std::mem::take(&mut self.out))
    }
}

fn too_large(frames: &Frames, settings: &Settings) -> Error {
    let (atoms, width) = (frames.atoms(), settings.width());
    Error::TooLarge(format!(
        "{atoms} × {width} descriptors do not fit the memory; compute fewer frames at a time"
    ))
}

/// Work of one atom, from the expected number of candidates: atoms within a bin and those around
/// it.
fn work_of_atom(structure: &Structure<'_>, settings: &Settings) -> f64 {
    let radius = search_radius(settings.cutoff);
    // A cell that is refused is refused when its frame is computed.
    let candidates = Lattice::new(structure.cell.vectors, structure.cell.periodic).map_or(0.0, |lattice| {
        (0..3).fold(structure.len() as f64, |count, axis| {
            let length = if lattice.periodic[axis] {
                lattice.height(axis)
            } else {
                let along =
                    (0..structure.len()).map(|atom| lattice.fractional(structure.position(atom))[axis]);
                let (low, high) = along.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| {
                    (low.min(at), high.max(at))
                });
                high - low
            };
            let share = match (lattice.periodic[axis], length >= 3.0 * radius) {
                (_, true) => 3.0 * radius / length,
                (true, false) => 2.0 * (radius / length).ceil() + 1.0,
                (false, false) => 1.0,
            };
            count * share
        })
    });
    (settings.elements.entries(settings.k) * settings.k) as f64 + CANDIDATE_WORK * candidates
}

/// The rows `wanted` of a row-major matrix, in that order, as slices that can be written at the
/// same time.
fn scattered_rows(matrix: &mut [f64], width: usize, wanted: Vec<usize>) -> Vec<&mut [f64]> {
    let ascending = radix_sort(wanted.into_iter().map(|row| row as u64));
    let mut found: Vec<&mut [f64]> = ascending.iter().map(|_| Default::default()).collect();
    let mut rest = matrix;
    let mut next = 0;
    for (row, at) in ascending.into_iter().map(|(row, at)| (row as usize, at)) {
        let (_, from) = rest.split_at_mut((row - next) * width);
        let (this, after) = from.split_at_mut(width);
        found[at] = this;
        (rest, next) = (after, row + 1);
    }
    found
}
