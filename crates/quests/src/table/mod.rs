//! Rows of a table of atoms, from the bytes of a text file.
//!
//! Only plain rows are read: decimal numbers, whole numbers, short words, blanks between them and a
//! line feed at the end. Before any other row – too short or too long, with `nan`, a Fortran
//! exponent, a control character – reading stops. The caller, who knows file, frame and line,
//! decides what is wrong with it.

mod fields;
mod number;
mod shape;

use crate::simd::{Isa, Kernel, Level};
use crate::{Error, Result};
use fields::Ends;
use number::{Decimal, decimal, whole};
use shape::Shape;

/// What the fields of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A finite decimal number.
    Real,
    /// A whole number of at most 15 digits.
    Whole,
    /// A word of at most 6 bytes, as the number that its bytes make, the first the most
    /// significant.
    Word,
}

impl Kind {
    /// The kind a letter stands for: `R`, `I` and `S`, as in extended XYZ.
    ///
    /// # Errors
    /// `Argument` for any other.
    pub fn of(letter: u8) -> Result<Self> {
        match letter {
            b'R' => Ok(Self::Real),
            b'I' => Ok(Self::Whole),
            b'S' => Ok(Self::Word),
            _ => Err(Error::Argument(format!(
                "kind of a column: expected R, I or S, found {}",
                char::from(letter)
            ))),
        }
    }
}

/// Fields side by side that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// What they are.
    pub kind: Kind,
    /// How many there are in a row.
    pub width: usize,
}

impl Column {
    /// Columns by the letters of their kinds and their widths.
    ///
    /// # Errors
    /// `Argument` for an unknown letter and for lists that differ in length.
    pub fn list(kinds: &[u8], widths: &[u32]) -> Result<Vec<Self>> {
        if kinds.len() != widths.len() {
            return Err(Error::Argument(format!(
                "columns of a table: {} kinds and {} widths",
                kinds.len(),
                widths.len()
            )));
        }
        let columns = kinds.iter().zip(widths);
        columns
            .map(|(kind, width)| {
                Ok(Self {
                    kind: Kind::of(*kind)?,
                    width: *width as usize,
                })
            })
            .collect()
    }
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// Number of rows.
    pub rows: usize,
    /// Bytes that they take, line ends included.
    pub end: usize,
    /// Fewest digits after the point in the last field of any row; `u32::MAX` where the last column
    /// is not real or there are no rows.
    pub decimals: u32,
    /// Fewest digits in the exponent of the last field, likewise.
    pub exponent_digits: u32,
}

impl Rows {
    /// The four numbers, in their order.
    #[must_use]
    pub fn numbers(&self) -> [u32; 4] {
        let counted = |count| u32::try_from(count).unwrap_or(u32::MAX);
        [
            counted(self.rows),
            counted(self.end),
            self.decimals,
            self.exponent_digits,
        ]
    }
}

/// Longest row that is read, in bytes.
const LONGEST: usize = 1 << 16;

/// Longest word whose bytes make a whole number that f64 holds.
const WORD: usize = 6;

const LINE_FEED: u8 = b'\n';

/// Reads rows as long as they are plain, and whole up to their line feed.
///
/// # Arguments
/// * `values` - room for as many rows as are to be read at most: one column after the other, each
///   rows × width, row-major
///
/// # Errors
/// `Argument` where there are no fields, or `values` is no whole number of rows; `TooLarge` for 4
/// GiB and more.
pub fn read_rows(bytes: &[u8], columns: &[Column], values: &mut [f64]) -> Result<Rows> {
    let fields: usize = columns.iter().map(|column| column.width).sum();
    if fields == 0 || !values.len().is_multiple_of(fields) {
        let found = values.len();
        let problem = format!("rows of a table: expected room for rows of {fields} fields, found {found}");
        return Err(Error::Argument(problem));
    }
    if u32::try_from(bytes.len()).is_err() {
        return Err(Error::TooLarge(
            "rows of a table: more than 4 GiB at once".to_owned(),
        ));
    }
    let reading = Reading {
        bytes,
        places: Place::list(columns, values.len() / fields),
        most: values.len() / fields,
        values,
    };
    // Elsewhere there is no vector code for text: the choice is left out of the WebAssembly module.
    if cfg!(target_arch = "x86_64") {
        Ok(Level::selected()?.run(reading))
    } else {
        Ok(reading.run(pulp::Scalar::new()))
    }
}

/// Rows to be read, for whatever instructions there are.
struct Reading<'a> {
    bytes: &'a [u8],
    places: Vec<Place>,
    most: usize,
    values: &'a mut [f64],
}

impl Kernel for Reading<'_> {
    type Output = Rows;

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) -> Rows {
        let Self {
            bytes,
            places,
            most,
            values,
        } = self;
        let mut read = Rows::new();
        let mut ends = Ends::new();
        // Windows to read before shapes are tried again, after rows that differed.
        let (mut pause, mut next_pause) = (0, 1);
        while read.rows < most {
            if S::HAS_VECTORS {
                if pause == 0 {
                    similar_rows(simd, bytes, &places, most, values, &mut read);
                    (pause, next_pause) = (next_pause, 2 * next_pause);
                }
                pause -= 1;
                if read.rows < most
                    && fields::read_window(simd, bytes, &places, most, &mut ends, values, &mut read) > 0
                {
                    continue;
                }
            }
            if read.rows == most || !read_row(bytes, &places, values, &mut read) {
                break;
            }
        }
        read
    }
}

/// Rows of one shape that make it worth while to look for the next shape.
const FEW: usize = 8;

/// Reads rows as long as many of them have the same shape.
#[inline(always)]
fn similar_rows<S: Isa>(
    simd: S,
    bytes: &[u8],
    places: &[Place],
    most: usize,
    values: &mut [f64],
    read: &mut Rows,
) {
    let mut shape: Option<Shape> = None;
    loop {
        let start = read.end;
        if read.rows == most || !read_row(bytes, places, values, read) {
            return;
        }
        // One row that differs, with a minus perhaps, is no reason to look for another shape.
        let mut rows = 0;
        if let Some(shape) = &shape {
            rows = shape.read_rows(simd, bytes, most, values, read);
        }
        if rows == 0 {
            let Some(found) = Shape::of(&bytes[start..read.end], places) else {
                return;
            };
            rows = found.read_rows(simd, bytes, most, values, read);
            shape = Some(found);
        }
        if rows < FEW {
            return;
        }
    }
}

/// Where the values of a field belong, and what they are.
#[derive(Debug, Clone, Copy)]
struct Place {
    kind: Kind,
    /// That of the first row.
    first: usize,
    /// From one row to the next.
    step: usize,
}

impl Place {
    /// Those of the fields of a row, with room for `most` rows.
    fn list(columns: &[Column], most: usize) -> Vec<Self> {
        let mut places = Vec::new();
        let mut base = 0;
        for Column { kind, width } in columns.iter().copied() {
            places.extend((0..width).map(|field| Self {
                kind,
                first: base + field,
                step: width,
            }));
            base += most * width;
        }
        places
    }
}

impl Rows {
    fn new() -> Self {
        Self {
            rows: 0,
            end: 0,
            decimals: u32::MAX,
            exponent_digits: u32::MAX,
        }
    }

    /// Takes in a row that ends at `end`, and how its last field is written.
    #[inline]
    fn take(&mut self, end: usize, last: Decimal) {
        self.rows += 1;
        self.end = end;
        self.decimals = self.decimals.min(last.decimals);
        self.exponent_digits = self.exponent_digits.min(last.exponent_digits);
    }
}

/// Reads a row byte by byte; false where it is not plain or not whole.
#[inline(never)]
fn read_row(bytes: &[u8], places: &[Place], values: &mut [f64], read: &mut Rows) -> bool {
    let mut at = read.end;
    let mut last = Decimal::NONE;
    for place in places {
        let Some((value, end, written)) = field(bytes, after_blanks(bytes, at), place.kind) else {
            return false;
        };
        values[place.first + read.rows * place.step] = value;
        (at, last) = (end, written);
    }
    let Some(end) = row_end(bytes, read.end, at) else {
        return false;
    };
    read.take(end, last);
    true
}

/// The field at `at`, where it ends, and how it is written.
#[inline]
fn field(bytes: &[u8], at: usize, kind: Kind) -> Option<(f64, usize, Decimal)> {
    match kind {
        Kind::Real => decimal(bytes, at),
        Kind::Whole => whole(bytes, at).map(|(value, end)| (value, end, Decimal::NONE)),
        Kind::Word => word(bytes, at).map(|(value, end)| (value, end, Decimal::NONE)),
    }
}

/// Where the row that begins at `start` and has no more fields after `at` ends, its line feed
/// included.
#[inline]
fn row_end(bytes: &[u8], start: usize, at: usize) -> Option<usize> {
    let at = after_blanks(bytes, at);
    (bytes.get(at) == Some(&LINE_FEED) && at - start < LONGEST).then_some(at + 1)
}

#[inline]
fn after_blanks(bytes: &[u8], mut at: usize) -> usize {
    while is_blank(bytes.get(at)) {
        at += 1;
    }
    at
}

#[inline]
fn is_blank(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b' ' | b'\t' | b'\r'))
}

/// Whether a field ends here.
#[inline]
fn ends_field(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b' ' | b'\t' | b'\r' | b'\n'))
}

/// The word at `start`, and where it ends.
#[inline]
fn word(bytes: &[u8], start: usize) -> Option<(f64, usize)> {
    let mut key = 0_u32;
    let mut high = 0_u32;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        if byte <= b' ' {
            break;
        }
        if at - start == WORD {
            return None;
        }
        high = high << 8 | key >> 24;
        key = key << 8 | u32::from(byte);
        at += 1;
    }
    if at == start || !ends_field(bytes.get(at)) {
        return None;
    }
    Some((f64::from(high) * 4_294_967_296.0 + f64::from(key), at))
}
