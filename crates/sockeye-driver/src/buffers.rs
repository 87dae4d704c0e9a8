//! Buffers that connections of one thread take turns with.
//!
//! A connection borrows a receive buffer for one poll and a write buffer while it has something
//! to write, so an idle connection holds neither. Nothing here outlives a poll: a connection that
//! stops in the middle of a burst keeps exactly the bytes that are left (see `unread`).

use std::cell::RefCell;

use bytes::BytesMut;

/// Most bytes that one read takes from the socket: enough for a burst of many frames, small
/// enough to stay in the second-level cache.
pub(crate) const RECEIVE_BYTES: usize = 256 * 1024;

/// Most bytes that one read takes where messages are handed out one by one: what follows the
/// first is copied and kept, so this bounds the memory of a connection whose reader is slow.
pub(crate) const RECV_BYTES: usize = 64 * 1024;

/// A write buffer that grew beyond this is freed rather than kept for the next connection.
const MAX_KEPT_WRITE_BYTES: usize = 256 * 1024;

/// Spare buffers kept per thread; more than one serves polls that nest.
const MAX_KEPT: usize = 2;

#[derive(Default)]
struct Spare {
    receive: Vec<BytesMut>,
    write: Vec<Vec<u8>>,
}

thread_local! {
    static SPARE: RefCell<Spare> = RefCell::default();
}

/// Runs `read` with an empty receive buffer of [`RECEIVE_BYTES`] capacity.
pub(crate) fn with_receive_buffer<R>(read: impl FnOnce(&mut BytesMut) -> R) -> R {
    let mut buf = SPARE
        .with_borrow_mut(|spare| spare.receive.pop())
        .unwrap_or_else(|| BytesMut::with_capacity(RECEIVE_BYTES));
    let result = read(&mut buf);
    buf.clear();
    if buf.capacity() >= RECEIVE_BYTES {
        SPARE.with_borrow_mut(|spare| {
            if spare.receive.len() < MAX_KEPT {
                spare.receive.push(buf);
            }
        });
    }
    result
}

/// An empty write buffer, with whatever capacity its last user left.
pub(crate) fn take_write_buffer() -> Vec<u8> {
    SPARE
        .with_borrow_mut(|spare| spare.write.pop())
        .unwrap_or_default()
}

/// Keeps `buf` for the next connection of this thread.
pub(crate) fn give_write_buffer(mut buf: Vec<u8>) {
    if buf.capacity() == 0 || buf.capacity() > MAX_KEPT_WRITE_BYTES {
        return;
    }
    buf.clear();
    SPARE.with_borrow_mut(|spare| {
        if spare.write.len() < MAX_KEPT {
            spare.write.push(buf);
        }
    });
}
