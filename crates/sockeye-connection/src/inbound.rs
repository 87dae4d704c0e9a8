//! What happened outside: bytes, the end of bytes, time (family B of the contract).
//!
//! Gives every frame its meaning: messages become events, pings are answered (RFC 6455 §5.5.2), the
//! peer's Close is echoed (§5.5.1), a violation fails the connection (§7.1.7). Taking the bytes
//! apart is left to `receive.rs`.

use bytes::BytesMut;
use sockeye_frame::{CloseFrame, Opcode};

use crate::connection::Pending;
use crate::pong::PROMPT_BELOW_BYTES;
use crate::receive::{Context, Incoming, Receiver};
use crate::stats::count;
use crate::timers::Timer;
use crate::{Connection, Event, Input, Payload, ProtocolViolation, TimeoutKind, Timestamp};

impl Connection {
    /// Takes the next event out of `input`, or one that came about without input.
    ///
    /// Consumes `input` until there is an event or no input is left; after `None` it is empty. The
    /// event borrows from the input, so that others of this connection's methods can be called
    /// while it is held. An empty input, such as [`Input::default`], gives the events that time,
    /// the end of input and [`message_tail`](Self::message_tail) brought about.
    #[inline]
    pub fn next_event<'a>(&mut self, input: &mut Input<'a>, now: Timestamp) -> Option<Event<'a>> {
        if let Some(pending) = self.pending.take() {
            return Some(match pending {
                Pending::Violation(violation) => Event::Violation(violation),
                Pending::TimedOut(kind) => Event::TimedOut(kind),
            });
        }
        if !self.lifecycle.is_receiving() {
            self.drain(input);
            return None;
        }
        let len_before = input.len() + self.receiver.fresh_len();
        if len_before > 0 {
            // Any byte is a sign of life.
            self.timers.stop(Timer::Pong);
        }
        let mut context = Context {
            rules: self.header_rules(),
            limits: &self.config.limits,
            extensions: &mut self.extensions,
            traffic: &mut self.received,
        };
        let incoming = self.receiver.next(input, &mut context);
        self.received.wire_bytes += count(len_before - input.len());
        match incoming {
            Ok(Some(Incoming::Message(message))) => {
                self.timers.stop(Timer::Assembly);
                Some(Event::Message(message))
            }
            Ok(Some(incoming)) => self.handle_incoming(incoming, input, now),
            Ok(None) => {
                self.watch_assembly(now);
                None
            }
            Err(violation) => Some(self.handle_violation(violation, input, now)),
        }
    }

    /// The end of the buffer of the message that is arriving, to read from the transport into it.
    ///
    /// `Some` when at least 4 KiB of the current frame are still to come and the message is kept
    /// whole: what is read here is copied nowhere else. Append at most
    /// [`MessageTail::max_bytes`], then call [`next_event`](Self::next_event) with an empty input.
    #[must_use]
    pub fn message_tail(&mut self) -> Option<MessageTail<'_>> {
        let (buffer, max_bytes) = self.receiver.tail()?;
        Some(MessageTail { buffer, max_bytes })
    }

    /// Receives messages in pieces, or whole again.
    ///
    /// While it is on, the message that is under way and those after it come as
    /// [`Event::Piece`] as their bytes arrive, and nothing of them is kept. Switched off in the
    /// middle of a message that has been given in part, it is on until the end of that message.
    /// Limits on size hold all the same; the deadline for a message to be whole does not.
    pub fn set_piecewise(&mut self, piecewise: bool) {
        self.receiver.set_pieces(piecewise);
        if piecewise {
            self.timers.stop(Timer::Assembly);
        }
    }

    /// The peer sends no more bytes.
    ///
    /// Without a Close frame of the peer before, the connection ends here with 1006, and a message
    /// that is not whole is lost. Otherwise what is queued is still to be sent. Feed all bytes, and
    /// take all events, before.
    pub fn handle_eof(&mut self, now: Timestamp) {
        self.lifecycle.eof(self.outbox.is_empty());
        self.clean_up_if_closed();
        self.watch_output(now);
    }

    /// The transport is broken, or the application does not want to wait.
    ///
    /// The connection is closed at once, and what was queued is dropped.
    pub fn handle_disconnect(&mut self) {
        self.end();
    }

    /// Bytes have arrived that cannot be fed yet, because nobody wants the messages in them.
    ///
    /// They are a sign of life all the same. Feeding bytes says this by itself.
    pub fn handle_activity(&mut self) {
        self.timers.stop(Timer::Pong);
    }

    /// The deadline of [`poll_timeout`](Self::poll_timeout) has passed, or perhaps has not: an early
    /// call does nothing.
    ///
    /// Feed what the transport has to read first, lest a late wake-up be taken for a silent peer.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        while let Some(timer) = self.timers.take_due(now) {
            match timer {
                Timer::Assembly => {
                    self.fail(ProtocolViolation::AssemblyTimeout, now);
                    self.pending = Some(Pending::Violation(ProtocolViolation::AssemblyTimeout));
                }
                Timer::Closing if self.lifecycle.awaits_close() => {
                    self.time_out(TimeoutKind::Close);
                }
                // The Close frames have been exchanged, or the peer has been failed: there is
                // nothing left to report.
                Timer::Closing => self.end(),
                Timer::WriteStall if self.lifecycle.is_receiving() => {
                    self.time_out(TimeoutKind::WriteStall);
                }
                Timer::WriteStall => self.end(),
                Timer::Ping => self.keep_alive(now),
                Timer::Pong => self.time_out(TimeoutKind::Keepalive),
            }
        }
    }

    /// Forgets bytes that came after the last Close frame.
    #[cold]
    fn drain(&mut self, input: &mut Input<'_>) {
        let n = input.discard();
        self.received.wire_bytes += count(n);
        let flushed = self.outbox.is_empty();
        self.lifecycle.drained(n, self.config.drain_bytes, flushed);
        self.clean_up_if_closed();
    }

    fn handle_incoming<'a>(
        &mut self,
        incoming: Incoming<'a>,
        input: &mut Input<'a>,
        now: Timestamp,
    ) -> Option<Event<'a>> {
        Some(match incoming {
            Incoming::Message(message) => Event::Message(message),
            Incoming::Piece(piece) => Event::Piece(piece),
            Incoming::Ping(payload) => {
                self.answer_ping(payload.as_bytes(), now);
                Event::Ping(payload.into())
            }
            Incoming::Pong(payload) => {
                let rtt = self.pings.answered(payload.as_bytes(), now);
                Event::Pong {
                    payload: payload.into(),
                    rtt,
                }
            }
            Incoming::Close(payload) => self.handle_close(&payload, input, now),
        })
    }

    /// Answers the peer's Close frame with one of the same code, unless ours came first.
    fn handle_close<'a>(
        &mut self,
        payload: &Payload<'_>,
        input: &mut Input<'_>,
        now: Timestamp,
    ) -> Event<'a> {
        let frame = match CloseFrame::decode(payload.as_bytes()) {
            Ok(frame) => frame,
            Err(fault) => return self.handle_violation(fault.into(), input, now),
        };
        // RFC 6455 §5.5.1: if an endpoint receives a Close frame and did not previously send one,
        // it MUST send a Close frame in response, and typically echoes the status code
        let answer = self
            .lifecycle
            .is_open()
            .then(|| CloseFrame::from(frame.code));
        if let Some(answer) = &answer {
            self.queue_close(answer, now);
        }
        self.lifecycle.close_received(frame.clone(), answer);
        self.stop_receiving(now);
        // RFC 6455 §1.4: after receiving a Close frame, any further data received is discarded
        self.received.wire_bytes += count(input.discard());
        Event::Close(frame)
    }

    fn handle_violation<'a>(
        &mut self,
        violation: ProtocolViolation,
        input: &mut Input<'_>,
        now: Timestamp,
    ) -> Event<'a> {
        self.fail(violation, now);
        self.received.wire_bytes += count(input.discard());
        Event::Violation(violation)
    }

    /// Fails the connection: one Close frame, unless ours was sent before, and then silence.
    fn fail(&mut self, violation: ProtocolViolation, now: Timestamp) {
        // RFC 6455 §7.1.7: an endpoint SHOULD send a Close frame with an appropriate status code
        // before closing the connection
        let frame = self.lifecycle.is_open().then(|| violation.close_frame());
        self.fail_with(frame, now);
    }

    pub(crate) fn fail_with(&mut self, frame: Option<CloseFrame>, now: Timestamp) {
        if let Some(frame) = &frame {
            self.queue_close(frame, now);
        }
        self.lifecycle.fail(frame);
        self.stop_receiving(now);
    }

    fn answer_ping(&mut self, payload: &[u8], now: Timestamp) {
        // RFC 6455 §5.5.2: upon receipt of a Ping frame, an endpoint MUST send a Pong frame in
        // response; §5.5.1: nothing but the transport's end follows our Close
        if !self.lifecycle.is_open() {
            return;
        }
        if self.outbox.len() < PROMPT_BELOW_BYTES {
            self.pong.take();
            self.writer().control(Opcode::Pong, payload);
            self.watch_output(now);
        } else {
            self.pong.put(payload);
        }
    }

    /// Sends the keepalive ping that is due.
    fn keep_alive(&mut self, now: Timestamp) {
        let timeouts = &self.config.timeouts;
        let (interval, pong) = (timeouts.ping_interval, timeouts.pong);
        if let Some(interval) = interval {
            self.timers.set(Timer::Ping, now + interval);
        }
        // Output that waits is traffic enough for proxies, and its deadline tells whether the peer
        // lives; a ping behind it could be late without fault.
        if self.outbox.len() >= PROMPT_BELOW_BYTES {
            return;
        }
        self.queue_ping(now);
        if let Some(pong) = pong
            && self.timers.get(Timer::Pong).is_none()
        {
            self.timers.set(Timer::Pong, now + pong);
        }
    }

    /// Starts the deadline for the message that is being put together, unless it runs.
    fn watch_assembly(&mut self, now: Timestamp) {
        if self.receiver.is_assembling()
            && self.timers.get(Timer::Assembly).is_none()
            && let Some(assembly) = self.config.timeouts.assembly
        {
            self.timers.set(Timer::Assembly, now + assembly);
        }
    }

    /// Nothing that comes is looked at any more; the end is only a matter of time.
    fn stop_receiving(&mut self, now: Timestamp) {
        self.receiver = Receiver::default();
        self.pong.take();
        self.timers.stop(Timer::Assembly);
        self.start_closing(now);
    }

    /// Nothing but what is queued is sent any more.
    pub(crate) fn start_closing(&mut self, now: Timestamp) {
        self.under_way = None;
        self.timers.stop(Timer::Ping);
        self.timers.stop(Timer::Pong);
        if self.timers.get(Timer::Closing).is_none() {
            self.timers
                .set(Timer::Closing, now + self.config.timeouts.close);
        }
    }

    fn time_out(&mut self, kind: TimeoutKind) {
        self.pending = Some(Pending::TimedOut(kind));
        self.end();
    }

    fn end(&mut self) {
        self.lifecycle.closed(self.outbox.is_empty());
        self.clean_up_if_closed();
    }

    /// Lets go of everything that a closed connection does not need.
    pub(crate) fn clean_up_if_closed(&mut self) {
        if self.lifecycle.is_closed() {
            self.receiver = Receiver::default();
            self.under_way = None;
            self.outbox.clear();
            self.pong.take();
            self.pings.give_up();
            self.timers.stop_all();
        }
    }
}

/// The end of a message's buffer, lent by [`Connection::message_tail`].
#[derive(Debug)]
pub struct MessageTail<'c> {
    buffer: &'c mut BytesMut,
    max_bytes: usize,
}

impl MessageTail<'_> {
    /// The buffer to append to; what it holds must stay.
    #[must_use]
    pub const fn buffer(&mut self) -> &mut BytesMut {
        self.buffer
    }

    /// How many bytes may be appended, at least one; for as many there is room. What is appended
    /// beyond belongs to no frame and is dropped.
    #[inline]
    #[must_use]
    pub const fn max_bytes(&self) -> usize {
        self.max_bytes
    }
}

#[cfg(test)]
mod tests;
