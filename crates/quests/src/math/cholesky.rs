//! Cholesky factors of small symmetric matrices, row-major. Of each only the upper triangle is read
//! and written, since its rows lie one after the other in memory.

/// Adds v vᵀ to a matrix.
pub(crate) fn add_square(matrix: &mut [f64], v: &[f64]) {
    let size = v.len();
    for (i, (row, factor)) in matrix.chunks_exact_mut(size).zip(v).enumerate() {
        for (value, other) in row[i..].iter_mut().zip(&v[i..]) {
            *value += factor * other;
        }
    }
}

/// Replaces a positive definite matrix A by U, A = Uᵀ U.
pub(crate) fn factorise(matrix: &mut [f64], size: usize) {
    for j in 0..size {
        let (above, below) = matrix.split_at_mut((j + 1) * size);
        let row = &mut above[j * size..];
        let root = row[j].sqrt();
        for value in &mut row[j..] {
            *value /= root;
        }
        for (i, other) in below
            .chunks_exact_mut(size)
            .enumerate()
            .map(|(i, other)| (i + j + 1, other))
        {
            let factor = row[i];
            for (value, one) in other[i..].iter_mut().zip(&row[i..]) {
                *value -= factor * one;
            }
        }
    }
}

/// Replaces v by the y with Uᵀ y = v.
pub(crate) fn solve_transposed(factor: &[f64], v: &mut [f64]) {
    let size = v.len();
    for (j, row) in factor.chunks_exact(size).enumerate() {
        let (head, rest) = v.split_at_mut(j + 1);
        head[j] /= row[j];
        for (value, other) in rest.iter_mut().zip(&row[j + 1..]) {
            *value -= head[j] * other;
        }
    }
}

/// log det A, from its factor.
pub(crate) fn log_determinant(factor: &[f64], size: usize) -> f64 {
    2.0 * (0..size).map(|at| factor[at * size + at].ln()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::{add_square, factorise, log_determinant, solve_transposed};

    #[test]
    fn factors_give_determinants_and_solutions() {
        // A = I + v vᵀ + w wᵀ, whose determinant is (1 + v·v)(1 + w·w) − (v·w)².
        let (v, w) = ([1.0, -2.0, 0.5], [0.25, 3.0, 1.0]);
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let mut matrix = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        add_square(&mut matrix, &v);
        add_square(&mut matrix, &w);
        let mut factor = matrix;
        factorise(&mut factor, 3);
        let expected = (1.0 + dot(&v, &v)) * (1.0 + dot(&w, &w)) - dot(&v, &w).powi(2);
        assert!((log_determinant(&factor, 3) - expected.ln()).abs() < 1e-14);
        // Uᵀ y = v, so y·y = v A⁻¹ v.
        let mut y = v;
        solve_transposed(&factor, &mut y);
        let mut bordered = matrix;
        add_square(&mut bordered, &v);
        factorise(&mut bordered, 3);
        let ratio = (log_determinant(&bordered, 3) - log_determinant(&factor, 3)).exp();
        assert!((1.0 + dot(&y, &y) - ratio).abs() < 1e-13);
    }
}
