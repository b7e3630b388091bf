//! When numbers agree.

use proptest::test_runner::TestCaseError;

/// How far a number may be from the one expected.
#[derive(Clone, Copy, Debug)]
pub enum Tolerance {
    /// This far.
    Absolute(f64),
    /// This far times max(1, |expected|).
    Scaled(f64),
    /// This far times |expected|.
    Relative(f64),
}

impl Tolerance {
    fn around(self, expected: f64) -> f64 {
        match self {
            Self::Absolute(tolerance) => tolerance,
            Self::Scaled(tolerance) => tolerance * expected.abs().max(1.0),
            Self::Relative(tolerance) => tolerance * expected.abs(),
        }
    }
}

/// Whether all numbers are as expected; says which one is not. NaN never is.
pub fn agree(actual: &[f64], expected: &[f64], tolerance: Tolerance) -> Result<(), TestCaseError> {
    if actual.len() != expected.len() {
        return Err(failure(format!(
            "{} numbers where {} are expected",
            actual.len(),
            expected.len()
        )));
    }
    for (index, (&actual, &expected)) in actual.iter().zip(expected).enumerate() {
        let difference = (actual - expected).abs();
        let in_tolerance = difference <= tolerance.around(expected);
        if !in_tolerance {
            return Err(failure(format!(
                "number {index} is {actual:?}, expected {expected:?}: off by {difference:.2e}, {tolerance:?}"
            )));
        }
    }
    Ok(())
}

/// Whether all rows agree with those expected; says in which one a number does not.
pub fn rows_agree(
    actual: &[Vec<f64>],
    expected: &[Vec<f64>],
    tolerance: Tolerance,
) -> Result<(), TestCaseError> {
    if actual.len() != expected.len() {
        return Err(failure(format!(
            "{} rows where {} are expected",
            actual.len(),
            expected.len()
        )));
    }
    for (index, (actual, expected)) in actual.iter().zip(expected).enumerate() {
        agree(actual, expected, tolerance).map_err(|error| failure(format!("row {index}: {error}")))?;
    }
    Ok(())
}

/// Whether all numbers have the same bits.
pub fn same_bits(actual: &[f64], expected: &[f64]) -> bool {
    actual.len() == expected.len()
        && actual
            .iter()
            .zip(expected)
            .all(|(x, y)| x.to_bits() == y.to_bits())
}

fn failure(text: String) -> TestCaseError {
    TestCaseError::fail(text)
}
