//! Sockeye through the burst: all that one read brings is answered in one write.

use std::sync::Arc;

use clap::Parser;
use sockeye::tokio::Server;
use sockeye::{Burst, CompressionLevel, PermessageDeflate};
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
        let mut server = server.expect("a free port");
        if arguments.deflate {
            let deflate = PermessageDeflate::default().level(CompressionLevel::FASTEST);
            server = server.extension(Arc::new(deflate));
        }
        let serving = server.serve(|mut ws| async move {
            while ws.burst(echo).await? {}
            Ok(())
        });
        serving.await.expect("a listener");
    });
}
