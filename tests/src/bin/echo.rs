//! An echo server in a process of its own, for tests of what a whole process goes through.
//!
//! Its argument is the runtime, tokio without one, or threads. Prints its port and its process id as one line
//! of JSON, and ends when its standard input does.

use std::io::{self, Read, Write};
use std::net::SocketAddr;

use serde_json::json;
use sockeye::async_std::{AsyncIo, AsyncStd};
use sockeye::blocking;
use sockeye::driver::{Runtime, Server};
use sockeye::smol::Smol;
use sockeye::tokio::Tokio;

fn main() -> io::Result<()> {
    std::thread::spawn(|| {
        // Whoever started this has ended, or wants this to end.
        let _ = io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    match std::env::args().nth(1).as_deref() {
        None | Some("tokio") => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(serve::<Tokio>()),
        Some("async-std") => async_std::task::block_on(serve::<AsyncIo<AsyncStd>>()),
        Some("smol") => smol::block_on(serve::<AsyncIo<Smol>>()),
        Some("threads") => serve_on_threads(),
        Some(other) => Err(io::Error::other(format!("no runtime {other}"))),
    }
}

async fn serve<R: Runtime>() -> io::Result<()> {
    let server = Server::<R>::bind("127.0.0.1:0").await?;
    say_started(server.local_addr()?)?;
    let echo = server.serve(|mut ws| async move {
        while let Some(message) = ws.recv().await? {
            ws.send(message).await?;
        }
        Ok(())
    });
    echo.await
}

fn serve_on_threads() -> io::Result<()> {
    let server = blocking::Server::bind("127.0.0.1:0")?;
    say_started(server.local_addr()?)?;
    server.serve(|mut ws| {
        while let Some(message) = ws.recv()? {
            ws.send(message)?;
        }
        Ok(())
    })
}

fn say_started(address: SocketAddr) -> io::Result<()> {
    let started = json!({ "port": address.port(), "pid": std::process::id() });
    writeln!(io::stdout(), "{started}")
}
