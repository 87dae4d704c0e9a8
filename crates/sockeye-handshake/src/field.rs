//! Header fields that are comma-separated lists (RFC 9110 §5.6.1, as RFC 6455 §4 uses it).
//!
//! A list may be spread over several header lines. Values are bytes: whatever is not a token is
//! no member of a token list. Quoted strings are not read here; the extensions crate does that.

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

/// The members of a list over all lines of the field, trimmed, empty ones left out.
pub(crate) fn members<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = &'a [u8]> {
    headers
        .get_all(name)
        .iter()
        .flat_map(|value| split_list(value.as_bytes()))
}

/// The members of a list on one line, trimmed, empty ones left out.
pub(crate) fn split_list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    // RFC 9110 §5.6.1.2: a recipient MUST parse and ignore a reasonable number of empty elements
    value
        .split(|&byte| {
            count_look();
            byte == b','
        })
        .map(trim)
        .filter(|member| !member.is_empty())
}

/// Tells whether the field is a list of tokens with `wanted` among them, whatever the case.
///
/// One member that is not a token makes the whole field something else: a proxy may have read it
/// differently, and the two must not disagree on what an upgrade is.
pub(crate) fn has_token(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    members(headers, name).all(is_token)
        && members(headers, name).any(|member| member.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// Tells whether the field is a list of protocols (`name` or `name/version`) with `wanted` among
/// them, whatever the case.
pub(crate) fn has_protocol(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    members(headers, name).all(is_protocol)
        && members(headers, name).any(|member| member.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// The value of a field that must be there exactly once.
pub(crate) fn exactly_one<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value),
        (None | Some(_), _) => None,
    }
}

/// Tells whether bytes are a token (RFC 9110 §5.6.2).
pub(crate) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && bytes.iter().all(|byte| {
            count_look();
            byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte)
        })
}

fn is_protocol(bytes: &[u8]) -> bool {
    let mut parts = bytes.splitn(2, |&byte| byte == b'/');
    parts.all(is_token)
}

fn trim(bytes: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| {
        count_look();
        matches!(byte, b' ' | b'\t')
    };
    let start = bytes
        .iter()
        .position(|byte| !is_space(byte))
        .unwrap_or(bytes.len());
    let end = bytes
        .iter()
        .rposition(|byte| !is_space(byte))
        .map_or(start, |last| last + 1);
    bytes.get(start..end).unwrap_or_default()
}

/// One more look at a byte, which tests count: a list takes a few for each byte, however it is made.
#[inline(always)]
fn count_look() {
    #[cfg(test)]
    N_LOOKS.set(N_LOOKS.get() + 1);
}

#[cfg(test)]
thread_local! {
    /// The looks at bytes of this thread.
    pub(crate) static N_LOOKS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests;
