//! The scenarios, with the goals for each.
//!
//! Data only. Letters stay what they are, since tables and notes refer to them; a new scenario
//! takes the next one.

mod connections;
mod deflate;
mod echo;
mod load;
mod others;

use super::figure::Figure;
use super::goal::{Bound, Goal};
use super::scenario::{Drive, Scenario};
use super::subject::Family;

/// All scenarios, by letter.
pub(super) fn all() -> impl Iterator<Item = &'static Scenario> {
    let tables = [
        echo::ECHOES,
        connections::CONNECTIONS,
        load::LOAD,
        others::OTHERS,
        deflate::DEFLATES,
    ];
    tables.into_iter().flatten()
}

/// Echoes of prepared frames by one client, CPU per message as the figure.
const ECHO: Scenario = Scenario {
    letter: "",
    name: "",
    work: "",
    shows: "",
    drive: Drive::Timed(""),
    headline: Figure::Cpu,
    family: Family::Echo,
    deflate: false,
    max_rounds: u32::MAX,
    quick: false,
    goals: &[],
};

/// So many times the best of these at most, for our fastest way.
const fn times(most: f64, rivals: &'static [&'static str]) -> Goal {
    Goal {
        subject: "sockeye",
        bound: Bound::Times(most, rivals),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_scenario_has_names_of_its_own() {
        let distinct: BTreeSet<_> = all().flat_map(|s| [s.letter, s.name]).collect();
        assert_eq!(distinct.len(), 2 * all().count());
    }
}
