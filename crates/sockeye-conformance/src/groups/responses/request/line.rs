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

/// RFC 6455 §4.1: the target is the resource name, or an absolute `http` or `https` URI that has it.
pub(super) fn has_target(request: &Head) -> Result<(), String> {
    let target = request.target().unwrap_or_default();
    let resource_name = match target.split_once("://") {
        Some(("http" | "https", rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        Some(_) | None => target,
    };
    match is_resource_name(resource_name) {
        true => Ok(()),
        false => Err(format!("the target is {target:?}")),
    }
}

/// RFC 9112 §3.2.1: a client MUST send only the absolute path and query.
pub(super) fn has_origin_form(request: &Head) -> Result<(), String> {
    let target = request.target().unwrap_or_default();
    match is_resource_name(target) {
        true => Ok(()),
        false => Err(format!("the target is {target:?}")),
    }
}

fn is_resource_name(target: &str) -> bool {
    target.starts_with('/') && target.chars().all(is_of_target) && has_escapes(target)
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

    /// Of a request line: the method, the version, the target, and its origin form are right.
    #[track_caller]
    fn check(line: &str, expected: [bool; 4]) {
        let request = Head {
            start_line: line.to_owned(),
            ..Head::default()
        };
        let rules = [has_get, has_http_1_1, has_target, has_origin_form];
        assert_eq!(rules.map(|rule| rule(&request).is_ok()), expected, "{line}");
    }

    #[test]
    fn request_lines() {
        check("GET /a?b=%2F&c HTTP/1.1", [true; 4]);
        check("get / HTTP/1.1", [false, true, true, true]);
        check("GET / HTTP/1.0", [true, false, true, true]);
        check("GET /  HTTP/1.1", [true, false, true, true]);
        for target in ["/a#b", "ws://a/", "http://a", "http://a/#b", "/%2", "?a"] {
            let line = format!("GET {target} HTTP/1.1");
            check(&line, [true, true, false, false]);
        }
        check("GET http://a:9001/b?c HTTP/1.1", [true, true, true, false]);
    }
}
