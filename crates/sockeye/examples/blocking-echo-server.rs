//! A WebSocket echo server on threads, without async: sends each message back with the same opcode.
//!
//! The counterpart of `echo-server` on the blocking shell, for the same people. Binds 127.0.0.1
//! only, and keeps Sockeye's defaults except where an option says otherwise.
//!
//! ```text
//! cargo run --example blocking-echo-server --features blocking -- --port 9001
//! ```

#![expect(clippy::print_stdout, reason = "the address is this program's output")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use sockeye::blocking::{Server, WebSocket};
use sockeye::{Config, HandlerError, PermessageDeflate, ServerTls};

/// Echoes WebSocket messages on 127.0.0.1, with a thread for each connection.
#[derive(Debug, Parser)]
struct Options {
    /// Port to listen on; 0 lets the operating system choose.
    #[arg(long)]
    port: u16,
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
    /// Connections to serve at once; others wait [default: Sockeye's].
    #[arg(long, value_name = "N")]
    max_connections: Option<usize>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), HandlerError> {
    let mut config = Config::default();
    if let Some(max_bytes) = options.max_message {
        config.limits.max_text_bytes = max_bytes;
        config.limits.max_binary_bytes = max_bytes;
    }
    let mut server = Server::bind(("127.0.0.1", options.port))?.config(config);
    if let Some(limit) = options.max_connections {
        server = server.max_connections(limit);
    }
    if options.deflate {
        let deflate = PermessageDeflate::default();
        server = server.extension(Arc::new(match options.context_takeover {
            true => deflate.context_takeover(),
            false => deflate,
        }));
    }
    let mut scheme = "ws";
    if let (Some(cert), Some(key)) = (&options.cert, &options.key) {
        server = server.tls(ServerTls::from_pem_files(cert, key)?);
        scheme = "wss";
    }
    println!("listening on {scheme}://{}", server.local_addr()?);
    Ok(server.serve(echo)?)
}

fn echo(mut ws: WebSocket) -> Result<(), HandlerError> {
    while let Some(message) = ws.recv()? {
        ws.send(message)?;
    }
    Ok(())
}
