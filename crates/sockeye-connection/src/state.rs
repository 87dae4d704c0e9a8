//! The state of a connection and everything that changes it (RFC 6455 §7.1).
//!
//! ```text
//!              our Close queued            peer's Close
//!      Open ─────────────────▶ CloseSent ─────────────────▶ Ending ──┐ flushed, half-closed,
//!        │                        │                           ▲      │ and the peer silent or gone
//!        │ peer's Close, ours queued in answer                │      │
//!        ├────────────────────────┼───────────────────────────┘      ▼
//!        │ violation, our Close   │ violation                      Closed ◀── EOF, transport broke,
//!        └────────────────────────┴──────────▶ Failing ──────────────┘        timeout: from anywhere
//! ```
//!
//! `Open` is the state OPEN of §7.1, `CloseSent`, `Ending` and `Failing` are CLOSING: in
//! `CloseSent` messages still arrive, in `Ending` both Close frames are exchanged and bytes are
//! read only to be forgotten, in `Failing` likewise, without waiting for the peer's Close.
//! Queues nothing and knows no time: the callers do that.

use alloc::boxed::Box;

use sockeye_frame::{CloseFrame, Role};

use crate::{CloseOutcome, Initiator};

/// Where a connection stands, for the application.
///
/// Source: RFC 6455 §7.1.3, §7.1.4.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum State {
    /// Messages go both ways.
    Open,
    /// A Close frame was sent or received; nothing but output that is queued still leaves.
    Closing,
    /// It is over; the transport can be dropped.
    Closed,
}

/// The state with what belongs to it.
#[derive(Debug)]
pub(crate) struct Lifecycle {
    phase: Phase,
    /// The peer sends no more bytes.
    eof: bool,
    /// How it ends, as far as that is known; nothing while the connection is open.
    outcome: Option<Box<CloseOutcome>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    Open,
    CloseSent,
    Ending(Linger),
    Failing(Linger),
    Closed,
}

/// What is left to do when only the transport has to be shut down.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Linger {
    half_closed: bool,
    /// Bytes that came and were forgotten.
    n_drained: usize,
}

impl Lifecycle {
    pub(crate) const fn new() -> Self {
        Self {
            phase: Phase::Open,
            eof: false,
            outcome: None,
        }
    }

    /// Our Close frame was queued because the application wants to close.
    pub(crate) fn close_sent(&mut self, frame: CloseFrame) {
        if self.phase == Phase::Open {
            self.phase = Phase::CloseSent;
            self.note_sent(frame);
        }
    }

    /// The peer's Close frame came in; `answer` is the one of ours that was queued, if it had not
    /// been before.
    pub(crate) fn close_received(&mut self, frame: CloseFrame, answer: Option<CloseFrame>) {
        if self.is_receiving() {
            self.phase = Phase::Ending(Linger::default());
            let outcome = self.outcome.get_or_insert_default();
            outcome.first.get_or_insert(Initiator::Peer);
            outcome.received = Some(frame);
            if let Some(answer) = answer {
                self.note_sent(answer);
            }
        }
    }

    /// We fail the connection; `frame` is our Close frame, if it had not been queued before.
    pub(crate) fn fail(&mut self, frame: Option<CloseFrame>) {
        if self.is_receiving() {
            self.phase = Phase::Failing(Linger::default());
            if let Some(frame) = frame {
                self.note_sent(frame);
            }
        }
    }

    /// The transport was half-closed; `flushed` says whether everything had left.
    ///
    /// After a closing handshake that is the end: a peer sends nothing after its Close frame (RFC
    /// 6455 §5.5.1), so nothing can come that would have the transport reset before ours is read.
    /// One that did send something is waited for, as one that was failed.
    pub(crate) fn half_closed(&mut self, flushed: bool) {
        match &mut self.phase {
            Phase::Ending(linger) if flushed && linger.n_drained == 0 => self.closed(true),
            Phase::Ending(linger) | Phase::Failing(linger) => linger.half_closed = true,
            Phase::Open | Phase::CloseSent | Phase::Closed => {}
        }
    }

    /// The peer sends no more bytes; `flushed` says whether all of ours have left.
    pub(crate) fn eof(&mut self, flushed: bool) {
        self.eof = true;
        match self.phase {
            // Without the peer's Close frame there is no closing handshake to finish.
            Phase::Open | Phase::CloseSent => self.closed(flushed),
            Phase::Ending(_) | Phase::Failing(_) if flushed => self.closed(true),
            Phase::Ending(_) | Phase::Failing(_) | Phase::Closed => {}
        }
    }

    /// Everything that was queued has left.
    pub(crate) fn flushed(&mut self) {
        match self.phase {
            Phase::Ending(_) | Phase::Failing(_) if self.eof => self.closed(true),
            Phase::Open
            | Phase::CloseSent
            | Phase::Ending(_)
            | Phase::Failing(_)
            | Phase::Closed => {}
        }
    }

    /// `n` bytes came that are only forgotten, of which the first `budget` are free.
    pub(crate) fn drained(&mut self, n: usize, budget: usize, flushed: bool) {
        let (Phase::Ending(linger) | Phase::Failing(linger)) = &mut self.phase else {
            return;
        };
        if linger.n_drained >= budget && n > 0 {
            self.closed(flushed);
        } else {
            linger.n_drained = linger.n_drained.saturating_add(n);
        }
    }

    /// It is over; `flushed` says whether our Close frame, if there was one, has left.
    pub(crate) fn closed(&mut self, flushed: bool) {
        let outcome = self.outcome.get_or_insert_default();
        // RFC 6455 §7.1.4: closed cleanly is when the TCP connection is closed after the closing
        // handshake is completed
        outcome.clean = match self.phase {
            Phase::Ending(_) => flushed,
            Phase::Closed => outcome.clean,
            Phase::Open | Phase::CloseSent | Phase::Failing(_) => false,
        };
        self.phase = Phase::Closed;
    }

    pub(crate) const fn state(&self) -> State {
        match self.phase {
            Phase::Open => State::Open,
            Phase::CloseSent | Phase::Ending(_) | Phase::Failing(_) => State::Closing,
            Phase::Closed => State::Closed,
        }
    }

    /// Whether frames may be sent.
    #[inline]
    pub(crate) const fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open)
    }

    /// Whether frames that come in are looked at.
    #[inline]
    pub(crate) const fn is_receiving(&self) -> bool {
        matches!(self.phase, Phase::Open | Phase::CloseSent)
    }

    /// Whether the peer owes us its Close frame.
    pub(crate) const fn awaits_close(&self) -> bool {
        matches!(self.phase, Phase::CloseSent)
    }

    /// Whether a closing handshake is under way, as opposed to failing.
    pub(crate) const fn is_closing_gracefully(&self) -> bool {
        matches!(self.phase, Phase::CloseSent | Phase::Ending(_))
    }

    pub(crate) const fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed)
    }

    /// Whether, once everything queued has left, our side of the transport is to be shut down.
    pub(crate) const fn wants_half_close(&self, role: Role) -> bool {
        match (self.phase, role) {
            // RFC 6455 §7.1.1: the underlying TCP connection, in most normal cases, SHOULD be
            // closed first by the server; a client MAY wait for the server to do so
            (Phase::Ending(linger), Role::Server) | (Phase::Failing(linger), _) => {
                !linger.half_closed
            }
            (Phase::Ending(_), Role::Client) => false,
            (Phase::Open | Phase::CloseSent | Phase::Closed, _) => false,
        }
    }

    /// Whether bytes from the peer still matter, be it to see the end; `budget` is how many may be
    /// forgotten.
    pub(crate) const fn wants_input(&self, budget: usize) -> bool {
        match self.phase {
            Phase::Open | Phase::CloseSent => true,
            Phase::Ending(linger) | Phase::Failing(linger) => {
                !self.eof && linger.n_drained < budget
            }
            Phase::Closed => false,
        }
    }

    /// How it ended, once it has.
    pub(crate) fn outcome(&self) -> Option<&CloseOutcome> {
        match self.phase {
            Phase::Closed => self.outcome.as_deref(),
            Phase::Open | Phase::CloseSent | Phase::Ending(_) | Phase::Failing(_) => None,
        }
    }

    fn note_sent(&mut self, frame: CloseFrame) {
        let outcome = self.outcome.get_or_insert_default();
        outcome.first.get_or_insert(Initiator::Us);
        outcome.sent = Some(frame);
    }
}

#[cfg(test)]
mod tests;
