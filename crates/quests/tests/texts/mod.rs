//! Random texts of the kinds that files hold.

#![allow(dead_code, reason = "each of the programs uses a part")]

use crate::matrices::Noise;

/// So many random digits.
pub fn digits(noise: &mut Noise, count: usize) -> String {
    (0..count)
        .map(|_| char::from(b'0' + noise.below(10) as u8))
        .collect()
}

/// A decimal of one of the shapes that files have.
pub fn decimal(noise: &mut Noise) -> String {
    let sign = ["", "", "-", "+"][noise.below(4)];
    let (whole, fraction, many) = (1 + noise.below(9), noise.below(21), 1 + noise.below(25));
    let body = match noise.below(7) {
        0 => format!("{}.{}", digits(noise, whole), digits(noise, fraction)),
        1 => format!(".{}", digits(noise, 1 + fraction)),
        2 => format!("{}.", digits(noise, whole)),
        3 => digits(noise, many),
        4 => format!("{:e}", noise.between(-1.0, 1.0).abs() * 1e-5),
        5 => format!(
            "{}.{}E+{}",
            digits(noise, 1),
            digits(noise, fraction),
            noise.below(30)
        ),
        _ => format!("{:.8}", noise.between(0.0, 100.0)),
    };
    format!("{sign}{body}")
}

/// A table as programs write them, mostly with a byte or two that do not belong there.
pub struct Table {
    /// A letter for each field: `R`, `I`, `S`.
    pub kinds: String,
    pub text: Vec<u8>,
}

/// How a program writes the fields of a table.
#[derive(Clone, Copy)]
enum Style {
    /// A sign or none, digits that differ from row to row, a fixed number of decimals.
    Fixed,
    /// To the right of a fixed width.
    Aligned,
    /// As short as can be, with exponents.
    Short,
    /// Anything that is a number.
    Any,
}

pub fn table(noise: &mut Noise) -> Table {
    let style = [Style::Fixed, Style::Aligned, Style::Short, Style::Any][noise.below(4)];
    let kinds: String = (0..=noise.below(9))
        .map(|_| ['R', 'R', 'R', 'I', 'S'][noise.below(5)])
        .collect();
    let separator = ["  ", " ", " ", "\t"][noise.below(4)];
    let end = ["\n", "\n", " \n", "\r\n"][noise.below(4)];
    let signs = noise.below(3) == 0;
    let mut text = String::new();
    for row in 0..noise.below(400) {
        for (at, kind) in kinds.chars().enumerate() {
            if at > 0 {
                text.push_str(separator);
            }
            text.push_str(&field(noise, kind, style, signs, row));
        }
        text.push_str(end);
    }
    let mut text = text.into_bytes();
    for _ in 0..noise.below(3) {
        if !text.is_empty() {
            let at = noise.below(text.len());
            text[at] = b" \t\r\n.-+09aE\0\x0b\x7f\x80\xff"[noise.below(16)];
        }
    }
    Table { kinds, text }
}

fn field(noise: &mut Noise, kind: char, style: Style, signs: bool, row: usize) -> String {
    match kind {
        'S' => ["Cu", "C", "Zr2", "H"][noise.below(4)].to_owned(),
        'I' if noise.below(50) == 0 => {
            let count = 1 + noise.below(17);
            digits(noise, count)
        }
        'I' => format!("{}", row as i64 + 1 - i64::from(signs) * 200),
        _ => {
            let low = if signs || noise.below(40) == 0 { -20.0 } else { 0.0 };
            let value = noise.between(low, 20.0);
            match style {
                Style::Fixed => format!("{value:.6}"),
                Style::Aligned => format!("{value:16.8}"),
                Style::Short => format!("{}", (value * 1e4).round() / 1e4),
                Style::Any => decimal(noise),
            }
        }
    }
}
