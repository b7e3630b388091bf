//! How the elements of atoms enter their descriptors.

use crate::message::{Reader, push_list};
use crate::structure::Frames;
use crate::{Error, Result};

/// How the elements of atoms enter their descriptors.
#[derive(Debug, Clone, PartialEq)]
pub enum Elements {
    /// A block for all atoms, and one for each of so many species; 0: all atoms are alike.
    Blocks(usize),
    /// Every row begins with the label of its atom's element.
    Labelled {
        /// By species: a whole number above 0.
        labels: Vec<f64>,
        /// Weight of each species in each channel, above 0: species × channels, row-major. Empty:
        /// neighbours are all alike.
        channels: Vec<f64>,
    },
}

impl Elements {
    /// Checks labels and weights of channels for so many species; without labels there is a block
    /// for each species.
    ///
    /// # Errors
    /// [`Error::Argument`] for another number of labels than species, weights that are not those of
    /// whole channels, labels that are no whole numbers above 0, and weights that are not positive
    /// and finite.
    pub fn new(species: usize, labels: &[f64], channels: &[f64]) -> Result<Self> {
        if labels.is_empty() && channels.is_empty() {
            return Ok(Self::Blocks(species));
        }
        if labels.len() != species || species == 0 || !channels.len().is_multiple_of(species) {
            return Err(Error::Argument(format!(
                "{} labels and {} weights for {species} species, expected one label for each, and as \
                 many weights of each",
                labels.len(),
                channels.len()
            )));
        }
        let is_label = |label: &f64| *label > 0.0 && label.is_finite() && label.fract() == 0.0;
        if let Some(label) = labels.iter().find(|label| !is_label(label)) {
            return Err(Error::Argument(format!(
                "label of a species is {label:?}, expected a whole number above 0"
            )));
        }
        let is_weight = |weight: &f64| *weight > 0.0 && weight.is_finite();
        if let Some(weight) = channels.iter().find(|weight| !is_weight(weight)) {
            return Err(Error::Argument(format!(
                "weight of a species in a channel is {weight:?}, expected a number above 0"
            )));
        }
        Ok(Self::Labelled {
            labels: labels.to_vec(),
            channels: channels.to_vec(),
        })
    }

    /// Refuses those of another number of species than that of the frames.
    pub(super) fn checked(self, frames: &Frames) -> Result<Self> {
        if self.species() == frames.species_count() {
            return Ok(self);
        }
        Err(Error::Argument(format!(
            "elements are those of {} species, expected {}",
            self.species(),
            frames.species_count()
        )))
    }

    /// Entries of a row of the matrix of X2, over all channels. The plan of steps does not depend
    /// on blocks of species, most of which are small.
    pub(super) fn entries(&self, k: usize) -> usize {
        match self {
            Self::Blocks(_) => k,
            Self::Labelled { .. } => k * self.blocks(),
        }
    }

    /// Species that are told apart.
    pub(super) fn species(&self) -> usize {
        match self {
            Self::Blocks(species) => *species,
            Self::Labelled { labels, .. } => labels.len(),
        }
    }

    /// Columns before the first block.
    pub(super) fn label_columns(&self) -> usize {
        usize::from(matches!(self, Self::Labelled { .. }))
    }

    /// Blocks of 2k − 1 columns.
    pub(super) fn blocks(&self) -> usize {
        match self {
            Self::Blocks(species) => species + 1,
            Self::Labelled { labels, channels } => (channels.len() / labels.len()).max(1),
        }
    }

    /// Weights of channels; none where neighbours are all alike.
    pub(super) fn channels(&self) -> &[f64] {
        match self {
            Self::Blocks(_) => &[],
            Self::Labelled { channels, .. } => channels,
        }
    }

    /// Writes them into a message.
    pub(super) fn push(&self, out: &mut Vec<f64>) {
        out.push(self.species() as f64);
        let labels: &[f64] = match self {
            Self::Blocks(_) => &[],
            Self::Labelled { labels, .. } => labels,
        };
        push_list(out, labels.iter().copied());
        push_list(out, self.channels().iter().copied());
    }

    /// Reads what [`Self::push`] wrote.
    pub(super) fn read(message: &mut Reader<'_>) -> Result<Self> {
        Self::new(message.count()?, message.list()?, message.list()?)
    }
}
