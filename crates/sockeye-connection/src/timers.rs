//! The deadlines of one connection.
//!
//! A small table, one row for each kind. What a deadline means is decided where it is set; no
//! clock is read here.

use crate::Timestamp;

/// What a deadline is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Timer {
    /// The message that is being received must be whole.
    Assembly,
    /// The closing must be over.
    Closing,
    /// Something queued must have left.
    WriteStall,
    /// The next keepalive ping is due.
    Ping,
    /// A sign of life must have come.
    Pong,
    /// The extensions have sent nothing for so long that they may give up memory.
    IdleRelease,
}

/// The deadlines that are set.
#[derive(Debug)]
pub(crate) struct Timers {
    /// One for each timer, in the order of [`Timer::ALL`]; [`Timestamp::MAX`] when it is not set.
    deadlines: [Timestamp; Timer::ALL.len()],
}

impl Timers {
    #[inline]
    pub(crate) fn set(&mut self, timer: Timer, deadline: Timestamp) {
        *self.slot(timer) = deadline;
    }

    #[inline]
    pub(crate) fn stop(&mut self, timer: Timer) {
        *self.slot(timer) = Timestamp::MAX;
    }

    pub(crate) fn stop_all(&mut self) {
        *self = Self::default();
    }

    /// The deadline of `timer`, if it is set.
    #[inline]
    pub(crate) fn get(&self, timer: Timer) -> Option<Timestamp> {
        let deadline = self.deadlines[timer.row()];
        (deadline != Timestamp::MAX).then_some(deadline)
    }

    /// The earliest deadline.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        let earliest = self.deadlines.iter().copied().min();
        earliest.filter(|deadline| *deadline != Timestamp::MAX)
    }

    /// Stops a timer whose deadline has come, and gives it; the earliest first.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<Timer> {
        let due = Timer::ALL
            .into_iter()
            .filter_map(|timer| Some((self.get(timer)?, timer)))
            .filter(|(deadline, _)| *deadline <= now)
            .min_by_key(|(deadline, _)| *deadline);
        let (_, timer) = due?;
        self.stop(timer);
        Some(timer)
    }

    #[inline]
    fn slot(&mut self, timer: Timer) -> &mut Timestamp {
        &mut self.deadlines[timer.row()]
    }
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            deadlines: [Timestamp::MAX; Timer::ALL.len()],
        }
    }
}

impl Timer {
    const ALL: [Self; 6] = [
        Self::Assembly,
        Self::Closing,
        Self::WriteStall,
        Self::Ping,
        Self::Pong,
        Self::IdleRelease,
    ];

    #[inline]
    const fn row(self) -> usize {
        match self {
            Self::Assembly => 0,
            Self::Closing => 1,
            Self::WriteStall => 2,
            Self::Ping => 3,
            Self::Pong => 4,
            Self::IdleRelease => 5,
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_duration(Duration::from_secs(seconds))
    }

    #[test]
    fn every_timer_has_its_own_row() {
        for (row, timer) in Timer::ALL.into_iter().enumerate() {
            assert_eq!(timer.row(), row);
        }
    }

    #[test]
    fn due_timers_come_in_the_order_of_their_deadlines() {
        let mut timers = Timers::default();
        assert_eq!(timers.next(), None);
        timers.set(Timer::Ping, at(1));
        timers.set(Timer::Assembly, at(3));
        timers.set(Timer::Closing, at(2));
        timers.set(Timer::Pong, at(5));
        timers.stop(Timer::Pong);
        assert_eq!(timers.next(), Some(at(1)));
        assert_eq!(timers.get(Timer::Closing), Some(at(2)));
        assert_eq!(timers.take_due(at(0)), None);
        assert_eq!(timers.take_due(at(3)), Some(Timer::Ping));
        assert_eq!(timers.take_due(at(3)), Some(Timer::Closing));
        assert_eq!(timers.take_due(at(3)), Some(Timer::Assembly));
        assert_eq!(timers.take_due(at(99)), None);
    }
}
