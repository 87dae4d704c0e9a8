//! Chapter 7: the grammar of fields (RFC 9110 §5, RFC 9112 §5); line ends have a table of their own.

use super::chapter::{Chapter, Owed, Row};
use super::{line_ends, request::Request};
use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(7);
    chapter.rows(TAKEN);
    chapter.rows(REFUSED);
    chapter.rows(line_ends::ROWS);
    chapter.cases()
}

const TAKEN: &[Row] = &[
    (
        "Names of fields are taken in lower case",
        "RFC 9110 §5.1",
        |request| request.each(|field| with_name(field, str::to_ascii_lowercase)),
        Owed::Opens,
    ),
    (
        "Names of fields are taken in upper case",
        "RFC 9110 §5.1",
        |request| request.each(|field| with_name(field, str::to_ascii_uppercase)),
        Owed::Opens,
    ),
    (
        "The order of fields means nothing",
        "RFC 6455 §4.2.1",
        Request::reversed,
        Owed::Opens,
    ),
    (
        "No space is needed behind the colon",
        "RFC 9112 §5.1",
        |request| request.each(|field| field.replacen(": ", ":", 1)),
        Owed::Opens,
    ),
    (
        "Spaces around values mean nothing",
        "RFC 9110 §5.5",
        |request| request.each(|field| format!("{}   ", field.replacen(": ", ":   ", 1))),
        Owed::Opens,
    ),
    (
        "Tabs around values mean nothing",
        "RFC 9110 §5.5",
        |request| request.each(|field| format!("{}\t", field.replacen(": ", ":\t", 1))),
        Owed::Opens,
    ),
    (
        "The fields that a browser adds mean nothing",
        "RFC 6455 §4.2.1",
        |request| {
            request
                .with("User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101")
                .with("Accept: */*\r\nAccept-Language: en-US,en;q=0.5\r\nCookie: a=b; c=\"d\"")
                .with("Accept-Encoding: gzip, deflate\r\nPragma: no-cache\r\nDNT: 1")
                .with(
                    "Cache-Control: no-cache\r\nSec-Fetch-Dest: empty\r\nSec-Fetch-Mode: websocket",
                )
                .with("Sec-Fetch-Site: same-origin")
        },
        Owed::Opens,
    ),
    (
        "A field of the same kind that nobody knows is skipped",
        "RFC 9110 §5.1",
        |request| request.with("Sec-WebSocket-Nothing: at all"),
        Owed::ShouldOpen("it refuses a field that it does not know"),
    ),
    (
        "A field may have an empty value",
        "RFC 9110 §5.5",
        |request| request.with("X-Empty:\r\nX-Space: "),
        Owed::Opens,
    ),
    (
        "A value may have any visible character and tabs in it",
        "RFC 9110 §5.5",
        |request| {
            let visible: String = ('!'..='~').collect();
            request.with(format!("X-Visible: {visible}\t{visible} {visible}"))
        },
        Owed::Opens,
    ),
    (
        "A name may have all characters of a token",
        "RFC 9110 §5.6.2",
        |request| request.with("!#$%&'*+-.^_`|~09azAZ: x"),
        Owed::Opens,
    ),
    (
        "A value may have all bytes above 127",
        "RFC 9110 §5.5",
        |request| {
            let bytes: Vec<u8> = (0x80..=0xff).collect();
            request.with([&b"X-Opaque: "[..], &bytes].concat())
        },
        Owed::ShouldOpen(OPAQUE),
    ),
    (
        "A cookie may be UTF-8",
        "RFC 9110 §5.5",
        |request| request.with("Cookie: fish=κόκκινος σολομός"),
        Owed::ShouldOpen(OPAQUE),
    ),
    (
        "A list of fifty options has the one that is wanted at its end",
        "RFC 9110 §5.6.1",
        |request| {
            let options: String = (0..50).map(|n| format!("x-{n}, ")).collect();
            request.set(format!("Connection: {options}Upgrade"))
        },
        Owed::Opens,
    ),
    (
        "Very many empty elements in a list cost no time",
        "RFC 9110 §5.6.1.2",
        |request| request.set(format!("Connection: {}Upgrade", ", ".repeat(2000))),
        Owed::MayRefuse("it takes fewer than 2000 empty elements"),
    ),
];

/// RFC 6455 §4.2.1: what is against the grammar MUST be refused. Where RFC 9110 lets a recipient
/// mend it, that is allowed.
const REFUSED: &[Row] = &[
    (
        "A space between a name and its colon is refused with 400",
        COLON,
        |request| request.with("X-Space : a"),
        Owed::Refuses400,
    ),
    (
        "A tab between a name and its colon is refused with 400",
        COLON,
        |request| request.with("X-Tab\t: a"),
        Owed::Refuses400,
    ),
    (
        "A space between `Upgrade` and its colon is refused with 400",
        COLON,
        |request| request.set("Upgrade : websocket").without("Upgrade"),
        Owed::Refuses400,
    ),
    (
        "A line without a colon is refused",
        NAME,
        |request| request.with("X-None"),
        Owed::Refuses,
    ),
    (
        "An empty name is refused",
        NAME,
        |request| request.with(": a"),
        Owed::Refuses,
    ),
    (
        "A name with a space in it is refused",
        NAME,
        |request| request.with("X Space: a"),
        Owed::Refuses,
    ),
    (
        "A name with a separator in it is refused",
        NAME,
        |request| request.with("X(Name): a"),
        Owed::Refuses,
    ),
    (
        "A name with a slash in it is refused",
        NAME,
        |request| request.with("X/Name: a"),
        Owed::Refuses,
    ),
    (
        "A name in quotes is refused",
        NAME,
        |request| request.with("\"X-Name\": a"),
        Owed::Refuses,
    ),
    (
        "A name with bytes above 127 is refused",
        NAME,
        |request| request.with("X-Nämé: a"),
        Owed::Refuses,
    ),
    (
        "A name with a NUL in it is refused",
        NAME,
        |request| request.with("X-\0Name: a"),
        Owed::Refuses,
    ),
    (
        "A name with another control character in it is refused",
        NAME,
        |request| request.with("X-\x07Name: a"),
        Owed::Refuses,
    ),
    (
        "A value with a NUL in it is refused",
        VALUE,
        |request| request.with("X-Nul: a\0b"),
        Owed::MayOpen("it takes a NUL in a value that it does not need"),
    ),
    (
        "A value with the control character 1 in it is refused",
        VALUE,
        |request| request.with("X-Control: a\x01b"),
        Owed::MayOpen(CONTROL),
    ),
    (
        "A value with an escape in it is refused",
        VALUE,
        |request| request.with("X-Control: \x1b[31m"),
        Owed::MayOpen(CONTROL),
    ),
    (
        "A value with a delete in it is refused",
        VALUE,
        |request| request.with("X-Control: a\x7fb"),
        Owed::MayOpen(CONTROL),
    ),
    (
        "A NUL does not end the value of Upgrade",
        VALUE,
        |request| request.set("Upgrade: websocket\0, h2c"),
        Owed::Plain,
    ),
];

fn with_name(field: &str, change: impl Fn(&str) -> String) -> String {
    match field.split_once(':') {
        Some((name, value)) => format!("{}:{value}", change(name)),
        None => field.to_owned(),
    }
}

const COLON: &str = "RFC 9112 §5.1";

const NAME: &str = "RFC 9112 §5";

const VALUE: &str = "RFC 9110 §5.5";

const OPAQUE: &str = "it refuses bytes above 127 in a value";

const CONTROL: &str = "it takes a control character in a value that it does not need";
