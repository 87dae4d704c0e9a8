//! The messages: what the nth of a life is follows from the numbers alone, so that both ends know.

use sockeye::Message;
use sockeye_tests::Random;

use crate::life::Life;

/// The nth message of a life: its number, and text that is like no other message's.
pub(crate) fn nth(life: Life, n: u32) -> Message {
    let mut random = Random::new(life.seed() ^ (u64::from(n) << 40));
    let len = match random.below(100) {
        0 => random.below(256 * 1024),
        1..10 => random.below(32 * 1024),
        10..40 => random.below(4 * 1024),
        _ => random.below(200),
    };
    let mut text = format!("{n:08x} ");
    text.extend(random.bytes(len).into_iter().map(printable));
    match random.below(2) {
        0 => Message::from(text),
        _ => Message::from(text.into_bytes()),
    }
}

/// One of 64 characters.
fn printable(byte: u8) -> char {
    char::from(b' ' + byte % 64)
}
