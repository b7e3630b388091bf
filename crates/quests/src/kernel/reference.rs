//! A descriptor matrix prepared for any number of kernel sums.

use crate::simd::Level;
use crate::{Error, Result};

/// Vectors side by side in a panel.
pub(crate) const PANEL_VECTORS: usize = 2;

/// Values beyond this would overflow when squared.
const LARGEST: f64 = 1e150;

/// A set of rows, centred on their mean, in panels: a few rows side by side, column after column, so that a vector holds
/// the same column of several rows. The last panel is filled up with rows that are infinitely far away.
#[derive(Debug, Clone)]
pub struct Reference {
    pub(crate) level: Level,
    rows: usize,
    width: usize,
    centre: Vec<f64>,
    panels: Vec<f64>,
    /// |x|²/2 of every row, ∞ for those that fill up.
    half_norms: Vec<f64>,
    largest_half_norm: f64,
}

/// Rows of `matrix`, checked.
pub(crate) fn check_matrix(what: &str, matrix: &[f64], width: usize) -> Result<usize> {
    if width == 0 {
        return Err(Error::Argument(format!("{what} has no columns")));
    }
    if !matrix.len().is_multiple_of(width) {
        let length = matrix.len();
        return Err(Error::Argument(format!(
            "{what} has {length} values, which is no multiple of its width {width}"
        )));
    }
    if matrix.is_empty() {
        return Err(Error::Empty(format!("{what} has no rows")));
    }
    match matrix.iter().position(|value| !(value.abs() <= LARGEST)) {
        None => Ok(matrix.len() / width),
        Some(at) => Err(Error::Argument(format!(
            "row {}, column {} of {what} is {}, expected a number within ±{LARGEST:e}",
            at / width,
            at % width,
            matrix[at]
        ))),
    }
}

impl Reference {
    /// Prepares a row-major matrix of `width` columns.
    ///
    /// # Errors
    /// [`Error::Argument`] for a length that is no multiple of the width, a width of 0, or values that are not finite;
    /// [`Error::Empty`] without rows.
    pub fn new(matrix: &[f64], width: usize) -> Result<Self> {
        let rows = check_matrix("the reference", matrix, width)?;
        let level = Level::selected()?;
        let mut centre = vec![0.0; width];
        for row in matrix.chunks_exact(width) {
            for (sum, value) in centre.iter_mut().zip(row) {
                *sum += value / rows as f64;
            }
        }
        let columns = PANEL_VECTORS * level.lanes();
        let padded = rows.next_multiple_of(columns);
        let mut panels = Vec::new();
        if panels.try_reserve_exact(padded * width).is_err() {
            return Err(Error::TooLarge(format!(
                "{rows} × {width} reference values do not fit the memory"
            )));
        }
        panels.resize(padded * width, 0.0);
        let mut half_norms = vec![f64::INFINITY; padded];
        for (panel, rows) in panels
            .chunks_exact_mut(columns * width)
            .zip(matrix.chunks(columns * width))
        {
            for (lane, row) in rows.chunks_exact(width).enumerate() {
                for (at, (value, centre)) in row.iter().zip(&centre).enumerate() {
                    panel[at * columns + lane] = value - centre;
                }
            }
        }
        let mut reference = Self {
            level,
            rows,
            width,
            centre,
            panels,
            half_norms: Vec::new(),
            largest_half_norm: 0.0,
        };
        for (row, half_norm) in half_norms[..rows].iter_mut().enumerate() {
            *half_norm = 0.5 * reference.row(row).map(|value| value * value).sum::<f64>();
        }
        reference.largest_half_norm = half_norms[..rows].iter().copied().fold(0.0, f64::max);
        reference.half_norms = half_norms;
        Ok(reference)
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows in one panel.
    pub(crate) fn panel_rows(&self) -> usize {
        PANEL_VECTORS * self.level.lanes()
    }

    /// Panels that hold `rows`; their first row must be the first of a panel.
    pub(crate) fn panels(&self, rows: &std::ops::Range<usize>) -> &[f64] {
        &self.panels[rows.start * self.width..self.padded(rows).end * self.width]
    }

    /// `rows`, filled up to whole panels.
    pub(crate) fn padded(&self, rows: &std::ops::Range<usize>) -> std::ops::Range<usize> {
        rows.start..rows.end.next_multiple_of(self.panel_rows())
    }

    /// |x|²/2 of centred rows; those that fill the last panel up are included.
    pub(crate) fn half_norms(&self, rows: &std::ops::Range<usize>) -> &[f64] {
        &self.half_norms[self.padded(rows)]
    }

    pub(crate) fn largest_half_norm(&self) -> f64 {
        self.largest_half_norm
    }

    /// Values of one centred row.
    pub(crate) fn row(&self, row: usize) -> impl Iterator<Item = f64> {
        let columns = self.panel_rows();
        let panel = row / columns * columns * self.width;
        self.panels[panel..panel + columns * self.width]
            .iter()
            .skip(row % columns)
            .step_by(columns)
            .copied()
    }

    /// `matrix`, shifted as the reference was.
    pub(crate) fn centred(&self, matrix: &[f64]) -> Vec<f64> {
        let row = |row: &[f64]| {
            row.iter()
                .zip(&self.centre)
                .map(|(value, centre)| value - centre)
                .collect::<Vec<_>>()
        };
        matrix.chunks_exact(self.width).flat_map(row).collect()
    }
}
