//! Steps of a descriptor job as errands: whole frames, or atoms of one large frame that the helper has sorted before.
//!
//! The result of both is the number of rows, the place of each among all atoms, and the rows.

use super::{DescriptorJob, Step};
use crate::descriptor::Settings;
use crate::descriptor::atom::Workspace;
use crate::environment::search_radius;
use crate::errand::{Numbers, kind, push_list};
use crate::neighbors::Grid;
use crate::simd::Level;
use crate::structure::Frames;
use crate::{Error, Result};

/// One large frame, its atoms sorted into bins.
#[derive(Debug)]
pub(crate) struct SharedFrame {
    settings: Settings,
    frame: usize,
    first_atom: usize,
    grid: Grid,
}

impl DescriptorJob {
    pub(super) fn errand_of(&self, step: &Step) -> Vec<f64> {
        match step {
            Step::Frames(range) => {
                let mut out = vec![kind::FRAMES];
                self.push_frames(&mut out, range.start, range.end);
                out
            }
            Step::Part { atoms, .. } => vec![kind::PART, atoms.start as f64, atoms.end as f64],
        }
    }

    pub(super) fn shared_frame(&self, frame: usize) -> Vec<f64> {
        let mut out = vec![kind::SHARED_FRAME];
        self.push_frames(&mut out, frame, frame + 1);
        out
    }

    fn push_frames(&self, out: &mut Vec<f64>, start: usize, end: usize) {
        let (frames, settings) = (&self.frames, &self.settings);
        out.extend([settings.k as f64, settings.cutoff, settings.species as f64]);
        out.extend([
            start as f64,
            frames.first_atom(start) as f64,
            (end - start) as f64,
        ]);
        for index in start..end {
            let frame = frames.frame(index);
            let pbc = frame.cell.periodic.iter().rev();
            out.push(pbc.fold(0.0, |bits, periodic| 2.0 * bits + f64::from(u8::from(*periodic))));
            out.extend(frame.cell.vectors.as_flattened());
            push_list(out, frame.positions.iter().copied());
            push_list(out, frame.species.iter().map(|species| f64::from(*species)));
        }
    }
}

/// Frames as an errand holds them.
struct Sent {
    settings: Settings,
    /// Number of the first frame, and of its first atom.
    first: (usize, usize),
    frames: Frames,
}

impl Sent {
    fn read(numbers: &mut Numbers<'_>) -> Result<Self> {
        let (k, cutoff, species) = (numbers.count()?, numbers.next()?, numbers.count()?);
        let first = (numbers.count()?, numbers.count()?);
        let (mut positions, mut offsets, mut kinds) = (Vec::new(), vec![0], Vec::new());
        let (mut cells, mut pbc) = (Vec::new(), Vec::new());
        for _ in 0..numbers.count()? {
            pbc.push(numbers.next()? as u8);
            cells.extend_from_slice(numbers.take(9)?);
            positions.extend_from_slice(numbers.list()?);
            kinds.extend(numbers.list()?.iter().map(|species| *species as u32));
            offsets.push((positions.len() / 3) as u32);
        }
        Ok(Self {
            settings: Settings::new(k, cutoff, species),
            first,
            frames: Frames::new(positions, offsets, cells, pbc, kinds, species as u32)?,
        })
    }
}

/// Does the errand of whole frames.
pub(crate) fn describe_frames(numbers: &mut Numbers<'_>) -> Result<Vec<f64>> {
    let Sent {
        settings,
        first,
        frames,
    } = Sent::read(numbers)?;
    let (atoms, width, level) = (frames.atoms(), settings.width(), Level::selected()?);
    let mut out = vec![0.0; 1 + atoms * (1 + width)];
    out[0] = atoms as f64;
    let (places, rows) = out[1..].split_at_mut(atoms);
    for (at, place) in places.iter_mut().enumerate() {
        *place = (first.1 + at) as f64;
    }
    let mut workspace = Workspace::default();
    for index in 0..frames.len() {
        let number = first.0 + index;
        let grid = Grid::new(&frames.frame(index), number, search_radius(settings.cutoff))?;
        let start = frames.first_atom(index);
        let all = 0..frames.frame(index).len();
        workspace.describe(level, &settings, &grid, number, all, &mut |atom, row| {
            let at = (start + grid.original(atom)) * width;
            rows[at..at + width].copy_from_slice(row);
        })?;
    }
    Ok(out)
}

impl SharedFrame {
    /// Sorts the atoms of the one frame of an errand.
    pub fn new(numbers: &mut Numbers<'_>) -> Result<Self> {
        let Sent {
            settings,
            first,
            frames,
        } = Sent::read(numbers)?;
        let grid = Grid::new(&frames.frame(0), first.0, search_radius(settings.cutoff))?;
        Ok(Self {
            settings,
            frame: first.0,
            first_atom: first.1,
            grid,
        })
    }
}

/// Does the errand of some sorted atoms of a frame.
pub(crate) fn describe_part(numbers: &mut Numbers<'_>, shared: &SharedFrame) -> Result<Vec<f64>> {
    let SharedFrame {
        settings,
        frame,
        first_atom,
        grid,
    } = shared;
    let (start, end) = (numbers.count()?, numbers.count()?);
    let (atoms, width) = (end.saturating_sub(start), settings.width());
    if atoms == 0 {
        return Err(Error::Internal("a part without atoms".into()));
    }
    let mut out = Vec::with_capacity(1 + atoms * (1 + width));
    out.push(atoms as f64);
    out.extend((start..end).map(|atom| (first_atom + grid.original(atom)) as f64));
    Workspace::default().describe(
        Level::selected()?,
        settings,
        grid,
        *frame,
        start..end,
        &mut |_, row| out.extend_from_slice(row),
    )?;
    Ok(out)
}
