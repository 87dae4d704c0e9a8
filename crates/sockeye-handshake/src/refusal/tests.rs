//! The status, headers and body of each refusal.

use super::*;

#[test]
fn each_refusal_has_its_status_and_headers() {
    #[track_caller]
    fn check(refusal: &Refusal, status_line: &str, fields: &[&str]) {
        let text = String::from_utf8(refusal.encode()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines: Vec<&str> = head.split("\r\n").collect();
        assert_eq!(lines.remove(0), format!("HTTP/1.1 {status_line}"));
        assert_eq!(refusal.to_string(), format!("refused with {status_line}"));
        assert!(body.len() > 5 && body.ends_with('\n'));
        let length = format!("Content-Length: {}", body.len());
        let common = [
            "Connection: close",
            &length,
            "content-type: text/plain; charset=utf-8",
        ];
        for field in common.iter().chain(fields) {
            let position = lines.iter().position(|line| line == field);
            lines.remove(position.unwrap_or_else(|| panic!("{field} in {text}")));
        }
        assert!(lines.is_empty(), "{lines:?}");
    }
    check(&Refusal::bad_request("it is bad"), "400 Bad Request", &[]);
    check(&Refusal::origin_not_allowed(), "403 Forbidden", &[]);
    check(
        &Refusal::method_not_allowed(),
        "405 Method Not Allowed",
        &["allow: GET"],
    );
    check(&Refusal::request_timeout(), "408 Request Timeout", &[]);
    check(&Refusal::uri_too_long(), "414 URI Too Long", &[]);
    let upgrade = ["Connection: Upgrade", "upgrade: websocket"];
    check(
        &Refusal::upgrade_required(),
        "426 Upgrade Required",
        &upgrade,
    );
    let version = [
        "Connection: Upgrade",
        "upgrade: websocket",
        "sec-websocket-version: 13",
    ];
    check(
        &Refusal::unsupported_version(),
        "426 Upgrade Required",
        &version,
    );
    check(
        &Refusal::head_too_large(),
        "431 Request Header Fields Too Large",
        &[],
    );
    let unavailable = "503 Service Unavailable";
    let retry = Refusal::service_unavailable;
    check(
        &retry(Duration::from_secs(2)),
        unavailable,
        &["retry-after: 2"],
    );
    check(
        &retry(Duration::from_millis(2001)),
        unavailable,
        &["retry-after: 3"],
    );
    check(&retry(Duration::ZERO), unavailable, &["retry-after: 0"]);
    check(
        &retry(Duration::MAX),
        unavailable,
        &["retry-after: 18446744073709551615"],
    );
    check(
        &Refusal::http_version_not_supported(),
        "505 HTTP Version Not Supported",
        &[],
    );
    let own = Refusal::new(StatusCode::UNAUTHORIZED, "who are you?")
        .header("X", "y")
        .unwrap();
    check(&own, "401 Unauthorized", &["x: y"]);
}

#[test]
fn headers_that_frame_the_response_are_refused() {
    let refuse = |name, value| Refusal::bad_request("it is bad").header(name, value).err();
    for name in ["Connection", "content-length", "Transfer-Encoding"] {
        assert!(matches!(
            refuse(name, "x"),
            Some(HandshakeError::ReservedHeader)
        ));
    }
    for (name, value) in [
        ("x", "a\r\nb: c"),
        ("x", "a\0"),
        ("x y", "a"),
        ("x\r\n", "a"),
        ("", "a"),
    ] {
        assert!(matches!(
            refuse(name, value),
            Some(HandshakeError::InvalidHeader)
        ));
    }
}

#[test]
fn a_refusal_of_head_has_no_body() {
    let refusal = Refusal::bad_request("it is bad").answering(&Method::HEAD);
    let text = String::from_utf8(refusal.encode()).unwrap();
    assert!(text.contains("\r\nContent-Length: 10\r\n") && text.ends_with("\r\n\r\n"));
}
