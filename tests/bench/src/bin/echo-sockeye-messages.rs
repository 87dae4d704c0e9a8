//! Sockeye through `recv` and `feed`: the answers to one read leave with the next wait.

use clap::Parser;
use sockeye::tokio::Server;
use sockeye_bench::{Arguments, run};

fn main() {
    let arguments = Arguments::parse();
    run(&arguments, async {
        let server = Server::bind(arguments.address()).await;
        let server = server.expect("a free port");
        let serving = server.serve(|mut ws| async move {
            while let Some(message) = ws.recv().await? {
                ws.feed(message).await?;
            }
            Ok(())
        });
        serving.await.expect("a listener");
    });
}
