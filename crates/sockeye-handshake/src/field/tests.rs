//! Which values are lists of tokens or protocols, and which only look like them.

use http::header::{CONNECTION, UPGRADE};

use super::*;

fn headers(name: &HeaderName, values: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

#[test]
fn connection_is_a_token_list_over_all_lines() {
    #[track_caller]
    fn check(values: &[&str], expected: bool) {
        assert_eq!(
            has_token(&headers(&CONNECTION, values), &CONNECTION, "upgrade"),
            expected
        );
    }
    check(&["Upgrade"], true);
    check(&["uPGRADE"], true);
    check(&["keep-alive, Upgrade"], true);
    check(&["keep-alive,Upgrade"], true);
    check(&["keep-alive \t,\t Upgrade"], true);
    check(&["keep-alive", "Upgrade"], true);
    check(&[",, Upgrade ,"], true);
    check(&[], false);
    check(&[""], false);
    check(&["keep-alive"], false);
    check(&["notupgrade"], false);
    check(&["upgraded"], false);
    check(&["not upgrade"], false);
    check(&["keep-alive; upgrade"], false);
    check(&["x=\"a, upgrade, b\""], false);
    check(&["upgrade", "\u{e9}"], false);
}

#[test]
fn upgrade_is_a_list_of_protocols() {
    #[track_caller]
    fn check(values: &[&str], expected: bool) {
        assert_eq!(
            has_protocol(&headers(&UPGRADE, values), &UPGRADE, "websocket"),
            expected
        );
    }
    check(&["websocket"], true);
    check(&["WebSocket"], true);
    check(&["h2c, websocket"], true);
    check(&["HTTP/2.0, websocket"], true);
    check(&["h2c", "websocket"], true);
    check(&["websocketx"], false);
    check(&["websocket/13"], false);
    check(&["/websocket"], false);
    check(&["web socket"], false);
    check(&["websocket", "/h2c"], false);
    check(&["websocket, h 2"], false);
    check(&["h2c"], false);
    check(&[], false);
}

#[test]
fn a_field_given_twice_is_not_exactly_one() {
    assert_eq!(
        exactly_one(&headers(&UPGRADE, &["a"]), &UPGRADE).unwrap(),
        "a"
    );
    assert_eq!(exactly_one(&headers(&UPGRADE, &["a", "a"]), &UPGRADE), None);
    assert_eq!(exactly_one(&headers(&UPGRADE, &[]), &UPGRADE), None);
}
