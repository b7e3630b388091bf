//! Remote steps of a descriptor job: whole frames, or some atoms of one large frame with the atoms
//! around them.
//!
//! The result of either is the number of rows, the place of each row among all atoms, and the rows.

use std::ops::Range;

use super::Settings;
use super::atom::Workspace;
use super::elements::Elements;
use super::job::DescriptorJob;
use crate::Result;
use crate::environment::search_radius;
use crate::frame_steps::{FrameStep, collected};
use crate::message::{Kind, Reader, push_list};
use crate::neighbors::Grid;
use crate::simd::Level;
use crate::structure::Frames;

impl DescriptorJob {
    pub(super) fn remote_step_of(&mut self, step: &FrameStep) -> Result<Vec<f64>> {
        match step {
            FrameStep::Frames(range) => {
                let mut out = Kind::Frames.message();
                self.push_settings(&mut out, range.start);
                self.push_frames(&mut out, range.clone());
                Ok(out)
            }
            FrameStep::Atoms { frame, atoms } => {
                let mut out = Kind::Atoms.message();
                self.push_settings(&mut out, *frame);
                self.grid_of(*frame)?.push_part(atoms, &mut out);
                Ok(out)
            }
        }
    }

    /// What all messages begin with: the settings, and the number of the first frame and of its
    /// first atom.
    fn push_settings(&self, out: &mut Vec<f64>, frame: usize) {
        let settings = &self.settings;
        out.extend([settings.k as f64, settings.cutoff]);
        settings.elements.push(out);
        out.extend([frame as f64, self.frames.first_atom(frame) as f64]);
    }

    fn push_frames(&self, out: &mut Vec<f64>, range: Range<usize>) {
        out.push(range.len() as f64);
        for index in range {
            let frame = self.frames.frame(index);
            let pbc = frame.cell.periodic.iter().rev();
            out.push(pbc.fold(0.0, |bits, periodic| 2.0 * bits + f64::from(u8::from(*periodic))));
            out.extend(frame.cell.vectors.as_flattened());
            push_list(out, frame.positions.iter().copied());
            push_list(out, frame.species.iter().map(|species| f64::from(*species)));
        }
    }
}

/// What all messages begin with.
struct Sent {
    settings: Settings,
    /// Number of the first frame, and of its first atom.
    frame: usize,
    atom: usize,
}

impl Sent {
    fn read(message: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            settings: Settings::new(message.count()?, message.number()?, Elements::read(message)?),
            frame: message.count()?,
            atom: message.count()?,
        })
    }
}

fn read_frames(message: &mut Reader<'_>, species: usize) -> Result<Frames> {
    let (mut positions, mut offsets, mut kinds) = (Vec::new(), vec![0], Vec::new());
    let (mut cells, mut pbc) = (Vec::new(), Vec::new());
    for _ in 0..message.count()? {
        pbc.push(message.number()? as u8);
        cells.extend_from_slice(message.numbers(9)?);
        positions.extend_from_slice(message.list()?);
        kinds.extend(message.list()?.iter().map(|species| *species as u32));
        offsets.push((positions.len() / 3) as u32);
    }
    Frames::new(positions, offsets, cells, pbc, kinds, species as u32)
}

/// Computes whole frames.
pub(crate) fn describe_frames(message: &mut Reader<'_>) -> Result<Vec<f64>> {
    let Sent {
        settings,
        frame,
        atom,
    } = Sent::read(message)?;
    let frames = read_frames(message, settings.elements.species())?;
    let (atoms, width, level) = (frames.atoms(), settings.width(), Level::selected()?);
    let mut out = vec![0.0; 1 + atoms * (1 + width)];
    out[0] = atoms as f64;
    let (places, rows) = out[1..].split_at_mut(atoms);
    for (at, place) in places.iter_mut().enumerate() {
        *place = (atom + at) as f64;
    }
    let mut workspace = Workspace::default();
    let described = (0..frames.len()).map(|index| {
        let number = frame + index;
        let grid = Grid::new(&frames.frame(index), number, search_radius(settings.cutoff))?;
        let start = frames.first_atom(index);
        let all = 0..frames.frame(index).len();
        workspace.describe(level, &settings, &grid, number, all, &mut |atom, row| {
            let at = (start + grid.original(atom)) * width;
            rows[at..at + width].copy_from_slice(row);
        })
    });
    collected(described)?;
    Ok(out)
}

/// Computes some sorted atoms of a frame.
pub(crate) fn describe_atoms(message: &mut Reader<'_>) -> Result<Vec<f64>> {
    let Sent {
        settings,
        frame,
        atom,
    } = Sent::read(message)?;
    let (own, grid) = Grid::read_part(message)?;
    let width = settings.width();
    let mut out = Vec::with_capacity(1 + own.len() * (1 + width));
    out.push(own.len() as f64);
    out.extend(own.clone().map(|sorted| (atom + grid.original(sorted)) as f64));
    let level = Level::selected()?;
    Workspace::default().describe(level, &settings, &grid, frame, own, &mut |_, row| {
        out.extend_from_slice(row);
    })?;
    Ok(out)
}
