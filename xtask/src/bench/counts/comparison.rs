//! Where figures have left the baseline, and whether that is an error.
//!
//! A figure that is better is an error too: a baseline that is too high lets the next change lose
//! what this one has gained.

use std::collections::BTreeMap;
use std::fmt;

use super::figures::{Figures, Fixed};

/// Something that is not as the baseline says.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Difference {
    sentence: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    /// Depends on compiler and machine.
    Instructions,
    /// Is the same everywhere.
    Heap,
    /// A subject came or went.
    Subject,
}

/// All differences, in the order of the subjects' names.
pub(super) fn compare(
    baseline: &BTreeMap<String, Figures>,
    counted: &BTreeMap<String, Figures>,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut add = |subject: &str, kind, message: String| {
        differences.push(Difference {
            sentence: format!("{subject}: {message}"),
            kind,
        });
    };
    for (subject, now) in counted {
        let Some(before) = baseline.get(subject) else {
            add(
                subject,
                Kind::Subject,
                "not in the baseline: bless it".into(),
            );
            continue;
        };
        let instructions = beyond(before.instructions, now.instructions, TOLERANCE_PERCENT);
        let heap = [
            (
                "allocations",
                beyond(before.allocations, now.allocations, 0),
            ),
            (
                "reallocations",
                beyond(before.reallocations, now.reallocations, 0),
            ),
            (
                "bytes allocated",
                beyond(before.bytes, now.bytes, TOLERANCE_PERCENT),
            ),
        ];
        if let Some(change) = instructions {
            add(
                subject,
                Kind::Instructions,
                format!("instructions {change}"),
            );
        }
        for (what, change) in heap {
            if let Some(change) = change {
                add(subject, Kind::Heap, format!("{what} {change}"));
            }
        }
    }
    for subject in baseline.keys() {
        if !counted.contains_key(subject) {
            add(subject, Kind::Subject, "gone: bless the baseline".into());
        }
    }
    differences
}

/// The change as words when it is more than `tolerance` percent.
fn beyond<const D: u32>(before: Fixed<D>, now: Fixed<D>, tolerance: u64) -> Option<String> {
    let change = now.units().abs_diff(before.units());
    if change * 100 <= before.units() * tolerance {
        return None;
    }
    let by = percent(before, now);
    Some(match now > before {
        true => format!("rose from {before} to {now}{by}"),
        false => format!("fell from {before} to {now}{by}: better than the baseline, bless it"),
    })
}

/// ` (+2.1 %)`, or nothing where there is nothing to compare with.
pub(super) fn percent<const D: u32>(before: Fixed<D>, now: Fixed<D>) -> String {
    match before.units() {
        0 => String::new(),
        units => {
            let ratio = now.units() as f64 / units as f64;
            format!(" ({:+.1} %)", (ratio - 1.0) * 100.0)
        }
    }
}

impl Difference {
    /// Whether this fails the check; `are_comparable` when the machine is like the baseline's.
    pub(super) fn counts_against(&self, are_comparable: bool) -> bool {
        match self.kind {
            Kind::Instructions => are_comparable,
            Kind::Heap | Kind::Subject => true,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// Counts are exact; this much leaves room for what a change elsewhere does to inlining.
const TOLERANCE_PERCENT: u64 = 2;

#[cfg(test)]
mod tests;
