//! Latency while there is work: paced clients, and an honest one beside a flood.
//!
//! Without goals: latencies hold on an idle machine only, so they are shown beside those of peers.

use super::ECHO;
use crate::bench::figure::Figure;
use crate::bench::scenario::{Drive, Scenario};

pub(super) const LOAD: &[Scenario] = &[
    Scenario {
        letter: "m",
        name: "paced-100",
        work: "100 connections, 20 B, 20 000 messages a second in all",
        shows: "How long an answer takes at half load; counted from when a message was due.",
        drive: Drive::Timed("echo --conns 100 --size 20 --rate 20000"),
        headline: Figure::P99,
        ..ECHO
    },
    Scenario {
        letter: "m2",
        name: "paced-1000",
        work: "1000 connections, 20 B, 20 000 messages a second in all",
        shows: "The same, spread over more clients.",
        drive: Drive::Timed("echo --conns 1000 --size 20 --rate 20000"),
        headline: Figure::P99,
        ..ECHO
    },
    Scenario {
        letter: "n",
        name: "fairness",
        work: "1 connection floods with 16 KiB, 64 in flight; another sends 20 B 1000 times a second",
        shows: "How long the honest one waits for its answers.",
        drive: Drive::Timed("fairness"),
        headline: Figure::P99,
        ..ECHO
    },
];
