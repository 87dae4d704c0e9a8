//! Servers on a link in memory that compress, and compression alone.
//!
//! All at level 1 with a window of 15 bits, all on zlib-rs: what they take of zlib is the same.

use super::{Known, PEER};
use crate::bench::subject::{Family, Group};

pub(super) const DEFLATES: &[Known] = &[
    Known {
        name: "zlib",
        group: Group::Floor,
        program: "deflate-zlib",
        only: MEASURED_ALONE,
        library: Some("flate2"),
        settings: "flate2 with zlib-rs alone, flushed fully rather than reset: no frames, no masking, no UTF-8.",
        ..ALONE
    },
    Known {
        name: "sockeye",
        group: Group::Ours,
        program: "deflate-sockeye",
        library: Some("sockeye"),
        settings: "Every check, limit and keepalive timer on; `burst`.",
        ..ALONE
    },
    Known {
        name: "sockeye-messages",
        group: Group::Ours,
        program: "deflate-sockeye",
        arguments: &["--messages"],
        library: Some("sockeye"),
        settings: "The same through `recv` and `feed`: owned messages.",
        ..ALONE
    },
    Known {
        name: "sockudo-ws",
        program: "deflate-sockudo-ws",
        library: Some("sockudo-ws"),
        settings: "Its compressed stream; states are kept by each connection.",
        ..ALONE
    },
    Known {
        name: "yawc",
        program: "deflate-yawc",
        library: Some("yawc"),
        settings: "The buffers of its benchmark; states are kept by each connection.",
        ..ALONE
    },
    Known {
        name: "yawc-pool",
        program: "deflate-yawc",
        arguments: &["--pool"],
        only: WITHOUT_TAKEOVER,
        library: Some("yawc"),
        settings: "The same with its pool of states, as its documentation has it for many connections.",
        ..ALONE
    },
];

const ALONE: Known = Known {
    family: Family::Deflate,
    quick: true,
    ..PEER
};

/// Without context takeover there is nothing that zlib alone would keep for a connection.
const MEASURED_ALONE: &[&str] = &["r", "r2", "r3", "r4", "s", "s2", "s3", "s4", "t2"];

/// A pool is of use only there.
const WITHOUT_TAKEOVER: &[&str] = &["r", "r2", "r3", "r4", "t"];
