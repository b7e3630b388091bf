//! Which vector instructions run, and the one way to run code with them.
//!
//! An algorithm is written once, generic over [`Isa`], as a [`Kernel`]; [`Level::run`] compiles it
//! once for each instruction set and picks one at run time. Released builds therefore need no
//! `target-cpu=native`.

mod aligned;
mod exp;
mod isa;
mod rank_sort;
mod text;

use std::sync::atomic::{AtomicU8, Ordering};

pub(crate) use aligned::Aligned;
pub use exp::{exp2_negative, exp2_negative_single};
pub use isa::Isa;
pub(crate) use rank_sort::RankSort;
pub use text::{Marks, SIXTEEN, Sixteen, Text};

use crate::{Error, Result};

/// Lanes of the widest vector: arrays that are processed in whole vectors are padded to a multiple
/// of it.
pub(crate) const PADDING: usize = 8;

/// Rounds up to whole vectors.
pub(crate) fn padded(length: usize) -> usize {
    length.next_multiple_of(PADDING)
}

/// Environment variable that forces a level: `scalar`, `baseline`, `avx2` or `avx512` (elsewhere
/// `neon`, `simd128`).
pub const FORCE_VARIABLE: &str = "QUESTS_SIMD";

/// Code generic over the instruction set.
pub trait Kernel {
    /// What it returns.
    type Output;

    /// Runs with the instructions of `simd`. Implementations are `#[inline(always)]`, or nothing is
    /// vectorised.
    fn run<S: Isa>(self, simd: S) -> Self::Output;
}

/// An instruction set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Level {
    /// One number at a time. Not for WebAssembly, where nothing that lacks vectors loads the
    /// module.
    Scalar = 1,
    /// x86-64 with SSE4.2: 128 bits.
    Baseline,
    /// x86-64 with AVX2 and FMA: 256 bits.
    Avx2,
    /// x86-64 with AVX-512 F, BW, CD, DQ, VL: 512 bits.
    Avx512,
    /// Arm: 128 bits.
    Neon,
    /// WebAssembly: 128 bits.
    Simd128,
}

/// Level forced by [`force`] as its number, 0 for none.
static FORCED: AtomicU8 = AtomicU8::new(0);

impl Level {
    /// Every level this package knows, for any machine.
    pub const ALL: [Self; 6] = [
        Self::Scalar,
        Self::Baseline,
        Self::Avx2,
        Self::Avx512,
        Self::Neon,
        Self::Simd128,
    ];

    /// Name as [`FORCE_VARIABLE`] spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Baseline => "baseline",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
            Self::Neon => "neon",
            Self::Simd128 => "simd128",
        }
    }

    /// Levels that this machine has, slowest first.
    #[must_use]
    pub fn available() -> Vec<Self> {
        Self::ALL
            .into_iter()
            .filter(|level| level.is_available())
            .collect()
    }

    fn is_available(self) -> bool {
        match self {
            Self::Scalar => cfg!(not(target_arch = "wasm32")),
            #[cfg(target_arch = "x86_64")]
            Self::Baseline => pulp::x86::V2::try_new().is_some(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => pulp::x86::V3::try_new().is_some(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => pulp::x86::V4::try_new().is_some(),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => pulp::aarch64::Neon::try_new().is_some(),
            #[cfg(target_arch = "wasm32")]
            Self::Simd128 => pulp::wasm::Simd128::try_new().is_some(),
            _ => false,
        }
    }

    /// The level to use: forced by [`force`], else by [`FORCE_VARIABLE`], else the fastest there
    /// is.
    ///
    /// # Errors
    /// [`Error::Argument`] where the variable names a level that is unknown or that this machine
    /// lacks.
    pub fn selected() -> Result<Self> {
        let forced = FORCED.load(Ordering::Relaxed);
        if let Some(level) = Self::ALL.into_iter().find(|level| *level as u8 == forced) {
            return Ok(level);
        }
        match std::env::var(FORCE_VARIABLE) {
            Ok(name) if !name.is_empty() => Self::named(&name),
            _ => Ok(*Self::available().last().unwrap_or(&Self::Scalar)),
        }
    }

    /// The level of this name.
    ///
    /// # Errors
    /// [`Error::Argument`] where the name is unknown or this machine lacks the level.
    pub fn named(name: &str) -> Result<Self> {
        let list = |levels: &[Self]| {
            levels
                .iter()
                .map(|level| level.name())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let available = Self::available();
        match Self::ALL.into_iter().find(|level| level.name() == name) {
            None => Err(Error::Argument(format!(
                "{FORCE_VARIABLE}={name} is no instruction set; expected one of {}",
                list(&Self::ALL)
            ))),
            Some(level) if !available.contains(&level) => Err(Error::Argument(format!(
                "{FORCE_VARIABLE}={name} is not available on this machine, which has {}",
                list(&available)
            ))),
            Some(level) => Ok(level),
        }
    }

    /// Number of `f64` in one vector.
    #[must_use]
    pub fn lanes(self) -> usize {
        match self {
            Self::Scalar => 1,
            Self::Baseline | Self::Neon | Self::Simd128 => 2,
            Self::Avx2 => 4,
            Self::Avx512 => 8,
        }
    }

    /// Rows of a matrix product to take at once; see [`Isa::PRODUCT_ROWS`].
    #[must_use]
    pub fn product_rows(self) -> usize {
        struct ProductRows;
        impl Kernel for ProductRows {
            type Output = usize;
            #[inline(always)]
            fn run<S: Isa>(self, _: S) -> usize {
                S::PRODUCT_ROWS
            }
        }
        self.run(ProductRows)
    }

    /// Runs `kernel` with this level's instructions.
    #[inline]
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        /// The kernel bound to its instruction set, in the form that can be compiled for it.
        struct Bound<S, K>(S, K);
        impl<S: Isa, K: Kernel> pulp::NullaryFnOnce for Bound<S, K> {
            type Output = K::Output;
            #[inline(always)]
            fn call(self) -> K::Output {
                self.1.run(self.0)
            }
        }
        /// A function of its own, as for instruction sets chosen at run time elsewhere: inside a
        /// large function, engines keep the sums of inner loops in memory.
        #[cfg(target_arch = "wasm32")]
        #[inline(never)]
        fn apart<K: pulp::NullaryFnOnce>(kernel: K) -> K::Output {
            kernel.call()
        }
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Baseline => {
                if let Some(simd) = pulp::x86::V2::try_new() {
                    return simd.vectorize(Bound(simd, kernel));
                }
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => {
                if let Some(simd) = pulp::x86::V3::try_new() {
                    return simd.vectorize(Bound(simd, kernel));
                }
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                if let Some(simd) = pulp::x86::V4::try_new() {
                    return simd.vectorize(Bound(simd, kernel));
                }
            }
            #[cfg(target_arch = "aarch64")]
            Self::Neon => {
                if let Some(simd) = pulp::aarch64::Neon::try_new() {
                    return simd.vectorize(Bound(simd, kernel));
                }
            }
            #[cfg(target_arch = "wasm32")]
            Self::Simd128 => {
                if let Some(simd) = pulp::wasm::Simd128::try_new() {
                    return apart(Bound(simd, kernel));
                }
            }
            #[cfg(not(target_arch = "wasm32"))]
            Self::Scalar => return kernel.run(pulp::Scalar::new()),
            _ => {}
        }
        unreachable!("{} was selected on a machine that lacks it", self.name())
    }
}

/// Name of the level in use.
///
/// # Errors
/// As [`Level::selected`].
pub fn level() -> Result<&'static str> {
    Level::selected().map(Level::name)
}

/// Forces a level for the whole process; with `None` the machine chooses again. For tests and
/// benchmarks.
///
/// # Errors
/// [`Error::Argument`] where this machine lacks it.
pub fn force(level: Option<Level>) -> Result<()> {
    let number = match level {
        None => 0,
        Some(level) => Level::named(level.name())? as u8,
    };
    FORCED.store(number, Ordering::Relaxed);
    Ok(())
}
