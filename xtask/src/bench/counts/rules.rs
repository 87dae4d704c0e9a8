//! Bounds on allocations that no baseline can excuse.
//!
//! They are what the data path promises its users, whatever a change would gain elsewhere.

use super::figures::Run;

/// The rules that these runs break, as sentences.
pub(super) fn broken(runs: &[Run]) -> Vec<String> {
    let broken = runs.iter().filter_map(|run| {
        let rule = RULES
            .iter()
            .find(|rule| run.subject.starts_with(rule.prefix))?;
        let allowed = rule.per_message * run.messages + rule.per_pass * run.passes;
        let used = run.allocations + run.reallocations;
        (used > allowed).then(|| {
            let Run {
                subject, messages, ..
            } = run;
            let promise = rule.promise;
            format!("{subject}: {used} allocations for {messages} messages: {promise}")
        })
    });
    broken.collect()
}

/// Allocations and reallocations that subjects of one kind may make; the first that fits counts.
struct Rule {
    /// How the names of the subjects begin.
    prefix: &'static str,
    per_message: u64,
    per_pass: u64,
    promise: &'static str,
}

const RULES: [Rule; 7] = [
    Rule::none("decode-", "a message of one frame is lent"),
    Rule::none("echo-burst-", "the burst lends messages and copies answers"),
    Rule::none("encode-copy-", "copies go into the buffer that was lent"),
    Rule::none("mask-", "masking needs no memory of its own"),
    Rule {
        prefix: "recv-cut-",
        per_message: 1,
        // On top of that come the cut message's state, its growth and the count of its holders.
        per_pass: 3,
        promise: "one for each, and three for the one that a read cuts",
    },
    Rule {
        prefix: "recv-",
        per_message: 1,
        per_pass: 0,
        promise: "one for each, which its holder owns",
    },
    Rule::none("utf8-", "checking needs no memory"),
];

impl Rule {
    const fn none(prefix: &'static str, promise: &'static str) -> Self {
        Self {
            prefix,
            per_message: 0,
            per_pass: 0,
            promise,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(subject: &str, allocations: u64, reallocations: u64, is_broken: bool) {
        let run = Run {
            subject: subject.into(),
            messages: 6400,
            passes: 100,
            allocations,
            reallocations,
            bytes: 0,
        };
        let broken = broken(&[run]);
        assert_eq!(!broken.is_empty(), is_broken, "{broken:?}");
    }

    #[test]
    fn nothing_is_allocated_where_messages_are_lent() {
        for subject in [
            "echo-burst-binary-64x20",
            "decode-server-binary-20",
            "encode-copy-client-1k",
        ] {
            check(subject, 0, 0, false);
            check(subject, 1, 0, true);
            check(subject, 0, 1, true);
        }
    }

    #[test]
    fn recv_may_allocate_once_for_each_message() {
        check("recv-binary-64x20", 6400, 0, false);
        check("recv-binary-64x20", 6401, 0, true);
        check("recv-binary-64x20", 6400, 1, true);
    }

    #[test]
    fn a_message_that_a_read_cuts_has_a_rule_of_its_own() {
        check("recv-cut-binary-4x16k", 6700, 0, false);
        check("recv-cut-binary-4x16k", 6700, 1, true);
    }

    #[test]
    fn subjects_without_a_rule_are_left_to_the_baseline() {
        check("handshake-server", 10_000, 10_000, false);
    }
}
