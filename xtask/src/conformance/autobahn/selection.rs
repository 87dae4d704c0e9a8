//! Which of the suite's cases are run, and how many that must be.
//!
//! The suite says nothing of cases it left out because a peer went away, so the exact number of
//! each group is known here. There are no groups 8 and 11.

/// The cases of a run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Selection {
    /// All but compression.
    Core,
    /// The same without group 9, whose messages have up to 16 MiB: a third of the time.
    Quick,
}

/// Cases with the same first number.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Group {
    pub(super) number: u32,
    pub(super) name: &'static str,
    pub(super) n_cases: usize,
}

impl Selection {
    /// The groups that are run, in the order of their numbers.
    pub(super) fn groups(self) -> impl Iterator<Item = &'static Group> {
        GROUPS.iter().filter(move |group| match self {
            Self::Core => true,
            Self::Quick => group.number != LIMITS,
        })
    }

    pub(super) fn n_cases(self) -> usize {
        self.groups().map(|group| group.n_cases).sum()
    }

    /// The groups that are not run, as the suite's patterns.
    pub(super) fn excluded(self) -> &'static [&'static str] {
        match self {
            Self::Core => &["12.*", "13.*"],
            Self::Quick => &["9.*", "12.*", "13.*"],
        }
    }
}

/// The group of large messages.
const LIMITS: u32 = 9;

/// All groups but 12 and 13: permessage-deflate, which this build does not have.
const GROUPS: [Group; 9] = [
    group(1, "framing", 16),
    group(2, "pings and pongs", 11),
    group(3, "reserved bits", 7),
    group(4, "opcodes", 10),
    group(5, "fragmentation", 20),
    group(6, "UTF-8", 145),
    group(7, "closing", 37),
    group(LIMITS, "large messages", 54),
    group(10, "odd fragments", 1),
];

const fn group(number: u32, name: &'static str, n_cases: usize) -> Group {
    Group {
        number,
        name,
        n_cases,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_cases_are_those_of_the_suite() {
        assert_eq!(Selection::Core.n_cases(), 301);
        assert_eq!(Selection::Quick.n_cases(), 247);
    }

    #[test]
    fn a_group_is_either_run_or_excluded() {
        for selection in [Selection::Core, Selection::Quick] {
            let is_run = |number| selection.groups().any(|group| group.number == number);
            for number in [1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 13] {
                let pattern = format!("{number}.*");
                let is_excluded = selection.excluded().contains(&pattern.as_str());
                assert_ne!(is_run(number), is_excluded, "{selection:?} {number}");
            }
        }
    }
}
