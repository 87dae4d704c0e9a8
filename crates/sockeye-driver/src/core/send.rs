//! Sending: queue messages while there is room, and write what is queued.
//!
//! Queueing is one step within one poll, so a message is either queued whole or not at all.

use std::io::{self, IoSlice};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use sockeye_connection::{Message, MessageKind, SendOptions, Timestamp, Transmit, TransmitSlices};

use super::Core;
use crate::sendable::Sendable;
use crate::{Error, PongReply, Transport, turn};

impl<T: Transport> Core<T> {
    /// Waits until another message may be queued.
    ///
    /// `is_writer` is set by the one that is sending a message in pieces; all others wait for its
    /// end, because messages of one connection do not interleave (RFC 6455 §5.4).
    #[inline(always)]
    pub(crate) fn poll_ready(
        &mut self,
        cx: &mut Context<'_>,
        is_writer: bool,
    ) -> Poll<Result<(), Error>> {
        self.check_drain(cx);
        if self.has_room(is_writer) && self.write_failure.is_none() {
            return Poll::Ready(Ok(()));
        }
        self.poll_room(cx, is_writer)
    }

    /// Whether the connection is open, its queue is not full and no message is in the way.
    #[inline]
    pub(crate) fn has_room(&self, is_writer: bool) -> bool {
        (is_writer || !self.is_writing_message) && self.endpoint.as_connection().is_writable()
    }

    /// [`Self::poll_ready`] where it has to be waited for, or an error to be told.
    fn poll_room(&mut self, cx: &mut Context<'_>, is_writer: bool) -> Poll<Result<(), Error>> {
        loop {
            self.check_drain(cx);
            self.check_open()?;
            if self.has_room(is_writer) {
                return Poll::Ready(Ok(()));
            }
            let wrote = self.poll_write(cx);
            self.check_open()?;
            let is_free = is_writer || !self.is_writing_message;
            // A transport with a buffer of its own, as TLS has, may still be at it when nothing is
            // left of ours: then no time limit runs, and there is room.
            if !self.has_room(is_writer) && (wrote.is_pending() || !is_free) {
                ready!(self.poll_alarm(cx));
            }
        }
    }

    /// Waits for others after many messages in a row.
    ///
    /// Peers that take all that comes must not keep the other tasks of this thread waiting, where
    /// an application sends without a pause. What is due leaves first.
    #[inline]
    pub(crate) fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !turn::is_over() {
            return Poll::Ready(());
        }
        let _ = self.poll_write(cx);
        self.alarm.give_way(cx);
        Poll::Pending
    }

    /// Queues the message and tries once to write; waits only for room in the queue.
    pub(crate) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        message: &mut Option<impl Sendable>,
    ) -> Poll<Result<(), Error>> {
        ready!(self.poll_ready(cx, false))?;
        if let Some(message) = message.take() {
            let now = self.alarm.now();
            self.endpoint.send(message, now)?;
            let _ = self.poll_write_at(cx, now);
        }
        Poll::Ready(self.check_write())
    }

    /// Queues the message when there is room; `message` is taken only then.
    #[inline]
    pub(crate) fn poll_feed(
        &mut self,
        cx: &mut Context<'_>,
        message: &mut Option<impl Sendable>,
    ) -> Poll<Result<(), Error>> {
        ready!(self.poll_ready(cx, false))?;
        if let Some(message) = message.take() {
            self.endpoint.send(message, self.queueing_time())?;
        }
        Poll::Ready(Ok(()))
    }

    /// Queues `message` for a caller that was told there is room, or gives it back, where others
    /// have taken the room since.
    #[inline]
    pub(crate) fn queue_or_keep(&mut self, message: Message) -> Result<Option<Message>, Error> {
        if !self.has_room(false) {
            return self.check_open().map(|()| Some(message));
        }
        self.queue(message).map(|()| None)
    }

    /// Queues `message` without looking for room: for a caller that was told it is there.
    #[inline]
    pub(crate) fn queue(&mut self, message: Message) -> Result<(), Error> {
        self.check_open()?;
        Ok(self.endpoint.send(message, self.queueing_time())?)
    }

    /// What time it is for a message that is queued.
    ///
    /// It matters for the first one, whose time limit starts; asking for it costs as much as
    /// queueing, so those behind it do not. Extensions have times of their own: when they last
    /// sent, and when the connection began to close because one could not.
    #[inline]
    fn queueing_time(&self) -> Timestamp {
        let connection = self.endpoint.as_connection();
        if connection.buffered_bytes() == 0 || connection.has_extensions() {
            self.alarm.now()
        } else {
            self.endpoint.now()
        }
    }

    /// Waits until a message may be begun, and keeps other messages out until it is finished.
    pub(crate) fn poll_begin_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        ready!(self.poll_ready(cx, false))?;
        self.is_writing_message = true;
        Poll::Ready(Ok(()))
    }

    /// Queues one fragment of the message begun, and tries once to write.
    pub(crate) fn poll_send_fragment(
        &mut self,
        cx: &mut Context<'_>,
        kind: MessageKind,
        payload: &mut Option<Bytes>,
        fin: bool,
        options: SendOptions,
    ) -> Poll<Result<(), Error>> {
        ready!(self.poll_ready(cx, true))?;
        if let Some(payload) = payload.take() {
            self.endpoint
                .send_fragment(kind, payload, fin, options, self.queueing_time())?;
        }
        let _ = self.poll_write(cx);
        Poll::Ready(self.check_write())
    }

    /// Queues a ping and tries once to write; a ping may go between the fragments of a message.
    pub(crate) fn poll_ping(&mut self, cx: &mut Context<'_>) -> Poll<Result<PongReply, Error>> {
        ready!(self.poll_ready(cx, true))?;
        let reply = self.endpoint.ping(self.alarm.now())?;
        let _ = self.poll_write(cx);
        Poll::Ready(self.check_write().map(|()| reply))
    }

    /// Waits until everything queued was handed to the operating system.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        loop {
            self.check_drain(cx);
            let wrote = self.poll_write(cx);
            if self.endpoint.is_closed() {
                // What was queued may have been dropped with the connection.
                return Poll::Ready(self.endpoint.end_of_sending());
            }
            if wrote.is_ready() {
                return Poll::Ready(self.check_write());
            }
            ready!(self.poll_alarm(cx));
        }
    }

    /// Writes all that is due; ready when nothing is left or writing cannot go on.
    #[inline]
    pub(crate) fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.is_output_due() {
            return Poll::Ready(());
        }
        let now = self.alarm.now();
        self.poll_write_at(cx, now)
    }

    /// [`Self::poll_write`] where the time was asked for in this very poll.
    pub(super) fn poll_write_at(&mut self, cx: &mut Context<'_>, now: Timestamp) -> Poll<()> {
        if !self.is_output_due() {
            return Poll::Ready(());
        }
        match ready!(self.poll_write_all(cx, now)) {
            Ok(()) => self.endpoint.reclaim_write_buffer(),
            Err(error) => {
                self.write_failure = Some(error.kind());
                self.endpoint.fail(Error::Io(error));
                // Nothing leaves any more; if nothing can come either, nothing is waited for.
                if !self.endpoint.as_connection().wants_input() {
                    self.endpoint.handle_disconnect();
                }
            }
        }
        Poll::Ready(())
    }

    /// Whether there is something to write, and it can be tried.
    #[inline]
    fn is_output_due(&self) -> bool {
        self.write_failure.is_none()
            && (self.endpoint.as_connection().wants_output() || self.is_flush_due)
    }

    fn poll_write_all(&mut self, cx: &mut Context<'_>, now: Timestamp) -> Poll<io::Result<()>> {
        loop {
            match self.endpoint.connection().transmit() {
                Transmit::Nothing => break,
                Transmit::Bytes(slices) => {
                    let n = ready!(poll_write_slices(&mut self.transport, cx, slices))?;
                    if n == 0 {
                        return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                    }
                    self.is_flush_due = true;
                    self.endpoint.connection().handle_transmitted(n, now);
                }
                Transmit::HalfClose => {
                    ready!(self.transport.poll_shutdown(cx))?;
                    self.is_flush_due = false;
                    self.is_shut_down = true;
                    self.endpoint.connection().handle_half_closed(now);
                }
            }
        }
        if self.is_flush_due {
            ready!(self.transport.poll_flush(cx))?;
            self.is_flush_due = false;
        }
        Poll::Ready(Ok(()))
    }
}

/// Writes the slices, or as many of them as one vectored write takes.
#[inline]
fn poll_write_slices(
    transport: &mut impl Transport,
    cx: &mut Context<'_>,
    mut slices: TransmitSlices<'_>,
) -> Poll<io::Result<usize>> {
    let Some(first) = slices.next() else {
        return Poll::Ready(Ok(0));
    };
    let Some(second) = slices.next() else {
        return transport.poll_write(cx, &[IoSlice::new(first)]);
    };
    let mut vectors = [IoSlice::new(&[]); MAX_SLICES];
    let mut n_vectors = 0;
    let all = [first, second].into_iter().chain(slices);
    for (vector, slice) in vectors.iter_mut().zip(all) {
        *vector = IoSlice::new(slice);
        n_vectors += 1;
    }
    transport.poll_write(cx, &vectors[..n_vectors])
}

/// Slices that one vectored write takes; a longer queue takes several writes.
const MAX_SLICES: usize = 64;
