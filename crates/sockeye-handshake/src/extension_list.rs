//! `Sec-WebSocket-Extensions` of a head, either side's (RFC 6455 §9.1).
//!
//! The grammar is the extensions crate's; here is only what a whole head adds to it.

use http::HeaderMap;
use http::header::SEC_WEBSOCKET_EXTENSIONS;
use sockeye_extensions::{GrammarError, Offer, parse_extensions};

/// The elements over all lines of the field; none when there is no such field.
pub(crate) fn extension_list(headers: &HeaderMap) -> Result<Vec<Offer>, GrammarError> {
    let values = headers.get_all(SEC_WEBSOCKET_EXTENSIONS).iter();
    let list = parse_extensions(values.map(|value| value.as_bytes()))?;
    // RFC 6455 §9.1: extension-list = 1#extension, and a recipient of what does not conform to the
    // ABNF MUST fail the connection
    if list.is_empty() && headers.contains_key(SEC_WEBSOCKET_EXTENSIONS) {
        return Err(GrammarError::MissingToken);
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(lines: &[&'static str], expected: Result<usize, GrammarError>) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(line));
        }
        assert_eq!(extension_list(&headers).map(|list| list.len()), expected);
    }

    #[test]
    fn a_field_that_is_there_has_an_element() {
        check(&[], Ok(0));
        check(&["a"], Ok(1));
        check(&["", "a, ,b"], Ok(2));
        check(&[""], Err(GrammarError::MissingToken));
        check(&[", ,"], Err(GrammarError::MissingToken));
        check(&["", ","], Err(GrammarError::MissingToken));
        check(&["a;"], Err(GrammarError::MissingToken));
    }
}
