//! What the passing of time means (family B of the contract; RFC 6455 §5.5.2).
//!
//! Keepalive pings, and what each deadline that was missed leads to. The table of deadlines is in
//! `timers.rs`, the pings that wait for an answer are in `keepalive.rs`.

use core::time::Duration;

use crate::connection::Pending;
use crate::intake::Intake;
use crate::pong::PROMPT_BELOW_BYTES;
use crate::timers::Timer;
use crate::{Connection, ProtocolViolation, TimeoutKind, Timestamp};

impl Connection {
    /// The deadline of [`poll_timeout`](Self::poll_timeout) has passed, or perhaps has not: an early
    /// call does nothing.
    ///
    /// Feed what the transport has to read first, lest a late wake-up be taken for a silent peer.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.forgive_pause(now);
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
                Timer::IdleRelease => self.release_idle(),
            }
        }
    }

    /// Bytes that have arrived still wait to be fed, because nobody wants the messages in them.
    ///
    /// To be said before [`handle_timeout`](Self::handle_timeout). A message that is late then is
    /// not given up at once, since its rest may be among them: if still nothing is fed five seconds
    /// later, it has all its time again from when something is. That holds for an application that
    /// could receive; where output waits beyond
    /// [`high_water_bytes`](crate::Limits::high_water_bytes) it is the peer that keeps it from that.
    pub fn handle_backlog(&mut self, now: Timestamp) {
        let is_late = |deadline| deadline <= now;
        if !self.timers.get(Timer::Assembly).is_some_and(is_late) || !self.is_writable() {
            return;
        }
        match self.receiver.intake().map(Intake::late) {
            Some(Intake::InQuestion) => self.timers.set(Timer::Assembly, now + PAUSE),
            Some(Intake::Neglected) => self.timers.stop(Timer::Assembly),
            Some(Intake::Prompt | Intake::Confirmed) | None => {}
        }
    }

    /// Starts the deadline of a message anew when nobody was here to take it in.
    ///
    /// A call this late means that the application did something else, so the peer was held back
    /// by us, not slow.
    fn forgive_pause(&mut self, now: Timestamp) {
        let is_pause = |deadline| now.saturating_since(deadline) >= PAUSE;
        if self.timers.get(Timer::Assembly).is_some_and(is_pause) {
            self.timers.stop(Timer::Assembly);
            self.watch_assembly(now);
        }
    }

    /// Sends the keepalive ping that is due.
    fn keep_alive(&mut self, now: Timestamp) {
        self.schedule_ping(now);
        // Output that waits is traffic enough for proxies, and its deadline tells whether the peer
        // lives; a ping behind it could be late without fault.
        if self.outbox.len() >= PROMPT_BELOW_BYTES {
            return;
        }
        self.queue_ping(now);
        if let Some(pong) = self.config.timeouts.pong
            && self.timers.get(Timer::Pong).is_none()
        {
            self.timers.set(Timer::Pong, now + pong);
        }
    }

    /// Sets the time of the next keepalive ping.
    pub(crate) fn schedule_ping(&mut self, now: Timestamp) {
        match self.config.timeouts.ping_interval {
            None | Some(Duration::ZERO) => {}
            Some(interval) => self.timers.set(Timer::Ping, now + interval),
        }
    }

    /// Starts the deadline for the message that is being put together, unless it runs.
    pub(crate) fn watch_assembly(&mut self, now: Timestamp) {
        if self.timers.get(Timer::Assembly).is_none()
            && self
                .receiver
                .intake()
                .is_some_and(|intake| *intake != Intake::Neglected)
            && let Some(assembly) = self.config.timeouts.assembly
        {
            self.timers.set(Timer::Assembly, now + assembly);
        }
    }

    /// Starts the deadline for output that waits, unless it runs.
    #[inline]
    pub(crate) fn watch_output(&mut self, now: Timestamp) {
        if self.timers.get(Timer::WriteStall).is_none()
            && !self.outbox.is_empty()
            && let Some(write_stall) = self.config.timeouts.write_stall
        {
            self.timers.set(Timer::WriteStall, now + write_stall);
        }
    }

    /// Starts the time after which the extensions may give up memory; they have sent something.
    ///
    /// Not started anew until they send again, so that a connection is woken once for it.
    pub(crate) fn watch_idle(&mut self, now: Timestamp) {
        if !self.extensions.is_empty()
            && let Some(idle_release) = self.config.timeouts.idle_release
        {
            self.timers.set(Timer::IdleRelease, now + idle_release);
        }
    }

    /// Lets the extensions give up memory, unless a message is being sent in fragments: the next
    /// one starts the time again.
    fn release_idle(&mut self) {
        if self.under_way.is_none() {
            self.extensions.release_idle();
        }
    }

    fn time_out(&mut self, kind: TimeoutKind) {
        self.pending = Some(Pending::TimedOut(kind));
        self.end();
    }
}

/// A deadline that is handled this late was not being waited for, and input that waits this long is
/// not wanted: many times what a busy scheduler takes, and more than a loop that looks at the clock
/// now and then.
const PAUSE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests;
