//! A chapter: cases that are numbered in order, and what a client owes in each.

use super::response::Response;
use crate::groups::list::List;
use crate::script::{Answer, Check, OpeningScript};
use crate::{Case, Verdict};

/// What a client owes to an answer. A reason is a clause about the client that does the other.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owed {
    /// It must take it.
    Opens,
    /// It should take it.
    ShouldOpen(&'static str),
    /// It is usual to take it, and nothing says that it must.
    MayEnd(&'static str),
    /// It must refuse it.
    Ends,
    /// The answer is not as it must be, and nothing says that a client must refuse it.
    MayOpen(&'static str),
}

/// A row of a table: what it shows, where the standard says so, the lines of the head that it is
/// about, and what a client owes.
pub(super) type Row = (&'static str, &'static str, &'static [u8], Owed);

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

    /// Adds a case; its script gets the answers of what is owed.
    pub(super) fn add(
        &mut self,
        shows: &str,
        section: &'static str,
        owed: Owed,
        script: impl Fn() -> OpeningScript + Send + Sync + 'static,
    ) {
        self.add_with(shows, section, move || owed.answers(script()));
    }

    /// Adds a case whose script has its answers.
    pub(super) fn add_with(
        &mut self,
        shows: &str,
        section: &'static str,
        script: impl Fn() -> OpeningScript + Send + Sync + 'static,
    ) {
        self.list.add(section, shows, script);
    }

    /// Adds a case for each row, with its lines in the place of the field `name`.
    pub(super) fn fields(&mut self, name: &'static str, rows: &[Row]) {
        for &(shows, section, lines, owed) in rows {
            self.add(shows, section, owed, move || {
                Response::valid().without(name).with(lines).script()
            });
        }
    }

    /// The same, about something that the client must have in its request.
    pub(super) fn fields_if(&mut self, needs: &Check, name: &'static str, rows: &[Row]) {
        for &(shows, section, lines, owed) in rows {
            let needs = needs.clone();
            self.add(shows, section, owed, move || {
                let response = Response::valid().without(name).with(lines);
                response.script().needs(needs.clone())
            });
        }
    }

    pub(super) fn cases(self) -> Vec<Case> {
        self.list.into_cases()
    }
}

impl Owed {
    /// Adds the answers to a script.
    fn answers(self, script: OpeningScript) -> OpeningScript {
        match self {
            Self::Opens => script.expect(Answer::Opens),
            Self::ShouldOpen(why) => {
                let script = script.expect(Answer::Opens);
                script.or(Verdict::NonStrict, why, Answer::Ends)
            }
            Self::MayEnd(why) => {
                let script = script.expect(Answer::Opens);
                script.or(Verdict::Informational, why, Answer::Ends)
            }
            Self::Ends => refused(script),
            Self::MayOpen(why) => refused(script).or(Verdict::Informational, why, Answer::Opens),
        }
    }
}

/// RFC 6455 §7.1.7: before the WebSocket is open, to fail it is to close TCP.
fn refused(script: OpeningScript) -> OpeningScript {
    script.expect(Answer::Ends).or(
        Verdict::NonStrict,
        "it sends a Close first, as if the WebSocket were open",
        Answer::Closes,
    )
}
