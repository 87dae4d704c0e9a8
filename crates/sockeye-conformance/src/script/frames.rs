//! A script of frames: steps, what must come back, and how the connection must end.

use std::time::Duration;

use super::event::Event;
use super::series::Series;
use crate::verdict::Verdict;

/// What a case does behind an ordinary opening handshake.
///
/// First the steps, one after another, while whatever comes is received. Then the case waits until
/// the subject has sent what an alternative expects, or ends the connection, or has been silent for
/// [`patience`](Self::patience). The first alternative that fits gives the verdict; none is
/// [`Verdict::Failed`].
#[derive(Debug)]
pub struct FrameScript {
    pub(crate) agreement: Option<Agreement>,
    pub(crate) steps: Vec<Step>,
    pub(crate) alternatives: Vec<Alternative>,
    pub(crate) patience: Duration,
    pub(crate) help: Help,
    /// Whether the same event several times in a row counts once.
    pub(crate) merges_repeats: bool,
}

/// The suite's part in the end of a connection (RFC 6455 §7.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Help {
    /// It answers a Close, and ends TCP where it is the server.
    Whole,
    /// It answers a Close.
    Close,
    /// None.
    Nothing,
}

/// One step of a script.
#[derive(Debug)]
pub enum Step {
    /// Writes bytes at once.
    Send(Vec<u8>),
    /// Writes bytes in pieces of so many, each in a packet of its own.
    Chop(Vec<u8>, usize),
    /// Writes the bytes so many times, and reads nothing meanwhile, until they have left or the
    /// subject has taken none for a second. The next write ends what was cut.
    Flood(Vec<u8>, usize),
    /// Writes the bytes so many times while reading.
    Repeat(Vec<u8>, usize),
    /// Writes a message under the extension agreed on.
    Message(Message),
    /// Writes messages under the extension agreed on, each when the echo of the one before has
    /// come; those echoes are no events, anything else in their place is.
    Series(Series),
    /// Waits until the subject has sent this many events in all. If they do not come in time, no
    /// further step is taken.
    Await(usize),
    /// Waits.
    Pause(Duration),
    /// Notes [`Event::StillOpen`] if the subject has not begun to close.
    StillOpen,
    /// Closes the suite's direction of the TCP connection.
    HalfClose,
    /// Resets the TCP connection.
    Reset,
}

impl Step {
    /// The bytes that it writes as they are, once.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Send(bytes)
            | Self::Chop(bytes, _)
            | Self::Flood(bytes, _)
            | Self::Repeat(bytes, _) => bytes,
            Self::Message(_)
            | Self::Series(_)
            | Self::Await(_)
            | Self::Pause(_)
            | Self::StillOpen
            | Self::HalfClose
            | Self::Reset => &[],
        }
    }
}

/// A message that an extension may encode.
#[derive(Debug)]
pub struct Message {
    /// Text rather than binary.
    pub is_text: bool,
    /// What the application sees.
    pub payload: Vec<u8>,
    /// Longest payload of a frame, after encoding; 0 for a single frame.
    pub max_fragment_bytes: usize,
    /// Sent as it is, without the extension.
    pub is_plain: bool,
}

/// permessage-deflate as a case needs it; a subject that does not agree has not implemented it.
#[derive(Clone, Copy, Debug)]
pub struct Agreement {
    /// What the suite offers as a client: the value of `Sec-WebSocket-Extensions`.
    pub offer: &'static str,
    /// The parameters that the suite answers a client with, such as `server_no_context_takeover`;
    /// empty for none. After commas others, for a client whose offers do not allow those before.
    /// What an offer demands is added.
    pub answer: &'static str,
    /// What must have come of it.
    pub needs: Needs,
}

/// What must be agreed on for the messages that the suite compresses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Needs {
    /// Nothing beyond permessage-deflate.
    Nothing,
    /// They may refer to messages before, up to 32768 bytes back.
    Context,
    /// They may not refer to messages before.
    NoContext,
    /// They may refer back so far at most: the window's bits.
    Window(u8),
}

/// What a subject may do, and what the verdict is when it does.
#[derive(Debug)]
pub struct Alternative {
    /// What it means.
    pub verdict: Verdict,
    /// Why, when the verdict is not ok.
    pub reason: &'static str,
    /// What the subject sends.
    pub events: Vec<Event>,
    /// How it ends.
    pub ending: Ending,
}

/// How a connection ends.
#[derive(Clone, Debug)]
pub enum Ending {
    /// The suite closes with 1000 when the events have come; the subject answers with 1000.
    Normal,
    /// The subject fails the connection, with one of these codes (§7.1.7).
    Fails(&'static [u16]),
    /// The script has sent a Close; the subject answers with one of these codes, `None` being an
    /// empty body.
    Answers(Vec<Option<u16>>),
    /// The script has sent a Close with this code; the subject answers, typically with the same
    /// (§5.5.1).
    Echoes(u16),
    /// The script has sent a Close that is wrong; the subject fails the connection, and its Close,
    /// if any, has one of these codes.
    Refuses(&'static [u16]),
    /// The script has sent a Close, and whatever the subject has sent or sends fits, events
    /// included; the reason tells it.
    Undefined,
    /// The subject ends the TCP connection, with a Close or without.
    Ends,
}

impl FrameScript {
    /// No steps, no expectations.
    #[must_use]
    pub fn new() -> Self {
        Self {
            agreement: None,
            steps: Vec::new(),
            alternatives: Vec::new(),
            patience: PATIENCE,
            help: Help::Whole,
            merges_repeats: false,
        }
    }

    /// Under permessage-deflate.
    #[must_use]
    pub fn with_deflate(mut self, agreement: Agreement) -> Self {
        self.agreement = Some(agreement);
        self
    }

    /// Adds a step.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Adds [`Step::Send`].
    #[must_use]
    pub fn send(self, bytes: Vec<u8>) -> Self {
        self.step(Step::Send(bytes))
    }

    /// Adds [`Step::Chop`].
    #[must_use]
    pub fn chop(self, bytes: Vec<u8>, piece_bytes: usize) -> Self {
        self.step(Step::Chop(bytes, piece_bytes))
    }

    /// Adds [`Step::Pause`].
    #[must_use]
    pub fn pause(self, duration: Duration) -> Self {
        self.step(Step::Pause(duration))
    }

    /// Adds an alternative that is right.
    #[must_use]
    pub fn expect(self, events: impl Into<Vec<Event>>, ending: Ending) -> Self {
        self.or(Verdict::Ok, "", events, ending)
    }

    /// Adds an alternative, with the reason for its verdict. Earlier ones go first.
    #[must_use]
    pub fn or(
        mut self,
        verdict: Verdict,
        reason: &'static str,
        events: impl Into<Vec<Event>>,
        ending: Ending,
    ) -> Self {
        self.alternatives.push(Alternative {
            verdict,
            reason,
            events: events.into(),
            ending,
        });
        self
    }

    /// Waits so long for a silent subject, instead of 5 s.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Leaves a Close of the subject unanswered, and TCP to it.
    #[must_use]
    pub fn never_answers_close(mut self) -> Self {
        self.help = Help::Nothing;
        self
    }

    /// Leaves it to the subject to end TCP, whatever its role.
    #[must_use]
    pub fn never_ends_tcp(mut self) -> Self {
        self.help = Help::Close;
        self
    }

    /// Counts the same event several times in a row once: how many pongs a flood of pings gets is
    /// the subject's choice (§5.5.3).
    #[must_use]
    pub fn merges_repeats(mut self) -> Self {
        self.merges_repeats = true;
        self
    }
}

impl Default for FrameScript {
    fn default() -> Self {
        Self::new()
    }
}

/// Longer than a busy machine needs for an answer, and short enough to see many hangs in a run.
const PATIENCE: Duration = Duration::from_secs(5);
