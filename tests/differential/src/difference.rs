//! Where the two differ, and why that is no fault of ours.
//!
//! Each difference has a name and a condition, as narrow as it can be. What has none is a finding.

use sockeye_connection::ProtocolViolation;
use sockeye_frame::{CloseFault, HeaderFault, Role};

use crate::exchange::MAX_BYTES;
use crate::seen::{Event, Seen};
use crate::theirs;

/// A difference that is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Difference {
    /// We fail at the first byte that shows the fault, they when the frame is whole.
    Earlier,
    /// They take a length in a longer form than needed, which §5.2 forbids.
    LongerForm,
    /// They look at the length of a frame before what else is wrong with it, and give 1009, also
    /// for a length that no frame may have (§5.2).
    LengthFirst,
    /// They look at the reason of a Close before its code, and give 1007 if it is no text.
    ReasonFirst,
    /// They give a Close with a code that must not be sent as one with 1002 (§7.4); we fail it with
    /// 1002.
    CodeReplaced,
    /// They do not know 1014, which the IANA registry has had since.
    BadGateway,
    /// They echo the reason of a Close, too; §5.5.1 asks for the code.
    ReasonEchoed,
}

/// The difference between what we and they saw, where it is a known one.
pub(crate) fn explain(
    role: Role,
    bytes: &[u8],
    (ours, violation): (&Seen, Option<ProtocolViolation>),
    theirs: &Seen,
) -> Option<Difference> {
    let start = ours.events.len();
    let is_same_before = theirs.events.get(..start) == Some(&ours.events[..]);
    match violation {
        None => explain_close(ours, theirs),
        // The second is the same of a control frame, whose length need not be known to refuse it.
        Some(ProtocolViolation::Header(
            HeaderFault::NonMinimalLength | HeaderFault::ControlFrameTooLong,
        )) if is_same_before => Some(Difference::LongerForm),
        Some(ProtocolViolation::Close(CloseFault::InvalidCode(_)))
            if is_same_before && matches!(&theirs.events[start..], [Event::Close(1002, _)]) =>
        {
            Some(Difference::CodeReplaced)
        }
        Some(_) if ours.events != theirs.events || ours.answers != theirs.answers => None,
        Some(violation) => match theirs.failed {
            Some(code) => explain_code(violation, code),
            // When it goes on, they find a fault in the frame, and give nothing of it before. A
            // length that is short in a long form would be let pass, so that there are two ways.
            None => {
                let is_found = |filler| {
                    let whole = [bytes, &vec![filler; MAX_BYTES + 16][..]].concat();
                    let later = theirs::read(role, &whole, MAX_BYTES);
                    later.failed.is_some() && later.events == ours.events
                };
                (is_found(0) || is_found(0xff)).then_some(Difference::Earlier)
            }
        },
    }
}

/// Both found a fault at the same place, of which they have another close code.
fn explain_code(violation: ProtocolViolation, code: u16) -> Option<Difference> {
    match (violation, code) {
        (
            ProtocolViolation::Header(
                HeaderFault::LengthTooLarge
                | HeaderFault::ReservedBits
                | HeaderFault::FragmentedControlFrame
                | HeaderFault::UnmaskedClientFrame
                | HeaderFault::MaskedServerFrame,
            )
            | ProtocolViolation::UnexpectedContinuation
            | ProtocolViolation::ExpectedContinuation,
            1009,
        ) => Some(Difference::LengthFirst),
        (ProtocolViolation::Close(CloseFault::InvalidCode(_)), 1007) => {
            Some(Difference::ReasonFirst)
        }
        _ => None,
    }
}

/// Both took a Close, or one of them did.
fn explain_close(ours: &Seen, theirs: &Seen) -> Option<Difference> {
    let (our_close, our_start) = ours.events.split_last()?;
    let (their_close, their_start) = theirs.events.split_last()?;
    if !ours.is_closed() || !theirs.is_closed() || our_start != their_start {
        return None;
    }
    if let (Event::Close(1014, _), Event::Close(1002, _)) = (our_close, their_close) {
        return Some(Difference::BadGateway);
    }
    let without_reason = |answers: &[Event]| -> Vec<Event> {
        let answers = answers.iter().map(|answer| match answer {
            Event::Close(code, _) => Event::Close(*code, String::new()),
            other => other.clone(),
        });
        answers.collect()
    };
    let is_same = our_close == their_close
        && without_reason(&ours.answers) == without_reason(&theirs.answers);
    is_same.then_some(Difference::ReasonEchoed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(violation: ProtocolViolation, theirs: u16, expected: Option<Difference>) {
        let seen = |failed| Seen {
            events: Vec::new(),
            failed: Some(failed),
            answers: Vec::new(),
        };
        let (ours, theirs) = (seen(violation.close_code().into()), seen(theirs));
        let explained = explain(Role::Server, &[], (&ours, Some(violation)), &theirs);
        assert_eq!(explained, expected, "{violation:?}");
    }

    #[test]
    fn another_code_has_a_reason() {
        use ProtocolViolation::{Close, Header};
        let length = Some(Difference::LengthFirst);
        check(Header(HeaderFault::ReservedBits), 1009, length);
        check(ProtocolViolation::UnexpectedContinuation, 1009, length);
        let reason = Some(Difference::ReasonFirst);
        check(Close(CloseFault::InvalidCode(0)), 1007, reason);

        check(Header(HeaderFault::ReservedBits), 1007, None);
        check(ProtocolViolation::InvalidUtf8, 1002, None);
        check(ProtocolViolation::InvalidUtf8, 1009, None);
        check(ProtocolViolation::MessageTooBig, 1002, None);
        check(ProtocolViolation::MessageTooBig, 1007, None);
        check(Close(CloseFault::InvalidUtf8Reason), 1002, None);
        check(Close(CloseFault::InvalidCode(0)), 1009, None);
    }
}
