//! Writes the responses of a server that does not upgrade (RFC 9112 §4, §6 and §9.6).
//!
//! Whatever is answered, the connection ends with it: a peer or proxy that took the request for an
//! upgrade may send anything next, and that must not be read as a second request. Sets the
//! length and the connection itself, and so trusts no caller with them.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderName, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, Response, StatusCode};

/// Writes a complete HTTP/1.1 response that ends the connection.
///
/// Adds `Connection: close` and the exact `Content-Length`; headers of these names, and
/// `Transfer-Encoding`, are left out of the caller's. `head_only` leaves the body out, for answers
/// to HEAD. Statuses that cannot have a body (204, 304) get none. A 1xx status, which would leave
/// the client waiting or make it believe that it was upgraded, is answered as 500.
#[must_use]
pub fn encode_response(response: &Response<Bytes>, head_only: bool) -> Vec<u8> {
    let (status, body) = if response.status().is_informational() {
        (StatusCode::INTERNAL_SERVER_ERROR, &[][..])
    } else {
        (response.status(), response.body().as_ref())
    };
    let mut out = Vec::with_capacity(256 + body.len());
    write_status_line(status, &mut out);
    write_field("Connection", b"close", &mut out);
    if response.headers().contains_key(UPGRADE) {
        // RFC 9110 §7.8: a sender of Upgrade MUST also send an "Upgrade" connection option
        write_field("Connection", b"Upgrade", &mut out);
    }
    // RFC 9110 §8.6: a server MUST NOT send a Content-Length with a 1xx or 204; with a 304 it
    // would be the length of another response.
    let has_body = !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if has_body {
        write_field(
            "Content-Length",
            body.len().to_string().as_bytes(),
            &mut out,
        );
    }
    write_headers(response.headers(), &mut out);
    out.extend_from_slice(b"\r\n");
    if has_body && !head_only {
        out.extend_from_slice(body);
    }
    out
}

/// Writes `HTTP/1.1 101 Switching Protocols` or the like.
pub(crate) fn write_status_line(status: StatusCode, out: &mut Vec<u8>) {
    let reason = status.canonical_reason().unwrap_or_default();
    out.extend_from_slice(format!("HTTP/1.1 {} {reason}\r\n", status.as_str()).as_bytes());
}

/// Writes one field line; the value is known to be free of line ends.
pub(crate) fn write_field(name: &str, value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// Writes all headers but those that frame the message.
pub(crate) fn write_headers(headers: &HeaderMap, out: &mut Vec<u8>) {
    for (name, value) in headers {
        if !is_framing(name) {
            write_field(name.as_str(), value.as_bytes(), out);
        }
    }
}

/// Tells the headers that say where a message or its connection ends.
pub(crate) fn is_framing(name: &HeaderName) -> bool {
    [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(name)
}

#[cfg(test)]
mod tests;
