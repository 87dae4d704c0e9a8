//! What both sides agreed on for permessage-deflate (RFC 7692 §7.1), read from the header.

use crate::Role;
use crate::wire::{Deflater, Inflater};

/// Parameters of the two directions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Agreed {
    ours: Direction,
    theirs: Direction,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Direction {
    window_bits: u8,
    no_context_takeover: bool,
}

impl Agreed {
    /// Reads the extension that a server has answered: `permessage-deflate; …`.
    ///
    /// `None` when it is another extension, or has parameters that no answer may have.
    pub(crate) fn read(subject: Role, extension: &str) -> Option<Self> {
        let mut parts = extension.split(';').map(str::trim);
        if parts.next()? != "permessage-deflate" {
            return None;
        }
        let default = Direction {
            window_bits: 15,
            no_context_takeover: false,
        };
        let (mut server, mut client) = (default, default);
        for part in parts {
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name.trim(), Some(value.trim().trim_matches('"'))),
                None => (part, None),
            };
            let window_bits = || value?.parse().ok().filter(|bits| (8..=15).contains(bits));
            match name {
                "server_no_context_takeover" => server.no_context_takeover = true,
                "client_no_context_takeover" => client.no_context_takeover = true,
                "server_max_window_bits" => server.window_bits = window_bits()?,
                "client_max_window_bits" => client.window_bits = window_bits()?,
                _ => return None,
            }
        }
        let (ours, theirs) = match subject {
            Role::Server => (client, server),
            Role::Client => (server, client),
        };
        Some(Self { ours, theirs })
    }

    pub(crate) fn deflater(self) -> Deflater {
        Deflater::new(
            self.ours.window_bits.max(LEAST_BITS),
            self.ours.no_context_takeover,
        )
    }

    pub(crate) fn inflater(self) -> Inflater {
        Inflater::new(
            self.theirs.window_bits.max(LEAST_BITS),
            self.theirs.no_context_takeover,
        )
    }
}

/// zlib has no raw streams with a window of 8 bits.
const LEAST_BITS: u8 = 9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_belong_to_a_direction() {
        let answer =
            "permessage-deflate; server_no_context_takeover; client_max_window_bits=\"10\"";
        let agreed = Agreed::read(Role::Server, answer).unwrap();
        assert!(agreed.theirs.no_context_takeover);
        assert_eq!(agreed.ours.window_bits, 10);
        let agreed = Agreed::read(Role::Client, answer).unwrap();
        assert!(agreed.ours.no_context_takeover);
        assert_eq!(agreed.theirs.window_bits, 10);
    }

    #[test]
    fn other_answers_are_none() {
        for answer in [
            "x-webkit-deflate-frame",
            "permessage-deflate; x",
            "permessage-deflate; server_max_window_bits",
            "permessage-deflate; server_max_window_bits=16",
        ] {
            assert_eq!(Agreed::read(Role::Server, answer), None, "{answer}");
        }
    }
}
