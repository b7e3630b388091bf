//! The radix sort and its keys, beside the comparisons they stand for.

use proptest::prelude::*;
use quests::math::{ordered_bits, radix_sort};

/// Any bits: infinities, both zeros and NaN of either sign among them.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => any::<u64>().prop_map(f64::from_bits),
        1 => prop::sample::select(vec![0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -f64::NAN]),
    ]
}

proptest! {
    #[test]
    fn ordered_bits_compare_as_numbers_do(a in any_number(), b in any_number()) {
        prop_assert_eq!(ordered_bits(a).cmp(&ordered_bits(b)), a.total_cmp(&b));
    }

    #[test]
    fn equal_numbers_stay_in_order(numbers in prop_oneof![
        prop::collection::vec(0_u64..8, 0..200),
        prop::collection::vec(any::<u64>(), 0..2000),
        prop::collection::vec((0_u64..40).prop_map(|number| number << 20 | 5), 500..2000),
    ]) {
        let mut expected: Vec<(u64, usize)> = numbers.iter().copied().zip(0..).collect();
        expected.sort_by_key(|(number, _)| *number);
        prop_assert_eq!(radix_sort(numbers), expected);
    }
}
