//! Kernel sums by log-sum-exp over direct differences, and what is computed from them.

use super::descriptor::weight;

/// Results for the queries under one bandwidth.
#[derive(Default)]
pub struct KernelSums {
    /// log p of each query.
    pub log_sums: Vec<f64>,
    /// Kernel-weighted mean at each query; empty without weights.
    pub means: Vec<f64>,
}

/// log p(y) = log Σ_j exp(−|x_j − y|²/2h²) of each query y, and Σ_j w_j K(y, x_j)/p(y) where there
/// are weights.
pub fn kernel_sums(
    reference: &[f64],
    width: usize,
    queries: &[f64],
    bandwidth: f64,
    weights: Option<&[f64]>,
) -> KernelSums {
    let mut sums = KernelSums::default();
    for query in queries.chunks_exact(width) {
        let exponents: Vec<f64> = reference
            .chunks_exact(width)
            .map(|row| -squared_distance(row, query) / (2.0 * bandwidth * bandwidth))
            .collect();
        let log_sum = log_sum_exp(&exponents);
        sums.log_sums.push(log_sum);
        if let Some(weights) = weights {
            sums.means.push(
                exponents
                    .iter()
                    .zip(weights)
                    .map(|(e, w)| w * (e - log_sum).exp())
                    .sum(),
            );
        }
    }
    sums
}

/// H = −(1/N) Σ log(p_i/N).
pub fn entropy(log_sums: &[f64]) -> f64 {
    let count = log_sums.len() as f64;
    -log_sums.iter().map(|log_sum| log_sum - count.ln()).sum::<f64>() / count
}

/// D = log Σ 1/p_i.
pub fn diversity(log_sums: &[f64]) -> f64 {
    let negated: Vec<f64> = log_sums.iter().map(|log_sum| -log_sum).collect();
    log_sum_exp(&negated)
}

/// Share of the queries with δH = −log p below ε.
pub fn overlap(log_sums: &[f64], epsilon: f64) -> f64 {
    log_sums.iter().filter(|&&log_sum| -log_sum < epsilon).count() as f64 / log_sums.len() as f64
}

/// Bandwidth for a volume per atom: the fit with a Gaussian, or the one with the weight function
/// w(ln²V).
pub fn bandwidth(volume: f64, method: &str) -> f64 {
    match method {
        "gaussian" => 0.089_714_1 * (-0.5 * (volume / 10.896).powi(2)).exp() + 0.011_941_7,
        "cutoff" => 0.086_164 * weight(volume.ln().powi(2), 11.611_72) + 0.016,
        _ => panic!("no such method: {method}"),
    }
}

fn log_sum_exp(exponents: &[f64]) -> f64 {
    let largest = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest
        + exponents
            .iter()
            .map(|exponent| (exponent - largest).exp())
            .sum::<f64>()
            .ln()
}

fn squared_distance(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum()
}
