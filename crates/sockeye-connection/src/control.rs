//! The application's pings, pongs and Close (family C of the contract; RFC 6455 §5.5, §7.1.2).
//!
//! Control frames may stand between the fragments of a message, so only the state and the length
//! of the queue matter. Answers to the peer's pings and Close are not made here but in
//! `inbound.rs`.

use sockeye_frame::{CloseCode, CloseFrame, Opcode};

use crate::{ApiMisuse, Connection, PingId, Timestamp};

impl Connection {
    /// Asks the peer for a pong; [`Event::Pong`](crate::Event::Pong) tells how long it took.
    ///
    /// The payload is eight random bytes, so that the answer is recognized. Pings of one's own need
    /// no keepalive and do not replace it: their silence has no consequence.
    ///
    /// # Errors
    ///
    /// - [`ApiMisuse::NotOpen`]: we have sent or received a Close frame.
    /// - [`ApiMisuse::QueueFull`]: as for [`send`](Self::send).
    pub fn ping(&mut self, now: Timestamp) -> Result<PingId, ApiMisuse> {
        self.check_queue()?;
        Ok(self.queue_ping(now))
    }

    /// Sends a ping with a payload of the application's, at most 125 bytes.
    ///
    /// The answer is an [`Event::Pong`](crate::Event::Pong) without a round-trip time.
    ///
    /// # Errors
    ///
    /// As [`ping`](Self::ping), and [`ApiMisuse::ControlPayloadTooLong`].
    pub fn ping_with(&mut self, payload: &[u8], now: Timestamp) -> Result<(), ApiMisuse> {
        self.queue_control(Opcode::Ping, payload, now)
    }

    /// Sends a pong that nobody asked for, with at most 125 bytes of payload.
    ///
    /// Pings of the peer are answered without it.
    ///
    /// # Errors
    ///
    /// As [`ping`](Self::ping), and [`ApiMisuse::ControlPayloadTooLong`].
    ///
    /// Source: RFC 6455 §5.5.3.
    pub fn pong(&mut self, payload: &[u8], now: Timestamp) -> Result<(), ApiMisuse> {
        self.queue_control(Opcode::Pong, payload, now)
    }

    /// Starts the closing handshake.
    ///
    /// The Close frame goes out behind what is queued, also in the middle of a message that is
    /// being sent in fragments; nothing can be sent after it. Messages go on arriving until the
    /// peer's Close frame, at most for [`Timeouts::close`](crate::Timeouts::close). When the
    /// connection is closing or closed already, nothing happens. A frame with
    /// [`CloseCode::NoStatusReceived`] goes out without code and reason.
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::UnsendableCloseCode`] for the codes 1006 and 1015.
    ///
    /// Source: RFC 6455 §7.1.2.
    pub fn close(&mut self, frame: CloseFrame, now: Timestamp) -> Result<(), ApiMisuse> {
        if !frame.code.is_sendable() && frame.code != CloseCode::NoStatusReceived {
            return Err(ApiMisuse::UnsendableCloseCode);
        }
        if self.lifecycle.is_open() {
            self.queue_close(&frame, now);
            self.lifecycle.close_sent(frame);
            self.start_closing(now);
        }
        Ok(())
    }

    pub(crate) fn queue_close(&mut self, frame: &CloseFrame, now: Timestamp) {
        // RFC 6455 §5.5.2: a Ping is answered unless a Close was received before it; this is the
        // last chance for the one that waits
        if let Some(payload) = self.pong.take() {
            self.writer().control(Opcode::Pong, &payload);
        }
        self.writer().control(Opcode::Close, &frame.encode());
        self.watch_output(now);
    }

    pub(crate) fn queue_ping(&mut self, now: Timestamp) -> PingId {
        let (id, nonce) = self.pings.begin(&mut self.entropy, now);
        self.writer().control(Opcode::Ping, &nonce);
        self.watch_output(now);
        id
    }

    fn queue_control(
        &mut self,
        opcode: Opcode,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<(), ApiMisuse> {
        self.check_queue()?;
        // RFC 6455 §5.5: all control frames MUST have a payload length of 125 bytes or less
        if payload.len() > MAX_CONTROL_PAYLOAD_BYTES {
            return Err(ApiMisuse::ControlPayloadTooLong);
        }
        self.writer().control(opcode, payload);
        self.watch_output(now);
        Ok(())
    }
}

const MAX_CONTROL_PAYLOAD_BYTES: usize = 125;
