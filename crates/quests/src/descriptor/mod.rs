//! Descriptors of atomic environments, as a job over many frames.
//!
//! For an atom with neighbours j = 1 … k at distances r_j, sorted:
//!
//! - X1_j = w_j/r_j, with w(r) = (1 − (min(r, rc)/rc)²)², zeros where there are fewer neighbours;
//! - X2: of the k×k matrix √(w_j w_l)/r_jl, zero on its diagonal and where a neighbour is missing,
//!   each row is sorted ascending; the mean over all rows, column by column; the first column
//!   dropped, the rest reversed.
//!
//! The row of an atom is [X1, X2], 2k − 1 numbers in 1/Å. With S species there are S + 1 such
//! blocks: all atoms, then those of each species around atoms of that species, zeros for the
//! others.
//!
//! If atoms are labelled by their elements, the label of the atom itself is the first number of its
//! row. With channels, blocks are those of `channels`, one for each: the neighbours weigh what
//! their elements weigh in it.
//!
//! Source: arXiv 2404.12367. The rule for tied neighbours at the k-th distance is this package's
//! own; see `tied_neighbors`.

mod atom;
mod channels;
mod elements;
mod job;
mod moved_atoms;
mod remote;
mod sorting;
mod tied_neighbors;
mod x2;

pub use elements::Elements;
pub use job::{DescriptorJob, MAX_K};
pub use moved_atoms::MovedJob;
pub(crate) use remote::{describe_atoms, describe_frames};

use std::ops::Range;

use crate::neighbors::check_cutoff;
use crate::{Error, Result};

/// What the descriptor of an atom depends on besides its structure.
#[derive(Debug)]
struct Settings {
    k: usize,
    cutoff: f64,
    elements: Elements,
    /// Square roots of the weights of channels: species × channels.
    channel_roots: Vec<f64>,
    network: Vec<(u32, u32)>,
}

impl Settings {
    /// Checks k and the cutoff (Å).
    fn checked(k: f64, cutoff: f64, elements: Elements) -> Result<Self> {
        if !(k >= 1.0 && k.fract() == 0.0 && k <= MAX_K) {
            return Err(Error::Argument(format!(
                "k is {k}, expected a whole number from 1 to {MAX_K}"
            )));
        }
        check_cutoff(cutoff)?;
        Ok(Self::new(k as usize, cutoff, elements))
    }

    fn new(k: usize, cutoff: f64, elements: Elements) -> Self {
        Self {
            k,
            cutoff,
            channel_roots: elements.channels().iter().map(|weight| weight.sqrt()).collect(),
            elements,
            network: sorting::sorting_network(k),
        }
    }

    fn block(&self) -> usize {
        2 * self.k - 1
    }

    fn width(&self) -> usize {
        self.elements.label_columns() + self.elements.blocks() * self.block()
    }

    /// Columns of one block of a row.
    fn columns(&self, block: usize) -> Range<usize> {
        let start = self.elements.label_columns() + block * self.block();
        start..start + self.block()
    }
}
