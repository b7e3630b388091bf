//! Rows of a table: every number has the bits that the standard library gives it, and nothing odd
//! is read.

use crate::matrices::Noise;
use crate::texts::decimal;
use quests::table::{Column, Kind, Rows, read_rows};

const ROWS: usize = 20_000;

fn read(text: &str, kinds: &str, most: usize) -> (Rows, Vec<f64>) {
    let columns = Column::list(kinds.as_bytes(), &vec![1; kinds.len()]).unwrap();
    let mut values = vec![f64::NAN; kinds.len() * most];
    let rows = read_rows(text.as_bytes(), &columns, &mut values).unwrap();
    (rows, values)
}

#[test]
fn numbers_have_the_bits_of_the_standard_library() {
    let mut noise = Noise::new(1);
    let rows: Vec<[String; 3]> = (0..ROWS)
        .map(|_| [decimal(&mut noise), decimal(&mut noise), decimal(&mut noise)])
        .collect();
    let lines = rows
        .iter()
        .map(|[x, y, z]| ["  ", x, "\t", y, " ", z, "\r\n"].concat());
    let text: String = lines.collect();
    let (found, values) = read(&text, "RRR", ROWS);
    assert_eq!((found.rows, found.end), (ROWS, text.len()));
    for (row, fields) in rows.iter().enumerate() {
        for (column, field) in fields.iter().enumerate() {
            let wanted: f64 = field.parse().unwrap();
            let value = values[column * ROWS + row];
            assert_eq!(value.to_bits(), wanted.to_bits(), "{field}: {value:e}");
        }
    }
}

#[test]
fn whole_numbers_and_words() {
    let (found, values) = read("12 Cu -7\n+999999999999999 Abcdef -0\n", "ISI", 2);
    assert_eq!(found.rows, 2);
    let key = |word: &str| word.bytes().fold(0.0, |key, byte| key * 256.0 + f64::from(byte));
    assert_eq!(
        values,
        [12.0, 999_999_999_999_999.0, key("Cu"), key("Abcdef"), -7.0, 0.0]
    );
    assert!(values[5].is_sign_negative());
}

#[test]
fn columns_of_several_fields_lie_side_by_side() {
    let columns = [
        Column {
            kind: Kind::Whole,
            width: 1,
        },
        Column {
            kind: Kind::Real,
            width: 2,
        },
    ];
    let mut values = [0.0; 9];
    let rows = read_rows(b"1 2 3\n4 5 6\n", &columns, &mut values).unwrap();
    assert_eq!(rows.rows, 2);
    // Room for three rows: the third of each column is untouched.
    assert_eq!(values, [1.0, 4.0, 0.0, 2.0, 3.0, 5.0, 6.0, 0.0, 0.0]);
}

#[test]
fn reading_ends_before_what_is_not_plain() {
    let odd = [
        "1 2",
        "1 2 ",
        "1\n",
        "1 2 3\n",
        "1 x\n",
        "1 nan\n",
        "1 inf\n",
        "1 1d5\n",
        "1 1e\n",
        "1 1e999\n",
        "1 -\n",
        "1 .\n",
        "1 1.2.3\n",
        "1 0x10\n",
        "1 2 # comment\n",
        "\n",
        " \n",
        "1.0 2\n",
        "1 2\u{0}\n",
        "1\u{b}2\n",
        "1234567890123456 2\n",
        "- 2\n",
        "1 2,\n",
        "1 --2\n",
        "1 1e5e5\n",
        "1 1e5.0\n",
    ];
    for text in odd {
        let (found, _) = read(&format!("7 8.25\n{text}"), "IR", 2);
        assert_eq!((found.rows, found.end), (1, 7), "{text:?}");
    }
    for word in ["", "Abcdefg", "Cu\u{0}"] {
        let (found, _) = read(&format!("{word}\n"), "S", 1);
        assert_eq!(found.rows, 0, "{word:?}");
    }
    let long = format!("1 {}2\n", " ".repeat(1 << 16));
    assert_eq!(read(&long, "IR", 1).0.rows, 0);
}

#[test]
fn the_last_field_tells_how_precisely_it_is_written() {
    let fewest = |text: &str, kinds| {
        let (found, _) = read(text, kinds, 4);
        (found.decimals, found.exponent_digits)
    };
    assert_eq!(fewest("1 2.250\n1 2.25\n", "RR"), (2, 0));
    assert_eq!(fewest("1 2.250e-10\n1 2.2512e+5\n", "RR"), (3, 1));
    assert_eq!(fewest("1 2.25000000000000000001\n", "RR"), (20, 0));
    assert_eq!(fewest("2.25 1\n", "RI"), (u32::MAX, u32::MAX));
    assert_eq!(fewest("", "RR"), (u32::MAX, u32::MAX));
}

#[test]
fn arguments_without_meaning_are_refused() {
    let real = Column {
        kind: Kind::Real,
        width: 2,
    };
    let refused = |columns: &[Column], values: &mut [f64]| {
        let error = read_rows(b"1 2\n", columns, values).unwrap_err();
        assert_eq!(error.code(), "INVALID_ARGUMENT");
    };
    refused(&[], &mut [0.0; 4]);
    refused(&[real], &mut [0.0; 3]);
    assert_eq!(Column::list(b"X", &[1]).unwrap_err().code(), "INVALID_ARGUMENT");
    assert_eq!(Column::list(b"RR", &[1]).unwrap_err().code(), "INVALID_ARGUMENT");
}
