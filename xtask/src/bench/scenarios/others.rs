//! What is not an echo of a whole message: a stream, a broadcast, and the client's side.

use super::{ECHO, times};
use crate::bench::figure::Figure;
use crate::bench::goal::{Bound, Goal};
use crate::bench::scenario::{Drive, Scenario};
use crate::bench::subject::Family;

pub(super) const OTHERS: &[Scenario] = &[
    Scenario {
        letter: "o",
        name: "stream",
        work: "one message of 1 GiB, sent back as it comes",
        shows: "That memory does not depend on the length of a message.",
        drive: Drive::Whole("stream --bytes 1073741824"),
        headline: Figure::PeakMemory,
        family: Family::Stream,
        max_rounds: 2,
        goals: &[Goal {
            subject: "sockeye",
            // The receive buffer of a thread, the queue, and what the allocator keeps.
            bound: Bound::AtMost(1_048_576.0),
        }],
        ..ECHO
    },
    Scenario {
        letter: "p",
        name: "broadcast",
        work: "each message of 1 KiB to 10 000 connections",
        shows: "Whether the bytes are shared; CPU per delivery.",
        drive: Drive::Timed("broadcast --conns 10000 --size 1024"),
        family: Family::Broadcast,
        max_rounds: 3,
        goals: &[times(0.7, &["uWebSockets"])],
        ..ECHO
    },
    Scenario {
        letter: "q",
        name: "client-latency",
        work: "client: 1 connection, 20 B, one at a time",
        shows: "The client's own CPU, against a server that does next to nothing.",
        drive: Drive::Client {
            floor: "--size 20",
            work: "--conns 1 --size 20",
        },
        ..CLIENT
    },
    Scenario {
        letter: "q2",
        name: "client-pipeline",
        work: "client: 10 connections, 20 B, 64 in flight on each",
        shows: "Whether a client gathers what it sends.",
        drive: Drive::Client {
            floor: "--size 20",
            work: "--conns 10 --size 20 --depth 64",
        },
        ..CLIENT
    },
    Scenario {
        letter: "q3",
        name: "client-1-kib",
        work: "client: 10 connections, 1 KiB, 16 in flight on each",
        shows: "Where masking begins to matter.",
        drive: Drive::Client {
            floor: "--size 1024",
            work: "--conns 10 --size 1024 --depth 16",
        },
        ..CLIENT
    },
    Scenario {
        letter: "q4",
        name: "client-16-kib",
        work: "client: 10 connections, 16 KiB, 4 in flight on each",
        shows: "Whether a payload is masked while it is copied, or copied first.",
        drive: Drive::Client {
            floor: "--size 16384",
            work: "--conns 10 --size 16384 --depth 4",
        },
        ..CLIENT
    },
    Scenario {
        letter: "q5",
        name: "client-1-mib",
        work: "client: 2 connections, 1 MiB, one at a time on each",
        shows: "The same for large messages.",
        drive: Drive::Client {
            floor: "--size 1048576",
            work: "--conns 2 --size 1048576",
        },
        ..CLIENT
    },
];

/// Messages there and back by a client of the subject's.
const CLIENT: Scenario = Scenario {
    family: Family::Client,
    goals: &[times(
        1.0,
        &["fastwebsockets", "tokio-tungstenite", "tokio-websockets"],
    )],
    ..ECHO
};
