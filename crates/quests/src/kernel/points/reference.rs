//! A descriptor matrix prepared for any number of kernel sums.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::axes::{AXES, Axes, Bounds, Projection};
use super::copies::{Copies, Distinct, counts_in};
use super::locality::{LEAF, order_by_locality};
use crate::room::check_room;
use crate::simd::{Aligned, Level};
use crate::{Error, Result};

/// Vectors side by side in a panel.
pub(crate) const PANEL_VECTORS: usize = 2;

/// Numbers that putting a row in order takes beside its values, as it is sorted: coordinates as
/// given and in order, keys, indices, half a norm.
pub(crate) const ROW_NUMBERS: usize = 2 * AXES + 10;

/// Values beyond this would overflow when squared.
const LARGEST: f64 = 1e150;

/// A set of rows, ordered into leaves of rows that are close together. A leaf is stored relative to
/// its own centre, in panels. A panel is a few rows side by side, column after column, so that a
/// vector holds the same column of several rows.
#[derive(Debug, Clone)]
pub struct Reference {
    pub(crate) level: Level,
    rows: usize,
    width: usize,
    axes: Axes,
    /// Given index of each ordered row.
    order: Vec<u32>,
    projections: Vec<Projection>,
    leaves: Vec<Leaf>,
    panel_bounds: Vec<Bounds>,
    panels: Aligned,
    /// |x − centre|²/2 of every row, ∞ for padding of the last panel.
    half_norms: Vec<f64>,
    largest: f64,
    /// Rows that kernel sums count, copies included.
    terms: usize,
    /// Found when it is first asked for.
    distinct: OnceLock<Option<Distinct>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    /// What was subtracted from every row, exactly.
    pub centre: Vec<f64>,
    pub bounds: Bounds,
    pub largest_half_norm: f64,
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
    let usable = |value: &f64| value.abs() <= LARGEST;
    match matrix.iter().position(|value| !usable(value)) {
        None => Ok(matrix.len() / width),
        Some(at) => Err(Error::Argument(format!(
            "row {}, column {} of {what} is {:?}, expected a number within ±{LARGEST:e}",
            at / width,
            at % width,
            matrix[at]
        ))),
    }
}

/// Mean of some values if it can be subtracted from each without rounding, else 0. Subtraction is
/// exact if no value is more than twice another (Sterbenz); rows of one leaf may be far apart in a
/// column.
fn exact_centre(values: impl Iterator<Item = f64>) -> f64 {
    let (mut low, mut high, mut sum, mut count) = (f64::INFINITY, f64::NEG_INFINITY, 0.0, 0.0);
    for value in values {
        low = low.min(value);
        high = high.max(value);
        sum += value;
        count += 1.0;
    }
    if low > 0.0 && high <= 2.0 * low || high < 0.0 && low >= 2.0 * high {
        (sum / count).clamp(low, high)
    } else {
        0.0
    }
}

/// Largest |value| of a matrix.
pub(crate) fn largest_value(matrix: &[f64]) -> f64 {
    matrix.iter().fold(0.0, |largest, value| largest.max(value.abs()))
}

/// Ordered rows of leaf `leaf` of `rows` rows.
pub(crate) fn leaf_rows(leaf: usize, rows: usize) -> Range<usize> {
    leaf * LEAF..((leaf + 1) * LEAF).min(rows)
}

impl Reference {
    /// Prepares a row-major matrix of `width` columns.
    ///
    /// # Errors
    /// [`Error::Argument`] for a length that is no multiple of the width, a width of 0, or values
    /// that are not finite; [`Error::Empty`] without rows; [`Error::TooLarge`] where it does not
    /// fit the memory.
    pub fn new(matrix: &[f64], width: usize) -> Result<Self> {
        check_matrix("the reference", matrix, width)?;
        let mut reference = Self::empty(Level::selected()?, width, Axes::new(matrix, width));
        reference.append(matrix)?;
        Ok(reference)
    }

    /// Prepares rows that are in order already, whose coordinates along some axes are known.
    pub(crate) fn laid_out(
        level: Level,
        matrix: &[f64],
        width: usize,
        projections: Vec<Projection>,
    ) -> Result<Self> {
        let mut reference = Self::empty(level, width, Axes::none());
        let rows: Vec<&[f64]> = matrix.chunks_exact(width).collect();
        reference.make_room(0, rows.len())?;
        reference.largest = largest_value(matrix);
        let order: Vec<u32> = (0..rows.len() as u32).collect();
        reference.fill(&rows, &order, order.clone(), projections);
        Ok(reference)
    }

    fn empty(level: Level, width: usize, axes: Axes) -> Self {
        Self {
            level,
            rows: 0,
            width,
            axes,
            order: Vec::new(),
            projections: Vec::new(),
            leaves: Vec::new(),
            panel_bounds: Vec::new(),
            panels: Aligned::default(),
            half_norms: Vec::new(),
            largest: 0.0,
            terms: 0,
            distinct: OnceLock::new(),
        }
    }

    /// Adds the rows of a row-major matrix, as wide as the reference, after those that are there.
    /// Only they and the rows of the last leaf are ordered, along the axes found first. Sums mean
    /// the same as over a reference made at once, and differ by rounding; they take longer if the
    /// new rows lie in other directions than the first.
    ///
    /// # Errors
    /// As [`Self::new`]; the reference is then as it was.
    pub fn extend(&mut self, matrix: &[f64]) -> Result<()> {
        check_matrix("the added matrix", matrix, self.width)?;
        self.append(matrix)
    }

    fn append(&mut self, matrix: &[f64]) -> Result<()> {
        let width = self.width;
        let kept = self.rows / LEAF * LEAF;
        check_room::<f64>(matrix.len() / width * ROW_NUMBERS, "the reference")?;
        let tail: Vec<f64> = (kept..self.rows).flat_map(|row| self.row(row)).collect();
        let values = || tail.chunks_exact(width).chain(matrix.chunks_exact(width));
        let rows = kept + values().count();
        let numbers: Vec<u32> = self.order[kept..]
            .iter()
            .copied()
            .chain(self.rows as u32..rows as u32)
            .collect();
        self.make_room(kept, rows)?;
        self.largest = self.largest.max(largest_value(matrix));

        let given: Vec<Projection> = values().map(|row| self.axes.project(row)).collect();
        let values: Vec<&[f64]> = values().collect();
        let order = order_by_locality(&given);
        let numbers = order.iter().map(|row| numbers[*row as usize]).collect();
        let projections = order.iter().map(|row| given[*row as usize]).collect();
        self.fill(&values, &order, numbers, projections);
        Ok(())
    }

    /// Makes room for `rows` rows; those from `kept` on, the first row of a leaf, are to be filled
    /// in.
    fn make_room(&mut self, kept: usize, rows: usize) -> Result<()> {
        let (width, columns) = (self.width, self.panel_rows());
        let padded = rows.next_multiple_of(columns);
        let room = padded
            .checked_mul(width)
            .and_then(|room| self.panels.extend(room));
        if room.is_none() {
            return Err(Error::TooLarge(format!(
                "{rows} × {width} reference values do not fit the memory"
            )));
        }
        self.order.truncate(kept);
        self.projections.truncate(kept);
        self.leaves.truncate(kept / LEAF);
        self.panel_bounds.truncate(kept / columns);
        self.half_norms.truncate(kept);
        self.half_norms.resize(padded, f64::INFINITY);
        self.rows = rows;
        self.terms = rows;
        self.distinct = OnceLock::new();
        Ok(())
    }

    /// The set with each row once, if at least half of its rows are copies.
    ///
    /// # Errors
    /// [`Error::TooLarge`] where it does not fit the memory.
    pub(crate) fn distinct(&self) -> Result<Option<&Distinct>> {
        if self.distinct.get().is_none() {
            let found = self.find_distinct()?;
            let _ = self.distinct.set(found);
        }
        Ok(self.distinct.get().and_then(Option::as_ref))
    }

    /// Share of all pairs of rows that the exact sums of the set within itself take: copies are
    /// summed once.
    ///
    /// # Errors
    /// [`Error::TooLarge`] where the distinct rows do not fit the memory.
    pub fn share_of_pairs(&self) -> Result<f64> {
        let pairs = |rows: usize| rows as f64 * (rows as f64 + 1.0);
        let kept = self
            .distinct()?
            .map_or(self.rows, |distinct| distinct.reference.rows());
        Ok(pairs(kept) / pairs(self.rows))
    }

    fn find_distinct(&self) -> Result<Option<Distinct>> {
        // Copies have the same coordinates, which take less time to look at than whole rows.
        if Copies::among(self.rows, |row| self.projections[row].into_iter()).is_none() {
            return Ok(None);
        }
        let Some(copies) = Copies::among(self.rows, |row| self.row(row)) else {
            return Ok(None);
        };
        let Copies { firsts: kept, of } = copies.in_order_given(&self.order);
        check_room::<f64>(kept.len() * self.width, "the reference")?;
        let matrix: Vec<f64> = kept.iter().flat_map(|place| self.row(*place as usize)).collect();
        let mut reference = Self::empty(self.level, self.width, Axes::new(&matrix, self.width));
        reference.append(&matrix)?;
        reference.terms = self.terms;
        let counts = counts_in(&reference, &of);
        // There are no copies among them.
        let _ = reference.distinct.set(None);
        Ok(Some(Distinct {
            reference: Arc::new(reference),
            counts,
            of,
        }))
    }

    /// Fills in rows in the order that is given, with their given indices and their coordinates in
    /// that order.
    fn fill(&mut self, values: &[&[f64]], order: &[u32], numbers: Vec<u32>, projections: Vec<Projection>) {
        let columns = self.panel_rows();
        let kept = self.order.len();
        self.order.extend(numbers);
        self.projections.extend(projections);
        self.panel_bounds
            .extend(self.projections[kept..].chunks(columns).map(Bounds::of));
        for leaf in order.chunks(LEAF) {
            let values: Vec<&[f64]> = leaf.iter().map(|row| values[*row as usize]).collect();
            self.fill_leaf(&values);
        }
    }

    /// Fills the next leaf.
    fn fill_leaf(&mut self, values: &[&[f64]]) {
        let (width, columns) = (self.width, self.panel_rows());
        let rows = leaf_rows(self.leaves.len(), self.rows);
        let centre = (0..width)
            .map(|column| exact_centre(values.iter().map(|row| row[column])))
            .collect::<Vec<_>>();
        let mut largest_half_norm = 0.0_f64;
        for (row, given) in rows.clone().zip(values) {
            let panel = &mut self.panels[row / columns * columns * width..][..columns * width];
            let places = panel.iter_mut().skip(row % columns).step_by(columns);
            let mut norm = 0.0;
            for ((place, value), centre) in places.zip(*given).zip(&centre) {
                *place = value - centre;
                norm += *place * *place;
            }
            self.half_norms[row] = 0.5 * norm;
            largest_half_norm = largest_half_norm.max(0.5 * norm);
        }
        let bounds = Bounds::of(&self.projections[rows]);
        self.leaves.push(Leaf {
            centre,
            bounds,
            largest_half_norm,
        });
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Rows that kernel sums count, copies included.
    pub(crate) fn terms(&self) -> usize {
        self.terms
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

    pub(crate) fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// Given index of each ordered row.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    pub(crate) fn projections(&self) -> &[Projection] {
        &self.projections
    }

    pub(crate) fn axes(&self) -> &Axes {
        &self.axes
    }

    /// Largest |value| that was given.
    pub(crate) fn largest(&self) -> f64 {
        self.largest
    }

    /// Range of the panels of a leaf.
    pub(crate) fn leaf_panels(&self, leaf: usize) -> Range<usize> {
        let rows = leaf_rows(leaf, self.rows);
        rows.start / self.panel_rows()..rows.end.div_ceil(self.panel_rows())
    }

    pub(crate) fn panel_bounds(&self, panels: Range<usize>) -> &[Bounds] {
        &self.panel_bounds[panels]
    }

    /// Values of some panels, relative to the centre of their leaf.
    pub(crate) fn panels(&self, panels: &Range<usize>) -> &[f64] {
        let size = self.panel_rows() * self.width;
        &self.panels[panels.start * size..panels.end * size]
    }

    /// |x − centre|²/2 of the rows of some panels, ∞ for rows that fill up.
    pub(crate) fn half_norms(&self, panels: &Range<usize>) -> &[f64] {
        &self.half_norms[panels.start * self.panel_rows()..panels.end * self.panel_rows()]
    }

    /// Values of one ordered row, as they were given.
    pub(crate) fn row(&self, row: usize) -> impl Iterator<Item = f64> {
        let columns = self.panel_rows();
        let panel = row / columns * columns * self.width;
        let centre = &self.leaves[row / LEAF].centre;
        let panel = &self.panels[panel..panel + columns * self.width];
        panel
            .iter()
            .skip(row % columns)
            .step_by(columns)
            .zip(centre)
            .map(|(value, centre)| value + centre)
    }
}
