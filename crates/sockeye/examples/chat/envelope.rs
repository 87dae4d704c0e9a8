//! The binary message that carries a file: a length, a JSON header, the bytes of the file.
//!
//! ```text
//! 0        2                 2 + n
//! ├────────┼─────────────────┼──────────────────────┤
//! │ n: u16 │ JSON, n ≤ 1022  │ the file             │   n is big-endian
//! └────────┴─────────────────┴──────────────────────┘
//! ```
//!
//! From the page the header is an [`UploadHeader`]; from the server it is the same `entry` object
//! that a text message would carry. The message is not larger than 2 MiB, the library's default
//! limit for binary messages.

use serde::Deserialize;

use crate::protocol::Refused;
use crate::words::Reference;

/// The most bytes of one binary message, header and all.
pub(crate) const MAX_MESSAGE_BYTES: usize = 2 * 1024 * 1024;
/// The most bytes before the file begins.
const MAX_PREAMBLE_BYTES: usize = 1024;
/// The most bytes of the JSON header.
const MAX_HEADER_BYTES: usize = MAX_PREAMBLE_BYTES - size_of::<u16>();
/// The largest file that always fits into a message.
pub(crate) const MAX_FILE_BYTES: usize = MAX_MESSAGE_BYTES - MAX_PREAMBLE_BYTES;

/// What the page says about a file; nothing in it is believed.
#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct UploadHeader {
    #[serde(rename = "ref")]
    pub(crate) reference: Reference,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) media_type: String,
}

/// Finds the header of a message that arrives in pieces.
#[derive(Debug, Default)]
pub(crate) struct HeaderReader {
    seen: Vec<u8>,
}

impl HeaderReader {
    /// Takes the next piece; gives the header, and how many bytes of this piece belong to it, once
    /// it is whole.
    ///
    /// # Errors
    ///
    /// [`Refused`] when the header is too long or not the JSON it should be.
    pub(crate) fn feed(&mut self, piece: &[u8]) -> Result<Option<(UploadHeader, usize)>, Refused> {
        let before = self.seen.len();
        self.seen
            .extend(piece.iter().take(MAX_PREAMBLE_BYTES - before));

        let Some((prefix, rest)) = self.seen.split_first_chunk() else {
            return Ok(None);
        };
        let header_len = usize::from(u16::from_be_bytes(*prefix));
        // One that is too long is read as far as the mark may be.
        let Some(json) = rest.get(..header_len.min(MAX_HEADER_BYTES)) else {
            return Ok(None);
        };
        if header_len > MAX_HEADER_BYTES {
            let reason = format!("the header of a file has at most {MAX_HEADER_BYTES} bytes");
            return Err(Refused::unread(json, reason));
        }
        let header = serde_json::from_slice(json).map_err(|error| {
            let reason = format!("the header of the file is not understood: {error}");
            Refused::unread(json, reason)
        })?;
        Ok(Some((header, prefix.len() + header_len - before)))
    }

    /// Ends the message, whose header was not whole.
    pub(crate) fn finish(self) -> Refused {
        let json = self.seen.get(size_of::<u16>()..).unwrap_or_default();
        let reason = "a file begins with a header; this ended in it";
        Refused::unread(json, reason.to_owned())
    }
}

/// Writes the message that carries `file` under `header`.
pub(crate) fn seal(header: &str, file: &[u8]) -> Vec<u8> {
    let n = u16::try_from(header.len()).expect("a header is an entry: names in it are short");
    [&n.to_be_bytes()[..], header.as_bytes(), file].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = r#"{"ref":"a-1","name":"cat.png","media_type":"image/png"}"#;

    #[track_caller]
    fn check(pieces: &[&[u8]], expected: &[u8]) {
        let mut reader = HeaderReader::default();
        let mut found = None;
        let mut file = Vec::new();
        for piece in pieces {
            match found {
                Some(_) => file.extend_from_slice(piece),
                None => {
                    if let Some((header, n)) = reader.feed(piece).unwrap() {
                        file.extend_from_slice(&piece[n..]);
                        found = Some(header);
                    }
                }
            }
        }
        let header = found.expect("a header");
        assert_eq!(
            (header.name.as_str(), header.media_type.as_str()),
            ("cat.png", "image/png")
        );
        assert_eq!(file, expected);
    }

    #[test]
    fn the_header_is_found_however_the_message_is_cut() {
        let message = seal(HEADER, b"meow");
        check(&[&message], b"meow");
        check(&message.chunks(1).collect::<Vec<_>>(), b"meow");
        for at in 0..=message.len() {
            let (a, b) = message.split_at(at);
            check(&[a, b], b"meow");
        }
    }

    #[test]
    fn a_message_that_ends_inside_its_header_has_none() {
        let message = seal(HEADER, b"");
        for end in 0..message.len() {
            assert_eq!(HeaderReader::default().feed(&message[..end]), Ok(None));
        }
    }

    #[test]
    fn a_header_may_fill_its_limit_and_not_more() {
        let padded = format!("{HEADER:1022}");
        check(&[&seal(&padded, b"meow")], b"meow");
        let refused = HeaderReader::default().feed(&seal(&format!("{HEADER:1023}"), b""));
        assert!(refused.unwrap_err().reason.contains("at most 1022 bytes"));
    }

    #[test]
    fn a_header_that_is_not_json_is_refused() {
        let refused = HeaderReader::default().feed(&seal("{", b"meow"));
        assert!(refused.unwrap_err().reason.contains("not understood"));
    }
}
