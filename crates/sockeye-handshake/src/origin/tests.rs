//! Which origins each policy lets in, by table.

use http::StatusCode;

use super::*;

#[track_caller]
fn decide(policy: &OriginPolicy, origin: &str, host: &str, expected: bool) {
    let refusal = policy
        .check(Some(origin), host)
        .err()
        .map(|refusal| refusal.status());
    assert_eq!(refusal, (!expected).then_some(StatusCode::FORBIDDEN));
}

#[test]
fn a_request_without_origin_is_let_in() {
    assert!(OriginPolicy::default().check(None, "h").is_ok());
    assert!(OriginPolicy::Any.check(None, "h").is_ok());
    assert!(
        OriginPolicy::List(OriginList::new())
            .check(None, "h")
            .is_ok()
    );
}

#[test]
fn the_same_origin_has_the_host_and_port_of_the_request() {
    #[track_caller]
    fn check(origin: &str, host: &str, expected: bool) {
        decide(&OriginPolicy::Same, origin, host, expected);
        let list = OriginList::new().allow_same();
        decide(&OriginPolicy::List(list), origin, host, expected);
        decide(&OriginPolicy::List(OriginList::new()), origin, host, false);
    }
    check("http://host", "host", true);
    check("https://host", "host", true);
    check("http://HOST", "host", true);
    check("HTTP://host", "HOST", true);
    check("http://host:80", "host", true);
    check("http://host", "host:80", true);
    check("https://host:443", "host", true);
    check("https://host", "host:443", true);
    check("http://host:8080", "host:8080", true);
    check("http://127.0.0.1:9001", "127.0.0.1:9001", true);
    check("http://[::1]:9001", "[0::1]:9001", true);
    check("http://host:443", "host", false);
    check("https://host:80", "host", false);
    check("http://host", "host:443", false);
    check("http://host:8080", "host", false);
    check("http://host", "host:8080", false);
    check("http://host:8080", "host:8081", false);
    check("http://evil", "host", false);
    check("http://host.evil", "host", false);
    check("http://evil.host", "host", false);
    check("http://evil/host", "host", false);
    check("http://host/", "host", false);
    check("http://user@host", "host", false);
    check("http://host@evil", "host", false);
    check("http://a:b", "host", false);
    check("http://host:", "host", true);
    check("http://", "host", false);
    check("http:///", "host", false);
    check("host", "host", false);
    check("://host", "host", false);
    check("http:host", "host", false);
    check("chrome-extension://host", "host", false);
    check("http://host http://host", "host", false);
    check("null", "host", false);
    check("null", "null", false);
    check("", "host", false);
}

#[test]
fn where_the_connection_is_secure_the_same_origin_is_too() {
    #[track_caller]
    fn check(origin: &str, host: &str, expected: bool) {
        let list = OriginList::new().allow_same();
        for policy in [OriginPolicy::Same, OriginPolicy::List(list)] {
            let checked = policy.check_secure(Some(origin), host);
            let refusal = checked.err().map(|refusal| refusal.status());
            assert_eq!(refusal, (!expected).then_some(StatusCode::FORBIDDEN));
        }
    }
    check("https://host", "host", true);
    check("HTTPS://host", "HOST", true);
    check("https://host:443", "host", true);
    check("https://host", "host:443", true);
    check("https://host:8443", "host:8443", true);
    check("http://host", "host", false);
    check("http://host:443", "host", false);
    check("http://host:443", "host:443", false);
    check("http://host", "host:80", false);
    check("http://host:8443", "host:8443", false);
    check("https://host:80", "host", false);
    check("https://evil", "host", false);
    check("null", "host", false);
    // What is listed is allowed, and programs have no origin.
    let list = OriginList::new().allow("http://host").unwrap();
    let policy = OriginPolicy::List(list);
    assert!(policy.check_secure(Some("http://host"), "host").is_ok());
    assert!(OriginPolicy::Any.check_secure(Some("null"), "host").is_ok());
    assert!(OriginPolicy::Same.check_secure(None, "host").is_ok());
}

#[test]
fn any_origin_is_any() {
    for origin in ["http://evil", "null", "http://a:b", ""] {
        decide(&OriginPolicy::Any, origin, "host", true);
    }
}

#[test]
fn a_list_allows_what_is_on_it() {
    let list = |origins: &[&str]| {
        let list = origins
            .iter()
            .try_fold(OriginList::new(), |list, origin| list.allow(origin));
        OriginPolicy::List(list.unwrap())
    };
    let policy = list(&["https://Example.com", "http://other.example:8080"]);
    decide(&policy, "https://example.com", "backend", true);
    decide(&policy, "https://example.com:443", "backend", true);
    decide(&policy, "http://other.example:8080", "backend", true);
    decide(&policy, "http://example.com", "backend", false);
    decide(&policy, "https://example.com:8443", "backend", false);
    decide(&policy, "https://sub.example.com", "backend", false);
    decide(&policy, "http://other.example", "backend", false);
    decide(&policy, "http://backend", "backend", false);
    decide(&policy, "null", "backend", false);
    decide(&list(&["null"]), "null", "backend", true);
    decide(&list(&["null"]), "http://null", "backend", false);
    decide(
        &list(&["https://b\u{fc}cher.example"]),
        "https://xn--bcher-kva.example",
        "b",
        true,
    );
    decide(
        &list(&["http://[::1]:9001"]),
        "http://[0:0::1]:9001",
        "b",
        true,
    );
    decide(&list(&["app://host"]), "app://host", "b", true);
}

#[test]
fn a_pattern_allows_all_hosts_below_a_domain() {
    #[track_caller]
    fn check(origin: &str, expected: bool) {
        let list = OriginList::new().allow("https://*.example.com").unwrap();
        decide(&OriginPolicy::List(list), origin, "backend", expected);
    }
    check("https://a.example.com", true);
    check("https://a.b.example.com", true);
    check("https://A.EXAMPLE.com:443", true);
    check("https://example.com", false);
    check("https://.example.com", false);
    check("https://notexample.com", false);
    check("https://evil-example.com", false);
    check("https://a.example.com.evil.net", false);
    check("http://a.example.com", false);
    check("http://a.example.com:443", false);
    check("https://a.example.com:8443", false);
    check("https://evil.net/.example.com", false);
    check("https://evil.net#.example.com", false);
    check("null", false);
}

#[test]
fn what_is_no_origin_cannot_be_listed() {
    for text in [
        "",
        "*",
        "example.com",
        "https://",
        "https://*",
        "https://*.",
        "https://example.com/",
        "https://example.com/path",
        "https://a b",
        "https://user@example.com",
        "://example.com",
        "https://example.com:x",
        "https://*.*.example.com",
        "https://a.*.example.com",
        "ht tp://a",
    ] {
        let error = OriginList::new().allow(text).err();
        assert!(
            matches!(error, Some(HandshakeError::InvalidOrigin)),
            "{text}: {error:?}"
        );
    }
}
