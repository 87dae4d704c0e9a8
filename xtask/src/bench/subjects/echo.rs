//! Servers that send each message back: floors, ours, and the peers.

use super::{Known, PEER};
use crate::bench::subject::Group;

pub(super) const ECHOES: &[Known] = &[
    Known {
        name: "rawtcp",
        group: Group::Floor,
        program: "echo-rawtcp",
        settings: "Bare epoll, one buffer for all: the kernel's share of an echo, and nothing else.",
        quick: true,
        ..PEER
    },
    Known {
        name: "rawtcp-tokio",
        group: Group::Floor,
        program: "echo-rawtcp",
        arguments: &["--tokio"],
        library: Some("tokio"),
        settings: "read and write_all on a tokio TcpStream, 64 KiB buffer: what any server on tokio pays.",
        quick: true,
        ..PEER
    },
    Known {
        name: "rawtcp-tokio-bare",
        group: Group::Floor,
        program: "echo-rawtcp",
        arguments: &["--tokio", "--buf", "64"],
        only: &["k"],
        library: Some("tokio"),
        settings: "A task with a TcpStream and 64 B: what an idle connection takes on tokio.",
        ..PEER
    },
    Known {
        name: "sockeye",
        group: Group::Ours,
        program: "echo-sockeye",
        deflates: true,
        library: Some("sockeye"),
        settings: "Defaults, every check, limit and keepalive timer on; `burst`, which answers all that one read brought in one write. Compression at level 1.",
        quick: true,
        ..PEER
    },
    Known {
        name: "sockeye-messages",
        group: Group::Ours,
        program: "echo-sockeye-messages",
        deflates: true,
        library: Some("sockeye"),
        settings: "The same through `recv` and `feed`: owned messages, flushed by the next wait.",
        quick: true,
        ..PEER
    },
    Known {
        name: "sockudo-ws",
        program: "echo-sockudo-ws",
        deflates: true,
        library: Some("sockudo-ws"),
        settings: "Its read path flushes before it waits, so the loop only feeds. Timers off, as most peers have none.",
        quick: true,
        ..PEER
    },
    Known {
        name: "yawc",
        program: "echo-yawc",
        deflates: true,
        library: Some("yawc"),
        settings: "The buffers of its own benchmark: 128 KiB to read, 64 KiB before it pushes back. UTF-8 checked.",
        quick: true,
        ..PEER
    },
    Known {
        name: "yawc-small",
        program: "echo-yawc",
        arguments: &["--small"],
        only: &["b", "c", "d", "e", "k"],
        library: Some("yawc"),
        settings: "Its default buffers, which suit many connections better.",
        ..PEER
    },
    Known {
        name: "yawc-hyper",
        program: "echo-yawc",
        arguments: &["--hyper", "--small"],
        only: &["j", "k"],
        library: Some("yawc"),
        settings: "Upgraded through hyper, as its examples do.",
        ..PEER
    },
    Known {
        name: "tokio-websockets",
        program: "echo-tokio-websockets",
        library: Some("tokio-websockets"),
        settings: "As its echo example: frames not split, no limits; flushes above 64 KiB and when no message is ready.",
        quick: true,
        ..PEER
    },
    Known {
        name: "fastwebsockets",
        program: "echo-fastwebsockets",
        library: Some("fastwebsockets"),
        settings: "Straight on the TcpStream; its interface writes once per message.",
        quick: true,
        ..PEER
    },
    Known {
        name: "fastwebsockets-cork",
        program: "echo-fastwebsockets",
        arguments: &["--cork"],
        library: Some("fastwebsockets"),
        settings: "On a stream of ours that gathers its writes, as a user could add.",
        ..PEER
    },
    Known {
        name: "fastwebsockets-hyper",
        program: "echo-fastwebsockets",
        arguments: &["--hyper"],
        only: &["a", "b", "j", "k"],
        library: Some("fastwebsockets"),
        settings: "Upgraded through hyper, as its examples do.",
        ..PEER
    },
    Known {
        name: "tokio-tungstenite",
        program: "echo-tokio-tungstenite",
        library: Some("tokio-tungstenite"),
        settings: "Defaults, with a read buffer of 128 KiB; flushed when no message is ready.",
        ..PEER
    },
    Known {
        name: "tokio-tungstenite-16k",
        program: "echo-tokio-tungstenite",
        arguments: &["--read-buf", "16384"],
        library: Some("tokio-tungstenite"),
        settings: "A read buffer of 16 KiB: it clears the whole buffer for each read.",
        ..PEER
    },
    Known {
        name: "tokio-tungstenite-4k",
        program: "echo-tokio-tungstenite",
        arguments: &["--read-buf", "4096"],
        only: &["k"],
        library: Some("tokio-tungstenite"),
        settings: "A read buffer of 4 KiB, for many idle connections.",
        ..PEER
    },
    Known {
        name: "wtx",
        program: "echo-wtx",
        deflates: true,
        library: Some("wtx"),
        settings: "Echoes out of its own network buffer; one vectored write per message.",
        ..PEER
    },
    Known {
        name: "web-socket",
        program: "echo-web-socket",
        library: Some("web-socket"),
        settings: "Buffers of 64 KiB around it, flushed when no input is buffered; assembly and UTF-8 are the program's.",
        ..PEER
    },
    Known {
        name: "web-socket-8k",
        program: "echo-web-socket",
        arguments: &["--buf", "8192"],
        only: &["k"],
        library: Some("web-socket"),
        settings: "Buffers of 8 KiB, for many idle connections.",
        ..PEER
    },
    Known {
        name: "ratchet",
        program: "echo-ratchet",
        deflates: true,
        library: Some("ratchet_rs"),
        settings: "Buffers of 64 KiB around it, as in its example; every write flushes. UTF-8 is the program's.",
        ..PEER
    },
    Known {
        name: "ratchet-8k",
        program: "echo-ratchet",
        arguments: &["--buf", "8192"],
        only: &["k"],
        library: Some("ratchet_rs"),
        settings: "Buffers of 8 KiB, for many idle connections.",
        ..PEER
    },
    Known {
        name: "soketto",
        program: "echo-soketto",
        deflates: true,
        library: Some("soketto"),
        settings: "Buffers of 64 KiB around it, as in its example; flushed while the receiver waits. UTF-8 is the program's.",
        ..PEER
    },
    Known {
        name: "soketto-8k",
        program: "echo-soketto",
        arguments: &["--buf", "8192"],
        only: &["k"],
        library: Some("soketto"),
        settings: "Buffers of 8 KiB, for many idle connections.",
        ..PEER
    },
    Known {
        name: "async-tungstenite",
        program: "echo-async-tungstenite",
        library: Some("async-tungstenite"),
        settings: "On async-std with one worker, and its reactor's thread beside it; the others run on tokio.",
        ..PEER
    },
];
