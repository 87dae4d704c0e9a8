//! What a subject is: a program that takes part, and what the page says about it.
//!
//! The table of them is in `subjects`; starting one is for `server`.

use serde::{Deserialize, Serialize};

/// A program that takes part.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) group: Group,
    pub(super) family: Family,
    pub(super) launch: Launch,
    /// Can do permessage-deflate, when told to.
    pub(super) deflates: bool,
    /// Letters of the only scenarios that it is there for; all when empty.
    pub(super) only: &'static [&'static str],
    /// The package whose version counts, as the lock file has it.
    pub(super) library: Option<&'static str>,
    /// How it is set up, and why so.
    pub(super) settings: String,
    pub(super) quick: bool,
}

/// What a subject is to us.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Group {
    /// Echoes bytes as they come, without WebSocket: nobody can be cheaper in its way.
    Floor,
    Ours,
    Peer,
}

/// Subjects that do the same work, and can be compared.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Family {
    /// Servers that send each message back.
    Echo,
    /// Servers that send a message back while it comes.
    Stream,
    /// Servers that send each message to everybody.
    Broadcast,
    /// Clients, which send and receive by themselves.
    Client,
    /// Servers on a link in memory, that compress.
    Deflate,
}

/// How a subject is started.
#[derive(Clone, Debug)]
pub(super) enum Launch {
    /// A program of `tests/bench`, with the arguments it has besides the usual ones.
    Built {
        program: &'static str,
        arguments: &'static [&'static str],
    },
    /// A command line for the shell, with placeholders.
    Elsewhere(String),
}

impl Subject {
    /// Whether it speaks no WebSocket, so that the generator must not expect any.
    pub(super) fn is_raw(&self) -> bool {
        self.group == Group::Floor
    }
}

impl Family {
    /// One word for people.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Stream => "stream",
            Self::Broadcast => "broadcast",
            Self::Client => "client",
            Self::Deflate => "deflate",
        }
    }
}
