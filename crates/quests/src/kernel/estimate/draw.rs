//! Random numbers: reproducible from a seed, and independent for every leaf.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;

use crate::{Error, Result};

/// 2⁵³ − 1: larger whole numbers are not all distinct in JavaScript.
const LARGEST_SEED: f64 = 9_007_199_254_740_991.0;

/// Checks a seed: a whole number that JavaScript can hold.
pub(crate) fn check_seed(seed: f64) -> Result<u64> {
    if (0.0..=LARGEST_SEED).contains(&seed) && seed.fract() == 0.0 {
        Ok(seed as u64)
    } else {
        Err(Error::Argument(format!(
            "seed is {seed:?}, expected a whole number from 0 to 2^53 - 1"
        )))
    }
}

/// A stream of random numbers.
#[derive(Debug)]
pub(crate) struct Draw(Pcg64);

impl Draw {
    /// Stream number `stream` of a seed; streams of the same seed are independent.
    pub fn new(seed: u64, stream: usize) -> Self {
        Self(Pcg64::new(u128::from(seed), stream as u128))
    }

    /// Uniform in (0, 1].
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number below `count`, which is at least 1.
    pub fn below(&mut self, count: usize) -> usize {
        // 53 bits over so few numbers: none is preferred by more than 1e-6 of its share.
        ((self.uniform() * count as f64).ceil() as usize).clamp(1, count) - 1
    }

    /// Numbers that are 1 or −1.
    pub fn signs<const COUNT: usize>(&mut self) -> [f64; COUNT] {
        let bits = self.0.next_u64();
        std::array::from_fn(|at| if bits >> (63 - at) & 1 == 0 { 1.0 } else { -1.0 })
    }

    /// Calls `chosen` with each of `count` numbers from 0 that is drawn, each with probability
    /// `rate`, in order. It takes time only for those drawn: the gaps between them are
    /// geometrically distributed.
    pub fn each(&mut self, count: usize, rate: f64, mut chosen: impl FnMut(&mut Self, usize)) {
        if rate >= 1.0 {
            (0..count).for_each(|at| chosen(self, at));
            return;
        }
        let per_step = (-rate).ln_1p();
        let mut at = 0.0;
        // Written so that a rate of 0, whose steps are infinite, ends it, too.
        loop {
            at += (self.uniform().ln() / per_step).floor();
            let inside = at < count as f64;
            if !inside {
                return;
            }
            chosen(self, at as usize);
            at += 1.0;
        }
    }
}
