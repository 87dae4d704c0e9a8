//! Chapter 1, continued: the target of a request (RFC 9112 §3.2, RFC 3986).

use super::chapter::{Owed, Row};

/// RFC 9112 §3: recipients of an invalid request line SHOULD respond with an error.
pub(super) const ROWS: &[Row] = &[
    (
        "A target with a query opens the WebSocket",
        "RFC 6455 §3",
        |request| request.line("GET %PATH%?a=1&b=%20%C3%A9;c HTTP/1.1"),
        Owed::MayRefuse("it has no resource with this query"),
    ),
    (
        "A target in the absolute form opens the WebSocket",
        "RFC 9112 §3.2.2",
        |request| request.line("GET http://%HOST%%PATH% HTTP/1.1"),
        Owed::Opens,
    ),
    (
        "The scheme of a target in the absolute form is taken in any case",
        "RFC 3986 §3.1",
        |request| request.line("GET HTTP://%HOST%%PATH% HTTP/1.1"),
        Owed::Opens,
    ),
    (
        "The host of a target in the absolute form goes before another Host",
        "RFC 9112 §3.2.2",
        |request| {
            let request = request.line("GET http://%HOST%%PATH% HTTP/1.1");
            request.set("Host: other.example")
        },
        Owed::MayRefuse("it refuses a Host that differs from the target"),
    ),
    (
        "A target in the absolute form needs a Host all the same",
        "RFC 9112 §3.2",
        |request| {
            let request = request.line("GET http://%HOST%%PATH% HTTP/1.1");
            request.without("Host")
        },
        Owed::Refuses400,
    ),
    (
        "A target in the absolute form with the scheme of WebSocket may be refused",
        "RFC 6455 §4.1",
        |request| request.line("GET ws://%HOST%%PATH% HTTP/1.1"),
        Owed::MayOpen("it takes the scheme ws in a target"),
    ),
    (
        "A target in the absolute form with a user in it is refused",
        "RFC 9110 §4.2.4",
        |request| request.line("GET http://user@%HOST%%PATH% HTTP/1.1"),
        Owed::ShouldRefuse("it takes user information in a target"),
    ),
    (
        "A target with a fragment is refused",
        "RFC 9112 §3.2",
        |request| request.line("GET %PATH%#top HTTP/1.1"),
        Owed::ShouldRefuse("it takes a fragment in a target"),
    ),
    (
        "The target `*` is refused",
        "RFC 9112 §3.2.4",
        |request| request.line("GET * HTTP/1.1"),
        Owed::ShouldRefuse("it takes the target of OPTIONS"),
    ),
    (
        "A target that is a host and a port is refused",
        "RFC 9112 §3.2.3",
        |request| request.line("GET %HOST% HTTP/1.1"),
        Owed::ShouldRefuse("it takes the target of CONNECT"),
    ),
    (
        "A target that does not begin with a slash is refused",
        "RFC 9112 §3.2.1",
        |request| request.line("GET chat HTTP/1.1"),
        Owed::ShouldRefuse("it takes a target without a slash"),
    ),
    (
        "A target with a percent sign and no two hexadecimal digits is refused",
        "RFC 3986 §2.1",
        |request| request.line("GET %PATH%?a=%zz HTTP/1.1"),
        Owed::ShouldRefuse("it takes a percent sign without digits"),
    ),
    (
        "A target with characters that no URI has is refused",
        "RFC 3986 §2",
        |request| request.line("GET %PATH%?a={b|c}\"d\" HTTP/1.1"),
        Owed::ShouldRefuse(NO_URI),
    ),
    (
        "A target with bytes above 127 is refused",
        "RFC 3986 §2",
        |request| request.line("GET %PATH%?a=é HTTP/1.1"),
        Owed::ShouldRefuse(NO_URI),
    ),
    (
        "A target with a space in it is refused",
        "RFC 9112 §3.2",
        |request| request.line("GET %PATH%?a b HTTP/1.1"),
        Owed::ShouldRefuse(NO_URI),
    ),
];

const NO_URI: &str = "it takes a target with characters that no URI has";
