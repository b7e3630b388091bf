//! Leading principal axes: the few directions in which a set of rows is widest.
//!
//! Projecting on orthonormal axes never lengthens a distance, so distances between projections
//! bound those between rows from below, whatever the axes are. On real descriptors 8 axes hold
//! 95–99 % of the variance.

use crate::math::{ordered_bits, radix_sort};

/// Number of axes.
pub(crate) const AXES: usize = 8;

/// Coordinates along the axes.
pub(crate) type Projection = [f64; AXES];

/// Rows of the sample in which the axes are found. A few thousand show in which directions a set is
/// wide.
const SAMPLE: usize = 2048;

/// Rounds of orthogonal iteration. The axes need not be converged, only orthonormal.
const ROUNDS: usize = 6;

/// Directions shorter than this, relative to the longest, are rounding.
const RANK: f64 = 1e-12;

/// Orthonormal directions, at most [`AXES`] of them, and a common origin.
#[derive(Debug, Clone)]
pub(crate) struct Axes {
    origin: Vec<f64>,
    /// What each column of a row adds to its coordinates; zeros for directions that are missing.
    directions: Vec<Projection>,
}

impl Axes {
    /// Axes of a row-major `matrix` of `width` columns.
    pub fn new(matrix: &[f64], width: usize) -> Self {
        let rows = matrix.len() / width;
        let sample = || matrix.chunks_exact(width).step_by(Self::stride(rows));
        let count = sample().len() as f64;
        let sum = |of: &dyn Fn(&[f64]) -> f64| sample().map(of).sum::<f64>();
        let origin: Vec<f64> = (0..width).map(|column| sum(&|row| row[column] / count)).collect();
        let spread = |column: usize| sum(&|row| (row[column] - origin[column]).powi(2));
        let widest = radix_sort((0..width).map(|column| !ordered_bits(spread(column))));
        let mut axes = Self {
            origin,
            directions: vec![[0.0; AXES]; width],
        };
        for (axis, (_, column)) in widest.iter().take(AXES).enumerate() {
            axes.directions[*column][axis] = 1.0;
        }
        for _ in 0..ROUNDS {
            axes.directions = orthonormal(&axes.times_covariance(sample()));
        }
        axes
    }

    /// Sums of products of the columns of some rows, times the directions.
    fn times_covariance<'a>(&self, rows: impl Iterator<Item = &'a [f64]>) -> Vec<Projection> {
        let mut out = vec![[0.0; AXES]; self.origin.len()];
        for row in rows {
            let along = self.project(row);
            for ((out, x), origin) in out.iter_mut().zip(row).zip(&self.origin) {
                for (out, along) in out.iter_mut().zip(&along) {
                    *out += along * (x - origin);
                }
            }
        }
        out
    }

    /// Distance of the rows that make the sample of `rows` rows.
    pub fn stride(rows: usize) -> usize {
        rows.div_ceil(SAMPLE)
    }

    /// The origin, then what each column adds to each coordinate.
    pub fn numbers(&self) -> Vec<f64> {
        let directions = self.directions.iter().flatten();
        self.origin.iter().chain(directions).copied().collect()
    }

    /// Axes from [`Self::numbers`]; none if these are not numbers of vectors of `width`.
    pub fn of(numbers: &[f64], width: usize) -> Option<Self> {
        let (origin, directions) = numbers.split_at_checked(width)?;
        let (directions, rest) = directions.as_chunks();
        (rest.is_empty() && directions.len() == width).then(|| Self {
            origin: origin.to_vec(),
            directions: directions.to_vec(),
        })
    }

    /// No directions, for rows whose coordinates are known.
    pub fn none() -> Self {
        Self {
            origin: Vec::new(),
            directions: Vec::new(),
        }
    }

    /// Coordinates of one row along the axes; zeros for axes that are missing.
    // Not inlined: a copy in each caller would make the module larger.
    #[inline(never)]
    pub fn project(&self, row: &[f64]) -> Projection {
        let mut out = [0.0; AXES];
        for ((x, origin), directions) in row.iter().zip(&self.origin).zip(&self.directions) {
            // All coordinates side by side: each alone would wait for its own last addition.
            for (out, direction) in out.iter_mut().zip(directions) {
                *out += (x - origin) * direction;
            }
        }
        out
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Gram–Schmidt, each direction twice for the sake of rounding; directions that vanish are left
/// out.
fn orthonormal(directions: &[Projection]) -> Vec<Projection> {
    let mut found: Vec<Vec<f64>> = Vec::new();
    for axis in 0..AXES {
        let mut direction: Vec<f64> = directions.iter().map(|column| column[axis]).collect();
        let before = dot(&direction, &direction).sqrt();
        for _ in 0..2 {
            for known in &found {
                let along = dot(&direction, known);
                for (value, known) in direction.iter_mut().zip(known) {
                    *value -= along * known;
                }
            }
        }
        let length = dot(&direction, &direction).sqrt();
        if length > RANK * before && length.is_normal() {
            for value in &mut direction {
                *value /= length;
            }
            found.push(direction);
        }
    }
    let mut out = vec![[0.0; AXES]; directions.len()];
    for (axis, direction) in found.iter().enumerate() {
        for (out, value) in out.iter_mut().zip(direction) {
            out[axis] = *value;
        }
    }
    out
}

/// The smallest box along the axes that holds some rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub low: Projection,
    pub high: Projection,
}

impl Bounds {
    pub fn of<'a>(projections: impl IntoIterator<Item = &'a Projection>) -> Self {
        let mut bounds = Self {
            low: [f64::INFINITY; AXES],
            high: [f64::NEG_INFINITY; AXES],
        };
        for projection in projections {
            for (axis, at) in projection.iter().enumerate() {
                bounds.low[axis] = bounds.low[axis].min(*at);
                bounds.high[axis] = bounds.high[axis].max(*at);
            }
        }
        bounds
    }

    /// No row of one box is nearer to a row of the other than the square root of this.
    #[inline(always)]
    pub fn squared_gap(&self, other: &Self) -> f64 {
        let mut sum = 0.0;
        for axis in 0..AXES {
            let below = self.low[axis] - other.high[axis];
            let above = other.low[axis] - self.high[axis];
            // Twice the larger of the two, or 0 if both are negative: only one can be positive.
            // Comparisons would take longer.
            let twice = (below + below.abs()) + (above + above.abs());
            sum += twice * twice;
        }
        0.25 * sum
    }

    /// No row of one box is further from a row of the other, along the axes, than the square root
    /// of this.
    #[inline(always)]
    pub fn squared_span(&self, other: &Self) -> f64 {
        let mut sum = 0.0;
        for axis in 0..AXES {
            let span = (self.high[axis] - other.low[axis]).max(other.high[axis] - self.low[axis]);
            sum += span * span;
        }
        sum
    }
}
