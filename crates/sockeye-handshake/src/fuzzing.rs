//! Bodies of the fuzz targets for opening handshakes and addresses: what must hold for any bytes.
//!
//! Each takes its choices from the front of the input and panics when a promise is broken. They
//! run on seeds and on changed seeds under `cargo test`; the targets in `fuzz/` call them. Part of
//! no release: there only with the feature `__fuzzing`.

mod address;
mod request;
mod response;
mod tunnel;

use std::fmt::Debug;

use sockeye_frame::fuzzing::Choices;

use crate::HeadLimits;

pub use address::address;
pub use request::request;
pub use response::response;
pub use tunnel::tunnel;

/// What a reader of heads is given: a byte for limits, one for what else happens, two for the cuts;
/// then the bytes that it reads.
struct Heads<'a> {
    limits: HeadLimits,
    flags: u8,
    cuts: [usize; 2],
    input: &'a [u8],
}

impl<'a> Heads<'a> {
    fn new(data: &'a [u8]) -> Self {
        let mut choices = Choices::new(data);
        Self {
            limits: limits(&mut choices),
            flags: choices.byte(),
            cuts: [choices.byte().into(), choices.byte().into()],
            input: choices.rest,
        }
    }

    /// What comes of the input, which must be the same however it is cut.
    fn read<R: Debug>(&self, read: impl Fn(&[&[u8]], HeadLimits, u8) -> R) -> R {
        let whole = read(&[self.input], self.limits, self.flags);
        let cut = read(&pieces(self.input, &self.cuts), self.limits, self.flags);
        assert_eq!(format!("{whole:?}"), format!("{cut:?}"));
        whole
    }
}

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
