//! Sockeye in pieces: a message goes back as it comes, whatever its length, in constant memory.

use clap::Parser;
use sockeye::tokio::{Server, WebSocket};
use sockeye::{Config, Limits};
use sockeye_bench::{Arguments, run};

fn main() {
    let arguments = Arguments::parse();
    let config = Config {
        limits: Limits {
            max_text_bytes: LONGEST,
            max_binary_bytes: LONGEST,
            max_fragments: Some(u32::MAX),
            ..Limits::default()
        },
        ..Config::default()
    };
    run(&arguments, async {
        let server = Server::bind(arguments.address()).await;
        let server = server.expect("a free port").config(config);
        let serving = server.serve(|ws| async { Ok(echo(ws).await?) });
        serving.await.expect("a listener");
    });
}

async fn echo(ws: WebSocket) -> Result<(), sockeye::Error> {
    let (sender, mut receiver) = ws.split();
    while let Some(mut message) = receiver.recv_streaming().await? {
        let mut answer = sender.send_streaming(message.kind()).await?;
        while let Some(piece) = message.next().await? {
            answer.write(piece).await?;
        }
        answer.finish().await?;
    }
    Ok(())
}

/// A tebibyte: the measurement sets the length.
const LONGEST: usize = 1 << 40;
