//! A set of structures: sums of single rows over one structure after the other, each pair when it
//! is needed.
//!
//! Each structure is a small [`Reference`] of its own, along axes that all have in common. A row is
//! summed over a structure as one query, so the terms to skip are decided row by row, from what is
//! known of its sum.

use std::ops::Range;

use crate::kernel::{
    Axes, Bounds, PANEL_VECTORS, Projection, Reference, check_bandwidth, check_exponents, check_matrix,
    half_squared_distances, largest_value, negligible_exponent, order_by_locality, squared_distances,
};
use crate::math::log_add;
use crate::simd::{Aligned, Isa, Kernel, Level, exp2_negative};
use crate::{Error, Result};

/// Rows by structures, and how to sum over them.
#[derive(Debug)]
pub(crate) struct StructureSet {
    level: Level,
    matrix: Vec<f64>,
    width: usize,
    offsets: Vec<u32>,
    bandwidth: f64,
    axes: Axes,
    /// Projections of the rows of the first structures.
    projections: Vec<Projection>,
}

/// Buffers of one thread.
#[derive(Debug, Default)]
pub(crate) struct RowSum {
    query: Vec<f64>,
    active: Vec<u32>,
    exponents: Aligned,
}

impl StructureSet {
    /// Takes a row-major matrix of `width` columns, cut at `offsets`: the first row of each
    /// structure, then the number of rows.
    pub fn new(matrix: Vec<f64>, width: usize, offsets: Vec<u32>, bandwidth: f64) -> Result<Self> {
        let rows = check_matrix("the matrix", &matrix, width)?;
        check_offsets(&offsets, rows)?;
        check_bandwidth(bandwidth)?;
        check_exponents(2.0 * largest_value(&matrix), width, &[bandwidth])?;
        Ok(Self {
            level: Level::selected()?,
            axes: Axes::new(&matrix, width),
            matrix,
            width,
            offsets,
            bandwidth,
            projections: Vec::new(),
        })
    }

    /// Number of structures.
    pub fn count(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.matrix.len() / self.width
    }

    /// Instruction set.
    pub fn level(&self) -> Level {
        self.level
    }

    /// h.
    pub fn bandwidth(&self) -> f64 {
        self.bandwidth
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows of one structure.
    pub fn rows_of(&self, structure: usize) -> Range<usize> {
        self.offsets[structure] as usize..self.offsets[structure + 1] as usize
    }

    /// Values of one row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.matrix[row * self.width..][..self.width]
    }

    /// Mean of the rows of one structure.
    pub fn mean(&self, structure: usize) -> Vec<f64> {
        let rows = self.rows_of(structure);
        let count = rows.len() as f64;
        let mut mean = vec![0.0; self.width];
        for row in rows {
            for (mean, value) in mean.iter_mut().zip(self.row(row)) {
                *mean += value;
            }
        }
        for value in &mut mean {
            *value /= count;
        }
        mean
    }

    /// Coordinates of the rows of one structure along the common axes.
    pub fn projected(&self, structure: usize) -> Vec<Projection> {
        self.rows_of(structure)
            .map(|row| self.axes.project(self.row(row)))
            .collect()
    }

    /// Stores the projections of the next structures, in order.
    pub fn store_projections(&mut self, projections: Vec<Projection>) {
        self.projections.extend(projections);
    }

    /// One structure, laid out for sums over its rows.
    pub fn laid_out(&self, structure: usize, projections: &[Projection]) -> Result<StructureRows> {
        let rows = self.rows_of(structure);
        let order = order_by_locality(projections);
        let values: Vec<f64> = order
            .iter()
            .flat_map(|row| self.row(rows.start + *row as usize))
            .copied()
            .collect();
        let projections = order.iter().map(|row| projections[*row as usize]).collect();
        Ok(StructureRows {
            rows: order.iter().map(|row| rows.start + *row as usize).collect(),
            reference: Reference::laid_out(self.level, &values, self.width, projections)?,
        })
    }

    /// One structure whose projections are stored.
    pub fn structure(&self, structure: usize) -> Result<StructureRows> {
        self.laid_out(structure, &self.projections[self.rows_of(structure)])
    }

    /// The stored projection of one row.
    pub fn point(&self, row: usize) -> &Projection {
        &self.projections[row]
    }

    /// log Σ_j K(x, x_j) of one row at `point` over a structure. Skips terms that are, all
    /// together, below 1e-12 of e^`floor`, where e^`floor` is a sum of which the result is to be a
    /// term. −∞ if all are skipped.
    pub fn log_sum(
        &self,
        row: usize,
        point: &Projection,
        structure: &StructureRows,
        floor: f64,
        work: &mut RowSum,
    ) -> f64 {
        let squared = self.bandwidth * self.bandwidth;
        let limit = squared * (negligible_exponent(self.rows()) - floor);
        let mut total = f64::NEG_INFINITY;
        for leaf in 0..structure.reference.leaves().len() {
            if !work.find(&structure.reference, leaf, point, limit) {
                continue;
            }
            work.place(self.row(row), &structure.reference.leaves()[leaf].centre);
            let (nearest, sum) = work.run(&structure.reference, leaf, squared, None);
            total = log_add(total, sum.ln() - nearest / squared);
        }
        total
    }

    /// Σ_j K(x, x_j) of one row over a structure. Every term is also added to `columns`, one per
    /// row of the structure, in its order and padded to whole panels. Skips terms that don't matter
    /// to sums of 1 and more.
    pub fn add_sums(
        &self,
        row: usize,
        point: &Projection,
        structure: &StructureRows,
        columns: &mut [f64],
        work: &mut RowSum,
    ) -> f64 {
        let squared = self.bandwidth * self.bandwidth;
        let limit = squared * negligible_exponent(self.rows());
        let mut total = 0.0;
        for leaf in 0..structure.reference.leaves().len() {
            if !work.find(&structure.reference, leaf, point, limit) {
                continue;
            }
            work.place(self.row(row), &structure.reference.leaves()[leaf].centre);
            let panels = structure.reference.leaf_panels(leaf);
            let size = structure.reference.panel_rows();
            let columns = &mut columns[panels.start * size..panels.end * size];
            total += work.run(&structure.reference, leaf, squared, Some(columns)).1;
        }
        total
    }

    /// Mean distance between the rows of one structure and those of another.
    pub fn mean_distance(&self, structure: usize, other: &StructureRows) -> f64 {
        let rows = self.rows_of(structure);
        let count = rows.len() * other.rows.len();
        let mut sum = 0.0;
        for row in rows {
            for leaf in 0..other.reference.leaves().len() {
                let distances = half_squared_distances(&other.reference, self.row(row), leaf);
                sum += distances
                    .iter()
                    .map(|half_square| (2.0 * half_square).sqrt())
                    .sum::<f64>();
            }
        }
        sum / count as f64
    }
}

/// One structure, laid out.
#[derive(Debug)]
pub(crate) struct StructureRows {
    reference: Reference,
    /// Given row of each ordered one.
    pub rows: Vec<usize>,
}

impl StructureRows {
    /// Rows, filled up to whole panels.
    pub fn padded(&self) -> usize {
        self.rows.len().next_multiple_of(self.reference.panel_rows())
    }
}

fn check_offsets(offsets: &[u32], rows: usize) -> Result<()> {
    if offsets.len() < 2 || offsets[0] != 0 || offsets[offsets.len() - 1] as usize != rows {
        return Err(Error::Argument(format!(
            "offsets of structures do not go from 0 to the number of rows, {rows}"
        )));
    }
    match offsets.windows(2).position(|pair| pair[0] >= pair[1]) {
        None => Ok(()),
        Some(at) => Err(Error::Argument(format!(
            "structure {at} has no environments, expected at least one"
        ))),
    }
}

impl RowSum {
    /// Finds the panels of a leaf that are within the limit, half a squared distance; returns
    /// whether there are any.
    fn find(&mut self, structure: &Reference, leaf: usize, point: &Projection, limit: f64) -> bool {
        let own = Bounds {
            low: *point,
            high: *point,
        };
        self.active.clear();
        if limit < f64::INFINITY && 0.5 * structure.leaves()[leaf].bounds.squared_gap(&own) > limit {
            return false;
        }
        let bounds = structure
            .panel_bounds(structure.leaf_panels(leaf))
            .iter()
            .enumerate();
        let near =
            bounds.filter(|(_, panel)| limit == f64::INFINITY || 0.5 * panel.squared_gap(&own) <= limit);
        self.active.extend(near.map(|(at, _)| at as u32));
        !self.active.is_empty()
    }

    /// Takes a row relative to a centre.
    fn place(&mut self, row: &[f64], centre: &[f64]) {
        self.query.clear();
        self.query
            .extend(row.iter().zip(centre).map(|(value, centre)| value - centre));
    }

    /// Half the least squared distance of the row to the panels found, and Σ exp((least − half
    /// squared distance)/h²) over them. With columns the least is taken as 0, and terms are added
    /// to them.
    fn run(
        &mut self,
        structure: &Reference,
        leaf: usize,
        squared: f64,
        columns: Option<&mut [f64]>,
    ) -> (f64, f64) {
        let panels = structure.leaf_panels(leaf);
        self.exponents.resize(self.active.len() * structure.panel_rows());
        structure.level.run(OneRow {
            query: &self.query,
            panels: structure.panels(&panels),
            norms: structure.half_norms(&panels),
            active: &self.active,
            scale: std::f64::consts::LOG2_E / squared,
            exponents: &mut self.exponents,
            columns: columns.unwrap_or_default(),
        })
    }
}

/// Kernels of one row and the active panels of a leaf, both relative to the same centre.
struct OneRow<'a> {
    query: &'a [f64],
    panels: &'a [f64],
    /// ∞ for padding.
    norms: &'a [f64],
    active: &'a [u32],
    scale: f64,
    exponents: &'a mut [f64],
    columns: &'a mut [f64],
}

impl Kernel for OneRow<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) -> (f64, f64) {
        let (panels, _) = S::as_simd_f64s(self.panels);
        let (norms, _) = S::as_simd_f64s(self.norms);
        let (exponents, _) = S::as_mut_simd_f64s(self.exponents);
        let (columns, _) = S::as_mut_simd_f64s(self.columns);
        let infinity = simd.splat_f64s(f64::INFINITY);
        let half = simd.splat_f64s(0.5);
        let size = PANEL_VECTORS * self.query.len();
        let mut least = infinity;
        for (out, panel) in exponents.chunks_exact_mut(PANEL_VECTORS).zip(self.active) {
            let at = *panel as usize;
            let values = &panels[at * size..(at + 1) * size];
            let norms = &norms[at * PANEL_VECTORS..][..PANEL_VECTORS];
            let squares = squared_distances(simd, self.query, values);
            for v in 0..PANEL_VECTORS {
                let fills_up = simd.equal_f64s(norms[v], infinity);
                let distance = simd.select_f64s(fills_up, infinity, simd.mul_f64s(squares[v], half));
                least = simd.smaller(least, distance);
                out[v] = distance;
            }
        }
        let nearest = if columns.is_empty() {
            simd.reduce_min_f64s(least)
        } else {
            0.0
        };
        let (scale, origin) = (simd.splat_f64s(self.scale), simd.splat_f64s(nearest));
        let mut sum = simd.splat_f64s(0.0);
        for (distances, panel) in exponents.chunks_exact(PANEL_VECTORS).zip(self.active) {
            let mut exponents = [origin; PANEL_VECTORS];
            for v in 0..PANEL_VECTORS {
                exponents[v] = simd.mul_f64s(simd.sub_f64s(origin, distances[v]), scale);
            }
            let kernels = exp2_negative(simd, exponents);
            for v in 0..PANEL_VECTORS {
                sum = simd.add_f64s(sum, kernels[v]);
                if !columns.is_empty() {
                    let column = &mut columns[*panel as usize * PANEL_VECTORS + v];
                    *column = simd.add_f64s(*column, kernels[v]);
                }
            }
        }
        (nearest, simd.reduce_sum_f64s(sum))
    }
}
