//! Turns a complete head into the types of the `http` crate (RFC 9112 §3 and §4).
//!
//! Runs once per head, behind `HeadReader`, which has already refused what `httparse` would
//! tolerate. Says nothing about what the fields mean.

use std::borrow::Cow;

use http::header::{HeaderName, HeaderValue};
use http::uri::{PathAndQuery, Uri};
use http::{HeaderMap, Method, Request, Response, StatusCode, Version};

use crate::head::HeadReader;

/// Why a complete head is no request or response that the handshake can use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ParseFault {
    /// Not an HTTP/1.1 head.
    Malformed,
    /// A well-formed start line of another HTTP version.
    UnsupportedVersion,
}

/// Parses a request head; the target is in origin form or absolute form.
pub(crate) fn parse_request(reader: &HeadReader) -> Result<Request<()>, ParseFault> {
    let head = with_known_minor(reader.head(), request_version(reader.head()));
    let mut fields = vec![httparse::EMPTY_HEADER; reader.n_fields()];
    let mut parsed = httparse::Request::new(&mut fields);
    match parsed.parse(&head) {
        Ok(httparse::Status::Complete(len)) if len == head.len() => {}
        Err(httparse::Error::Version) => return Err(version_fault(&head)),
        Ok(_) | Err(_) => return Err(ParseFault::Malformed),
    }
    let (Some(method), Some(target), Some(minor)) = (parsed.method, parsed.path, parsed.version)
    else {
        return Err(ParseFault::Malformed);
    };
    // RFC 6455 §4.1: the method MUST be GET, and the HTTP version MUST be at least 1.1
    if minor != 1 {
        return Err(ParseFault::UnsupportedVersion);
    }
    let mut request = Request::new(());
    *request.method_mut() =
        Method::from_bytes(method.as_bytes()).map_err(|_| ParseFault::Malformed)?;
    *request.uri_mut() = parse_target(target).ok_or(ParseFault::Malformed)?;
    *request.headers_mut() = parse_fields(parsed.headers)?;
    Ok(request)
}

/// Parses a response head of HTTP/1.1 or, as refusals may be, HTTP/1.0.
pub(crate) fn parse_response(reader: &HeadReader) -> Result<Response<()>, ParseFault> {
    let head = with_known_minor(reader.head(), 0);
    let mut fields = vec![httparse::EMPTY_HEADER; reader.n_fields()];
    let mut parsed = httparse::Response::new(&mut fields);
    match parsed.parse(&head) {
        Ok(httparse::Status::Complete(len)) if len == head.len() => {}
        Ok(_) | Err(_) => return Err(ParseFault::Malformed),
    }
    let (Some(code), Some(minor)) = (parsed.code, parsed.version) else {
        return Err(ParseFault::Malformed);
    };
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::from_u16(code).map_err(|_| ParseFault::Malformed)?;
    *response.version_mut() = if minor == 0 {
        Version::HTTP_10
    } else {
        Version::HTTP_11
    };
    *response.headers_mut() = parse_fields(parsed.headers)?;
    Ok(response)
}

fn parse_target(target: &str) -> Option<Uri> {
    // RFC 9112 §3.2: the target has no fragment; `Uri` would drop one without a word
    if !target.is_ascii() || target.contains('#') || !has_whole_escapes(target) {
        return None;
    }
    if target.starts_with('/') {
        return PathAndQuery::try_from(target).ok().map(Uri::from);
    }
    // RFC 9112 §3.2.2: a server MUST accept the absolute-form in requests
    let uri = Uri::try_from(target).ok()?;
    let is_web = uri.scheme_str().is_some_and(|scheme| {
        ["http", "https", "ws", "wss"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known))
    });
    let names_host = uri
        .authority()
        .is_some_and(|authority| !authority.as_str().contains('@'));
    (is_web && names_host).then_some(uri)
}

/// RFC 3986 §2.1: a percent sign has two hexadecimal digits behind it.
fn has_whole_escapes(target: &str) -> bool {
    let is_escape = |rest: &str| {
        let mut digits = rest.bytes().take(2);
        rest.len() >= 2 && digits.all(|byte| byte.is_ascii_hexdigit())
    };
    target.split('%').skip(1).all(is_escape)
}

fn parse_fields(fields: &[httparse::Header<'_>]) -> Result<HeaderMap, ParseFault> {
    let mut headers = HeaderMap::with_capacity(fields.len());
    for field in fields {
        let name = HeaderName::from_bytes(field.name.as_bytes());
        let value = HeaderValue::from_bytes(field.value);
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err(ParseFault::Malformed);
        };
        headers
            .try_append(name, value)
            .map_err(|_| ParseFault::Malformed)?;
    }
    Ok(headers)
}

/// The head with a minor version that the parser knows, if its own is higher.
///
/// `at` is where the version stands, if it stands anywhere.
fn with_known_minor(head: &[u8], at: usize) -> Cow<'_, [u8]> {
    let mut known = Cow::Borrowed(head);
    // RFC 9110 §2.5: a message of a higher minor version SHOULD be processed as if it were of the
    // highest that the recipient conforms to
    if let Some([b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'2'..=b'9']) = head.get(at..at + 8) {
        known.to_mut()[at + 7] = b'1';
    }
    known
}

/// Where the version of a request stands: it is the end of the first line.
fn request_version(head: &[u8]) -> usize {
    let line_len = head.iter().position(|&byte| byte == b'\r');
    line_len.unwrap_or_default().saturating_sub(8)
}

/// Tells a start line of another version of HTTP from what is none at all.
fn version_fault(head: &[u8]) -> ParseFault {
    let line = head.split(|&byte| byte == b'\r').next().unwrap_or_default();
    let mut words = line.split(|&byte| byte == b' ');
    let is_version = |word: &[u8]| match word.strip_prefix(b"HTTP/") {
        Some([major, b'.', minor]) => major.is_ascii_digit() && minor.is_ascii_digit(),
        Some(_) | None => false,
    };
    match (words.next(), words.next(), words.next(), words.next()) {
        (Some(_), Some(_), Some(version), None) if is_version(version) => {
            ParseFault::UnsupportedVersion
        }
        _ => ParseFault::Malformed,
    }
}

#[cfg(test)]
mod tests;
