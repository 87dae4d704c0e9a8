//! Sockeye through the burst: all that one read brings is answered in one write.

use clap::Parser;
use sockeye::Burst;
use sockeye::tokio::Server;
use sockeye_bench::{Arguments, run};

fn echo(burst: &mut Burst<'_>) {
    while let Some(message) = burst.next_message() {
        if burst.send(&message).is_err() {
            return;
        }
    }
}

fn main() {
    let arguments = Arguments::parse();
    run(&arguments, async {
        let server = Server::bind(arguments.address()).await;
        let server = server.expect("a free port");
        let serving = server.serve(|mut ws| async move {
            while ws.burst(echo).await? {}
            Ok(())
        });
        serving.await.expect("a listener");
    });
}
