//! A script of an opening handshake: the head that the suite sends, and what the subject may do.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::verdict::Verdict;
use crate::wire::Head;

/// What a case does in the place of an ordinary opening handshake (RFC 6455 §4).
///
/// Against a server the pieces are a request, and its answer is judged. Against a client they are
/// the response to its request; whether the client takes it is seen by whether it echoes a message.
/// Pieces may have `%PATH%`, `%HOST%`, `%KEY%` and `%ACCEPT%` in them, which are filled in, and
/// what else is listed in `run/opening/blanks.rs`.
#[derive(Debug)]
pub struct OpeningScript {
    pub(crate) pieces: Vec<Piece>,
    /// On the request of a client, or the 101 or refusal of a server, before anything else.
    pub(crate) check: Option<Check>,
    pub(crate) answers: Vec<(Verdict, &'static str, Answer)>,
    pub(crate) patience: Duration,
    /// What the subject must have offered or agreed to; else it has not implemented it.
    pub(crate) needs: Option<Check>,
    /// No message is sent behind the pieces.
    pub(crate) is_quiet: bool,
    /// The key of a request in the place of the suite's own, `%KEY%`.
    pub(crate) key: Option<String>,
}

/// A request that every server must take, without the empty line at its end (RFC 6455 §4.1).
pub const REQUEST: &str = "GET %PATH% HTTP/1.1\r\nHost: %HOST%\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: %KEY%\r\nSec-WebSocket-Version: 13\r\n";

/// A response that every client must take, without the empty line at its end (§4.2.2).
pub const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: %ACCEPT%\r\n";

/// A part of what is sent.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Bytes, written at once.
    Send(Vec<u8>),
    /// Bytes, in pieces of so many.
    Chop(Vec<u8>, usize),
    /// Bytes, so many times, while the subject takes them.
    Repeat(Vec<u8>, usize),
    /// A wait; it is over when the subject ends the connection.
    Pause(Duration),
    /// Closes the suite's direction of the TCP connection.
    HalfClose,
    /// Resets the TCP connection.
    Reset,
}

impl Piece {
    /// The bytes that it sends, once.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Send(bytes) | Self::Chop(bytes, _) | Self::Repeat(bytes, _) => bytes,
            Self::Pause(_) | Self::HalfClose | Self::Reset => &[],
        }
    }
}

/// What the subject does with an opening handshake.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It opens the WebSocket and echoes a message; a server with a 101 that is right in all parts.
    Opens,
    /// The same, and the subject's head passes a check: the 101 of a server, the request of a client.
    OpensWith(Check),
    /// A server sends such a 101 and no frames but a Close; an echo is not asked for.
    Upgrades,
    /// A client opens the WebSocket, echoes nothing and closes it with a Close frame.
    Closes,
    /// A server answers with any final status, 200 to 599: it takes the request for plain HTTP.
    Responds,
    /// The same, and the response is right in all parts: its head, the length of its body, and
    /// whether the connection ends as the head says.
    RespondsWell,
    /// A server answers with one of these statuses; none means any of 400 to 599.
    Refuses(&'static [u16]),
    /// The same, and it ends the connection behind this one response.
    RefusesOnce(&'static [u16]),
    /// A server answers with one of these statuses, and the response passes a check.
    RefusesWith(&'static [u16], Check),
    /// It ends the TCP connection and sends nothing; a client has no other way to refuse.
    Ends,
    /// It waits until the suite ends the connection.
    Waits,
}

/// A question about a head, with the answer in words when it is no.
#[derive(Clone)]
pub struct Check(Arc<Question>);

type Question = dyn Fn(&Head) -> Result<(), String> + Send + Sync;

impl Check {
    /// Asks `question`; its error is a sentence without a full stop.
    pub fn new(question: impl Fn(&Head) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(question))
    }

    /// Whether the head passes.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as a sentence without a full stop.
    pub fn ask(&self, head: &Head) -> Result<(), String> {
        (self.0)(head)
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Check")
    }
}

impl OpeningScript {
    /// Sends `bytes` at once.
    #[must_use]
    pub fn send(bytes: impl Into<Vec<u8>>) -> Self {
        Self::pieces(vec![Piece::Send(bytes.into())])
    }

    /// Sends pieces.
    #[must_use]
    pub fn pieces(pieces: Vec<Piece>) -> Self {
        Self {
            pieces,
            check: None,
            answers: Vec::new(),
            patience: PATIENCE,
            needs: None,
            is_quiet: false,
            key: None,
        }
    }

    /// Checks the subject's head before anything else; what it finds is a failure.
    #[must_use]
    pub fn check(mut self, check: Check) -> Self {
        self.check = Some(check);
        self
    }

    /// Is about something that the subject must have in its own head; else it is unimplemented.
    #[must_use]
    pub fn needs(mut self, check: Check) -> Self {
        self.needs = Some(check);
        self
    }

    /// Sends no message behind the pieces: they have it themselves (`%MESSAGE%`), or no answer can
    /// come because they do not end.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.is_quiet = true;
        self
    }

    /// Has a key of its own in a request, for `%KEY%` and the accept value that answers it.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Adds an answer that is right.
    #[must_use]
    pub fn expect(self, answer: Answer) -> Self {
        self.or(Verdict::Ok, "", answer)
    }

    /// Adds an answer, with the reason for its verdict. Earlier ones go first.
    #[must_use]
    pub fn or(mut self, verdict: Verdict, reason: &'static str, answer: Answer) -> Self {
        self.answers.push((verdict, reason, answer));
        self
    }

    /// Waits so long for a silent subject, instead of 5 s.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opens | Self::OpensWith(_) | Self::Upgrades => f.write_str("opens the WebSocket"),
            Self::Closes => f.write_str("opens the WebSocket and closes it"),
            Self::Responds | Self::RespondsWell => f.write_str("answers in plain HTTP"),
            Self::Refuses([]) | Self::RefusesOnce([]) | Self::RefusesWith([], _) => {
                f.write_str("refuses")
            }
            Self::Refuses(statuses)
            | Self::RefusesOnce(statuses)
            | Self::RefusesWith(statuses, _) => {
                let statuses: Vec<_> = statuses.iter().map(ToString::to_string).collect();
                write!(f, "refuses with {}", statuses.join(" or "))
            }
            Self::Ends => f.write_str("ends the connection"),
            Self::Waits => f.write_str("waits"),
        }
    }
}

/// As for frames.
const PATIENCE: Duration = Duration::from_secs(5);
