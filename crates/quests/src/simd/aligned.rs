//! Numbers that start at a cache line, so that no vector lies across two.

use std::ops::{Deref, DerefMut};

/// Bytes of a cache line.
const CACHE_LINE: usize = 64;

/// A slice of `f64` that starts at a cache line.
#[derive(Debug, Default)]
pub(crate) struct Aligned {
    values: Vec<f64>,
    start: usize,
    length: usize,
}

impl Aligned {
    /// `length` zeros, or nothing where the memory does not hold them.
    pub fn zeros(length: usize) -> Option<Self> {
        let padded = length.checked_add(CACHE_LINE / size_of::<f64>())?;
        Vec::<f64>::new().try_reserve_exact(padded).ok()?;
        let values = vec![0.0; padded];
        let start = values.as_ptr().align_offset(CACHE_LINE);
        Some(Self {
            values,
            start,
            length,
        })
    }

    /// Makes room for `length` values; what they are is unspecified.
    pub fn resize(&mut self, length: usize) {
        let padded = length + CACHE_LINE / size_of::<f64>();
        if self.values.len() < padded {
            self.values.resize(padded, 0.0);
            self.start = self.values.as_ptr().align_offset(CACHE_LINE);
        }
        self.length = length;
    }
}

impl Deref for Aligned {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.values[self.start..self.start + self.length]
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [f64] {
        &mut self.values[self.start..self.start + self.length]
    }
}
