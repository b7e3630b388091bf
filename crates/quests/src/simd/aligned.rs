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
    /// `length` zeros, or nothing if they don't fit the memory.
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

    /// Makes it longer, by zeros; nothing happens if they don't fit the memory. Room grows by half,
    /// so that many small additions cost about as much as one.
    pub fn extend(&mut self, length: usize) -> Option<()> {
        if self.start + length > self.values.len() {
            let room = if self.length == 0 {
                length
            } else {
                length.max(self.length.checked_add(self.length / 2)?)
            };
            let mut values = Self::zeros(room)?;
            values[..self.length].copy_from_slice(self);
            *self = Self {
                length: self.length,
                ..values
            };
        }
        let known = std::mem::replace(&mut self.length, length);
        self[known..].fill(0.0);
        Some(())
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

/// Not derived: a copy lies elsewhere, and starts at another offset.
impl Clone for Aligned {
    fn clone(&self) -> Self {
        let mut values = Self::default();
        values.resize(self.length);
        values.copy_from_slice(self);
        values
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
