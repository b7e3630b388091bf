//! Leading principal axes: the few directions in which a set of rows is widest.
//!
//! Projecting on orthonormal axes never lengthens a distance, so distances between projections bound those between rows
//! from below, whatever the axes are. On real descriptors 8 axes hold 95–99 % of the variance.

use crate::ranked::{rank, ranked};

/// Number of axes.
pub(crate) const AXES: usize = 8;

/// Coordinates along the axes.
pub(crate) type Projection = [f64; AXES];

/// Rows looked at to find the axes; a few thousand show where a set is wide.
const SAMPLE: usize = 2048;

/// Rounds of orthogonal iteration. The axes need not be converged to serve, only orthonormal.
const ROUNDS: usize = 6;

/// Directions shorter than this, relative to the longest, are rounding.
const RANK: f64 = 1e-12;

/// Orthonormal directions, at most [`AXES`] of them, and a common origin.
#[derive(Debug, Clone)]
pub(crate) struct Axes {
    origin: Vec<f64>,
    directions: Vec<Vec<f64>>,
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

impl Axes {
    /// Axes of a row-major `matrix` of `width` columns.
    pub fn new(matrix: &[f64], width: usize) -> Self {
        let rows = matrix.len() / width;
        let sample: Vec<&[f64]> = matrix.chunks_exact(width).step_by(Self::stride(rows)).collect();
        let count = sample.len() as f64;
        let origin: Vec<f64> = (0..width)
            .map(|column| sample.iter().map(|row| row[column] / count).sum())
            .collect();
        let centred: Vec<Vec<f64>> = sample
            .iter()
            .map(|row| row.iter().zip(&origin).map(|(x, o)| x - o).collect())
            .collect();
        let spread = |column: usize| centred.iter().map(|row| row[column].powi(2)).sum();
        let widest = ranked((0..width).map(|column| !rank(spread(column))));
        let mut directions: Vec<Vec<f64>> = widest
            .iter()
            .take(AXES)
            .map(|(_, column)| (0..width).map(|at| f64::from(u8::from(at == *column))).collect())
            .collect();
        for _ in 0..ROUNDS {
            directions = orthonormal(
                directions
                    .iter()
                    .map(|direction| times_covariance(&centred, direction)),
            );
        }
        Self { origin, directions }
    }

    /// Distance of the rows that make the sample of `rows` rows.
    pub fn stride(rows: usize) -> usize {
        rows.div_ceil(SAMPLE)
    }

    /// The origin, then each direction.
    pub fn numbers(&self) -> Vec<f64> {
        let directions = self.directions.iter().flatten();
        self.origin.iter().chain(directions).copied().collect()
    }

    /// Axes as [`Self::numbers`] gives them; none where these do not make vectors of `width`.
    pub fn of(numbers: &[f64], width: usize) -> Option<Self> {
        let mut vectors = numbers.chunks_exact(width).map(<[f64]>::to_vec);
        let fits = numbers.len().is_multiple_of(width) && numbers.len() <= (1 + AXES) * width;
        let origin = vectors.next().filter(|_| fits)?;
        Some(Self {
            origin,
            directions: vectors.collect(),
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
    pub fn project(&self, row: &[f64]) -> Projection {
        let mut out = [0.0; AXES];
        for (out, direction) in out.iter_mut().zip(&self.directions) {
            *out = row
                .iter()
                .zip(&self.origin)
                .zip(direction)
                .map(|((x, o), d)| (x - o) * d)
                .sum();
        }
        out
    }
}

fn times_covariance(rows: &[Vec<f64>], direction: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; direction.len()];
    for row in rows {
        let along = dot(row, direction);
        for (out, value) in out.iter_mut().zip(row) {
            *out += along * value;
        }
    }
    out
}

/// Gram–Schmidt, each direction twice for the sake of rounding; directions that vanish are left out.
fn orthonormal(directions: impl Iterator<Item = Vec<f64>>) -> Vec<Vec<f64>> {
    let mut out: Vec<Vec<f64>> = Vec::new();
    for mut direction in directions {
        let before = dot(&direction, &direction).sqrt();
        for _ in 0..2 {
            for known in &out {
                let along = dot(&direction, known);
                for (value, known) in direction.iter_mut().zip(known) {
                    *value -= along * known;
                }
            }
        }
        let length = dot(&direction, &direction).sqrt();
        if length > RANK * before && length.is_normal() {
            direction.iter_mut().for_each(|value| *value /= length);
            out.push(direction);
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
            // Twice the larger of the two, or 0 if both are negative: only one can be positive. Comparisons would take longer.
            let twice = (below + below.abs()) + (above + above.abs());
            sum += twice * twice;
        }
        0.25 * sum
    }

    /// No row of one box is further from a row of the other, along the axes, than the square root of this.
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
