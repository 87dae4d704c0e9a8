//! Subprotocols: what a client may offer and how a server chooses (RFC 6455 §1.9, §4.2.2).
//!
//! Names are compared byte by byte. A server that wants more than a list of preferences chooses
//! in its own code, between reading the request and accepting it.

use std::collections::BTreeSet;

use http::HeaderMap;
use http::header::SEC_WEBSOCKET_PROTOCOL;

use crate::HandshakeError;
use crate::field::{is_token, members};

/// Chooses the first subprotocol of `preferred` that is among those `offered`.
///
/// The server's order decides, as RFC 6455 §4.2.2 leaves the choice to it. `None` when there is
/// none in common: the connection is then opened without a subprotocol, which browsers that
/// offered one take for a failure.
///
/// ```
/// use sockeye_handshake::select_subprotocol;
///
/// let preferred = ["v2.chat".to_owned(), "v1.chat".to_owned()];
/// let offered = ["v1.chat".to_owned(), "v2.chat".to_owned()];
/// assert_eq!(select_subprotocol(&preferred, &offered).as_deref(), Some("v2.chat"));
/// ```
#[must_use]
pub fn select_subprotocol(preferred: &[String], offered: &[String]) -> Option<String> {
    preferred
        .iter()
        .find(|name| offered.contains(name))
        .cloned()
}

/// Reads the list of subprotocols that a client offers, in its order of preference.
pub(crate) fn parse_offered(headers: &HeaderMap) -> Result<Vec<String>, HandshakeError> {
    let mut seen = BTreeSet::new();
    let mut offered = Vec::new();
    for member in members(headers, &SEC_WEBSOCKET_PROTOCOL) {
        let name = check(member)?;
        // RFC 6455 §4.1: the elements MUST all be unique strings
        if !seen.insert(name) {
            return Err(HandshakeError::RepeatedSubprotocol);
        }
        offered.push(name.to_owned());
    }
    // RFC 6455 §4.3: the grammar is 1#token, so a header without a name is none
    if offered.is_empty() && headers.contains_key(SEC_WEBSOCKET_PROTOCOL) {
        return Err(HandshakeError::InvalidSubprotocol);
    }
    Ok(offered)
}

/// Checks that bytes are the name of a subprotocol.
pub(crate) fn check(name: &[u8]) -> Result<&str, HandshakeError> {
    // RFC 6455 §4.1: non-empty strings in U+0021 to U+007E not including separator characters
    let text = str::from_utf8(name).ok().filter(|_| is_token(name));
    text.ok_or(HandshakeError::InvalidSubprotocol)
}

#[cfg(test)]
mod tests {
    use http::header::HeaderValue;

    use super::*;
    use crate::field::N_LOOKS;

    #[test]
    fn offers_are_lists_of_unique_tokens() {
        #[track_caller]
        fn check(values: &[&str], expected: Option<&[&str]>) {
            let mut headers = HeaderMap::new();
            for value in values {
                let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
                headers.append(SEC_WEBSOCKET_PROTOCOL, value);
            }
            let offered = parse_offered(&headers).ok();
            let expected = expected.map(|names| names.iter().map(|&name| name.into()).collect());
            assert_eq!(offered, expected);
        }
        check(&[], Some(&[]));
        check(&["chat"], Some(&["chat"]));
        check(&["chat, superchat"], Some(&["chat", "superchat"]));
        check(
            &["chat", "superchat , v1.x"],
            Some(&["chat", "superchat", "v1.x"]),
        );
        check(&["Chat, chat"], Some(&["Chat", "chat"]));
        check(&["chat,,"], Some(&["chat"]));
        check(&[""], None);
        check(&[","], None);
        check(&["chat, chat"], None);
        check(&["chat", "chat"], None);
        check(&["a b"], None);
        check(&["\"chat\""], None);
        check(&["a/b"], None);
        check(&["caf\u{e9}"], None);
    }

    #[test]
    fn lists_made_to_be_slow_take_a_few_looks_at_each_byte() {
        #[track_caller]
        fn check(value: &str, expected: Option<usize>) {
            let mut headers = HeaderMap::new();
            headers.append(SEC_WEBSOCKET_PROTOCOL, value.parse().unwrap());
            let before = N_LOOKS.get();
            let offered = parse_offered(&headers);
            let n_looks = N_LOOKS.get() - before;
            assert_eq!(offered.ok().map(|names| names.len()), expected);
            let few = value.len()..=4 * value.len();
            assert!(few.contains(&n_looks), "{n_looks}: {value}");
        }
        // Each took other servers seconds or more.
        let spaces = " ".repeat(15_000);
        check(&format!("b{spaces}x"), None);
        check(&format!("b{spaces}"), Some(1));
        check(&",".repeat(15_000), None);
        check(&" ,".repeat(7500), None);
        check(&format!("{}a", ",".repeat(15_000)), Some(1));
        check(&"x".repeat(15_000), Some(1));
        let names: Vec<_> = (0..2500).map(|i| i.to_string()).collect();
        check(&names.join(", "), Some(2500));
    }

    #[test]
    fn the_servers_preference_decides() {
        let list = |names: &[&str]| {
            names
                .iter()
                .map(|&name| name.to_owned())
                .collect::<Vec<_>>()
        };
        let select = |preferred, offered| select_subprotocol(&list(preferred), &list(offered));
        assert_eq!(select(&["a", "b"], &["b", "a"]).as_deref(), Some("a"));
        assert_eq!(select(&["a", "b"], &["c", "b"]).as_deref(), Some("b"));
        assert_eq!(select(&["a"], &["A"]), None);
        assert_eq!(select(&[], &["a"]), None);
        assert_eq!(select(&["a"], &[]), None);
    }
}
