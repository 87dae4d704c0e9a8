//! Connections rather than messages: opening many, holding many, and how the work grows with them.

use super::{ECHO, times};
use crate::bench::figure::Figure;
use crate::bench::goal::{Bound, Goal};
use crate::bench::scenario::{Drive, Scenario};

pub(super) const CONNECTIONS: &[Scenario] = &[
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
                bound: Bound::Above(1024.0, "rawtcp-tokio-bare"),
            },
            Goal {
                subject: "sockeye",
                bound: Bound::AtMost(2048.0),
            },
        ],
        ..ECHO
    },
    Scenario {
        letter: "l",
        name: "growth-10",
        work: "10 connections, 20 B, one at a time on each",
        shows: "Cost as connections grow; 1 of them is scenario a, 100 are b.",
        drive: Drive::Timed("echo --conns 10 --size 20"),
        goals: &[times(1.05, &["rawtcp-tokio"])],
        ..ECHO
    },
    Scenario {
        letter: "l2",
        name: "growth-1000",
        work: "1000 connections, 20 B, one at a time on each",
        shows: "The same: from here on caches no longer hold everything.",
        drive: Drive::Timed("echo --conns 1000 --size 20"),
        goals: &[times(1.05, &["rawtcp-tokio"])],
        ..ECHO
    },
    Scenario {
        letter: "l3",
        name: "growth-10000",
        work: "10 000 connections, 20 B, one at a time on each",
        shows: "The same, where anything that grows with connections would show.",
        drive: Drive::Timed("echo --conns 10000 --size 20"),
        max_rounds: 3,
        goals: &[times(1.05, &["rawtcp-tokio"])],
        ..ECHO
    },
];
