//! Rows that agree with the row before but for the values of their digits: all that is left is to
//! read numbers whose digits are at known places.

use super::fields::{DIVISORS, decimals, key};
use super::number::{Decimal, EXACT_DIGITS};
use super::{Kind, Place, Rows, WORD};
use crate::simd::{SIXTEEN, Sixteen, Text};

/// Longest row that has a shape, in bytes.
const LONGEST: usize = 256;

/// The shape of a row.
pub(super) struct Shape {
    /// The row with its line feed, each of its digits as `0`.
    text: Vec<u8>,
    fields: Vec<Field>,
    /// How the last number is written.
    last: Decimal,
}

/// A field of a row.
#[derive(Debug, Clone, Copy)]
struct Field {
    place: Place,
    /// Where it ends, from the beginning of the row on.
    end: usize,
    length: usize,
    /// Place of the point among the sixteen bytes up to the end; 16 for none.
    point: usize,
    /// Sign of the number, as that bit of it.
    sign: u64,
}

impl Shape {
    /// That of a plain row, its line feed included; none where a field or the row is too long or
    /// too short.
    #[cold]
    #[inline(never)]
    pub(super) fn of(row: &[u8], places: &[Place]) -> Option<Self> {
        if row.len() < SIXTEEN || row.len() > LONGEST {
            return None;
        }
        let mut fields = Vec::with_capacity(places.len());
        let mut end = 0;
        for place in places {
            let start = end + row[end..].iter().position(|byte| *byte > b' ')?;
            end = start + row[start..].iter().position(|byte| *byte <= b' ')?;
            fields.push(Field::of(&row[start..end], end, *place)?);
        }
        let digits_as_zeros = |byte: &u8| if byte.is_ascii_digit() { b'0' } else { *byte };
        Some(Self {
            text: row.iter().map(digits_as_zeros).collect(),
            last: fields.last()?.written(),
            fields,
        })
    }

    /// Reads rows from `read.end` on as long as they have this shape, at most `most` in all; says
    /// how many it read.
    #[inline(always)]
    pub(super) fn read_rows<S: Text>(
        &self,
        simd: S,
        bytes: &[u8],
        most: usize,
        values: &mut [f64],
        read: &mut Rows,
    ) -> usize {
        let before = read.rows;
        while read.rows < most {
            let start = read.end;
            let Some(row) = bytes.get(start..start + self.text.len()) else {
                break;
            };
            if start < SIXTEEN || !simd.has_shape(row, &self.text) {
                break;
            }
            for field in &self.fields {
                let value = bytes[start + field.end - SIXTEEN..]
                    .first_chunk()
                    .map(|sixteen| field.value(simd, sixteen));
                let room = values.get_mut(field.place.first + read.rows * field.place.step);
                if let (Some(value), Some(room)) = (value, room) {
                    *room = value;
                }
            }
            read.take(start + row.len(), self.last);
        }
        read.rows - before
    }
}

impl Field {
    fn of(text: &[u8], end: usize, place: Place) -> Option<Self> {
        let places = |byte: u8| text.iter().enumerate().filter(move |(_, other)| **other == byte);
        let count = text.iter().filter(|byte| byte.is_ascii_digit()).count();
        let (points, minus) = (places(b'.').count(), text.first() == Some(&b'-'));
        let is_usual = match place.kind {
            Kind::Word => text.len() <= WORD,
            kind => {
                text.len() <= SIXTEEN
                    && (1..=EXACT_DIGITS).contains(&count)
                    && points <= usize::from(kind == Kind::Real)
                    && count + points + usize::from(minus) == text.len()
            }
        };
        is_usual.then(|| Self {
            place,
            end,
            length: text.len(),
            point: places(b'.')
                .next()
                .map_or(SIXTEEN, |(at, _)| SIXTEEN - text.len() + at),
            sign: u64::from(minus) << 63,
        })
    }

    /// The field that ends with these bytes.
    #[inline(always)]
    fn value<S: Text>(&self, simd: S, sixteen: &Sixteen) -> f64 {
        if self.place.kind == Kind::Word {
            return key(sixteen, self.length);
        }
        let number = simd.number(sixteen, self.length, self.point) as i64 as f64;
        let value = if self.place.kind == Kind::Real {
            number / DIVISORS[self.point]
        } else {
            number
        };
        f64::from_bits(value.to_bits() | self.sign)
    }

    fn written(&self) -> Decimal {
        match self.place.kind {
            Kind::Real => decimals(self.point),
            _ => Decimal::NONE,
        }
    }
}
