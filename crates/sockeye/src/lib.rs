//! WebSockets for Rust: layered, bounded, on any runtime.
//!
//! Sockeye implements RFC 6455, client and server, as a stack of small crates. This one is the
//! facade: it gathers the names that applications use, and every layer as a module. It adds
//! nothing of its own, so whoever needs one layer only can depend on that crate instead.
//!
//! # A server and a client
//!
//! ```
//! use sockeye::CloseCode;
//! use sockeye::tokio::{Server, connect};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//!     // Port 0 is any that is free.
//!     let server = Server::bind("127.0.0.1:0").await?;
//!     let url = format!("ws://{}/", server.local_addr()?);
//!     tokio::spawn(server.serve(|mut ws| async move {
//!         while let Some(message) = ws.recv().await? {
//!             ws.send(message).await?;
//!         }
//!         Ok(())
//!     }));
//!
//!     let mut ws = connect(&url).await?;
//!     ws.send("hello").await?;
//!     assert_eq!(ws.recv().await?, Some("hello".into()));
//!     let outcome = ws.close(CloseCode::NormalClosure, "that was all").await?;
//!     assert!(outcome.clean);
//!     Ok(())
//! }
//! ```
//!
//! A server is a program of its own as a rule, and ends with `server.serve(..).await`.
//!
//! # Where to look
//!
//! | to | see |
//! |---|---|
//! | open a WebSocket, with headers, subprotocols, over a stream of one's own | `connect` of a shell's module, [`driver::Client`] |
//! | listen, check origins and sessions, answer plain HTTP, end with grace | [`driver::Server`], [`driver::ServerHandle`] |
//! | send and receive, whole messages or in pieces, close | [`driver::WebSocket`], examples at `tokio::WebSocket` |
//! | send from one task and receive in another | [`driver::WebSocket::split`] |
//! | answer thousands of messages a second | [`Burst`] |
//! | send one message to many | [`PreparedMessage`] |
//! | say what is not to be compressed, or is secret | [`SendOptions`] |
//! | compress | below, and `PermessageDeflate` |
//! | use an extension | [`driver::Client::extension`], [`driver::Server::extension`] |
//! | set limits and time limits | [`Config`], [`Limits`], [`Timeouts`] |
//! | upgrade in an HTTP framework | `from_upgraded` of a shell's module, [`driver::WebSocket::from_upgraded`] |
//! | bring another runtime | [`Transport`] and [`Timer`], [`driver::Runtime`] and [`driver::Spawn`]; example `new-runtime` |
//! | do without async | the module `blocking`, with the same names |
//! | do without I/O, or without `std` | [`connection::Connection`] |
//!
//! # Defaults
//!
//! Nothing a peer does makes memory grow without bound: messages are limited to 4 MiB of text or
//! 2 MiB of binary, the opening handshake to ten seconds, output to 64 KiB and one message.
//! Servers let in pages of their own origin only. Silent peers are pinged after 20 seconds and
//! given up after 20 more. Each number is documented with its reason where it is configured.
//!
//! # Compression
//!
//! Off unless asked for, with the feature `deflate`, at each end in one line. Where the peer does not
//! compress, messages go as they are.
//!
#![cfg_attr(feature = "deflate", doc = "```")]
#![cfg_attr(not(feature = "deflate"), doc = "```ignore")]
//! use std::sync::Arc;
//!
//! use sockeye::PermessageDeflate;
//! use sockeye::tokio::{Client, Server};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let server = Server::bind("127.0.0.1:0")
//!     .await?
//!     .extension(Arc::new(PermessageDeflate::default()));
//! # let url = format!("ws://{}/", server.local_addr()?);
//! # tokio::spawn(server.serve(|mut ws| async move {
//! #     while let Some(message) = ws.recv().await? {
//! #         ws.send(message).await?;
//! #     }
//! #     Ok(())
//! # }));
//! let client = Client::new().extension(Arc::new(PermessageDeflate::default()));
//!
//! let (mut ws, _response) = client.connect(&url).await?;
//! ws.send("to be or not to be ".repeat(1000)).await?;
//! assert_eq!(ws.recv().await?.map(|message| message.len()), Some(19_000));
//! assert!(ws.stats().received.wire_bytes < 1000);
//! # Ok(())
//! # }
//! ```
//!
//! Each message is compressed by itself; `context_takeover()` lets messages refer to earlier ones,
//! which makes short ones much shorter and holds 428 KB for each connection. Limits count what a
//! message becomes. A secret in one message with what an attacker may choose can be guessed from
//! its length, so send such messages with [`SendOptions`] that say so.
//!
//! # Networks
//!
//! A client races the addresses of a host, uses the proxies that the environment names
//! (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`), and says by [`Error::stage`] how far it
//! came. Proxies by name, redirects, credentials, cookies, Unix sockets, resolvers and addresses of
//! your own are methods of `Client`; the PROXY protocol and `X-Forwarded-For` are methods of
//! `Server`, which take [`TrustedPeers`] and give a [`ClientAddr`].
//!
//! # TLS
//!
//! With one of the features that say whom clients trust, a `wss` address is all that a client needs.
//! `ClientTls` has other authorities, and certificates of the client's own; `ServerTls` is a server's
//! certificate, which can be read again while it serves. Both take any configuration of rustls. On tokio
//! the feature `native-tls` has the library of the system do it.
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `tokio` | yes | the module `tokio`: connect, listen and serve on tokio |
//! | `async-std` | no | the module `async_std`: the same on async-std, which is discontinued |
//! | `smol` | no | the module `smol`: the same on smol |
//! | `blocking` | no | the module `blocking`: the same on threads, with calls that wait |
//! | `deflate` | no | compression: `PermessageDeflate` and `WebkitDeflateFrame`, by zlib-rs |
//! | `zlib-ng` | no | the same by zlib-ng, which needs cmake and a C compiler |
//! | `rustls-tls-webpki-roots`, `rustls-tls-native-roots`, `rustls-platform-verifier` | no | TLS by rustls: `wss` for clients that trust Mozilla's list, the system's files, or whom the system trusts; `Server::tls` |
//! | `ring`, `aws-lc-rs` | no | which cryptography TLS has; ring with one of the above, aws-lc-rs goes first |
//! | `rustls` | no | TLS without either, by configurations of rustls |
//! | `native-tls` | no | TLS by the library of the system, on tokio alone; where that is OpenSSL, building takes its headers and pkg-config |
//! | `cookies` | no | `CookieJar`: cookies that servers set, sent back to them |
//!
//! Without a feature for TLS, connecting to a `wss` address is an error that names them;
//! [`driver::Client::connect_on`] takes a TLS stream of your own.

#[doc(no_inline)]
pub use bytes::{self, Bytes};
#[doc(no_inline)]
pub use http;

#[cfg(feature = "async-std")]
#[doc(inline)]
pub use sockeye_async_std as async_std;
#[cfg(feature = "smol")]
#[doc(inline)]
pub use sockeye_async_std::smol;
#[cfg(feature = "blocking")]
#[doc(inline)]
pub use sockeye_blocking as blocking;
#[doc(inline)]
pub use sockeye_connection as connection;
#[doc(inline)]
pub use sockeye_driver as driver;
#[doc(inline)]
pub use sockeye_extensions as extensions;
#[doc(inline)]
pub use sockeye_frame as frame;
#[doc(inline)]
pub use sockeye_handshake as handshake;
#[cfg(feature = "rustls")]
#[doc(inline)]
pub use sockeye_tls as tls;
#[cfg(feature = "tokio")]
#[doc(inline)]
pub use sockeye_tokio as tokio;

pub use sockeye_connection::{
    CloseOutcome, Compress, Config, IncomingMessage, Initiator, Limits, Message, MessageKind,
    PreparedMessage, SendOptions, State, Stats, TimeoutKind, Timeouts, Traffic, Utf8Bytes,
};
#[cfg(feature = "cookies")]
pub use sockeye_driver::CookieJar;
pub use sockeye_driver::{
    Acceptor, Burst, ClientAddr, DrainReport, Error, ErrorKind, Event, Failure, FailureCause,
    HandlerError, MessageReader, MessageWriter, PongReply, Stage, Timer, Transport, TrustedPeers,
    TrySendError,
};
pub use sockeye_extensions::Registry;
#[cfg(feature = "deflate")]
pub use sockeye_extensions::{CompressionLevel, PermessageDeflate, WebkitDeflateFrame, WindowBits};
pub use sockeye_frame::{CloseCode, CloseFrame, Role};
pub use sockeye_handshake::{
    Acceptance, ClientRequest, HandshakeError, HeadLimits, IntoClientRequest, OriginList,
    OriginPolicy, Refusal, UpgradeRequest, WsUri,
};
#[cfg(feature = "rustls")]
pub use sockeye_tls::{ClientTls, ServerTls};
