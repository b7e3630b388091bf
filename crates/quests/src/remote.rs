//! Steps of a job that another instance of the module computes.
//!
//! WebAssembly's threads are instances, each with a memory of its own. The job writes a step as a
//! message ([`crate::Job::remote_step`]), another instance computes it here, and the job takes the
//! result ([`crate::Job::accept`]). The messages themselves are beside the jobs they belong to:
//! `descriptor::remote` and `kernel::sums::remote`.

use crate::Result;
use crate::descriptor::{describe_atoms, describe_frames};
use crate::kernel::sum_blocks;
use crate::message::{Kind, Reader};

/// Computes one step of a job that lives in another instance.
///
/// # Errors
/// Those of the step; [`crate::Error::Internal`] if the numbers are no remote step.
pub fn compute_remote_step(message: &[f64]) -> Result<Vec<f64>> {
    let mut message = Reader::new(message);
    match message.kind()? {
        Kind::Blocks => sum_blocks(&mut message),
        Kind::Frames => describe_frames(&mut message),
        Kind::Atoms => describe_atoms(&mut message),
    }
}
