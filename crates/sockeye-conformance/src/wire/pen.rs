//! Frames in the suite's own hand: with the mask that its role owes.

use super::frame::{encode, header};
use crate::Role;

/// Writes frames against a subject of one role.
#[derive(Clone, Copy, Debug)]
pub struct Pen {
    sender: Role,
}

impl Pen {
    /// Frames for a subject: masked for a server, unmasked for a client.
    #[must_use]
    pub fn against(subject: Role) -> Self {
        Self {
            sender: subject.other(),
        }
    }

    /// Whether the suite is the server.
    #[must_use]
    pub fn is_server(self) -> bool {
        self.sender == Role::Server
    }

    /// Frames as the subject itself would have to write them: with the mask of the wrong role.
    #[must_use]
    pub fn wrongly_masked(self) -> Self {
        Self {
            sender: self.sender.other(),
        }
    }

    /// A frame in its shortest form: `first_byte` is FIN, the reserved bits and the opcode.
    #[must_use]
    pub fn frame(self, first_byte: u8, payload: &[u8]) -> Vec<u8> {
        encode(self.sender, first_byte, payload)
    }

    /// A header alone: the 7-bit length and what follows it, whether they fit or not.
    #[must_use]
    pub fn header(self, first_byte: u8, len: u8, extended: &[u8]) -> Vec<u8> {
        header(self.sender, first_byte, len, extended)
    }

    /// A whole text message.
    #[must_use]
    pub fn text(self, payload: impl AsRef<[u8]>) -> Vec<u8> {
        self.frame(0x81, payload.as_ref())
    }

    /// A whole binary message.
    #[must_use]
    pub fn binary(self, payload: impl AsRef<[u8]>) -> Vec<u8> {
        self.frame(0x82, payload.as_ref())
    }

    /// The first frame of a text message.
    #[must_use]
    pub fn text_start(self, payload: impl AsRef<[u8]>) -> Vec<u8> {
        self.frame(0x01, payload.as_ref())
    }

    /// The first frame of a binary message.
    #[must_use]
    pub fn binary_start(self, payload: impl AsRef<[u8]>) -> Vec<u8> {
        self.frame(0x02, payload.as_ref())
    }

    /// A frame amid a message.
    #[must_use]
    pub fn continuation(self, payload: impl AsRef<[u8]>) -> Vec<u8> {
        self.frame(0x00, payload.as_ref())
    }

    /// The last frame of a message.
    #[must_use]
    pub fn last(self, payload: impl AsRef<[u8]>) -> Vec<u8> {
        self.frame(0x80, payload.as_ref())
    }

    /// The frames of a fragmented message with this opcode, all but the last of them of so many
    /// bytes. The last has what is left, be it nothing.
    #[must_use]
    pub fn fragments(self, opcode: u8, payload: &[u8], fragment_bytes: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut first_byte = opcode;
        let mut rest = payload;
        while let Some((fragment, more)) = rest.split_at_checked(fragment_bytes) {
            bytes.extend(self.frame(first_byte, fragment));
            first_byte = 0x00;
            rest = more;
        }
        bytes.extend(self.frame(0x80 | first_byte, rest));
        bytes
    }

    /// A ping.
    #[must_use]
    pub fn ping(self, payload: impl AsRef<[u8]>) -> Vec<u8> {
        self.frame(0x89, payload.as_ref())
    }

    /// A pong.
    #[must_use]
    pub fn pong(self, payload: impl AsRef<[u8]>) -> Vec<u8> {
        self.frame(0x8a, payload.as_ref())
    }

    /// A Close with a code and a reason.
    #[must_use]
    pub fn close(self, code: u16, reason: impl AsRef<[u8]>) -> Vec<u8> {
        let body = [&code.to_be_bytes(), reason.as_ref()].concat();
        self.frame(0x88, &body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_fragment_may_be_empty() {
        let pen = Pen::against(Role::Client);
        let expected = [&[0x01, 2][..], b"ab", &[0x00, 2], b"cd", &[0x80, 1], b"e"].concat();
        assert_eq!(pen.fragments(0x1, b"abcde", 2), expected);
        let expected = [&[0x02, 2][..], b"ab", &[0x80, 0]].concat();
        assert_eq!(pen.fragments(0x2, b"ab", 2), expected);
    }
}
