//! Compression by itself: servers on a link in memory, beside flate2 alone.
//!
//! Each scenario measures three kinds of work, of which the echo is the figure that is compared.
//! In scenario `i` the same servers compress behind sockets.

use super::{ECHO, times};
use crate::bench::figure::Figure;
use crate::bench::goal::Goal;
use crate::bench::scenario::{Drive, Scenario};
use crate::bench::subject::Family;

pub(super) const DEFLATES: &[Scenario] = &[
    Scenario {
        letter: "r",
        name: "deflate-200",
        work: "permessage-deflate in memory, 200 B of JSON, without context takeover",
        drive: Drive::Alone("--size 200"),
        ..DEFLATE
    },
    Scenario {
        letter: "r2",
        name: "deflate-1-kib",
        work: "permessage-deflate in memory, 1 KiB of JSON, without context takeover",
        drive: Drive::Alone("--size 1024"),
        ..DEFLATE
    },
    Scenario {
        letter: "r3",
        name: "deflate-4-kib",
        work: "permessage-deflate in memory, 4 KiB of JSON, without context takeover",
        drive: Drive::Alone("--size 4096"),
        ..DEFLATE
    },
    Scenario {
        letter: "r4",
        name: "deflate-64-kib",
        work: "permessage-deflate in memory, 64 KiB of JSON, without context takeover",
        drive: Drive::Alone("--size 65536"),
        ..DEFLATE
    },
    Scenario {
        letter: "s",
        name: "deflate-takeover-200",
        work: "permessage-deflate in memory, 200 B of JSON, with context takeover",
        drive: Drive::Alone("--size 200 --takeover"),
        ..DEFLATE
    },
    Scenario {
        letter: "s2",
        name: "deflate-takeover-1-kib",
        work: "permessage-deflate in memory, 1 KiB of JSON, with context takeover",
        drive: Drive::Alone("--size 1024 --takeover"),
        ..DEFLATE
    },
    Scenario {
        letter: "s3",
        name: "deflate-takeover-4-kib",
        work: "permessage-deflate in memory, 4 KiB of JSON, with context takeover",
        drive: Drive::Alone("--size 4096 --takeover"),
        ..DEFLATE
    },
    Scenario {
        letter: "s4",
        name: "deflate-takeover-64-kib",
        work: "permessage-deflate in memory, 64 KiB of JSON, with context takeover",
        drive: Drive::Alone("--size 65536 --takeover"),
        ..DEFLATE
    },
    Scenario {
        letter: "t",
        name: "deflate-memory",
        work: "permessage-deflate in memory, 1000 connections without context takeover, each after one echo of 1 KiB",
        shows: "What an idle connection keeps of its compression.",
        drive: Drive::Alone("--conns 1000 --size 1024"),
        // zlib alone would keep nothing.
        goals: &[AHEAD_OF_PEERS],
        headline: Figure::MemoryUsed,
        max_rounds: 2,
        ..DEFLATE
    },
    Scenario {
        letter: "t2",
        name: "deflate-memory-takeover",
        work: "permessage-deflate in memory, 1000 connections with context takeover, each after one echo of 1 KiB",
        shows: "What an idle connection keeps of its compression.",
        drive: Drive::Alone("--conns 1000 --size 1024 --takeover"),
        headline: Figure::MemoryUsed,
        max_rounds: 2,
        ..DEFLATE
    },
];

const DEFLATE: Scenario = Scenario {
    shows: "What a library adds to compression: frames, masking, UTF-8, and how it calls zlib.",
    headline: Figure::Echo,
    family: Family::Deflate,
    goals: &[times(1.1, &["zlib"]), AHEAD_OF_PEERS],
    ..ECHO
};

const AHEAD_OF_PEERS: Goal = times(1.0, &["sockudo-ws", "yawc"]);
