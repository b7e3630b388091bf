//! Work on the atoms of many frames, cut into steps: the one plan of descriptors and contacts.
//!
//! Small frames are computed whole, each by one thread. A large frame is computed in parts, and all
//! threads share each part.

use std::ops::Range;

use crate::neighbors::Grid;
use crate::structure::{Frames, Structure};
use crate::{Error, Result};

/// Frames with more atoms than this are computed in parts.
const LARGE_FRAME: usize = 512;

/// What one step computes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FrameStep {
    /// Whole frames.
    Frames(Range<usize>),
    /// Atoms of one large frame, in the order of its grid.
    Atoms { frame: usize, atoms: Range<usize> },
}

/// Cuts frames into steps of about `step_work` each.
///
/// `work_of_atom` estimates the work of one atom of a frame. The plan follows from the data alone.
pub(crate) fn plan(
    frames: &Frames,
    step_work: f64,
    work_of_atom: impl Fn(&Structure<'_>) -> f64,
) -> Vec<FrameStep> {
    let mut plan = Vec::new();
    let mut start = 0;
    let mut work = 0.0;
    for index in 0..frames.len() {
        let length = frames.frame(index).len();
        let of_atom = work_of_atom(&frames.frame(index));
        let of_frame = of_atom * length as f64;
        let is_large = length > LARGE_FRAME || of_frame > step_work;
        if is_large || work + of_frame > step_work {
            if index > start {
                plan.push(FrameStep::Frames(start..index));
            }
            (start, work) = (index, 0.0);
        }
        if is_large {
            let size = (step_work / of_atom).clamp(1.0, length as f64) as usize;
            let parts = chunks(0..length, size);
            plan.extend(parts.map(|atoms| FrameStep::Atoms { frame: index, atoms }));
            start = index + 1;
        } else {
            work += of_frame;
        }
    }
    if frames.len() > start {
        plan.push(FrameStep::Frames(start..frames.len()));
    }
    plan
}

/// Cuts a range into chunks of `size`; the last may be shorter.
pub(crate) fn chunks(range: Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
    let end = range.end;
    range
        .step_by(size)
        .map(move |start| start..(start + size).min(end))
}

/// The grid of the large frame that is being computed, kept from one of its parts to the next.
#[derive(Debug, Default)]
pub(crate) struct LargeFrame(Option<(usize, Grid)>);

impl LargeFrame {
    /// The grid of frame `frame` for searches within `radius`.
    pub fn grid(&mut self, frames: &Frames, frame: usize, radius: f64) -> Result<&Grid> {
        let known = self.0.take().filter(|(of, _)| *of == frame);
        let grid = match known {
            Some((_, grid)) => grid,
            None => Grid::new(&frames.frame(frame), frame, radius)?,
        };
        Ok(&self.0.insert((frame, grid)).1)
    }

    /// Frees the grid.
    pub fn clear(&mut self) {
        self.0 = None;
    }
}

/// What came of several frames, in their order: all values, or one error with every bad frame.
pub(crate) fn collected<T>(results: impl IntoIterator<Item = Result<T>>) -> Result<Vec<T>> {
    let mut values = Vec::new();
    let mut failure: Option<Error> = None;
    for result in results {
        match (result, &mut failure) {
            (Ok(value), None) => values.push(value),
            (Err(error), None) => failure = Some(error),
            (Err(Error::Structures(bad)), Some(Error::Structures(all))) => all.extend(bad),
            // The first error decides what kind of failure it is.
            (_, Some(_)) => {}
        }
    }
    failure.map_or(Ok(values), Err)
}
