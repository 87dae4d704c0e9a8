//! The scenarios, with the goals for each.
//!
//! Data only. Letters stay what they are, since tables and notes refer to them; a new scenario
//! takes the next one.

use super::figure::Figure;
use super::goal::{Bound, Goal};
use super::scenario::{Drive, Scenario};
use super::subject::Family;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        letter: "a",
        name: "latency",
        work: "1 connection, 20 B, one at a time",
        shows: "What one message costs when nothing else happens: mostly the kernel's waking up.",
        drive: Drive::Timed("echo --conns 1 --size 20"),
        goals: &[times(1.05, &["rawtcp-tokio"])],
        ..ECHO
    },
    Scenario {
        letter: "a2",
        name: "latency-spinning",
        work: "1 connection, 20 B, one at a time, the generator never asleep",
        shows: "The same without the generator's own waking up.",
        drive: Drive::Timed("echo --conns 1 --size 20 --spin"),
        goals: &[times(1.05, &["rawtcp-tokio"])],
        ..ECHO
    },
    Scenario {
        letter: "b",
        name: "fan-in",
        work: "100 connections, 20 B, one at a time on each",
        shows: "Many quiet clients: one read and one write per message, whoever does it.",
        drive: Drive::Timed("echo --conns 100 --size 20"),
        quick: true,
        goals: &[times(1.05, &["rawtcp-tokio"])],
        ..ECHO
    },
    Scenario {
        letter: "c",
        name: "pipeline",
        work: "10 connections, 20 B, 64 in flight on each",
        shows: "Whether all answers to one read leave in one write.",
        drive: Drive::Timed("echo --conns 10 --size 20 --depth 64"),
        quick: true,
        goals: &[
            times(1.0, &["uWebSockets"]),
            Goal {
                subject: "sockeye-messages",
                bound: Bound::Times(0.8, &["sockudo-ws"]),
            },
        ],
        ..ECHO
    },
    Scenario {
        letter: "c2",
        name: "pipeline-text",
        work: "10 connections, 120 B of text, 32 in flight on each",
        shows: "The same with UTF-8 to check.",
        drive: Drive::Timed("echo --conns 10 --size 120 --depth 32 --content ascii"),
        quick: true,
        goals: &[times(1.0, &["uWebSockets"])],
        ..ECHO
    },
    Scenario {
        letter: "d",
        name: "1-kib",
        work: "10 connections, 1 KiB, 16 in flight on each",
        shows: "Where the payload begins to matter.",
        drive: Drive::Timed("echo --conns 10 --size 1024 --depth 16"),
        quick: true,
        goals: &[times(1.0, &["uWebSockets"])],
        ..ECHO
    },
    Scenario {
        letter: "e",
        name: "16-kib",
        work: "10 connections, 16 KiB, 4 in flight on each",
        shows: "How often a payload is copied.",
        drive: Drive::Timed("echo --conns 10 --size 16384 --depth 4"),
        quick: true,
        goals: &[times(0.9, &["sockudo-ws"])],
        ..ECHO
    },
    Scenario {
        letter: "f",
        name: "1-mib",
        work: "2 connections, 1 MiB, one at a time on each",
        shows: "Large messages: memory and copies are all there is.",
        drive: Drive::Timed("echo --conns 2 --size 1048576"),
        quick: true,
        goals: &[times(0.95, &["yawc", "tokio-websockets"])],
        ..ECHO
    },
    Scenario {
        letter: "g",
        name: "utf-8",
        work: "10 connections, 16 KiB of text beyond ASCII, 4 in flight on each",
        shows: "How fast UTF-8 is checked.",
        drive: Drive::Timed("echo --conns 10 --size 16384 --depth 4 --content unicode"),
        quick: true,
        goals: &[times(0.9, &["sockudo-ws"])],
        ..ECHO
    },
    Scenario {
        letter: "h",
        name: "fragments",
        work: "10 connections, 64 KiB in fragments of 1 KiB, one at a time on each",
        shows: "Putting a message together.",
        drive: Drive::Timed("echo --conns 10 --size 65536 --frag 1024"),
        goals: &[times(0.95, &["uWebSockets"])],
        ..ECHO
    },
    Scenario {
        letter: "i",
        name: "deflate",
        work: "10 connections, 1 to 4 KiB of JSON, permessage-deflate without context takeover, 4 in flight on each",
        shows: "Compression. Only for those that have it, which Sockeye has not yet.",
        drive: Drive::Timed(
            "echo --conns 10 --size 1024,2048,3072,4096 --depth 4 --content json --deflate",
        ),
        deflate: true,
        goals: &[times(0.8, &["sockudo-ws"])],
        ..ECHO
    },
    Scenario {
        letter: "j",
        name: "handshake",
        work: "connect, upgrade and close, 16 at a time",
        shows: "What a visit costs before and after its messages; CPU per visit.",
        drive: Drive::Timed("handshake --conns 16"),
        quick: true,
        goals: &[times(0.95, &["fastwebsockets"])],
        ..ECHO
    },
    Scenario {
        letter: "k",
        name: "idle",
        work: "10 000 open connections, each after one echo of 1 KiB",
        shows: "What a connection holds on to while nothing happens; nothing but resident memory.",
        drive: Drive::Whole("idle --conns 10000"),
        headline: Figure::MemoryUsed,
        max_rounds: 2,
        goals: &[
            Goal {
                subject: "sockeye",
                bound: Bound::Above(1024.0, "rawtcp-tokio"),
            },
            Goal {
                subject: "sockeye",
                bound: Bound::AtMost(2048.0),
            },
        ],
        ..ECHO
    },
];

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
        let names = SCENARIOS.iter().flat_map(|s| [s.letter, s.name]);
        let distinct: BTreeSet<_> = names.collect();
        assert_eq!(distinct.len(), 2 * SCENARIOS.len());
    }
}
