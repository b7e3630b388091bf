//! The list of methods: names, what is true of each, and what each needs.
//!
//! A new method is a file of its own, a row of [`Method::ALL`] with its arm in [`super::select`],
//! and a test.

use crate::{Error, Result};

/// A method of selection; see [`super::select`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// Its name, in every language binding.
    pub name: &'static str,
    /// Whether a smaller selection is the beginning of a larger one.
    pub is_nested: bool,
    /// What it needs besides a number of structures and a bandwidth.
    pub needs: &'static [Need],
    pub(super) algorithm: Algorithm,
}

/// What a method needs; all others ignore it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// log p of every environment with respect to a set that is known, if there is such a set.
    Known,
    /// The share of environments to cover, and the ε below which one is covered.
    Target,
    /// The seed of random choices.
    Seed,
    /// A force for each structure.
    Forces,
}

/// How a method picks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Msc,
    AtomMsc,
    Fps,
    MeanFps,
    GradientFps,
    LogDet,
    KMeans,
    KMeansEntropy,
    Random,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 9] = [
        Self::row("msc", true, &[Need::Known], Algorithm::Msc),
        Self::row("atom_msc", true, &[Need::Known, Need::Target], Algorithm::AtomMsc),
        Self::row("fps", true, &[], Algorithm::Fps),
        Self::row("mean_fps", true, &[Need::Seed], Algorithm::MeanFps),
        Self::row(
            "gradient_fps",
            true,
            &[Need::Seed, Need::Forces],
            Algorithm::GradientFps,
        ),
        Self::row("log_det", true, &[], Algorithm::LogDet),
        Self::row("k_means", false, &[Need::Seed], Algorithm::KMeans),
        Self::row("k_means_entropy", false, &[Need::Seed], Algorithm::KMeansEntropy),
        Self::row("random", true, &[Need::Seed], Algorithm::Random),
    ];

    const fn row(name: &'static str, is_nested: bool, needs: &'static [Need], algorithm: Algorithm) -> Self {
        Self {
            name,
            is_nested,
            needs,
            algorithm,
        }
    }

    /// The method of this name.
    ///
    /// # Errors
    /// [`Error::Argument`] with all names, if there is none.
    pub fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|method| method.name == name);
        found.copied().ok_or_else(|| {
            let names = Self::ALL.map(|method| method.name);
            let (last, others) = names.split_last().unwrap_or((&"", &[]));
            Error::Argument(format!(
                "method is {name}, expected {} or {last}",
                others.join(", ")
            ))
        })
    }
}

/// The methods as text, one on each line: the name, `nested` if it is, and `known`, `target`,
/// `seed` and `forces` if it needs them.
#[must_use]
pub fn methods() -> String {
    let mut text = String::new();
    for method in Method::ALL {
        text.push_str(method.name);
        if method.is_nested {
            text.push_str(" nested");
        }
        for need in method.needs {
            text.push_str(match need {
                Need::Known => " known",
                Need::Target => " target",
                Need::Seed => " seed",
                Need::Forces => " forces",
            });
        }
        text.push('\n');
    }
    text
}
