//! Which environments change when atoms move.

use super::{Candidates, Grid};

/// Widens the reach: the distance of two atoms may be rounded differently when seen from the other
/// one.
const ROUNDING: f64 = 1.0 + 1e-9;

/// For each atom, by its original index: whether its environment may differ between two grids of
/// the same atoms in the same cell. It may if a moved atom is within `radius` in either grid, or if
/// the atom itself has moved. For all other atoms a search finds the same neighbours in the same
/// order.
pub(crate) fn changed(before: &Grid, after: &Grid, moved: &[bool], radius: f64) -> Vec<bool> {
    if moved.iter().all(|moved| *moved) || !before.orders_as(after, moved) {
        return vec![true; moved.len()];
    }
    let mut changed = moved.to_vec();
    let limit = (radius * ROUNDING).powi(2);
    let mut candidates = Candidates::default();
    for grid in [before, after] {
        for bin in 0..grid.bins() {
            let members = grid.atoms(bin);
            let own: Vec<usize> = (0..members.len())
                .filter(|own| moved[grid.original(members.start + own)])
                .collect();
            if own.is_empty() {
                continue;
            }
            grid.candidates(bin, &mut candidates);
            for other in 0..candidates.len() {
                let atom = grid.original(candidates.atom[other] as usize);
                if !changed[atom] {
                    changed[atom] = own.iter().any(|own| candidates.squared(*own, other) <= limit);
                }
            }
        }
    }
    changed
}

impl Grid {
    /// Whether the atoms that have not moved are in the same bins: along open directions the
    /// outermost atoms decide where the bins are.
    fn orders_as(&self, other: &Self, moved: &[bool]) -> bool {
        let resting = |grid: &Self| -> Vec<(u64, u32)> {
            let members = (0..grid.bins()).flat_map(|bin| grid.atoms(bin).map(move |atom| (bin, atom)));
            members
                .map(|(bin, atom)| (grid.bins[bin], grid.order[atom]))
                .filter(|(_, atom)| !moved[*atom as usize])
                .collect()
        };
        (self.counts, self.reach) == (other.counts, other.reach) && resting(self) == resting(other)
    }
}
