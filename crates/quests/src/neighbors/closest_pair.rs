//! The two atoms that are nearest to each other.

use super::{Candidates, Grid, check_cutoff};
use crate::Result;
use crate::structure::Structure;

/// Two atoms, or an atom and a periodic image of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// In Å.
    pub distance: f64,
    /// Their indices, the smaller one first; the same for an atom and its image.
    pub atoms: [usize; 2],
}

impl Pair {
    /// The distance and the two indices, as numbers.
    #[must_use]
    pub fn numbers(&self) -> [f64; 3] {
        let [one, other] = self.atoms.map(|atom| atom as f64);
        [self.distance, one, other]
    }
}

/// The closest pair of `structure`, images included, where there is one within `radius` (Å); of
/// several at that distance the first. O(N).
///
/// # Errors
/// As [`Grid::new`]; [`crate::Error::Argument`] for a radius that is not positive and finite.
pub fn closest_pair(structure: &Structure<'_>, frame: usize, radius: f64) -> Result<Option<Pair>> {
    check_cutoff(radius)?;
    let grid = Grid::new(structure, frame, radius)?;
    let mut candidates = Candidates::default();
    let mut best: Option<Pair> = None;
    let mut limit = radius * radius;
    for bin in 0..grid.bins() {
        grid.candidates(bin, &mut candidates);
        for own in 0..grid.atoms(bin).len() {
            for other in (0..candidates.len()).filter(|other| *other != own) {
                let squared = candidates.squared(own, other);
                if squared > limit {
                    continue;
                }
                let [one, two] = [own, other].map(|at| grid.original(candidates.atom[at] as usize));
                let found = Pair {
                    distance: squared.sqrt(),
                    atoms: [one.min(two), one.max(two)],
                };
                if best.is_none_or(|best| squared < limit || found.atoms < best.atoms) {
                    best = Some(found);
                    limit = squared;
                }
            }
        }
    }
    Ok(best)
}
