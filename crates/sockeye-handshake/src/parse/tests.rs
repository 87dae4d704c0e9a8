//! Which start lines, targets and fields are HTTP/1.1.

use super::*;
use crate::HeadLimits;

fn reader(mut reader: HeadReader, head: &str) -> HeadReader {
    let read = reader
        .read(head.as_bytes())
        .map(|rest| rest.map(<[u8]>::len));
    assert_eq!(read, Ok(Some(0)), "the head is complete");
    reader
}

fn request(head: &str) -> Result<Request<()>, ParseFault> {
    parse_request(&reader(
        HeadReader::for_request(HeadLimits::default()),
        head,
    ))
}

fn response(head: &str) -> Result<Response<()>, ParseFault> {
    parse_response(&reader(
        HeadReader::for_response(HeadLimits::default()),
        head,
    ))
}

#[test]
fn a_request_keeps_its_method_target_and_fields() {
    let request =
        request("PUT /a%20b?c=d HTTP/1.1\r\nHost: h\r\nA: 1\r\na:2 \r\nb:\r\n\r\n").unwrap();
    assert_eq!(request.method(), "PUT");
    assert_eq!(request.uri(), "/a%20b?c=d");
    assert_eq!(request.version(), Version::HTTP_11);
    assert_eq!(
        request.headers().get_all("a").iter().collect::<Vec<_>>(),
        ["1", "2"]
    );
    assert_eq!(request.headers()["b"], "");
}

#[test]
fn targets_are_paths_or_web_addresses() {
    #[track_caller]
    fn check(target: &str, expected: bool) {
        let request = request(&format!("GET {target} HTTP/1.1\r\n\r\n"));
        assert_eq!(request.err(), (!expected).then_some(ParseFault::Malformed));
    }
    check("/", true);
    check("//a", true);
    check("/a?b", true);
    check("/{x}|y\"", true);
    check("http://h/a", true);
    check("HTTPS://h:1", true);
    check("ws://[::1]/", true);
    check("*", false);
    check("h:443", false);
    check("a", false);
    check("?a", false);
    check("/#a", false);
    check("http://h/#a", false);
    check("/%", false);
    check("/%4", false);
    check("/%4g?%20", false);
    check("/%4G", false);
    check("/a%2Fb?c=%e2%82%ac", true);
    check("http://h/%zz", false);
    check("ftp://h/", false);
    check("http://user@h/", false);
    check("http:///a", false);
    check("/\u{e9}", false);
}

#[test]
fn start_lines_of_requests() {
    #[track_caller]
    fn check(line: &str, expected: Option<ParseFault>) {
        assert_eq!(request(&format!("{line}\r\n\r\n")).err(), expected);
    }
    check("GET / HTTP/1.1", None);
    check("X-Y!z / HTTP/1.1", None);
    check("GET / HTTP/1.0", Some(ParseFault::UnsupportedVersion));
    check("GET / HTTP/0.9", Some(ParseFault::UnsupportedVersion));
    check("GET / HTTP/2.0", Some(ParseFault::UnsupportedVersion));
    check("PRI * HTTP/2.0", Some(ParseFault::UnsupportedVersion));
    check("GET / HTTP/1.2", None);
    check("GET / HTTP/1.9", None);
    check("PRI * HTTP/1.2", Some(ParseFault::Malformed));
    check("GET / http/1.2", Some(ParseFault::Malformed));
    check("GET / HTTP/1.10", Some(ParseFault::Malformed));
    check("GET / HTTP/1.x", Some(ParseFault::Malformed));
    check("GET / HTTP/x.1", Some(ParseFault::Malformed));
    check("GET / HTTP/1", Some(ParseFault::Malformed));
    check("GET / http/1.1", Some(ParseFault::Malformed));
    check("GET / XTTP/1.1", Some(ParseFault::Malformed));
    check("GET /", Some(ParseFault::Malformed));
    check("GET", Some(ParseFault::Malformed));
    check("GET  / HTTP/1.1", Some(ParseFault::Malformed));
    check("GET /  HTTP/1.1", Some(ParseFault::Malformed));
    check("GET / HTTP/1.1 ", Some(ParseFault::Malformed));
    check("GET / a HTTP/1.1", Some(ParseFault::Malformed));
    check("GET\t/ HTTP/1.1", Some(ParseFault::Malformed));
    check("G\u{e9}T / HTTP/1.1", Some(ParseFault::Malformed));
    check("G(T / HTTP/1.1", Some(ParseFault::Malformed));
}

#[test]
fn damaged_fields_are_refused() {
    for field in [
        "a",
        ": b",
        "a : b",
        "a\t: b",
        "a b: c",
        "a(: b",
        "\u{e9}: b",
        "a\u{e9}: b",
    ] {
        let request = request(&format!(
            "GET / HTTP/1.1\r\nx: y\r\n{field}\r\nz: y\r\n\r\n"
        ));
        assert_eq!(request.err(), Some(ParseFault::Malformed), "{field}");
        let response = response(&format!(
            "HTTP/1.1 101 x\r\nx: y\r\n{field}\r\nz: y\r\n\r\n"
        ));
        assert_eq!(response.err(), Some(ParseFault::Malformed), "{field}");
    }
}

#[test]
fn start_lines_of_responses() {
    #[track_caller]
    fn check(line: &str, expected: Option<(u16, Version)>) {
        let response = response(&format!("{line}\r\nx: y\r\n\r\n")).ok();
        assert_eq!(
            response.map(|it| (it.status().as_u16(), it.version())),
            expected
        );
    }
    check(
        "HTTP/1.1 101 Switching Protocols",
        Some((101, Version::HTTP_11)),
    );
    check("HTTP/1.1 101 ", Some((101, Version::HTTP_11)));
    check("HTTP/1.1 101", Some((101, Version::HTTP_11)));
    check("HTTP/1.0 404 Not Found", Some((404, Version::HTTP_10)));
    check("HTTP/1.1 999 \u{e9}", Some((999, Version::HTTP_11)));
    check("HTTP/1.1 099 x", None);
    check("HTTP/1.1 10 x", None);
    check("HTTP/1.1 1010 x", None);
    check("HTTP/1.1 +01 x", None);
    check("HTTP/1.1  101 x", None);
    check("HTTP/2.0 101 x", None);
    check("HTTP/1.1101 x", None);
    check("ICY 200 OK", None);
}
