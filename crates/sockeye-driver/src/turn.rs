//! Turns of sending: how long one thread may send before its other tasks run.
//!
//! Counted for the thread, not for a connection: a task that sends one message to each of thousands
//! of connections keeps the others waiting as much as one that sends thousands on one. Turns of
//! reading are counted where it is done, in `core/receive.rs`.

use std::cell::Cell;

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
