//! Drives one connection over one transport: the only place where the two meet.
//!
//! Each `poll_*` does all that can be done now: bytes due to the peer leave before anything is
//! waited for, whichever call was made. No message is held here across calls except as unread
//! bytes, so any of these may be abandoned at any [`Poll::Pending`] without loss.

mod receive;
mod send;

use std::io;
use std::task::{Context, Poll, ready};

use sockeye_connection::{CloseOutcome, NextFrame, State};
use sockeye_frame::CloseFrame;

use crate::drain::DrainListener;
use crate::endpoint::Endpoint;
use crate::timer::Alarm;
use crate::uninterrupted::Uninterrupted;
use crate::unread::Unread;
use crate::{Error, Transport, buffers};

/// A connection, its transport and its clock.
pub(crate) struct Core<T> {
    pub(crate) transport: Uninterrupted<T>,
    alarm: Alarm,
    pub(crate) endpoint: Endpoint,
    pub(crate) unread: Unread,
    drain: Option<DrainListener>,
    /// Writing failed with this; reading goes on, since the peer's Close may still be there.
    write_failure: Option<io::ErrorKind>,
    /// Reads that brought bytes since the transport had none, or since others last ran.
    n_reads_in_turn: u8,
    /// Bytes of messages that had been received when the turn began.
    received_before_turn: u64,
    /// The message before was read into its own memory: the next may well be as large.
    expects_large: bool,
    /// The transport said that no more bytes will come, or failed.
    is_at_eof: bool,
    /// What it said, behind unread bytes: the connection is told once they have been decoded. A
    /// box, since few connections ever have it.
    unread_end: Option<Box<io::Result<usize>>>,
    /// Bytes were written since the transport was last flushed.
    is_flush_due: bool,
    /// The transport was told that we are done, after the connection had closed.
    is_shut_down: bool,
    /// A message of ours is being sent in pieces.
    pub(crate) is_writing_message: bool,
    in_front: InFront,
}

/// What is in front of whoever takes up control frames and nothing else.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum InFront {
    /// Nothing, or nobody takes them up.
    Nothing,
    /// A message, which has to be received before.
    Message,
    /// A message that they have read themselves, for which somebody may wait.
    MessageJustRead,
}

impl<T: Transport> Core<T> {
    pub(crate) fn new(transport: T, alarm: Alarm, endpoint: Endpoint, unread: &[u8]) -> Self {
        let mut core = Self {
            transport: Uninterrupted(transport),
            alarm,
            endpoint,
            unread: Unread::default(),
            drain: None,
            write_failure: None,
            n_reads_in_turn: 0,
            received_before_turn: 0,
            expects_large: false,
            is_at_eof: false,
            unread_end: None,
            is_flush_due: false,
            is_shut_down: false,
            is_writing_message: false,
            in_front: InFront::Nothing,
        };
        if !unread.is_empty() {
            core.unread.append(unread);
        }
        core
    }

    pub(crate) fn listen_to(&mut self, drain: DrainListener) {
        self.drain = Some(drain);
    }

    /// Queues our Close frame; the first one counts.
    pub(crate) fn start_close(&mut self, frame: CloseFrame) -> Result<(), Error> {
        if self.endpoint.as_connection().state() == State::Open {
            self.endpoint.close(frame, self.alarm.now())?;
        }
        Ok(())
    }

    /// Waits for the end of the closing handshake, dropping what else arrives.
    pub(crate) fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // What failed is in the outcome: it was our wish that the connection ends.
        let _ = ready!(self.poll_next(cx, |_| None::<()>));
        Poll::Ready(())
    }

    /// The same where somebody else receives: only writes and keeps the time.
    pub(crate) fn poll_closed_by_receiver(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let _ = self.poll_write(cx);
            if self.endpoint.is_closed() {
                self.shut_down(cx);
                return Poll::Ready(());
            }
            ready!(self.poll_alarm(cx));
        }
    }

    /// The same, and control frames that no message is in front of are taken up too.
    pub(crate) fn poll_attended(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let _ = self.poll_write(cx);
            if self.endpoint.is_closed() {
                self.shut_down(cx);
                return Poll::Ready(());
            }
            if self.poll_control_frames(cx).is_pending() {
                ready!(self.poll_alarm(cx));
            }
        }
    }

    /// Ends the connection without the closing handshake.
    pub(crate) fn abort(&mut self, cx: &mut Context<'_>) {
        self.endpoint.handle_disconnect();
        self.shut_down(cx);
    }

    /// After the end the peer sees `FIN` even if the application keeps the WebSocket.
    fn shut_down(&mut self, cx: &mut Context<'_>) {
        if !self.is_shut_down {
            // The connection is over; nobody waits for this and nothing depends on it. If it has to
            // wait, the next call tries again, and dropping the transport does it for sure.
            let done = self.transport.poll_shutdown(cx);
            self.is_shut_down = done.is_ready();
        }
    }

    /// Closes with the code of the server's drain signal, once it was given.
    #[inline]
    fn check_drain(&mut self, cx: &Context<'_>) {
        if let Some(drain) = &mut self.drain
            && let Some(frame) = drain.poll(cx)
        {
            self.drain = None;
            // One that is closing already takes no notice, and the code can be sent.
            let _ = self.endpoint.close(frame, self.alarm.now());
        }
    }

    /// Ready when a time limit passed and the connection was told.
    ///
    /// Bytes that have come since show that the peer lives, also where the application only sends:
    /// they are looked for first, and kept for the next receiving call. When many are kept, or all
    /// that will ever come, no more are looked for, and the peer has the benefit of the doubt. Those
    /// that are kept may end the message under way, which is not late if nobody receives.
    pub(crate) fn poll_alarm(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.endpoint.as_connection().poll_timeout() else {
            return Poll::Pending;
        };
        ready!(self.alarm.poll(deadline, cx));
        let has_much = self.unread.as_slice().len() >= buffers::RECV_BYTES;
        if has_much || self.poll_read_ahead(cx).is_ready() || self.unread_end.is_some() {
            self.endpoint.connection().handle_activity();
        }
        let now = self.alarm.now();
        if !self.unread.is_empty() {
            self.endpoint.connection().handle_backlog(now);
        }
        self.endpoint.handle_timeout(now);
        Poll::Ready(())
    }

    /// Whether the next time limit comes before the moment the timer would wake us.
    pub(crate) fn is_alarm_late(&self) -> bool {
        self.endpoint
            .as_connection()
            .poll_timeout()
            .is_some_and(|deadline| self.alarm.is_late_for(deadline))
    }

    /// Whether a new message can be sent; the error says why not.
    pub(crate) fn check_open(&self) -> Result<(), Error> {
        self.check_write()?;
        match self.endpoint.as_connection().state() {
            State::Open => Ok(()),
            State::Closing | State::Closed => Err(Error::Closed),
        }
    }

    fn check_write(&self) -> Result<(), Error> {
        self.write_failure
            .map_or(Ok(()), |kind| Err(Error::Io(kind.into())))
    }

    /// How it ended; of a connection that has not, how it would end now.
    pub(crate) fn outcome(&self) -> CloseOutcome {
        self.endpoint.close_outcome().unwrap_or_default()
    }

    /// Whether calls of other tasks can go on by what was read or received, of which the transport
    /// will not tell them.
    pub(crate) fn take_news(&mut self) -> bool {
        let before = self.in_front;
        if before == InFront::Nothing {
            return false;
        }
        let is_received = self.next_frame() != NextFrame::Data;
        self.in_front = match is_received {
            true => InFront::Nothing,
            false => InFront::Message,
        };
        is_received || before == InFront::MessageJustRead
    }

    /// What the calls of other tasks may be waiting for.
    pub(crate) fn allows(&self) -> (bool, State) {
        let connection = self.endpoint.as_connection();
        (
            connection.is_writable() && !self.is_writing_message,
            connection.state(),
        )
    }
}
