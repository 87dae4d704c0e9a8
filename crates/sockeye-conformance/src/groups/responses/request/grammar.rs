//! The form of fields in a client's request (RFC 9110 §5, RFC 6455 §9.1).

use std::collections::BTreeSet;

use crate::wire::{Extension, Head, is_token};

/// Names are tokens; values have no control characters, which the reader of heads has looked for.
pub(super) fn has_fields(request: &Head) -> Result<(), String> {
    let mut names = request.fields.iter().map(|(name, _)| name);
    if let Some(name) = names.find(|name| !is_token(name)) {
        return Err(format!("it has a field of the name {name:?}"));
    }
    match request.faults.first() {
        Some(fault) => Err(format!("it has {fault}")),
        None => Ok(()),
    }
}

/// RFC 9110 §5.3: a sender MUST NOT generate a field twice unless it is a list.
pub(super) fn has_singletons(request: &Head) -> Result<(), String> {
    let count = |name: &str| request.values(name).count();
    match SINGLETONS.iter().find(|name| count(name) > 1) {
        Some(name) => Err(format!("{name} is there {} times", count(name))),
        None => Ok(()),
    }
}

/// RFC 6455 §4.1: the elements MUST be non-empty, in characters of a token, and unique.
pub(super) fn has_subprotocols(request: &Head) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for value in request.values("Sec-WebSocket-Protocol") {
        for subprotocol in value.split(',').map(trim) {
            if !is_token(subprotocol) {
                return Err(format!("it offers the subprotocol {subprotocol:?}"));
            }
            if !seen.insert(subprotocol) {
                return Err(format!("it offers {subprotocol:?} twice"));
            }
        }
    }
    Ok(())
}

/// RFC 6455 §9.1: `1#extension`, each a token with parameters.
pub(super) fn has_extensions(request: &Head) -> Result<(), String> {
    for value in request.values("Sec-WebSocket-Extensions") {
        // RFC 9110 §5.6.1.1: a sender MUST NOT generate empty list elements. A quoted value must
        // be a token once it is unquoted, so it holds no comma.
        if value.split(',').map(trim).any(str::is_empty) {
            return Err(format!("it offers the extensions {value:?}"));
        }
        Extension::read_all([value]).map_err(|fault| format!("its offers have {fault}"))?;
    }
    Ok(())
}

/// RFC 6454 §7.1: one field, `null` or a list of origins as `scheme://host:port`.
pub(super) fn has_origin(request: &Head) -> Result<(), String> {
    let origins: Vec<_> = request.values("Origin").collect();
    let is_origin = |origin: &str| match origin.split_once("://") {
        Some((scheme, host)) => {
            is_token(scheme) && !host.is_empty() && !host.contains(['/', '?', '#', '@'])
        }
        None => false,
    };
    match origins[..] {
        [] | ["null"] => Ok(()),
        [origin] if origin.split(' ').all(is_origin) => Ok(()),
        _ => Err(format!("Origin is {origins:?}")),
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Fields that a request may have and that are no lists.
const SINGLETONS: [&str; 14] = [
    "Host",
    "Upgrade-Insecure-Requests",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Origin",
    "User-Agent",
    "Authorization",
    "Proxy-Authorization",
    "Content-Length",
    "Content-Type",
    "Cookie",
    "Date",
    "Referer",
    "Max-Forwards",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: fn(&Head) -> Result<(), String>, name: &str, values: &[&str], fits: bool) {
        let fields = values
            .iter()
            .map(|value| (name.to_owned(), (*value).to_owned()));
        let request = Head {
            fields: fields.collect(),
            ..Head::default()
        };
        assert_eq!(rule(&request).is_ok(), fits, "{name}: {values:?}");
    }

    #[test]
    fn names_and_numbers_of_fields() {
        check(has_fields, "X-A", &[""], true);
        check(has_fields, "X(A", &[""], false);
        check(has_singletons, "host", &["a"], true);
        check(has_singletons, "host", &["a", "a"], false);
        check(has_singletons, "Connection", &["a", "a"], true);
    }

    #[test]
    fn lists_of_offers() {
        let extensions = "Sec-WebSocket-Extensions";
        for (values, fits) in [
            (&[][..], true),
            (&["a; b; c=1; d=\"2\", e"], true),
            (&["a", "a"], true),
            (&["a;"], false),
            (&["a, "], false),
            (&["a; b=\"c d\""], false),
            (&["a; =b"], false),
        ] {
            check(has_extensions, extensions, values, fits);
        }
        let subprotocols = "Sec-WebSocket-Protocol";
        check(has_subprotocols, subprotocols, &["a, b", "c"], true);
        check(has_subprotocols, subprotocols, &["a, b", "a"], false);
        check(has_subprotocols, subprotocols, &[""], false);
    }

    #[test]
    fn origins() {
        for (origin, fits) in [
            ("null", true),
            ("http://127.0.0.1:9001", true),
            ("http://127.0.0.1:9001/", false),
            ("127.0.0.1", false),
        ] {
            check(has_origin, "Origin", &[origin], fits);
        }
        check(has_origin, "Origin", &["null", "null"], false);
    }
}
