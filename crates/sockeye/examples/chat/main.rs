//! A chat with rooms, on one port: the page over plain HTTP, everything else over WebSocket.
//!
//! ```text
//! cargo run --example chat
//! ```
//!
//! Read it from here: `session` is one connection, `chat` what happens in the rooms, `protocol` and
//! `envelope` what goes over the wire. `store`, `database` and `uploads` keep it. `page/` runs in
//! the browser. It is a demonstration: it has no accounts and no encryption of its own, keeps
//! everything for ever, and binds 127.0.0.1 unless told otherwise.

#![expect(clippy::print_stdout, reason = "the address is this program's output")]

mod arrival;
mod chat;
mod database;
mod downloads;
mod envelope;
mod files;
mod mailbox;
mod mark;
mod pace;
mod pages;
mod protocol;
mod rooms;
mod session;
mod signals;
mod store;
mod uploads;
mod words;

use std::io::{self, Write};
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use sockeye::Config;
use sockeye::tokio::{HandlerError, Server};

use crate::chat::Chat;
use crate::signals::EndSignals;

/// A chat with rooms; history and files survive a restart.
#[derive(Debug, Parser)]
struct Options {
    /// Port to listen on; 0 lets the operating system choose.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Address to listen on. Whoever can reach it can read and write everything.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Directory for history and files; made if need be.
    #[arg(long, value_name = "DIR", default_value = "target/chat")]
    data: PathBuf,
}

/// How long connections may take to end once the server is asked to: the closing handshake's five
/// seconds and one to spare.
const DRAIN_DEADLINE: Duration = Duration::from_secs(6);

#[tokio::main]
async fn main() -> ExitCode {
    match serve(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: Options) -> Result<(), HandlerError> {
    let Options { port, host, data } = options;
    let chat = Chat::open(&data)
        .map_err(|error| format!("cannot open the data in {}: {error}", data.display()))?;
    let chat = Arc::new(chat);

    let mut config = Config::default();
    config.limits.max_binary_bytes = envelope::MAX_MESSAGE_BYTES;

    let pages = Arc::clone(&chat);
    let server = Server::bind((host, port))
        .await
        .map_err(|error| format!("cannot listen on port {port} of {host}: {error}"))?
        .config(config)
        .http(move |request| pages::answer(Arc::clone(&pages), request));

    let handle = server.handle();
    let mut signals = EndSignals::new()?;
    let ending = tokio::spawn(async move {
        signals.next().await;
        // Nobody may read this any more, which is no reason to stay: `println!` would panic.
        drop(writeln!(
            io::stdout(),
            "Closing. Ctrl-C again ends it at once."
        ));
        tokio::select! {
            report = handle.drain(DRAIN_DEADLINE) => report,
            () = signals.next() => handle.drain(Duration::ZERO).await,
        }
    });

    let heartbeat = Arc::clone(&chat);
    tokio::spawn(async move {
        let mut interval = tokio::time::interval(session::HEARTBEAT);
        loop {
            interval.tick().await;
            heartbeat.tell_times();
        }
    });

    println!("Chat at http://{}/ (Ctrl-C ends it)", server.local_addr()?);
    server
        .serve(move |ws| session::run(ws, Arc::clone(&chat)))
        .await?;
    ending.await?;
    Ok(())
}
