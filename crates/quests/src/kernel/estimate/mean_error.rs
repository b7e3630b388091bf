//! The error of a mean of log p.

use super::samples::{Estimate, SIGNS};

/// Half-width of the interval of a mean, in standard deviations. That of a normal distribution is
/// 1.96 at 95 % and 2.58 at 99 %: the variance is an estimate, too, and the interval is to hold
/// 95 % nevertheless.
pub(super) const WIDTH: f64 = 2.58;

/// Draws that may all have missed at 99 % confidence, −ln 0.01: what was not drawn does not show in
/// the variance.
const UNSEEN: f64 = 4.6;

/// What the error of the mean of log p over some queries is made of.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MeanError {
    /// Σ over groups of the variance of Σ log p.
    variance: f64,
    /// Σ σ⁴.
    shift: f64,
    /// The most that a single sample may add to Σ log p of a group.
    grain: f64,
}

impl MeanError {
    /// Adds a group of queries. Its samples are drawn for the whole group, so errors within it go
    /// together; those of groups are independent.
    pub fn add_group<'a>(&mut self, sampled: impl Iterator<Item = &'a Estimate>) {
        let mut errors = [0.0; SIGNS];
        let mut grain = 0.0;
        for estimate in sampled {
            self.shift += estimate.squared_error().powi(2);
            grain += estimate.grain / estimate.sum;
            for (error, spread) in errors.iter_mut().zip(estimate.spreads) {
                *error += spread / estimate.sum;
            }
        }
        self.variance += errors.iter().map(|error| error * error).sum::<f64>() / SIGNS as f64;
        self.grain = self.grain.max(grain);
    }

    /// Adds what other groups have.
    pub fn add(&mut self, other: &Self) {
        self.variance += other.variance;
        self.shift += other.shift;
        self.grain = self.grain.max(other.grain);
    }

    /// Half-width of the interval of the mean over `all` queries, as `rows` of them let expect.
    pub fn half_width(&self, rows: f64, all: f64) -> f64 {
        let drawn = WIDTH * (self.variance / rows / all).sqrt();
        drawn.hypot(UNSEEN * self.grain / all) + self.shift / rows
    }
}
