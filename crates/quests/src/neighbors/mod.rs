//! Neighbour search by bins: O(N) for any mix of boundaries, for cells smaller than the cutoff, and
//! for atoms anywhere.
//!
//! Space is cut into bins at least as wide as the search radius (narrower only if the cell itself
//! is). Only bins that hold atoms exist, sorted by their number, so empty space costs nothing.
//! Atoms of one bin share their candidates: first the bin's own atoms, then those of the bins
//! around it, with all periodic images within reach.

mod closest_pair;
mod moved_atoms;
mod remote;

pub use closest_pair::{Pair, closest_pair};
pub(crate) use moved_atoms::changed;

use crate::math::{Lattice, Vector, plus, radix_sort, squared_norm};
use crate::simd::padded;
use crate::structure::{Frames, Structure};
use crate::{Error, Result};

/// More periodic images of the cell than this within the search radius are refused.
pub const MAX_IMAGES: f64 = 1e6;

/// Bins per axis; wider bins beyond that keep the number of a bin within 64 bits.
const MAX_BINS: f64 = 1_048_576.0;

/// Widens the reach in bins, so that rounding of the bin widths loses no neighbour.
const MARGIN: f64 = 1.0 + 1e-9;

/// Atoms of one structure sorted into bins.
#[derive(Debug)]
pub struct Grid {
    lattice: Lattice,
    /// Bins along each axis.
    counts: [i64; 3],
    /// Bins to search on either side.
    reach: [i64; 3],
    /// Occupied bins, by number; the atoms of bin i are `starts[i]..starts[i + 1]`.
    bins: Vec<u64>,
    starts: Vec<u32>,
    /// Original index of each sorted atom.
    order: Vec<u32>,
    /// Species of each sorted atom; empty where species do not matter.
    species: Vec<u32>,
    /// Wrapped position of each sorted atom.
    positions: Vec<Vector>,
}

/// Atoms that may be neighbours of the atoms of one bin; the bin's own atoms come first.
#[derive(Debug, Default)]
pub struct Candidates {
    /// Coordinates, padded with NaN to whole vectors: the rounding of a distance then doesn't
    /// depend on the other candidates.
    pub x: Vec<f64>,
    /// Likewise.
    pub y: Vec<f64>,
    /// Likewise.
    pub z: Vec<f64>,
    /// Index of the atom among the sorted atoms of the grid.
    pub atom: Vec<u32>,
}

impl Candidates {
    fn clear(&mut self) {
        self.x.clear();
        self.y.clear();
        self.z.clear();
        self.atom.clear();
    }

    fn push(&mut self, atom: u32, position: Vector) {
        self.x.push(position[0]);
        self.y.push(position[1]);
        self.z.push(position[2]);
        self.atom.push(atom);
    }

    fn fill_up(&mut self) {
        let length = padded(self.len());
        for axis in [&mut self.x, &mut self.y, &mut self.z] {
            axis.resize(length, f64::NAN);
        }
    }

    /// Vector from one of them to another.
    pub(crate) fn vector(&self, from: usize, to: usize) -> Vector {
        [&self.x, &self.y, &self.z].map(|axis| axis[to] - axis[from])
    }

    /// Square of the distance between two of them.
    fn squared(&self, one: usize, other: usize) -> f64 {
        squared_norm(self.vector(other, one))
    }

    /// Number of candidates.
    #[must_use]
    pub fn len(&self) -> usize {
        self.atom.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.atom.is_empty()
    }
}

impl Grid {
    /// Sorts the atoms of `structure`, frame number `frame`, for searches within `radius`.
    ///
    /// # Errors
    /// [`Error::Structures`] for a zero or singular cell, [`Error::TooLarge`] for a cell so small
    /// that more than [`MAX_IMAGES`] images of it are within reach.
    pub fn new(structure: &Structure<'_>, frame: usize, radius: f64) -> Result<Self> {
        let lattice = Lattice::new(structure.cell.vectors, structure.cell.periodic)
            .map_err(|problem| Error::structure(frame, problem))?;
        let atoms = structure.len();
        let mut wrapped: Vec<Vector> = (0..atoms).map(|index| structure.position(index)).collect();
        let mut fractional: Vec<Vector> = wrapped
            .iter()
            .map(|position| lattice.fractional(*position))
            .collect();

        let mut counts = [1_i64; 3];
        let mut reach = [0_i64; 3];
        let mut images = 1.0;
        for axis in 0..3 {
            let height = lattice.height(axis);
            if lattice.periodic[axis] {
                for (position, coordinates) in wrapped.iter_mut().zip(&mut fractional) {
                    let cells = coordinates[axis].floor();
                    *position = plus(*position, lattice.vectors[axis], -cells);
                    coordinates[axis] -= cells;
                }
                let bins = (height / radius).floor().clamp(1.0, MAX_BINS);
                let steps = (radius * MARGIN * bins / height).ceil();
                if bins == 1.0 {
                    images *= 2.0 * steps + 1.0;
                }
                counts[axis] = bins as i64;
                // A number of images that does not fit is refused below.
                reach[axis] = steps as i64;
            } else {
                let low = fractional.iter().fold(f64::INFINITY, |low, at| low.min(at[axis]));
                let high = fractional
                    .iter()
                    .fold(f64::NEG_INFINITY, |high, at| high.max(at[axis]));
                let extent = (high - low) * height;
                let bins = (extent / radius).floor().clamp(1.0, MAX_BINS);
                for coordinates in &mut fractional {
                    coordinates[axis] = if bins > 1.0 {
                        (coordinates[axis] - low) / (high - low)
                    } else {
                        0.0
                    };
                }
                counts[axis] = bins as i64;
                reach[axis] = i64::from(bins > 1.0);
            }
        }
        if images > MAX_IMAGES {
            return Err(Error::TooLarge(format!(
                "frame {frame}: the cell is so small, or the cutoff so long, that {images:.2e} images of \
                 it lie within {radius:?} Å, at most {MAX_IMAGES:.0} are taken"
            )));
        }

        let number = |coordinates: &Vector| {
            let along =
                |axis: usize| ((coordinates[axis] * counts[axis] as f64) as i64).clamp(0, counts[axis] - 1);
            ((along(0) * counts[1] + along(1)) * counts[2] + along(2)) as u64
        };
        let keys = radix_sort(fractional.iter().map(number));

        let mut bins = Vec::new();
        let mut starts = Vec::new();
        for (sorted, (key, _)) in keys.iter().enumerate() {
            if bins.last() != Some(key) {
                bins.push(*key);
                starts.push(sorted as u32);
            }
        }
        starts.push(atoms as u32);
        let order: Vec<u32> = keys.iter().map(|(_, index)| *index as u32).collect();
        let species = if structure.species.is_empty() {
            Vec::new()
        } else {
            order
                .iter()
                .map(|index| structure.species[*index as usize])
                .collect()
        };
        let positions = order.iter().map(|index| wrapped[*index as usize]).collect();
        Ok(Self {
            lattice,
            counts,
            reach,
            bins,
            starts,
            order,
            species,
            positions,
        })
    }

    /// Number of occupied bins.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.bins.len()
    }

    /// Sorted atoms of occupied bin `bin`.
    #[must_use]
    pub fn atoms(&self, bin: usize) -> std::ops::Range<usize> {
        self.starts[bin] as usize..self.starts[bin + 1] as usize
    }

    /// Occupied bin that holds sorted atom `atom`.
    #[must_use]
    pub fn bin_of(&self, atom: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= atom) - 1
    }

    /// Original index of a sorted atom.
    #[must_use]
    pub fn original(&self, atom: usize) -> usize {
        self.order[atom] as usize
    }

    /// Position of a sorted atom, wrapped into the cell along periodic directions.
    #[must_use]
    pub fn position(&self, atom: usize) -> Vector {
        self.positions[atom]
    }

    /// Species of a sorted atom; 0 where species do not matter.
    #[must_use]
    pub fn species(&self, atom: usize) -> u32 {
        self.species.get(atom).copied().unwrap_or(0)
    }

    /// Fills `out` with all atoms that may lie within the radius of an atom of occupied bin `bin`:
    /// first the bin's own atoms, in order, then the others.
    pub fn candidates(&self, bin: usize, out: &mut Candidates) {
        out.clear();
        for atom in self.atoms(bin) {
            out.push(atom as u32, self.positions[atom]);
        }
        self.around(bin, |other, cells| {
            let mut shift = [0.0; 3];
            for (axis, count) in cells.into_iter().enumerate() {
                shift = plus(shift, self.lattice.vectors[axis], count as f64);
            }
            for atom in self.atoms(other) {
                out.push(atom as u32, plus(self.positions[atom], shift, 1.0));
            }
        });
        out.fill_up();
    }

    /// Calls `show` with the occupied bins around occupied bin `bin` and the unit cells they are
    /// away, each image once; not with the bin itself.
    #[inline(always)]
    fn around(&self, bin: usize, mut show: impl FnMut(usize, [i64; 3])) {
        let number = self.bins[bin] as i64;
        let home = [
            number / (self.counts[1] * self.counts[2]),
            number / self.counts[2] % self.counts[1],
            number % self.counts[2],
        ];
        let mut next = 0;
        for dx in -self.reach[0]..=self.reach[0] {
            let Some((x, shift_x)) = self.wrap(0, home[0] + dx) else {
                continue;
            };
            for dy in -self.reach[1]..=self.reach[1] {
                let Some((y, shift_y)) = self.wrap(1, home[1] + dy) else {
                    continue;
                };
                for dz in -self.reach[2]..=self.reach[2] {
                    let Some((z, shift_z)) = self.wrap(2, home[2] + dz) else {
                        continue;
                    };
                    let key = ((x * self.counts[1] + y) * self.counts[2] + z) as u64;
                    // Where space is full, the next bin is the next one along z.
                    let found = match self.bins.get(next) {
                        Some(bin) if *bin == key => Ok(next),
                        _ => self.bins.binary_search(&key),
                    };
                    next = found.map_or_else(|place| place, |other| other + 1);
                    if let Ok(other) = found
                        && (dx, dy, dz) != (0, 0, 0)
                    {
                        show(other, [shift_x, shift_y, shift_z]);
                    }
                }
            }
        }
    }

    /// Bin along `axis` and the number of cells it is away, or nothing beyond an open boundary.
    fn wrap(&self, axis: usize, at: i64) -> Option<(i64, i64)> {
        let count = self.counts[axis];
        if self.lattice.periodic[axis] {
            Some((at.rem_euclid(count), at.div_euclid(count)))
        } else {
            (0..count).contains(&at).then_some((at, 0))
        }
    }
}

/// Checks a cutoff, in Å.
pub(crate) fn check_cutoff(cutoff: f64) -> Result<()> {
    if cutoff > 0.0 && cutoff.is_finite() {
        Ok(())
    } else {
        Err(Error::Argument(format!(
            "cutoff is {cutoff:?}, expected a positive number of Å"
        )))
    }
}

/// Number of pairs (atom, candidate) in a search within `cutoff`: the measure of its cost.
///
/// # Errors
/// As [`Grid::new`]; [`Error::Argument`] for a cutoff that is not positive and finite.
pub fn candidate_pairs(frames: &Frames, cutoff: f64) -> Result<u64> {
    check_cutoff(cutoff)?;
    let mut pairs = 0;
    let mut candidates = Candidates::default();
    for index in 0..frames.len() {
        let grid = Grid::new(&frames.frame(index), index, cutoff)?;
        for bin in 0..grid.bins() {
            grid.candidates(bin, &mut candidates);
            pairs += (grid.atoms(bin).len() * candidates.len()) as u64;
        }
    }
    Ok(pairs)
}
