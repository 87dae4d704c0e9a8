//! Echoes as fast as they go, from the smallest message to the largest.

use super::{ECHO, times};
use crate::bench::goal::{Bound, Goal};
use crate::bench::scenario::{Drive, Scenario};

pub(super) const ECHOES: &[Scenario] = &[
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
        shows: "Compression, for those that have it.",
        drive: Drive::Timed(
            "echo --conns 10 --size 1024,2048,3072,4096 --depth 4 --content json --deflate",
        ),
        deflate: true,
        goals: &[times(0.8, &["sockudo-ws"])],
        ..ECHO
    },
];
