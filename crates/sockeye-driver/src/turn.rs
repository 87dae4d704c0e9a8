//! Turns: how long one thread may send or receive before its other tasks run.
//!
//! Sending is counted for the thread, not for a connection: a task that sends one message to each of
//! thousands of connections keeps the others waiting as much as one that sends thousands on one.
//! Receiving is counted for each connection, in `core/receive.rs`; how much is said here.

use std::cell::Cell;

use crate::buffers::RECEIVE_BYTES;

thread_local! {
    static N_SENDS: Cell<u8> = const { Cell::new(0) };
}

/// Counts one message of this thread; whether others have to run before it.
#[inline]
pub(crate) fn is_over() -> bool {
    N_SENDS.with(|n_sends| {
        let n = n_sends.get();
        let is_over = n >= MAX_SENDS;
        n_sends.set(if is_over { 0 } else { n + 1 });
        is_over
    })
}

/// Begins the count of this thread anew, for tests that count.
#[cfg(test)]
pub(crate) fn renew() {
    N_SENDS.set(0);
}

/// Messages that are sent in a row: as many as fill a write queue when they are small, half a
/// millisecond when each is written.
const MAX_SENDS: u8 = 128;

/// Reads in a row, over any number of calls, before other tasks run: enough to keep a fast
/// connection busy, and few enough that a flood of the smallest messages, ten thousand to a read,
/// delays others by a few milliseconds.
pub(crate) const MAX_READS: u8 = 4;

/// Bytes of messages that are received in a row before other tasks run: what the reads of a turn
/// bring at most, where nothing is compressed. A read of compressed messages can bring a thousand
/// times as much, half a second's work.
pub(crate) const MAX_PAYLOAD_BYTES: u64 = MAX_READS as u64 * RECEIVE_BYTES as u64;
