//! How a message says where its body ends (RFC 9112 §6.3).
//!
//! Reads `Content-Length` and `Transfer-Encoding`, strictly: what two readers could take
//! differently is ambiguous, and whoever meets that refuses it. Reads no body.

use http::HeaderMap;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};

use crate::field::{members, split_list};

/// What the headers say about the body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Framing {
    /// Nothing: a request has no body, a response ends with the stream.
    Unsaid,
    /// So many bytes.
    Length(u64),
    /// Chunks, as the only transfer coding.
    Chunked,
    /// Another transfer coding, both headers at once, or lengths that are none or differ.
    Ambiguous,
}

impl Framing {
    /// Reads both headers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let has_length = headers.contains_key(CONTENT_LENGTH);
        if headers.contains_key(TRANSFER_ENCODING) {
            let mut codings = members(headers, &TRANSFER_ENCODING);
            return match (codings.next(), codings.next()) {
                // RFC 9112 §6.1: a server MAY reject a request that contains both
                (Some(coding), None) if !has_length && coding.eq_ignore_ascii_case(b"chunked") => {
                    Self::Chunked
                }
                (Some(_) | None, _) => Self::Ambiguous,
            };
        }
        if has_length {
            content_length(headers).map_or(Self::Ambiguous, Self::Length)
        } else {
            Self::Unsaid
        }
    }
}

/// The length, if all lines and list members agree on one.
fn content_length(headers: &HeaderMap) -> Option<u64> {
    let mut agreed = None;
    for value in headers.get_all(CONTENT_LENGTH) {
        let mut lengths = split_list(value.as_bytes()).peekable();
        lengths.peek()?;
        for digits in lengths {
            let length = parse_length(digits)?;
            if agreed.is_some_and(|agreed| agreed != length) {
                return None;
            }
            agreed = Some(length);
        }
    }
    agreed
}

fn parse_length(digits: &[u8]) -> Option<u64> {
    // `parse` would take a leading plus sign.
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn lengths_and_codings() {
        #[track_caller]
        fn check(fields: &[(&str, &str)], expected: Framing) {
            let mut headers = HeaderMap::new();
            for (name, value) in fields {
                let name: HeaderName = name.parse().unwrap();
                headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            assert_eq!(Framing::of(&headers), expected);
        }
        let length = "content-length";
        let coding = "transfer-encoding";
        check(&[], Framing::Unsaid);
        check(&[(length, "0")], Framing::Length(0));
        check(&[(length, "17")], Framing::Length(17));
        check(&[(length, "17, 17")], Framing::Length(17));
        check(&[(length, "17"), (length, "17")], Framing::Length(17));
        check(
            &[(length, "18446744073709551615")],
            Framing::Length(u64::MAX),
        );
        check(&[(length, "18446744073709551616")], Framing::Ambiguous);
        check(&[(length, "17"), (length, "18")], Framing::Ambiguous);
        check(&[(length, "17, 18")], Framing::Ambiguous);
        check(&[(length, "17"), (length, "")], Framing::Ambiguous);
        check(&[(length, "")], Framing::Ambiguous);
        check(&[(length, "+1")], Framing::Ambiguous);
        check(&[(length, "-1")], Framing::Ambiguous);
        check(&[(length, "0x1")], Framing::Ambiguous);
        check(&[(length, "1 1")], Framing::Ambiguous);
        check(&[(length, "\u{661}")], Framing::Ambiguous);
        check(&[(coding, "chunked")], Framing::Chunked);
        check(&[(coding, "Chunked")], Framing::Chunked);
        check(&[(coding, "gzip, chunked")], Framing::Ambiguous);
        check(
            &[(coding, "chunked"), (coding, "chunked")],
            Framing::Ambiguous,
        );
        check(&[(coding, "xchunked")], Framing::Ambiguous);
        check(&[(coding, "identity")], Framing::Ambiguous);
        check(&[(coding, "")], Framing::Ambiguous);
        check(&[(coding, "chunked"), (length, "3")], Framing::Ambiguous);
    }
}
