//! What every instruction set says of sixteen bytes, against what is said byte by byte.

use crate::matrices::Noise;
use quests::simd::{Isa, Kernel, Level, Marks, SIXTEEN, Sixteen};

/// What there is to be said of some bytes.
#[derive(Clone, Copy)]
struct Said<'a> {
    bytes: &'a Sixteen,
    length: usize,
    point: usize,
}

impl Kernel for Said<'_> {
    type Output = (u32, Marks, u64);

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) -> Self::Output {
        let number = simd.number(self.bytes, self.length, self.point);
        (simd.gaps(self.bytes), simd.marks(self.bytes), number)
    }
}

/// Whether a text has a shape.
#[derive(Clone, Copy)]
struct Alike<'a>(&'a [u8], &'a [u8]);

impl Kernel for Alike<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) -> bool {
        simd.has_shape(self.0, self.1)
    }
}

#[test]
fn every_byte_is_told_apart_at_every_place() {
    for at in 0..SIXTEEN {
        for byte in 0..=u8::MAX {
            let mut bytes = [b'7'; SIXTEEN];
            bytes[at] = byte;
            let said = Said {
                bytes: &bytes,
                length: 0,
                point: SIXTEEN,
            };
            let wanted = Level::Scalar.run(said);
            for level in Level::available() {
                assert_eq!(level.run(said), wanted, "{}: {byte} at {at}", level.name());
            }
        }
    }
}

#[test]
fn digits_make_their_number() {
    let mut noise = Noise::new(3);
    for _ in 0..2000 {
        let length = noise.below(SIXTEEN + 1);
        let mut bytes: Sixteen = std::array::from_fn(|_| b"0123456789"[noise.below(10)]);
        let point = [SIXTEEN, noise.below(SIXTEEN)][noise.below(2)];
        if point < SIXTEEN {
            bytes[point] = b'.';
        }
        // What is before the number, a blank or a minus among it, does not count.
        let blank = noise.below(SIXTEEN);
        bytes[blank] = b" -09"[noise.below(4)];
        let text = bytes[SIXTEEN - length..].iter().enumerate();
        let digits = text.filter(|(at, _)| SIXTEEN - length + at != point);
        let wanted = digits.fold(0, |number, (_, byte)| {
            number * 10
                + if byte.is_ascii_digit() {
                    u64::from(byte - b'0')
                } else {
                    0
                }
        });
        for level in Level::available() {
            let (_, _, number) = level.run(Said {
                bytes: &bytes,
                length,
                point,
            });
            assert_eq!(number, wanted, "{}: {bytes:?}, {length}, {point}", level.name());
        }
    }
}

#[test]
fn a_shape_leaves_only_digits_open() {
    let mut noise = Noise::new(4);
    let (mut alike, mut others) = (0, 0);
    for _ in 0..5000 {
        let length = SIXTEEN + noise.below(60);
        let shape: Vec<u8> = (0..length).map(|_| b"0000 -.aC\n"[noise.below(10)]).collect();
        let mut text: Vec<u8> = shape
            .iter()
            .map(|byte| match byte {
                b'0' => b"0123456789"[noise.below(10)],
                byte => *byte,
            })
            .collect();
        if noise.below(2) == 0 {
            text[noise.below(length)] = noise.below(256) as u8;
        }
        let wanted = text.iter().zip(&shape).all(|(byte, like)| match like {
            b'0' => byte.is_ascii_digit(),
            like => byte == like,
        });
        *(if wanted { &mut alike } else { &mut others }) += 1;
        for level in Level::available() {
            assert_eq!(level.run(Alike(&text, &shape)), wanted, "{}", level.name());
        }
    }
    assert!(alike > 1000 && others > 1000);
}
