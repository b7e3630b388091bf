//! Descriptors of atomic environments, X1 and X2, with the rule for ties at the k-th neighbour.

use super::neighbors::{Neighbor, neighbors};
use super::structure::{Structure, norm};

/// Distances this close, relatively, to that of the k-th neighbour are equal to it.
const TIE: f64 = 1e-8;

/// Descriptors of all atoms, one row per atom.
pub fn descriptors(structure: &Structure, k: usize, cutoff: f64, species_count: u32) -> Vec<Vec<f64>> {
    (0..structure.len())
        .map(|center| descriptor(structure, center, k, cutoff, species_count))
        .collect()
}

/// Blocks [all, A, B, …] of the environment of `center`, each [X1, X2]; without species (0) the
/// first block alone. An atom's block of a species that is not its own is zero.
pub fn descriptor(
    structure: &Structure,
    center: usize,
    k: usize,
    cutoff: f64,
    species_count: u32,
) -> Vec<f64> {
    let all = neighbors(structure, center, cutoff);
    let mut row = block(&all, k, cutoff);
    for species in 0..species_count {
        if structure.species[center] == species {
            let same: Vec<Neighbor> = all
                .iter()
                .filter(|neighbor| structure.species[neighbor.atom] == species)
                .cloned()
                .collect();
            row.extend(block(&same, k, cutoff));
        } else {
            row.extend(vec![0.0; 2 * k - 1]);
        }
    }
    row
}

/// w(r) = (1 − (min(r, rc)/rc)²)².
pub fn weight(distance: f64, cutoff: f64) -> f64 {
    let ratio = distance.min(cutoff) / cutoff;
    (1.0 - ratio * ratio).powi(2)
}

/// A neighbour that belongs to the environment, in whole or in part.
struct Member {
    neighbor: Neighbor,
    /// How often it counts: 1, or its share of the places that the tied neighbours have between
    /// them.
    multiplicity: f64,
    tied: bool,
}

/// The k nearest of the neighbours (sorted by distance), and how many of the k places are taken.
struct Environment {
    members: Vec<Member>,
    /// Number of places shared by the tied members.
    shared_places: f64,
    k: usize,
    cutoff: f64,
}

/// [X1, X2] of the k nearest neighbours.
fn block(sorted: &[Neighbor], k: usize, cutoff: f64) -> Vec<f64> {
    let environment = Environment::new(sorted, k, cutoff);
    let mut values = environment.x1();
    values.extend(environment.x2());
    values
}

impl Environment {
    fn new(sorted: &[Neighbor], k: usize, cutoff: f64) -> Self {
        let last = sorted.get(k - 1).map(|neighbor| neighbor.distance);
        let is_tied =
            |neighbor: &Neighbor| last.is_some_and(|last| (neighbor.distance - last).abs() <= TIE * last);
        let tied_count = sorted.iter().filter(|neighbor| is_tied(neighbor)).count();
        let nearer = sorted
            .iter()
            .take(k)
            .filter(|neighbor| !is_tied(neighbor))
            .count();
        let shared_places = if tied_count > 0 { (k - nearer) as f64 } else { 0.0 };
        let members = sorted
            .iter()
            .enumerate()
            .filter(|(place, neighbor)| *place < k || is_tied(neighbor))
            .map(|(_, neighbor)| {
                let tied = is_tied(neighbor);
                let multiplicity = if tied {
                    shared_places / tied_count as f64
                } else {
                    1.0
                };
                Member {
                    neighbor: neighbor.clone(),
                    multiplicity,
                    tied,
                }
            })
            .collect();
        Self {
            members,
            shared_places,
            k,
            cutoff,
        }
    }

    fn weight(&self, member: &Member) -> f64 {
        weight(member.neighbor.distance, self.cutoff)
    }

    /// w/r of the k places; tied places take the mean of the tied ones, missing ones are zero.
    fn x1(&self) -> Vec<f64> {
        let value = |member: &Member| self.weight(member) / member.neighbor.distance;
        let (tied, nearer): (Vec<_>, Vec<_>) = self.members.iter().partition(|member| member.tied);
        let mut places: Vec<f64> = nearer.into_iter().map(value).collect();
        if !tied.is_empty() {
            let mean = tied.iter().map(|&member| value(member)).sum::<f64>() / tied.len() as f64;
            places.extend(vec![mean; self.shared_places as usize]);
        }
        places.resize(self.k, 0.0);
        places
    }

    /// Mean over the k rows of the sorted matrix sqrt(w_j w_l)/r_jl, without its first column,
    /// largest first. A missing neighbour's row is zero.
    fn x2(&self) -> Vec<f64> {
        let mut columns = vec![0.0; self.k];
        for member in &self.members {
            for (column, value) in columns.iter_mut().zip(self.sorted_row(member)) {
                *column += member.multiplicity * value / self.k as f64;
            }
        }
        columns.remove(0);
        columns.reverse();
        columns
    }

    /// One row in ascending order: column c is the mean of the row's weighted quantile function
    /// over [c/k, (c + 1)/k].
    fn sorted_row(&self, row: &Member) -> Vec<f64> {
        let mut entries = self.entries(row);
        entries.sort_by(|x, y| x.value.total_cmp(&y.value));
        let mut columns = vec![0.0; self.k];
        for (c, column) in columns.iter_mut().enumerate() {
            let mut start = 0.0;
            for entry in &entries {
                let end = start + entry.mass;
                let overlap = f64::min(end, (c + 1) as f64) - f64::max(start, c as f64);
                *column += entry.value * overlap.max(0.0);
                start = end;
            }
        }
        columns
    }

    /// Values of a row, unsorted, with how much of the k columns each fills. The atom's own zero
    /// fills one; where the atom is tied, the other tied ones have one place less between them.
    fn entries(&self, row: &Member) -> Vec<Entry> {
        let tied_count = self.members.iter().filter(|member| member.tied).count() as f64;
        let mut entries = vec![Entry {
            value: 0.0,
            mass: 1.0,
        }];
        for member in self.members.iter().filter(|member| !std::ptr::eq(*member, row)) {
            let between =
                [0, 1, 2].map(|axis| member.neighbor.displacement[axis] - row.neighbor.displacement[axis]);
            let value = (self.weight(row) * self.weight(member)).sqrt() / norm(between);
            let mass = match (row.tied, member.tied) {
                (true, true) => (self.shared_places - 1.0) / (tied_count - 1.0),
                _ => member.multiplicity,
            };
            entries.push(Entry { value, mass });
        }
        let filled: f64 = entries.iter().map(|entry| entry.mass).sum();
        entries.push(Entry {
            value: 0.0,
            mass: (self.k as f64 - filled).max(0.0),
        });
        entries
    }
}

/// A value that fills `mass` of a row's k columns.
struct Entry {
    value: f64,
    mass: f64,
}
