//! What this machine could do at most, what the kernel sum makes of it, and where the time of
//! descriptors goes: JSON on one line, for `npm run bench`. Times are the shortest of several runs.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use quests::descriptor::DescriptorJob;
use quests::kernel::{KernelJob, Reference};
use quests::profile::{Stage, spent};
use quests::simd::{Isa, Kernel, Level};
use quests::structure::Frames;
use quests::{Job, Result};

/// Rounds of the multiply-adds that are timed.
const ROUNDS: usize = 20_000_000;

/// Sums that grow side by side: more than the latency of a multiply-add times those that begin in a
/// cycle.
const SUMS: usize = 12;

/// Samples of copper along an edge: 13,500 atoms.
const CELLS: usize = 15;

const WIDTH: usize = 63;

/// Seconds of the shortest of some runs.
fn shortest(runs: usize, mut run: impl FnMut()) -> f64 {
    let times = (0..runs).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

/// Multiply-adds in f64, without memory.
struct Double;

impl Kernel for Double {
    type Output = f64;

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) -> f64 {
        let factor = simd.splat_f64s(black_box(1.0 - 1e-9));
        let term = simd.splat_f64s(black_box(1e-9));
        let mut sums = [term; SUMS];
        for _ in 0..ROUNDS {
            for sum in &mut sums {
                *sum = simd.multiply_add(*sum, factor, term);
            }
        }
        let total = sums
            .into_iter()
            .fold(term, |total, sum| simd.add_f64s(total, sum));
        simd.reduce_sum_f64s(total)
    }
}

/// Multiply-adds in f32, in one instruction or in two.
struct Single {
    fused: bool,
}

impl Kernel for Single {
    type Output = f32;

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) -> f32 {
        let factor = simd.splat_f32s(black_box(1.0 - 1e-6));
        let term = simd.splat_f32s(black_box(1e-6));
        let mut sums = [term; SUMS];
        for _ in 0..ROUNDS {
            for sum in &mut sums {
                *sum = if self.fused {
                    simd.mul_add_f32s(*sum, factor, term)
                } else {
                    simd.add_f32s(simd.mul_f32s(*sum, factor), term)
                };
            }
        }
        let total = sums
            .into_iter()
            .fold(term, |total, sum| simd.add_f32s(total, sum));
        simd.reduce_sum_f32s(total)
    }
}

/// Operations per second of all threads together, each doing the same.
fn peak(threads: usize, lanes: usize, run: impl Fn() + Sync) -> f64 {
    let seconds = shortest(3, || {
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(&run);
            }
        });
    });
    (2 * threads * lanes * SUMS * ROUNDS) as f64 / seconds
}

/// Rattled fcc copper in one periodic cell.
fn copper() -> Result<Frames> {
    let mut state = 1_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let edge = 3.615;
    let sites = [[0.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]];
    let mut positions = Vec::new();
    for cell in 0..CELLS.pow(3) {
        let corner = [cell % CELLS, cell / CELLS % CELLS, cell / CELLS / CELLS];
        for site in sites {
            positions.extend((0..3).map(|axis| edge * (corner[axis] as f64 + site[axis]) + 0.17 * noise()));
        }
    }
    let length = edge * CELLS as f64;
    let cell = vec![length, 0.0, 0.0, 0.0, length, 0.0, 0.0, 0.0, length];
    let atoms = (positions.len() / 3) as u32;
    Frames::new(positions, vec![0, atoms], cell, vec![7], Vec::new(), 0)
}

fn done(mut job: impl Job) -> Result<Vec<f64>> {
    for step in 0..job.steps() {
        job.step(step)?;
    }
    job.finish()
}

/// Seconds of each stage, all threads together, in the run in which they were least; and of the
/// whole run.
fn stages() -> Result<(Vec<f64>, f64, Vec<f64>)> {
    let mut best = (Vec::new(), f64::INFINITY, Vec::new());
    for _ in 0..5 {
        let job = DescriptorJob::new(copper()?, 32.0, 5.0)?;
        let before = Stage::ALL.map(spent);
        let start = Instant::now();
        let rows = done(job)?;
        let whole = start.elapsed().as_secs_f64();
        let each = Stage::ALL.map(spent).into_iter().zip(before);
        if whole < best.1 {
            best = (
                each.map(|(after, before)| after.saturating_sub(before).as_secs_f64())
                    .collect(),
                whole,
                rows,
            );
        }
    }
    Ok(best)
}

fn main() -> Result<()> {
    let (level, threads) = (Level::selected()?, quests::threads());
    let doubles = peak(threads, level.lanes(), || {
        black_box(level.run(Double));
    });
    // Elsewhere `pulp` would emulate the single rounding.
    let fused = !matches!(level, Level::Scalar | Level::Baseline);
    let singles = peak(threads, 2 * level.lanes(), || {
        black_box(level.run(Single { fused }));
    });
    let (each, whole, rows) = stages()?;
    let reference = Arc::new(Reference::new(&rows, WIDTH)?);
    let mut failed = None;
    let sums = shortest(3, || {
        let job = KernelJob::new(Arc::clone(&reference), &[], &[0.015], &[]);
        failed = job.and_then(done).err().or(failed.take());
    });
    if let Some(error) = failed {
        return Err(error);
    }
    let named = Stage::ALL.iter().zip(&each);
    let named: Vec<String> = named
        .map(|(stage, seconds)| format!(r#""{stage:?}":{seconds:e}"#))
        .collect();
    println!(
        concat!(
            r#"{{"simd":"{}","threads":{},"f64Peak":{:e},"f32Peak":{:e},"rows":{},"width":{},"#,
            r#""sumSeconds":{:e},"descriptorSeconds":{:e},"stages":{{{}}}}}"#
        ),
        level.name(),
        threads,
        doubles,
        singles,
        rows.len() / WIDTH,
        WIDTH,
        sums,
        whole,
        named.join(","),
    );
    Ok(())
}
