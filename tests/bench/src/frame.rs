//! Frames as a client sends them (RFC 6455 §5.2): masked, in the shortest form.

use crate::random::Random;

/// Appends a frame; `first` is its first byte: FIN, RSV bits and opcode.
pub fn append(out: &mut Vec<u8>, first: u8, payload: &[u8], random: &mut Random) {
    let mask = (random.next() as u32).to_be_bytes();
    append_header(out, first, payload.len() as u64, mask);
    let masked = payload.iter().zip(mask.iter().cycle());
    out.extend(masked.map(|(byte, mask)| byte ^ mask));
}

/// Appends the header of a frame.
pub fn append_header(out: &mut Vec<u8>, first: u8, payload_len: u64, mask: [u8; 4]) {
    out.push(first);
    match payload_len {
        0..=125 => out.push(MASKED | payload_len as u8),
        126..=0xFFFF => {
            out.push(MASKED | 126);
            out.extend_from_slice(&(payload_len as u16).to_be_bytes());
        }
        _ => {
            out.push(MASKED | 127);
            out.extend_from_slice(&payload_len.to_be_bytes());
        }
    }
    out.extend_from_slice(&mask);
}

pub const FIN: u8 = 0x80;
/// The frame is the first of a compressed message (RFC 7692 §6).
pub const RSV1: u8 = 0x40;
pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
const MASKED: u8 = 0x80;
