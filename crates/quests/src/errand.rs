//! Steps of a job done by another instance of the core: WebAssembly's threads, each with a memory of its own.
//!
//! An errand is flat numbers, as is its result: what one instance writes, [`perform`] in another reads. Both are of the
//! same build and the same machine, so nothing is said about their layout beyond this crate.

use crate::descriptor::{describe_frames, describe_part};
use crate::kernel::sum_blocks;
use crate::{Error, Result};

/// What an errand asks for: its first number.
pub(crate) mod kind {
    /// Kernel sums of some blocks.
    pub const BLOCKS: f64 = 0.0;
    /// Descriptors of whole frames.
    pub const FRAMES: f64 = 1.0;
    /// Descriptors of some atoms of one large frame.
    pub const PART: f64 = 2.0;
}

/// Does one errand of a job that lives elsewhere.
///
/// # Errors
/// Those of the step it stands for; [`Error::Internal`] for what is no errand.
pub fn perform(errand: &[f64]) -> Result<Vec<f64>> {
    let mut numbers = Numbers(errand);
    match numbers.next()? {
        kind::BLOCKS => sum_blocks(&mut numbers),
        kind::FRAMES => describe_frames(&mut numbers),
        kind::PART => describe_part(&mut numbers),
        _ => Err(cut_short()),
    }
}

fn cut_short() -> Error {
    Error::Internal("this is no errand".into())
}

/// Numbers that are read one after the other.
pub(crate) struct Numbers<'a>(&'a [f64]);

impl<'a> Numbers<'a> {
    /// The next number.
    pub fn next(&mut self) -> Result<f64> {
        self.take(1).map(|numbers| numbers[0])
    }

    /// The next number, a count or an index.
    pub fn count(&mut self) -> Result<usize> {
        self.next().map(|number| number as usize)
    }

    /// The next `count` numbers.
    pub fn take(&mut self, count: usize) -> Result<&'a [f64]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(cut_short)?;
        self.0 = rest;
        Ok(taken)
    }

    /// A count, and so many numbers.
    pub fn list(&mut self) -> Result<&'a [f64]> {
        let count = self.count()?;
        self.take(count)
    }

    pub fn of(numbers: &'a [f64]) -> Self {
        Self(numbers)
    }
}

/// Writes a list as [`Numbers::list`] reads it.
pub(crate) fn push_list(out: &mut Vec<f64>, numbers: impl ExactSizeIterator<Item = f64>) {
    out.push(numbers.len() as f64);
    out.extend(numbers);
}
