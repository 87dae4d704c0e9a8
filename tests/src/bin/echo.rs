//! An echo server in a process of its own, for tests of what a whole process goes through.
//!
//! Prints its port and its process id as one line of JSON, and ends when its standard input does.

use std::io::{self, Read, Write};

use serde_json::json;
use sockeye::tokio::Server;

fn main() -> io::Result<()> {
    std::thread::spawn(|| {
        // Whoever started this has ended, or wants this to end.
        let _ = io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let server = Server::bind("127.0.0.1:0").await?;
        let port = server.local_addr()?.port();
        writeln!(
            io::stdout(),
            "{}",
            json!({ "port": port, "pid": std::process::id() })
        )?;
        let echo = server.serve(|mut ws| async move {
            while let Some(message) = ws.recv().await? {
                ws.send(message).await?;
            }
            Ok(())
        });
        echo.await
    })
}
