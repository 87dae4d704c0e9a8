//! A WebSocket echo server: sends each message back with the same opcode.
//!
//! For people to try clients against, for tests and for benches. Binds 127.0.0.1 only, and keeps
//! Sockeye's defaults except where an option says otherwise.
//!
//! ```text
//! cargo run --example echo-server -- --port 9001
//! cargo run --example echo-server -- --port 9001 --cert server.pem --key server.key
//! ```

#![expect(clippy::print_stdout, reason = "the address is this program's output")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use sockeye::driver::{Runtime, Server, WebSocket};
use sockeye::tokio::Tokio;
use sockeye::{
    Burst, Config, HandlerError, HandshakeError, OriginList, OriginPolicy, PermessageDeflate,
    ServerTls, Transport,
};

/// Echoes WebSocket messages on 127.0.0.1.
#[derive(Debug, Parser)]
struct Options {
    /// Port to listen on; 0 lets the operating system choose.
    #[arg(long)]
    port: u16,
    /// Async runtime to serve on: tokio, and async-std or smol in builds with these features.
    #[arg(long, value_name = "NAME", default_value = "tokio")]
    runtime: String,
    /// Worker threads of tokio; 1 serves on the main thread [default: one for each core].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Accept permessage-deflate, each message compressed by itself.
    #[arg(long)]
    deflate: bool,
    /// Let compressed messages refer to those before them, where the peer agrees.
    #[arg(long, requires = "deflate")]
    context_takeover: bool,
    /// Serve with TLS: a PEM file with the certificate, and those that lead to its authority.
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The key of the certificate, in a PEM file.
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// Largest message to accept, text or binary [default: Sockeye's].
    #[arg(long, value_name = "BYTES")]
    max_message: Option<usize>,
    /// Origin whose pages may connect, instead of the same origin; may be repeated.
    #[arg(long, value_name = "ORIGIN", value_parser = parse_origin)]
    origin_allow: Vec<String>,
    /// On SIGTERM, close all connections with 1001 and exit.
    #[arg(long)]
    drain_on_sigterm: bool,
}

impl Options {
    /// How the addresses of this server begin.
    fn scheme(&self) -> &'static str {
        match self.cert {
            Some(_) => "wss",
            None => "ws",
        }
    }

    /// Compression, where it was asked for.
    fn deflate(&self) -> Option<PermessageDeflate> {
        let deflate = PermessageDeflate::default();
        match (self.deflate, self.context_takeover) {
            (false, _) => None,
            (true, false) => Some(deflate),
            (true, true) => Some(deflate.context_takeover()),
        }
    }
}

/// Finds mistakes in an origin before the server starts.
fn parse_origin(origin: &str) -> Result<String, HandshakeError> {
    OriginList::new().allow(origin)?;
    Ok(origin.to_owned())
}

/// How long connections may take to end once SIGTERM has come: the closing handshake's five
/// seconds and one to spare.
const DRAIN_DEADLINE: Duration = Duration::from_secs(6);

fn main() -> ExitCode {
    let options = Options::parse();
    if !RUNTIMES.contains(&options.runtime.as_str()) {
        return refuse(&format!(
            "--runtime {}: this build has {}",
            options.runtime,
            RUNTIMES.join(", ")
        ));
    }
    if options.drain_on_sigterm && !(cfg!(unix) && options.runtime == "tokio") {
        return refuse("--drain-on-sigterm: this system or runtime has no SIGTERM");
    }
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Says that an option cannot be served, with the exit code of a usage error.
fn refuse(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(2)
}

/// What this build can serve on.
const RUNTIMES: &[&str] = &[
    "tokio",
    #[cfg(feature = "async-std")]
    "async-std",
    #[cfg(feature = "smol")]
    "smol",
];

fn run(options: Options) -> Result<(), HandlerError> {
    match options.runtime.as_str() {
        #[cfg(feature = "async-std")]
        "async-std" => {
            use sockeye::async_std::{AsyncIo, AsyncStd};
            async_std::task::block_on(run_on::<AsyncIo<AsyncStd>>(options))
        }
        #[cfg(feature = "smol")]
        "smol" => {
            use sockeye::smol::{AsyncIo, Smol};
            smol::block_on(run_on::<AsyncIo<Smol>>(options))
        }
        _ => run_on_tokio(options),
    }
}

fn run_on_tokio(options: Options) -> Result<(), HandlerError> {
    let mut runtime = match options.threads {
        Some(1) => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    if let Some(n_threads @ 2..) = options.threads {
        runtime.worker_threads(n_threads.into());
    }
    let (is_drained, scheme) = (options.drain_on_sigterm, options.scheme());
    runtime.enable_all().build()?.block_on(async {
        let server = bind::<Tokio>(options).await?;
        if is_drained {
            drain_on_sigterm(&server)?;
        }
        serve(server, scheme).await
    })
}

/// What the other runtimes do on threads of their own.
#[cfg(any(feature = "async-std", feature = "smol"))]
async fn run_on<R>(options: Options) -> Result<(), HandlerError>
where
    R: Runtime<ServerTls: From<ServerTls>>,
{
    let scheme = options.scheme();
    serve(bind::<R>(options).await?, scheme).await
}

async fn bind<R>(options: Options) -> Result<Server<R>, HandlerError>
where
    R: Runtime<ServerTls: From<ServerTls>>,
{
    let mut config = Config::default();
    if let Some(max_bytes) = options.max_message {
        config.limits.max_text_bytes = max_bytes;
        config.limits.max_binary_bytes = max_bytes;
    }
    let address = ("127.0.0.1", options.port);
    let mut server = Server::bind(address).await?.config(config);
    if !options.origin_allow.is_empty() {
        let list = options
            .origin_allow
            .iter()
            .try_fold(OriginList::new(), |list, origin| list.allow(origin));
        server = server.origin(OriginPolicy::List(list?));
    }
    if let Some(deflate) = options.deflate() {
        server = server.extension(Arc::new(deflate));
    }
    if let (Some(cert), Some(key)) = (options.cert, options.key) {
        server = server.tls(ServerTls::from_pem_files(cert, key)?);
    }
    Ok(server)
}

async fn serve<R: Runtime>(server: Server<R>, scheme: &str) -> Result<(), HandlerError> {
    println!("listening on {scheme}://{}", server.local_addr()?);
    Ok(server.serve(echo).await?)
}

async fn echo<T: Transport>(mut ws: WebSocket<T>) -> Result<(), HandlerError> {
    while ws.burst(echo_burst).await? {}
    Ok(())
}

fn echo_burst(burst: &mut Burst<'_>) {
    while let Some(message) = burst.next_message() {
        if burst.send(&message).is_err() {
            // The connection is closing; the next burst says so.
            return;
        }
    }
}

#[cfg(unix)]
fn drain_on_sigterm(server: &Server<Tokio>) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    // Registered before the address is printed, so that whoever has read it may send the signal.
    let mut sigterm = signal(SignalKind::terminate())?;
    let handle = server.handle();
    tokio::spawn(async move {
        sigterm.recv().await;
        handle.drain(DRAIN_DEADLINE).await;
    });
    Ok(())
}

#[cfg(not(unix))]
fn drain_on_sigterm(_server: &Server<Tokio>) -> std::io::Result<()> {
    Ok(())
}
