//! Descriptors that a move of some atoms changes.

use std::ops::Range;

use super::Settings;
use super::atom::Workspace;
use super::elements::Elements;
use crate::environment::search_radius;
use crate::math::radix_sort;
use crate::neighbors::{Grid, changed};
use crate::simd::Level;
use crate::structure::Frames;
use crate::{Error, Job, Result, parallel};

/// Atoms that one thread takes at a time.
const CHUNK: usize = 16;

/// Computes the descriptors of those atoms of one frame that have a moved atom within the cutoff,
/// before the move or after it, moved atoms included. All other descriptors keep their bits.
///
/// The result is the number of such atoms, their indices, rising, and their rows. One step: meant
/// for frames of up to some thousand atoms.
#[derive(Debug)]
pub struct MovedJob {
    before: Frames,
    after: Frames,
    settings: Settings,
    level: Level,
    out: Option<Vec<f64>>,
}

impl MovedJob {
    /// Plans the descriptors after a move; both hold one frame, of the same atoms in the same cell.
    ///
    /// # Errors
    /// [`Error::Argument`] for frames that differ in more than positions, and as
    /// [`super::DescriptorJob::new`].
    pub fn new(before: Frames, after: Frames, k: f64, cutoff: f64) -> Result<Self> {
        let elements = Elements::Blocks(after.species_count());
        Self::with_elements(before, after, k, cutoff, elements)
    }

    /// The same, where elements enter in another way than by blocks.
    ///
    /// # Errors
    /// As [`super::DescriptorJob::with_elements`].
    pub fn with_elements(
        before: Frames,
        after: Frames,
        k: f64,
        cutoff: f64,
        elements: Elements,
    ) -> Result<Self> {
        let settings = Settings::checked(k, cutoff, elements.checked(&after)?)?;
        if before.len() != 1 || after.len() != 1 {
            return Err(Error::Argument("a move takes one frame to one frame".into()));
        }
        let (one, two) = (before.frame(0), after.frame(0));
        if one.len() != two.len() || one.cell != two.cell || one.species != two.species {
            return Err(Error::Argument(
                "frames before and after a move differ in more than the positions".into(),
            ));
        }
        Ok(Self {
            before,
            after,
            settings,
            level: Level::selected()?,
            out: None,
        })
    }

    fn describe(&self) -> Result<Vec<f64>> {
        let (before, after) = (self.before.frame(0), self.after.frame(0));
        let radius = search_radius(self.settings.cutoff);
        let grid = Grid::new(&after, 0, radius)?;
        let moved: Vec<bool> = (0..after.len())
            .map(|atom| before.position(atom) != after.position(atom))
            .collect();
        let changed = changed(&Grid::new(&before, 0, radius)?, &grid, &moved, radius);

        let rows = parallel::map_with(Workspace::default, pieces(&grid, &changed), |workspace, piece| {
            let mut rows = Vec::with_capacity(piece.len());
            let mut place = |atom: usize, row: &[f64]| rows.push((grid.original(atom), row.to_vec()));
            workspace.describe(self.level, &self.settings, &grid, 0, piece, &mut place)?;
            Ok(rows)
        })?;
        let rows: Vec<(usize, Vec<f64>)> = rows.into_iter().collect::<Result<Vec<_>>>()?.concat();
        let rising = radix_sort(rows.iter().map(|(atom, _)| *atom as u64));
        let mut out = vec![rows.len() as f64];
        out.extend(rising.iter().map(|(atom, _)| *atom as f64));
        out.extend(rising.iter().flat_map(|(_, at)| &rows[*at].1));
        Ok(out)
    }
}

/// Ranges of sorted atoms that changed, of [`CHUNK`] atoms at most.
fn pieces(grid: &Grid, changed: &[bool]) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for atom in (0..changed.len()).filter(|atom| changed[grid.original(*atom)]) {
        match pieces.last_mut() {
            Some(piece) if piece.end == atom && piece.len() < CHUNK => piece.end += 1,
            _ => pieces.push(atom..atom + 1),
        }
    }
    pieces
}

impl Job for MovedJob {
    fn steps(&self) -> usize {
        1
    }

    fn step(&mut self, index: usize) -> Result<()> {
        if index != 0 || self.out.is_some() {
            return Err(Error::Internal(format!("step {index} called out of order")));
        }
        self.out = Some(self.describe()?);
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        self.out
            .take()
            .ok_or_else(|| Error::Internal("finished after 0 of 1 steps".into()))
    }
}
