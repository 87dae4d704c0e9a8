//! Scripts: what a case sends and what it expects, as data.
//!
//! A script is about one connection. [`FrameScript`] starts behind an ordinary opening handshake;
//! [`OpeningScript`] is about that handshake. Running them is in `run`.

mod event;
mod frames;
mod opening;
mod series;

pub use event::{Event, Payload, binary, pong, still_open, text};
pub use frames::{Agreement, Alternative, Ending, FrameScript, Message, Needs, Step};
pub use opening::{Answer, Check, OpeningScript, Piece, REQUEST, RESPONSE};
pub use series::Series;

pub(crate) use frames::Help;

/// What a case does.
#[derive(Debug)]
pub enum Script {
    /// Frames, behind an ordinary opening handshake.
    Frames(FrameScript),
    /// The opening handshake itself.
    Opening(OpeningScript),
}

impl Script {
    /// The bytes that are written whatever the subject does, once each and with their blanks
    /// (`%KEY%` and the like); messages under an extension are not among them.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Frames(script) => script.steps.iter().flat_map(Step::bytes).copied().collect(),
            Self::Opening(script) => script
                .pieces
                .iter()
                .flat_map(Piece::bytes)
                .copied()
                .collect(),
        }
    }
}

impl From<FrameScript> for Script {
    fn from(script: FrameScript) -> Self {
        Self::Frames(script)
    }
}

impl From<OpeningScript> for Script {
    fn from(script: OpeningScript) -> Self {
        Self::Opening(script)
    }
}
