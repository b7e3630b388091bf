//! Pairs of atoms closer than their radii allow – contacts, bonds – and atoms without neighbours,
//! as a job.

use std::ops::Range;

use crate::environment::search_radius;
use crate::frame_steps::{self, FrameStep, LargeFrame, chunks, collected};
use crate::job::{check_end, check_turn};
use crate::math::{Vector, norm, ordered_bits, radix_sort, squared_norm};
use crate::neighbors::{Candidates, Grid, check_cutoff};
use crate::structure::Frames;
use crate::{Error, Job, Result, parallel};

/// Atoms of one step.
const STEP_ATOMS: f64 = 32_768.0;

/// Atoms of a large frame that one thread takes at a time.
const CHUNK: usize = 512;

/// Components of a lattice vector below this share of its length are rounding errors of 0.
const NO_COMPONENT: f64 = 1e-7;

/// Finds the pairs of atoms of [`Frames`] with d < f·(r_i + r_j) under the boundary conditions, and
/// the atoms without any other atom, or an image of themselves, within the cutoff. Every image of
/// the second atom is a pair of its own. An atom and its own image are a pair, too; the images
/// along v and −v are the same pair. O(N).
///
/// Result: the number of pairs; for each pair both atoms, the lower first, and the vector from the
/// first to the image of the second (Å); then the atoms without neighbours. Atoms are counted
/// through all frames; pairs and atoms rise.
#[derive(Debug)]
pub struct ContactJob {
    frames: Frames,
    radii: Vec<f64>,
    fraction: f64,
    cutoff: f64,
    /// Of the search, Å.
    radius: f64,
    plan: Vec<FrameStep>,
    large: LargeFrame,
    done: usize,
    found: Found,
}

#[derive(Debug, Default)]
struct Found {
    pairs: Vec<(usize, usize, Vector)>,
    isolated: Vec<usize>,
}

impl ContactJob {
    /// Plans the search in `frames`: one radius per atom (Å), 0 if it is unknown and contacts of
    /// the atom are not wanted; `fraction` f; `cutoff` for neighbours (Å).
    ///
    /// # Errors
    /// [`Error::Argument`] for another number of radii than atoms, radii that are negative or not
    /// finite, a fraction or cutoff that is not positive and finite.
    pub fn new(frames: Frames, radii: &[f64], fraction: f64, cutoff: f64) -> Result<Self> {
        check_cutoff(cutoff)?;
        if !(fraction > 0.0 && fraction.is_finite()) {
            return Err(Error::Argument(format!(
                "fraction of the radii is {fraction:?}, expected a positive number"
            )));
        }
        if radii.len() != frames.atoms() {
            let (found, expected) = (radii.len(), frames.atoms());
            return Err(Error::Argument(format!(
                "radii has {found} values, expected one per atom: {expected}"
            )));
        }
        if let Some(atom) = radii.iter().position(|r| !(*r >= 0.0 && r.is_finite())) {
            return Err(Error::Argument(format!(
                "radius of atom {atom} is {:?}, expected a number of Å, 0 or more",
                radii[atom]
            )));
        }
        let largest = radii.iter().copied().fold(0.0, f64::max);
        Ok(Self {
            plan: frame_steps::plan(&frames, STEP_ATOMS, |_| 1.0),
            radius: search_radius(cutoff.max(2.0 * fraction * largest)),
            radii: radii.to_vec(),
            frames,
            fraction,
            cutoff,
            large: LargeFrame::default(),
            done: 0,
            found: Found::default(),
        })
    }

    fn whole_frames(&self, range: Range<usize>) -> Result<Vec<Found>> {
        let frames = range.collect();
        collected(parallel::map_with(
            Candidates::default,
            frames,
            |candidates, frame| {
                let grid = Grid::new(&self.frames.frame(frame), frame, self.radius)?;
                let atoms = 0..self.frames.frame(frame).len();
                Ok(self.search(&grid, frame, atoms, candidates))
            },
        )?)
    }

    fn part(&mut self, frame: usize, atoms: Range<usize>) -> Result<Vec<Found>> {
        let mut large = std::mem::take(&mut self.large);
        let grid = large.grid(&self.frames, frame, self.radius)?;
        let chunks = chunks(atoms, CHUNK).collect();
        let found = parallel::map_with(Candidates::default, chunks, |candidates, chunk| {
            self.search(grid, frame, chunk, candidates)
        })?;
        self.large = large;
        Ok(found)
    }

    /// Searches around some sorted atoms of a frame.
    fn search(&self, grid: &Grid, frame: usize, atoms: Range<usize>, candidates: &mut Candidates) -> Found {
        let first = self.frames.first_atom(frame);
        let radii = &self.radii[first..];
        let mut found = Found::default();
        for bin in grid.bin_of(atoms.start)..=grid.bin_of(atoms.end - 1) {
            grid.candidates(bin, candidates);
            let members = grid.atoms(bin);
            for atom in members.start.max(atoms.start)..members.end.min(atoms.end) {
                let own = atom - members.start;
                let me = grid.original(atom);
                let mut is_isolated = true;
                for at in (0..candidates.len()).filter(|at| *at != own) {
                    let vector = candidates.vector(own, at);
                    let squared = squared_norm(vector);
                    is_isolated &= squared > self.cutoff * self.cutoff;
                    let other = grid.original(candidates.atom[at] as usize);
                    if other < me || radii[me] == 0.0 || radii[other] == 0.0 {
                        continue;
                    }
                    let allowed = self.fraction * (radii[me] + radii[other]);
                    if squared < allowed * allowed && (other != me || is_forward(vector)) {
                        found.pairs.push((first + me, first + other, vector));
                    }
                }
                if is_isolated {
                    found.isolated.push(first + me);
                }
            }
        }
        found
    }
}

impl Job for ContactJob {
    fn steps(&self) -> usize {
        self.plan.len()
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.done, self.plan.len())?;
        let parts = match self.plan[index].clone() {
            FrameStep::Frames(range) => self.whole_frames(range)?,
            FrameStep::Atoms { frame, atoms } => self.part(frame, atoms)?,
        };
        for part in parts {
            self.found.pairs.extend(part.pairs);
            self.found.isolated.extend(part.isolated);
        }
        self.done += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.done, self.plan.len())?;
        self.large.clear();
        let Found { pairs, mut isolated } = std::mem::take(&mut self.found);
        // Images of one pair are ordered by their vectors, so that the order doesn't depend on the
        // search: each sort keeps the order of the one before among equal keys.
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        for axis in (0..3).rev() {
            order = reordered(&order, |at| ordered_bits(pairs[at].2[axis]));
        }
        // Numbers of atoms have 32 bits.
        order = reordered(&order, |at| (pairs[at].0 as u64) << 32 | pairs[at].1 as u64);
        isolated.sort_unstable();
        let mut result = vec![pairs.len() as f64];
        result.extend(order.into_iter().flat_map(|at| {
            let (i, j, [x, y, z]) = pairs[at];
            [i as f64, j as f64, x, y, z]
        }));
        result.extend(isolated.iter().map(|atom| *atom as f64));
        Ok(result)
    }
}

/// Tells a lattice vector from its opposite: whether its first component is above 0.
fn is_forward(vector: Vector) -> bool {
    let length = norm(vector);
    vector
        .into_iter()
        .find(|x| x.abs() > NO_COMPONENT * length)
        .is_some_and(|x| x > 0.0)
}

/// An order by rising key; equal keys stay in order.
fn reordered(order: &[usize], key: impl Fn(usize) -> u64) -> Vec<usize> {
    let rising = radix_sort(order.iter().map(|at| key(*at)));
    rising.into_iter().map(|(_, place)| order[place]).collect()
}
