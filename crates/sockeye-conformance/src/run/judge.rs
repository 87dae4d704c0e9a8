//! From what was seen of a connection to a verdict.
//!
//! Two questions: what the subject sent, and how the connection ended. The first alternative of
//! the script that fits answers the first; RFC 6455 §7 answers the second.

use super::inbox::Close;
use super::line::End;
use super::result::Judgement;
use crate::script::{Alternative, Ending, Event, FrameScript};
use crate::{Role, Verdict};

/// What was seen of a connection.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) subject: Role,
    pub(crate) events: Vec<Event>,
    pub(crate) close: Option<Close>,
    /// `None` when the suite had to end the connection.
    pub(crate) end: Option<End>,
    pub(crate) first: First,
    /// Whether the suite did its part of the ending: its Close, and as a server the end of TCP.
    pub(crate) is_helped: bool,
}

/// Who began to end the connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum First {
    /// The suite, as the script wanted.
    Suite,
    /// The subject.
    Subject,
    /// The suite, because the subject had been silent too long.
    Patience,
}

/// The verdicts on what was seen.
pub(crate) fn judge(script: &FrameScript, seen: &Seen) -> Judgement {
    let fitting = script
        .alternatives
        .iter()
        .find(|alternative| fits(alternative, seen));
    let best = script.alternatives.first();
    let mut judgement = match fitting {
        Some(alternative) => {
            let (closing, why_closing) = judge_ending(&alternative.ending, seen);
            let reasons = [alternative.reason, &why_closing];
            let reasons: Vec<_> = reasons.into_iter().filter(|why| !why.is_empty()).collect();
            let mut judgement = Judgement::new(alternative.verdict, reasons.join("; "));
            judgement.closing = closing;
            // A wrong answer to a Close is what those cases are about.
            let is_about_answer =
                matches!(alternative.ending, Ending::Answers(_) | Ending::Refuses(_));
            if closing == Verdict::Failed && is_about_answer {
                judgement.behavior = Verdict::Failed;
            }
            judgement
        }
        None => Judgement::failed(difference(best, seen)),
    };
    judgement.close_code = seen.close.as_ref().and_then(|close| close.code);
    judgement.expected = best.map(expected).unwrap_or_default();
    judgement.received = received(seen);
    judgement
}

/// Whether the subject did what an alternative says, up to the details of the ending.
fn fits(alternative: &Alternative, seen: &Seen) -> bool {
    let is_so_ended = match alternative.ending {
        Ending::Normal | Ending::Answers(_) | Ending::Echoes(_) | Ending::Refuses(_) => {
            seen.first == First::Suite
        }
        Ending::Fails(_) | Ending::Ends => seen.first == First::Subject,
        Ending::Undefined => return true,
    };
    is_so_ended && alternative.events == seen.events
}

fn judge_ending(ending: &Ending, seen: &Seen) -> (Verdict, String) {
    match ending {
        Ending::Ends => (Verdict::Ok, String::new()),
        Ending::Fails(codes) => judge_failing(codes, Verdict::NonStrict, seen),
        Ending::Refuses(codes) if seen.close.is_none() && seen.end.is_none() => {
            let why = format!("it neither sends a Close {} nor ends TCP", list(codes));
            (Verdict::Failed, why)
        }
        Ending::Refuses(codes) => judge_failing(codes, Verdict::Failed, seen),
        Ending::Undefined => (Verdict::Informational, received(seen).join(", ")),
        Ending::Normal => judge_answer(&[Some(1000)], Verdict::NonStrict, seen),
        Ending::Answers(codes) => judge_answer(codes, Verdict::Failed, seen),
        Ending::Echoes(code) => judge_echo(*code, seen),
    }
}

/// RFC 6455 §7.1.7: an endpoint that fails the connection SHOULD send a Close with an appropriate
/// code before it closes TCP.
fn judge_failing(codes: &[u16], wrong: Verdict, seen: &Seen) -> (Verdict, String) {
    let Some(Close { code, .. }) = &seen.close else {
        let why = "it ends the connection without a Close (§7.1.7: SHOULD)";
        return (Verdict::NonStrict, why.into());
    };
    match code {
        Some(code) if codes.contains(code) => judge_tcp(seen),
        Some(code) => {
            let why = format!("it fails with {code}, not {}", list(codes));
            (wrong, why)
        }
        None => {
            let why = format!("its Close has no code, not {}", list(codes));
            (Verdict::NonStrict, why)
        }
    }
}

/// RFC 6455 §5.5.1: a Close MUST be answered with a Close, typically with the same code.
fn judge_answer(codes: &[Option<u16>], wrong: Verdict, seen: &Seen) -> (Verdict, String) {
    let Some(Close { code, .. }) = &seen.close else {
        let why = match seen.end {
            Some(_) => "it ends the connection without a Close (§5.5.1: MUST)",
            None => "it does not answer the Close (§5.5.1: MUST)",
        };
        return (Verdict::Failed, why.into());
    };
    match codes.contains(code) {
        true => judge_tcp(seen),
        false => {
            let name = |code: &Option<u16>| {
                code.map_or_else(|| "no code".to_owned(), |code| code.to_string())
            };
            let wanted: Vec<_> = codes.iter().map(name).collect();
            let why = format!("its Close has {}, not {}", name(code), wanted.join(" or "));
            (wrong, why)
        }
    }
}

/// RFC 6455 §5.5.1: the answer typically echoes the code.
fn judge_echo(code: u16, seen: &Seen) -> (Verdict, String) {
    let is_refused = match &seen.close {
        Some(close) => close.code == Some(1002) && code != 1002,
        // Codes registered after the RFC: who does not know them fails the connection, and that
        // may be without a Close.
        None => seen.end.is_some() && matches!(code, 1012..=1014),
    };
    if is_refused {
        let why = format!("it takes the Close {code} for an error");
        return (Verdict::NonStrict, why);
    }
    judge_answer(&[Some(code)], Verdict::Informational, seen)
}

/// RFC 6455 §7.1.1: the server SHOULD close the TCP connection, and a client follows.
fn judge_tcp(seen: &Seen) -> (Verdict, String) {
    match (seen.end, seen.subject) {
        (Some(_), _) => (Verdict::Ok, String::new()),
        (None, Role::Server) => {
            let why = "the server leaves it to the client to close TCP (§7.1.1: SHOULD)";
            (Verdict::NonStrict, why.into())
        }
        (None, Role::Client) if !seen.is_helped => {
            let why = "the client waits for the server to close TCP (§7.1.1: SHOULD)";
            (Verdict::Informational, why.into())
        }
        (None, Role::Client) => {
            let why = "the client keeps TCP open after the server has closed it (§7.1.1)";
            (Verdict::NonStrict, why.into())
        }
    }
}

/// Where what came leaves what was expected, in words.
fn difference(best: Option<&Alternative>, seen: &Seen) -> String {
    let Some(best) = best else {
        return "the case expects nothing".into();
    };
    let violation = seen.events.iter().find_map(|event| match event {
        Event::Violation(what) => Some(what),
        _ => None,
    });
    if let Some(what) = violation {
        return format!("the subject breaks a rule: {what}");
    }
    let pairs = best.events.iter().zip(&seen.events);
    let n_same = pairs.take_while(|(wanted, seen)| wanted == seen).count();
    match (best.events.get(n_same), seen.events.get(n_same)) {
        (Some(wanted), Some(seen)) => format!("{seen} in the place of {wanted}"),
        (None, Some(seen)) => format!("{seen} came unexpectedly"),
        (Some(wanted), None) => format!("{wanted} did not come{}", ended(seen)),
        (None, None) => match best.ending {
            Ending::Fails(_) | Ending::Ends => "it did not fail the connection".into(),
            Ending::Normal | Ending::Answers(_) | Ending::Echoes(_) | Ending::Refuses(_) => {
                format!("it ended the connection by itself{}", ended(seen))
            }
            Ending::Undefined => "it did something else".into(),
        },
    }
}

fn ended(seen: &Seen) -> String {
    match (&seen.close, seen.end) {
        (Some(close), _) => format!(": {}", close_name(close)),
        (None, Some(End::Eof)) => ": it closed TCP".into(),
        (None, Some(End::Reset)) => ": it reset TCP".into(),
        (None, None) => " in time".into(),
    }
}

fn expected(alternative: &Alternative) -> Vec<String> {
    let mut expected = names(&alternative.events);
    let ending = match &alternative.ending {
        Ending::Normal => "Close 1000 in answer to the suite's".to_owned(),
        Ending::Fails(codes) | Ending::Refuses(codes) => format!("Close {}", list(codes)),
        Ending::Answers(_) => "Close in answer to the suite's".to_owned(),
        Ending::Echoes(code) => format!("Close {code} in answer to the suite's"),
        Ending::Ends => "the end".to_owned(),
        Ending::Undefined => "anything".to_owned(),
    };
    expected.push(ending);
    expected
}

fn received(seen: &Seen) -> Vec<String> {
    let mut received = names(&seen.events);
    received.extend(seen.close.as_ref().map(close_name));
    received.push(match seen.end {
        Some(End::Eof) => "the end of TCP".into(),
        Some(End::Reset) => "a reset of TCP".into(),
        None => "no end of TCP".into(),
    });
    received
}

fn names(events: &[Event]) -> Vec<String> {
    let listed = events.iter().take(MAX_LISTED);
    let mut names: Vec<_> = listed.map(ToString::to_string).collect();
    if events.len() > MAX_LISTED {
        names.push(format!("and {} more", events.len() - MAX_LISTED));
    }
    names
}

fn close_name(Close { code, reason }: &Close) -> String {
    match (code, reason.as_str()) {
        (None, _) => "Close without a code".into(),
        (Some(code), "") => format!("Close {code}"),
        (Some(code), reason) => format!("Close {code} {reason:?}"),
    }
}

fn list(codes: &[u16]) -> String {
    let codes: Vec<_> = codes.iter().map(ToString::to_string).collect();
    codes.join(" or ")
}

/// Events of a result that are named one by one.
const MAX_LISTED: usize = 12;
