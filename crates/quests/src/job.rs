//! Long work, in steps.

use crate::{Error, Result};

/// Long work planned into steps, so that a caller can report progress and stop between any two of
/// them.
///
/// What a step is follows from the data and the options alone, never from the time or the number of
/// threads: the result has the same bits however the steps are run. Call `step(0)`, `step(1)` …
/// `step(steps() − 1)` in order, then `finish`.
///
/// WebAssembly's threads don't share memory, so other instances of the core compute the steps
/// there: `remote_step(0)`, `remote_step(1)` … write the steps as plain numbers, in order and well
/// before their turn, any instance computes them ([`crate::remote::compute_remote_step`]), and
/// `accept(index, result)` takes the place of `step(index)`. A job runs one way or the other, never
/// both.
pub trait Job {
    /// Number of steps.
    fn steps(&self) -> usize;

    /// Does step `index`.
    ///
    /// # Errors
    /// [`crate::Error::Structures`] with every bad frame of the step; [`crate::Error::Internal`]
    /// when called out of order.
    fn step(&mut self, index: usize) -> Result<()>;

    /// Takes the result out.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when steps are missing.
    fn finish(&mut self) -> Result<Vec<f64>>;

    /// Step `index` as numbers for another instance. Empty if there is nothing to compute; the
    /// result is then empty, too.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when called out of order, and from jobs without remote steps.
    fn remote_step(&mut self, _index: usize) -> Result<Vec<f64>> {
        Err(Error::Internal("this job has no remote steps".into()))
    }

    /// Takes the result of remote step `index`. If a result is rows of the whole, the caller places
    /// them, since it has the memory for them: the result is then the number of rows, their places,
    /// and the rows.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when called out of order.
    fn accept(&mut self, _index: usize, _result: &[f64]) -> Result<()> {
        Err(Error::Internal("rows are placed by the caller".into()))
    }
}

impl<T: Job + ?Sized> Job for Box<T> {
    fn steps(&self) -> usize {
        (**self).steps()
    }

    fn step(&mut self, index: usize) -> Result<()> {
        (**self).step(index)
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        (**self).finish()
    }

    fn remote_step(&mut self, index: usize) -> Result<Vec<f64>> {
        (**self).remote_step(index)
    }

    fn accept(&mut self, index: usize, result: &[f64]) -> Result<()> {
        (**self).accept(index, result)
    }
}

/// Refuses a step out of turn.
pub(crate) fn check_turn(index: usize, done: usize, steps: usize) -> Result<()> {
    if index == done && index < steps {
        Ok(())
    } else {
        Err(Error::Internal(format!(
            "step {index} called after {done} of {steps} steps"
        )))
    }
}

/// Refuses to finish early.
pub(crate) fn check_end(done: usize, steps: usize) -> Result<()> {
    if done == steps {
        Ok(())
    } else {
        Err(Error::Internal(format!("finished after {done} of {steps} steps")))
    }
}

/// Values of ordered rows, put in the order in which the rows were given; `order` is the given
/// index of each.
pub(crate) fn as_given(order: &[u32], values: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; values.len()];
    for (given, value) in order.iter().zip(values) {
        out[*given as usize] = *value;
    }
    out
}
