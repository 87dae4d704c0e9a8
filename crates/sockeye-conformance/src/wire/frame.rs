//! Frames: read by a decoder of its own, written as badly as a case wants (RFC 6455 §5.2).

use crate::Role;

/// One frame as it was received, its payload unmasked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Frame {
    /// FIN, the reserved bits and the opcode.
    pub first_byte: u8,
    /// Whether the payload was masked.
    pub masked: bool,
    /// Whether its length was written in the shortest form.
    pub is_shortest: bool,
    /// The payload.
    pub payload: Vec<u8>,
}

impl Frame {
    /// Reads the frame that `bytes` begin with, and its length; `None` when more bytes must come.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let (&first_byte, rest) = bytes.split_first()?;
        let (&second, rest) = rest.split_first()?;
        let (len, shortest_from, rest) = match second & 0x7f {
            126 => {
                let (len, rest) = rest.split_first_chunk()?;
                (u64::from(u16::from_be_bytes(*len)), 126, rest)
            }
            127 => {
                let (len, rest) = rest.split_first_chunk()?;
                (u64::from_be_bytes(*len), 0x1_0000, rest)
            }
            len => (u64::from(len), 0, rest),
        };
        let masked = second & 0x80 != 0;
        let (key, rest) = match masked {
            true => rest
                .split_first_chunk::<4>()
                .map(|(key, rest)| (*key, rest))?,
            false => ([0; 4], rest),
        };
        let n_bytes = usize::try_from(len).ok()?;
        let mut payload = rest.get(..n_bytes)?.to_vec();
        if masked {
            apply_mask(key, &mut payload);
        }
        let frame = Self {
            first_byte,
            masked,
            is_shortest: len >= shortest_from,
            payload,
        };
        Some((frame, bytes.len() - rest.len() + n_bytes))
    }

    /// Whether this is the last frame of its message.
    #[must_use]
    pub fn fin(&self) -> bool {
        self.first_byte & 0x80 != 0
    }

    /// The three reserved bits.
    #[must_use]
    pub fn rsv(&self) -> u8 {
        self.first_byte >> 4 & 0b111
    }

    /// What kind of frame it is.
    #[must_use]
    pub fn opcode(&self) -> u8 {
        self.first_byte & 0x0f
    }
}

/// A frame in its shortest form, with the mask that `sender` owes: `first_byte` is FIN, the
/// reserved bits and the opcode.
#[must_use]
pub fn encode(sender: Role, first_byte: u8, payload: &[u8]) -> Vec<u8> {
    let len = payload.len();
    let mut bytes = match (u8::try_from(len), u16::try_from(len)) {
        (Ok(len @ ..126), _) => header(sender, first_byte, len, &[]),
        (_, Ok(len)) => header(sender, first_byte, 126, &len.to_be_bytes()),
        (_, Err(_)) => header(sender, first_byte, 127, &(len as u64).to_be_bytes()),
    };
    let header_len = bytes.len();
    bytes.extend_from_slice(payload);
    match sender {
        Role::Client => apply_mask(KEY, &mut bytes[header_len..]),
        Role::Server => {}
    }
    bytes
}

/// The header of a frame: `len` is the 7-bit length, `extended` what follows it, whether they fit
/// each other or not.
#[must_use]
pub fn header(sender: Role, first_byte: u8, len: u8, extended: &[u8]) -> Vec<u8> {
    let (mask_bit, key): (u8, &[u8]) = match sender {
        Role::Client => (0x80, &KEY),
        Role::Server => (0, &[]),
    };
    [&[first_byte, mask_bit | len], extended, key].concat()
}

/// Masks a payload, or unmasks it (§5.3), in words of eight bytes: some have many megabytes.
fn apply_mask(key: [u8; 4], payload: &mut [u8]) {
    let wide_key = u64::from(u32::from_ne_bytes(key));
    let wide_key = wide_key << 32 | wide_key;
    let (words, rest) = payload.as_chunks_mut();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide_key).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(key.iter().cycle()) {
        *byte ^= key;
    }
}

/// The masking key of the RFC's examples (§5.7). One key for all: cases are the same each time.
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sender: Role, first_byte: u8, payload: &[u8], expected: &[u8]) {
        let bytes = encode(sender, first_byte, payload);
        assert_eq!(bytes, expected);
        let trailing = [&bytes[..], b"more"].concat();
        let (frame, len) = Frame::read(&trailing).unwrap();
        assert_eq!(len, bytes.len());
        assert_eq!(frame.payload, payload);
        assert_eq!(frame.masked, sender == Role::Client);
        assert!(frame.is_shortest);
        for cut in 0..bytes.len() {
            assert_eq!(Frame::read(&bytes[..cut]), None);
        }
    }

    #[test]
    fn examples_of_the_rfc() {
        check(
            Role::Server,
            0x81,
            b"Hello",
            &[0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f],
        );
        let masked = [
            0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
        ];
        check(Role::Client, 0x81, b"Hello", &masked);
        let binary = [&[0x82, 0x7e, 0x01, 0x00][..], &[7; 256]].concat();
        check(Role::Server, 0x82, &[7; 256], &binary);
        let long = [&[0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0][..], &[7; 65536]].concat();
        check(Role::Server, 0x82, &[7; 65536], &long);
    }

    #[test]
    fn each_byte_is_masked_with_a_byte_of_the_key() {
        let masked: Vec<_> = KEY.iter().cycle().copied().take(21).collect();
        let expected = [&[0x82, 0x95][..], &KEY, &masked].concat();
        check(Role::Client, 0x82, &[0; 21], &expected);
    }

    #[test]
    fn longer_forms_are_noticed() {
        for bytes in [
            &[0x82, 0x7e, 0, 1, 9][..],
            &[0x82, 0x7f, 0, 0, 0, 0, 0, 0, 0, 1, 9],
        ] {
            let (frame, _) = Frame::read(bytes).unwrap();
            assert!(!frame.is_shortest);
        }
    }
}
