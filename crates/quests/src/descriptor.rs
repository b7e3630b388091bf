//! Descriptors of atomic environments, as a job over many frames.
//!
//! For an atom with neighbours j = 1 … k at distances r_j, sorted:
//!
//! - X1_j = w_j/r_j, with w(r) = (1 − (min(r, rc)/rc)²)², zeros where there are fewer neighbours;
//! - X2: of the k×k matrix √(w_j w_l)/r_jl, zero on its diagonal and where a neighbour is missing, each row is sorted
//!   ascending; the mean over all rows, column by column; the first column dropped, the rest reversed.
//!
//! The row of an atom is [X1, X2], 2k − 1 numbers in 1/Å. With S species there are S + 1 such blocks: all atoms, then
//! those of each species around atoms of that species, zeros for the others.
//!
//! Source: arXiv 2404.12367; the rule for ties at the k-th distance is this package's own (see [`crate::environment`]).

use std::ops::Range;

use crate::environment::{Environment, Neighbors, Overlap, padded, search_radius};
use crate::neighbors::{Candidates, Grid, check_cutoff};
use crate::simd::{Isa, Kernel, Level};
use crate::structure::Frames;
use crate::{Error, Job, Result, parallel, tie};

/// Work of one step, in entries of X2's matrix: some 16,000 atoms at k = 32.
const STEP_WORK: usize = 1 << 24;

/// Frames with more atoms than this are shared between threads; smaller ones are done whole by one.
const SHARED_FRAME: usize = 512;

/// Sorted atoms that one thread takes at a time from a shared frame.
const CHUNK: usize = 256;

/// Bytes of a cache line.
const CACHE_LINE: usize = 64;

/// Largest k: a matrix of that size still fits a thread's memory.
pub const MAX_K: f64 = 4096.0;

/// What a step does.
#[derive(Debug, Clone)]
enum Step {
    /// Whole frames.
    Frames(Range<usize>),
    /// Sorted atoms of one frame.
    Part { frame: usize, atoms: Range<usize> },
}

/// Computes the descriptors of all atoms of [`Frames`]: a row-major matrix, atoms × columns.
#[derive(Debug)]
pub struct DescriptorJob {
    frames: Frames,
    settings: Settings,
    level: Level,
    plan: Vec<Step>,
    /// Grid of the frame that is being done in parts.
    grid: Option<(usize, Grid)>,
    done: usize,
    out: Vec<f64>,
}

/// What the descriptor of an atom depends on besides its structure.
#[derive(Debug)]
struct Settings {
    k: usize,
    cutoff: f64,
    species: usize,
    network: Vec<(u32, u32)>,
}

impl Settings {
    fn block(&self) -> usize {
        2 * self.k - 1
    }

    fn width(&self) -> usize {
        (self.species + 1) * self.block()
    }
}

impl DescriptorJob {
    /// Plans the descriptors of `frames` with `k` neighbours within `cutoff` (Å).
    ///
    /// # Errors
    /// [`Error::Argument`] unless k is a whole number of at least 1 and the cutoff positive and finite;
    /// [`Error::TooLarge`] where the matrix does not fit the memory.
    pub fn new(frames: Frames, k: f64, cutoff: f64) -> Result<Self> {
        if !(k >= 1.0 && k.fract() == 0.0 && k <= MAX_K) {
            return Err(Error::Argument(format!(
                "k is {k}, expected a whole number from 1 to {MAX_K}"
            )));
        }
        check_cutoff(cutoff)?;
        let k = k as usize;
        let settings = Settings {
            k,
            cutoff,
            species: frames.species_count(),
            network: sorting_network(k),
        };
        let plan = plan(&frames, (STEP_WORK / (k * k)).clamp(64, 1 << 16));
        let length = frames.atoms().checked_mul(settings.width());
        let mut out = Vec::new();
        if length.is_none_or(|length| out.try_reserve_exact(length).is_err()) {
            return Err(Error::TooLarge(format!(
                "{} × {} descriptors do not fit the memory; compute fewer frames at a time",
                frames.atoms(),
                settings.width()
            )));
        }
        out.resize(frames.atoms() * settings.width(), 0.0);
        Ok(Self {
            frames,
            settings,
            level: Level::selected()?,
            plan,
            grid: None,
            done: 0,
            out,
        })
    }

    /// Columns of the result: (S + 1)(2k − 1).
    #[must_use]
    pub fn width(&self) -> usize {
        self.settings.width()
    }

    fn whole_frames(&mut self, range: Range<usize>) -> Result<()> {
        let width = self.settings.width();
        let mut items = Vec::with_capacity(range.len());
        let first = self.frames.first_atom(range.start);
        let mut rest = &mut self.out[first * width..];
        for index in range {
            let (rows, after) = rest.split_at_mut(self.frames.frame(index).len() * width);
            items.push((index, rows));
            rest = after;
        }
        let (frames, settings, level) = (&self.frames, &self.settings, self.level);
        let results = parallel::map_with(Workspace::default, items, |workspace, (index, rows)| {
            let grid = Grid::new(&frames.frame(index), index, search_radius(settings.cutoff))?;
            let atoms = 0..frames.frame(index).len();
            workspace.describe(level, settings, &grid, index, atoms, |atom, row| {
                let at = grid.original(atom) * width;
                rows[at..at + width].copy_from_slice(row);
            })
        })?;
        results.into_iter().collect()
    }

    fn part(&mut self, frame: usize, atoms: Range<usize>) -> Result<()> {
        if self.grid.as_ref().is_none_or(|(of, _)| *of != frame) {
            let radius = search_radius(self.settings.cutoff);
            self.grid = Some((frame, Grid::new(&self.frames.frame(frame), frame, radius)?));
        }
        let Some((_, grid)) = &self.grid else {
            return Err(Error::Internal("no grid".into()));
        };
        let width = self.settings.width();
        let first = self.frames.first_atom(frame) * width;
        let out = &mut self.out[first..first + self.frames.frame(frame).len() * width];
        let mut rows = scattered_rows(
            out,
            width,
            atoms.clone().map(|atom| grid.original(atom)).collect(),
        );
        let mut items = Vec::new();
        for start in atoms.clone().step_by(CHUNK) {
            let chunk = start..(start + CHUNK).min(atoms.end);
            items.push((chunk.clone(), rows.drain(..chunk.len()).collect::<Vec<_>>()));
        }
        let (settings, level) = (&self.settings, self.level);
        let results = parallel::map_with(Workspace::default, items, |workspace, (chunk, mut rows)| {
            let start = chunk.start;
            workspace.describe(level, settings, grid, frame, chunk, |atom, row| {
                rows[atom - start].copy_from_slice(row);
            })
        })?;
        results.into_iter().collect()
    }
}

impl Job for DescriptorJob {
    fn steps(&self) -> usize {
        self.plan.len()
    }

    fn step(&mut self, index: usize) -> Result<()> {
        if index != self.done || index >= self.plan.len() {
            return Err(Error::Internal(format!(
                "step {index} called after {} steps",
                self.done
            )));
        }
        match self.plan[index].clone() {
            Step::Frames(range) => self.whole_frames(range)?,
            Step::Part { frame, atoms } => self.part(frame, atoms)?,
        }
        self.done += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<f64>> {
        if self.done != self.plan.len() {
            return Err(Error::Internal(format!(
                "finished after {} of {} steps",
                self.done,
                self.plan.len()
            )));
        }
        self.grid = None;
        Ok(std::mem::take(&mut self.out))
    }
}

/// Cuts frames into steps of about `budget` atoms.
fn plan(frames: &Frames, budget: usize) -> Vec<Step> {
    let mut plan = Vec::new();
    let mut start = 0;
    let mut atoms = 0;
    for index in 0..frames.len() {
        let length = frames.frame(index).len();
        if length > SHARED_FRAME || atoms + length > budget {
            if index > start {
                plan.push(Step::Frames(start..index));
            }
            (start, atoms) = (index, 0);
        }
        if length > SHARED_FRAME {
            plan.extend((0..length).step_by(budget).map(|first| Step::Part {
                frame: index,
                atoms: first..(first + budget).min(length),
            }));
            start = index + 1;
        } else {
            atoms += length;
        }
    }
    if frames.len() > start {
        plan.push(Step::Frames(start..frames.len()));
    }
    plan
}

/// The rows `wanted` of a row-major matrix, in that order, as slices that can be written at the same time.
fn scattered_rows(matrix: &mut [f64], width: usize, wanted: Vec<usize>) -> Vec<&mut [f64]> {
    let mut ascending: Vec<(usize, usize)> = wanted
        .into_iter()
        .enumerate()
        .map(|(at, row)| (row, at))
        .collect();
    ascending.sort_unstable();
    let mut found: Vec<(usize, &mut [f64])> = Vec::with_capacity(ascending.len());
    let mut rest = matrix;
    let mut next = 0;
    for (row, at) in ascending {
        let (_, from) = rest.split_at_mut((row - next) * width);
        let (this, after) = from.split_at_mut(width);
        found.push((at, this));
        (rest, next) = (after, row + 1);
    }
    found.sort_unstable_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, row)| row).collect()
}

/// Comparators of Batcher's odd–even merge sort for `n` values, 191 for 32.
fn sorting_network(n: usize) -> Vec<(u32, u32)> {
    let mut network = Vec::new();
    let mut p = 1;
    while p < n {
        let mut k = p;
        while k >= 1 {
            for j in (k % p..n.saturating_sub(k)).step_by(2 * k) {
                for i in 0..k.min(n - j - k) {
                    if (i + j) / (2 * p) == (i + j + k) / (2 * p) {
                        network.push(((i + j) as u32, (i + j + k) as u32));
                    }
                }
            }
            k /= 2;
        }
        p *= 2;
    }
    network
}

/// Buffers of one thread.
#[derive(Debug, Default)]
struct Workspace {
    candidates: Candidates,
    neighbors: Neighbors,
    environment: Environment,
    /// X2's matrix: k lines of all rows' values, padded.
    lines: Vec<f64>,
    row: Vec<f64>,
}

impl Workspace {
    /// Hands the descriptor of each of the sorted `atoms` of `grid`, which is frame `frame`, to `emit`.
    fn describe(
        &mut self,
        level: Level,
        settings: &Settings,
        grid: &Grid,
        frame: usize,
        atoms: Range<usize>,
        emit: impl FnMut(usize, &[f64]),
    ) -> Result<()> {
        level.run(Describe {
            workspace: self,
            settings,
            grid,
            frame,
            atoms,
            emit,
        })
    }

    /// Writes X1 and X2 of the chosen environment.
    #[inline(always)]
    fn block<S: Isa>(&mut self, simd: S, settings: &Settings, block: usize) {
        let (k, cutoff) = (settings.k, settings.cutoff);
        let start = block * settings.block();
        let (x1, x2) = self.row[start..start + settings.block()].split_at_mut(k);
        let environment = &self.environment;
        for (out, squared) in x1.iter_mut().zip(&environment.squared) {
            let root = crate::environment::sqrt_weight(*squared, cutoff);
            *out = root * root / squared.sqrt();
        }
        match environment.tie {
            None => mean_sorted_rows(simd, settings, environment, &mut self.lines, x2),
            Some(tie) => tie::share_places(environment, tie, k, cutoff, x1, x2),
        }
    }
}

/// X2: sorts the rows of the matrix √(w_j w_l)/r_jl and takes the mean of each column, largest first.
#[inline(always)]
fn mean_sorted_rows<S: Isa>(
    simd: S,
    settings: &Settings,
    environment: &Environment,
    lines: &mut Vec<f64>,
    x2: &mut [f64],
) {
    let stride = padded(environment.count);
    // From the start of a cache line, so that no vector lies across two.
    let length = settings.k * stride;
    lines.resize(length + CACHE_LINE / size_of::<f64>(), 0.0);
    let start = lines.as_ptr().align_offset(CACHE_LINE);
    let (vectors, _) = S::as_mut_simd_f64s(&mut lines[start..start + length]);
    // Vectors in a line: the usual numbers are known to the compiler, which then unrolls.
    match stride / S::F64_LANES {
        2 => sort_rows::<S, 2>(simd, settings, environment, vectors, x2),
        4 => sort_rows::<S, 4>(simd, settings, environment, vectors, x2),
        8 => sort_rows::<S, 8>(simd, settings, environment, vectors, x2),
        16 => sort_rows::<S, 16>(simd, settings, environment, vectors, x2),
        _ => sort_rows::<S, 0>(simd, settings, environment, vectors, x2),
    }
}

/// [`mean_sorted_rows`] for lines of `G` vectors, or of any number where `G` is 0.
#[inline(always)]
fn sort_rows<S: Isa, const G: usize>(
    simd: S,
    settings: &Settings,
    environment: &Environment,
    lines: &mut [S::f64s],
    x2: &mut [f64],
) {
    let count = environment.count;
    let groups = if G > 0 { G } else { padded(count) / S::F64_LANES };
    let (x, y, z) = (&environment.x, &environment.y, &environment.z);
    let (xs, _) = S::as_simd_f64s(x);
    let (ys, _) = S::as_simd_f64s(y);
    let (zs, _) = S::as_simd_f64s(z);
    let (roots, _) = S::as_simd_f64s(&environment.sqrt_weight);
    let (xs, ys, zs, roots) = (&xs[..groups], &ys[..groups], &zs[..groups], &roots[..groups]);
    // The matrix is symmetric: line l holds element l of every row, one row in each lane.
    for (l, line) in lines.chunks_exact_mut(groups.max(1)).enumerate().take(count) {
        let (xl, yl, zl) = (
            simd.splat_f64s(x[l]),
            simd.splat_f64s(y[l]),
            simd.splat_f64s(z[l]),
        );
        let root = simd.splat_f64s(environment.sqrt_weight[l]);
        for g in 0..groups {
            let dx = simd.sub_f64s(xs[g], xl);
            let dy = simd.sub_f64s(ys[g], yl);
            let dz = simd.sub_f64s(zs[g], zl);
            let squared = simd.multiply_add(dx, dx, simd.multiply_add(dy, dy, simd.mul_f64s(dz, dz)));
            line[g] = simd.mul_f64s(simd.mul_f64s(root, roots[g]), simd.inverse_sqrt(squared));
        }
        pulp::bytemuck::cast_slice_mut::<S::f64s, f64>(line)[l] = 0.0;
    }
    let zero = simd.splat_f64s(0.0);
    lines[count * groups..].fill(zero);

    for &(low, high) in &settings.network {
        let (head, tail) = lines.split_at_mut(high as usize * groups);
        let low = &mut head[low as usize * groups..][..groups];
        let high = &mut tail[..groups];
        for g in 0..groups {
            let smaller = simd.min_f64s(low[g], high[g]);
            high[g] = simd.max_f64s(low[g], high[g]);
            low[g] = smaller;
        }
    }
    let share = 1.0 / settings.k as f64;
    for (out, line) in x2
        .iter_mut()
        .rev()
        .zip(lines[groups..].chunks_exact(groups.max(1)))
    {
        let sum = line.iter().fold(zero, |sum, values| simd.add_f64s(sum, *values));
        *out = simd.reduce_sum_f64s(sum) * share;
    }
}

/// [`Workspace::describe`] in the form that is compiled once per instruction set.
struct Describe<'a, F> {
    workspace: &'a mut Workspace,
    settings: &'a Settings,
    grid: &'a Grid,
    frame: usize,
    atoms: Range<usize>,
    emit: F,
}

impl<F: FnMut(usize, &[f64])> Kernel for Describe<'_, F> {
    type Output = Result<()>;

    #[inline(always)]
    fn run<S: Isa>(mut self, simd: S) -> Result<()> {
        let radius = search_radius(self.settings.cutoff);
        let mut atom = self.atoms.start;
        while atom < self.atoms.end {
            let bin = self.grid.bin_of(atom);
            let members = self.grid.atoms(bin);
            self.grid.candidates(bin, &mut self.workspace.candidates);
            while atom < members.end.min(self.atoms.end) {
                let own = atom - members.start;
                self.workspace
                    .neighbors
                    .search(simd, &self.workspace.candidates, own, radius)
                    .map_err(|overlap| self.too_close(atom, &overlap))?;
                self.row(simd, atom);
                (self.emit)(atom, &self.workspace.row);
                atom += 1;
            }
        }
        Ok(())
    }
}

impl<F> Describe<'_, F> {
    #[inline(always)]
    fn row<S: Isa>(&mut self, simd: S, atom: usize) {
        let (grid, settings) = (self.grid, self.settings);
        let workspace = &mut *self.workspace;
        let centre = grid.position(atom);
        workspace.row.clear();
        workspace.row.resize(settings.width(), 0.0);
        let Workspace {
            candidates,
            neighbors,
            environment,
            ..
        } = workspace;
        environment.choose(neighbors, candidates, centre, settings.k, settings.cutoff, |_| {
            true
        });
        workspace.block(simd, settings, 0);
        if settings.species > 0 {
            let species = grid.species(atom);
            let Workspace {
                candidates,
                neighbors,
                environment,
                ..
            } = workspace;
            let same = |at: usize| grid.species(candidates.atom[at] as usize) == species;
            environment.choose(neighbors, candidates, centre, settings.k, settings.cutoff, same);
            workspace.block(simd, settings, 1 + species as usize);
        }
    }

    #[cold]
    fn too_close(&self, atom: usize, overlap: &Overlap) -> Error {
        let one = self.grid.original(atom);
        let other = self
            .grid
            .original(self.workspace.candidates.atom[overlap.candidate] as usize);
        let who = if one == other {
            format!("atom {one} and a periodic image of it")
        } else {
            format!("atoms {} and {}", one.min(other), one.max(other))
        };
        Error::Structure {
            frame: self.frame,
            problem: format!(
                "{who} are {:.2e} Å apart, expected at least {} Å",
                overlap.distance,
                crate::environment::MIN_DISTANCE
            ),
        }
    }
}
