//! Points far from all data: δH = −log p is finite, grows with the distance and is exact.

use crate::agreement::{Tolerance, agree};
use crate::calls::kernel_sums;
use crate::matrices::{Layout, Recipe};
use crate::oracle;

const DISTANCES: [f64; 6] = [0.5, 1.0, 10.0, 100.0, 1e4, 1e6];

fn differential_entropies(reference: &[f64], width: usize, queries: &[f64], bandwidth: f64) -> Vec<f64> {
    let sums = kernel_sums(reference, width, queries, &[bandwidth], &[]).unwrap();
    sums.iter().map(|log_sum| -log_sum).collect()
}

#[test]
fn a_point_and_another() {
    for bandwidth in [0.001, 0.015, 1.0] {
        let actual = differential_entropies(&[0.0], 1, &DISTANCES, bandwidth);
        let expected = DISTANCES.map(|distance| distance * distance / (2.0 * bandwidth * bandwidth));
        agree(&actual, &expected, Tolerance::Relative(1e-9)).unwrap();
    }
}

#[test]
fn a_cloud_and_points_ever_farther_away() {
    for (width, offset) in [(1, 0.0), (63, 0.0), (63, 1e3), (130, -50.0)] {
        let bandwidths = vec![0.015];
        let cloud = Recipe {
            rows: 500,
            queries: 1,
            width,
            layout: Layout::Cloud,
            spread: 0.1,
            offset,
            bandwidths,
            seed: 7,
        }
        .build();
        let middle = &cloud.reference[..width];
        let along = (1.0 / width as f64).sqrt();
        let queries: Vec<f64> = DISTANCES
            .iter()
            .flat_map(|d| middle.iter().map(move |x| x + d * along))
            .collect();
        for bandwidth in [0.001, 0.015, 0.3] {
            let actual = differential_entropies(&cloud.reference, width, &queries, bandwidth);
            let log_sums = oracle::kernel_sums(&cloud.reference, width, &queries, bandwidth, None).log_sums;
            let expected: Vec<f64> = log_sums.iter().map(|log_sum| -log_sum).collect();
            agree(&actual, &expected, Tolerance::Relative(1e-9)).unwrap();
            assert!(
                actual.is_sorted() && actual.iter().all(|value| value.is_finite()),
                "{actual:?}"
            );
        }
    }
}

/// Weighted means of far points take the weight of the nearest row, not 0/0.
#[test]
fn means_of_far_points_are_those_of_the_nearest_row() {
    let reference = [0.0, 0.1, 0.2];
    let weights = [5.0, -7.0, 11.0];
    let sums = kernel_sums(&reference, 1, &[-1e6, -100.0, 100.0, 1e6], &[0.015], &weights).unwrap();
    agree(&sums[4..], &[5.0, 5.0, 11.0, 11.0], Tolerance::Absolute(1e-9)).unwrap();
}

/// Clusters 10⁵ bandwidths apart, where a norm expansion would be off by 1e-6 and more.
#[test]
fn clusters_far_from_one_another_keep_their_digits() {
    let (width, bandwidth) = (3, 0.001);
    let at = |cluster: f64, step: f64| [cluster + step, cluster - step, cluster];
    let rows = |shift: f64| {
        let clusters = [-100.0, 0.0, 10.0, 100.0];
        clusters
            .iter()
            .flat_map(|&c| (0..50).flat_map(move |i| at(c, 1e-4 * f64::from(i) + shift)))
            .collect()
    };
    let (reference, queries): (Vec<f64>, Vec<f64>) = (rows(0.0), rows(3e-5));
    let actual = kernel_sums(&reference, width, &queries, &[bandwidth], &[]).unwrap();
    let expected = oracle::kernel_sums(&reference, width, &queries, bandwidth, None).log_sums;
    agree(&actual, &expected, Tolerance::Scaled(1e-10)).unwrap();
}
