//! Errors: one enum, each variant with a stable code and one line of text.

use std::fmt;

/// What a core function returns.
pub type Result<T> = std::result::Result<T, Error>;

/// A value that the core refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A parameter outside its domain, or an array of the wrong length.
    Argument(String),
    /// Structures that have no meaning: NaN coordinates, a singular cell, atoms on top of each
    /// other. Every bad frame of a step, at least one, in rising order.
    Structures(Vec<BadFrame>),
    /// Nothing to compute on.
    Empty(String),
    /// More memory or work than can be had.
    TooLarge(String),
    /// A step of a job that was called out of turn: a mistake in this package, not in the data.
    Internal(String),
}

/// A frame that the core refuses. Frames and atoms are counted from 0, in the order given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFrame {
    /// Index of the frame.
    pub frame: usize,
    /// What is wrong with it, and what was expected.
    pub problem: String,
}

impl Error {
    /// One bad frame.
    pub(crate) fn structure(frame: usize, problem: String) -> Self {
        Self::Structures(vec![BadFrame { frame, problem }])
    }

    /// Stable code, the same in every language binding.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Argument(_) => "INVALID_ARGUMENT",
            Self::Structures(_) => "INVALID_STRUCTURE",
            Self::Empty(_) => "EMPTY",
            Self::TooLarge(_) => "TOO_LARGE",
            Self::Internal(_) => "INTERNAL",
        }
    }
}

/// One line, but for structures: one line for each bad frame.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Structures(bad) => {
                for (at, BadFrame { frame, problem }) in bad.iter().enumerate() {
                    let line_feed = if at == 0 { "" } else { "\n" };
                    write!(f, "{line_feed}frame {frame}: {problem}")?;
                }
                Ok(())
            }
            Self::Argument(text) | Self::Empty(text) | Self::TooLarge(text) | Self::Internal(text) => {
                f.write_str(text)
            }
        }
    }
}

impl std::error::Error for Error {}
