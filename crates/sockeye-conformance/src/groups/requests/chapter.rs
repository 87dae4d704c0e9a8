//! A chapter: cases that are numbered in order, and what a server owes in each.

use super::request::Request;
use crate::groups::list::List;
use crate::script::{Answer, OpeningScript};
use crate::{Case, Verdict};

/// What a server owes to a request. A reason is a clause about the server that does the other.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owed {
    /// It must take it.
    Opens,
    /// It should take it.
    ShouldOpen(&'static str),
    /// It is usual to take it, and nothing says that it must.
    MayRefuse(&'static str),
    /// It must refuse it.
    Refuses,
    /// It must refuse it with 400.
    Refuses400,
    /// It should refuse it.
    ShouldRefuse(&'static str),
    /// It is safe to refuse it, and nothing says that it must.
    MayOpen(&'static str),
    /// It is no opening handshake for WebSocket, so anything but a 101 answers it.
    Plain,
}

impl Owed {
    /// Adds the answers that a server may give.
    pub(super) fn answers(self, script: OpeningScript) -> OpeningScript {
        match self {
            Self::Opens => script.expect(Answer::Opens),
            Self::ShouldOpen(reason) => script
                .expect(Answer::Opens)
                .or(Verdict::NonStrict, reason, Answer::Refuses(&[]))
                .or(Verdict::NonStrict, reason, Answer::Ends),
            Self::MayRefuse(reason) => script
                .expect(Answer::Opens)
                .or(Verdict::Informational, reason, Answer::Refuses(ERRORS))
                .or(Verdict::NonStrict, OWN_FAULT, Answer::Refuses(&[]))
                .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends),
            Self::Refuses => refuses(script),
            Self::Refuses400 => script
                .expect(Answer::Refuses(&[400]))
                .or(Verdict::NonStrict, NOT_400, Answer::Refuses(&[]))
                .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends),
            Self::ShouldRefuse(reason) => {
                refuses(script).or(Verdict::NonStrict, reason, Answer::Opens)
            }
            Self::MayOpen(reason) => {
                refuses(script).or(Verdict::Informational, reason, Answer::Opens)
            }
            Self::Plain => {
                script
                    .expect(Answer::Responds)
                    .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends)
            }
        }
    }
}

/// Adds the answers that refuse.
fn refuses(script: OpeningScript) -> OpeningScript {
    script
        .expect(Answer::Refuses(ERRORS))
        .or(Verdict::NonStrict, OWN_FAULT, Answer::Refuses(&[]))
        .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends)
}

/// A row of a table: what it shows, where the standard says so, what is changed of a valid request,
/// and what a server owes.
pub(super) type Row = (&'static str, &'static str, fn(Request) -> Request, Owed);

/// A row of a table about one field: the lines that stand in its place; none for its absence.
pub(super) type Field = (&'static str, &'static str, &'static [u8], Owed);

/// Cases with numbers in a row.
pub(super) struct Chapter {
    list: List,
}

impl Chapter {
    pub(super) fn new(number: u8) -> Self {
        Self {
            list: List::new(format!("H.{number}")),
        }
    }

    /// Adds a case with its own answers.
    pub(super) fn add(
        &mut self,
        shows: impl Into<String>,
        section: &'static str,
        script: impl Fn() -> OpeningScript + Send + Sync + 'static,
    ) {
        self.list.add(section, shows, script);
    }

    /// Adds a case for each row.
    pub(super) fn rows(&mut self, rows: &[Row]) {
        for &(shows, section, change, owed) in rows {
            self.add(shows, section, move || {
                owed.answers(change(Request::valid()).script())
            });
        }
    }

    /// Adds a case for each row, with its lines in the place of the field `name`.
    pub(super) fn fields(&mut self, name: &'static str, rows: &[Field]) {
        for &(shows, section, lines, owed) in rows {
            self.add(shows, section, move || {
                owed.answers(Request::valid().without(name).with(lines).script())
            });
        }
    }

    pub(super) fn cases(self) -> Vec<Case> {
        self.list.into_cases()
    }
}

/// The statuses that lay the fault on the request. 501 and 505 are about what it asks for.
pub(super) const ERRORS: &[u16] = &[
    400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 417, 421, 422, 426, 428,
    429, 431, 501, 505,
];

/// RFC 6455 §4.2.1: the server MUST return an HTTP response with an appropriate error code. One
/// that just ends the connection lets nobody in.
pub(super) const NO_RESPONSE: &str = "it ends the connection without an HTTP response";

/// For cases about refusals, whose requests other cases say must be refused.
pub(super) const IT_OPENS: &str = "it refuses nothing here: it opens a WebSocket";

const OWN_FAULT: &str = "its status lays the fault on the server";

const NOT_400: &str = "it refuses with another status than 400";
