//! Bodies of the fuzz targets for opening handshakes and addresses: what must hold for any bytes.
//!
//! Each takes its choices from the front of the input and panics when a promise is broken. They
//! run on seeds and on changed seeds under `cargo test`; the targets in `fuzz/` call them. Part of
//! no release: there only with the feature `__fuzzing`.

mod address;
mod request;
mod response;
mod tunnel;

use sockeye_frame::fuzzing::Choices;

use crate::HeadLimits;

pub use address::address;
pub use request::request;
pub use response::response;
pub use tunnel::tunnel;

/// Limits that are met, or the default ones; a byte.
fn limits(choices: &mut Choices<'_>) -> HeadLimits {
    match choices.byte() {
        0..128 => HeadLimits::default(),
        small => HeadLimits {
            max_head_bytes: 64 * usize::from(small - 127),
            max_target_bytes: usize::from(small - 120),
            max_fields: usize::from(small % 8) + 1,
            max_refusal_body_bytes: usize::from(small % 32),
        },
    }
}

/// Cuts `input` into pieces of up to so many bytes, in turn.
fn pieces<'a>(input: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = input;
    let mut lengths = lengths.iter().cycle();
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let len = lengths.next().map_or(1, |len| (*len).clamp(1, rest.len()));
        let (piece, behind) = rest.split_at(len);
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

#[cfg(test)]
mod tests;
