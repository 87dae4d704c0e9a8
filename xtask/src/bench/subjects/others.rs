//! Servers that stream or tell everybody, and clients.

use super::{Known, PEER};
use crate::bench::subject::{Family, Group};

pub(super) const OTHERS: &[Known] = &[
    Known {
        name: "rawtcp-tokio",
        group: Group::Floor,
        family: Family::Stream,
        program: "echo-rawtcp",
        arguments: &["--tokio"],
        library: Some("tokio"),
        settings: "The floor again: its buffer is 64 KiB.",
        ..PEER
    },
    Known {
        name: "sockeye",
        group: Group::Ours,
        family: Family::Stream,
        program: "echo-sockeye-streaming",
        library: Some("sockeye"),
        settings: "`recv_streaming` and `send_streaming`, with a limit that lets the message through.",
        ..PEER
    },
    Known {
        name: "sockeye",
        group: Group::Ours,
        program: "broadcast-sockeye",
        library: Some("sockeye"),
        settings: "The task that got a message offers it to a list of all senders.",
        ..BROADCAST
    },
    Known {
        name: "tokio-tungstenite",
        program: "broadcast-tokio-tungstenite",
        library: Some("tokio-tungstenite"),
        settings: "The task that got a message sends it on all sinks.",
        ..BROADCAST
    },
    Known {
        name: "tokio-websockets",
        program: "broadcast-tokio-websockets",
        library: Some("tokio-websockets"),
        settings: "The task that got a message sends it on all sinks.",
        ..BROADCAST
    },
    Known {
        name: "fastwebsockets",
        program: "broadcast-fastwebsockets",
        library: Some("fastwebsockets"),
        settings: "The task that got a message writes it on all connections; frames borrow it.",
        ..BROADCAST
    },
    Known {
        name: "sockeye",
        group: Group::Ours,
        arguments: &["sockeye"],
        library: Some("sockeye"),
        settings: "Defaults, through the fastest public interface that fits a client.",
        ..CLIENT
    },
    Known {
        name: "tokio-tungstenite",
        arguments: &["tokio-tungstenite"],
        library: Some("tokio-tungstenite"),
        settings: "Fed and flushed once for each batch.",
        ..CLIENT
    },
    Known {
        name: "tokio-websockets",
        arguments: &["tokio-websockets"],
        library: Some("tokio-websockets"),
        settings: "Fed and flushed once for each batch.",
        ..CLIENT
    },
    Known {
        name: "fastwebsockets",
        arguments: &["fastwebsockets"],
        library: Some("fastwebsockets"),
        settings: "One write for each message, as its interface has it.",
        ..CLIENT
    },
];

const BROADCAST: Known = Known {
    family: Family::Broadcast,
    ..PEER
};

/// All are in one program, which is told the library.
const CLIENT: Known = Known {
    family: Family::Client,
    program: "client",
    ..PEER
};
