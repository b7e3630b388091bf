//! Atoms in a cell, and many of them laid end to end.

use crate::error::BadFrame;
pub use crate::math::Vector;
use crate::{Error, Result};

/// Coordinates beyond this, in Å, are refused: their digits would be coarser than 1e-6 Å.
const FARTHEST: f64 = 1e10;

/// The unit cell: three vectors (rows, Å) and along which of them it repeats.
///
/// A vector along which the structure doesn't repeat has no meaning and may be zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Rows a, b, c.
    pub vectors: [Vector; 3],
    /// Whether the structure repeats along a, b, c.
    pub periodic: [bool; 3],
}

/// One frame: a view into [`Frames`].
#[derive(Debug, Clone, Copy)]
pub struct Structure<'a> {
    /// x y z of one atom after the other; atoms may lie anywhere, inside the cell or not.
    pub positions: &'a [f64],
    /// Index of each atom's species; empty where species do not matter.
    pub species: &'a [u32],
    /// The unit cell.
    pub cell: Cell,
}

impl Structure<'_> {
    /// Number of atoms.
    #[must_use]
    pub fn len(&self) -> usize {
        self.positions.len() / 3
    }

    /// Whether there are no atoms.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// Position of atom `index`.
    #[must_use]
    pub fn position(&self, index: usize) -> Vector {
        [
            self.positions[3 * index],
            self.positions[3 * index + 1],
            self.positions[3 * index + 2],
        ]
    }
}

/// Structures laid end to end, checked: at least one frame, at least one atom in each, every number
/// finite.
#[derive(Debug, Clone)]
pub struct Frames {
    positions: Vec<f64>,
    offsets: Vec<u32>,
    cells: Vec<f64>,
    pbc: Vec<u8>,
    species: Vec<u32>,
    species_count: u32,
}

fn wrong_length(what: &str, found: usize, expected: usize) -> Error {
    Error::Argument(format!("{what} has {found} values, expected {expected}"))
}

impl Frames {
    /// Takes the arrays over.
    ///
    /// `positions` has 3 numbers per atom, `offsets` the first atom of each frame and then the
    /// number of atoms, `cells` 9 numbers per frame (rows a, b, c), `pbc` one byte per frame (bit 0
    /// for a, bit 1 for b, bit 2 for c), `species` one index below `species_count` per atom, or
    /// nothing where `species_count` is 0.
    ///
    /// # Errors
    /// [`Error::Argument`] for arrays of the wrong length, [`Error::Empty`] without frames or
    /// atoms, [`Error::Structures`] for numbers that are not finite.
    pub fn new(
        positions: Vec<f64>,
        offsets: Vec<u32>,
        cells: Vec<f64>,
        pbc: Vec<u8>,
        species: Vec<u32>,
        species_count: u32,
    ) -> Result<Self> {
        let frames = offsets.len().saturating_sub(1);
        if frames == 0 {
            return Err(Error::Empty("there are no structures".into()));
        }
        let atoms = offsets[frames] as usize;
        if offsets[0] != 0 || offsets.windows(2).any(|pair| pair[0] > pair[1]) {
            return Err(Error::Argument("offsets must start at 0 and not decrease".into()));
        }
        if positions.len() != 3 * atoms {
            return Err(wrong_length("positions", positions.len(), 3 * atoms));
        }
        if cells.len() != 9 * frames {
            return Err(wrong_length("cells", cells.len(), 9 * frames));
        }
        if pbc.len() != frames {
            return Err(wrong_length("pbc", pbc.len(), frames));
        }
        let expected = if species_count == 0 { 0 } else { atoms };
        if species.len() != expected {
            return Err(wrong_length("species", species.len(), expected));
        }
        if let Some(index) = species.iter().find(|index| **index >= species_count) {
            return Err(Error::Argument(format!(
                "species index {index} is not below {species_count}"
            )));
        }
        let frames = Self {
            positions,
            offsets,
            cells,
            pbc,
            species,
            species_count,
        };
        let bad: Vec<BadFrame> = (0..frames.len())
            .filter_map(|frame| {
                let problem = frames.problem(frame)?;
                Some(BadFrame { frame, problem })
            })
            .collect();
        if bad.is_empty() {
            Ok(frames)
        } else {
            Err(Error::Structures(bad))
        }
    }

    /// One frame; arguments as those of [`Frames::new`].
    ///
    /// # Errors
    /// As [`Frames::new`].
    pub fn one(
        positions: &[f64],
        cell: &[f64],
        pbc: u8,
        species: &[u32],
        species_count: u32,
    ) -> Result<Self> {
        let offsets = vec![0, (positions.len() / 3) as u32];
        Self::new(
            positions.to_vec(),
            offsets,
            cell.to_vec(),
            vec![pbc],
            species.to_vec(),
            species_count,
        )
    }

    /// What is wrong with a frame, if anything.
    fn problem(&self, index: usize) -> Option<String> {
        let frame = self.frame(index);
        if frame.is_empty() {
            return Some("it has no atoms".into());
        }
        if let Some(at) = frame.positions.iter().position(|x| !x.is_finite()) {
            let axis = ["x", "y", "z"][at % 3];
            return Some(format!(
                "{axis} of atom {} is {}, expected a finite number",
                at / 3,
                frame.positions[at]
            ));
        }
        if let Some(at) = frame.positions.iter().position(|x| x.abs() > FARTHEST) {
            let axis = ["x", "y", "z"][at % 3];
            return Some(format!(
                "{axis} of atom {} is {:?} Å, where numbers are too coarse for distances; \
                 expected at most {FARTHEST:e} Å",
                at / 3,
                frame.positions[at]
            ));
        }
        let Cell { vectors, periodic } = frame.cell;
        let is_bad = |axis: &usize| periodic[*axis] && vectors[*axis].iter().any(|x| !x.is_finite());
        let axis = (0..3).find(is_bad)?;
        Some(format!("cell vector {} is not finite", ["a", "b", "c"][axis]))
    }

    /// Number of frames.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pbc.len()
    }

    /// Never true: [`Frames::new`] refuses it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pbc.is_empty()
    }

    /// Number of atoms in all frames.
    #[must_use]
    pub fn atoms(&self) -> usize {
        self.positions.len() / 3
    }

    /// Number of species; 0 where species do not matter.
    #[must_use]
    pub fn species_count(&self) -> usize {
        self.species_count as usize
    }

    /// Index of the first atom of frame `index` among all atoms.
    #[must_use]
    pub fn first_atom(&self, index: usize) -> usize {
        self.offsets[index] as usize
    }

    /// Frame `index`.
    #[must_use]
    pub fn frame(&self, index: usize) -> Structure<'_> {
        let atoms = self.offsets[index] as usize..self.offsets[index + 1] as usize;
        let row =
            |row: usize| -> Vector { std::array::from_fn(|axis| self.cells[9 * index + 3 * row + axis]) };
        Structure {
            positions: &self.positions[3 * atoms.start..3 * atoms.end],
            species: if self.species.is_empty() {
                &[]
            } else {
                &self.species[atoms]
            },
            cell: Cell {
                vectors: [row(0), row(1), row(2)],
                periodic: std::array::from_fn(|axis| self.pbc[index] >> axis & 1 == 1),
            },
        }
    }
}
