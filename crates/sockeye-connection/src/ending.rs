//! From the last Close frame to the end of the transport (RFC 6455 §7.1).
//!
//! Failing a peer, waiting for its end without listening, and letting go of everything. Which state
//! follows which is in `state.rs`.

use sockeye_frame::CloseFrame;

use crate::receive::Receiver;
use crate::stats::count;
use crate::timers::Timer;
use crate::{Connection, Input, ProtocolViolation, Timestamp};

impl Connection {
    /// Fails the connection: one Close frame, unless ours was sent before, and then silence.
    pub(crate) fn fail(&mut self, violation: ProtocolViolation, now: Timestamp) {
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

    /// Nothing that comes is looked at any more; the end is only a matter of time.
    pub(crate) fn stop_receiving(&mut self, now: Timestamp) {
        self.receiver = Receiver::default();
        self.pong.take();
        self.timers.stop(Timer::Assembly);
        self.start_closing(now);
    }

    /// Nothing but what is queued is sent any more.
    pub(crate) fn start_closing(&mut self, now: Timestamp) {
        self.timers.stop(Timer::Ping);
        self.timers.stop(Timer::Pong);
        self.timers.stop(Timer::IdleRelease);
        if self.timers.get(Timer::Closing).is_none() {
            self.timers
                .set(Timer::Closing, now + self.config.timeouts.close);
        }
    }

    /// Gives a closing handshake that waits for output to leave its full time again.
    pub(crate) fn prolong_closing(&mut self, now: Timestamp) {
        if self.lifecycle.is_closing_gracefully() {
            let close = self.config.timeouts.close;
            self.timers.set(Timer::Closing, now + close);
        }
    }

    /// Forgets bytes that came after the last Close frame.
    pub(crate) fn drain(&mut self, input: &mut Input<'_>) {
        let n = input.discard();
        self.received.wire_bytes += count(n);
        let flushed = self.outbox.is_empty();
        self.lifecycle.drained(n, self.config.drain_bytes, flushed);
        self.clean_up_if_closed();
    }

    pub(crate) fn end(&mut self) {
        self.lifecycle.closed(self.outbox.is_empty());
        self.clean_up_if_closed();
    }

    /// Lets go of everything that a closed connection does not need.
    pub(crate) fn clean_up_if_closed(&mut self) {
        if self.lifecycle.is_closed() {
            self.receiver = Receiver::default();
            self.outbox.clear();
            self.pong.take();
            self.pings.give_up();
            self.timers.stop_all();
            self.extensions.end();
        }
    }
}
