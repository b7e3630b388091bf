//! Descriptors of atoms, one after the other.

use std::iter;
use std::ops::Range;

use super::Settings;
use super::channels::Channels;
use super::elements::Elements;
use super::tied_neighbors::share_places;
use super::x2::{Matrix, mean_sorted_rows, mean_sorted_rows_of_channel};
use crate::environment::{Environment, MIN_DISTANCE, Neighbors, search_radius};
use crate::neighbors::{Candidates, Grid};
use crate::profile::{Profile, Stage};
use crate::simd::{Isa, Kernel, Level};
use crate::{Error, Result};

/// Buffers of one thread.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    candidates: Candidates,
    neighbors: Neighbors,
    environment: Environment,
    channels: Channels,
    /// The matrix of X2.
    matrix: Matrix,
    row: Vec<f64>,
}

impl Workspace {
    /// Hands the descriptor of each of the sorted `atoms` of `grid`, which is frame `frame`, to
    /// `emit`.
    pub(super) fn describe(
        &mut self,
        level: Level,
        settings: &Settings,
        grid: &Grid,
        frame: usize,
        atoms: Range<usize>,
        emit: &mut dyn FnMut(usize, &[f64]),
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
    fn block<S: Isa>(&mut self, simd: S, settings: &Settings, block: usize, profile: &mut Profile) {
        let (k, cutoff) = (settings.k, settings.cutoff);
        let (x1, x2) = self.row[settings.columns(block)].split_at_mut(k);
        self.environment.write_x1(simd, cutoff, x1);
        let environment = &self.environment;
        match environment.tied {
            None => mean_sorted_rows(simd, settings, environment, &mut self.matrix, x2, profile),
            Some(tied) => share_places(environment, tied, k, cutoff, x1, x2),
        }
    }
}

/// [`Workspace::describe`] in the form that is compiled once per instruction set.
struct Describe<'a> {
    workspace: &'a mut Workspace,
    settings: &'a Settings,
    grid: &'a Grid,
    frame: usize,
    atoms: Range<usize>,
    /// Not a type parameter: all the code above would exist once for each way to place a row.
    emit: &'a mut dyn FnMut(usize, &[f64]),
}

impl Kernel for Describe<'_> {
    type Output = Result<()>;

    #[inline(always)]
    fn run<S: Isa>(mut self, simd: S) -> Result<()> {
        let radius = search_radius(self.settings.cutoff);
        let mut atom = self.atoms.start;
        while atom < self.atoms.end {
            let bin = self.grid.bin_of(atom);
            let members = self.grid.atoms(bin);
            let mut profile = Profile::start();
            self.grid.candidates(bin, &mut self.workspace.candidates);
            while atom < members.end.min(self.atoms.end) {
                let own = atom - members.start;
                self.workspace
                    .neighbors
                    .search(simd, &self.workspace.candidates, own, radius);
                profile.lap(Stage::Search);
                self.row(simd, atom, &mut profile)?;
                (self.emit)(atom, &self.workspace.row);
                atom += 1;
            }
        }
        Ok(())
    }
}

impl Describe<'_> {
    #[inline(always)]
    fn row<S: Isa>(&mut self, simd: S, atom: usize, profile: &mut Profile) -> Result<()> {
        let (grid, settings) = (self.grid, self.settings);
        let workspace = &mut *self.workspace;
        let centre = grid.position(atom);
        workspace.row.clear();
        workspace.row.resize(settings.width(), 0.0);
        let own = match &settings.elements {
            Elements::Blocks(0) => None,
            Elements::Blocks(_) => Some(grid.species(atom)),
            Elements::Labelled { labels, channels } => {
                let species = grid.species(atom) as usize;
                workspace.row[0] = labels[species];
                if !channels.is_empty() {
                    return self.channels(simd, atom, labels.len(), profile);
                }
                None
            }
        };
        // A loop, so that the code of a block exists once.
        for own in iter::once(None).chain(own.map(Some)) {
            let Workspace {
                candidates,
                neighbors,
                environment,
                ..
            } = &mut *self.workspace;
            let limits = (settings.k, settings.cutoff);
            if let Some(species) = own {
                let same = |at: usize| grid.species(candidates.atom[at] as usize) == species;
                environment.choose(simd, neighbors, candidates, centre, limits, same);
            } else {
                environment.choose(simd, neighbors, candidates, centre, limits, |_| true);
            }
            let nearest = environment.squared.first();
            if nearest.is_some_and(|squared| *squared < MIN_DISTANCE * MIN_DISTANCE) {
                return Err(self.too_close(atom));
            }
            profile.lap(Stage::Choice);
            let block = own.map_or(0, |species| 1 + species as usize);
            self.workspace.block(simd, settings, block, profile);
        }
        Ok(())
    }

    /// Writes the blocks of all channels, for so many species.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn channels<S: Isa>(
        &mut self,
        simd: S,
        atom: usize,
        species: usize,
        profile: &mut Profile,
    ) -> Result<()> {
        let (grid, settings) = (self.grid, self.settings);
        let nearest = self.workspace.neighbors.nearest();
        if nearest.is_some_and(|(_, distance)| distance < MIN_DISTANCE) {
            return Err(self.too_close(atom));
        }
        let Workspace {
            candidates,
            neighbors,
            environment,
            channels,
            matrix,
            row,
        } = &mut *self.workspace;
        let centre = grid.position(atom);
        let limits = (settings.k, settings.cutoff);
        let beyond = environment.choose_nearer_than_next(simd, neighbors, candidates, centre, limits);
        channels.take(simd, environment, candidates, grid, beyond, settings.cutoff);
        profile.lap(Stage::Choice);
        matrix.measure(simd, environment);
        profile.lap(Stage::Distances);
        let roots = &settings.channel_roots;
        let count = roots.len() / species;
        for channel in 0..count {
            let (x1, x2) = row[settings.columns(channel)].split_at_mut(settings.k);
            let root_of = |species: u32| roots[species as usize * count + channel];
            channels.weigh(simd, root_of, environment, x1);
            mean_sorted_rows_of_channel(simd, settings, environment, matrix, x2, profile);
        }
        Ok(())
    }

    #[cold]
    fn too_close(&self, atom: usize) -> Error {
        let Some((candidate, distance)) = self.workspace.neighbors.nearest() else {
            return Error::Internal("too close to nothing".into());
        };
        let one = self.grid.original(atom);
        let other = self
            .grid
            .original(self.workspace.candidates.atom[candidate] as usize);
        let who = if one == other {
            format!("atom {one} and a periodic image of it")
        } else {
            format!("atoms {} and {}", one.min(other), one.max(other))
        };
        Error::structure(
            self.frame,
            format!("{who} are {distance:.2e} Å apart, expected at least {MIN_DISTANCE} Å"),
        )
    }
}
