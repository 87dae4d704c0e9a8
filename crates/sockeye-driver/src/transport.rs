//! What a runtime's byte stream must offer: reads that append, vectored writes, half-close.
//!
//! One of the two traits a shell implements (the other is [`Timer`](crate::Timer)). Nothing here
//! knows WebSocket; a shell over TCP, TLS or an in-memory pipe is a few lines.

use std::io::{self, IoSlice};
use std::task::{Context, Poll};

use bytes::BytesMut;

/// A full-duplex byte stream of some runtime.
///
/// Each method follows the poll contract: [`Poll::Pending`] means that the waker of `cx` is woken
/// when trying again makes sense. The driver passes one waker for both directions.
pub trait Transport: Send + Unpin {
    /// Appends at most `max` bytes that have arrived to `buf`, and returns how many.
    ///
    /// 0 means that the peer closed its direction. `max` is at least 1. Bytes already in `buf`
    /// stay as they are. A transport should use capacity that `buf` has rather than make more.
    ///
    /// # Errors
    ///
    /// Those of the underlying stream; the driver treats each as the end of the connection, but for
    /// [`io::ErrorKind::Interrupted`], after which it calls again.
    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
        max: usize,
    ) -> Poll<io::Result<usize>>;

    /// Writes from `slices`, in order, and returns how many bytes were taken (at least 1).
    ///
    /// After [`Poll::Pending`] the next call begins with the same bytes, and its first slice is no
    /// shorter: a library that has encrypted what it could not write must get it again.
    ///
    /// # Errors
    ///
    /// Those of the underlying stream; the driver writes nothing after one, but for
    /// [`io::ErrorKind::Interrupted`], after which it calls again.
    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>>;

    /// Brings what the transport itself buffers (TLS records) to the operating system.
    ///
    /// # Errors
    ///
    /// Those of the underlying stream.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Closes the writing direction (`FIN`, or `close_notify`); reading goes on.
    ///
    /// # Errors
    ///
    /// Those of the underlying stream.
    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
}
