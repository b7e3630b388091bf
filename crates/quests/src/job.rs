//! Long work, in steps.

use crate::Result;

/// Long work planned into steps, so that a caller can report progress and stop between any two of them.
///
/// What a step is follows from the data and the options alone, never from the time or the number of threads:
/// the result has the same bits however the steps are run. Call `step(0)`, `step(1)` … `step(steps() − 1)` in
/// order, then `finish`.
pub trait Job {
    /// Number of steps.
    fn steps(&self) -> usize;

    /// Does step `index`.
    ///
    /// # Errors
    /// [`crate::Error::Structure`] where the data turns out to be unusable; [`crate::Error::Internal`] when called
    /// out of order.
    fn step(&mut self, index: usize) -> Result<()>;

    /// Takes the result out.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when steps are missing.
    fn finish(&mut self) -> Result<Vec<f64>>;
}
