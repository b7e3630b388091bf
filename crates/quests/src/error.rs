//! Errors: one enum, each variant with a stable code and one line of text.

use std::fmt;

/// What a core function returns.
pub type Result<T> = std::result::Result<T, Error>;

/// A value the core refuses, with the place it was found.
///
/// Frames and atoms are counted from 0, in the order in which they were given.
#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    /// A parameter outside its domain, or an array of the wrong length.
    Argument(String),
    /// A structure that has no meaning: NaN coordinates, a singular cell, atoms on top of each other.
    Structure {
        /// Index of the frame.
        frame: usize,
        /// What is wrong with it and what was expected.
        problem: String,
    },
    /// Nothing to compute on.
    Empty(String),
    /// More memory or work than can be had.
    TooLarge(String),
    /// A step of a job that was called out of turn: a mistake in this package, not in the data.
    Internal(String),
}

impl Error {
    /// Stable code, the same in every language binding.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Argument(_) => "INVALID_ARGUMENT",
            Self::Structure { .. } => "INVALID_STRUCTURE",
            Self::Empty(_) => "EMPTY",
            Self::TooLarge(_) => "TOO_LARGE",
            Self::Internal(_) => "INTERNAL",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Structure { frame, problem } => write!(f, "frame {frame}: {problem}"),
            Self::Argument(text) | Self::Empty(text) | Self::TooLarge(text) | Self::Internal(text) => {
                f.write_str(text)
            }
        }
    }
}

impl std::error::Error for Error {}
