//! Jobs hold to their contract: steps in order, all of them, once.

use crate::calls::{frames, run};
use crate::structures::gas;
use quests::descriptor::DescriptorJob;
use quests::kernel::{EstimateJob, KernelJob, Reference};
use quests::{Error, Job, Result};
use std::sync::Arc;

/// Enough atoms for several steps.
fn descriptor_job() -> DescriptorJob {
    let structures = vec![gas(8000, [true; 3], 5); 5];
    DescriptorJob::new(frames(&structures, 0).unwrap(), 32.0, 5.0).unwrap()
}

/// Enough rows for several steps.
fn reference() -> Arc<Reference> {
    let matrix: Vec<f64> = (0..20_000 * 63).map(f64::from).collect();
    let reference = Reference::new(&matrix, 63).unwrap();
    assert_eq!((reference.rows(), reference.width()), (20_000, 63));
    Arc::new(reference)
}

fn kernel_job() -> KernelJob {
    KernelJob::new(reference(), &[], &[0.015], &[]).unwrap()
}

fn is_internal<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Internal(_)))
}

fn keeps_its_contract(mut job: impl Job) {
    let steps = job.steps();
    assert!(steps > 1, "{steps} steps: too few to be cancelled between them");
    assert!(is_internal(&job.step(1)), "the second step before the first");
    assert!(is_internal(&job.finish()), "the end before all steps");
    for step in 0..steps {
        job.step(step).unwrap();
        assert!(is_internal(&job.step(step)), "a step twice");
    }
    assert!(is_internal(&job.step(steps)), "a step after the last");
    assert!(job.finish().unwrap().iter().all(|value| value.is_finite()));
}

#[test]
fn descriptor_jobs_keep_it() {
    keeps_its_contract(descriptor_job());
}

#[test]
fn kernel_jobs_keep_it() {
    keeps_its_contract(kernel_job());
}

#[test]
fn estimate_jobs_keep_it() {
    keeps_its_contract(EstimateJob::new(reference(), &[], 0.015, 1e-3, 0.0).unwrap());
}

#[test]
fn jobs_may_move_to_another_thread() {
    let job = descriptor_job();
    let rows = std::thread::spawn(move || run(job)).join().unwrap().unwrap();
    assert_eq!(rows.len(), 5 * 8000 * 63);
}
