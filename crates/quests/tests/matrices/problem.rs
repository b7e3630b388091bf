//! Kernel problems: reference, queries, bandwidths, weights.

use super::Noise;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;

/// Reference rows × queries × columns that the oracle is asked to do at most.
const WORK: usize = 4_000_000;

/// How the rows lie.
#[derive(Clone, Copy, Debug)]
pub enum Layout {
    /// In one cloud.
    Cloud,
    /// In clouds this many spreads apart, with queries close to rows: a norm expansion must not
    /// lose their digits.
    Clusters(f64),
    /// Every row several times.
    Duplicates,
    /// All at one point.
    Identical,
}

/// What a problem is made from: small to print, easy to shrink.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Rows of the reference.
    pub rows: usize,
    /// Queries.
    pub queries: usize,
    /// Columns.
    pub width: usize,
    /// How the rows lie.
    pub layout: Layout,
    /// Distance of a row from the middle of its cloud, about.
    pub spread: f64,
    /// Added to every number: the data may lie anywhere.
    pub offset: f64,
    /// Bandwidths, in one pass.
    pub bandwidths: Vec<f64>,
    /// Seed of the numbers.
    pub seed: u64,
}

/// A kernel problem.
pub struct Problem {
    /// Columns of both matrices.
    pub width: usize,
    /// Row-major.
    pub reference: Vec<f64>,
    /// Row-major; empty for the reference against itself.
    pub queries: Vec<f64>,
    /// One per row of the reference, of both signs.
    pub weights: Vec<f64>,
}

/// Any recipe: 1 to 3,000 rows of 1 to 130 columns.
pub fn recipe() -> impl Strategy<Value = Recipe> {
    let layout = prop_oneof![
        3 => Just(Layout::Cloud),
        3 => logarithmic(1.0, 1e6).prop_map(Layout::Clusters),
        1 => Just(Layout::Duplicates),
        1 => Just(Layout::Identical),
    ];
    let size = (logarithmic(1.0, 3000.0), logarithmic(1.0, 3000.0), 1..=130_usize);
    let offset = prop_oneof![4 => Just(0.0), 1 => Just(1e3), 1 => Just(-1e6)];
    let bandwidths = vec(logarithmic(1e-3, 1.0), 1..=5);
    (
        size,
        layout,
        logarithmic(1e-3, 10.0),
        offset,
        bandwidths,
        any::<u64>(),
    )
        .prop_map(
            |((rows, queries, width), layout, spread, offset, bandwidths, seed)| {
                let rows = rows as usize;
                let queries = (queries as usize).min(WORK / (rows * width)).max(1);
                Recipe {
                    rows,
                    queries,
                    width,
                    layout,
                    spread,
                    offset,
                    bandwidths,
                    seed,
                }
            },
        )
}

/// Uniform in the logarithm.
fn logarithmic(low: f64, high: f64) -> impl Strategy<Value = f64> {
    (low.ln()..high.ln()).prop_map(f64::exp)
}

impl Recipe {
    /// The problem.
    pub fn build(&self) -> Problem {
        let mut noise = Noise::new(self.seed);
        let centers = self.centers(&mut noise);
        let reference = self.reference(&mut noise, &centers);
        let queries = (0..self.queries)
            .flat_map(|_| self.query(&mut noise, &reference, &centers))
            .collect();
        let weights = (0..self.rows).map(|_| noise.between(-1.0, 1.0)).collect();
        Problem {
            width: self.width,
            reference,
            queries,
            weights,
        }
    }

    fn centers(&self, noise: &mut Noise) -> Vec<Vec<f64>> {
        let (count, apart) = match self.layout {
            Layout::Clusters(apart) => (4, apart * self.spread),
            _ => (1, 0.0),
        };
        (0..count)
            .map(|_| self.around(noise, &vec![self.offset; self.width], apart))
            .collect()
    }

    fn reference(&self, noise: &mut Noise, centers: &[Vec<f64>]) -> Vec<f64> {
        let distinct = match self.layout {
            Layout::Cloud | Layout::Clusters(_) => self.rows,
            Layout::Duplicates => self.rows.div_ceil(4),
            Layout::Identical => 1,
        };
        let rows: Vec<Vec<f64>> = (0..distinct)
            .map(|row| self.around(noise, &centers[row % centers.len()], self.spread))
            .collect();
        (0..self.rows)
            .flat_map(|row| rows[row % distinct].clone())
            .collect()
    }

    /// A query: a row itself, close to one by the first bandwidth, or anywhere in a cloud.
    fn query(&self, noise: &mut Noise, reference: &[f64], centers: &[Vec<f64>]) -> Vec<f64> {
        let row = noise.below(self.rows) * self.width;
        let row = &reference[row..row + self.width];
        match noise.below(3) {
            0 => row.to_vec(),
            1 => self.around(noise, row, self.bandwidths[0]),
            _ => {
                let center = noise.below(centers.len());
                self.around(noise, &centers[center], self.spread)
            }
        }
    }

    /// A point at about this distance, at most √3 times it.
    fn around(&self, noise: &mut Noise, center: &[f64], distance: f64) -> Vec<f64> {
        let reach = distance * (3.0 / self.width as f64).sqrt();
        center.iter().map(|x| x + noise.between(-reach, reach)).collect()
    }
}

impl Problem {
    /// The reference against itself: without queries, or with a copy of it.
    pub fn against_itself(self, copied: bool) -> Self {
        let queries = if copied {
            self.reference.clone()
        } else {
            Vec::new()
        };
        Self { queries, ..self }
    }

    /// How far each log p (bandwidths × queries) may be off: 1e-10·max(1, |log p|), and what half
    /// of the last digit of numbers as large as the data's extent is worth. The second is below the
    /// first unless the extent is more than 10⁵ bandwidths.
    pub fn tolerances(&self, bandwidths: &[f64], log_sums: &[f64]) -> Vec<f64> {
        let rounding = 0.5 * f64::EPSILON * self.extent() * (self.width as f64).sqrt();
        let rows = (self.reference.len() / self.width) as f64;
        let per_bandwidth = log_sums.len() / bandwidths.len();
        let tolerance = |(index, log_sum): (usize, &f64)| {
            // The terms that matter are those of rows at most this many bandwidths away.
            let reach = (2.0 * (log_sum.abs() + rows.ln() + 1.0)).sqrt();
            1e-10 * log_sum.abs().max(1.0) + reach * rounding / bandwidths[index / per_bandwidth]
        };
        log_sums.iter().enumerate().map(tolerance).collect()
    }

    /// Largest difference between two numbers of a column.
    fn extent(&self) -> f64 {
        let range = |column: usize| {
            let values = || {
                self.reference
                    .iter()
                    .chain(&self.queries)
                    .skip(column)
                    .step_by(self.width)
            };
            values().copied().fold(f64::NEG_INFINITY, f64::max)
                - values().copied().fold(f64::INFINITY, f64::min)
        };
        (0..self.width).map(range).fold(0.0, f64::max)
    }
}
