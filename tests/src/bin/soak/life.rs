//! A connection's life: whose it is, and what kind of one chance makes it.

use sockeye_tests::Random;

use crate::Result;

/// One connection from its beginning to its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    /// Which of the clients that are there at the same time.
    pub(crate) client: u32,
    /// How many lives this client had before.
    pub(crate) number: u32,
}

/// What a client does with a life.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Kind {
    Honest,
    /// In the middle of it, the connection is reset.
    Resets,
    /// Neither reads nor writes for longer than the server waits for anything.
    Stalls,
    /// Takes what it is sent a message at a time, with pauses.
    ReadsSlowly,
    /// Breaks the protocol, in the opening handshake or after it.
    Breaks,
}

impl Life {
    /// A number that no other life has.
    pub(crate) fn seed(self) -> u64 {
        u64::from(self.client) << 16 | u64::from(self.number)
    }

    /// The path of its URI.
    pub(crate) fn path(self) -> String {
        format!("/{}/{}", self.client, self.number)
    }

    /// The life with this path; `None` when there is no ledger to keep of it.
    pub(crate) fn of_path(path: &str) -> Result<Option<Self>> {
        let Some((client, number)) = path.trim_start_matches('/').split_once('/') else {
            return Ok(None);
        };
        Ok(Some(Self {
            client: client.parse()?,
            number: number.parse()?,
        }))
    }
}

impl Kind {
    /// One life in twenty is not honest.
    pub(crate) fn choose(random: &mut Random) -> Self {
        match random.below(80) {
            0 => Self::Resets,
            1 => Self::Stalls,
            2 => Self::ReadsSlowly,
            3 => Self::Breaks,
            _ => Self::Honest,
        }
    }
}

/// Lives that one client can have at most.
pub(crate) const MAX_LIVES: u32 = 4096;

/// Lives that one process gives a client at most: the next process begins with the lives after.
pub(crate) const LIVES_IN_PROCESS: u32 = 256;
