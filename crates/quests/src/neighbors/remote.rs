//! A part of a grid, for a remote step: some of its atoms and all atoms around them.
//!
//! Bins and atoms keep their order, so that candidates come in the same order and descriptors have
//! the same bits.

use std::ops::Range;

use super::Grid;
use crate::Result;
use crate::math::{Lattice, Vector};
use crate::message::{Reader, push_list};

/// Numbers of bins exceed what an `f64` holds exactly, so they are written in two halves.
const HALF: u64 = 1 << 32;

impl Grid {
    /// Writes the sorted `atoms` and the atoms around them.
    pub(crate) fn push_part(&self, atoms: &Range<usize>, out: &mut Vec<f64>) {
        let own = self.bin_of(atoms.start)..self.bin_of(atoms.end - 1) + 1;
        let mut bins: Vec<usize> = own.clone().collect();
        for bin in own {
            self.around(bin, |other, _| bins.push(other));
        }
        bins.sort_unstable();
        bins.dedup();

        let before: usize = bins
            .iter()
            .map(|bin| self.atoms(*bin))
            .take_while(|members| members.end <= atoms.start)
            .map(|members| members.len())
            .sum();
        let first = before + (atoms.start - self.atoms(self.bin_of(atoms.start)).start);
        out.extend([first, first + atoms.len()].map(|atom| atom as f64));
        out.extend(self.lattice.numbers());
        out.extend(self.counts.iter().chain(&self.reach).map(|count| *count as f64));
        push_list(out, bins.iter().map(|bin| (self.bins[*bin] / HALF) as f64));
        out.extend(bins.iter().map(|bin| (self.bins[*bin] % HALF) as f64));
        out.extend(bins.iter().map(|bin| self.atoms(*bin).len() as f64));
        for members in bins.iter().map(|bin| self.atoms(*bin)) {
            for atom in members {
                out.push(f64::from(self.order[atom]));
                out.push(f64::from(self.species(atom)));
                out.extend(self.positions[atom]);
            }
        }
    }

    /// Reads a part: the range of its own atoms, and a grid of these and the atoms around them.
    pub(crate) fn read_part(message: &mut Reader<'_>) -> Result<(Range<usize>, Self)> {
        let own = message.count()?..message.count()?;
        let lattice = Lattice::from_numbers(message.array()?);
        let mut whole = || -> Result<[i64; 3]> {
            let mut along = [0; 3];
            for count in &mut along {
                *count = message.number()? as i64;
            }
            Ok(along)
        };
        let (counts, reach) = (whole()?, whole()?);
        let high = message.list()?;
        let low = message.numbers(high.len())?;
        let bins = high
            .iter()
            .zip(low)
            .map(|(high, low)| *high as u64 * HALF + *low as u64)
            .collect();
        let mut starts = vec![0];
        let mut atoms = 0;
        for length in message.numbers(high.len())? {
            atoms += *length as u32;
            starts.push(atoms);
        }
        let (atoms, _) = message.numbers(5 * atoms as usize)?.as_chunks::<5>();
        let grid = Self {
            lattice,
            counts,
            reach,
            bins,
            starts,
            order: atoms.iter().map(|atom| atom[0] as u32).collect(),
            species: atoms.iter().map(|atom| atom[1] as u32).collect(),
            positions: atoms
                .iter()
                .map(|[.., x, y, z]| -> Vector { [*x, *y, *z] })
                .collect(),
        };
        Ok((own, grid))
    }
}
