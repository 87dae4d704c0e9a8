//! Group C: how connections end, and when (RFC 6455 §5 and §7).
//!
//! Most cases break one rule and see whether the subject fails the connection at once, with the
//! right code, and then leaves the rest alone. What could be mistaken for an answer to something
//! else has a text message behind it, which only a subject that missed the fault echoes.

mod after_failing;
mod bodies;
mod codes;
mod control;
mod crossing;
mod fragments;
mod idle;
mod lengths;
mod masks;
mod pieces;
mod reserved_bits;
mod silence;
mod tcp_ends;
mod utf8;

use std::time::Duration;

use crate::script::{Ending, FrameScript, Step, still_open};
use crate::wire::Pen;
use crate::{Case, Role, Verdict};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let sections = [
        masks::cases,
        lengths::cases,
        reserved_bits::cases,
        control::cases,
        fragments::cases,
        codes::cases,
        bodies::cases,
        crossing::cases,
        after_failing::cases,
        tcp_ends::cases,
        silence::cases,
        pieces::cases,
        utf8::cases,
        idle::cases,
    ];
    sections.iter().flat_map(|section| section(pen)).collect()
}

/// Sends the start of something that must fail already, waits, then sends the rest.
fn fails_early(start: Vec<u8>, rest: Vec<u8>, codes: &'static [u16]) -> FrameScript {
    FrameScript::new()
        .send(start)
        .pause(QUIET)
        .step(Step::StillOpen)
        .send(rest)
        .expect([], Ending::Fails(codes))
        .or(
            Verdict::Informational,
            "it decides only when the rest has come",
            [still_open()],
            Ending::Fails(codes),
        )
}

/// A frame whose length has the form `126` or `127`, whether it needs it or not.
fn frame_in_form(pen: Pen, first_byte: u8, form: u8, payload: &[u8]) -> Vec<u8> {
    let len = payload.len() as u64;
    let extended = &len.to_be_bytes()[if form == 126 { 6 } else { 0 }..];
    let shortest = pen.frame(first_byte, payload);
    let mut bytes = pen.header(first_byte, form, extended);
    bytes.extend_from_slice(&shortest[shortest.len() - payload.len()..]);
    bytes
}

const PROTOCOL_ERROR: &[u16] = &[1002];

const INVALID_UTF8: &[u16] = &[1007];

/// What follows a fault: only a subject that missed the fault echoes it.
const AFTER: &str = "after the fault";

/// How long a subject has that decides at once, and may wait that decides later.
const QUIET: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_forms_hold_the_same_frame() {
        for role in [Role::Server, Role::Client] {
            let pen = Pen::against(role);
            for form in [126, 127] {
                let bytes = frame_in_form(pen, 0x81, form, b"Hello");
                let (frame, len) = crate::wire::Frame::read(&bytes).unwrap();
                assert_eq!((len, &frame.payload[..]), (bytes.len(), &b"Hello"[..]));
                assert!(!frame.is_shortest);
            }
        }
    }
}
