//! Receiving: read from the transport, decode, hand out.
//!
//! Whatever is due to the peer is written before anything is waited for, so pongs and Close
//! frames leave although only a receiving call is polled.

use std::io;
use std::mem;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use sockeye_connection::{Event, Input, Message, MessageKind, NextFrame};

use super::{Core, InFront};
use crate::endpoint::Endpoint;
use crate::streaming::OwnedPiece;
use crate::timer::Alarm;
use crate::{Burst, Error, Transport, buffers, turn};

impl<T: Transport> Core<T> {
    /// The next message.
    #[inline]
    pub(crate) fn poll_message(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Message>, Error>> {
        self.endpoint.receive_piecewise(false);
        match self.next_unread_message() {
            Some(message) => Poll::Ready(Ok(Some(message))),
            None => self.poll_next(cx, |event| match event {
                Event::Message(message) => Some(message.into_message()),
                // A piece that reaches this is the rest of a message whose reader was dropped.
                Event::Piece(_)
                | Event::Ping(_)
                | Event::Pong { .. }
                | Event::Close(_)
                | Event::Violation(_)
                | Event::TimedOut(_) => None,
            }),
        }
    }

    /// The next of several messages that one read has brought.
    // Hot: measured by the echo benchmarks.
    #[inline]
    fn next_unread_message(&mut self) -> Option<Message> {
        if self.unread.is_empty() {
            return None;
        }
        let mut input = Input::from(self.unread.as_mut_slice());
        let message = self.endpoint.connection().next_whole_message(&mut input)?;
        let message = message.into_message();
        let n_left = input.len();
        self.unread.keep_last(n_left);
        Some(message)
    }

    /// The first piece of the next message.
    pub(crate) fn poll_first_piece(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<(MessageKind, OwnedPiece)>, Error>> {
        self.endpoint.receive_piecewise(true);
        // What a dropped `recv` had put together of the message is a piece that needs no input.
        if let Some(kept) = self.endpoint.next(&mut Input::default(), first_piece) {
            return Poll::Ready(Ok(Some(kept)));
        }
        self.poll_next(cx, first_piece)
    }

    /// The next piece of the message under way.
    pub(crate) fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<OwnedPiece>, Error>> {
        self.poll_next(cx, |event| match event {
            Event::Piece(piece) => Some(OwnedPiece::from(piece)),
            Event::Message(_)
            | Event::Ping(_)
            | Event::Pong { .. }
            | Event::Close(_)
            | Event::Violation(_)
            | Event::TimedOut(_) => None,
        })
    }

    /// The next message or control frame.
    pub(crate) fn poll_event(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<crate::Event>, Error>> {
        self.endpoint.receive_piecewise(false);
        self.poll_next(cx, crate::Event::from_connection)
    }

    /// The next event that `pick` takes; `None` once the connection has closed.
    pub(crate) fn poll_next<R>(
        &mut self,
        cx: &mut Context<'_>,
        pick: impl Fn(Event<'_>) -> Option<R>,
    ) -> Poll<Result<Option<R>, Error>> {
        self.poll_received(cx, buffers::RECV_BYTES, |endpoint, mut input| {
            let picked = endpoint.next(&mut input, &pick);
            (picked, input.len())
        })
    }

    /// Lets `handle` see everything that one readable burst brought; `false` once closed.
    pub(crate) fn poll_burst(
        &mut self,
        cx: &mut Context<'_>,
        handle: &mut impl FnMut(&mut Burst<'_>),
    ) -> Poll<Result<bool, Error>> {
        self.endpoint.receive_piecewise(false);
        // Replies of the burst before must have left, or a peer that does not read them would make
        // the queue grow with each burst. A connection that is ending has none to come: what is
        // left of it is received below.
        if !self.endpoint.as_connection().is_writable() {
            let _ = ready!(self.poll_ready(cx, true));
        }
        let result = ready!(
            self.poll_received(cx, buffers::RECEIVE_BYTES, |endpoint, input| {
                let mut burst = Burst::new(endpoint, input);
                handle(&mut burst);
                let (is_done, n_left) = burst.end();
                (is_done.then_some(()), n_left)
            })
        );
        // The time is that of the bytes, which were taken up in this poll.
        let _ = self.poll_write_at(cx, self.endpoint.now());
        Poll::Ready(result.map(|delivered| delivered.is_some()))
    }

    /// Reads and decodes until `decode` returns something, the connection closes, or must wait.
    ///
    /// `decode` also returns how many bytes it left undecoded.
    fn poll_received<R>(
        &mut self,
        cx: &mut Context<'_>,
        max_bytes: usize,
        mut decode: impl FnMut(&mut Endpoint, Input<'_>) -> (Option<R>, usize),
    ) -> Poll<Result<Option<R>, Error>> {
        loop {
            if !self.unread.is_empty() {
                if self.n_received() >= self.received_before_turn + turn::MAX_PAYLOAD_BYTES {
                    let _ = self.poll_write(cx);
                    ready!(self.poll_end_turn(cx));
                    continue;
                }
                if let Some(result) = self.decode_unread(cx, &mut decode) {
                    return Poll::Ready(Ok(Some(result)));
                }
            }
            self.check_drain(cx);
            // Pongs, the answer to a Close and whatever the application queued leave first; if
            // they have to wait, reading goes on all the same.
            let _ = self.poll_write(cx);
            if self.endpoint.is_closed() {
                self.shut_down(cx);
                return Poll::Ready(self.endpoint.end().map(|()| None));
            }
            if self.is_at_eof || !self.endpoint.as_connection().wants_input() {
                if let Some(end) = self.unread_end.take() {
                    handle_read(&mut self.endpoint, &self.alarm, *end);
                } else if self.write_failure.is_some() {
                    // Nothing can leave and nothing can come: there is nothing to wait for.
                    self.endpoint.handle_disconnect();
                } else {
                    ready!(self.poll_alarm(cx));
                }
                continue;
            }
            if self.n_reads_in_turn >= turn::MAX_READS {
                ready!(self.poll_end_turn(cx));
                continue;
            }
            match self.poll_read(cx, max_bytes, &mut decode) {
                Poll::Ready(result) => {
                    self.n_reads_in_turn += 1;
                    if let Some(result) = result {
                        return Poll::Ready(Ok(Some(result)));
                    }
                }
                Poll::Pending => {
                    self.begin_turn();
                    ready!(self.poll_alarm(cx));
                }
            }
        }
    }

    /// Lets others run; ready when a time limit has passed instead.
    ///
    /// A peer that sends without a pause must not keep the other tasks of this thread waiting, also
    /// where every call finds a message and none has to wait; nor must it keep time limits from
    /// passing.
    fn poll_end_turn(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.begin_turn();
        if self.poll_alarm(cx).is_ready() {
            return Poll::Ready(());
        }
        self.alarm.give_way(cx);
        Poll::Pending
    }

    fn begin_turn(&mut self) {
        self.n_reads_in_turn = 0;
        self.received_before_turn = self.n_received();
    }

    /// Bytes of messages received so far.
    fn n_received(&self) -> u64 {
        self.endpoint.as_connection().stats().received.payload_bytes
    }

    /// Reads once without decoding, where nobody wants messages; ready when bytes came.
    pub(super) fn poll_read_ahead(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_at_eof || !self.endpoint.as_connection().wants_input() {
            return Poll::Pending;
        }
        // With what is here already, no more is kept than one read of `recv` would bring.
        let max = buffers::RECV_BYTES.saturating_sub(self.unread.as_slice().len());
        if max == 0 {
            return Poll::Pending;
        }
        buffers::with_receive_buffer(|buf| {
            let n = ready!(self.transport.poll_read(cx, buf, max));
            self.unread.append(buf);
            if !matches!(n, Ok(1..)) && !self.unread.is_empty() {
                // The end comes behind what was read before, which may have a Close frame in it.
                self.is_at_eof = true;
                self.unread_end = Some(Box::new(n));
                return Poll::Pending;
            }
            if handle_read(&mut self.endpoint, &self.alarm, n) {
                return Poll::Ready(());
            }
            self.is_at_eof = true;
            Poll::Pending
        })
    }

    /// Takes up the control frames that come before the next message, where nobody wants messages.
    ///
    /// Ready when some were, or when the end of the connection showed; the application is told of
    /// neither. Reads no further once a message has begun: who receives it has others look again.
    pub(super) fn poll_control_frames(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut has_read = false;
        loop {
            match self.next_frame() {
                NextFrame::Control { len } => {
                    self.decode_control_frames(len);
                    return Poll::Ready(());
                }
                NextFrame::Data => {
                    self.in_front = match has_read {
                        true => InFront::MessageJustRead,
                        false => InFront::Message,
                    };
                    return Poll::Pending;
                }
                NextFrame::Incomplete => {}
            }
            if let Some(end) = self.unread_end.take() {
                handle_read(&mut self.endpoint, &self.alarm, *end);
                return Poll::Ready(());
            }
            if self.n_reads_in_turn >= turn::MAX_READS {
                return self.poll_end_turn(cx);
            }
            if self.poll_read_ahead(cx).is_pending() && self.unread_end.is_none() {
                self.begin_turn();
                return match self.endpoint.is_closed() {
                    true => Poll::Ready(()),
                    false => Poll::Pending,
                };
            }
            has_read = true;
            self.n_reads_in_turn += 1;
        }
    }

    /// Decodes a control frame that is whole with `len` unread bytes, and those right behind it.
    ///
    /// All of them before anything is written, lest each ping of a flood cost a write.
    fn decode_control_frames(&mut self, mut len: usize) {
        self.endpoint.begin_decoding(self.alarm.now());
        loop {
            let unread = self.unread.as_mut_slice();
            let n_left = unread.len() - len;
            let frame = Input::from(&mut unread[..len]);
            self.endpoint.next(&mut { frame }, |_| None::<()>);
            self.unread.keep_last(n_left);
            let NextFrame::Control { len: next } = self.next_frame() else {
                return;
            };
            len = next;
        }
    }

    pub(super) fn next_frame(&self) -> NextFrame {
        let unread = self.unread.as_slice();
        self.endpoint.as_connection().next_frame(unread)
    }

    fn decode_unread<R>(
        &mut self,
        cx: &mut Context<'_>,
        decode: &mut impl FnMut(&mut Endpoint, Input<'_>) -> (Option<R>, usize),
    ) -> Option<R> {
        // Not the time at which they were read: how long the application kept them waiting is no
        // fault of the peer's.
        self.endpoint.begin_decoding(self.alarm.now());
        let (result, n_left) = decode(&mut self.endpoint, Input::from(self.unread.as_mut_slice()));
        if self.endpoint.has_lent() {
            let mut unread = mem::take(&mut self.unread);
            unread.lend(|buf, start| self.write_lent(cx, buf, start));
            self.unread = unread;
        }
        self.unread.keep_last(n_left);
        result
    }

    /// Reads once and decodes; bytes after the first result become unread ones.
    fn poll_read<R>(
        &mut self,
        cx: &mut Context<'_>,
        max_bytes: usize,
        decode: &mut impl FnMut(&mut Endpoint, Input<'_>) -> (Option<R>, usize),
    ) -> Poll<Option<R>> {
        if let Some(mut tail) = self.endpoint.connection().message_tail() {
            // A large payload goes from the socket straight into the message it is part of.
            let max = tail.max_bytes();
            self.expects_large = true;
            let n = ready!(self.transport.poll_read(cx, tail.buffer(), max));
            if handle_read(&mut self.endpoint, &self.alarm, n) {
                let nothing = Input::from(&mut [][..]);
                return Poll::Ready(decode(&mut self.endpoint, nothing).0);
            }
            self.is_at_eof = true;
            return Poll::Ready(None);
        }
        // What is read of a large message before its header is known is copied.
        let mut max_bytes = max_bytes;
        if self.expects_large {
            max_bytes = max_bytes.min(buffers::BEFORE_LARGE_BYTES);
        }
        if self.endpoint.as_connection().has_extensions() {
            max_bytes = max_bytes.min(buffers::ENCODED_BYTES);
        }
        buffers::with_receive_buffer(|buf| {
            let n = ready!(self.transport.poll_read(cx, buf, max_bytes));
            if !handle_read(&mut self.endpoint, &self.alarm, n) {
                self.is_at_eof = true;
                return Poll::Ready(None);
            }
            self.expects_large = false;
            let (result, n_left) = decode(&mut self.endpoint, Input::from(&mut buf[..]));
            if n_left > 0 {
                self.unread.append(&buf[buf.len() - n_left..]);
            }
            if self.endpoint.has_lent() {
                *buf = self.write_lent(cx, mem::take(buf), 0);
            }
            Poll::Ready(result)
        })
    }

    /// Writes replies that lie in `buf` from `start` on, and copies what the transport does not
    /// take; gives `buf` back.
    fn write_lent(&mut self, cx: &mut Context<'_>, buf: BytesMut, start: usize) -> BytesMut {
        let buf = buf.freeze();
        self.endpoint.settle_lent(&buf.slice(start..));
        let _ = self.poll_write_at(cx, self.endpoint.now());
        self.endpoint.connection().keep_lent();
        // Nobody else has it any more; if somebody had, a new one would be made.
        buf.try_into_mut().unwrap_or_default()
    }
}

/// The piece that begins a message.
fn first_piece(event: Event<'_>) -> Option<(MessageKind, OwnedPiece)> {
    match event {
        Event::Piece(piece) if piece.first => Some((piece.kind, OwnedPiece::from(piece))),
        Event::Message(message) => Some((message.kind(), OwnedPiece::from(message))),
        Event::Piece(_)
        | Event::Ping(_)
        | Event::Pong { .. }
        | Event::Close(_)
        | Event::Violation(_)
        | Event::TimedOut(_) => None,
    }
}

/// Tells the endpoint what a read gave; whether there are bytes to decode.
fn handle_read(endpoint: &mut Endpoint, alarm: &Alarm, read: io::Result<usize>) -> bool {
    match read {
        Ok(0) => {
            endpoint.handle_eof(alarm.now());
            false
        }
        Ok(_) => {
            endpoint.begin_decoding(alarm.now());
            true
        }
        Err(error) => {
            endpoint.fail(Error::Io(error));
            endpoint.handle_disconnect();
            false
        }
    }
}

#[cfg(test)]
mod tests;
