//! The bodies on the seeds in `fuzz/seeds`, and on changed ones.

use super::*;

#[test]
fn header_keeps_its_promises() {
    let seeds = parse_seeds(include_str!("../../../../fuzz/seeds/header.txt"));
    try_out(header, &seeds, 50_000);
}

#[test]
fn mask_keeps_its_promises() {
    let seeds = parse_seeds(include_str!("../../../../fuzz/seeds/mask.txt"));
    try_out(mask, &seeds, 2_000);
}

#[test]
fn utf8_keeps_its_promises() {
    let seeds = parse_seeds(include_str!("../../../../fuzz/seeds/utf8.txt"));
    try_out(utf8, &seeds, 5_000);
}

#[test]
fn seeds_are_lines_of_escaped_bytes() {
    let all: std::vec::Vec<u8> = (0..=255).collect();
    let text = std::format!("# a note\n\n{}\na b\n", all.escape_ascii());
    assert_eq!(parse_seeds(&text), [all, b"a b".to_vec()]);
}
