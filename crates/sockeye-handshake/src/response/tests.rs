//! How responses that end their connection are written.

use super::*;

fn response(status: u16, fields: &[(&str, &str)], body: &'static str) -> Response<Bytes> {
    let mut response = Response::builder().status(status);
    for (name, value) in fields {
        response = response.header(*name, *value);
    }
    response.body(Bytes::from_static(body.as_bytes())).unwrap()
}

#[track_caller]
fn check(response: &Response<Bytes>, head_only: bool, expected: &str) {
    assert_eq!(
        String::from_utf8(encode_response(response, head_only)).unwrap(),
        expected
    );
}

#[test]
fn a_response_ends_its_connection_and_has_its_exact_length() {
    let page = response(
        200,
        &[("content-type", "text/plain"), ("a", "1"), ("a", "2")],
        "ok\n",
    );
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\
        content-type: text/plain\r\na: 1\r\na: 2\r\n\r\n";
    check(&page, false, &format!("{head}ok\n"));
    check(&page, true, head);
    let empty = "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    check(&response(404, &[], ""), false, empty);
    check(
        &response(799, &[], ""),
        false,
        &empty.replace("404 Not Found", "799 "),
    );
}

#[test]
fn the_caller_cannot_frame_the_response() {
    let fields = [
        ("connection", "keep-alive"),
        ("content-length", "7"),
        ("transfer-encoding", "chunked"),
        ("x", "y"),
    ];
    let expected = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\nx: y\r\n\r\na";
    check(&response(200, &fields, "a"), false, expected);
}

#[test]
fn statuses_without_a_body_have_none() {
    let fields = "\r\nConnection: close\r\n\r\n";
    check(
        &response(204, &[], "a"),
        false,
        &format!("HTTP/1.1 204 No Content{fields}"),
    );
    check(
        &response(304, &[], "a"),
        false,
        &format!("HTTP/1.1 304 Not Modified{fields}"),
    );
}

#[test]
fn nobody_is_kept_waiting_or_upgraded_by_accident() {
    let expected =
        "HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    for status in [100, 101, 103, 199] {
        check(&response(status, &[], "a"), false, expected);
    }
}

#[test]
fn an_upgrade_field_comes_with_its_connection_option() {
    let expected = "HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\n\
        Connection: Upgrade\r\nContent-Length: 0\r\nupgrade: websocket\r\n\r\n";
    check(
        &response(426, &[("upgrade", "websocket")], ""),
        false,
        expected,
    );
}
