//! Words for the person at the terminal, on standard output.
//!
//! Not `println!`: that panics when the reader of a pipe has gone, and `cargo xtask ci | head`
//! is no reason to stop checking.

use std::fmt::Display;
use std::io::{self, Write};

/// Writes one line to standard output; a reader that has gone is not an error.
pub(crate) fn say(line: impl Display) {
    let mut out = output();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Standard output.
///
/// Nowhere in our own unit tests, whose made-up failures would be read, and counted, as real ones.
pub(crate) fn output() -> Box<dyn Write> {
    match cfg!(test) {
        true => Box::new(io::sink()),
        false => Box::new(io::stdout().lock()),
    }
}
