//! Greedy log-determinant: the structures that tell most of a linear model on the descriptor.
//!
//! With columns of mean 0 and standard deviation 1 and a constant column beside them, Φ_S the rows
//! of a structure and A = λ I + Σ Φᵀ Φ over the structures that were picked, a structure is worth
//! ½ log det(I + Φ_S A⁻¹ Φ_Sᵀ): what its environments tell of the weights of a linear model, in
//! nats, if weights are normal with variance 1/λ and each environment is observed with noise of
//! variance 1. It only ever falls as more is picked (the information is submodular).

use super::greedy::{Candidate, Greedy};
use super::structure_set::StructureSet;
use super::{Pick, answer};
use crate::job::{check_end, check_turn};
use crate::math::{add_square, factorise, log_determinant, solve_transposed};
use crate::{Job, Result};

/// λ. Small, so that a direction in which nothing varies yet counts, however little it varies.
const RIDGE: f64 = 1e-4;

/// A standard deviation below this share of the largest value of a column is rounding.
const CONSTANT: f64 = 1e-12;

struct Structure {
    index: usize,
    worth: f64,
}

impl Candidate for Structure {
    fn index(&self) -> usize {
        self.index
    }

    fn bound(&self) -> f64 {
        self.worth
    }
}

/// Picks what tells most of a linear model; see [`super::select`].
pub(super) struct LogDetJob {
    set: StructureSet,
    /// Rows of Φ.
    features: Vec<f64>,
    size: usize,
    /// A, its upper triangle, and its factor.
    information: Vec<f64>,
    factor: Vec<f64>,
    candidates: Greedy<Structure>,
    picks: Vec<Pick>,
    count: usize,
}

/// Buffers of one thread.
#[derive(Default)]
struct Workspace {
    solved: Vec<f64>,
    column: Vec<f64>,
    square: Vec<f64>,
}

impl LogDetJob {
    pub fn new(set: StructureSet, count: usize) -> Self {
        let (features, size) = standardised(&set);
        let mut information = vec![0.0; size * size];
        information
            .iter_mut()
            .step_by(size + 1)
            .for_each(|value| *value = RIDGE);
        let mut factor = information.clone();
        factorise(&mut factor, size);
        let structures = (0..set.count()).map(|index| Structure {
            index,
            worth: f64::INFINITY,
        });
        Self {
            candidates: Greedy::new(structures),
            set,
            features,
            size,
            information,
            factor,
            picks: Vec::new(),
            count,
        }
    }

    fn add(&mut self, Structure { index, worth }: &Structure) {
        self.picks.push(Pick {
            index: *index,
            gain: *worth,
        });
        for row in self.set.rows_of(*index) {
            let values = &self.features[row * self.size..][..self.size];
            add_square(&mut self.information, values);
        }
        self.factor.copy_from_slice(&self.information);
        factorise(&mut self.factor, self.size);
    }
}

/// Φ, and its number of columns.
fn standardised(set: &StructureSet) -> (Vec<f64>, usize) {
    let (rows, width) = (set.rows(), set.width());
    let count = rows as f64;
    let mut features = vec![1.0; rows];
    let mut size = 1;
    let mut columns: Vec<(usize, f64, f64)> = Vec::new();
    for column in 0..width {
        let values = || (0..rows).map(|row| set.row(row)[column]);
        let mean = values().sum::<f64>() / count;
        let deviation = (values().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
        let largest = values().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        if deviation > CONSTANT * largest {
            columns.push((column, mean, deviation));
        }
    }
    if !columns.is_empty() {
        size += columns.len();
        features = (0..rows)
            .flat_map(|row| {
                let values = set.row(row);
                std::iter::once(1.0).chain(
                    columns
                        .iter()
                        .map(move |(column, mean, deviation)| (values[*column] - mean) / deviation),
                )
            })
            .collect();
    }
    (features, size)
}

/// ½ log det(I + Φ A⁻¹ Φᵀ) for the rows of Φ, from the factor U of A: of I + Y Yᵀ or I + Yᵀ Y, the
/// smaller of both, where a row of Y solves Uᵀ y = φ.
fn information_of(features: &[f64], size: usize, factor: &[f64], work: &mut Workspace) -> f64 {
    let rows = features.len() / size;
    work.solved.clear();
    work.solved.extend_from_slice(features);
    for row in work.solved.chunks_exact_mut(size) {
        solve_transposed(factor, row);
    }
    let side = rows.min(size);
    work.square.clear();
    work.square.resize(side * side, 0.0);
    work.square
        .iter_mut()
        .step_by(side + 1)
        .for_each(|value| *value = 1.0);
    if rows < size {
        for at in 0..size {
            work.column.clear();
            work.column.extend(work.solved.iter().skip(at).step_by(size));
            add_square(&mut work.square, &work.column);
        }
    } else {
        for row in work.solved.chunks_exact(size) {
            add_square(&mut work.square, row);
        }
    }
    factorise(&mut work.square, side);
    0.5 * log_determinant(&work.square, side)
}

impl Job for LogDetJob {
    fn steps(&self) -> usize {
        self.count
    }

    fn step(&mut self, index: usize) -> Result<()> {
        check_turn(index, self.picks.len(), self.count)?;
        let Self {
            set,
            features,
            size,
            factor,
            candidates,
            ..
        } = self;
        let advance = |work: &mut Workspace, structure: &mut Structure, _: f64| {
            let rows = set.rows_of(structure.index);
            let own = &features[rows.start * *size..rows.end * *size];
            structure.worth = structure.worth.min(information_of(own, *size, factor, work));
            true
        };
        if let Some(structure) = candidates.pick(Workspace::default, advance)? {
            self.add(&structure);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        check_end(self.picks.len(), self.count)?;
        Ok(answer(&self.picks, &[]))
    }
}
