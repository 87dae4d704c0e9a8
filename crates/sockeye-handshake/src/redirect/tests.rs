//! Where redirects lead, and what goes along.

use proptest::prelude::*;

use super::*;

fn response(status: u16, locations: &[&str]) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    for location in locations {
        let value = HeaderValue::from_bytes(location.as_bytes()).unwrap();
        response.headers_mut().append(LOCATION, value);
    }
    response
}

fn to(uri: &str) -> ClientRequest {
    ClientRequest::new(WsUri::parse(uri).unwrap())
}

#[track_caller]
fn check(from: &str, location: &str, expected: Result<&str, RedirectError>) {
    let redirected = to(from).redirected(&response(302, &[location])).unwrap();
    let uri = redirected.map(|request| request.uri().to_string());
    assert_eq!(
        uri.as_deref().map_err(|error| *error),
        expected,
        "{from} to {location}"
    );
}

#[test]
fn a_location_is_an_address_or_relative_to_one() {
    check("ws://h/a/b?c", "ws://other/x?y", Ok("ws://other/x?y"));
    check("ws://h/a/b?c", "http://other:81/", Ok("ws://other:81/"));
    check("ws://h/a/b?c", "http://other:80", Ok("ws://other/"));
    check("ws://h/a/b?c", "https://other/", Ok("wss://other/"));
    check("ws://h/a/b?c", "wss://other:443", Ok("wss://other/"));
    check(
        "wss://h/a/b?c",
        "https://[::1]:444/",
        Ok("wss://[::1]:444/"),
    );
    check("wss://h/a/b?c", "//other/x", Ok("wss://other/x"));
    check("ws://h:81/a/b?c", "/x", Ok("ws://h:81/x"));
    check("ws://h/a/b?c", "x", Ok("ws://h/a/x"));
    check("ws://h/a/b?c", "../x", Ok("ws://h/x"));
    check("ws://h/a/b?c", "../../../x", Ok("ws://h/x"));
    check("ws://h/a/b?c", "?x", Ok("ws://h/a/b?x"));
    check("ws://h/a/b?c", "", Ok("ws://h/a/b?c"));
    check("ws://h/a/b?c", "/x#part", Ok("ws://h/x"));
    check("ws://h/a", "/b\u{fc}cher", Ok("ws://h/b%C3%BCcher"));
    check("ws://u:p@h/a", "/x", Ok("ws://h/x"));
}

#[test]
fn what_leads_nowhere_is_not_followed() {
    let invalid = Err(RedirectError::InvalidLocation);
    check("ws://h/", "ftp://h/", invalid);
    check("ws://h/", "file:///etc/passwd", invalid);
    check("ws://h/", "javascript:1", invalid);
    check("ws://h/", "ws://u:p@h/", invalid);
    check("ws://h/", "//u@h/", invalid);
    check("ws://h/", "ws://", invalid);
    check("ws://h/", "ws://h:0/", invalid);
    check("ws://h/", "ws://h:99999/", invalid);
    let redirected = |locations: &[&str]| to("ws://h").redirected(&response(302, locations));
    let missing = RedirectError::MissingLocation;
    assert_eq!(redirected(&[]).unwrap().unwrap_err(), missing);
    assert_eq!(redirected(&["/a", "/b"]).unwrap().unwrap_err(), missing);
}

#[test]
fn tls_is_not_given_up() {
    for location in ["ws://h/", "http://h/", "http://other/"] {
        check("wss://h/", location, Err(RedirectError::Downgrade));
    }
    check("ws://h/", "wss://h/", Ok("wss://h/"));
}

#[test]
fn other_statuses_are_no_redirects() {
    for status in [301, 302, 303, 307, 308] {
        let redirected = to("ws://h").redirected(&response(status, &["/x"]));
        assert!(redirected.unwrap().is_ok(), "{status}");
    }
    for status in [101, 200, 201, 300, 304, 305, 306, 309, 401, 500] {
        let redirected = to("ws://h").redirected(&response(status, &["/x"]));
        assert!(redirected.is_none(), "{status}");
    }
}

/// The head of a request with all that a request can have, after a redirect to `location`.
fn head_after(location: &str) -> String {
    let mut secret = HeaderValue::from_static("key");
    secret.set_sensitive(true);
    let request = to("ws://user:secret@h/a")
        .header("host", "name.example")
        .and_then(|it| it.header("cookie", "a=1"))
        .and_then(|it| it.header("proxy-authorization", "Basic eDp5"))
        .and_then(|it| it.header("x-api-key", secret))
        .and_then(|it| it.header("x-name", "1"))
        .and_then(|it| it.header("x-name", "2"))
        .and_then(|it| it.subprotocol("chat"))
        .unwrap();
    let redirected = request.redirected(&response(307, &[location])).unwrap();
    let limits = crate::HeadLimits::default();
    let handshake = crate::ClientHandshake::new(&redirected.unwrap(), [0; 16], limits).unwrap();
    str::from_utf8(handshake.request()).unwrap().to_lowercase()
}

#[test]
fn credentials_stay_at_their_origin() {
    let of_all = ["sec-websocket-protocol: chat", "x-name: 1", "x-name: 2"];
    let of_origin = [
        "host: name.example",
        "authorization: basic ",
        "cookie: a=1",
        "x-api-key: key",
    ];
    let head = head_after("/b");
    for line in of_all.iter().chain(&of_origin) {
        assert!(head.contains(&format!("\r\n{line}")), "{line} in {head}");
    }
    for (location, host) in [
        ("ws://other/b", "other"),
        ("ws://h:81/b", "h:81"),
        ("wss://h/b", "h"),
        ("ws://sub.h/b", "sub.h"),
    ] {
        let head = head_after(location);
        assert!(head.starts_with("get /b http/1.1\r\n"), "{head}");
        assert!(head.contains(&format!("\r\nhost: {host}\r\n")), "{head}");
        for line in of_all {
            assert!(head.contains(&format!("\r\n{line}")), "{line} in {head}");
        }
        for line in of_origin {
            assert!(!head.contains(line), "{line} in {head}");
        }
        assert!(!head.contains("authorization"), "{head}");
    }
}

#[test]
fn credentials_given_by_a_method_stay_too() {
    let request = to("ws://h/a").bearer_auth("token").unwrap();
    let same = request.redirected(&response(302, &["/b"])).unwrap();
    assert!(same.unwrap().has_authorization());
    let other = request.redirected(&response(302, &["//other/"])).unwrap();
    assert!(!other.unwrap().has_authorization());
}

proptest! {
    /// Whatever a server says, the request stays a request, and TLS is not given up.
    #[test]
    fn any_location_is_an_address_or_an_error(
        start in prop::sample::select(vec!["", "/", "//", "ws:", "https://h", "ws://[", "\\\\"]),
        rest in "[ -~\u{80}-\u{ff}]{0,40}",
    ) {
        let location = format!("{start}{rest}");
        let redirected = to("wss://h:81/a").redirected(&response(302, &[&location])).unwrap();
        if let Ok(request) = redirected {
            prop_assert!(request.uri().is_secure(), "{}", location);
            let again = WsUri::parse(&request.uri().to_string());
            prop_assert_eq!(again.as_ref(), Ok(request.uri()));
        }
    }
}
