//! An echo server and a client on a runtime that the stack does not know.
//!
//! The runtime is in `shell.rs`, which is all that it takes; `docs/new-runtime.md` explains it.
//!
//! ```text
//! cargo run --example new-runtime
//! ```

#![expect(clippy::print_stdout, reason = "what happens is this program's output")]

#[expect(
    unreachable_pub,
    reason = "of a shell these are public; nobody can use a program's"
)]
mod shell;

use std::time::Duration;

use shell::Parked;
use sockeye::driver::Spawn;
use sockeye::{CloseCode, HandlerError};

type Server = sockeye::driver::Server<Parked>;
type Client = sockeye::driver::Client<Parked>;

fn main() -> Result<(), HandlerError> {
    async_io::block_on(async {
        let server = Server::bind("127.0.0.1:0").await?;
        let url = format!("ws://{}/", server.local_addr()?);
        let handle = server.handle();
        let serving = server.serve(|mut ws| async move {
            while let Some(message) = ws.recv().await? {
                ws.send(message).await?;
            }
            Ok(())
        });
        Parked::spawn(Box::pin(async {
            let _ = serving.await;
        }));

        let (mut ws, _response) = Client::new().connect(&url).await?;
        ws.send("hello").await?;
        if let Some(message) = ws.recv().await? {
            println!("echoed: {message}");
        }
        let outcome = ws.close(CloseCode::NormalClosure, "done").await?;
        println!("closed: {outcome}");
        handle.drain(Duration::from_secs(5)).await;
        Ok(())
    })
}
