//! Close codes at the edges of all ranges (RFC 6455 §7.4, and the registry that §11.7 founds).
//!
//! That an endpoint MUST NOT send 1005, 1006 and 1015 is said of every sender, so an echo of them
//! is a failure. The other codes without a meaning are "not used" or "reserved" (§7.4.2), with
//! neither MUST nor SHOULD for who receives them; the registry has grown since, as it may.

use super::PROTOCOL_ERROR;
use crate::groups::list::List;
use crate::script::{Ending, Event, FrameScript};
use crate::wire::Pen;
use crate::{Case, Verdict};

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.6");
    for code in VALID {
        let shows = format!("A Close with the code {code} is answered with the same");
        list.add("RFC 6455 §7.4", shows, move || {
            FrameScript::new()
                .send(pen.close(code, ""))
                .expect([], Ending::Echoes(code))
        });
    }
    for (code, why_not) in INVALID {
        let shows = format!("A Close with the code {code} fails the connection");
        list.add("RFC 6455 §7.4", shows, move || {
            let script = FrameScript::new()
                .send(pen.close(code, ""))
                .expect([], Ending::Fails(PROTOCOL_ERROR));
            match why_not {
                WhyNot::Forbidden => script,
                WhyNot::Unused => {
                    let reason = "it sends back a code that is not used (§7.4.2)";
                    or_echoes(script, code, Verdict::NonStrict, reason)
                }
                WhyNot::Unregistered => {
                    let reason = "it sends back a code that is reserved and not registered";
                    or_echoes(script, code, Verdict::NonStrict, reason)
                }
                WhyNot::BeyondRanges => {
                    let reason = "it sends back a code that is above all ranges";
                    or_echoes(script, code, Verdict::Informational, reason)
                }
            }
        });
    }
    list.into_cases()
}

/// Allows the echo, which the suite otherwise takes for a fault of the subject's own.
fn or_echoes(
    script: FrameScript,
    code: u16,
    verdict: Verdict,
    reason: &'static str,
) -> FrameScript {
    let echo = Event::Violation(format!("a Close with the code {code}"));
    script.or(verdict, reason, [echo], Ending::Ends)
}

/// Codes of RFC 6455 (§7.4.1), of the registry after it, and of the ranges for libraries and
/// applications.
const VALID: [u16; 16] = [
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
];

/// Why a code may not be in a Close.
#[derive(Clone, Copy, Debug)]
enum WhyNot {
    /// It MUST NOT be set in a Close (§7.4.1).
    Forbidden,
    /// "Status codes in the range 0-999 are not used" (§7.4.2).
    Unused,
    /// It is reserved for the protocol and nobody has registered it.
    Unregistered,
    /// The standard says nothing about it.
    BeyondRanges,
}

const INVALID: [(u16, WhyNot); 12] = [
    (0, WhyNot::Unused),
    (999, WhyNot::Unused),
    (1004, WhyNot::Unregistered),
    (1005, WhyNot::Forbidden),
    (1006, WhyNot::Forbidden),
    (1015, WhyNot::Forbidden),
    (1016, WhyNot::Unregistered),
    (1100, WhyNot::Unregistered),
    (2000, WhyNot::Unregistered),
    (2999, WhyNot::Unregistered),
    (5000, WhyNot::BeyondRanges),
    (65535, WhyNot::BeyondRanges),
];
