//! Steps of a job as plain numbers, for another instance of the core; see [`crate::remote`].
//!
//! What one instance writes, the other reads. Both are of the same build and run on the same
//! machine, so the layout is nobody's business but this crate's.

use crate::{Error, Result};

/// What a message asks for: its first number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Kernel sums of some blocks.
    Blocks,
    /// Descriptors of whole frames.
    Frames,
    /// Descriptors of some atoms of one large frame.
    Atoms,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Blocks, Self::Frames, Self::Atoms];

    /// A message of this kind, to which its contents are appended.
    pub fn message(self) -> Vec<f64> {
        vec![f64::from(self as u8)]
    }
}

/// A message that is read number after number.
pub(crate) struct Reader<'a>(&'a [f64]);

impl<'a> Reader<'a> {
    pub fn new(message: &'a [f64]) -> Self {
        Self(message)
    }

    /// Kind of the message; to be read first.
    pub fn kind(&mut self) -> Result<Kind> {
        let number = self.count()?;
        Kind::ALL.get(number).copied().ok_or_else(unreadable)
    }

    /// The next number.
    pub fn number(&mut self) -> Result<f64> {
        self.numbers(1).map(|numbers| numbers[0])
    }

    /// The next number, a count or an index.
    pub fn count(&mut self) -> Result<usize> {
        self.number().map(|number| number as usize)
    }

    /// The next number, a flag.
    pub fn flag(&mut self) -> Result<bool> {
        self.number().map(|number| number != 0.0)
    }

    /// The next `count` numbers.
    pub fn numbers(&mut self, count: usize) -> Result<&'a [f64]> {
        let (numbers, rest) = self.0.split_at_checked(count).ok_or_else(unreadable)?;
        self.0 = rest;
        Ok(numbers)
    }

    /// The next `N` numbers.
    pub fn array<const N: usize>(&mut self) -> Result<&'a [f64; N]> {
        self.numbers(N)?.first_chunk().ok_or_else(unreadable)
    }

    /// A list: how many numbers it has, then the numbers.
    pub fn list(&mut self) -> Result<&'a [f64]> {
        let count = self.count()?;
        self.numbers(count)
    }
}

fn unreadable() -> Error {
    Error::Internal("this is no remote step".into())
}

/// Appends a list as [`Reader::list`] reads it.
pub(crate) fn push_list(message: &mut Vec<f64>, numbers: impl ExactSizeIterator<Item = f64>) {
    message.push(numbers.len() as f64);
    message.extend(numbers);
}

/// Appends a flag as [`Reader::flag`] reads it.
pub(crate) fn push_flag(message: &mut Vec<f64>, flag: bool) {
    message.push(f64::from(u8::from(flag)));
}
