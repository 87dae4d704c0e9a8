//! Words for the person at the terminal, on standard output.
//!
//! Not `println!`: that panics when the reader of a pipe has gone, and `cargo xtask ci | head`
//! is no reason to stop checking.

use std::fmt::Display;
use std::io::{self, Write};

/// Writes one line to standard output; a reader that has gone is not an error.
///
/// Silent in our own unit tests, whose made-up failures would be read as real ones.
pub(crate) fn say(line: impl Display) {
    if cfg!(test) {
        return;
    }
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
