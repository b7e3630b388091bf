//! The neighbour search compares O(N) pairs, counted rather than timed.

use crate::calls::frames;
use crate::oracle::Structure;
use crate::structures::{gas, in_clusters};
use quests::neighbors::candidate_pairs;

const CUTOFF: f64 = 5.0;

/// Candidates that any atom may cost: the atoms in a cube of 5 × 5 × 5 bins as wide as the cutoff.
const BOUND: f64 = 1324.0;

fn candidates_per_atom(structure: &Structure) -> f64 {
    let pairs = candidate_pairs(&frames(std::slice::from_ref(structure), 0).unwrap(), CUTOFF).unwrap();
    pairs as f64 / structure.len() as f64
}

#[test]
fn candidates_per_atom_do_not_grow_with_the_number_of_atoms() {
    for pbc in [[true; 3], [false; 3], [true, true, false]] {
        let costs = [1e3, 1e4, 1e5].map(|count| candidates_per_atom(&gas(count as usize, pbc, 1)));
        // There are 44 within the cutoff, fewer at open surfaces: none can be missed.
        assert!(
            costs.iter().all(|&cost| cost > 20.0 && cost < BOUND),
            "{pbc:?}: {costs:?}"
        );
    }
}

#[test]
fn empty_space_costs_nothing() {
    let cluster = gas(5000, [false; 3], 2);
    let edge = 1e7;
    let corners = [[0.0; 3], [9e6, 0.0, 0.0], [0.0, 9e6, 9e6], [123.0, 456.0, 789.0]];
    for pbc in [[false; 3], [true; 3], [false, true, false]] {
        let one = candidates_per_atom(&in_clusters(&cluster, &corners[..1], edge, pbc));
        let four = candidates_per_atom(&in_clusters(&cluster, &corners, edge, pbc));
        assert!(
            one < BOUND && four < BOUND,
            "{pbc:?}: one cluster {one}, four {four}"
        );
    }
}

/// A lone atom far away must not widen the bins of the others.
#[test]
fn a_stray_atom_costs_nothing() {
    let mut structure = gas(5000, [false; 3], 3);
    structure.positions.push([5e6, -5e6, 5e6]);
    structure.species.push(0);
    let cost = candidates_per_atom(&structure);
    assert!(cost < BOUND, "{cost}");
}

#[test]
fn two_atoms_in_a_huge_box_cost_nothing() {
    let pair = gas(1, [false; 3], 4);
    for pbc in [[true; 3], [false; 3]] {
        let cost = candidates_per_atom(&in_clusters(&pair, &[[0.0; 3], [5e6; 3]], 1e7, pbc));
        assert!(cost <= 2.0, "{cost}");
    }
}
