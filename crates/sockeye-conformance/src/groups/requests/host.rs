//! Chapter 2: the field `Host` (RFC 9112 §3.2).

use super::chapter::{Chapter, Field, Owed};
use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(2);
    chapter.fields("Host", ROWS);
    chapter.cases()
}

/// RFC 9112 §3.2: a server MUST respond with 400 to a request that lacks Host, has more than one,
/// or one with an invalid value. Which names it answers to is its own affair.
const ROWS: &[Field] = &[
    (
        "A request without Host is refused with 400",
        HOST,
        b"",
        Owed::Refuses400,
    ),
    (
        "Host twice with the same value is refused with 400",
        HOST,
        b"Host: %HOST%\r\nHost: %HOST%",
        Owed::Refuses400,
    ),
    (
        "Host twice with values that differ is refused with 400",
        HOST,
        b"Host: %HOST%\r\nHost: other.example",
        Owed::Refuses400,
    ),
    (
        "An empty Host may be refused",
        "RFC 9112 §3.3",
        b"Host:",
        Owed::MayOpen("it takes an empty Host"),
    ),
    (
        "White space around Host means nothing",
        "RFC 9110 §5.5",
        b"Host: \t %HOST% \t",
        Owed::Opens,
    ),
    (
        "Host may stand right behind the colon",
        "RFC 9112 §5.1",
        b"Host:%HOST%",
        Owed::Opens,
    ),
    (
        "A Host without a port is taken",
        VALUE,
        b"Host: localhost",
        Owed::MayRefuse(OTHER_NAME),
    ),
    (
        "A Host with an empty port is taken",
        "RFC 3986 §3.2.3",
        b"Host: localhost:",
        Owed::MayRefuse(OTHER_NAME),
    ),
    (
        "A Host in upper case is taken",
        "RFC 3986 §3.2.2",
        b"Host: LOCALHOST:80",
        Owed::MayRefuse(OTHER_NAME),
    ),
    (
        "A Host that is another name is taken",
        VALUE,
        b"Host: other.example",
        Owed::MayRefuse(OTHER_NAME),
    ),
    (
        "A Host that is an IPv6 address with a port is taken",
        "RFC 3986 §3.2.2",
        b"Host: [::1]:80",
        Owed::MayRefuse(OTHER_NAME),
    ),
    (
        "A Host that is an IPv6 address without a port is taken",
        "RFC 3986 §3.2.2",
        b"Host: [2001:db8::1]",
        Owed::MayRefuse(OTHER_NAME),
    ),
    (
        "A Host that is an IPv6 address without brackets is refused with 400",
        "RFC 3986 §3.2.2",
        b"Host: 2001:db8::1",
        Owed::Refuses400,
    ),
    (
        "A Host with a bracket that is not closed is refused with 400",
        "RFC 3986 §3.2.2",
        b"Host: [::1",
        Owed::Refuses400,
    ),
    (
        "A Host with a port that is no number is refused with 400",
        HOST,
        b"Host: localhost:http",
        Owed::Refuses400,
    ),
    (
        "A Host with two ports is refused with 400",
        HOST,
        b"Host: localhost:80:80",
        Owed::Refuses400,
    ),
    (
        "A Host with a space in it is refused with 400",
        HOST,
        b"Host: local host",
        Owed::Refuses400,
    ),
    (
        "A Host with a path is refused with 400",
        HOST,
        b"Host: %HOST%/chat",
        Owed::Refuses400,
    ),
    (
        "A Host with a user in it is refused with 400",
        HOST,
        b"Host: user@%HOST%",
        Owed::Refuses400,
    ),
    (
        "A Host with a scheme is refused with 400",
        HOST,
        b"Host: http://%HOST%",
        Owed::Refuses400,
    ),
    (
        "A Host with bytes above 127 is refused with 400",
        HOST,
        "Host: bücher.example".as_bytes(),
        Owed::Refuses400,
    ),
];

const HOST: &str = "RFC 9112 §3.2";

const VALUE: &str = "RFC 9110 §7.2";

const OTHER_NAME: &str = "it does not answer to this name";
