//! Whether arrays that grow with the data fit the memory, asked before they are made: an allocation
//! that fails ends the process.

use crate::{Error, Result};

/// Refuses an array that does not fit the memory.
///
/// # Errors
/// [`Error::TooLarge`], with the size.
pub(crate) fn check_room<T>(length: usize, what: &str) -> Result<()> {
    if Vec::<T>::new().try_reserve_exact(length).is_ok() {
        return Ok(());
    }
    let size = length as f64 * size_of::<T>() as f64 / 1e9;
    Err(Error::TooLarge(format!(
        "{what} do not fit the memory: {size:.1} GB more; take fewer environments, or estimate"
    )))
}

/// A copy of an array, if it fits the memory.
///
/// # Errors
/// As [`check_room`].
pub(crate) fn copied<T: Copy>(values: &[T], what: &str) -> Result<Vec<T>> {
    check_room::<T>(values.len(), what)?;
    Ok(values.to_vec())
}

/// An array of zeros, if it fits the memory. The system provides them when they are first touched.
///
/// # Errors
/// As [`check_room`].
pub(crate) fn zeros(length: usize, what: &str) -> Result<Vec<f64>> {
    check_room::<f64>(length, what)?;
    Ok(vec![0.0; length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_with_its_size() {
        // More addresses than any machine has.
        let refusal = check_room::<f64>(1 << 59, "sums").unwrap_err();
        assert_eq!(refusal.code(), "TOO_LARGE");
        let text = refusal.to_string();
        assert!(
            text.starts_with("sums do not fit the memory: 4611686018.4 GB more"),
            "{text}"
        );
        assert!(zeros(usize::MAX, "sums").is_err());
        assert_eq!(zeros(3, "sums"), Ok(vec![0.0; 3]));
        assert_eq!(copied(&[1, 2], "labels"), Ok(vec![1, 2]));
    }
}
