//! Two extensions that Sockeye does not know, on a server and a client in one program.
//!
//! `x-checksum` adds a checksum to each frame, and `x-permessage-zstd` compresses messages with
//! Zstandard, checksums included. Each is one file, for both roles. The server echoes; the client
//! prints what was agreed on and what came back.
//!
//! ```text
//! cargo run --example private-extension
//! ```

#![expect(clippy::print_stdout, reason = "what happens is this program's output")]

mod checksum;
mod permessage_zstd;

use std::error::Error;

use sockeye::CloseCode;
use sockeye::extensions::Registry;
use sockeye::tokio::{Client, Server};

use checksum::Checksum;
use permessage_zstd::PermessageZstd;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // In this order: what is sent gets its checksum and is compressed then.
    let registry = Registry::default()
        .both(Checksum, &[])?
        .both(PermessageZstd, &["x-example-"])?;
    let extensions = registry.servers().iter().cloned();
    let server = extensions.fold(Server::bind("127.0.0.1:0").await?, Server::extension);
    let url = format!("ws://{}/", server.local_addr()?);
    tokio::spawn(server.serve(|mut ws| async move {
        while let Some(message) = ws.recv().await? {
            ws.send(message).await?;
        }
        Ok(())
    }));

    let extensions = registry.clients().iter().cloned();
    let client = extensions.fold(Client::new(), Client::extension);
    let (mut ws, response) = client.connect(&url).await?;
    let agreed = response.headers().get("sec-websocket-extensions");
    println!("agreed on {}", agreed.ok_or("no extension")?.to_str()?);
    ws.send("again and ".repeat(1000)).await?;
    if let Some(echo) = ws.recv().await? {
        println!("{} bytes came back", echo.len());
    }
    ws.close(CloseCode::NormalClosure, "").await?;
    Ok(())
}
