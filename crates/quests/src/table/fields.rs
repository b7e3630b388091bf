//! Plain rows with vectors: first the ends of many fields are found, then each field is read back
//! from its end, sixteen bytes at once. So no field waits for the one before it, and a processor
//! works on several at a time.

use super::number::{Decimal, EXACT, EXACT_DIGITS, POWERS};
use super::{Kind, Place, Rows, WORD, after_blanks, field, is_blank, row_end};
use crate::simd::{SIXTEEN, Sixteen, Text};

/// Bytes in which ends are searched before rows are read: they stay in the nearest cache.
const WINDOW: usize = 4096;

/// Bytes whose ends make one number.
const BLOCK: usize = 64;

/// Ends of a block that are stored without asking how many there are.
const COMMON: usize = 12;

/// Room for the ends of a window, of which no more than every second byte is one.
const ENDS: usize = WINDOW / 2 + BLOCK;

/// What a number is divided by, for each place of the point among sixteen bytes; 16 for none.
pub(super) const DIVISORS: [f64; SIXTEEN + 1] = {
    let mut divisors = [1.0; SIXTEEN + 1];
    let mut point = 0;
    while point < SIXTEEN {
        divisors[point] = POWERS[SIXTEEN - 1 - point];
        point += 1;
    }
    divisors
};

/// Where fields end, from the beginning of a window on.
pub(super) struct Ends([u16; ENDS]);

impl Ends {
    pub(super) fn new() -> Self {
        Self([0; ENDS])
    }

    /// Finds the ends in the whole blocks of a window; says how many there are.
    #[inline(always)]
    fn find<S: Text>(&mut self, simd: S, window: &[u8]) -> usize {
        let mut found = 0;
        // Bit 0: whether a field cannot end at the next byte, since there is none before it.
        let mut before = 1;
        for (index, block) in window.as_chunks::<BLOCK>().0.iter().enumerate() {
            let parts = block.as_chunks::<SIXTEEN>().0.iter().enumerate();
            let gaps = parts.fold(0, |gaps, (part, bytes)| {
                gaps | u64::from(simd.gaps(bytes)) << (SIXTEEN * part)
            });
            let mut ends = gaps & !(gaps << 1 | before);
            before = gaps >> (BLOCK - 1);
            let count = ends.count_ones() as usize;
            let mut keep = |places: &mut [u16]| {
                for place in places {
                    *place = (BLOCK * index) as u16 + ends.trailing_zeros() as u16;
                    ends &= ends.wrapping_sub(1);
                }
            };
            keep(&mut self.0[found..found + COMMON]);
            if count > COMMON {
                keep(&mut self.0[found + COMMON..found + count]);
            }
            found += count;
        }
        found
    }
}

/// Reads the rows whose ends are found in one window, as long as they are plain, at most `most` in
/// all; says how many it read.
#[inline(always)]
pub(super) fn read_window<S: Text>(
    simd: S,
    bytes: &[u8],
    places: &[Place],
    most: usize,
    ends: &mut Ends,
    values: &mut [f64],
    read: &mut Rows,
) -> usize {
    let (start, before) = (read.end, read.rows);
    let window = &bytes[start..bytes.len().min(start + WINDOW)];
    let found = ends.find(simd, window);
    for ends in ends.0[..found].chunks_exact(places.len()).take(most - before) {
        if !read_row(simd, bytes, start, ends, places, values, read) {
            break;
        }
    }
    read.rows - before
}

/// Reads the row whose fields end so many bytes after `start`; false where it is not plain.
#[inline(always)]
fn read_row<S: Text>(
    simd: S,
    bytes: &[u8],
    start: usize,
    ends: &[u16],
    places: &[Place],
    values: &mut [f64],
    read: &mut Rows,
) -> bool {
    let mut from = read.end;
    let mut end = from;
    let mut last = Decimal::NONE;
    for (place, after) in places.iter().zip(ends) {
        // Between two fields is a blank or a tab, and more of them perhaps.
        if from > read.end && !is_blank(bytes.get(end)) {
            return false;
        }
        end = start + usize::from(*after);
        let found = vector_field(simd, bytes, from, end, place.kind);
        let Some((value, written)) = found.or_else(|| other_field(bytes, from, end, place.kind)) else {
            return false;
        };
        let Some(room) = values.get_mut(place.first + read.rows * place.step) else {
            return false;
        };
        *room = value;
        last = written;
        from = end + 1;
    }
    let Some(end) = row_end(bytes, read.end, end) else {
        return false;
    };
    read.take(end, last);
    true
}

/// The field that ends at `end`, byte by byte.
#[cold]
#[inline(never)]
fn other_field(bytes: &[u8], from: usize, end: usize, kind: Kind) -> Option<(f64, Decimal)> {
    let (value, found, written) = field(bytes, after_blanks(bytes, from), kind)?;
    (found == end).then_some((value, written))
}

/// The number that the last bytes make, at most 6.
#[inline(always)]
pub(super) fn key(sixteen: &Sixteen, length: usize) -> f64 {
    let last = sixteen.last_chunk().map_or(0, |last| u64::from_be_bytes(*last));
    (last & ((1 << (8 * length)) - 1)) as i64 as f64
}

/// The field that ends at `end`, with nothing but blanks between `from` and its first byte; none if
/// [`other_field`] has to read it.
#[inline(always)]
fn vector_field<S: Text>(
    simd: S,
    bytes: &[u8],
    from: usize,
    end: usize,
    kind: Kind,
) -> Option<(f64, Decimal)> {
    let length = end - from;
    let sixteen: &Sixteen = bytes.get(end.checked_sub(SIXTEEN)?..)?.first_chunk()?;
    if length > SIXTEEN {
        return None;
    }
    let marks = simd.marks(sixteen);
    let window = 0xffff << (SIXTEEN - length) & 0xffff;
    let text = !marks.blanks & window;
    if kind == Kind::Word {
        // Blanks and a word, without any other white space before it.
        let word = text & !simd.gaps(sixteen);
        let count = word.count_ones() as usize;
        return (word == text && count <= WORD).then(|| (key(sixteen, count), Decimal::NONE));
    }
    let points = marks.points & window;
    let minuses = marks.minuses & window;
    let digits = marks.digits & window;
    // A minus as the first byte, one point at most, all else digits.
    let odd = (text ^ digits ^ points ^ minuses)
        | (points & points.wrapping_sub(1))
        | (minuses & text.wrapping_sub(1));
    if odd != 0 || digits == 0 {
        return None;
    }
    let point = (points | 1 << SIXTEEN).trailing_zeros() as usize;
    let number = simd.number(sixteen, length, point);
    let (value, written) = match kind {
        Kind::Real if number < EXACT => (number as i64 as f64 / DIVISORS[point], decimals(point)),
        Kind::Whole if points == 0 && digits.count_ones() as usize <= EXACT_DIGITS => {
            (number as i64 as f64, Decimal::NONE)
        }
        _ => return None,
    };
    // No branch: signs cannot be predicted.
    let value = f64::from_bits(value.to_bits() | u64::from(minuses != 0) << 63);
    Some((value, written))
}

/// How a number is written whose point is at this place of sixteen bytes; 16 for none.
#[inline(always)]
pub(super) fn decimals(point: usize) -> Decimal {
    Decimal {
        decimals: (SIXTEEN - 1).saturating_sub(point) as u32,
        exponent_digits: 0,
    }
}
