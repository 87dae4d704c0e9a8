//! Rules on dependencies: which layer may know which, and which crates of others are in at all.
//!
//! The table is the design's picture of layers as data. A crate that is not in it has no
//! dependencies until somebody writes it in, with a reason: that is the point.

use super::finding::Finding;
use crate::workspace::{Dependency, DependencyKind, Package};

/// All dependencies of a package are in the table, in every kind.
pub(super) fn check(package: &Package) -> Vec<Finding> {
    let allowed = ALLOWED
        .iter()
        .find(|allowed| allowed.package == package.name);
    let Some(allowed) = allowed else {
        let message = format!(
            "add `{}` to the table in {HERE}: which layer is it?",
            package.name
        );
        return vec![Finding::in_file(&manifest(package), message)];
    };
    let refused = package.dependencies.iter().filter_map(|dependency| {
        let message = refusal(allowed, dependency)?;
        Some(Finding::in_file(&manifest(package), message))
    });
    refused.collect()
}

/// Why a dependency is refused; `None` when it is not.
fn refusal(allowed: &Allowed, dependency: &Dependency) -> Option<String> {
    let Dependency { name, kind } = dependency;
    if name.starts_with("sockeye") {
        return (!allowed.ours.contains(&name.as_str())).then(|| {
            format!(
                "`{}` must not know `{name}`: see the layers in docs/architecture.md",
                allowed.package
            )
        });
    }
    let is_listed = |list: &[(&str, &str)]| list.iter().any(|(listed, _)| listed == name);
    let is_allowed = match kind {
        DependencyKind::Normal => is_listed(allowed.others),
        DependencyKind::Development => is_listed(allowed.others) || is_listed(&IN_TESTS),
        DependencyKind::Build => false,
    };
    (!is_allowed).then(|| {
        format!(
            "`{name}` is new here: add it to {HERE} with a sentence on what it saves and pulls in"
        )
    })
}

fn manifest(package: &Package) -> String {
    format!("{}/Cargo.toml", package.folder)
}

/// What one package may depend on.
struct Allowed {
    package: &'static str,
    /// Packages of this workspace.
    ours: &'static [&'static str],
    /// Packages of others, each with its reason.
    others: &'static [(&'static str, &'static str)],
}

const ALLOWED: [Allowed; 15] = [
    Allowed {
        package: "sockeye-frame",
        ours: &[],
        others: &[(
            "simdutf8",
            "checks UTF-8 several times faster than core; pulls in nothing",
        )],
    },
    Allowed {
        package: "sockeye-extensions",
        ours: &["sockeye-frame"],
        others: &[(
            "flate2",
            "DEFLATE, by zlib-rs, without unsafe code of ours; optional, pulls in those two",
        )],
    },
    Allowed {
        package: "sockeye-handshake",
        ours: &["sockeye-frame", "sockeye-extensions"],
        others: &[
            ("base64", "keys and Basic auth; pulls in nothing"),
            (
                "bytes",
                "bodies of refused handshakes; `http` users have it",
            ),
            (
                "http",
                "the types users of every server framework hold already",
            ),
            ("httparse", "the parser hyper trusts; pulls in nothing"),
            (
                "idna",
                "UTS #46 is 10 000 lines of tables nobody wants twice",
            ),
            (
                "percent-encoding",
                "comes with idna's users; user information in URIs",
            ),
            (
                "sha1",
                "Sec-WebSocket-Accept; audited, and uses the processor's instructions",
            ),
            (
                "url",
                "relative references in redirects; is made of idna and percent-encoding, pulls in form_urlencoded",
            ),
        ],
    },
    // Not the handshake: a server that upgrades through a framework needs only this half.
    Allowed {
        package: "sockeye-connection",
        ours: &["sockeye-frame", "sockeye-extensions"],
        others: &[
            ("bytes", "payloads shared without copying"),
            (
                "once_cell",
                "cells set once without std, without a lock and without unsafe code of ours; pulls in nothing",
            ),
            ("simdutf8", "as in sockeye-frame, for whole messages"),
        ],
    },
    Allowed {
        package: "sockeye-driver",
        ours: BELOW_DRIVER,
        others: DRIVER,
    },
    // None of ours but itself, in tests: what rustls is told, for every shell.
    Allowed {
        package: "sockeye-tls",
        ours: &["sockeye-tls"],
        others: &[
            (
                "rustls",
                "TLS in Rust; pulls in webpki and the cryptography",
            ),
            (
                "rustls-native-certs",
                "the certificates in the system's files; optional",
            ),
            (
                "rustls-platform-verifier",
                "the system's own judgement, kept by the people of rustls; optional",
            ),
            (
                "webpki-roots",
                "Mozilla's list of authorities; optional, data",
            ),
        ],
    },
    Allowed {
        package: "sockeye-tokio",
        ours: &[
            "sockeye-connection",
            "sockeye-driver",
            "sockeye-extensions",
            "sockeye-frame",
            "sockeye-handshake",
            "sockeye-tls",
        ],
        others: &[
            ("bytes", "payloads; tokio has it"),
            ("http", "requests and responses in the public API"),
            (
                "native-tls",
                "the system's TLS; optional, pulls in OpenSSL's bindings, or those of Windows or macOS",
            ),
            ("socket2", "socket options that std lacks; tokio has it"),
            ("tokio", "the runtime this shell is for"),
            (
                "tokio-native-tls",
                "native-tls on tokio's streams, without unsafe code of ours; optional",
            ),
            (
                "tokio-rustls",
                "rustls on tokio's streams; optional, pulls in rustls",
            ),
        ],
    },
    Allowed {
        package: "sockeye-async-std",
        ours: &[
            "sockeye-connection",
            "sockeye-driver",
            "sockeye-frame",
            "sockeye-handshake",
            "sockeye-tls",
        ],
        others: &[
            (
                "async-io",
                "sockets and timers of async-std and smol alike; pulls in polling and rustix",
            ),
            (
                "async-std",
                "a runtime this shell is for, and only its tasks; discontinued, see deny.toml",
            ),
            (
                "blocking",
                "name lookups off the executor's threads; both runtimes have it",
            ),
            ("bytes", "payloads"),
            ("futures-io", "the traits of byte streams; pulls in nothing"),
            (
                "futures-rustls",
                "rustls on streams of futures-io; optional, pulls in rustls",
            ),
            ("http", "requests and responses in the public API"),
            (
                "libc",
                "the number of one error, which std does not tell; socket2 has it",
            ),
            ("smol", "a runtime this shell is for"),
            (
                "socket2",
                "connecting from a chosen address, on every system; pulls in libc alone",
            ),
        ],
    },
    // Over the async-io shell: the same sockets and clock, and threads in place of tasks.
    Allowed {
        package: "sockeye-blocking",
        ours: &[
            "sockeye-async-std",
            "sockeye-connection",
            "sockeye-driver",
            "sockeye-extensions",
            "sockeye-frame",
            "sockeye-handshake",
            "sockeye-tls",
        ],
        others: &[
            (
                "async-io",
                "sockets and timers that wake threads; sockeye-async-std has it",
            ),
            (
                "blocking",
                "resolvers of the caller's within a time limit; sockeye-async-std has it",
            ),
            ("bytes", "payloads"),
            ("futures-io", "the traits of byte streams; pulls in nothing"),
            (
                "futures-lite",
                "a thread that waits for a future, in safe code; async-io has it",
            ),
            ("http", "requests and responses in the public API"),
        ],
    },
    Allowed {
        package: "sockeye",
        ours: EVERYTHING,
        others: &[
            ("bytes", "re-exported: payloads are made of it"),
            ("http", "re-exported: requests and responses are made of it"),
        ],
    },
    // None of ours: a fault that both sides share would not show.
    Allowed {
        package: "sockeye-conformance",
        ours: &[],
        others: &[
            ("base64", "keys; pulls in nothing"),
            ("clap", "command lines with help"),
            (
                "flate2",
                "raw deflate with any window, by zlib-rs: what others compress with",
            ),
            ("humantime", "the date of a run; pulls in nothing"),
            (
                "quick-xml",
                "escapes what a JUnit file holds; pulls in memchr",
            ),
            (
                "rcgen",
                "an authority and a certificate for each run; pulls in ring",
            ),
            ("serde", "expectations and results"),
            ("serde_json", "expectations and results"),
            ("sha1", "accept values, and telling payloads apart"),
            (
                "tokio",
                "hundreds of connections at once, programs, and bounded waits",
            ),
            (
                "tokio-rustls",
                "the same cases over TLS; pulls in rustls, with ring as rcgen does",
            ),
        ],
    },
    Allowed {
        package: "sockeye-tests",
        ours: TESTED,
        others: &[
            ("async-io", "the shell of docs/new-runtime.md is tested too"),
            ("async-std", "a runtime that the shells' tests run on"),
            ("bytes", "payloads"),
            ("crc32fast", "compares large payloads across languages"),
            ("flate2", "zlib's own inflate reads what ours compressed"),
            (
                "futures-util",
                "combinators over Stream and Sink, as users have them",
            ),
            (
                "futures-io",
                "the shell of docs/new-runtime.md is tested too",
            ),
            ("http", "requests and responses"),
            (
                "rcgen",
                "authorities and certificates, good ones and others; pulls in ring",
            ),
            (
                "tokio-rustls",
                "a peer with TLS that is not ours; sockeye-tokio has it",
            ),
            (
                "peak_alloc",
                "bounds on memory are tests; a counting allocator without unsafe here",
            ),
            ("proptest", "property tests"),
            (
                "serde_json",
                "speaks DevTools to Chromium and reads what peers print",
            ),
            ("smol", "a runtime that the shells' tests run on"),
            ("socket2", "the shell of docs/new-runtime.md is tested too"),
            (
                "stats_alloc",
                "allocations counted exactly, one by one, without unsafe code of ours; pulls in nothing",
            ),
            ("tempfile", "a browser profile per test"),
            ("tokio", "the runtime"),
            ("tokio-tungstenite", "a peer nobody here wrote"),
            (
                "zstd",
                "an extension from outside has work to do; builds the C library with cc",
            ),
        ],
    },
    Allowed {
        package: "sockeye-differential",
        ours: BELOW_DRIVER,
        others: &[
            ("bytes", "payloads"),
            (
                "tungstenite",
                "an endpoint nobody here wrote; without its handshake, little comes with it",
            ),
        ],
    },
    Allowed {
        package: "sockeye-api",
        ours: &[],
        others: &[(
            "public-api",
            "makes lines of rustdoc's JSON, whose form is large and changes; rustdoc-types and serde",
        )],
    },
    Allowed {
        package: "xtask",
        ours: &[],
        others: &[
            ("clap", "command lines with help"),
            ("humantime", "the date of a bench run; pulls in nothing"),
            (
                "quick-xml",
                "escapes what a page and its charts hold; pulls in memchr",
            ),
            ("serde", "results of a bench run; serde_json has it"),
            ("serde_json", "reads what cargo metadata and npm write"),
        ],
    },
];

const BELOW_DRIVER: &[&str] = &[
    "sockeye-frame",
    "sockeye-extensions",
    "sockeye-handshake",
    "sockeye-connection",
];

const DRIVER: &[(&str, &str)] = &[
    ("bytes", "payloads shared without copying"),
    (
        "cookie_store",
        "which cookie goes where, and for how long; optional, pulls in cookie, time and log",
    ),
    ("futures-core", "the trait Stream"),
    ("futures-sink", "the trait Sink"),
    (
        "getrandom",
        "masking keys and nonces nobody can predict (RFC 6455 §10.3)",
    ),
    ("http", "the head of a refused handshake in its error"),
    (
        "ipnet",
        "networks in NO_PROXY and of trusted proxies; pulls in nothing",
    ),
    (
        "ppp",
        "both versions of the PROXY protocol; pulls in thiserror, as tokio-socks does",
    ),
    (
        "tokio-socks",
        "SOCKS 5 on any runtime, in spite of its name; pulls in either, futures-util and thiserror",
    ),
    (
        "url",
        "what cookie_store takes for an address; optional, the handshake has it",
    ),
];

const EVERYTHING: &[&str] = &[
    "sockeye",
    "sockeye-async-std",
    "sockeye-blocking",
    "sockeye-connection",
    "sockeye-driver",
    "sockeye-extensions",
    "sockeye-frame",
    "sockeye-handshake",
    "sockeye-tls",
    "sockeye-tokio",
];

/// The tests also read and write frames as the conformance suite does.
const TESTED: &[&str] = &[
    "sockeye",
    "sockeye-conformance",
    "sockeye-connection",
    "sockeye-driver",
    "sockeye-extensions",
    "sockeye-frame",
    "sockeye-handshake",
    "sockeye-tokio",
];

/// What tests and examples of any crate may use: users do not build it.
const IN_TESTS: [(&str, &str); 19] = [
    ("async-io", "the example of a shell from outside"),
    ("async-std", "a runtime for examples and tests of its shell"),
    ("clap", "command lines of the examples"),
    ("crc32fast", "the example client prints checksums"),
    ("futures-io", "the example of a shell from outside"),
    (
        "futures-util",
        "combinators over Stream and Sink, as users have them",
    ),
    (
        "loom",
        "tries all interleavings of threads in a model of them; only where its command builds it",
    ),
    (
        "miniz_oxide",
        "an inflate that shares no code with zlib, to compare with; pulls in adler2",
    ),
    ("rcgen", "certificates; pulls in ring"),
    (
        "peak_alloc",
        "bounds on memory are tests; counts without unsafe code of ours",
    ),
    ("proptest", "property tests"),
    ("rusqlite", "the chat example keeps its history"),
    ("serde", "the chat example's messages"),
    ("serde_json", "the chat example's messages"),
    ("smol", "a runtime for examples and tests of its shell"),
    ("socket2", "the example of a shell from outside"),
    ("tempfile", "files of a test"),
    ("tokio", "a runtime for the tests of the async crates"),
    (
        "zstd",
        "the example of an extension from outside; builds the C library with cc",
    ),
];

const HERE: &str = "xtask/src/tidy/dependencies.rs";

#[cfg(test)]
mod tests;
