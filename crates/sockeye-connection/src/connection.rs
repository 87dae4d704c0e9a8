//! The connection itself: its parts, its contract and what can be asked of it.
//!
//! The verbs are in files of their own: what happened outside in `inbound.rs`, `tail.rs` and
//! `deadlines.rs`, the application's wishes in `send.rs` and `control.rs`, what to do next in
//! `transmit.rs`. The state changes in `state.rs` only.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;

use sockeye_extensions::Chain;
use sockeye_frame::{HeaderRules, Role};

use crate::frame_writer::FrameWriter;
use crate::keepalive::Pings;
use crate::outbox::Outbox;
use crate::pong::PongSlot;
use crate::receive::Receiver;
use crate::send::UnderWay;
use crate::state::Lifecycle;
use crate::steps::Steps;
use crate::timers::Timers;
use crate::{
    CloseOutcome, Config, NextFrame, ProtocolViolation, State, Stats, TimeoutKind, Timestamp,
    Traffic,
};

/// Where masking keys and ping payloads come from: fills the slice with unpredictable bytes.
///
/// Must be a strong source, because a peer that can guess masking keys can make the client write
/// bytes of its choice on the wire (RFC 6455 §10.3). A closure without captured state is boxed
/// without allocating.
pub type Entropy = Box<dyn FnMut(&mut [u8]) + Send>;

/// One end of a WebSocket connection after the opening handshake, without I/O.
///
/// Bytes go in, events come out; wishes go in, bytes come out. There is no socket, no clock and no
/// entropy in here: the caller reads and writes, and passes the time and random bytes.
///
/// # Contract
///
/// The methods form four families:
///
/// | family | methods |
/// |---|---|
/// | A. what is so | [`role`](Self::role), [`state`](Self::state), [`config`](Self::config), [`extensions`](Self::extensions), [`has_extensions`](Self::has_extensions), [`stats`](Self::stats), [`buffered_bytes`](Self::buffered_bytes), [`is_writable`](Self::is_writable), [`is_receiving_message`](Self::is_receiving_message), [`next_frame`](Self::next_frame), [`wants_input`](Self::wants_input), [`wants_output`](Self::wants_output), [`is_lending`](Self::is_lending), [`close_outcome`](Self::close_outcome) |
/// | B. what happened outside; cannot fail | [`next_event`](Self::next_event), [`next_whole_message`](Self::next_whole_message), [`message_tail`](Self::message_tail), [`handle_eof`](Self::handle_eof), [`handle_disconnect`](Self::handle_disconnect), [`handle_timeout`](Self::handle_timeout), [`handle_activity`](Self::handle_activity), [`handle_backlog`](Self::handle_backlog), [`set_piecewise`](Self::set_piecewise) |
/// | C. what the application wants | [`send`](Self::send), [`send_with`](Self::send_with), [`send_copy`](Self::send_copy), [`send_text_copy`](Self::send_text_copy), [`send_fragment`](Self::send_fragment), [`send_fragment_with`](Self::send_fragment_with), [`send_prepared`](Self::send_prepared), [`send_received`](Self::send_received), [`send_lent`](Self::send_lent), [`ping`](Self::ping), [`ping_with`](Self::ping_with), [`pong`](Self::pong), [`close`](Self::close) |
/// | D. what to do next | [`next_event`](Self::next_event), [`transmit`](Self::transmit), [`handle_transmitted`](Self::handle_transmitted), [`handle_half_closed`](Self::handle_half_closed), [`poll_timeout`](Self::poll_timeout), [`settle_lent`](Self::settle_lent), [`keep_lent`](Self::keep_lent), [`lend_buffer`](Self::lend_buffer), [`take_buffer`](Self::take_buffer) |
///
/// **After any B or C, drain D; then wait.** That is:
///
/// 1. take events with [`next_event`](Self::next_event) until it gives none, with an empty input
///    when nothing was read;
/// 2. write what [`transmit`](Self::transmit) gives, as far as the transport takes it, and say so
///    with [`handle_transmitted`](Self::handle_transmitted);
/// 3. when [`state`](Self::state) is [`State::Closed`], drop the transport: nothing more happens;
/// 4. otherwise wait for the transport, for the deadline of [`poll_timeout`](Self::poll_timeout) or
///    for a wish of the application. Read only while [`wants_input`](Self::wants_input), and feed
///    what can be read before telling that a deadline has passed.
///
/// No peer can make a call fail or panic, nor make the connection hold more than
/// [`Limits`](crate::Limits) allow. A violation is an event and one Close frame with the right
/// code; only mistakes of the caller are errors. The same bytes give the same events however they
/// are cut.
///
/// All times of one connection are from one clock, see [`Timestamp`].
pub struct Connection {
    pub(crate) config: Arc<Config>,
    pub(crate) role: Role,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) extensions: Chain,
    pub(crate) entropy: Entropy,
    pub(crate) receiver: Receiver,
    /// The message that the application is sending in fragments.
    pub(crate) under_way: Option<UnderWay>,
    pub(crate) outbox: Outbox,
    pub(crate) pong: PongSlot,
    pub(crate) pings: Pings,
    pub(crate) timers: Timers,
    pub(crate) received: Traffic,
    pub(crate) sent: Traffic,
    /// What came about without input and has not been reported.
    pub(crate) pending: Option<Pending>,
    /// Turns of the loops over input, where tests count them.
    pub(crate) steps: Steps,
}

/// An event that does not come out of the input.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Pending {
    /// Found in the input and not acted on.
    Found(ProtocolViolation),
    /// The peer has been failed for it.
    Violation(ProtocolViolation),
    TimedOut(TimeoutKind),
}

impl Connection {
    /// A connection that has just been established.
    ///
    /// `role` is this end's; `config` may be shared with other connections by passing an
    /// [`Arc`]; `extensions` are those agreed on in the opening handshake; `entropy` gives masking
    /// keys to a client and ping payloads to both; `now` is the time at which the opening
    /// handshake ended. Bytes that were read behind the handshake are the first input.
    #[must_use]
    pub fn new(
        role: Role,
        config: impl Into<Arc<Config>>,
        extensions: Chain,
        entropy: Entropy,
        now: Timestamp,
    ) -> Self {
        let mut connection = Self {
            config: config.into(),
            role,
            lifecycle: Lifecycle::new(),
            extensions,
            entropy,
            receiver: Receiver::default(),
            under_way: None,
            outbox: Outbox::default(),
            pong: PongSlot::default(),
            pings: Pings::default(),
            timers: Timers::default(),
            received: Traffic::default(),
            sent: Traffic::default(),
            pending: None,
            steps: Steps::default(),
        };
        connection.schedule_ping(now);
        connection
    }

    /// Which end this is.
    #[inline]
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Whether the connection is open, closing or closed.
    #[inline]
    #[must_use]
    pub const fn state(&self) -> State {
        self.lifecycle.state()
    }

    /// The settings the connection was made with.
    #[inline]
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The names of the extensions in use, in the order in which they encode; still known when the
    /// connection is closed.
    pub fn extensions(&self) -> impl Iterator<Item = &str> {
        self.extensions.names()
    }

    /// Whether there are extensions in use.
    #[inline]
    #[must_use]
    pub fn has_extensions(&self) -> bool {
        !self.extensions.is_empty()
    }

    /// What has passed through so far.
    #[must_use]
    #[inline]
    pub const fn stats(&self) -> Stats {
        Stats {
            received: self.received,
            sent: self.sent,
            rtt: self.pings.rtt(),
        }
    }

    /// Bytes that are queued and have not left.
    #[inline]
    #[must_use]
    pub fn buffered_bytes(&self) -> usize {
        self.outbox.len()
    }

    /// Whether a polite application would send now: the connection is open and no more is queued
    /// than [`Limits::high_water_bytes`](crate::Limits::high_water_bytes).
    #[inline]
    #[must_use]
    pub fn is_writable(&self) -> bool {
        self.lifecycle.is_open() && self.outbox.len() <= self.config.limits.high_water_bytes
    }

    /// Whether part of a message has come, if only the header of its first frame.
    #[inline]
    #[must_use]
    pub const fn is_receiving_message(&self) -> bool {
        self.receiver.is_within_message()
    }

    /// What the bytes are that come next, and begin with `bytes`: those behind the last that were fed.
    ///
    /// For callers who want to answer pings while nobody takes messages, see [`NextFrame`].
    #[must_use]
    pub fn next_frame(&self, bytes: &[u8]) -> NextFrame {
        match self.lifecycle.is_receiving() {
            true => self.receiver.next_frame(bytes),
            false => NextFrame::Incomplete,
        }
    }

    /// Whether to go on reading from the transport.
    ///
    /// False when closed, and when as much has come after the last Close frame as
    /// [`Config::drain_bytes`] allows. In that case the deadline is still to be waited for, so that
    /// the Close frame reaches the peer; feeding more input closes the connection at once.
    #[must_use]
    pub fn wants_input(&self) -> bool {
        self.lifecycle.wants_input(self.config.drain_bytes)
    }

    /// How the connection ended; `None` until [`state`](Self::state) is [`State::Closed`].
    #[must_use]
    pub fn close_outcome(&self) -> Option<CloseOutcome> {
        self.lifecycle.outcome().cloned()
    }

    #[inline]
    pub(crate) const fn header_rules(&self) -> HeaderRules {
        HeaderRules {
            receiver: self.role,
            rsv: self.extensions.rsv(),
        }
    }

    /// What is needed to queue frames.
    #[inline]
    pub(crate) fn writer(&mut self) -> FrameWriter<'_> {
        FrameWriter {
            role: self.role,
            entropy: &mut self.entropy,
            extensions: &mut self.extensions,
            outbox: &mut self.outbox,
            traffic: &mut self.sent,
        }
    }
}

/// Shows where the connection stands, no payload.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("role", &self.role)
            .field("lifecycle", &self.lifecycle)
            .field("extensions", &self.extensions)
            .field("buffered_bytes", &self.buffered_bytes())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
