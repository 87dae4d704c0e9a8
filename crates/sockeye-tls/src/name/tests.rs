//! Names and addresses as URIs have them.

use super::*;

#[test]
fn hosts_of_uris_are_names_or_addresses() {
    for (host, expected) in [
        ("example.com", "example.com"),
        ("127.0.0.1", "127.0.0.1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ] {
        assert_eq!(server_name(host).unwrap().to_str(), expected);
    }
    let is_address = |host| matches!(server_name(host), Ok(ServerName::IpAddress(_)));
    assert!(is_address("127.0.0.1") && is_address("[::1]") && !is_address("localhost"));
}

#[test]
fn what_is_neither_is_refused() {
    for host in ["", "[]", "-", "a b", "exämple"] {
        let error = server_name(host).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{host}");
    }
}
