//! The files in `fuzz/seeds`: inputs as lines of text, so that a change of them can be read.
//!
//! `cargo xtask fuzz` compiles this file too, to lay them out as libFuzzer wants them. Writing is
//! what the standard library's `escape_ascii` does.

use alloc::vec::Vec;

/// Reads seeds: one a line, escaped as Rust's byte strings are; lines that begin with `#` and empty
/// ones are none.
///
/// # Panics
///
/// When a line is escaped wrongly.
#[must_use]
pub fn parse_seeds(text: &str) -> Vec<Vec<u8>> {
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .filter(|line| !line.starts_with('#'))
        .map(unescape)
        .collect()
}

fn unescape(line: &str) -> Vec<u8> {
    let mut bytes = line.bytes();
    let mut seed = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            seed.push(byte);
            continue;
        }
        let digit = |bytes: &mut core::str::Bytes<'_>| {
            let digit = bytes.next().map(char::from);
            digit
                .and_then(|digit| digit.to_digit(16))
                .map(|it| it as u8)
        };
        seed.push(match bytes.next() {
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'x') => match (digit(&mut bytes), digit(&mut bytes)) {
                (Some(high), Some(low)) => high << 4 | low,
                (None, _) | (_, None) => panic!("two digits follow \\x: {line}"),
            },
            Some(same @ (b'\\' | b'\'' | b'"')) => same,
            other => panic!("no escape: {other:?} in {line}"),
        });
    }
    seed
}
