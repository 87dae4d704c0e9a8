//! What happened outside: bytes came, or their end (family B of the contract).
//!
//! Gives every frame its meaning: messages become events, pings are answered (RFC 6455 §5.5.2), the
//! peer's Close is echoed (§5.5.1). Taking the bytes apart is left to `receive.rs`, what the passing
//! of time means to `deadlines.rs`, and the way to the end to `ending.rs`.

use sockeye_frame::{CloseFrame, Opcode};

use crate::connection::Pending;
use crate::pong::PROMPT_BELOW_BYTES;
use crate::receive::{Context, Incoming};
use crate::stats::count;
use crate::timers::Timer;
use crate::whole::next_whole;
use crate::{Connection, Event, IncomingMessage, Input, Payload, ProtocolViolation, Timestamp};

impl Connection {
    /// Takes the next event out of `input`, or one that came about without input.
    ///
    /// Consumes `input` until there is an event or no input is left; after `None` it is empty. The
    /// event borrows from the input, so that others of this connection's methods can be called
    /// while it is held. An empty input, such as [`Input::default`], gives the events that time,
    /// the end of input and [`message_tail`](Self::message_tail) brought about.
    #[inline]
    pub fn next_event<'a>(&mut self, input: &mut Input<'a>, now: Timestamp) -> Option<Event<'a>> {
        match self.next_whole_message(input) {
            Some(message) => Some(Event::Message(message)),
            None => self.next_event_the_long_way(input, now),
        }
    }

    /// Takes the next message out of `input` if it lies whole there, in one frame of less than
    /// 64 KiB that no extension decodes.
    ///
    /// A short cut of [`next_event`](Self::next_event) that needs no clock. `None` says nothing
    /// about the input: call [`next_event`](Self::next_event) then.
    #[inline(always)]
    pub fn next_whole_message<'a>(&mut self, input: &mut Input<'a>) -> Option<IncomingMessage<'a>> {
        let takes_short_cut = self.receiver.is_between_messages()
            && self.lifecycle.is_receiving()
            && self.extensions.is_empty()
            && self.pending.is_none();
        if !takes_short_cut {
            return None;
        }
        let message = next_whole(input, self.role, &self.config.limits, &mut self.received)?;
        // Any byte is a sign of life.
        self.timers.stop(Timer::Pong);
        match message {
            Ok(message) => Some(message),
            Err(violation) => {
                self.pending = Some(Pending::Found(violation));
                None
            }
        }
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
    pub fn handle_eof(&mut self, _now: Timestamp) {
        self.lifecycle.eof(self.outbox.is_empty());
        self.clean_up_if_closed();
    }

    /// The transport is broken, or the application does not want to wait.
    ///
    /// The connection is closed at once, and what was queued is dropped.
    pub fn handle_disconnect(&mut self) {
        self.end();
    }

    /// Bytes have arrived that cannot be fed yet, because nobody wants the messages in them.
    ///
    /// They are a sign of life, so a keepalive ping that waits for one is content. Feeding bytes
    /// says this by itself.
    pub fn handle_activity(&mut self) {
        self.timers.stop(Timer::Pong);
    }

    fn next_event_the_long_way<'a>(
        &mut self,
        input: &mut Input<'a>,
        now: Timestamp,
    ) -> Option<Event<'a>> {
        self.steps.count();
        if let Some(pending) = self.pending.take() {
            return Some(match pending {
                Pending::Found(violation) => self.handle_violation(violation, input, now),
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
            self.timers.stop(Timer::Pong);
        }
        let mut context = Context {
            rules: self.header_rules(),
            limits: &self.config.limits,
            extensions: &mut self.extensions,
            traffic: &mut self.received,
            steps: &mut self.steps,
        };
        let incoming = self.receiver.next(input, &mut context);
        self.received.wire_bytes += count(len_before - input.len());
        match incoming {
            Ok(Some(incoming)) => Some(self.handle_incoming(incoming, input, now)),
            Ok(None) => {
                self.watch_assembly(now);
                None
            }
            Err(violation) => Some(self.handle_violation(violation, input, now)),
        }
    }

    fn handle_incoming<'a>(
        &mut self,
        incoming: Incoming<'a>,
        input: &mut Input<'a>,
        now: Timestamp,
    ) -> Event<'a> {
        match incoming {
            Incoming::Message(message) => {
                self.timers.stop(Timer::Assembly);
                Event::Message(message)
            }
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
        }
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

    fn answer_ping(&mut self, payload: &[u8], now: Timestamp) {
        // RFC 6455 §5.5.2: upon receipt of a Ping frame, an endpoint MUST send a Pong frame in
        // response; §5.5.1: nothing but the transport's end follows our Close
        if !self.lifecycle.is_open() {
            return;
        }
        if self.outbox.len() < PROMPT_BELOW_BYTES {
            self.writer().control(Opcode::Pong, payload);
            self.watch_output(now);
        } else {
            self.pong.put(payload);
        }
    }
}

#[cfg(test)]
mod tests;
