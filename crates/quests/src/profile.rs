//! Where the time of descriptors goes: a clock for the benchmarks, compiled with the feature
//! `profile` only.

/// A stage of the work on one atom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Candidates and their distances to the atom.
    Search,
    /// The k nearest of them, in order.
    Choice,
    /// Distances between neighbours, and the matrix of X2.
    Distances,
    /// Sorting the rows of that matrix.
    Sort,
    /// The mean of the sorted rows.
    Sum,
}

impl Stage {
    /// All of them, in the order of the work.
    pub const ALL: [Self; 5] = [Self::Search, Self::Choice, Self::Distances, Self::Sort, Self::Sum];
}

#[cfg(feature = "profile")]
mod measured {
    use super::Stage;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::{Duration, Instant};

    static NANOSECONDS: [AtomicU64; Stage::ALL.len()] = [const { AtomicU64::new(0) }; Stage::ALL.len()];

    /// Measures one stage after the other.
    pub(crate) struct Profile(Instant);

    impl Profile {
        #[inline(always)]
        pub fn start() -> Self {
            Self(Instant::now())
        }

        /// Adds the time since the last call to a stage.
        #[inline(always)]
        pub fn lap(&mut self, stage: Stage) {
            let now = Instant::now();
            let nanoseconds = (now - self.0).as_nanos() as u64;
            NANOSECONDS[stage as usize].fetch_add(nanoseconds, Ordering::Relaxed);
            self.0 = now;
        }
    }

    /// Time spent in a stage so far, all threads together.
    #[must_use]
    pub fn spent(stage: Stage) -> Duration {
        Duration::from_nanos(NANOSECONDS[stage as usize].load(Ordering::Relaxed))
    }
}

#[cfg(not(feature = "profile"))]
mod measured {
    use super::Stage;

    /// Measures nothing.
    pub(crate) struct Profile;

    impl Profile {
        #[inline(always)]
        pub fn start() -> Self {
            Self
        }

        #[expect(clippy::unused_self, reason = "as the one that measures")]
        #[inline(always)]
        pub fn lap(&mut self, _stage: Stage) {}
    }
}

pub(crate) use measured::Profile;
#[cfg(feature = "profile")]
pub use measured::spent;
