//! Inverse square roots of every instruction set, over all magnitudes that they are meant for.

use quests::simd::{Isa, Kernel, Level};

/// Replaces numbers by their inverse square roots; as many as whole vectors hold.
struct InverseRoots<'a>(&'a mut [f64]);

impl Kernel for InverseRoots<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        let (vectors, rest) = S::as_mut_simd_f64s(self.0);
        assert!(rest.is_empty());
        for vector in vectors {
            *vector = simd.inverse_sqrt(*vector);
        }
    }
}

/// 1/√a, and how many units in its last place another number is from it. The square root is split
/// into a rounded one and its remainder, so that what is compared with is good to a small part of a
/// unit.
fn units_off(a: f64, found: f64) -> f64 {
    let root = a.sqrt();
    let remainder = (-root).mul_add(root, a) / (2.0 * root);
    // found · (root + remainder) − 1, the relative error.
    let error = found.mul_add(root, -1.0) + found * remainder;
    let unit = f64::from_bits(found.to_bits() + 1) - found;
    (error * found / unit).abs()
}

#[test]
fn inverse_square_roots_are_good_to_two_units() {
    const PER_BINADE: usize = 512;
    let numbers: Vec<f64> = (-124..=126)
        .flat_map(|exponent| {
            (0..PER_BINADE).map(move |at| {
                // Multiples of the golden ratio, which fill the interval evenly whatever their
                // number.
                let mantissa = 1.0 + (at as f64 * 0.618_033_988_749_894_9).fract();
                mantissa * 2.0_f64.powi(exponent)
            })
        })
        .collect();
    for level in Level::available() {
        let mut found = numbers.clone();
        level.run(InverseRoots(&mut found));
        let worst = numbers.iter().zip(&found).fold((0.0, 0.0), |worst, (a, found)| {
            let off = units_off(*a, *found);
            if off > worst.0 { (off, *a) } else { worst }
        });
        assert!(
            worst.0 <= 2.0,
            "{}: 1/√{:e} is {} units off",
            level.name(),
            worst.1,
            worst.0
        );
    }
}
