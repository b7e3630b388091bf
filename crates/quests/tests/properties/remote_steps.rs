//! Remote steps give the same bits as steps computed in place, in whatever order they are computed.

use crate::calls::{elements, frames, run};
use crate::matrices::Noise;
use crate::structures::gas;
use quests::descriptor::{DescriptorJob, Elements};
use quests::kernel::{KernelJob, Precision, Reference};
use quests::remote::compute_remote_step;
use quests::{Error, Job, Result};
use std::sync::Arc;

/// Results of all remote steps, written before the first is computed, and computed in another
/// order.
fn computed_elsewhere(job: &mut impl Job) -> Result<Vec<Vec<f64>>> {
    let remote_steps = (0..job.steps()).map(|step| job.remote_step(step));
    let remote_steps: Vec<Vec<f64>> = remote_steps.collect::<Result<_>>()?;
    let done = remote_steps.iter().rev().map(|remote_step| {
        if remote_step.is_empty() {
            return Ok(Vec::new());
        }
        compute_remote_step(remote_step)
    });
    let mut results = done.collect::<Result<Vec<_>>>()?;
    results.reverse();
    Ok(results)
}

/// Rows around `centres` points; few centres make it dense, many far ones leave most blocks out.
fn rows(count: usize, centres: usize, seed: u64) -> Vec<f64> {
    let mut noise = Noise::new(seed);
    let mut matrix = Vec::with_capacity(count * 63);
    for row in 0..count {
        let centre = 0.3 * (row % centres) as f64;
        matrix.extend((0..63).map(|_| centre + noise.between(-0.004, 0.004)));
    }
    matrix
}

fn kernel_job(queries: &[f64], centres: usize, weighted: bool, precision: Precision) -> KernelJob {
    let count = 12_011;
    let reference = Reference::new(&rows(count, centres, 1), 63).unwrap();
    let mut noise = Noise::new(3);
    let weights: Vec<f64> = (0..count).map(|_| noise.between(-1.0, 1.0)).collect();
    let weights = if weighted { &weights[..] } else { &[] };
    KernelJob::new(Arc::new(reference), queries, &[0.015, 0.04], weights)
        .unwrap()
        .with_precision(precision)
}

#[test]
fn kernel_sums_have_the_same_bits() {
    let given = rows(4_111, 3, 2);
    for (queries, centres, weighted, precision) in [
        (&[][..], 1, false, Precision::Double),
        (&[], 9, false, Precision::Double),
        (&[], 2, true, Precision::Double),
        (&given, 1, false, Precision::Double),
        (&given, 9, true, Precision::Double),
        (&[], 9, false, Precision::Single),
        (&given, 1, false, Precision::Single),
    ] {
        let expected = run(kernel_job(queries, centres, weighted, precision)).unwrap();
        let mut job = kernel_job(queries, centres, weighted, precision);
        let results = computed_elsewhere(&mut job).unwrap();
        for (step, result) in results.iter().enumerate() {
            job.accept(step, result).unwrap();
        }
        assert!(
            job.finish().unwrap() == expected,
            "{centres} centres, {weighted}, {precision:?}"
        );
    }
}

#[test]
fn mutual_sums_have_the_same_bits() {
    let reference = Arc::new(Reference::new(&rows(12_011, 5, 1), 63).unwrap());
    // Near all of the reference, near some of it, far from it.
    for (centres, shift) in [(5, 0.0), (2, 0.0), (2, 40.0)] {
        let queries: Vec<f64> = rows(4_111, centres, 2)
            .iter()
            .map(|value| value + shift)
            .collect();
        let job = || KernelJob::mutual(Arc::clone(&reference), &queries, 0.015).unwrap();
        let expected = run(job()).unwrap();
        let mut job = job();
        let results = computed_elsewhere(&mut job).unwrap();
        for (step, result) in results.iter().enumerate() {
            job.accept(step, result).unwrap();
        }
        assert!(job.finish().unwrap() == expected, "{centres} centres, {shift}");
    }
}

#[test]
fn descriptors_have_the_same_bits() {
    // Frames done whole, one in parts that others surround, and mixed boundaries.
    let structures = [
        gas(40, [true; 3], 1),
        gas(200, [true, false, true], 2),
        gas(30_000, [true; 3], 3),
        gas(20_000, [false, true, false], 6),
        gas(18_000, [false; 3], 7),
        gas(300, [false; 3], 4),
    ];
    for (species, elements) in [
        (0, Elements::Blocks(0)),
        (2, Elements::Blocks(2)),
        (2, elements()),
        (2, Elements::new(2, &[1.0, 2.0], &[]).unwrap()),
    ] {
        let job = || {
            let frames = frames(&structures, species).unwrap();
            DescriptorJob::with_elements(frames, 32.0, 5.0, elements.clone()).unwrap()
        };
        let width = job().width();
        let expected = run(job()).unwrap();
        let mut found = vec![f64::NAN; expected.len()];
        for result in computed_elsewhere(&mut job()).unwrap() {
            let count = result[0] as usize;
            let (places, rows) = result[1..].split_at(count);
            for (place, row) in places.iter().zip(rows.chunks_exact(width)) {
                found[*place as usize * width..][..width].copy_from_slice(row);
            }
        }
        assert!(found == expected, "{elements:?}");
    }
}

#[test]
fn a_frame_that_is_refused_keeps_its_number() {
    let mut bad = gas(30, [true; 3], 5);
    bad.positions[7] = bad.positions[3];
    let structures = [gas(10, [true; 3], 6), gas(10, [true; 3], 7), bad];
    let job = || DescriptorJob::new(frames(&structures, 0).unwrap(), 32.0, 5.0).unwrap();
    let refused = run(job()).unwrap_err();
    assert!(
        matches!(&refused, Error::Structures(bad) if bad.len() == 1 && bad[0].frame == 2),
        "{refused}"
    );
    assert_eq!(computed_elsewhere(&mut job()).unwrap_err(), refused);
}

#[test]
fn all_bad_frames_of_a_step_are_named() {
    let mut close = gas(30, [true; 3], 5);
    close.positions[7] = close.positions[3];
    let mut flat = gas(20, [true; 3], 8);
    flat.cell[2] = flat.cell[1];
    let good = gas(10, [true; 3], 6);
    let structures = [good.clone(), close.clone(), good.clone(), flat, good, close];
    let job = || DescriptorJob::new(frames(&structures, 0).unwrap(), 32.0, 5.0).unwrap();
    assert_eq!(job().steps(), 1);
    let refused = run(job()).unwrap_err();
    let Error::Structures(bad) = &refused else {
        panic!("{refused}")
    };
    let numbers: Vec<usize> = bad.iter().map(|frame| frame.frame).collect();
    assert_eq!(numbers, [1, 3, 5]);
    assert_eq!(refused.to_string().lines().count(), 3);
    assert_eq!(computed_elsewhere(&mut job()).unwrap_err(), refused);
}

#[test]
fn what_is_no_remote_step_is_refused() {
    for remote_step in [&[][..], &[9.0], &[0.0], &[1.0, 32.0], &[2.0, 32.0, 5.0, 0.0]] {
        assert!(matches!(
            compute_remote_step(remote_step),
            Err(Error::Internal(_))
        ));
    }
}

#[test]
fn remote_steps_are_written_in_order() {
    let mut job = kernel_job(&[], 1, false, Precision::Double);
    assert!(
        job.steps() > 1,
        "{} steps: too few to be out of order",
        job.steps()
    );
    assert!(matches!(job.remote_step(1), Err(Error::Internal(_))));
    assert!(matches!(job.accept(0, &[]), Err(Error::Internal(_))));
    job.remote_step(0).unwrap();
    assert!(matches!(job.remote_step(0), Err(Error::Internal(_))));
}
