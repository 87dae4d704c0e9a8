//! A connection under test, with all that it reported and wrote.

use alloc::vec::Vec;

use sockeye_extensions::Chain;
use sockeye_frame::Role;

use super::log::Log;
use crate::{ApiMisuse, Config, Connection, Input, MessageKind, Pair, State, Timestamp, Transmit};

#[derive(Debug)]
pub(super) struct Subject {
    pub(super) connection: Connection,
    pub(super) log: Log,
    pub(super) written: Vec<u8>,
    pub(super) now: Timestamp,
    /// How its input is cut: into pieces of so many bytes, one after the other; none for whole.
    pub(super) cuts: Vec<usize>,
    n_events: u64,
}

impl Subject {
    pub(super) fn new(role: Role, config: Config, extensions: Chain, cuts: Vec<usize>) -> Self {
        let now = Timestamp::default();
        Self {
            connection: Connection::new(role, config, extensions, Pair::entropy(), now),
            log: Log::new(config.limits),
            written: Vec::new(),
            now,
            cuts,
            n_events: 0,
        }
    }

    /// Feeds bytes of the peer, cut; where the connection lends the end of a message, into that.
    ///
    /// # Panics
    ///
    /// When that takes more steps than a few for each byte.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        let n_before = self.n_steps();
        self.feed_pieces(bytes);
        let n_steps = self.n_steps() - n_before;
        let n_bytes = bytes.len() as u64;
        assert!(n_steps <= 4 * n_bytes + 64, "{n_steps} for {n_bytes} bytes");
    }

    fn feed_pieces(&mut self, bytes: &[u8]) {
        if self.cuts.is_empty() {
            let mut bytes = bytes.to_vec();
            return self.take_events(&mut Input::from(&mut bytes[..]));
        }
        let mut rest = bytes;
        let mut at = 0;
        while !rest.is_empty() {
            // What is long is cut into longer pieces, so that one run stays short.
            let scale = if bytes.len() > 4096 { 64 } else { 1 };
            let len = scale * self.cuts[at % self.cuts.len()];
            let len = len.clamp(1, rest.len());
            at += 1;
            if let Some(mut tail) = self.connection.message_tail() {
                let (piece, behind) = rest.split_at(len.min(tail.max_bytes()));
                tail.buffer().extend_from_slice(piece);
                rest = behind;
                self.take_events(&mut Input::default());
            } else {
                let (piece, behind) = rest.split_at(len);
                let mut piece = piece.to_vec();
                rest = behind;
                self.take_events(&mut Input::from(&mut piece[..]));
            }
        }
    }

    /// Turns of all loops over input, in the connection and here.
    fn n_steps(&self) -> u64 {
        self.n_events + self.connection.steps.taken()
    }

    fn take_events(&mut self, input: &mut Input<'_>) {
        while let Some(event) = self.connection.next_event(input, self.now) {
            self.n_events += 1;
            self.log.add(event);
        }
        assert!(input.is_empty(), "all of the input is consumed");
        self.check();
    }

    /// Events that came about without input.
    pub(super) fn take_pending(&mut self) {
        self.take_events(&mut Input::default());
    }

    /// Writes up to `max` bytes, or does what else is due; gives whether there was anything.
    pub(super) fn write(&mut self, max: usize) -> bool {
        assert_eq!(
            self.connection.wants_output(),
            !matches!(self.connection.transmit(), Transmit::Nothing)
        );
        match self.connection.transmit() {
            Transmit::Nothing => return false,
            Transmit::HalfClose => self.connection.handle_half_closed(self.now),
            Transmit::Bytes(slices) => {
                let n_before = self.written.len();
                slices.for_each(|slice| self.written.extend_from_slice(slice));
                self.written.truncate(n_before.saturating_add(max));
                let n = self.written.len() - n_before;
                self.connection.handle_transmitted(n, self.now);
            }
        }
        self.check();
        max > 0
    }

    /// Writes all that is due.
    ///
    /// # Panics
    ///
    /// When it is never all.
    pub(super) fn write_all(&mut self) {
        let mut n_writes = 0;
        while self.write(usize::MAX) {
            n_writes += 1;
            assert!(n_writes <= MAX_WRITES, "there is ever more to write");
        }
    }

    /// Lets the connection come to its end: all is written, nothing more comes, time passes.
    ///
    /// # Panics
    ///
    /// When it does not end.
    pub(super) fn end(&mut self) {
        self.write_all();
        self.connection.handle_eof(self.now);
        self.take_pending();
        for _ in 0..MAX_DEADLINES {
            self.write_all();
            let Some(deadline) = self.connection.poll_timeout() else {
                break;
            };
            self.now = self.now.max(deadline);
            self.connection.handle_timeout(self.now);
            self.take_pending();
        }
        assert_eq!(self.connection.state(), State::Closed, "it ends");
        assert!(self.connection.close_outcome().is_some());
        assert_eq!(self.connection.buffered_bytes(), 0);
        let sent = |result| assert_eq!(result, Err(ApiMisuse::NotOpen));
        sent(
            self.connection
                .send_copy(MessageKind::Binary, b"late", self.now),
        );
        assert!(!self.connection.wants_output());
    }

    /// What is so after each call.
    fn check(&mut self) {
        let limits = &self.connection.config().limits;
        // What may be queued already, the longest that one call queues, in the shortest frames, and
        // control frames.
        let most = limits.max_queued_bytes() + 2 * MAX_SENT_BYTES + 8192;
        assert!(
            self.connection.buffered_bytes() <= most,
            "too much is queued"
        );
        if self.log.is_over() {
            assert_ne!(self.connection.state(), State::Open);
        }
    }
}

/// The longest message that the body sends.
pub(super) const MAX_SENT_BYTES: usize = 70_000;

/// All that waits, a pong that waited behind it, and half-closing.
const MAX_WRITES: usize = 3;

/// Each deadline ends something, so that few are enough.
const MAX_DEADLINES: usize = 16;
