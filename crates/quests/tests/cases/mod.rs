//! How many random cases a property is tried on, and how it is run.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use std::env;
use std::str::FromStr;

/// Number of cells the descriptors are compared on: `QUESTS_CASES`.
pub fn cases() -> u32 {
    variable("QUESTS_CASES").unwrap_or(320)
}

/// Tries `property` on `count` random values, at least one, and shows the smallest that fails.
pub fn check<S: Strategy>(
    count: u32,
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let seed = variable("QUESTS_SEED").unwrap_or(0);
    let config = Config {
        cases: count.max(1),
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        max_shrink_iters: 2000,
        ..Config::default()
    };
    if let Err(error) = TestRunner::new(config).run(strategy, property) {
        panic!("with QUESTS_SEED={seed}: {error}");
    }
}

fn variable<T: FromStr>(name: &str) -> Option<T> {
    let text = env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name}={text}: a whole number is expected")),
    )
}
