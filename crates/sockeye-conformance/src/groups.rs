//! The cases, by group.
//!
//! Groups 1 to 13 have Autobahn's numbers, and mean what Autobahn's cases of the same number mean.
//! Groups with letters are what Autobahn lacks: H the opening handshake, X extensions, C closing and
//! timing, L limits.

mod auto_fragmentation;
mod bounds;
mod closing;
mod compression;
mod cut;
mod endings;
mod fragmentation;
mod framing;
mod list;
mod negotiation;
mod opcodes;
mod pings;
mod requests;
mod reserved_bits;
mod responses;
mod text;
mod volume;

use crate::{Case, Role, Scale};

/// All groups in order: the start of their cases' numbers, and what they are about.
pub const GROUPS: [(&str, &str); 15] = [
    ("1", "Framing"),
    ("2", "Pings and pongs"),
    ("3", "Reserved bits"),
    ("4", "Opcodes"),
    ("5", "Fragmentation"),
    ("6", "UTF-8"),
    ("7", "Closing handshake"),
    ("9", "Volume"),
    ("10", "Automatic fragmentation"),
    ("12", "Compression, default parameters"),
    ("13", "Compression, other parameters"),
    ("H", "Opening handshake"),
    ("X", "Extensions"),
    ("C", "Endings and timing"),
    ("L", "Limits"),
];

/// All cases for subjects of one role.
#[must_use]
pub fn cases(role: Role, scale: Scale) -> Vec<Case> {
    let openings = match role {
        Role::Server => requests::cases,
        Role::Client => responses::cases,
    };
    let groups = [
        framing::cases,
        pings::cases,
        reserved_bits::cases,
        opcodes::cases,
        fragmentation::cases,
        text::cases,
        closing::cases,
        volume::cases,
        auto_fragmentation::cases,
        negotiation::cases,
        endings::cases,
        bounds::cases,
    ];
    let groups = groups.iter().flat_map(|group| group(role));
    let mut cases: Vec<_> = groups
        .chain(compression::cases(role, scale))
        .chain(openings())
        .collect();
    cases.sort_by_key(|case| place(&case.id));
    cases
}

/// Where a number stands: by its group as in [`GROUPS`], then by its numbers.
pub(crate) fn place(id: &str) -> (Option<usize>, Vec<u32>) {
    let mut parts = id.split('.');
    let name = parts.next();
    let group = GROUPS.iter().position(|(group, _)| name == Some(*group));
    (group, parts.flat_map(str::parse).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_case_has_a_number_of_its_own_in_a_known_group() {
        for role in [Role::Server, Role::Client] {
            let mut ids = BTreeSet::new();
            for case in cases(role, Scale::Quick) {
                assert!(ids.insert(case.id.clone()), "{} twice", case.id);
                assert!(GROUPS.iter().any(|(group, _)| *group == case.group()));
                assert!(!case.shows.ends_with('.'), "{case:?}");
                assert!(case.section.starts_with("RFC "), "{case:?}");
            }
        }
    }

    #[test]
    fn groups_of_autobahn_have_its_numbers_of_cases() {
        let wanted = [
            ("1", 16),
            ("2", 11),
            ("3", 7),
            ("4", 10),
            ("5", 20),
            ("6", 145),
            ("7", 37),
            ("9", 54),
            ("10", 1),
        ];
        for role in [Role::Server, Role::Client] {
            let cases = cases(role, Scale::Quick);
            let counts = wanted.map(|(group, _)| {
                let of_group = cases.iter().filter(|case| case.group() == group);
                (group, of_group.count())
            });
            assert_eq!(counts, wanted, "{role}");
        }
    }
}
