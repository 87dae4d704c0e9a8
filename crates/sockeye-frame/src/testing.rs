//! What the unit tests of this crate share.

use std::vec::Vec;

/// The bytes written as hexadecimal pairs between spaces.
#[track_caller]
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let byte = |pair| u8::from_str_radix(pair, 16).expect("pairs of hexadecimal digits");
    text.split_whitespace().map(byte).collect()
}
