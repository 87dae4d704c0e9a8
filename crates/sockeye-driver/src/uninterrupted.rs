//! A transport whose calls are made again when a signal interrupted them: they have done nothing.
//!
//! The one place that knows of interruptions; whoever has a transport of the caller's keeps it in
//! this.

use std::io::{self, IoSlice};
use std::task::{Context, Poll};

use bytes::BytesMut;

use crate::Transport;

/// A transport that is never found interrupted.
#[derive(Debug)]
pub(crate) struct Uninterrupted<T>(pub(crate) T);

impl<T: Transport> Transport for Uninterrupted<T> {
    #[inline]
    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
        max: usize,
    ) -> Poll<io::Result<usize>> {
        retry(cx, |cx| self.0.poll_read(cx, buf, max))
    }

    #[inline]
    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        retry(cx, |cx| self.0.poll_write(cx, slices))
    }

    #[inline]
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        retry(cx, |cx| self.0.poll_flush(cx))
    }

    #[inline]
    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        retry(cx, |cx| self.0.poll_shutdown(cx))
    }
}

/// Calls until that is not interrupted.
///
/// Not without end: a transport that is interrupted again and again must not keep the other tasks of
/// its thread waiting, so that after some attempts the next is made in the next poll.
#[inline]
fn retry<R>(
    cx: &mut Context<'_>,
    mut call: impl FnMut(&mut Context<'_>) -> Poll<io::Result<R>>,
) -> Poll<io::Result<R>> {
    for _ in 0..MAX_ATTEMPTS {
        match call(cx) {
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

/// Far more than signals come at once.
const MAX_ATTEMPTS: usize = 16;
