//! Which of the suite's cases are run, and how many that must be.
//!
//! The suite says nothing of cases it left out because a peer went away, so the exact number of
//! each group is known here. There are no groups 8 and 11.

use std::time::Duration;

/// The cases of a run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Selection {
    /// Without group 9, whose messages have up to 16 MiB, and without compression.
    Quick,
    /// All, but with compression only some sizes: a tenth of the time of all of them.
    Usual,
    /// All.
    All,
}

/// Cases with the same first number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Group {
    pub(super) number: u32,
    pub(super) name: &'static str,
    pub(super) n_cases: usize,
}

impl Selection {
    /// The groups that are run, in the order of their numbers.
    pub(super) fn groups(self) -> impl Iterator<Item = Group> {
        GROUPS.into_iter().filter_map(move |group| {
            let is_compression = COMPRESSION.contains(&group.number);
            match self {
                Self::Quick if is_compression || group.number == LIMITS => None,
                Self::Usual if is_compression => Some(Group {
                    n_cases: group.n_cases / N_SIZES * (N_SIZES - LONG_SIZES.len()),
                    ..group
                }),
                Self::Quick | Self::Usual | Self::All => Some(group),
            }
        })
    }

    pub(super) fn n_cases(self) -> usize {
        self.groups().map(|group| group.n_cases).sum()
    }

    /// The cases that are not run, as the suite's patterns, which match beginnings.
    pub(super) fn excluded(self) -> Vec<String> {
        match self {
            Self::Quick => ["9.*", "12.*", "13.*"].map(str::to_owned).to_vec(),
            Self::Usual => {
                let groups = COMPRESSION.iter();
                let of_group = |group| LONG_SIZES.map(|size| format!("{group}.*.{size}"));
                groups.flat_map(of_group).collect()
            }
            Self::All => Vec::new(),
        }
    }

    /// The same for people.
    pub(super) fn left_out(self) -> &'static str {
        match self {
            Self::Quick => "9 (large messages), 12 and 13 (compression)",
            Self::Usual => "sizes 7 to 10 and 12 to 18 of 12 and 13 (compression)",
            Self::All => "none",
        }
    }

    /// How long both roles may take on a machine with other things to do: each about ten times
    /// what it takes on two idle cores, or three times for the last.
    pub(super) fn time_limit(self) -> Duration {
        match self {
            Self::Quick => Duration::from_secs(300),
            Self::Usual => Duration::from_secs(900),
            Self::All => Duration::from_secs(3600),
        }
    }
}

/// The group of large messages.
const LIMITS: u32 = 9;

/// The groups of permessage-deflate.
const COMPRESSION: [u32; 2] = [12, 13];

/// In these groups the last number of a case is one of so many sizes.
const N_SIZES: usize = 18;

/// Those with a thousand messages from 4 KiB up to 128 KiB each. One of fragments, 11, is short.
const LONG_SIZES: [u32; 11] = [7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18];

const GROUPS: [Group; 11] = [
    group(1, "framing", 16),
    group(2, "pings and pongs", 11),
    group(3, "reserved bits", 7),
    group(4, "opcodes", 10),
    group(5, "fragmentation", 20),
    group(6, "UTF-8", 145),
    group(7, "closing", 37),
    group(LIMITS, "large messages", 54),
    group(10, "odd fragments", 1),
    group(12, "compression", 90),
    group(13, "its parameters", 126),
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
        assert_eq!(Selection::Quick.n_cases(), 247);
        assert_eq!(Selection::Usual.n_cases(), 301 + 84);
        assert_eq!(Selection::All.n_cases(), 517);
    }

    #[test]
    fn a_group_is_either_run_or_excluded() {
        for selection in [Selection::Quick, Selection::Usual, Selection::All] {
            let is_run = |number| selection.groups().any(|group| group.number == number);
            for number in [1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 13] {
                let is_excluded = selection.excluded().contains(&format!("{number}.*"));
                assert_ne!(is_run(number), is_excluded, "{selection:?} {number}");
            }
        }
    }

    /// Patterns match beginnings: one that ended with `.1` would take `.11` along.
    #[test]
    fn no_excluded_size_begins_one_that_is_run() {
        for long in LONG_SIZES {
            let sizes = (1..=18).filter(|size| !LONG_SIZES.contains(size));
            for size in sizes {
                assert!(!size.to_string().starts_with(&long.to_string()));
            }
        }
        assert_eq!(Selection::Usual.excluded().len(), 22);
    }
}
