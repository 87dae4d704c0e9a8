//! What a scenario is: work for a server, and the figure it is there for.
//!
//! The table of them is in `scenarios`; running one is for `sample`.

use super::figure::Figure;
use super::goal::Goal;
use super::subject::{Family, Subject};

/// One kind of work that subjects are compared by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scenario {
    /// Short and unique, for command lines and the heads of tables.
    pub(super) letter: &'static str,
    /// Unique too; the key in the results.
    pub(super) name: &'static str,
    /// What is done, in words and numbers.
    pub(super) work: &'static str,
    /// What one learns from it.
    pub(super) shows: &'static str,
    pub(super) drive: Drive,
    pub(super) headline: Figure,
    pub(super) family: Family,
    /// The subjects must have been built for permessage-deflate.
    pub(super) deflate: bool,
    /// More rounds would not tell more: the figure does not depend on time.
    pub(super) max_rounds: u32,
    /// Whether `--quick` takes it.
    pub(super) quick: bool,
    pub(super) goals: &'static [Goal],
}

/// Which program makes the work.
#[derive(Clone, Copy, Debug)]
pub(super) enum Drive {
    /// The generator, with these arguments, for as many seconds as the run asks for.
    Timed(&'static str),
    /// The generator, which ends by itself.
    Whole(&'static str),
    /// The subject itself, a client, with these arguments; `floor` answers it, with those.
    Client {
        floor: &'static str,
        work: &'static str,
    },
    /// The subject by itself, with these arguments: server and generator in one.
    Alone(&'static str),
}

impl Drive {
    /// The program of `tests/bench` that it takes besides the subject.
    pub(super) fn program(self) -> Option<&'static str> {
        match self {
            Self::Timed(_) | Self::Whole(_) => Some("load"),
            Self::Client { .. } => Some("floor"),
            Self::Alone(_) => None,
        }
    }
}

impl Scenario {
    /// Whether `name`, as typed, means this one.
    pub(super) fn is_called(&self, name: &str) -> bool {
        name == self.letter || name == self.name
    }

    pub(super) fn takes(&self, subject: &Subject) -> bool {
        let can_deflate = !self.deflate || subject.deflates || subject.is_raw();
        self.family == subject.family
            && can_deflate
            && (subject.only.is_empty() || subject.only.contains(&self.letter))
    }
}
