//! Which texts are `ws` and `wss` URIs, and what their parts are.

use super::*;

#[track_caller]
fn parts(text: &str) -> (bool, String, u16, String, String) {
    let uri = WsUri::parse(text).unwrap();
    (
        uri.is_secure(),
        uri.host().into(),
        uri.port(),
        uri.authority(),
        uri.resource().into(),
    )
}

#[track_caller]
fn check(text: &str, expected: (bool, &str, u16, &str, &str)) {
    let (is_secure, host, port, authority, resource) = expected;
    let expected = (
        is_secure,
        host.into(),
        port,
        authority.into(),
        resource.into(),
    );
    assert_eq!(parts(text), expected);
}

#[track_caller]
fn check_error(text: &str, expected: UriError) {
    assert_eq!(WsUri::parse(text), Err(expected));
}

#[test]
fn schemes_ports_and_hosts() {
    check(
        "ws://example.com",
        (false, "example.com", 80, "example.com", "/"),
    );
    check(
        "wss://example.com",
        (true, "example.com", 443, "example.com", "/"),
    );
    check(
        "WSS://Example.COM/",
        (true, "example.com", 443, "example.com", "/"),
    );
    check(
        "ws://example.com:80/",
        (false, "example.com", 80, "example.com", "/"),
    );
    check(
        "ws://example.com:443/",
        (false, "example.com", 443, "example.com:443", "/"),
    );
    check(
        "wss://example.com:80/",
        (true, "example.com", 80, "example.com:80", "/"),
    );
    check(
        "ws://example.com:/",
        (false, "example.com", 80, "example.com", "/"),
    );
    check("ws://[::1]", (false, "::1", 80, "[::1]", "/"));
    check(
        "ws://[2001:DB8::1]:9001/x",
        (false, "2001:db8::1", 9001, "[2001:db8::1]:9001", "/x"),
    );
    check(
        "ws://127.0.0.1:9001",
        (false, "127.0.0.1", 9001, "127.0.0.1:9001", "/"),
    );
    let punycode = "xn--bcher-kva.example";
    check(
        "wss://B\u{fc}cher.example/",
        (true, punycode, 443, punycode, "/"),
    );
}

#[test]
fn path_and_query_are_kept() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(
            WsUri::parse(&format!("ws://h{text}")).unwrap().resource(),
            expected
        );
    }
    check("", "/");
    check("/", "/");
    check("?q", "/?q");
    check("/a/b/../c", "/a/b/../c");
    check("//a", "//a");
    check("/a?b=c&d=e?f/g", "/a?b=c&d=e?f/g");
    check("/?", "/?");
    check("/%41%0d%0a%20%00%2F", "/%41%0d%0a%20%00%2F");
    check("/a@b:c", "/a@b:c");
    check("/x?a[]=1", "/x?a[]=1");
    check("/\u{e9}?\u{20ac}", "/%C3%A9?%E2%82%AC");
    check("/\"<>\\^`{|}", "/%22%3C%3E%5C%5E%60%7B%7C%7D");
}

#[test]
fn user_information_becomes_basic_credentials() {
    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let uri = WsUri::parse(text).unwrap();
        let value = uri.basic_auth();
        assert_eq!(
            value.as_ref().map(|value| value.to_str().unwrap()),
            expected
        );
        assert!(value.is_none_or(|value| value.is_sensitive()));
        assert_eq!(uri.host(), "h");
    }
    check("ws://h", None);
    check("ws://@h", None);
    // RFC 7617 §2: Aladdin and "open sesame"
    check(
        "ws://Aladdin:open%20sesame@h/",
        Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
    );
    check("ws://user@h:81", Some("Basic dXNlcjo="));
    check("ws://u:p:q@h", Some("Basic dTpwOnE="));
    check("ws://%C3%A9:%40@h", Some("Basic w6k6QA=="));
}

#[test]
fn credentials_are_not_printed() {
    let uri = WsUri::parse("wss://user:secret@example.com:444/chat").unwrap();
    assert_eq!(uri.to_string(), "wss://example.com:444/chat");
    assert_eq!(format!("{uri:?}"), "WsUri(wss://example.com:444/chat)");
}

#[test]
fn what_is_no_websocket_address_is_refused() {
    check_error("", UriError::MissingScheme);
    check_error("example.com", UriError::MissingScheme);
    check_error("ws:example.com", UriError::MissingScheme);
    check_error("/chat", UriError::MissingScheme);
    check_error("://h", UriError::MissingScheme);
    check_error("http://h", UriError::HttpScheme);
    check_error("HTTPS://h", UriError::HttpScheme);
    check_error("ftp://h", UriError::UnsupportedScheme);
    check_error(" ws://h", UriError::UnsupportedScheme);
    check_error("ws://", UriError::MissingHost);
    check_error("ws:///chat", UriError::MissingHost);
    check_error("ws://:80/", UriError::MissingHost);
    check_error("ws://user@/", UriError::MissingHost);
    check_error("ws://::1/", UriError::InvalidHost);
    check_error("ws://h:1:2/", UriError::InvalidHost);
    check_error("ws://h:x/", UriError::InvalidPort);
    check_error("ws://h:0/", UriError::InvalidPort);
    check_error("ws://h:65536/", UriError::InvalidPort);
    check_error("ws://h:-1/", UriError::InvalidPort);
    check_error("ws://[::1/", UriError::InvalidHost);
    check_error("ws://[::1%25eth0]/", UriError::InvalidHost);
    check_error("ws://a%20b/", UriError::InvalidHost);
    check_error("ws://a%0d%0ab/", UriError::InvalidHost);
    check_error("ws://a\\b/", UriError::InvalidHost);
    check_error("ws://a\u{a0}b/", UriError::InvalidHost);
    check_error("ws://a@b@c/", UriError::InvalidUserinfo);
    check_error("ws://good\\@evil/", UriError::InvalidUserinfo);
    check_error("ws://a%3Ab:c@h/", UriError::InvalidUserinfo);
    check_error("ws://a%0a:c@h/", UriError::InvalidUserinfo);
    check_error("ws://a:%ff@h/", UriError::InvalidUserinfo);
    check_error("ws://h/#", UriError::Fragment);
    check_error("ws://h/a#b", UriError::Fragment);
    check_error("ws://h#b", UriError::Fragment);
    check_error("ws://h/%", UriError::InvalidPercentEncoding);
    check_error("ws://h/%4", UriError::InvalidPercentEncoding);
    check_error("ws://h/%zz", UriError::InvalidPercentEncoding);
    check_error("ws://h/%%41", UriError::InvalidPercentEncoding);
    for character in [' ', '\r', '\n', '\0', '\t', '\u{7f}'] {
        for text in [
            "ws://a{}b/",
            "ws://h/a{}b",
            "ws://h/?a{}b",
            "ws://u{}:p@h/",
            "ws://h/{}",
        ] {
            let text = text.replace("{}", &character.to_string());
            check_error(&text, UriError::ForbiddenCharacter);
        }
    }
}
