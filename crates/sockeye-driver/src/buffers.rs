//! Buffers that connections of one thread take turns with.
//!
//! A connection borrows a receive buffer for one poll and a write buffer while it has something
//! to write, so an idle connection holds neither. Nothing here outlives a poll: a connection that
//! stops in the middle of a burst keeps exactly the bytes that are left (see `unread`).

use std::cell::RefCell;

use bytes::{BufMut, BytesMut};
use sockeye_connection::WriteBuffer;

/// Most bytes that one read takes from the socket: enough for a burst of many frames, small
/// enough to stay in the second-level cache.
pub(crate) const RECEIVE_BYTES: usize = 256 * 1024;

/// Most bytes that one read takes where messages are handed out one by one: what follows the
/// first is copied and kept, so this bounds the memory of a connection whose reader is slow.
pub(crate) const RECV_BYTES: usize = 64 * 1024;

/// Most bytes that one read takes where a large message may follow another: they are copied into
/// the message's memory, and with more of them a large part of it would be.
pub(crate) const BEFORE_LARGE_BYTES: usize = 16 * 1024;

/// Most bytes that one read takes where extensions decode what comes: a byte of DEFLATE takes up to
/// 60 ns and may give nothing, so that neither reads nor messages show how much work it was.
pub(crate) const ENCODED_BYTES: usize = 16 * 1024;

/// How much larger than twice the bytes in it a buffer of unread bytes may be.
const MAX_EXCESS_BYTES: usize = 1024;

/// A write buffer that grew beyond this is freed rather than kept for the next connection.
///
/// A client copies each message into it, under its mask. An allocator that gives memory of this size
/// back to the system makes each message pay for it, with four times what the rest takes at 1 MiB.
const MAX_KEPT_WRITE_BYTES: usize = 1024 * 1024 + 64 * 1024;

/// Spare buffers kept per thread; more than one serves polls that nest.
const MAX_KEPT: usize = 2;

#[derive(Default)]
struct Spare {
    receive: Vec<BytesMut>,
    write: Vec<WriteBuffer>,
    unread: Vec<BytesMut>,
}

thread_local! {
    static SPARE: RefCell<Spare> = RefCell::default();
}

/// Runs `read` with an empty receive buffer of [`RECEIVE_BYTES`] capacity.
pub(crate) fn with_receive_buffer<R>(read: impl FnOnce(&mut BytesMut) -> R) -> R {
    let mut buf = SPARE
        .with_borrow_mut(|spare| spare.receive.pop())
        .unwrap_or_else(new_receive_buffer);
    let result = read(&mut buf);
    buf.clear();
    if buf.capacity() >= RECEIVE_BYTES {
        keep(|spare| &mut spare.receive, buf);
    }
    result
}

/// Keeps `buf` with the spare ones of its kind, if there are not enough of them.
fn keep<B>(kind: impl FnOnce(&mut Spare) -> &mut Vec<B>, buf: B) {
    SPARE.with_borrow_mut(|spare| {
        let kept = kind(spare);
        if kept.len() < MAX_KEPT {
            kept.push(buf);
        }
    });
}

/// A receive buffer that can be shared and taken back without allocating.
fn new_receive_buffer() -> BytesMut {
    let mut buf = BytesMut::with_capacity(1 + RECEIVE_BYTES);
    buf.put_u8(0);
    // Splitting makes the two halves count who holds their memory. The count stays, also when the
    // first half is gone, so that lending parts of this buffer later need not make one each time.
    drop(buf.split_to(1));
    buf
}

/// An empty buffer for `len` bytes that were read and are to be kept for a while; not much larger,
/// because it may be kept for long.
pub(crate) fn take_unread_buffer(len: usize) -> BytesMut {
    let spare = SPARE.with_borrow_mut(|spare| spare.unread.pop());
    let suits = |buf: &BytesMut| (len..=2 * len + MAX_EXCESS_BYTES).contains(&buf.capacity());
    spare
        .filter(suits)
        .unwrap_or_else(|| BytesMut::with_capacity(len))
}

/// Keeps `buf` for the next connection of this thread.
pub(crate) fn give_unread_buffer(mut buf: BytesMut) {
    if buf.capacity() == 0 || buf.capacity() > RECV_BYTES {
        return;
    }
    buf.clear();
    keep(|spare| &mut spare.unread, buf);
}

/// An empty write buffer, with whatever capacity its last user left.
pub(crate) fn take_write_buffer() -> WriteBuffer {
    SPARE
        .with_borrow_mut(|spare| spare.write.pop())
        .unwrap_or_default()
}

/// Keeps `buf` for the next connection of this thread.
pub(crate) fn give_write_buffer(buf: WriteBuffer) {
    if buf.capacity() == 0 || buf.capacity() > MAX_KEPT_WRITE_BYTES {
        return;
    }
    keep(|spare| &mut spare.write, buf);
}
