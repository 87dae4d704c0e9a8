//! Why a message that was sent did not arrive, as far as the two sides and the link tell.
//!
//! One reason for each direction of a connection: the first of those that are listed.

use std::collections::BTreeSet;
use std::ops::AddAssign;

use sockeye_driver::ErrorKind;

use super::life::Fared;
use super::network::PipeId;

/// A reason.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Loss {
    /// Who receives left, or closed without listening to the end.
    Unheard,
    /// Who sends left: by dropping or aborting it, by a panic, or by the end of a server's patience.
    Left,
    /// The link broke off.
    Broken,
    /// A time limit of one side ended it: that of the closing handshake is no error where the other
    /// side's Close frame had come, and shows as an end that was not clean.
    TimedOut,
}

impl Loss {
    /// Why what `from` sent may not have reached `to`; `None` when it had to.
    pub(super) fn of(from: &Fared, to: &Fared, resets: &BTreeSet<PipeId>) -> Option<Self> {
        let is_broken = from.writes.is_none_or(|pipe| resets.contains(&pipe));
        let is_cut_short = from.outcome.as_ref().is_some_and(|outcome| !outcome.clean);
        let ends_in_time = |fared: &Fared| {
            let mut kinds = fared.errors.iter().map(|error| error.kind());
            // A message that takes too long breaks a rule of ours.
            kinds.all(|kind| !matches!(kind, ErrorKind::Timeout | ErrorKind::Protocol))
        };
        if !to.has_listened() {
            Some(Self::Unheard)
        } else if from.has_left || !from.is_over {
            Some(Self::Left)
        } else if is_broken {
            Some(Self::Broken)
        } else if is_cut_short || !(ends_in_time(from) && ends_in_time(to)) {
            Some(Self::TimedOut)
        } else {
            None
        }
    }
}

/// How many messages that were sent did not arrive, by reason.
#[derive(Clone, Copy, Debug, Default)]
pub struct Losses {
    /// Who was to receive them left, or closed without listening to the end.
    pub unheard: u64,
    /// Who sent them left before they had gone.
    pub left: u64,
    /// The link broke off.
    pub broken: u64,
    /// A time limit of one side ended the connection.
    pub timed_out: u64,
}

impl Losses {
    pub(super) fn add(&mut self, loss: Loss, n: u64) {
        let number = match loss {
            Loss::Unheard => &mut self.unheard,
            Loss::Left => &mut self.left,
            Loss::Broken => &mut self.broken,
            Loss::TimedOut => &mut self.timed_out,
        };
        *number += n;
    }

    /// All of them.
    #[must_use]
    pub const fn sum(&self) -> u64 {
        self.unheard + self.left + self.broken + self.timed_out
    }
}

impl AddAssign for Losses {
    fn add_assign(&mut self, other: Self) {
        self.unheard += other.unheard;
        self.left += other.left;
        self.broken += other.broken;
        self.timed_out += other.timed_out;
    }
}
