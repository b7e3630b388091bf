//! Pairs of atoms closer than their radii allow – contacts, bonds – and atoms without neighbours, as a job.

use std::ops::Range;

use crate::environment::search_radius;
use crate::job::{check_end, check_turn};
use crate::neighbors::{Candidates, Grid, check_cutoff};
use crate::ranked::{rank, ranked};
use crate::structure::{Frames, Vector};
use crate::{Error, Job, Result, parallel};

/// Atoms of one step.
const STEP_ATOMS: usize = 1 << 15;

/// Atoms that one thread takes at a time; frames with more are shared between threads.
const CHUNK: usize = 512;

/// Components of a lattice vector below this share of its length are rounding errors of 0.
const NO_COMPONENT: f64 = 1e-7;

/// Finds the pairs of atoms of [`Frames`] with d < f·(r_i + r_j) under the boundary conditions, and the atoms with no other
/// atom, nor an image of their own, within the cutoff. Every image of the second atom is a pair of its own; an atom and its own
/// image are one, too, of which the image along −v is the same pair as that along v. O(N).
///
/// Result: the number of pairs; for each pair both atoms, the lower first, and the vector from the first to the image of the
/// second (Å); then the atoms without neighbours. Atoms are counted through all frames; pairs and atoms rise.
#[derive(Debug)]
pub struct ContactJob {
    frames: Frames,
    radii: Vec<f64>,
    fraction: f64,
    cutoff: f64,
    /// Of the search, Å.
    radius: f64,
    plan: Vec<Step>,
    /// Grid of the frame that is being done in parts.
    grid: Option<(usize, Grid)>,
    done: usize,
    found: Found,
}

/// What a step does.
#[derive(Debug, Clone)]
enum Step {
    /// Whole frames.
    Frames(Range<usize>),
    /// Sorted atoms of one frame.
    Part { frame: usize, atoms: Range<usize> },
}

#[derive(Debug, Default)]
struct Found {
    pairs: Vec<(usize, usize, Vector)>,
    isolated: Vec<usize>,
}

impl ContactJob {
    /// Plans the search in `frames`: one radius per atom (Å), 0 for an atom whose radius is not known and whose contacts are
    /// not looked at; `fraction` f; `cutoff` for neighbours (Å).
    ///
    /// # Errors
    /// [`Error::Argument`] for another number of radii than atoms, radii that are negative or not finite, a fraction or cutoff
    /// that is not positive and finite.
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
            plan: plan(&frames),
            radius: search_radius(cutoff.max(2.0 * fraction * largest)),
            radii: radii.to_vec(),
            frames,
            fraction,
            cutoff,
            grid: None,
            done: 0,
            found: Found::default(),
        })
    }

    fn whole_frames(&self, range: Range<usize>) -> Result<Vec<Found>> {
        let results = parallel::map_with(Candidates::default, range.collect(), |candidates, frame| {
            let grid = self.sorted(frame)?;
            Ok(self.search(&grid, frame, 0..self.frames.frame(frame).len(), candidates))
        })?;
        results.into_iter().collect()
    }

    fn part(&mut self, frame: usize, atoms: Range<usize>) -> Result<Vec<Found>> {
        let kept = self.grid.take().filter(|(of, _)| *of == frame);
        let grid = match kept {
            Some((_, grid)) => grid,
            None => self.sorted(frame)?,
        };
        let chunks = atoms.clone().step_by(CHUNK);
        let chunks = chunks.map(|start| start..(start + CHUNK).min(atoms.end));
        let results = parallel::map_with(Candidates::default, chunks.collect(), |candidates, chunk| {
            self.search(&grid, frame, chunk, candidates)
        })?;
        self.grid = Some((frame, grid));
        Ok(results)
    }

    fn sorted(&self, frame: usize) -> Result<Grid> {
        Grid::new(&self.frames.frame(frame), frame, self.radius)
    }

    /// Looks around some sorted atoms of a frame.
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
                    let squared = vector.iter().map(|x| x * x).sum::<f64>();
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
            Step::Frames(range) => self.whole_frames(range)?,
            Step::Part { frame, atoms } => self.part(frame, atoms)?,
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
        self.grid = None;
        let Found { pairs, mut isolated } = std::mem::take(&mut self.found);
        // Images of one pair by their vectors, so that the order does not depend on that of the search: each sort keeps the
        // order of the one before where its own numbers are equal.
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        for axis in (0..3).rev() {
            order = reordered(&order, |at| rank(pairs[at].2[axis]));
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

/// Of a lattice vector and its opposite, tells one from the other: its first component is above 0.
fn is_forward(vector: Vector) -> bool {
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    vector
        .into_iter()
        .find(|x| x.abs() > NO_COMPONENT * length)
        .is_some_and(|x| x > 0.0)
}

/// An order by rising key; those with equal keys stay in order.
fn reordered(order: &[usize], key: impl Fn(usize) -> u64) -> Vec<usize> {
    let rising = ranked(order.iter().map(|at| key(*at)));
    rising.into_iter().map(|(_, place)| order[place]).collect()
}

/// Cuts frames into steps of about as many atoms; long frames into parts.
fn plan(frames: &Frames) -> Vec<Step> {
    let mut plan = Vec::new();
    let mut start = 0;
    let mut atoms = 0;
    for index in 0..frames.len() {
        let length = frames.frame(index).len();
        let is_shared = length > CHUNK;
        if is_shared || atoms + length > STEP_ATOMS {
            if index > start {
                plan.push(Step::Frames(start..index));
            }
            (start, atoms) = (index, 0);
        }
        if is_shared {
            plan.extend((0..length).step_by(STEP_ATOMS).map(|first| Step::Part {
                frame: index,
                atoms: first..(first + STEP_ATOMS).min(length),
            }));
            start = index + 1;
        } else {
            atoms += length;
        }
    }
    if frames.len() > start {
        plan.push(Step::Frames(start..frames.len()));
    }
    plan
}
