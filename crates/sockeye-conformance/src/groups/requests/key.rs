//! Chapter 5: the field `Sec-WebSocket-Key` (RFC 6455 §4.2.1, §4.3, §11.3.1).

use super::chapter::{Chapter, Field, Owed};
use super::request::Request;
use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(5);
    chapter.fields("Sec-WebSocket-Key", FIELDS);
    for (shows, section, key, owed) in KEYS {
        chapter.add(shows, section, move || {
            owed.answers(Request::valid().key(key).script())
        });
    }
    chapter.cases()
}

const FIELDS: &[Field] = &[
    (
        "White space around the key means nothing",
        "RFC 6455 §4.2.2",
        b"Sec-WebSocket-Key: \t %KEY% \t ",
        Owed::Opens,
    ),
    (
        "The key may stand right behind the colon",
        "RFC 9112 §5.1",
        b"Sec-WebSocket-Key:%KEY%",
        Owed::Opens,
    ),
    (
        "The name of Sec-WebSocket-Key is taken in any case",
        "RFC 9110 §5.1",
        b"sec-websocket-KEY: %KEY%",
        Owed::Opens,
    ),
    (
        "A request without a key is refused",
        KEY,
        b"",
        Owed::Refuses,
    ),
    (
        "The same key twice is refused",
        ONCE,
        b"Sec-WebSocket-Key: %KEY%\r\nSec-WebSocket-Key: %KEY%",
        Owed::Refuses,
    ),
    (
        "Two keys that differ are refused",
        ONCE,
        b"Sec-WebSocket-Key: %KEY%\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        Owed::Refuses,
    ),
    (
        "A key with bytes above 127 is refused",
        GRAMMAR,
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\xff\xff==",
        Owed::Refuses,
    ),
];

/// RFC 6455 §4.2.1: a key is base64 that decodes to 16 bytes, and what is against the grammar MUST
/// be refused. §4.2.2: a server need not decode it, so it may not see how many bytes they are.
const KEYS: [(&str, &str, &str, Owed); 18] = [
    (
        "The key of the RFC's example opens the WebSocket",
        "RFC 6455 §1.3",
        "dGhlIHNhbXBsZSBub25jZQ==",
        Owed::Opens,
    ),
    (
        "A key of zeros opens the WebSocket",
        KEY,
        "AAAAAAAAAAAAAAAAAAAAAA==",
        Owed::Opens,
    ),
    (
        "A key with the signs of base64 opens the WebSocket",
        KEY,
        "+/+/+/+/+/+/+/+/+/+/+w==",
        Owed::Opens,
    ),
    (
        "A key of 5 bytes is refused",
        KEY,
        "SGVsbG8=",
        Owed::ShouldRefuse(LENGTH),
    ),
    (
        "A key of 15 bytes is refused",
        KEY,
        "dGhlIHNhbXBsZSBub25j",
        Owed::ShouldRefuse(LENGTH),
    ),
    (
        "A key of 17 bytes is refused",
        KEY,
        "dGhlIHNhbXBsZSBub25jZWU=",
        Owed::ShouldRefuse(LENGTH),
    ),
    (
        "A key of 18 bytes, in 24 characters too, is refused",
        KEY,
        "dGhlIHNhbXBsZSBub25jZWVl",
        Owed::ShouldRefuse(LENGTH),
    ),
    (
        "A key of 33 bytes is refused",
        KEY,
        "dGhlIHNhbXBsZSBub25jZSBhbmQgYW5vdGhlciBvbmUh",
        Owed::ShouldRefuse(LENGTH),
    ),
    ("An empty key is refused", GRAMMAR, "", Owed::Refuses),
    (
        "Two keys in one field are refused",
        GRAMMAR,
        "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==",
        Owed::Refuses,
    ),
    (
        "A key without padding is refused",
        GRAMMAR,
        "dGhlIHNhbXBsZSBub25jZQ",
        Owed::Refuses,
    ),
    (
        "A key with half its padding is refused",
        GRAMMAR,
        "dGhlIHNhbXBsZSBub25jZQ=",
        Owed::Refuses,
    ),
    (
        "A key with more padding than is right is refused",
        GRAMMAR,
        "dGhlIHNhbXBsZSBub25jZQ===",
        Owed::Refuses,
    ),
    (
        "A key with more behind its padding is refused",
        GRAMMAR,
        "dGhlIHNhbXBsZSBub25jZQ==AAAA",
        Owed::Refuses,
    ),
    (
        "A key in the alphabet for addresses is refused",
        GRAMMAR,
        "-_-_-_-_-_-_-_-_-_-_-w==",
        Owed::Refuses,
    ),
    (
        "A key with a space in it is refused",
        GRAMMAR,
        "dGhlIHNhbXBs ZSBub25jZQ==",
        Owed::Refuses,
    ),
    (
        "A key that is no base64 is refused",
        GRAMMAR,
        "{not base64 at all!!}==",
        Owed::Refuses,
    ),
    (
        "A key with bits set behind its 16 bytes may be refused",
        "RFC 4648 §3.5",
        "dGhlIHNhbXBsZSBub25jZR==",
        Owed::MayOpen("it does not look at the bits behind the key"),
    ),
];

const KEY: &str = "RFC 6455 §4.2.1";

const GRAMMAR: &str = "RFC 6455 §4.3";

const ONCE: &str = "RFC 6455 §11.3.1";

const LENGTH: &str = "it does not look at the length of the key";
