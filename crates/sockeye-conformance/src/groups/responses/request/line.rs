//! The first line of a client's request (RFC 9112 §3).

use crate::wire::Head;

/// RFC 6455 §4.1: the method MUST be GET.
pub(super) fn has_get(request: &Head) -> Result<(), String> {
    match request.start_line.starts_with("GET ") {
        true => Ok(()),
        false => Err(format!("it begins with {:?}", request.start_line)),
    }
}

/// RFC 6455 §4.1: the version MUST be at least 1.1; there is no higher one in this form.
pub(super) fn has_http_1_1(request: &Head) -> Result<(), String> {
    let words: Vec<_> = request.start_line.split(' ').collect();
    match words[..] {
        [_, _, "HTTP/1.1"] => Ok(()),
        _ => Err(format!("it begins with {:?}", request.start_line)),
    }
}

/// RFC 9112 §3.2.1: a client MUST send only the absolute path and query.
pub(super) fn has_origin_form(request: &Head) -> Result<(), String> {
    let target = request.target().unwrap_or_default();
    let has_form = target.starts_with('/') && target.chars().all(is_of_target);
    match has_form && has_escapes(target) {
        true => Ok(()),
        false => Err(format!("the target is {target:?}")),
    }
}

/// RFC 3986 §3.3 and §3.4: `pchar`, `/` and `?`.
fn is_of_target(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/?%".contains(c)
}

/// RFC 3986 §2.1: two hexadecimal digits follow each percent sign.
fn has_escapes(target: &str) -> bool {
    target.split('%').skip(1).all(|rest| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, get: bool, version: bool, origin_form: bool) {
        let request = Head {
            start_line: line.to_owned(),
            ..Head::default()
        };
        let found = [has_get, has_http_1_1, has_origin_form].map(|rule| rule(&request).is_ok());
        assert_eq!(found, [get, version, origin_form], "{line}");
    }

    #[test]
    fn request_lines() {
        check("GET /a?b=%2F&c HTTP/1.1", true, true, true);
        check("get / HTTP/1.1", false, true, true);
        check("GET / HTTP/1.0", true, false, true);
        check("GET /  HTTP/1.1", true, false, true);
        check("GET /a#b HTTP/1.1", true, true, false);
        check("GET ws://a/ HTTP/1.1", true, true, false);
        check("GET /%2 HTTP/1.1", true, true, false);
        check("GET ?a HTTP/1.1", true, true, false);
    }
}
