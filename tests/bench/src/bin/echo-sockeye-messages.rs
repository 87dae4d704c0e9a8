//! Sockeye through `recv` and `feed`: the answers to one read leave with the next wait.

use std::sync::Arc;

use clap::Parser;
use sockeye::tokio::Server;
use sockeye::{CompressionLevel, PermessageDeflate};
use sockeye_bench::{Arguments, run};

fn main() {
    let arguments = Arguments::parse();
    run(&arguments, async {
        let server = Server::bind(arguments.address()).await;
        let mut server = server.expect("a free port");
        if arguments.deflate {
            let deflate = PermessageDeflate::default().level(CompressionLevel::FASTEST);
            server = server.extension(Arc::new(deflate));
        }
        let serving = server.serve(|mut ws| async move {
            while let Some(message) = ws.recv().await? {
                ws.feed(message).await?;
            }
            Ok(())
        });
        serving.await.expect("a listener");
    });
}
