//! Operations on sixteen bytes of text, for the readers of files.

use pulp::Scalar;

/// Sixteen bytes.
pub type Sixteen = [u8; SIXTEEN];

/// Bytes that are processed together.
pub const SIXTEEN: usize = 16;

/// What each of sixteen bytes is: a bit for each, the lowest for the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// `0` to `9`.
    pub digits: u32,
    /// Blanks; no other white space.
    pub blanks: u32,
    /// `.`.
    pub points: u32,
    /// `-`.
    pub minuses: u32,
}

/// What an instruction set does with text. The plain methods here are what vector code is tested
/// against.
pub trait Text: Copy {
    /// Whether it has vector code for text; else text is better read byte by byte.
    const HAS_VECTORS: bool = false;

    /// A bit for each byte: whether it is a blank or a control character.
    #[inline(always)]
    fn gaps(self, bytes: &Sixteen) -> u32 {
        bits(bytes, |byte| byte <= b' ')
    }

    /// What each byte is.
    #[inline(always)]
    fn marks(self, bytes: &Sixteen) -> Marks {
        Marks {
            digits: bits(bytes, |byte| byte.is_ascii_digit()),
            blanks: bits(bytes, |byte| byte == b' '),
            points: bits(bytes, |byte| byte == b'.'),
            minuses: bits(bytes, |byte| byte == b'-'),
        }
    }

    /// The number that the last `length` bytes make, without the byte at `point`; 16 for no point.
    /// They are digits, or bytes below `0`, which count as 0.
    #[inline(always)]
    fn number(self, bytes: &Sixteen, length: usize, point: usize) -> u64 {
        let digits = bytes.iter().enumerate().skip(SIXTEEN - length);
        digits
            .filter(|(at, _)| *at != point)
            .fold(0, |number, (_, byte)| {
                number * 10 + u64::from(byte.saturating_sub(b'0'))
            })
    }

    /// Whether two texts of one length, at least 16 bytes, agree but for the values of their
    /// digits; those of `shape` are all `0`.
    #[inline(always)]
    fn has_shape(self, bytes: &[u8], shape: &[u8]) -> bool {
        let each = bytes.iter().zip(shape);
        each.fold(true, |same, (byte, like)| {
            same & (*like == if byte.is_ascii_digit() { b'0' } else { *byte })
        })
    }
}

#[inline(always)]
fn bits(bytes: &Sixteen, is: impl Fn(u8) -> bool) -> u32 {
    let each = bytes.iter().enumerate();
    each.fold(0, |bits, (at, byte)| bits | u32::from(is(*byte)) << at)
}

impl Text for Scalar {}

#[cfg(target_arch = "aarch64")]
impl Text for pulp::aarch64::Neon {}

#[cfg(target_arch = "wasm32")]
impl Text for pulp::wasm::Simd128 {}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Marks, SIXTEEN, Sixteen, Text};
    use core::arch::x86_64::__m128i;
    use pulp::cast;
    use pulp::x86::{V2, V3, V4};

    /// For each length the bytes that belong to it.
    const LAST: [Sixteen; SIXTEEN + 1] = {
        let mut last = [[0; SIXTEEN]; SIXTEEN + 1];
        let mut length = 1;
        while length <= SIXTEEN {
            last[length] = last[length - 1];
            last[length][SIXTEEN - length] = u8::MAX;
            length += 1;
        }
        last
    };

    /// For each place of the point the order of the other bytes, aligned to the last.
    const WITHOUT: [Sixteen; SIXTEEN + 1] = {
        /// The index of no byte.
        const NONE: u8 = 0x80;
        let mut orders = [[NONE; SIXTEEN]; SIXTEEN + 1];
        let mut point = 0;
        while point <= SIXTEEN {
            let mut to = SIXTEEN;
            let mut from = SIXTEEN;
            while from > 0 {
                from -= 1;
                if from != point {
                    to -= 1;
                    orders[point][to] = from as u8;
                }
            }
            point += 1;
        }
        orders
    };

    impl Text for V2 {
        const HAS_VECTORS: bool = true;

        #[inline(always)]
        fn gaps(self, bytes: &Sixteen) -> u32 {
            let Self { sse2, .. } = self;
            let bytes = cast(*bytes);
            let lower = sse2._mm_min_epu8(bytes, sse2._mm_set1_epi8(b' ' as i8));
            bits(self, sse2._mm_cmpeq_epi8(lower, bytes))
        }

        #[inline(always)]
        fn marks(self, bytes: &Sixteen) -> Marks {
            let Self { sse2, .. } = self;
            let bytes = cast(*bytes);
            let are = |byte: u8| bits(self, sse2._mm_cmpeq_epi8(bytes, sse2._mm_set1_epi8(byte as i8)));
            Marks {
                digits: bits(self, are_digits(self, bytes)),
                blanks: are(b' '),
                points: are(b'.'),
                minuses: are(b'-'),
            }
        }

        /// Neighbours are joined, three times over, and then two halves of eight digits.
        #[inline(always)]
        fn number(self, bytes: &Sixteen, length: usize, point: usize) -> u64 {
            let Self {
                sse2, ssse3, sse4_1, ..
            } = self;
            let bytes = sse2._mm_and_si128(cast(*bytes), cast(LAST[length]));
            let digits = sse2._mm_subs_epu8(bytes, sse2._mm_set1_epi8(b'0' as i8));
            let digits = ssse3._mm_shuffle_epi8(digits, cast(WITHOUT[point]));
            let twos = ssse3._mm_maddubs_epi16(digits, sse2._mm_set1_epi16(10 + (1 << 8)));
            let fours = sse2._mm_madd_epi16(twos, sse2._mm_set1_epi32(100 + (1 << 16)));
            let fours = sse4_1._mm_packus_epi32(fours, fours);
            let eights = sse2._mm_madd_epi16(fours, sse2._mm_set1_epi32(10_000 + (1 << 16)));
            let [halves, _]: [u64; 2] = cast(eights);
            (halves & 0xffff_ffff) * 100_000_000 + (halves >> 32)
        }

        #[inline(always)]
        fn has_shape(self, bytes: &[u8], shape: &[u8]) -> bool {
            let Self { sse2, sse4_1, .. } = self;
            let (Some(last), Some(like_last)) = (bytes.last_chunk(), shape.last_chunk()) else {
                return false;
            };
            // The last sixteen bytes overlap the others where the length is no multiple of 16.
            let mut differences = difference(self, last, like_last);
            for (bytes, like) in bytes.as_chunks().0.iter().zip(shape.as_chunks().0) {
                differences = sse2._mm_or_si128(differences, difference(self, bytes, like));
            }
            sse4_1._mm_testz_si128(differences, differences) == 1
        }
    }

    /// Zeros where the bytes have the shape.
    #[inline(always)]
    fn difference(simd: V2, bytes: &Sixteen, shape: &Sixteen) -> __m128i {
        let V2 { sse2, sse4_1, .. } = simd;
        let (bytes, zeros) = (cast(*bytes), sse2._mm_set1_epi8(b'0' as i8));
        let found = sse4_1._mm_blendv_epi8(bytes, zeros, are_digits(simd, bytes));
        sse2._mm_xor_si128(found, cast(*shape))
    }

    #[inline(always)]
    fn are_digits(simd: V2, bytes: __m128i) -> __m128i {
        let V2 { sse2, .. } = simd;
        let above = sse2._mm_sub_epi8(bytes, sse2._mm_set1_epi8(b'0' as i8));
        let lower = sse2._mm_min_epu8(above, sse2._mm_set1_epi8(9));
        sse2._mm_cmpeq_epi8(lower, above)
    }

    #[inline(always)]
    fn bits(simd: V2, bytes: __m128i) -> u32 {
        simd.sse2._mm_movemask_epi8(bytes) as u32
    }

    /// Sixteen bytes are a vector of `V2`; the others have its instructions, too.
    macro_rules! as_v2 {
        ($simd:ty, $v2:expr) => {
            impl Text for $simd {
                const HAS_VECTORS: bool = true;

                #[inline(always)]
                fn gaps(self, bytes: &Sixteen) -> u32 {
                    V2::gaps($v2(self), bytes)
                }

                #[inline(always)]
                fn marks(self, bytes: &Sixteen) -> Marks {
                    V2::marks($v2(self), bytes)
                }

                #[inline(always)]
                fn number(self, bytes: &Sixteen, length: usize, point: usize) -> u64 {
                    V2::number($v2(self), bytes, length, point)
                }

                #[inline(always)]
                fn has_shape(self, bytes: &[u8], shape: &[u8]) -> bool {
                    V2::has_shape($v2(self), bytes, shape)
                }
            }
        };
    }

    as_v2!(V3, |simd: V3| *simd);
    as_v2!(V4, |simd: V4| **simd);
}
