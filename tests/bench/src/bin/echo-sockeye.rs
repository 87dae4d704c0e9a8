//! Sockeye through the burst: all that one read brings is answered in one write.

use sockeye::Burst;
use sockeye::tokio::Server;
use sockeye_bench::Args;

fn echo(burst: &mut Burst<'_>) {
    while let Some(message) = burst.next_message() {
        if burst.send(&message).is_err() {
            return;
        }
    }
}

fn main() {
    let args = Args::parse();
    sockeye_bench::run(&args, async {
        let server = Server::bind(args.addr()).await.expect("a free port");
        let ended = server.serve(|mut ws| async move {
            while ws.burst(echo).await? {}
            Ok(())
        });
        ended.await.expect("a listener");
    });
}
