//! Rows of a table of atoms, from the bytes of a text file.
//!
//! Only plain rows are read: decimal numbers, whole numbers, short words, blanks between them and a line feed at the
//! end. At anything else – a row too short or too long, `nan`, a Fortran exponent, a control character – reading ends
//! before that row. What is odd or wrong about it is for the caller to say, who knows the file, the frame and the line.

mod number;

use crate::{Error, Result};
use number::{Decimal, decimal, whole};

/// What the fields of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A finite decimal number.
    Real,
    /// A whole number of at most 15 digits.
    Whole,
    /// A word of at most 6 bytes, as the number that its bytes make, the first the most significant.
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
    /// Fewest digits after the point in the last field of any row; `u32::MAX` where the last column is not real or
    /// there are no rows.
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
/// * `values` - room for as many rows as are to be read at most: one column after the other, each rows × width,
///   row-major
///
/// # Errors
/// `Argument` where there are no fields, or `values` is no whole number of rows; `TooLarge` for 4 GiB and more.
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
    let most = values.len() / fields;
    let mut read = Rows {
        rows: 0,
        end: 0,
        decimals: u32::MAX,
        exponent_digits: u32::MAX,
    };
    while read.rows < most {
        let Some(row) = read_row(&bytes[read.end..], columns, most, read.rows, values) else {
            break;
        };
        read.rows += 1;
        read.end += row.length;
        read.decimals = read.decimals.min(row.last.decimals);
        read.exponent_digits = read.exponent_digits.min(row.last.exponent_digits);
    }
    Ok(read)
}

/// Bytes of a row with its line feed, and how its last number is written.
struct Row {
    length: usize,
    last: Decimal,
}

/// Reads the row that `bytes` begin with; none where it is not plain or not whole.
#[inline]
fn read_row(bytes: &[u8], columns: &[Column], most: usize, row: usize, values: &mut [f64]) -> Option<Row> {
    let mut at = 0;
    let mut base = 0;
    let mut last = Decimal::NONE;
    for column in columns {
        let width = column.width;
        for place in values[base + row * width..][..width].iter_mut() {
            at = after_blanks(bytes, at);
            let value;
            (value, at) = match column.kind {
                Kind::Real => {
                    let (value, end, written) = decimal(bytes, at)?;
                    last = written;
                    (value, end)
                }
                Kind::Whole => whole(bytes, at)?,
                Kind::Word => word(bytes, at)?,
            };
            *place = value;
        }
        base += most * width;
    }
    at = after_blanks(bytes, at);
    if bytes.get(at) != Some(&LINE_FEED) || at >= LONGEST {
        return None;
    }
    if columns.last()?.kind != Kind::Real {
        last = Decimal::NONE;
    }
    Some(Row { length: at + 1, last })
}

#[inline]
fn after_blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r')) {
        at += 1;
    }
    at
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
