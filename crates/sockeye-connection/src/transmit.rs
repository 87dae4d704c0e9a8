//! What to do next: bytes to write, half-closing, the next deadline (family D of the contract).
//!
//! Says what is due and takes note of what was done; the transport is the caller's. Events are in
//! `inbound.rs`.

use sockeye_frame::Opcode;

use crate::pong::PROMPT_BELOW_BYTES;
use crate::stats::count;
use crate::timers::Timer;
use crate::{Connection, Timestamp, TransmitSlices, WriteBuffer};

/// What the transport is to do next.
#[derive(Clone, Debug)]
pub enum Transmit<'c> {
    /// Nothing for now.
    Nothing,
    /// Write these bytes, then say how many were taken with
    /// [`Connection::handle_transmitted`].
    Bytes(TransmitSlices<'c>),
    /// Shut down the sending half, then say so with [`Connection::handle_half_closed`].
    HalfClose,
}

impl Connection {
    /// What to do with the transport now.
    ///
    /// Gives the same until it is told that it was done; call it again after that, until there is
    /// nothing.
    #[inline]
    #[must_use]
    pub fn transmit(&mut self) -> Transmit<'_> {
        if self.outbox.is_empty() {
            match self.lifecycle.wants_half_close(self.role) {
                true => Transmit::HalfClose,
                false => Transmit::Nothing,
            }
        } else if self.outbox.has_output() {
            Transmit::Bytes(self.outbox.slices())
        } else {
            Transmit::Nothing
        }
    }

    /// Whether [`transmit`](Self::transmit) gives something to do.
    #[inline]
    #[must_use]
    pub fn wants_output(&self) -> bool {
        if self.outbox.is_empty() {
            self.lifecycle.wants_half_close(self.role)
        } else {
            self.outbox.has_output()
        }
    }

    /// The transport took `n` bytes from the front of what [`transmit`](Self::transmit) gave.
    pub fn handle_transmitted(&mut self, n: usize, now: Timestamp) {
        let n = self.outbox.advance(n);
        self.sent.wire_bytes += count(n);
        if n > 0 {
            self.timers.stop(Timer::WriteStall);
            self.prolong_closing(now);
        }
        if self.outbox.len() < PROMPT_BELOW_BYTES
            && let Some(payload) = self.pong.take()
        {
            self.writer().control(Opcode::Pong, &payload);
        }
        if self.outbox.is_empty() {
            self.lifecycle.flushed();
            self.clean_up_if_closed();
        }
        self.watch_output(now);
    }

    /// The sending half of the transport was shut down.
    ///
    /// That ends a connection whose closing handshake is complete. A peer that we failed, or that
    /// went on after its Close frame, is read and forgotten until it ends too, at most for
    /// [`Timeouts::drain`](crate::Timeouts::drain).
    pub fn handle_half_closed(&mut self, now: Timestamp) {
        self.lifecycle.half_closed(self.outbox.is_empty());
        self.clean_up_if_closed();
        if self.timers.get(Timer::Closing).is_some() {
            // However late the last bytes left: a peer that is still sending gets this time to see
            // our Close, which closing at once would reset away.
            let drained_by = now + self.config.timeouts.drain;
            self.timers.set(Timer::Closing, drained_by);
        }
    }

    /// When to call [`handle_timeout`](Self::handle_timeout), if nothing else happens before.
    ///
    /// Changes with every call of the families B and C; `None` when there is nothing to wait for.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        self.timers.next()
    }

    /// Gives the connection memory to queue small frames in.
    ///
    /// Kept when nothing is queued and it is larger than what the connection has, otherwise
    /// dropped. Together with [`take_buffer`](Self::take_buffer) it lets many connections share a
    /// few buffers, so that an idle one holds none.
    pub fn lend_buffer(&mut self, buffer: WriteBuffer) {
        self.outbox.lend(buffer);
    }

    /// Takes back the memory that frames were queued in.
    ///
    /// `None` while something is queued, and when there is no such memory. The buffer is empty; it
    /// may have grown.
    #[must_use]
    pub fn take_buffer(&mut self) -> Option<WriteBuffer> {
        self.outbox.take()
    }
}
